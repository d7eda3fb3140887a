"""Cancelling: queued at once, running through its node, ended not at all."""

import asyncio
import contextlib

import pytest
from queue_probe import Count, attempts, cancel, ended, enqueue, in_state, loop_of, sql, view

from app.modules import jobs


async def test_queued_job_is_cancelled_at_once(make_node) -> None:
    node = await make_node(start=False)
    job_id = await enqueue(node, "test.none")
    await cancel(node, job_id)
    job = await view(node, job_id)
    assert (job.state, job.attempt, job.waiting_on) == ("cancelled", 0, None)
    await cancel(node, job_id)  # twice is the same as once


async def test_running_job_is_cancelled_through_its_node(make_node) -> None:
    stopped = asyncio.Event()

    @jobs.kind("test.wait")
    async def wait(attempt: jobs.Attempt, payload: Count) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    node, other = await make_node(**{"jobs.lease_seconds": 60}), await make_node(start=False)
    job_id = await enqueue(node, "test.wait")
    await in_state(node, job_id, "running")
    async with asyncio.timeout(15):  # by the hint: not by the lease's renewal, every 20 s
        await cancel(other, job_id)
        node.bus.wake("jobs.cancel", remote=False)  # the other node is not started, so it cannot pass the hint on
        await stopped.wait()
        job = await ended(node, job_id)
    assert (job.state, job.attempt) == ("cancelled", 1)
    assert await attempts(node, job_id) == []


async def test_handler_that_stumbles_over_its_cancellation_is_still_cancelled(make_node) -> None:
    @jobs.kind("test.wait", retry_seconds=0.01)
    async def wait(attempt: jobs.Attempt, payload: Count) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError as error:
            raise OSError("could not clean up") from error

    node = await make_node()
    job_id = await enqueue(node, "test.wait")
    await in_state(node, job_id, "running")
    await cancel(node, job_id)
    assert (await ended(node, job_id)).state == "cancelled"


async def test_failure_before_the_node_hears_is_not_retried(make_node) -> None:
    release = asyncio.Event()

    @jobs.kind("test.wait", retry_seconds=0.01)
    async def wait(attempt: jobs.Attempt, payload: Count) -> None:
        await release.wait()
        raise OSError("no route")

    node = await make_node()
    job_id = await enqueue(node, "test.wait")
    await in_state(node, job_id, "running")
    await loop_of(node, "leases").stop()
    await cancel(node, job_id)
    job = await view(node, job_id)
    assert job.waiting_on is not None
    assert job.waiting_on.kind == "cancellation"
    release.set()
    job = await ended(node, job_id)
    assert (job.state, job.attempt) == ("cancelled", 1)


async def test_effects_committed_before_the_cancellation_arrives_stand(make_node) -> None:
    entered, release = asyncio.Event(), asyncio.Event()

    @jobs.kind("test.wait")
    async def wait(attempt: jobs.Attempt, payload: Count) -> None:
        entered.set()
        with contextlib.suppress(asyncio.CancelledError):
            await release.wait()
        async with attempt.transaction():
            pass

    node = await make_node()
    job_id = await enqueue(node, "test.wait")
    await asyncio.wait_for(entered.wait(), 10)
    await cancel(node, job_id)
    assert (await ended(node, job_id)).state == "succeeded"


async def test_cancelled_job_of_a_dead_node_ends_cancelled(make_node) -> None:
    node = await make_node(start=False)
    job_id = await enqueue(node, "test.wait")
    await sql(
        node,
        "UPDATE jobs SET state = 'running', attempt = 1, node = 'boot_gone', started_at = now(),"
        " lease_until = now() - interval '1 second'",
    )
    await cancel(node, job_id)
    await node.start()
    job = await ended(node, job_id)
    assert (job.state, job.lost_count) == ("cancelled", 0)


async def test_cancel_where_takes_all_that_fit(make_node) -> None:
    @jobs.kind("test.wait")
    async def wait(attempt: jobs.Attempt, payload: Count) -> None:
        await asyncio.Event().wait()

    node = await make_node()
    running = await enqueue(node, "test.wait", incident_id="inc_1")
    await in_state(node, running, "running")
    queued = await enqueue(node, "test.wait", incident_id="inc_1", delay_seconds=60)
    other = await enqueue(node, "test.wait", incident_id="inc_2", delay_seconds=60)
    async with node.database.transaction() as session:
        assert await jobs.cancel_where(session, incident_id="inc_1") == 2
    assert (await ended(node, running)).state == "cancelled"
    assert (await ended(node, queued)).state == "cancelled"
    assert (await view(node, other)).state == "queued"
    async with node.database.transaction() as session:
        with pytest.raises(TypeError, match="at least one condition"):
            await jobs.cancel_where(session)


async def test_cancel_refuses_what_has_ended_or_never_was(make_node) -> None:
    @jobs.kind("test.fine")
    async def fine(attempt: jobs.Attempt, payload: Count) -> None: ...

    node = await make_node()
    job_id = await enqueue(node, "test.fine")
    await ended(node, job_id)
    with pytest.raises(jobs.JobFinished, match="has succeeded already"):
        await cancel(node, job_id)
    with pytest.raises(jobs.JobNotFound):
        await cancel(node, "job_none")
