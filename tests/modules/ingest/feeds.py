"""A feed on loopback whose answers a test chooses."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

Exchange = tuple[str, dict[str, str]]


def page(*features: Any, **members: Any) -> bytes:
    """A GeoJSON page of these features."""
    return orjson.dumps({"type": "FeatureCollection", "features": list(features), **members})


def quake(key: str, *, mag: float = 5.0, updated: int = 1, **properties: Any) -> dict[str, Any]:
    """A feature as USGS writes it."""
    properties = {"mag": mag, "updated": updated, "title": f"M {mag} - {key}", **properties}
    return {"type": "Feature", "id": key, "properties": properties, "geometry": None}


@dataclass
class Feed:
    """Answers every request with ``status``, ``headers`` and ``body``; with ``hold`` cleared, only once it is set."""

    port: int = 0
    status: int = 200
    body: bytes = page()
    headers: dict[str, str] = field(default_factory=dict)
    etag: str | None = None
    declared: int | None = None
    requests: list[Exchange] = field(default_factory=list)
    sent_bytes: int = 0

    def __post_init__(self) -> None:
        self.hold = asyncio.Event()
        self.hold.set()
        self.asked = asyncio.Condition()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/feed.geojson"

    async def wait_asked(self, count: int) -> None:
        """Wait until this many requests have come."""
        async with asyncio.timeout(10), self.asked:
            await self.asked.wait_for(lambda: len(self.requests) >= count)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                headers = {}
                while (header := (await reader.readline()).strip()) != b"":
                    name, _, value = header.decode().partition(":")
                    headers[name.lower()] = value.strip()
                async with self.asked:
                    self.requests.append((line.decode().strip(), headers))
                    self.asked.notify_all()
                await self.hold.wait()
                await self._answer(line, headers, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, line: bytes, asked: dict[str, str], writer: asyncio.StreamWriter) -> None:
        status, body, headers = self.status, self.body, dict(self.headers)
        if self.etag is not None:
            headers["ETag"] = self.etag
            if status == 200 and asked.get("if-none-match") == self.etag:
                status, body = 304, b""
        declared = len(body) if self.declared is None else self.declared
        lines = [f"HTTP/1.1 {status} X", *[f"{n}: {v}" for n, v in headers.items()]]
        if status != 304:
            lines.append(f"Content-Length: {declared}")
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n")
        length = 0 if line.startswith(b"HEAD ") else max(len(body), self.declared or 0)
        for start in range(0, length, 65536):
            writer.write(body[start : start + 65536] or bytes(65536))
            await writer.drain()
            self.sent_bytes += 65536
        await writer.drain()


@asynccontextmanager
async def serving(feed: Feed) -> AsyncIterator[Feed]:
    """Serve the feed until the block ends."""
    server = await asyncio.start_server(feed.serve, "127.0.0.1", 0)
    feed.port = server.sockets[0].getsockname()[1]
    try:
        yield feed
    finally:
        feed.hold.set()
        server.close()
