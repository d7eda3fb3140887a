"""The log as a live stream: what is written appears, a flood is told as a gap, and writing never waits."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import structlog
from event_streams import OWNER
from fastapi import FastAPI

from app.kernel import logs
from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.modules.logging import tail as tails
from app.modules.logging.log_query import LogQuery
from app.modules.logging.log_sight import LogSight
from app.modules.logging.tail import MAX_READERS, TailReader, tail_of

log = structlog.get_logger("app.modules.jobs.worker")


@pytest.fixture
def writer(tmp_path: Path, url: str) -> Iterator[logs.LogWriter]:
    """The writer, made after the node has said that it started."""
    made = logs.configure("info", tmp_path / "logs", console=False, node_name="heron", boot_id="boot_A")
    yield made
    made.close()
    structlog.contextvars.clear_contextvars()


@asynccontextmanager
async def tailing(url: str, **parameters: str) -> AsyncIterator[AsyncIterator[tuple[str, Any]]]:
    headers = {"Accept": "text/event-stream", **OWNER}
    async with (
        httpx.AsyncClient(timeout=60, verify=False) as client,
        client.stream("GET", f"{url}/api/v1/logs", headers=headers, params=parameters) as response,
    ):
        assert response.status_code == 200, (await response.aread()).decode()
        assert response.headers["Content-Type"].startswith("text/event-stream")
        stream = told(response.aiter_bytes())
        event, hello = await next_of(stream)
        assert (event, set(hello)) == ("hello", {"server_time", "node"})
        yield stream


async def told(chunks: AsyncIterator[bytes]) -> AsyncIterator[tuple[str, Any]]:
    rest = b""
    async for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n\n")
        for frame in whole:
            fields = dict(line.split(": ", 1) for line in frame.decode().splitlines() if not line.startswith(":"))
            if fields:
                yield fields["event"], orjson.loads(fields["data"])


async def next_of(stream: AsyncIterator[tuple[str, Any]]) -> tuple[str, Any]:
    return await asyncio.wait_for(anext(stream), 20)


@pytest.mark.covers("V61")
async def test_what_is_written_appears_and_only_what_is_wanted(url: str, writer: logs.LogWriter) -> None:
    log.info("before anybody watched")
    assert writer.flush()
    async with tailing(url, incident_id="inc_1", level="warning") as stream, tailing(url, q="NEEDLE") as other:
        log.info("too low", incident_id="inc_1")
        log.warning("another's", incident_id="inc_2")
        log.warning("wanted", incident_id="inc_1", size=3)
        log.info("hay and a needle")
        event, record = await next_of(stream)
        assert (event, record["message"], record["data"], record["node"]) == ("record", "wanted", {"size": 3}, "heron")
        assert (await next_of(other))[1]["message"] == "hay and a needle"
        log.error("wanted too", incident_id="inc_1")
        assert (await next_of(stream))[1]["message"] == "wanted too"


async def test_a_flood_is_told_as_a_gap_and_the_stream_goes_on(
    node: Node, url: str, writer: logs.LogWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tails, "RING_BYTES", 100_000)
    tail = tail_of(node)
    sight = LogSight(node.database, Principal(user_id="usr_o", name="O", role=Role.OWNER))

    async def allowed() -> Principal | None:
        return None

    reader = TailReader(tail, node, LogQuery(module="jobs"), sight, allowed)
    with tail.seat(reader):
        frames = reader.frames()
        assert b"hello" in await anext(frames)
        for number in range(3_000):
            log.info("flood", number=number)
        assert await asyncio.to_thread(writer.flush)
        for _ in range(100):
            await asyncio.sleep(0)
            if tail.first:
                break
        gap = await anext(frames)
        assert gap.startswith(b"event: gap\n")
        told = orjson.loads(gap.split(b"data: ")[1])
        assert told["skipped_batches"] + told["skipped_records"] > 0
        assert (await anext(frames)).startswith(b"event: record\n")
        await frames.aclose()
    assert writer.dropped_count == 0
    assert writer._sink is not None
    assert writer._sink.tap is None, "nobody watches any more"


async def test_who_may_not_read_any_more_is_let_go(node: Node, url: str, writer: logs.LogWriter) -> None:
    tail = tail_of(node)
    operator = Principal(user_id="usr_o", name="O", role=Role.OPERATOR)

    async def allowed() -> Principal | None:
        return None

    reader = TailReader(tail, node, LogQuery(), LogSight(node.database, operator), allowed)
    reader_clock = node.clock
    with tail.seat(reader):
        frames = reader.frames()
        await anext(frames)
        tail.end()
        with pytest.raises(StopAsyncIteration):
            await anext(frames)
    assert reader_clock is node.clock


async def test_nobody_watches_without_leave_and_a_full_house_is_told(
    node: Node, url: str, app: FastAPI, writer: logs.LogWriter
) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{url}/api/v1/logs", headers={"Accept": "text/event-stream"})
        assert answer.status_code == 401
        tail = tail_of(node)
        tail.readers = {object() for _ in range(MAX_READERS)}  # type: ignore[misc]
        answer = await client.get(f"{url}/api/v1/logs", headers={"Accept": "text/event-stream", **OWNER})
        assert (answer.status_code, answer.json()["code"]) == (429, "event_streams_exhausted")
        tail.readers = set()
