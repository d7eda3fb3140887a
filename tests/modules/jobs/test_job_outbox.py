"""Outcomes whose record is in doubt, owners that cannot be told, times that are over."""

import asyncio
from collections.abc import Iterator

import pytest
from queue_probe import Count, attempts, ended, enqueue, eventually, in_state, sql, view

from app.kernel import failpoints
from app.modules import jobs
from app.modules.jobs.endings import MAX_TRIES


@pytest.fixture(autouse=True)
def disarmed() -> Iterator[None]:
    """Leave no failpoint armed."""
    yield
    failpoints.arm("")


@pytest.mark.parametrize("line", ["jobs.flush", "jobs.flushed"])
async def test_a_record_in_doubt_is_neither_lost_nor_made_twice(make_node, line: str) -> None:
    ran: list[int] = []

    @jobs.kind("test.count")
    async def count(attempt: jobs.Attempt, payload: Count) -> Count:
        ran.append(payload.n)
        return payload

    node = await make_node(start=False)
    async with node.database.transaction() as session:
        await jobs.enqueue_many(session, "test.count", [Count(n=n) for n in range(200)])
    failpoints.arm(f"{line}=raise")  # before the statement is sent, and after it was committed
    await node.start()

    async def all_ended() -> bool:
        return await sql(node, "SELECT 1 FROM jobs LIMIT 1") == []

    await eventually(all_ended)
    rows = await sql(node, "SELECT state, attempt, (result->>'n')::int AS n FROM finished_jobs ORDER BY number")
    assert [(row.state, row.attempt, row.n) for row in rows] == [("succeeded", 1, n) for n in range(200)]
    assert sorted(ran) == list(range(200))


async def test_a_retry_in_doubt_is_neither_lost_nor_made_twice(make_node) -> None:
    @jobs.kind("test.flaky", retry_seconds=0.01)
    async def flaky(attempt: jobs.Attempt, payload: Count) -> None:
        if attempt.attempt == 1:
            raise OSError("a bad moment")

    node = await make_node()
    failpoints.arm("jobs.requeued=raise")
    job = await ended(node, await enqueue(node, "test.flaky"))
    assert (job.state, job.attempt, job.failed_count) == ("succeeded", 2, 1)
    assert await attempts(node, job.id) == [(1, "failed")]


async def test_an_owner_that_always_raises_is_not_asked_for_ever(make_node) -> None:
    @jobs.kind("test.broken", max_attempts=1, retry_seconds=0.0001)
    async def broken(attempt: jobs.Attempt, payload: Count) -> None:
        raise ValueError("no such region")

    asked = 0

    async def stumble(session, job: jobs.FinishedJob) -> None:
        nonlocal asked
        asked += 1
        raise RuntimeError("the owner stumbles")

    jobs.on_exhausted("test.broken", stumble)
    node = await make_node()
    job = await ended(node, await enqueue(node, "test.broken", incident_id="inc_1"))
    assert (job.state, job.error, asked) == ("failed", "ValueError: no such region", MAX_TRIES)
    [alarm] = await sql(node, "SELECT subject_id, priority FROM alarms WHERE key = 'jobs.owner_stumbled.test.broken'")
    assert (alarm.subject_id, alarm.priority) == (job.id, "high")


async def test_expired_job_never_begins(make_node) -> None:
    @jobs.kind("test.count")
    async def count(attempt: jobs.Attempt, payload: Count) -> None:
        raise AssertionError("it is too late")

    node = await make_node(start=False)
    expired = await enqueue(node, "test.count", expires_seconds=0)
    past = await enqueue(node, "test.count", deadline_seconds=0)
    await node.start()
    for job_id, error in ((expired, "expired before it started"), (past, "deadline passed")):
        job = await ended(node, job_id)
        assert job.state == "timed_out"
        assert error in (job.error or "")


async def test_deadline_cuts_an_attempt_and_its_retries(make_node) -> None:
    @jobs.kind("test.slow")
    async def slow(attempt: jobs.Attempt, payload: Count) -> None:
        await asyncio.Event().wait()

    @jobs.kind("test.flaky", retry_seconds=1000, longest_retry_seconds=1000)
    async def flaky(attempt: jobs.Attempt, payload: Count) -> None:
        raise OSError("a bad moment")

    node = await make_node()
    cut = await enqueue(node, "test.slow", deadline_seconds=2)
    assert (await in_state(node, cut, "running", "timed_out")).deadline_at is not None
    job = await ended(node, cut)
    assert (job.state, job.attempt) == ("timed_out", 1)
    assert "deadline passed" in (job.error or "")
    job = await ended(node, await enqueue(node, "test.flaky", deadline_seconds=60))
    assert (job.state, job.attempt) == ("timed_out", 1)
    assert "a bad moment" in (job.error or "")
    assert (await view(node, job.id)).state == "timed_out"
