"""A right that is lost stops a stream wherever it is: in its backlog, in what piled up for a slow client, at rest."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from event_streams import BellRang, HandClock, ring
from sqlalchemy import text

from app.kernel import logs
from app.kernel.bus import publish
from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.modules.logging.log_query import LogQuery
from app.modules.logging.log_sight import LogSight
from app.modules.logging.node_parts import shared_of
from app.modules.logging.reader import RECHECK_SECONDS, WRITE_BYTES, Reader
from app.modules.logging.sight import Sight
from app.modules.logging.stream import PAGE_FACTS, Hub
from app.modules.logging.tail import Tail, TailReader
from app.modules.workflows.models import IncidentRow

BEN = Principal(user_id="usr_ben", name="Ben", role=Role.VIEWER, group_ids=frozenset({"grp_flood"}))
RANG = b"event: bell.rang"


class Doorman:
    """Says as whom a client may go on; a test changes its mind."""

    def __init__(self, principal: Principal | None) -> None:
        self.principal = principal

    async def __call__(self) -> Principal | None:
        return self.principal


def reader_of(node: Node, hub: Hub, clock: HandClock, doorman: Doorman, *, after: str | None) -> Reader:
    assert doorman.principal is not None
    sight = Sight(shared_of(node), doorman.principal)
    return Reader(hub, node.database, clock, after=after, incident_id=None, sight=sight, allowed=doorman)


async def next_frame(frames: AsyncIterator[bytes]) -> bytes:
    return await asyncio.wait_for(anext(frames), 10)


async def ended(frames: AsyncIterator[bytes]) -> bool:
    try:
        await next_frame(frames)
    except StopAsyncIteration:
        return True
    return False


@pytest.mark.security("S2")
async def test_a_session_that_ends_stops_a_long_backlog_at_its_next_page(node: Node, owner: Principal) -> None:
    await ring(node, *range(3 * PAGE_FACTS))
    clock, doorman = HandClock(), Doorman(owner)
    hub = Hub(node.database, clock)
    reader = reader_of(node, hub, clock, doorman, after="0-0")
    with hub.seat(reader):
        frames = reader.frames()
        assert b"event: hello" in await next_frame(frames)
        assert 0 < (await next_frame(frames)).count(RANG) <= PAGE_FACTS
        doorman.principal = None
        assert await ended(frames)


@pytest.mark.security("S2")
@pytest.mark.parametrize("lost", ["the share", "the group"])
async def test_a_share_that_is_taken_away_hides_the_rest_of_a_backlog(node: Node, lost: str) -> None:
    async with node.database.transaction() as session:
        session.add(
            IncidentRow(
                id="inc_hers", name="hers", workflow="w", workflow_version="1", state="active", owner_id="usr_ada"
            )
        )
        await session.flush()
        await session.execute(
            text(
                "INSERT INTO shares (object_id, subject_id, level, shared_by)"
                " VALUES ('inc_hers', 'grp_flood', 'view', 'usr_ada')"
            )
        )
        for number in range(3 * PAGE_FACTS):
            publish(session, BellRang(subject_id="inc_hers", incident_id="inc_hers", times=number))
    clock, doorman = HandClock(), Doorman(BEN)
    hub = Hub(node.database, clock)
    reader = reader_of(node, hub, clock, doorman, after="0-0")
    with hub.seat(reader):
        frames = reader.frames()
        await next_frame(frames)
        assert (await next_frame(frames)).count(RANG) == PAGE_FACTS
        if lost == "the share":
            async with node.database.transaction() as session:
                await session.execute(text("DELETE FROM shares"))
        else:
            doorman.principal = replace(BEN, group_ids=frozenset())
        waiting = asyncio.ensure_future(anext(frames))
        await clock.advance(15)  # only the heartbeat is left
        assert (await asyncio.wait_for(waiting, 10)).startswith(b": heartbeat")
        hub.end()
        assert await ended(frames)


@pytest.mark.security("S2")
async def test_what_piled_up_for_a_slow_client_is_not_sent_once_it_may_not_read(node: Node, owner: Principal) -> None:
    clock, doorman = HandClock(), Doorman(owner)
    hub = Hub(node.database, clock)
    reader = reader_of(node, hub, clock, doorman, after=None)
    with hub.seat(reader):
        frames = reader.frames()
        await next_frame(frames)
        await ring(node, *range(8), pad="p" * (WRITE_BYTES // 2))
        async with asyncio.timeout(10):  # until no older transaction hides them
            while not any(True for _ in hub.facts_from(hub.first)):
                await hub.tail()
                clock.pass_by(1)
        assert RANG in await next_frame(frames)
        clock.pass_by(RECHECK_SECONDS)  # while it took that
        doorman.principal = None
        assert await ended(frames)


@pytest.fixture
def lines() -> list[bytes]:
    return [logs.encode({**logs.shape("app.x", "info", f"record {n}", {}), "node": "heron"}) for n in range(3)]


@pytest.mark.security("S2")
async def test_records_that_piled_up_for_a_slow_client_are_not_sent_once_it_may_not_read(
    node: Node, owner: Principal, lines: list[bytes]
) -> None:
    clock, doorman = HandClock(), Doorman(owner)
    tail = Tail(node)
    reader = TailReader(tail, clock, LogQuery(), LogSight(node.database, owner), doorman)
    with tail.seat(reader):
        frames = reader.frames()
        assert b"event: hello" in await next_frame(frames)
        for line in lines:
            tail._arrived(line)
        assert b"record 0" in await next_frame(frames)
        clock.pass_by(RECHECK_SECONDS)
        doorman.principal = None
        assert await ended(frames)
