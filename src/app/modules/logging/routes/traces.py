"""A request as a span. ASGI middleware that is there only while traces are made."""

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.kernel import tracing
from app.kernel.tracing_otel import OpenSpan


class TraceRequests:
    """Makes a span of each HTTP request, in the trace its ``traceparent`` names, if it names one.

    What stands in a path or a query is not told: codes and names of people can be there. A stream ends as a span when
    it begins as a response.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on in a span."""
        tracer = tracing.tracer
        if scope["type"] != "http" or tracer is None:
            await self._app(scope, receive, send)
            return
        method = scope["method"]
        said = {"http.request.method": method, "url.scheme": scope["scheme"]}
        with tracer.span(method, "server", parent=_sent(scope), attributes=said) as span:
            structlog.contextvars.bind_contextvars(trace_id=span.trace_id)
            await self._app(scope, receive, _Noted(scope, send, span))


class _Noted:
    """Sends on, and has the span say what was answered."""

    def __init__(self, scope: Scope, send: Send, span: OpenSpan) -> None:
        self._scope = scope
        self._send = send
        self._span = span

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            span, status = self._span, message["status"]
            found = self._scope.get("route")
            route = getattr(found, "path", None)
            if route is not None:
                span.rename(f"{self._scope['method']} {route}")
            span.set("http.route", route)
            span.set("operation_id", getattr(found, "operation_id", None))
            span.set("http.response.status_code", status)
            span.set("request_id", self._scope.get("state", {}).get("request_id"))
            if status >= 500:
                span.fail(f"answered {status}")
            if (b"content-type", b"text/event-stream; charset=utf-8") in message.get("headers", ()):
                span.end()  # a stream may last for days
        await self._send(message)


def _sent(scope: Scope) -> str | None:
    sent = [value for name, value in scope["headers"] if name == b"traceparent"]
    return sent[0].decode("latin-1") if len(sent) == 1 else None
