"""Requests like one before are taken without being parsed: answered the same, in order, and never mistaken."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
import uvicorn

from app.kernel.http_protocol import MORE, RAISED, Protocol
from app.kernel.repeated_heads import head_of

HEAD = b"202 Accepted\r\ncontent-length: 4\r\ncontent-type: text/plain\r\n"


class App:
    """Echoes four bytes, in capitals where it took them itself, and says what came to it."""

    def __init__(self) -> None:
        self.parsed: list[bytes] = []
        self.taken: list[tuple[bytes, Mapping[bytes, bytes]]] = []
        self.waiting: list[Any] = []
        self.is_waiting = False
        self.heard = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body", False):
                break
        self.parsed.append(body)
        status = 500 if RAISED in scope["extensions"] else 202
        headers = [(b"content-length", b"4"), (b"content-type", b"text/plain")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body[:4]})
        if MORE in scope["extensions"]:
            scope["extensions"][MORE](scope, self.take, frozenset({b"x-key"}))

    def take(self, body: bytes, values: Mapping[bytes, bytes], answer: Any, failed: Any) -> bool:
        if body == b"no!!":
            return False
        self.taken.append((body, dict(values)))
        if body == b"oops":
            raise ValueError(body)
        if self.is_waiting:
            self.waiting.append((body, answer, failed))
            self.heard.set()
        else:
            answer(HEAD, body[:4].upper())
        return True


class Serving:
    def __init__(self, app: App, server: uvicorn.Server, port: int, task: "asyncio.Task[None]") -> None:
        self.app, self.server, self.port, self.task = app, server, port, task


@pytest.fixture
async def serving() -> AsyncIterator[Serving]:
    app = App()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.setblocking(False)
        server = uvicorn.Server(uvicorn.Config(app, http=Protocol, lifespan="off", log_config=None))
        task = asyncio.create_task(server.serve(sockets=[listener]))
        async with asyncio.timeout(30):
            yield Serving(app, server, listener.getsockname()[1], task)
        server.should_exit = True
        await task


def request(body: bytes, more: bytes = b"", version: bytes = b"1.1", target: bytes = b"/a") -> bytes:
    return b"POST %b HTTP/%b\r\nHost: x\r\n%bContent-Length: %d\r\n\r\n%b" % (target, version, more, len(body), body)


class Client:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def of(cls, serving: Serving) -> "Client":
        return cls(*await asyncio.open_connection("127.0.0.1", serving.port))

    async def answer(self) -> tuple[bytes, list[bytes], bytes]:
        first, *lines = (await self.reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
        said = sorted(line for line in lines if line and not line.startswith(b"date: "))
        assert any(line.startswith(b"date: ") for line in lines)
        return first, said, await self.reader.readexactly(4)

    async def ask(self, *parts: bytes) -> tuple[bytes, list[bytes], bytes]:
        for part in parts:
            self.writer.write(part)
            await self.writer.drain()
        return await self.answer()


async def test_what_is_alike_is_taken_and_answered_alike(serving: Serving) -> None:
    client = await Client.of(serving)
    first = await client.ask(request(b"aaaa"))
    second = await client.ask(request(b"bbbbbb"))
    assert (first[:2], first[2], second[2]) == (second[:2], b"aaaa", b"BBBB")
    assert serving.app.taken == [(b"bbbbbb", {})]
    # Whatever differs is read, and then known itself.
    for number, odd in enumerate(
        [
            request(b"cccc", target=b"/b"),
            request(b"cccc", more=b"X-More: 1\r\n"),
            request(b"cccc").replace(b"Content-Length: 4", b"Content-Length:  4"),
            request(b"cccc").replace(b"Content-Length: 4", b"Content-Length: 4 "),
            request(b"cccc").replace(b"Host: x", b"Host: y"),
        ]
    ):
        assert (await client.ask(odd))[2] == odd[-4:]
        assert len(serving.app.taken) == 1, number
        assert (await client.ask(request(b"aaaa")))[2] == b"aaaa"
    assert (await client.ask(request(b"no!!")))[2] == b"no!!"  # the taker would not
    assert len(serving.app.parsed) == 12
    client.writer.close()


async def test_values_that_may_differ_are_given(serving: Serving) -> None:
    client = await Client.of(serving)
    await client.ask(request(b"aaaa", b"X-Key: 1\r\n"))
    await client.ask(request(b"bbbb", b"X-Key: two\r\n"))
    assert serving.app.taken == [(b"bbbb", {b"x-key": b"two"})]
    for odd in (b"a b", b"", b"a\tb", b"\xe4"):
        assert (await client.ask(request(b"cccc", b"X-Key: %b\r\n" % odd)))[2] == b"cccc"
    assert len(serving.app.taken) == 1
    client.writer.close()


async def test_pieces_and_several_at_once(serving: Serving) -> None:
    client = await Client.of(serving)
    whole = request(b"bbbbbb")
    for first in range(1, len(whole)):
        await client.ask(request(b"aaaa"))
        assert (await client.ask(whole[:first], whole[first:]))[2].lower() == b"bbbb"
    assert (b"bbbbbb", {}) in serving.app.taken  # head and body came one after the other
    client.writer.write(request(b"aaaa") + request(b"bbbb") + request(b"cccc"))
    assert [(await client.answer())[2].lower() for _ in range(3)] == [b"aaaa", b"bbbb", b"cccc"]
    large = b"l" * 300_000
    assert (await client.ask(request(large)))[2] == b"llll"
    assert serving.app.parsed[-1] == large
    client.writer.close()


async def test_what_comes_while_one_is_taken_waits_for_its_turn(serving: Serving) -> None:
    client = await Client.of(serving)
    await client.ask(request(b"aaaa"))
    serving.app.is_waiting = True
    client.writer.write(request(b"bbbb"))
    await serving.app.heard.wait()
    serving.app.is_waiting = False
    await client.writer.drain()
    client.writer.write(request(b"cccc") + request(b"dddd", target=b"/b"))
    [(body, answer, _)] = serving.app.waiting
    answer(HEAD, body)
    assert [(await client.answer())[2] for _ in range(3)] == [b"bbbb", b"cccc", b"dddd"]
    client.writer.close()


@pytest.mark.parametrize("late", [False, True])
async def test_what_a_request_came_to_is_told_by_the_application(serving: Serving, late: bool) -> None:
    client = await Client.of(serving)
    await client.ask(request(b"aaaa"))
    serving.app.is_waiting = late
    client.writer.write(request(b"late" if late else b"oops"))
    if late:
        await serving.app.heard.wait()
        serving.app.waiting[0][2](ValueError("late"))
    first, _, body = await client.answer()
    assert (first, body) == (b"HTTP/1.1 500 Internal Server Error", b"late" if late else b"oops")
    serving.app.is_waiting = False
    assert (await client.ask(request(b"bbbb")))[0] == b"HTTP/1.1 202 Accepted"
    client.writer.close()


async def test_a_server_that_ends_answers_what_it_has_taken(serving: Serving) -> None:
    client = await Client.of(serving)
    await client.ask(request(b"aaaa"))
    serving.app.is_waiting = True
    client.writer.write(request(b"bbbb"))
    await serving.app.heard.wait()
    serving.server.should_exit = True
    for connection in serving.server.server_state.connections:
        connection.shutdown()
    [(body, answer, _)] = serving.app.waiting
    answer(HEAD, body)
    _, headers, body = await client.answer()
    assert b"connection: close" in headers
    assert (body, await client.reader.read()) == (b"bbbb", b"")
    await serving.task
    client.writer.close()


async def test_who_leaves_is_not_answered(serving: Serving) -> None:
    client = await Client.of(serving)
    await client.ask(request(b"aaaa"))
    serving.app.is_waiting = True
    client.writer.write(request(b"bbbb"))
    await serving.app.heard.wait()
    client.writer.transport.abort()
    serving.app.is_waiting = False
    other = await Client.of(serving)
    await other.ask(request(b"aaaa"))  # by now it is known that the first has left
    for tell in serving.app.waiting[0][1:]:
        tell(*((HEAD, b"bbbb") if tell is serving.app.waiting[0][1] else (ValueError(),)))
    assert (await other.ask(request(b"cccc")))[2] == b"CCCC"
    other.writer.close()


async def test_clients_of_the_old_protocol_and_ends_of_connections_are_read(serving: Serving) -> None:
    for version, more in ((b"1.0", b""), (b"1.1", b"Connection: close\r\n")):
        client = await Client.of(serving)
        assert (await client.ask(request(b"aaaa", more, version)))[2] == b"aaaa"
        assert await client.reader.read() == b""
        client.writer.close()
    client = await Client.of(serving)
    for body in (b"aaaa", b"bbbb"):
        await client.ask(request(body, b"Connection: keep-alive\r\n"))
    assert serving.app.taken == [(b"bbbb", {})]
    client.writer.close()


def test_a_head_that_reads_in_two_ways_is_none() -> None:
    headers = [(b"host", b"x"), (b"content-length", b"4")]
    scope = {
        "method": "POST",
        "raw_path": b"/a",
        "query_string": b"b=1",
        "headers": headers,
        "http_version": "1.1",
    }
    sent = b"POST /a?b=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n"
    found = head_of(sent, scope, frozenset())
    assert found is not None
    assert found.read(sent + b"abcd") == (len(sent), 4, {})
    for odd in (b"4\n", b"+4", b"4_0", b"0x4", b"-1", b"", b" 4", b"1" * 10):
        assert found.read(sent.replace(b": 4", b": " + odd)) is None
    for other in (
        sent.replace(b"\r\n", b"\n"),
        sent.replace(b"Host: x\r\n", b"Host: x\n"),
        sent.replace(b"b=1", b"b=2"),
        sent.replace(b"POST", b"PUT"),
        sent[:-2],
    ):
        assert head_of(other, scope, frozenset()) is None
    assert head_of(sent.replace(b" 1.1", b" 1.0"), scope | {"http_version": "1.0"}, frozenset()) is None
    twice = scope | {"headers": [*headers, (b"content-length", b"4")]}
    assert head_of(sent[:-2] + b"Content-Length: 4\r\n\r\n", twice, frozenset()) is None
