"""Silence and lateness: a job takes effect once, whoever speaks up too late."""

import asyncio
import contextlib
import time

from queue_probe import Count, attempts, cancel, ended, enqueue, eventually, expire, in_state, loop_of, sql, view
from sqlalchemy import text

from app.kernel.loops import Loop
from app.modules import jobs
from app.modules.jobs import queries
from app.modules.jobs.running import Running
from app.modules.jobs.working import worker_of


async def insert_effect(session, attempt: jobs.Attempt, who: str) -> None:
    await session.execute(
        text("INSERT INTO idempotency_keys (caller, key, fingerprint) VALUES (:id, :attempt, :who)"),
        {"id": attempt.job_id, "attempt": str(attempt.attempt), "who": who},
    )


async def remember(node, job_id: str, seconds: float) -> None:
    """Let so much be left of the lease of the one running job, as the database and as its node remember it."""

    async def begun() -> list[Running]:
        return list(worker_of(node)._in_hand)

    [running] = await eventually(begun)
    left = f"now() + interval '{seconds} seconds'"
    await sql(node, f"UPDATE jobs SET lease_until = {left} WHERE id = :id", id=job_id)
    running.lease_ends = node.clock.monotonic() + seconds


async def swept(sweeps: Loop) -> None:
    """Wait for a whole sweep that begins from now on."""
    runs = sweeps.health.runs

    async def done() -> bool:
        sweeps.wake()
        return sweeps.health.runs >= runs + 2

    await eventually(done)


async def test_late_writer_is_refused_and_its_effects_undone(make_node) -> None:
    overtaken, refused = asyncio.Event(), asyncio.Event()

    @jobs.kind("test.effect")
    async def effect(attempt: jobs.Attempt, payload: Count) -> None:
        if attempt.attempt == 1:
            with contextlib.suppress(asyncio.CancelledError):  # a handler that does not hear
                await overtaken.wait()
            await overtaken.wait()
            try:
                async with attempt.transaction() as session:
                    await insert_effect(session, attempt, "late")
            except jobs.LeaseLost:
                refused.set()
                raise
        async with attempt.transaction() as session:
            await insert_effect(session, attempt, "second")

    first = await make_node()
    job_id = await enqueue(first, "test.effect")
    await in_state(first, job_id, "running")
    for name in ("leases", "rescue"):  # the first node can no longer speak up for its job
        await loop_of(first, name).stop()
    second = await make_node()
    await expire(first, job_id)
    loop_of(second, "rescue").wake()
    assert (await ended(second, job_id)).state == "succeeded"
    overtaken.set()
    await asyncio.wait_for(refused.wait(), 10)
    job = await view(second, job_id)
    assert (job.attempt, job.lost_count, job.failed_count) == (2, 1, 0)
    assert [r.fingerprint for r in await sql(second, "SELECT fingerprint FROM idempotency_keys")] == ["second"]
    assert await attempts(second, job_id) == [(1, "lost")]


async def test_late_batched_outcome_is_refused(make_node) -> None:
    release = asyncio.Event()

    @jobs.kind("test.plain")
    async def plain(attempt: jobs.Attempt, payload: Count) -> Count:
        if attempt.attempt == 1:
            await release.wait()
            raise jobs.Discard("the late writer's verdict")
        await asyncio.Event().wait()
        return Count()

    node = await make_node()
    job_id = await enqueue(node, "test.plain")
    await in_state(node, job_id, "running")
    await expire(node, job_id)
    rescue = loop_of(node, "rescue")
    rescue.wake()

    async def second_attempt() -> bool:
        return (await view(node, job_id)).attempt == 2

    await eventually(second_attempt)
    release.set()
    outcomes = loop_of(node, "outcomes")
    runs = outcomes.health.runs

    async def flushed() -> bool:
        return outcomes.health.runs > runs and outcomes.health.state == "waiting"

    await eventually(flushed)
    job = await view(node, job_id)
    assert (job.state, job.attempt, job.error) == ("running", 2, "its node went silent")


