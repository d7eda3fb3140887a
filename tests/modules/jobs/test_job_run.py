"""What a handler may do and what becomes of its job."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import BaseModel
from queue_probe import Count, attempts, ended, enqueue, eventually, sql, view
from sqlalchemy import text

from app.kernel.logs import merge_work, work_at_hand
from app.modules import jobs


class Doubled(BaseModel):
    n: int


@pytest.mark.covers("J3")
async def test_success_keeps_the_result(make_node) -> None:
    @jobs.kind("test.double", queue="sums")
    async def double(attempt: jobs.Attempt, payload: Count) -> Doubled:
        return Doubled(n=2 * payload.n)

    node = await make_node()
    job_id = await enqueue(node, "test.double", 21, incident_id="inc_1", simulation_id="sim_1", priority=3)
    job = await ended(node, job_id)
    assert (job.state, job.attempt, job.error, job.waiting_on) == ("succeeded", 1, None, None)
    assert (job.queue, job.incident_id, job.simulation_id, job.priority) == ("sums", "inc_1", "sim_1", 3)
    assert job.started_at is not None
    assert job.finished_at is not None
    assert job.created_at <= job.started_at <= job.finished_at
    assert await sql(node, "SELECT 1 FROM jobs") == []
    [row] = await sql(node, "SELECT result, payload FROM finished_jobs")
    assert (row.result, row.payload) == ({"n": 42}, {"n": 21})


async def test_failure_is_retried_after_its_back_off(make_node) -> None:
    seen: list[tuple[int, bool]] = []

    @jobs.kind("test.flaky", max_attempts=3, retry_seconds=0.05)
    async def flaky(attempt: jobs.Attempt, payload: Count) -> None:
        seen.append((attempt.attempt, attempt.last))
        if attempt.attempt < 3:
            raise OSError(f"no route, try {attempt.attempt}")

    node = await make_node()
    job = await ended(node, await enqueue(node, "test.flaky"))
    assert (job.state, job.attempt, job.failed_count) == ("succeeded", 3, 2)
    assert seen == [(1, False), (2, False), (3, True)]
    assert await attempts(node, job.id) == [(1, "failed"), (2, "failed")]
    rows = await sql(node, "SELECT error, started_at, ended_at FROM job_attempts ORDER BY attempt")
    assert [row.error for row in rows] == ["OSError: no route, try 1", "OSError: no route, try 2"]
    # Half of the back-off is jitter: 25 to 50 ms, then 50 to 100 ms.
    assert job.started_at is not None
    assert rows[1].started_at - rows[0].ended_at >= timedelta(milliseconds=24)
    assert job.started_at - rows[1].ended_at >= timedelta(milliseconds=49)


async def test_retry_says_what_it_waits_for(make_node) -> None:
    @jobs.kind("test.flaky", retry_seconds=1000, longest_retry_seconds=1000)
    async def flaky(attempt: jobs.Attempt, payload: Count) -> None:
        raise OSError("heron does not answer")

    node = await make_node()
    job_id = await enqueue(node, "test.flaky")

    async def waiting() -> jobs.Waiting | None:
        job = await view(node, job_id)
        return job.waiting_on if job.failed_count else None

    found = await eventually(waiting)
    assert found.kind == "retry"
    assert "1 of 5" in found.text
    assert "heron does not answer" in found.text
    assert found.next_check_at is not None
    assert found.next_check_at > datetime.now(UTC) + timedelta(seconds=400)


async def test_exhaustion_is_one_commit_with_what_its_owner_does(make_node) -> None:
    @jobs.kind("test.broken", max_attempts=2, retry_seconds=0.01)
    async def broken(attempt: jobs.Attempt, payload: Count) -> None:
        raise ValueError("no such region")

    told: list[tuple[str, str | None]] = []

    async def tell(session, job: jobs.FinishedJob) -> None:
        told.append((job.state, job.error))
        if len(told) == 1:
            raise RuntimeError("the owner stumbles once")
        await session.execute(text("INSERT INTO idempotency_keys (caller, key, fingerprint) VALUES ('a', 'b', 'c')"))

    jobs.on_exhausted("test.broken", tell)
    node = await make_node()
    job_id = await enqueue(node, "test.broken")

    async def stumbled() -> bool:
        return len(told) == 1

    await eventually(stumbled)
    assert (await view(node, job_id)).state == "running"  # its end was rolled back with the owner's work
    job = await ended(node, job_id)
    assert (job.state, job.failed_count, job.error) == ("failed", 2, "ValueError: no such region")
    assert told == [("failed", "ValueError: no such region")] * 2
    [both] = await sql(
        node, "SELECT f.xmin::text = k.xmin::text AS same FROM finished_jobs f, idempotency_keys k WHERE k.key = 'b'"
    )
    assert both.same


async def test_discard_fails_at_once_and_snooze_does_not_count(make_node) -> None:
    @jobs.kind("test.discard")
    async def discard(attempt: jobs.Attempt, payload: Count) -> None:
        raise jobs.Discard("the feed is gone\x00for ever")

    @jobs.kind("test.snooze", max_attempts=1)
    async def snooze(attempt: jobs.Attempt, payload: Count) -> None:
        assert attempt.last
        if attempt.attempt < 4:
            raise jobs.Snooze(0.01)

    node = await make_node()
    discarded = await ended(node, await enqueue(node, "test.discard"))
    assert (discarded.state, discarded.attempt, discarded.error) == ("failed", 1, "the feed is gone\\0for ever")
    snoozed = await ended(node, await enqueue(node, "test.snooze"))
    assert (snoozed.state, snoozed.attempt, snoozed.failed_count) == ("succeeded", 4, 0)
    assert await attempts(node, snoozed.id) == []


async def test_timeout_is_retried_and_then_final(make_node) -> None:
    cancelled = 0

    @jobs.kind("test.slow", timeout_seconds=0.05, max_attempts=2, retry_seconds=0.01)
    async def slow(attempt: jobs.Attempt, payload: Count) -> None:
        nonlocal cancelled
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled += 1
            raise

    told: list[str] = []

    async def tell(session, job: jobs.FinishedJob) -> None:
        told.append(job.state)

    jobs.on_exhausted("test.slow", tell)
    node = await make_node()
    job = await ended(node, await enqueue(node, "test.slow"))
    assert (job.state, job.failed_count, job.error) == ("timed_out", 2, "took longer than 0.05 s")
    assert await attempts(node, job.id) == [(1, "timed_out")]
    assert cancelled == 2
    assert told == ["timed_out"]


async def test_payload_that_no_longer_fits_fails_for_good(make_node) -> None:
    @jobs.kind("test.count")
    async def count(attempt: jobs.Attempt, payload: Count) -> None:
        raise AssertionError("never reached")

    node = await make_node(start=False)
    job_id = await enqueue(node, "test.count")
    await sql(node, """UPDATE jobs SET payload = '{"n": "many"}'""")
    await node.start()
    job = await ended(node, job_id)
    assert (job.state, job.attempt) == ("failed", 1)
    assert job.error is not None
    assert job.error.startswith("JobPayloadInvalid")
    assert "valid integer" in job.error


async def test_result_the_database_cannot_hold_fails_only_its_own_job(make_node) -> None:
    class Words(BaseModel):
        text: str

    @jobs.kind("test.words")
    async def words(attempt: jobs.Attempt, payload: Count) -> Words:
        return Words(text="a\x00b" if payload.n else "fine")

    node = await make_node(start=False)
    bad, good = await enqueue(node, "test.words", 1), await enqueue(node, "test.words", 0)
    await node.start()
    assert (await ended(node, good)).state == "succeeded"
    assert "U+0000" in ((await ended(node, bad)).error or "")


async def test_context_is_bound_while_running(make_node) -> None:
    seen: dict[str, object] = {}

    @jobs.kind("test.context")
    async def context(attempt: jobs.Attempt, payload: Count) -> None:
        seen.update(merge_work(None, "info", {"attempt": "as said"}))

    node = await make_node()
    job_id = await enqueue(node, "test.context", incident_id="inc_7")
    await ended(node, job_id)
    assert seen["job_id"] == job_id
    assert seen["incident_id"] == "inc_7"
    assert "simulation_id" not in seen
    assert seen["attempt"] == "as said"
    assert work_at_hand.get() is None


async def test_completion_in_the_handlers_commit(make_node) -> None:
    @jobs.kind("test.effect")
    async def effect(attempt: jobs.Attempt, payload: Count) -> None:
        async with attempt.transaction(Doubled(n=2)) as session:
            await session.execute(
                text("INSERT INTO idempotency_keys (caller, key, fingerprint) VALUES ('job', :id, '')"),
                {"id": attempt.job_id},
            )
        if payload.n:
            with pytest.raises(RuntimeError, match="used once"):
                async with attempt.transaction():
                    pass
            raise OSError("after the commit nothing can fail the job")

    node = await make_node()
    for n in (0, 1):
        job_id = await enqueue(node, "test.effect", n)
        assert (await ended(node, job_id)).state == "succeeded"
        [same] = await sql(
            node,
            "SELECT f.xmin::text = k.xmin::text AS one, f.result FROM finished_jobs f JOIN idempotency_keys k"
            " ON k.key = f.id WHERE f.id = :id",
            id=job_id,
        )
        assert (same.one, same.result) == (True, {"n": 2})


async def test_failed_effects_leave_the_job_to_its_next_attempt(make_node) -> None:
    @jobs.kind("test.effect", retry_seconds=0.01)
    async def effect(attempt: jobs.Attempt, payload: Count) -> None:
        async with attempt.transaction() as session:
            await session.execute(
                text("INSERT INTO idempotency_keys (caller, key, fingerprint) VALUES ('job', :n, '')"),
                {"n": str(attempt.attempt)},
            )
            if attempt.attempt == 1:
                raise OSError("half way")

    node = await make_node()
    job = await ended(node, await enqueue(node, "test.effect"))
    assert (job.state, job.attempt) == ("succeeded", 2)
    assert [row.key for row in await sql(node, "SELECT key FROM idempotency_keys")] == ["2"]
