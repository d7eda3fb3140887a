"""A clock tests turn by hand, facts to publish, and clients of the event stream on real sockets."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

import httpx
import uvicorn
from fastapi import FastAPI

from app.kernel.bus import Event, publish
from app.kernel.clock import Clock
from app.kernel.node import Node

OWNER = {"X-Test-Caller": "owner"}


@dataclass(frozen=True, kw_only=True)
class BellRang(Event):
    """A fact of these tests."""

    type: ClassVar[str] = "bell.rang"
    times: int
    pad: str = ""

    def text(self) -> str:
        return f"The bell rang {self.times} times"


@dataclass(frozen=True)
class Message:
    """One server-sent event."""

    id: str
    event: str
    data: dict[str, Any]


class HandClock(Clock):
    """Time passes when the test says so."""

    def __init__(self) -> None:
        self._seconds = 100.0
        self._sleepers: dict[asyncio.Event, float] = {}
        self._slept = asyncio.Event()

    def monotonic(self) -> float:
        return self._seconds

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        over = asyncio.Event()
        self._sleepers[over] = self._seconds + (float("inf") if seconds is None else seconds)
        self._slept.set()
        waits = [asyncio.create_task(event.wait()), asyncio.create_task(over.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            del self._sleepers[over]
            for wait in waits:
                wait.cancel()
        return event.is_set()

    def pass_by(self, seconds: float) -> None:
        """Let time pass while nobody waits for it."""
        self._seconds += seconds

    async def advance(self, seconds: float) -> None:
        """Let time pass once somebody waits for it."""
        await asyncio.wait_for(self._slept.wait(), 10)
        self._slept.clear()
        self._seconds += seconds
        for over, at in self._sleepers.items():
            if at <= self._seconds:
                over.set()


async def ring(node: Node, *times: int, incident_id: str | None = None, pad: str = "") -> None:
    """Publish facts, all in one transaction."""
    async with node.database.transaction() as session:
        for number in times:
            publish(session, BellRang(subject_id="bell_1", incident_id=incident_id, times=number, pad=pad))


@asynccontextmanager
async def listening(app: FastAPI) -> AsyncIterator[str]:
    """Serve ``app`` on a loopback port; yield its address."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listener.close()


@asynccontextmanager
async def opened(url: str, after: str | None = None, **parameters: str) -> AsyncIterator[AsyncIterator[Message]]:
    """Open the event stream; yield its messages as they come. Heartbeats are skipped."""
    headers = {"Accept": "text/event-stream", **OWNER} | ({"Last-Event-ID": after} if after else {})
    async with (
        httpx.AsyncClient(timeout=60, verify=False) as client,
        client.stream("GET", f"{url}/api/v1/events", headers=headers, params=parameters) as response,
    ):
        assert response.status_code == 200, (await response.aread()).decode()
        assert response.headers["Content-Type"].startswith("text/event-stream")
        yield messages(response.aiter_bytes())


async def messages(chunks: AsyncIterator[bytes]) -> AsyncIterator[Message]:
    """Split a byte stream into messages."""
    rest = b""
    async for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n\n")
        for frame in whole:
            # What the node itself has to say, whenever that is, is not what these tests are about.
            if (message := parsed(frame)) is not None and not message.event.startswith(
                ("node.", "leader.", "sections.")
            ):
                yield message


def parsed(frame: bytes) -> Message | None:
    """Read one frame; ``None`` for a heartbeat."""
    fields = dict(line.split(": ", 1) for line in frame.decode().splitlines() if not line.startswith(":"))
    if "event" not in fields:
        return None
    return Message(fields["id"], fields["event"], json.loads(fields["data"]))


async def next_of(stream: AsyncIterator[Message]) -> Message:
    """Return the next message, within a deadline."""
    return await asyncio.wait_for(anext(stream), 20)
