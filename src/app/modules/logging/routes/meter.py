"""Middleware that times every request by its route, and traces it when traces are made."""

import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.kernel import tracing
from app.kernel.node import Node
from app.kernel.web import API
from app.modules.logging.node_parts import metrics_of


class RequestMeter:
    """ASGI middleware; without a node it only passes on."""

    def __init__(self, app: ASGIApp, *, node: Node | None = None) -> None:
        self._app = app
        if tracing.tracer is not None:
            from app.modules.logging.routes.traces import TraceRequests

            self._app = TraceRequests(app)
        self._metrics = metrics_of(node) if node is not None else None
        # What prometheus_client looks up for a set of labels, at 3 µs each time: as many as routes and statuses.
        self._places: dict[tuple[str, str, int], Any] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and time it until its response begins: a stream would count its whole life."""
        metrics = self._metrics
        if scope["type"] != "http" or metrics is None:
            await self._app(scope, receive, send)
            return
        began_at = time.perf_counter()

        async def timed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.count(scope, message["status"], began_at)
            await send(message)

        await self._app(scope, receive, timed)

    def vouches(self, _scope: Scope) -> bool:
        """Say whether it would only time the request."""
        return self._metrics is not None and tracing.tracer is None

    def count(self, scope: Scope, status: int, began_at: float) -> None:
        """Count the request, which is answered."""
        assert self._metrics is not None
        # The route's template, never the path: a label for each id would grow without end.
        found = scope.get("route")
        route = getattr(found, "path", "none")
        labels = (scope["method"], route, status)
        place = self._places.get(labels)
        if place is None:
            # An operation's label has been its path within the API since there are metrics: dashboards ask for it.
            place = self._metrics.requests.labels(
                scope["method"], route.removeprefix(API), getattr(found, "operation_id", None) or "", str(status)
            )
            self._places[labels] = place
        place.observe(time.perf_counter() - began_at)
