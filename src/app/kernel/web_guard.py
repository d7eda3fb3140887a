"""What every request passes before any route is looked for, and every response on its way out.

Checks the Host header and the size of the body, learns from trusted proxies who asks, gives the request its id, sets
the security headers. Plain ASGI: Starlette's BaseHTTPMiddleware runs the application in another task, which breaks
streaming and context variables.
"""

import asyncio
import contextlib
import ipaddress
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import structlog
from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.kernel import handlers
from app.kernel.errors import EncodingUnsupported, Problem, TooLarge
from app.kernel.forwarding import Hops
from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.settings import ServerSettings

BodyLimit = Callable[[Scope], int]

BODY_BYTES = 16 * 1024**2
DELIVERY_BYTES = 32 * 1024**2
GIVEN_FILE_BYTES = 100 * 1024**2
CALLBACK_BYTES = 4096
# Contents are counted by who takes them in, against the settings and the sender's allocation.
CONTENT_BYTES = 2**63 - 1
# After a refusal, so much of the body is still taken in and thrown away: closing on a client that is still sending
# resets the connection, and the refusal is lost with it (RFC 9112, 9.6).
DRAINED_BYTES = 64 * 1024**2
DRAINED_SECONDS = 2.0
_DELIVERIES = re.compile(r"/api/v1/(sources/[^/]+/deliveries|ingest)")
_CALLBACKS = "/api/v1/run-callbacks"
_GIVEN_FILES = re.compile(r"/api/v1/incidents/[^/]+/data")
_CONTENTS = re.compile(r"/api/v1/(datasets|uploads/[^/]+|storages/[^/]+/files/.+)")

# What a request says of its body that has to be looked into, or waits to be asked for it.
_LOOKED_INTO = frozenset({b"content-encoding", b"transfer-encoding", b"expect"})

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_KNOWN_HOSTS = 100
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?", re.ASCII)

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "worker-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
# A route that needs another value sets it itself; these only fill what is missing.
_NAMED_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# As ASGI carries them: going through a dictionary of text for every response cost a tenth of a short request.
HEADERS = [(name.lower().encode(), value.encode()) for name, value in _NAMED_HEADERS.items()]
API_HEADERS = [*HEADERS, (b"cache-control", b"no-store")]
# For names that are reached by TLS only. Loopback is not: other programs of this machine may speak plain HTTP there.
STRICT_TRANSPORT = (b"strict-transport-security", b"max-age=31536000")


class HostNotAllowed(Problem):
    """This server does not answer to that name.

    Add the name to `server.allowed_hosts`, or set `server.public_url`, if it is yours. It protects against pages that
    make a browser call this server under another name.
    """

    status = 421
    code = "host_not_allowed"


def body_limit_of(scope: Scope) -> int:
    """Return how many bytes the body of this request may have: more for deliveries of data than for anything else."""
    if _GIVEN_FILES.fullmatch(scope["path"]):
        return GIVEN_FILE_BYTES
    if _CONTENTS.fullmatch(scope["path"]) and scope["method"] in ("POST", "PUT", "PATCH"):
        return CONTENT_BYTES
    if scope["path"] == _CALLBACKS:
        return CALLBACK_BYTES
    return DELIVERY_BYTES if _DELIVERIES.fullmatch(scope["path"]) else BODY_BYTES


