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
from event_streams import OWNER, HandClock
from fastapi import FastAPI

from app.kernel import logs
from app.kernel.node import Node
from app.kernel.principal import PRINCIPALS_TOPIC, Principal, Role
from app.modules.logging import tail as tails
from app.modules.logging.log_query import LogQuery
from app.modules.logging.log_sight import LogSight
from app.modules.logging.schemas import LogRecordView
from app.modules.logging.tail import MAX_READERS, RECHECK_SOONEST_SECONDS, TailReader, tail_of

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

    reader = TailReader(tail, node.clock, LogQuery(module="jobs"), sight, allowed)
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


@pytest.mark.security("S5")
async def test_whose_rights_change_sees_less_or_is_let_go_at_once(node: Node, url: str, writer: logs.LogWriter) -> None:
    clock, tail = HandClock(), tail_of(node)
    operator = Principal(user_id="usr_o", name="O", role=Role.OPERATOR)
    now: list[Principal | None] = [operator]

    async def allowed() -> Principal | None:
        return now[0]

    reader = TailReader(tail, clock, LogQuery(text="bell"), LogSight(node.database, operator), allowed)
    with tail.seat(reader):
        frames = reader.frames()
        await anext(frames)
        log.info("a bell for operators")
        assert b"a bell for operators" in await asyncio.wait_for(anext(frames), 20)
        waiting = asyncio.ensure_future(anext(frames))
        await clock.advance(RECHECK_SOONEST_SECONDS)
        now[0] = Principal(user_id="usr_o", name="O", role=Role.VIEWER)
        reader.ask_again()  # without it: four seconds more
        log.info("a bell no viewer hears")
        assert await asyncio.to_thread(writer.flush)
        await clock.advance(0)
        assert not waiting.done()
        now[0] = None
        reader.ask_again()
        await clock.advance(RECHECK_SOONEST_SECONDS)
        with pytest.raises(StopAsyncIteration):
            await asyncio.wait_for(waiting, 20)


@pytest.mark.security("S5")
async def test_a_revoked_token_ends_the_tail_within_two_seconds(
    node: Node, url: str, client: httpx.AsyncClient, writer: logs.LogWriter
) -> None:
    may = True
    before = node.authenticate

    async def authenticate(request: Any) -> Principal | None:
        return await before(request) if may else None

    node.authenticate = authenticate
    async with tailing(url) as stream:
        began_at = asyncio.get_running_loop().time()
        may = False
        node.bus.wake(PRINCIPALS_TOPIC, remote=False)
        async with asyncio.timeout(20):
            async for _ in stream:
                """What the node itself says may still come."""
        assert asyncio.get_running_loop().time() - began_at < 4, "it waited for its turn"


async def test_what_is_no_longer_shared_is_asked_anew(node: Node, url: str) -> None:
    sight = LogSight(node.database, Principal(user_id="usr_v", name="V", role=Role.VIEWER))
    record = LogRecordView.model_validate(
        {"at": "2026-01-01T00:00:00Z", "level": "info", "module": "jobs", "message": "m", "job_id": "job_none"}
    )
    assert await sight.visible([record]) == []
    sight._known = {key: (at, True) for key, (at, _) in sight._known.items()}  # as if it had been shared then
    assert await sight.visible([record]) == [record]
    sight.forget()
    assert await sight.visible([record]) == []


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
