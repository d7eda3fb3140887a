"""Alarms of the queue: each is raised once for what is wrong, and goes by itself when that is over."""

import asyncio

import pytest
from pydantic import BaseModel
from queue_probe import Count, cancel, ended, enqueue, eventually, expire, in_state, loop_of, sql

from app.kernel.node import Node
from app.modules import jobs
from app.modules.jobs import alarm_ends, batches, bulk, callbacks, queues
from app.modules.jobs.alarm_ends import QUARANTINED, STUMBLED


class Whole(BaseModel):
    """What a callback takes."""

    batch_id: str


async def open_alarms(node: Node) -> set[str]:
    return {row.key for row in await sql(node, "SELECT key FROM alarms WHERE cleared_at IS NULL")}


async def settled(node: Node) -> set[str]:
    async with node.database.transaction() as session:
        await alarm_ends.settle(session)
    return await open_alarms(node)


@pytest.fixture
def letters() -> list[str]:
    heard: list[str] = []

    @jobs.kind("test.letter", queue="letters")
    async def letter(attempt: jobs.Attempt, payload: Whole) -> None:
        heard.append(payload.batch_id)

    return heard


async def refused(node: Node) -> str:
    """Finish a batch whose callback's queue is being drained."""
    async with node.database.transaction() as session:
        await queues.drain_queue(session, "letters", by=None)
    async with node.database.transaction() as session:
        batch_id = await batches.open_batch(session, "nightly", callback_kind="test.letter")
        await batches.seal(session, batch_id)

    async def raised() -> bool:
        return callbacks.ALARM + batch_id in await open_alarms(node)

    await eventually(raised)
    return batch_id


async def call_again(node: Node) -> None:
    async with node.database.transaction() as session:
        await callbacks.call_again(session)


async def test_a_refused_callback_is_tried_until_it_is_taken(make_node, letters) -> None:
    node = await make_node()
    batch_id = await refused(node)
    await call_again(node)
    [alarm] = await sql(node, "SELECT count, action FROM alarms")
    assert alarm.count == 1  # one that stands is not counted again every ten seconds
    assert "every 10 s" in alarm.action
    async with node.database.transaction() as session:
        await queues.resume_queue(session, "letters", by=None)

    async def told() -> bool:
        await call_again(node)
        return letters == [batch_id]

    await eventually(told)
    assert await open_alarms(node) == set()
    [row] = await sql(node, "SELECT callback_job_id FROM job_batches")
    assert (await ended(node, row.callback_job_id)).state == "succeeded"
    await call_again(node)
    assert await sql(node, "SELECT 1 FROM jobs") == []
    assert letters == [batch_id]


async def test_a_refused_callback_can_be_given_up_and_its_alarm_goes_with_its_batch(make_node, letters) -> None:
    node = await make_node()
    batch_id = await refused(node)
    async with node.database.transaction() as session:
        await batches.cancel_batch(session, batch_id)
    assert await open_alarms(node) == set()
    second = await refused(node)
    assert await settled(node) == {callbacks.ALARM + second}
    await sql(node, "DELETE FROM job_batches")
    assert await settled(node) == set()
    assert letters == []


async def quarantined(node: Node, kind: str) -> str:
    """Lose a job for the third time."""
    job_id = await enqueue(node, kind)
    await in_state(node, job_id, "running")
    await sql(node, "UPDATE jobs SET lost_count = 2 WHERE id = :id", id=job_id)
    await expire(node, job_id)
    loop_of(node, "rescue").wake()
    assert (await ended(node, job_id)).state == "quarantined"
    return job_id


async def test_what_was_set_aside_is_an_alarm_until_each_was_repeated_or_deleted(make_node) -> None:
    @jobs.kind("test.poison")
    async def poison(attempt: jobs.Attempt, payload: Count) -> None:
        await asyncio.Event().wait()

    node = await make_node()
    first, second = await quarantined(node, "test.poison"), await quarantined(node, "test.poison")
    assert await settled(node) == {QUARANTINED + "test.poison"}
    async with node.database.transaction() as session:
        again = await bulk.retry(session, first)
    assert await settled(node) == {QUARANTINED + "test.poison"}
    async with node.database.transaction() as session:
        await bulk.delete(session, second)
    assert await settled(node) == set()
    await cancel(node, again)


async def test_an_alarm_about_a_kind_with_an_owner_goes_a_day_after_the_last(make_node) -> None:
    @jobs.kind("test.owned")
    async def owned(attempt: jobs.Attempt, payload: Count) -> None:
        await asyncio.Event().wait()

    async def told(session, job: jobs.FinishedJob) -> None: ...

    jobs.on_exhausted("test.owned", told)
    node = await make_node()
    await quarantined(node, "test.owned")
    assert await settled(node) == {QUARANTINED + "test.owned"}
    await sql(node, "UPDATE alarms SET last_raised_at = now() - interval '25 hours'")
    assert await settled(node) == set()


async def test_an_owner_that_deals_with_an_end_again_is_no_alarm_any_more(make_node) -> None:
    @jobs.kind("test.broken", max_attempts=1, retry_seconds=0.0001)
    async def broken(attempt: jobs.Attempt, payload: Count) -> None:
        raise ValueError("no such region")

    stumbles = True

    async def stumble(session, job: jobs.FinishedJob) -> None:
        if stumbles:
            raise RuntimeError("the owner stumbles")

    jobs.on_exhausted("test.broken", stumble)
    node = await make_node()
    await ended(node, await enqueue(node, "test.broken"))
    assert await settled(node) == {STUMBLED + "test.broken"}
    stumbles = False
    await ended(node, await enqueue(node, "test.broken"))
    assert await open_alarms(node) == set()

    stumbles = True
    job_id = await enqueue(node, "test.broken")
    await ended(node, job_id)
    assert await settled(node) == {STUMBLED + "test.broken"}
    async with node.database.transaction() as session:
        await bulk.delete(session, job_id)
    assert await settled(node) == set()