class WebGuard:
    """ASGI middleware. Without a node it knows no names but loopback's."""

    def __init__(self, app: ASGIApp, *, node: Node | None = None, body_limit: BodyLimit = body_limit_of) -> None:
        self._app = app
        self._hosts = _allowed_hosts(node.settings.kernel.server) if node is not None else LOOPBACK
        self._hops = Hops(node.settings.kernel.server.trusted_proxies if node is not None else ())
        self._known: set[bytes] = set()  # Host headers, as they were sent, of names that are allowed
        self._body_limit = body_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Guard one request; a WebSocket is checked for its Host only."""
        if scope["type"] == "http":
            self._hops.apply(scope)
            await self._guard(scope, receive, send)
        elif scope["type"] == "websocket" and not self._knows_host(scope):
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._app(scope, receive, send)

    def vouches(self, scope: Scope) -> bool:
        """Say whether it would only pass this request on: a name that is known, a body that says how long it is."""
        self._hops.apply(scope)  # to do it again changes nothing
        hosts = 0
        for name, value in scope["headers"]:
            if name == b"host":
                if value not in self._known:
                    return False
                hosts += 1
            elif name == b"content-length":
                if not value.isdigit() or int(value) > BODY_BYTES:
                    return False
            elif name in _LOOKED_INTO:
                return False
        return hosts == 1

    def dress(self, scope: Scope, head: Message) -> None:
        """Fill in the headers of an answer, all but its id."""
        _fill(scope, head)

    async def _guard(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = new_id("req")
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        exchange = _Exchange(scope, receive, send, request_id, self._body_limit(scope))
        try:
            if not self._knows_host(scope):
                await exchange.refuse(
                    HostNotAllowed("Add the name to server.allowed_hosts, or set server.public_url, if it is yours")
                )
            elif (encoding := exchange.encoding) not in ("", "identity") and not exchange.may_be_packed:
                await exchange.refuse(EncodingUnsupported(f"Send the body as it is, not as {encoding[:40]!r}"))
            elif exchange.declared_bytes > exchange.limit:
                await exchange.refuse(exchange.too_large())
            else:
                await self._answer(exchange)
        finally:
            structlog.contextvars.clear_contextvars()

    async def _answer(self, exchange: "_Exchange") -> None:
        try:
            await self._app(exchange.scope, exchange.receive, exchange.send)
        except Exception as error:
            if exchange.started:
                raise  # half an answer cannot be taken back; the server cuts the connection
            if isinstance(error, TooLarge):
                await exchange.refuse(error)
            else:  # the outermost boundary: whatever happened becomes a logged, guarded 500
                response = await handlers.unexpected(Request(exchange.scope), error)
                await response(exchange.scope, exchange.receive, exchange.send)

    def _knows_host(self, scope: Scope) -> bool:
        sent = [value for name, value in scope["headers"] if name == b"host"]
        if len(sent) != 1:
            return False
        if sent[0] in self._known:
            return True
        match = _HOST.fullmatch(sent[0].decode("latin-1").lower())
        if match is None:
            return False
        if match["name"] in self._hosts:
            if len(self._known) < _KNOWN_HOSTS:
                self._known.add(sent[0])
            return True
        return match["name"] == _own_address(scope)


class _Exchange:
    """One request and its response, on their way through the guard."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, request_id: str, limit: int) -> None:
        self.scope = scope
        self.limit = limit
        self.started = False
        self._receive = receive
        self._send = send
        self._request_id = request_id
        self._received_bytes = 0
        self._more_comes = True
        self._refused: Problem | None = None

    @property
    def declared_bytes(self) -> int:
        """Return what Content-Length says; the server has checked that it is a number, and the body against it."""
        sent = [value for name, value in self.scope["headers"] if name == b"content-length"]
        return int(sent[0]) if sent and sent[0].isdigit() else 0

    @property
    def encoding(self) -> str:
        """Return what Content-Encoding says. Nothing is inflated here, so that no ratio can surprise anybody."""
        sent = [value.decode("latin-1") for name, value in self.scope["headers"] if name == b"content-encoding"]
        return ", ".join(sent).strip().lower()

    @property
    def may_be_packed(self) -> bool:
        """Say whether who answers inflates the body, up to a limit: only where data is delivered."""
        return self.scope["method"] == "POST" and _DELIVERIES.fullmatch(self.scope["path"]) is not None

    def too_large(self) -> TooLarge:
        """Return the problem; the connection ends, because the rest of the body is still in it."""
        return TooLarge(f"At most {self.limit} bytes", headers={"Connection": "close"})

    async def receive(self) -> Message:
        """Receive for the application, counting the body: a chunked one declares no length."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._more_comes = message.get("more_body", False)
            self._received_bytes += len(message.get("body", b""))
            if self._received_bytes > self.limit:
                self._refused = self.too_large()
                raise self._refused
        return message

    async def send(self, message: Message) -> None:
        """Send for the application. Whatever it makes of a refused body, our refusal is what is sent."""
        if self._refused is not None and not self.started:
            await self.refuse(self._refused)
        if self._refused is None or message["type"] not in ("http.response.start", "http.response.body"):
            await self._send_guarded(message)

    async def refuse(self, problem: Problem) -> None:
        """Answer with ``problem`` instead of the application."""
        self._refused = problem
        if self.started:
            return
        response = handlers.answer(Request(self.scope), problem)
        head = {"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers}
        await self._send_guarded(head)
        await self._send_guarded({"type": "http.response.body", "body": response.body, "more_body": True})
        if isinstance(problem, TooLarge):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(DRAINED_SECONDS):
                    await self._drain()
        await self._send_guarded({"type": "http.response.body", "body": b"", "more_body": False})

    async def _drain(self) -> None:
        # Who asked first whether to send ("Expect: 100-continue") is told to by the first receive.
        if self._received_bytes == 0 and any(name == b"expect" for name, _ in self.scope["headers"]):
            return
        drained_bytes = 0
        while self._more_comes and drained_bytes < DRAINED_BYTES:
            message = await self._receive()
            self._more_comes = message.get("more_body", False)
            drained_bytes += len(message.get("body", b""))

    async def _send_guarded(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            _fill(self.scope, message)
            message["headers"].append((b"x-request-id", self._request_id.encode()))
        await self._send(message)


def _fill(scope: Scope, head: Message) -> None:
    ours = API_HEADERS if scope["path"].startswith("/api/") else HEADERS
    theirs = [pair for pair in head.get("headers", ()) if pair[0] != b"x-request-id"]
    set_already = {name for name, _ in theirs}  # in lower case, as ASGI wants them
    filled = [pair for pair in ours if pair[0] not in set_already]
    if scope["scheme"] == "https" and not _is_loopback(scope):
        filled.append(STRICT_TRANSPORT)
    head["headers"] = [*theirs, *filled]


def _allowed_hosts(server: ServerSettings) -> frozenset[str]:
    names = {name.lower() for name in server.allowed_hosts}
    if server.host not in ("", "0.0.0.0", "::"):  # noqa: S104 (compared, not bound)
        names.add(_bracketed(server.host))
    if server.public_url is not None:
        names.add(_bracketed(urlsplit(server.public_url).hostname or ""))
    return LOOPBACK | names


def _is_loopback(scope: Scope) -> bool:
    sent = next((value.decode("latin-1").lower() for name, value in scope["headers"] if name == b"host"), "")
    match = _HOST.fullmatch(sent)
    return match is None or match["name"] in LOOPBACK


def _bracketed(name: str) -> str:
    return f"[{name.lower()}]" if ":" in name else name.lower()


def _own_address(scope: Scope) -> str | None:
    # The address the connection came to is safe to answer to: a rebound name arrives as that name, never as a number.
    server = scope.get("server")
    try:
        return _bracketed(str(ipaddress.ip_address(server[0]))) if server else None
    except ValueError:
        return None
