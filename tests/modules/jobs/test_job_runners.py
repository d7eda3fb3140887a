"""Many jobs in few tasks: none of them notices the others."""

import asyncio
import contextvars

from queue_probe import Count, ended, enqueue, eventually, sql

from app.modules import jobs
from app.modules.jobs.working import worker_of

mood = contextvars.ContextVar("mood", default="calm")


async def test_what_a_handler_sets_ends_with_its_job(make_node) -> None:
    seen: list[str] = []

    @jobs.kind("test.moody", concurrency=1)
    async def moody(attempt: jobs.Attempt, payload: Count) -> None:
        seen.append(mood.get())
        mood.set("angry")
        await asyncio.sleep(0)
        seen.append(mood.get())

    node = await make_node()
    for n in range(3):
        await ended(node, await enqueue(node, "test.moody", n))
    assert seen == ["calm", "angry"] * 3
    assert len(worker_of(node)._runners._tasks) == 1  # one task ran them all


async def test_a_cancellation_does_not_meet_the_next_job(make_node) -> None:
    @jobs.kind("test.slow", timeout_seconds=0.02, max_attempts=1)
    async def slow(attempt: jobs.Attempt, payload: Count) -> None:
        await asyncio.Event().wait()

    @jobs.kind("test.deaf", timeout_seconds=0.02, max_attempts=1)
    async def deaf(attempt: jobs.Attempt, payload: Count) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return  # it swallows what it was told

    @jobs.kind("test.patient")
    async def patient(attempt: jobs.Attempt, payload: Count) -> None:
        task = asyncio.current_task()
        assert task is not None
        assert task.cancelling() == 0
        async with asyncio.timeout(5):
            await asyncio.sleep(0.001)

    node = await make_node(**{"jobs.slots": 1})
    for kind, state in (("test.slow", "timed_out"), ("test.deaf", "timed_out"), ("test.patient", "succeeded")):
        assert (await ended(node, await enqueue(node, kind))).state == state


async def test_every_slot_is_used_and_no_more(make_node) -> None:
    now = most = 0
    release = asyncio.Event()

    @jobs.kind("test.wait")
    async def wait(attempt: jobs.Attempt, payload: Count) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await release.wait()
        now -= 1

    node = await make_node(**{"jobs.slots": 20})
    async with node.database.transaction() as session:
        ids = await jobs.enqueue_many(session, "test.wait", [Count(n=n) for n in range(50)])

    async def full() -> bool:
        return now == 20

    await eventually(full)
    release.set()
    for job_id in ids:
        assert (await ended(node, job_id)).state == "succeeded"
    assert most == 20


async def test_jobs_claimed_ahead_are_handed_back_at_a_stop(make_node) -> None:
    started, release = asyncio.Event(), asyncio.Event()

    @jobs.kind("test.mixed")
    async def mixed(attempt: jobs.Attempt, payload: Count) -> None:
        if payload.n >= 300:
            started.set()
            await release.wait()

    node = await make_node(start=False, **{"jobs.slots": 2})
    async with node.database.transaction() as session:
        # The short ones teach the node to claim ahead; then the long ones take its slots.
        await jobs.enqueue_many(session, "test.mixed", [Count(n=n) for n in range(400)])
    await node.start()
    await asyncio.wait_for(started.wait(), 10)

    async def recorded() -> bool:
        return (await sql(node, "SELECT count(*) AS count FROM jobs"))[0].count == 100

    await eventually(recorded)
    await node.stop()
    other = await make_node(start=False)
    states = await sql(other, "SELECT state, count(*) AS count FROM jobs GROUP BY state")
    assert [(row.state, row.count) for row in states] == [("queued", 100)]
    # Only what had begun leaves a trace of its attempt.
    [row] = await sql(other, "SELECT count(*) AS count FROM job_attempts")
    assert row.count == 2
