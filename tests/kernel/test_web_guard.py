"""What every request passes first: its host, its size, its id, and the headers of every answer."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
import structlog
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Scope

from app.kernel import handlers
from app.kernel.errors import Conflict
from app.kernel.node import Node
from app.kernel.settings import ServerSettings
from app.kernel.web_guard import BODY_BYTES, CONTENT_SECURITY_POLICY, DELIVERY_BYTES, WebGuard, body_limit_of

LIMIT = 1000
seen: list[dict[str, Any]] = []


def app_of(server: ServerSettings | None = None) -> FastAPI:
    app = FastAPI()
    handlers.install(app)

    @app.post("/api/v1/json")
    async def take_json(body: dict[str, Any]) -> dict[str, int]:
        return {"fields": len(body)}

    @app.post("/api/v1/stream")
    async def take_stream(request: Request) -> dict[str, int]:
        return {"bytes": sum([len(chunk) async for chunk in request.stream()])}

    @app.post("/api/v1/careless")
    async def careless(request: Request) -> str:
        try:
            return str(await request.body())
        except Exception:  # noqa: BLE001 (the carelessness under test)
            return "whatever it was, all is well"

    @app.get("/api/v1/who")
    async def who(request: Request) -> dict[str, str]:
        seen.append(structlog.contextvars.get_contextvars())
        return {"request_id": request.state.request_id}

    @app.get("/api/v1/problem")
    async def problem() -> None:
        raise Conflict("on purpose")

    @app.get("/api/v1/bug")
    async def bug() -> None:
        raise ZeroDivisionError("secret detail")

    @app.get("/api/v1/half")
    async def half() -> Response:
        async def parts() -> AsyncIterator[bytes]:
            yield b"first half, "
            raise ZeroDivisionError

        return StreamingResponse(parts())

    @app.get("/api/v1/own")
    async def own() -> Response:
        return Response(headers={"Content-Security-Policy": "sandbox", "Cache-Control": "max-age=60"})

    @app.get("/page")
    async def page() -> str:
        return "page"

    node = cast(Node, SimpleNamespace(settings=SimpleNamespace(kernel=SimpleNamespace(server=server))))
    app.add_middleware(WebGuard, node=node if server is not None else None, body_limit=limit_of)
    return app


def limit_of(scope: Scope) -> int:
    return LIMIT


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app_of()) as client:
        yield client


@asynccontextmanager
async def client_of(app: FastAPI, base: str = "http://127.0.0.1:8000") -> AsyncIterator[httpx.AsyncClient]:
    # Errors that reach the transport fail the test: the guard has to answer them all.
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=base) as client:
        yield client


@pytest.mark.security("S22")
async def test_every_answer_has_the_headers_and_an_id(http: httpx.AsyncClient) -> None:
    statuses = []
    for method, path in [
        ("GET", "/api/v1/who"),
        ("GET", "/api/v1/problem"),
        ("GET", "/api/v1/bug"),
        ("GET", "/api/v1/nothing"),
        ("DELETE", "/api/v1/who"),
        ("POST", "/api/v1/json"),
        ("OPTIONS", "/api/v1/json"),
        ("TRACE", "/api/v1/who"),
    ]:
        answer = await http.request(method, path)
        statuses.append(answer.status_code)
        assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-request-id"].startswith("req_")
        assert "access-control-allow-origin" not in answer.headers
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert statuses == [200, 409, 500, 404, 405, 422, 405, 405]
    assert "cache-control" not in (await http.get("/page")).headers


@pytest.mark.security("S22")
def test_the_policy_is_strict() -> None:
    directives = dict(part.split(" ", 1) for part in CONTENT_SECURITY_POLICY.split("; "))
    assert directives == {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' blob:",
        "worker-src": "'self'",
        "connect-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }


@pytest.mark.security("S27")
async def test_a_bug_says_nothing_about_itself(http: httpx.AsyncClient) -> None:
    answer = await http.get("/api/v1/bug")
    assert answer.json()["detail"] == "The server's log has the details under this request id"
    for inner in ("secret", "ZeroDivisionError", ".py"):
        assert inner not in answer.text


async def test_half_an_answer_is_not_passed_off_as_a_whole_one(http: httpx.AsyncClient) -> None:
    with pytest.raises(ZeroDivisionError):
        await http.get("/api/v1/half")


async def test_a_route_may_set_its_own_headers(http: httpx.AsyncClient) -> None:
    answer = await http.get("/api/v1/own")
    assert answer.headers.get_list("content-security-policy") == ["sandbox"]
    assert answer.headers.get_list("cache-control") == ["max-age=60"]


async def test_the_id_is_in_the_state_the_log_and_the_answer_and_gone_after(http: httpx.AsyncClient) -> None:
    seen.clear()
    structlog.contextvars.bind_contextvars(left="over")
    answers = [await http.get("/api/v1/who", headers={"X-Request-Id": "mine"}) for _ in range(2)]
    ids = [answer.headers["x-request-id"] for answer in answers]
    assert ids == [answer.json()["request_id"] for answer in answers]
    assert seen == [{"request_id": request_id} for request_id in ids]
    assert len({*ids, "mine"}) == 3
    assert structlog.contextvars.get_contextvars() == {}


SERVER = ServerSettings(host="192.0.2.7", public_url="https://Storm.example.org/", allowed_hosts=["alias.example.org"])


@pytest.mark.security("S4")
async def test_only_our_own_names_are_answered() -> None:
    async with client_of(app_of(SERVER)) as http:
        for host in [
            "localhost",
            "LOCALHOST:8000",
            "127.0.0.1",
            "127.0.0.1:1",
            "[::1]:8000",
            "192.0.2.7:8000",
            "storm.example.org",
            "STORM.example.org:443",
            "alias.example.org",
        ]:
            assert (await http.get("/api/v1/who", headers={"Host": host})).status_code == 200, host
        for host in [
            "evil.example",
            "evil.example:8000",
            "localhost.evil.example",
            "localhost.",
            "127.0.0.1.evil.example",
            "127.1",
            "192.0.2.8",
            "evil.example/localhost",
            "user@localhost",
            "localhost:8000:8000",
            "localhost:evil",
            "[::1",
            "::1",
            "localhost evil.example",
            "localhost\xa0",
            "",
            "*",
        ]:
            refused = await http.get("/api/v1/who", headers={"Host": host.encode("latin-1")})
            assert (refused.status_code, refused.json()["code"]) == (421, "host_not_allowed"), host
            assert refused.headers["content-security-policy"] == CONTENT_SECURITY_POLICY


@pytest.mark.security("S4")
async def test_two_hosts_or_none_are_refused() -> None:
    for headers in ([], [(b"host", b"localhost"), (b"host", b"evil.example")]):
        assert (await status_of(app_of(), headers)) == 421


async def test_the_number_the_connection_came_to_is_answered() -> None:
    for host, server, status in [
        (b"198.51.100.5:8000", ("198.51.100.5", 8000), 200),
        (b"[2001:db8::5]:8000", ("2001:db8::5", 8000), 200),
        (b"198.51.100.6:8000", ("198.51.100.5", 8000), 421),
        (b"evil.example", ("evil.example", 80), 421),
        (b"evil.example", None, 421),
        (b"evil.example", ("/run/stormbell.sock", None), 421),
    ]:
        assert (await status_of(app_of(), [(b"host", host)], server=server)) == status, host


async def test_listening_everywhere_adds_no_name() -> None:
    async with client_of(app_of(ServerSettings(host="0.0.0.0"))) as http:
        assert (await http.get("/api/v1/who", headers={"Host": "0.0.0.0:8000"})).status_code == 421


@pytest.mark.security("S4")
async def test_a_websocket_for_another_host_is_closed() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/", "headers": [(b"host", b"evil.example")]}
    await app_of()(scope, asyncio.Queue[Any]().get, send)
    assert sent == [{"type": "websocket.close", "code": 1008}]


async def chunks(count: int, size: int = 100) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b" " * size


async def test_bodies_up_to_the_limit_are_taken(http: httpx.AsyncClient) -> None:
    for content in (b" " * LIMIT, chunks(LIMIT // 100)):
        assert (await http.post("/api/v1/stream", content=content)).json() == {"bytes": LIMIT}
    body = b'{"a": 1}'.ljust(LIMIT)
    answer = await http.post("/api/v1/json", content=body, headers={"Content-Type": "application/json"})
    assert answer.json() == {"fields": 1}


@pytest.mark.security("S21")
async def test_one_byte_more_is_refused_declared_or_chunked(http: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/json"}
    for path in ("/api/v1/json", "/api/v1/stream", "/api/v1/careless"):
        for content in (b" " * (LIMIT + 1), chunks(LIMIT // 100 + 1)):
            refused = await http.post(path, content=content, headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (413, "body_too_large"), path
            assert refused.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
            assert refused.headers["connection"] == "close"


@pytest.mark.security("S21")
async def test_a_length_that_lies_does_not_help(http: httpx.AsyncClient) -> None:
    headers = {"Content-Length": "10", "Content-Type": "application/json"}
    assert (await http.post("/api/v1/stream", content=chunks(11), headers=headers)).status_code == 413


def test_deliveries_may_be_larger() -> None:
    assert body_limit_of({"path": "/api/v1/incidents"}) == BODY_BYTES == 16 * 1024**2
    assert body_limit_of({"path": "/api/v1/sources/src_1/deliveries"}) == DELIVERY_BYTES == 32 * 1024**2
    for path in ("/api/v1/sources", "/api/v1/sources/a/b/deliveries", "/x/api/v1/sources/a/deliveries"):
        assert body_limit_of({"path": path}) == BODY_BYTES


async def status_of(app: FastAPI, headers: list[tuple[bytes, bytes]], server: Any = ("127.0.0.1", 8000)) -> int:
    statuses: list[int] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/api/v1/who",
        "raw_path": b"/api/v1/who",
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "server": server,
        "client": ("127.0.0.1", 1),
    }
    await app(scope, receive, send)
    [status] = statuses
    return status


class TestOnASocket:
    """The same under the real server, where a refused body is still on its way."""

    @pytest.fixture
    async def port(self) -> AsyncIterator[int]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            server = uvicorn.Server(uvicorn.Config(app_of(), lifespan="off", log_config=None))
            serving = asyncio.create_task(server.serve([listener]))
            yield listener.getsockname()[1]
            server.should_exit = True
            await serving

    async def exchange(self, port: int, parts: Iterator[bytes]) -> bytes:
        """Send ``parts`` until an answer begins, and return the answer as far as it comes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = asyncio.create_task(reader.readuntil(b"\r\n\r\n"))
        try:
            for part in parts:
                writer.write(part)
                await writer.drain()
                if head.done():
                    break
            return await asyncio.wait_for(head, 10) + await asyncio.wait_for(reader.readuntil(b"}"), 10)
        finally:
            writer.close()

    async def test_an_endless_chunked_body_is_cut_off(self, port: int) -> None:
        def parts() -> Iterator[bytes]:
            yield b"POST /api/v1/stream HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
            while True:
                yield b"64\r\n" + b" " * 100 + b"\r\n"

        answer = await self.exchange(port, parts())
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert b"body_too_large" in answer

    async def test_a_client_that_sends_before_it_listens_learns_why(self, port: int) -> None:
        body = b" " * 8 * 1024**2
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"POST /api/v1/stream HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode())
        writer.write(body)
        await writer.drain()
        answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        assert answer.startswith(b"HTTP/1.1 413 ")

    async def test_a_client_that_asks_first_is_told_at_once(self, port: int) -> None:
        head = b"POST /api/v1/stream HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999999\r\n"
        answer = await self.exchange(port, iter([head + b"Expect: 100-continue\r\n\r\n"]))
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert b"connection: close" in answer.lower()

    async def test_a_rebound_name_is_refused(self, port: int) -> None:
        head = b"GET /api/v1/who HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
        assert (await self.exchange(port, iter([head]))).startswith(b"HTTP/1.1 421 ")
