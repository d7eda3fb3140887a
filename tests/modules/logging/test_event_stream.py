"""The event stream: every fact once, in order, whoever writes and however often the client comes back."""

import asyncio
import random
import resource
import socket
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
from event_streams import OWNER, BellRang, HandClock, Message, next_of, opened, parsed, ring
from fastapi import FastAPI
from sqlalchemy import text

from app.kernel.bus import publish
from app.kernel.node import Node
from app.kernel.principal import SYSTEM, Principal
from app.kernel.settings import Settings
from app.modules.logging.facts import Key
from app.modules.logging.node_parts import hub_of, shared_of
from app.modules.logging.reader import HEARTBEAT_SECONDS, RECHECK_SECONDS, Reader
from app.modules.logging.sight import Sight
from app.modules.logging.stream import MAX_READERS, RING_FACTS, Hub
from tests.conftest import settings_for

WRITERS, EACH = 8, 250


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A house in which one account may take every seat."""
    return settings_for(tmp_path / "data", **{"limits.user_streams": MAX_READERS})


async def write_interleaved(node: Node, writer: int, dice: random.Random) -> None:
    """Commit ``EACH`` facts, some in transactions that stay open behind later ones."""
    for number in range(EACH):
        async with node.database.transaction() as session:
            await session.execute(text("SELECT pg_current_xact_id()"))
            if dice.random() < 0.2:
                await session.execute(text("SELECT pg_sleep(:s)"), {"s": dice.random() * 0.02})
            publish(session, BellRang(subject_id="bell_1", times=writer * EACH + number))
            if dice.random() < 0.1:
                await session.flush()
                await session.execute(text("SELECT pg_sleep(:s)"), {"s": dice.random() * 0.03})


async def read_all(url: str, count: int, *, after: str | None = None, reconnect_every: int = 10**9) -> list[Message]:
    """Read ``count`` facts, coming back with the last id after every ``reconnect_every``."""
    found: list[Message] = []
    while len(found) < count:
        async with opened(url, after) as stream:
            assert (await next_of(stream)).event == "hello"
            for _ in range(min(reconnect_every, count - len(found))):
                message = await next_of(stream)
                assert message.event == "bell.rang", message
                found.append(message)
                after = message.id
    return found


@pytest.mark.covers("A14")
async def test_concurrent_writers_make_no_gap_and_no_duplicate(node: Node, url: str) -> None:
    total = WRITERS * EACH
    async with opened(url) as first:
        start = (await next_of(first)).id
        readers = [
            asyncio.create_task(read_all(url, total, after=start)),
            asyncio.create_task(read_all(url, total, after=start, reconnect_every=97)),
            asyncio.create_task(read_all(url, total, after=start, reconnect_every=400)),
        ]
        dice = random.Random(7)
        await asyncio.gather(*[write_interleaved(node, n, random.Random(dice.random())) for n in range(WRITERS)])
        live = [await next_of(first) for _ in range(total)]
        resumed = await asyncio.gather(*readers)
    late = await read_all(url, total, after=start)
    assert sorted(m.data["data"]["times"] for m in live) == list(range(total))
    for messages in (*resumed, late):
        assert [m.id for m in messages] == [m.id for m in live]
    keys = [tuple(map(int, m.id.split("-"))) for m in live]
    assert all(a < b for a, b in pairwise(keys))


async def test_a_fact_hidden_by_an_older_writer_comes_when_that_one_gives_up(node: Node, url: str) -> None:
    async with opened(url) as stream:
        assert (await next_of(stream)).event == "hello"
        async with node.database.sessions() as older:
            await older.execute(text("SELECT pg_current_xact_id()"))
            await ring(node, 1)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(asyncio.shield(pending := asyncio.ensure_future(anext(stream))), 0.3)
            await older.rollback()  # no hint tells of it
        message = await asyncio.wait_for(pending, 2)
        assert message.data["data"]["times"] == 1


async def test_a_filtered_stream_tells_its_incident_only(node: Node, url: str) -> None:
    await ring(node, 1, incident_id="inc_1")
    await ring(node, 2, incident_id="inc_2")
    async with opened(url, "0-0", incident_id="inc_1") as stream:
        assert [(await next_of(stream)).event for _ in range(2)] == ["hello", "bell.rang"]
        await ring(node, 3, incident_id="inc_2")
        await ring(node, 4)
        await ring(node, 5, incident_id="inc_1")
        message = await next_of(stream)
    assert (message.data["data"]["times"], message.data["incident_id"]) == (5, "inc_1")
    assert message.data["text"] == "The bell rang 5 times"
    assert message.data["id"] == message.id


@pytest.mark.parametrize("cursor", ["7", "x-1", "1-", "-1", "1-2-3", "9" * 40 + "-1"])
async def test_a_foreign_cursor_is_refused(url: str, cursor: str) -> None:
    async with httpx.AsyncClient() as client:
        headers = {"Accept": "text/event-stream", "Last-Event-ID": cursor, **OWNER}
        answer = await client.get(f"{url}/api/v1/events", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "request_malformed")


async def test_a_cursor_from_another_life_or_before_the_horizon_is_a_gap(node: Node, url: str) -> None:
    await ring(node, 1, 2, 3)
    async with opened(url, "999999999-1") as stream:
        hello, gap = await next_of(stream), await next_of(stream)
        assert (hello.event, gap.event) == ("hello", "gap")
        assert gap.data["cursor"] == gap.id == hello.id
        await ring(node, 4)
        assert (await next_of(stream)).data["data"]["times"] == 4
    async with node.database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO event_horizons (id, transaction, number)"
                " SELECT 1, transaction, number FROM events ORDER BY transaction, number LIMIT 1"
            )
        )
    async with opened(url, "0-0") as stream:
        assert [(await next_of(stream)).event for _ in range(2)] == ["hello", "gap"]


@pytest.mark.security("S2")
async def test_nobody_reads_without_leave(url: str, app: FastAPI) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{url}/api/v1/events", headers={"Accept": "text/event-stream"})
    assert answer.status_code == 401


@pytest.mark.security("S21")
async def test_a_full_house_is_told_to_come_back(node: Node, url: str) -> None:
    hub = hub_of(node)
    sitting = [reader_on(node, hub, HandClock()) for _ in range(MAX_READERS)]
    hub.readers.update(sitting)
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{url}/api/v1/events", headers={"Accept": "text/event-stream", **OWNER})
    assert (answer.status_code, answer.json()["code"]) == (429, "event_streams_exhausted")
    assert answer.headers["Retry-After"] == "5"
    hub.readers.difference_update(sitting)
    async with opened(url) as stream:
        assert (await next_of(stream)).event == "hello"


async def test_a_client_that_leaves_gives_its_seat_back(node: Node, url: str) -> None:
    hub = hub_of(node)
    async with opened(url) as stream:
        await next_of(stream)
        assert len(hub.readers) == 1
    async with asyncio.timeout(10):
        while hub.readers:
            await ring(node, 1)


async def test_a_draining_node_ends_its_streams(node: Node, url: str) -> None:
    async with opened(url) as stream:
        await next_of(stream)
        node.draining.set()
        with pytest.raises(StopAsyncIteration):
            await next_of(stream)


async def test_no_session_is_held_while_streaming(node: Node, url: str) -> None:
    async with opened(url) as stream, opened(url) as other:
        await next_of(stream)
        await next_of(other)
        await ring(node, 1)
        await next_of(stream)
        await next_of(other)
        async with node.database.transaction() as session:
            query = text("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'")
            assert await session.scalar(query) == 0


def reader_on(node: Node, hub: Hub, clock: HandClock, *, principals: list[Principal | None] | None = None) -> Reader:
    async def allowed() -> Principal | None:
        return principals.pop(0) if principals is not None else SYSTEM

    sight = Sight(shared_of(node), SYSTEM)
    return Reader(hub, node.database, clock, after=None, incident_id=None, sight=sight, allowed=allowed)


async def next_frame(frames: AsyncIterator[bytes]) -> bytes:
    return await asyncio.wait_for(anext(frames), 10)


async def test_a_quiet_stream_beats_and_moves_the_last_id(node: Node) -> None:
    clock = HandClock()
    hub = Hub(node.database, clock)
    reader = reader_on(node, hub, clock)
    with hub.seat(reader):
        frames = reader.frames()
        assert b"event: hello" in await next_frame(frames)
        for _ in range(2):
            beat = asyncio.ensure_future(anext(frames))
            for _ in range(int(HEARTBEAT_SECONDS / RECHECK_SECONDS)):
                assert not beat.done()
                await clock.advance(RECHECK_SECONDS)
            frame = await asyncio.wait_for(beat, 10)
            assert frame.startswith(b": heartbeat\nid: ")
            assert parsed(frame.removesuffix(b"\n\n")) is None
        hub.end()
        with pytest.raises(StopAsyncIteration):
            await next_frame(frames)


@pytest.mark.security("S19")
async def test_a_revoked_reader_is_let_go_within_five_seconds(node: Node, owner: Principal) -> None:
    clock = HandClock()
    hub = Hub(node.database, clock)
    reader = reader_on(node, hub, clock, principals=[owner, None])
    with hub.seat(reader):
        frames = reader.frames()
        await next_frame(frames)
        ending = asyncio.ensure_future(anext(frames))
        await clock.advance(5)
        await clock.advance(5)
        with pytest.raises(StopAsyncIteration):
            await asyncio.wait_for(ending, 10)


async def test_an_idle_hub_reads_nothing(node: Node) -> None:
    hub = Hub(node.database, HandClock())
    await ring(node, 1)
    assert await hub.tail() is None
    key: Key = (0, 0)
    assert hub.number_after(key) is None


class Deaf:
    """A client that asked for the stream and does not read it."""

    def __init__(self, url: str, after: str) -> None:
        self.after = after
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        self._socket.setblocking(False)
        host, port = url.removeprefix("http://").split(":")
        self._address = (host, int(port))

    def close(self) -> None:
        self._socket.close()

    async def ask(self) -> None:
        loop = asyncio.get_running_loop()
        await loop.sock_connect(self._socket, self._address)
        await loop.sock_sendall(
            self._socket,
            b"GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n"
            b"X-Test-Caller: owner\r\nLast-Event-ID: %b\r\n\r\n" % self.after.encode(),
        )

    async def listen(self) -> list[Message]:
        """Read what was sent until the server ended it; whole messages only."""
        loop = asyncio.get_running_loop()
        raw = bytearray()
        while chunk := await asyncio.wait_for(loop.sock_recv(self._socket, 65536), 20):
            raw += chunk
        _headers, _, body = bytes(raw).partition(b"\r\n\r\n")
        stream = bytearray()
        while body:  # chunked transfer coding
            size, _, body = body.partition(b"\r\n")
            stream += body[: int(size, 16)]
            body = body[int(size, 16) + 2 :]
        found = [parsed(part) for part in bytes(stream).split(b"\n\n")[:-1]]
        return [message for message in found if message is not None]


@pytest.mark.parametrize("clients", [1, MAX_READERS - 1])
async def test_clients_that_stop_reading_are_dropped_and_resume(
    node: Node, url: str, clients: int, request: pytest.FixtureRequest
) -> None:
    hub = hub_of(node)
    async with opened(url) as stream:
        start = (await next_of(stream)).id
    deaf = [Deaf(url, start) for _ in range(clients)]
    for one in deaf:
        request.addfinalizer(one.close)
        await one.ask()
    async with asyncio.timeout(20):
        while len(hub.readers) < clients:
            await ring(node, -1)
    before = resident_bytes()
    count = 10_000
    assert count > 2 * RING_FACTS
    for batch in range(0, count, 500):
        await ring(node, *range(batch, batch + 500), pad="p" * 800)
    async with asyncio.timeout(60):
        while hub.readers:
            await ring(node, -1)
    assert hub.slow_count == clients
    if before:
        assert resident_bytes() - before < 50e6
    heard = await deaf[0].listen()
    assert 0 < len(heard) < count
    rest = await read_numbers(url, heard[-1].id, count - 1)
    numbers = [m.data["data"]["times"] for m in heard if m.event == "bell.rang"] + rest
    assert [n for n in numbers if n >= 0] == list(range(count))


async def read_numbers(url: str, after: str, last: int) -> list[int]:
    numbers: list[int] = []
    async with opened(url, after) as stream:
        await next_of(stream)
        while not numbers or numbers[-1] != last:
            numbers.append((await next_of(stream)).data["data"]["times"])
    return numbers


def resident_bytes() -> int:
    """Return the process's resident memory, 0 where /proc does not tell."""
    if not Path("/proc/self/statm").exists():
        return 0
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
