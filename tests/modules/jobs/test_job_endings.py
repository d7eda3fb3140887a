"""The end of a job in failure and what its kind's owner does about it: in one order of locks with who cancels."""

import asyncio

from queue_probe import Count, ended, enqueue, eventually, expire, in_state, sql

from app.kernel.node import Node
from app.modules import jobs

FIRST = "SELECT pg_advisory_xact_lock(7)"
LOCKS = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 7 AND NOT granted"


def owned(name: str, **options) -> list[str]:
    """Register a kind that fails, whose owner locks one thing whenever one of its jobs does."""
    told: list[str] = []

    @jobs.kind(name, max_attempts=1, **options)
    async def run(attempt: jobs.Attempt, payload: Count) -> None:
        if payload.n:
            await asyncio.Event().wait()
        raise ValueError("always misses")

    async def first(session, incident_id: str) -> None:
        await sql_on(session, FIRST)

    async def exhausted(session, job: jobs.FinishedJob) -> None:
        told.append(f"{job.id} {job.state}")
        await sql_on(session, FIRST)

    jobs.on_exhausted(name, exhausted, first=first)
    return told


async def sql_on(session, statement: str) -> None:
    await (await session.connection()).exec_driver_sql(statement)


async def cancel_as_an_owner_does(node: Node, incident_id: str, may_cancel: asyncio.Event) -> None:
    async with node.database.transaction() as session:
        await sql_on(session, FIRST)
        await may_cancel.wait()
        await jobs.cancel_where(session, incident_id=incident_id)


async def waits_for_lock(node: Node) -> None:
    await eventually(lambda: sql(node, LOCKS))


async def test_failing_for_good_and_cancelling_the_incident_lock_in_one_order(make_node) -> None:
    told = owned("test.owned")
    node = await make_node()
    may_cancel = asyncio.Event()
    cancelling = asyncio.create_task(cancel_as_an_owner_does(node, "inc_a", may_cancel))
    await eventually(lambda: sql(node, "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 7 AND granted"))
    job_id = await enqueue(node, "test.owned", incident_id="inc_a")
    await waits_for_lock(node)
    may_cancel.set()
    await cancelling
    assert (await ended(node, job_id)).state == "failed"
    # Once: nobody was made to begin anew because PostgreSQL found a deadlock.
    assert told == [f"{job_id} failed"]


async def test_a_job_lost_for_good_and_cancelling_its_incident_lock_in_one_order(make_node) -> None:
    told = owned("test.owned")
    node = await make_node()
    job_id = await enqueue(node, "test.owned", 1, incident_id="inc_a")
    await in_state(node, job_id, "running")
    may_cancel = asyncio.Event()
    cancelling = asyncio.create_task(cancel_as_an_owner_does(node, "inc_a", may_cancel))
    await eventually(lambda: sql(node, "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 7 AND granted"))
    await sql(node, "UPDATE jobs SET lost_count = 2 WHERE id = :id", id=job_id)
    await expire(node, job_id)
    other = await make_node()
    next(loop for loop in other.loops if loop.name == "rescue").wake()
    await waits_for_lock(node)
    may_cancel.set()
    await cancelling
    assert (await ended(node, job_id)).state == "cancelled"
    assert told == []


async def test_an_owner_who_met_another_transaction_has_not_stumbled(make_node) -> None:
    calls: list[str] = []

    @jobs.kind("test.met", max_attempts=1)
    async def run(attempt: jobs.Attempt, payload: Count) -> None:
        raise ValueError("always misses")

    async def exhausted(session, job: jobs.FinishedJob) -> None:
        calls.append(job.id)
        if len(calls) == 1:
            await sql_on(session, "DO $$ BEGIN RAISE EXCEPTION 'met' USING ERRCODE = '40P01'; END $$")

    jobs.on_exhausted("test.met", exhausted)
    node = await make_node()
    job_id = await enqueue(node, "test.met")
    assert (await ended(node, job_id)).state == "failed"
    assert calls == [job_id, job_id]
