"""Event streams whose client keeps its connection and reads nothing."""

import asyncio
import socket
from collections.abc import AsyncIterator

import uvicorn
from starlette.types import Receive, Scope, Send

from app.kernel.event_streams import EventStreamResponse


class Brief(EventStreamResponse):
    stalled_seconds = 0.3


async def test_a_client_that_reads_nothing_loses_its_stream_and_one_that_reads_keeps_it() -> None:
    ended = {"/silent": asyncio.Event(), "/reading": asyncio.Event()}

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        async def frames() -> AsyncIterator[bytes]:
            for _ in range(1_000_000):
                yield b"data: %b\n\n" % (b"x" * 65_536)
                await asyncio.sleep(0)

        try:
            await Brief(frames())(scope, receive, send)
        finally:
            ended[scope["path"]].set()

    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(application, lifespan="off", log_config=None))
    serving = asyncio.create_task(server.serve([listening]))
    try:
        _, silent = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        silent.write(b"GET /silent HTTP/1.1\r\nHost: here\r\n\r\n")
        reader, reading = await asyncio.open_connection("127.0.0.1", port)
        reading.write(b"GET /reading HTTP/1.1\r\nHost: here\r\n\r\n")
        async with asyncio.timeout(20):
            while not ended["/silent"].is_set():
                assert await reader.read(1_000_000)
        assert await reader.read(1_000_000)
        assert not ended["/reading"].is_set()
        reading.transport.abort()
        silent.transport.abort()
        async with asyncio.timeout(20):
            await ended["/reading"].wait()
    finally:
        server.should_exit = True
        async with asyncio.timeout(20):
            await serving