async def test_node_lets_go_before_its_lease_ends(make_node) -> None:
    left: list[float] = []

    @jobs.kind("test.fenced")
    async def fenced(attempt: jobs.Attempt, payload: Count) -> None:
        if attempt.attempt > 1:
            return
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            [row] = await sql(
                attempt.node,
                "SELECT extract(epoch FROM lease_until - now())::float8 AS left FROM jobs WHERE id = :id",
                id=attempt.job_id,
            )
            left.append(row.left)
            raise

    node = await make_node(**{"jobs.lease_seconds": 60})
    job_id = await enqueue(node, "test.fenced")
    await in_state(node, job_id, "running")
    await loop_of(node, "leases").stop()
    # As after 47.9 s without a renewal: a fifth of the lease, and a moment, are left.
    await remember(node, job_id, 12.1)
    leases = worker_of(node)._leases
    assert leases._fence is not None
    leases._fence.cancel()
    leases._fence = None
    leases.watch()
    job = await ended(node, job_id)
    assert (job.state, job.attempt, job.lost_count) == ("succeeded", 2, 0)
    assert await attempts(node, job_id) == [(1, "released")]
    assert left[0] > 0


async def test_running_jobs_keep_their_lease(make_node) -> None:
    release = asyncio.Event()

    @jobs.kind("test.long")
    async def long(attempt: jobs.Attempt, payload: Count) -> None:
        await release.wait()

    first, second = [await make_node(**{"jobs.lease_seconds": 60}) for _ in range(2)]
    job_id = await enqueue(first, "test.long")
    await in_state(first, job_id, "running")
    renewals, sweeps = loop_of(first, "leases"), loop_of(second, "rescue")
    assert renewals.every_seconds <= 20  # two may fail

    async def renewed() -> bool:
        return bool(await sql(first, "SELECT 1 FROM jobs WHERE lease_until > now() + interval '40 seconds'"))

    for _ in range(3):
        await remember(first, job_id, 20)  # as when most of the lease has gone by
        assert not await renewed()
        renewals.wake()
        await eventually(renewed)
        await swept(sweeps)
        assert (await view(first, job_id)).attempt == 1
    release.set()
    assert (await ended(first, job_id)).lost_count == 0


async def test_quarantine_is_one_commit_with_what_its_owner_does(make_node) -> None:
    @jobs.kind("test.poison")
    async def poison(attempt: jobs.Attempt, payload: Count) -> None:
        await asyncio.Event().wait()

    told: list[tuple[str, int]] = []

    async def tell(session, job: jobs.FinishedJob) -> None:
        told.append((job.state, job.lost_count))
        if len(told) == 1:
            raise RuntimeError("the owner stumbles once")

    jobs.on_exhausted("test.poison", tell)
    node = await make_node()
    job_id = await enqueue(node, "test.poison")
    for number in (1, 2, 3):

        async def running(number: int = number) -> bool:
            job = await view(node, job_id)
            return (job.state, job.attempt) == ("running", number)

        await eventually(running)
        await expire(node, job_id)
        loop_of(node, "rescue").wake()

    async def stumbled() -> bool:
        return len(told) == 1

    await eventually(stumbled)
    assert (await view(node, job_id)).state == "running"
    assert await sql(node, "SELECT 1 FROM alarms") == []
    loop_of(node, "rescue").wake()
    assert (await ended(node, job_id)).state == "quarantined"
    assert told == [("quarantined", 3)] * 2


async def test_stop_hands_jobs_back_at_once(make_node) -> None:
    started = asyncio.Event()

    @jobs.kind("test.stop", max_attempts=1)
    async def stop(attempt: jobs.Attempt, payload: Count) -> None:
        if attempt.attempt > 1:
            return
        started.set()
        await asyncio.Event().wait()

    first = await make_node()
    job_id = await enqueue(first, "test.stop")
    await asyncio.wait_for(started.wait(), 10)
    second = await make_node()
    began = time.monotonic()
    await first.stop()
    assert time.monotonic() - began < 8
    job = await ended(second, job_id)
    assert time.monotonic() - began < 13  # not the lease
    assert (job.state, job.attempt, job.failed_count, job.lost_count) == ("succeeded", 2, 0, 0)
    assert await attempts(second, job_id) == [(1, "released")]


