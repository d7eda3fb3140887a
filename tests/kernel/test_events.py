"""Facts are written with what they say, hidden while an older writer may still come before them, and in order."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, AsyncSessionTransaction

from app.kernel import events
from app.kernel.bus import EVENTS_TOPIC, Event, hint, publish
from app.kernel.errors import BadRequest
from app.kernel.idempotency import IdempotencyKey
from app.kernel.node import Node


@dataclass(frozen=True, kw_only=True)
class BellRang(Event):
    type: ClassVar[str] = "bell.rang"
    times: int

    def text(self) -> str:
        return f"The bell rang {self.times} times"


async def rings(node: Node, cursor: str = events.START) -> list[int]:
    async with node.database.transaction() as session:
        return [row.data["times"] for row in await events.read_after(session, cursor)]


async def write(session: AsyncSession) -> None:
    """Take a transaction id, as any change does."""
    await session.execute(text("SELECT pg_current_xact_id()"))


async def test_a_fact_is_its_transaction(node: Node) -> None:
    async with node.database.transaction() as session:
        publish(session, BellRang(subject_id="bell_1", incident_id="inc_1", times=1))
    async with node.database.sessions() as session:
        publish(session, BellRang(subject_id="bell_1", times=2))
        await session.rollback()
    assert await rings(node) == [1]
    async with node.database.transaction() as session:
        row = (await events.read_after(session, events.START))[0]
    assert (row.type, row.subject_id, row.incident_id) == ("bell.rang", "bell_1", "inc_1")
    assert row.text == "The bell rang 1 times"


async def test_a_younger_fact_waits_for_an_older_writer(node: Node) -> None:
    async with node.database.sessions() as slow:
        await write(slow)
        async with node.database.transaction() as quick:
            publish(quick, BellRang(subject_id="bell_1", times=2))
        assert await rings(node) == []
        publish(slow, BellRang(subject_id="bell_1", times=1))
        await slow.commit()
    assert await rings(node) == [1, 2]


async def test_a_reader_that_keeps_its_cursor_sees_every_fact_once(node: Node) -> None:
    writers, each = 6, 40

    async def writer(number: int) -> None:
        for times in range(each):
            async with node.database.transaction() as session:
                await write(session)
                if times % 7 == number % 7:
                    await session.execute(text("SELECT pg_sleep(0.002)"))
                publish(session, BellRang(subject_id=f"bell_{number}", times=number * 1000 + times))

    seen: list[int] = []
    done = asyncio.Event()

    async def reader() -> None:
        cursor = events.START
        while not (done.is_set() and len(seen) >= writers * each):
            async with node.database.transaction() as session:
                rows = await events.read_after(session, cursor, limit=17)
            seen.extend(row.data["times"] for row in rows)
            cursor = rows[-1].cursor if rows else cursor
            await asyncio.sleep(0)

    async with asyncio.timeout(60):
        reading = asyncio.create_task(reader())
        await asyncio.gather(*[writer(n) for n in range(writers)])
        done.set()
        await reading
    assert len(seen) == len(set(seen)) == writers * each
    for number in range(writers):
        mine = [s for s in seen if s // 1000 == number]
        assert mine == sorted(mine)


async def test_hints_come_after_the_commit_and_not_at_all_without(node: Node) -> None:
    heard: list[str] = []
    node.bus.on("bells", lambda: heard.append("bells"))
    node.bus.on(EVENTS_TOPIC, lambda: heard.append("events"))
    async with node.database.sessions() as session:
        hint(session, "bells")
        publish(session, BellRang(subject_id="bell_1", times=1))
        await session.flush()
        assert heard == []
        await session.commit()
        assert sorted(heard) == ["bells", "events"]
        hint(session, "bells")
        await session.rollback()
        await session.execute(text("SELECT 1"))
        await session.commit()
    assert sorted(heard) == ["bells", "events"]


@pytest.mark.parametrize("cursor", ["", "1", "a-b", "1-", "-1", "1-2-3", "9" * 50 + "-1", "²-1", "٣-1", f"1-{2**63}"])
async def test_a_foreign_cursor_is_a_problem(node: Node, cursor: str) -> None:
    async with node.database.transaction() as session:
        with pytest.raises(BadRequest):
            await events.read_after(session, cursor)


async def test_the_present_cursor_is_where_a_new_reader_begins(node: Node) -> None:
    async with node.database.transaction() as session:
        assert await events.present_cursor(session) == events.START
    for times in (1, 2):
        async with node.database.transaction() as session:
            publish(session, BellRang(subject_id="bell_1", times=times))
    async with node.database.transaction() as session:
        cursor = await events.present_cursor(session)
    assert await rings(node, cursor) == []


async def ring_and_fail(session: AsyncSession, savepoint: AsyncSessionTransaction) -> None:
    async with savepoint:
        publish(session, BellRang(subject_id="bell_1", times=3))
        session.add_all([IdempotencyKey(caller="a", key="k", fingerprint="f") for _ in range(2)])


async def test_a_savepoint_takes_back_only_its_own_facts(node: Node) -> None:
    async with node.database.transaction() as session:
        publish(session, BellRang(subject_id="bell_1", times=1))
        async with session.begin_nested() as inner:
            publish(session, BellRang(subject_id="bell_1", times=2))
            await inner.rollback()
        with pytest.raises(IntegrityError):
            await ring_and_fail(session, session.begin_nested())
        async with session.begin_nested():
            publish(session, BellRang(subject_id="bell_1", times=4))
        assert await rings(node) == []  # a savepoint let go is not a commit
    assert await rings(node) == [1, 4]


async def test_a_rollback_takes_back_what_a_savepoint_let_go(node: Node) -> None:
    async with node.database.sessions() as session:
        async with session.begin_nested():
            publish(session, BellRang(subject_id="bell_1", times=1))
        await session.rollback()
        publish(session, BellRang(subject_id="bell_1", times=2))
        await session.commit()
    assert await rings(node) == [2]