async def test_stop_lets_short_jobs_end(make_node) -> None:
    started = asyncio.Event()

    @jobs.kind("test.short")
    async def short(attempt: jobs.Attempt, payload: Count) -> None:
        started.set()
        await attempt.node.draining.wait()

    node = await make_node(**{"jobs.grace_seconds": 5})
    job_id = await enqueue(node, "test.short")
    await asyncio.wait_for(started.wait(), 10)
    await node.stop()
    other = await make_node(start=False)
    job = await view(other, job_id)
    assert (job.state, job.attempt) == ("succeeded", 1)


async def test_unanswered_claim_is_given_back(make_node) -> None:
    @jobs.kind("test.plain")
    async def plain(attempt: jobs.Attempt, payload: Count) -> None: ...

    node = await make_node()
    await loop_of(node, "claim").stop()
    job_id = await enqueue(node, "test.plain")
    # What a claim whose connection broke after its commit leaves behind.
    await sql(
        node,
        "UPDATE jobs SET state = 'running', attempt = 1, node = :boot, lease_until = now() + interval '1 hour',"
        " started_at = now()",
        boot=node.boot_id,
    )
    worker_of(node)._claims.in_doubt = True
    loop_of(node, "claim").start(node.bus, node.clock)
    job = await ended(node, job_id)
    assert (job.state, job.attempt, job.lost_count) == ("succeeded", 2, 0)


def test_every_statement_that_ends_a_job_checks_the_token() -> None:
    for statement in (queries.FINISH, queries.REQUEUE):
        assert "j.attempt = f.attempt" in statement
        assert "j.state = " in statement


async def claimed_ahead(node, count: int) -> tuple[asyncio.Event, list[str]]:
    """Let a node have ``count`` jobs in hand and slots for fewer; return what lets them end, and them in order."""
    release = asyncio.Event()

    @jobs.kind("test.ahead")
    async def ahead(attempt: jobs.Attempt, payload: Count) -> None:
        await release.wait()

    async with node.database.transaction() as session:
        ids = await jobs.enqueue_many(session, "test.ahead", [Count(n=n) for n in range(count)])

    async def all_in_hand() -> bool:
        for _ in range(1000):  # as after a thousand short jobs
            worker_of(node)._supply.count_end()
        node.bus.wake("jobs")
        return await sql(node, "SELECT count(*) FROM jobs WHERE state = 'running'") == [(count,)]

    await eventually(all_in_hand)
    return release, ids


async def test_a_job_in_line_for_a_slot_is_cancelled_without_one(make_node) -> None:
    node = await make_node(**{"jobs.slots": 1, "jobs.lease_seconds": 60})
    release, ids = await claimed_ahead(node, 4)
    await cancel(node, ids[-1])
    job = await ended(node, ids[-1])
    assert (job.state, job.attempt) == ("cancelled", 1)
    release.set()
    for job_id in ids[:-1]:
        assert (await ended(node, job_id)).state == "succeeded"


async def test_jobs_that_stay_in_line_for_a_slot_go_to_who_has_one(make_node) -> None:
    first = await make_node(**{"jobs.slots": 1, "jobs.lease_seconds": 9})
    release, ids = await claimed_ahead(first, 4)
    second = await make_node(**{"jobs.slots": 8})

    async def spread() -> bool:
        return worker_of(second)._runners.busy == 3

    await eventually(spread, 60)
    release.set()
    for job_id in ids:
        job = await ended(first, job_id)
        assert (job.state, job.failed_count, job.lost_count) == ("succeeded", 0, 0)
