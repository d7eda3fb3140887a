"""Silence, death and lateness: a job takes effect once, whoever vanishes in the middle."""

import asyncio
import contextlib
import os
import random
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from queue_probe import Count, attempts, ended, enqueue, eventually, expire, in_state, loop_of, sql, view
from sqlalchemy import text

from app.modules import jobs
from app.modules.jobs import queries

Process = asyncio.subprocess.Process
StartProcess = Callable[[str, float], Awaitable[Process]]


@pytest.fixture
async def start_process(database_url: str, tmp_path: Path) -> AsyncIterator[StartProcess]:
    """Start a worker process: ``await start_process(mode, lease_seconds)``."""
    started: list[Process] = []

    async def start(mode: str, lease_seconds: float) -> Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(Path(__file__).with_name("worker_process.py")),
            *(database_url, str(tmp_path / "data"), mode, str(lease_seconds)),
            stdout=asyncio.subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(Path(jobs.__file__).parents[3])},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        assert process.stdout is not None
        process._transport.close()  # type: ignore[attr-defined]  # a killed process's pipe is closed by nobody else


async def said(process: Process, word: str) -> list[str]:
    """Wait for the process to say ``word`` and return that line's words."""
    assert process.stdout is not None
    async with asyncio.timeout(30):
        while line := await process.stdout.readline():
            words = line.decode().split()
            if words[:1] == [word]:
                return words
    raise AssertionError(f"the process ended without saying {word}")


async def insert_effect(session, attempt: jobs.Attempt, who: str) -> None:
    await session.execute(
        text("INSERT INTO idempotency_keys (caller, key, fingerprint) VALUES (:id, :attempt, :who)"),
        {"id": attempt.job_id, "attempt": str(attempt.attempt), "who": who},
    )


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

    first = await make_node(**{"jobs.lease_seconds": 0.6})
    job_id = await enqueue(first, "test.effect")
    await in_state(first, job_id, "running")
    for name in ("leases", "rescue"):  # the first node can no longer speak up for its job
        await loop_of(first, name).stop()
    second = await make_node(**{"jobs.lease_seconds": 0.6})
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

    node = await make_node(**{"jobs.lease_seconds": 1.5})
    job_id = await enqueue(node, "test.fenced")
    await in_state(node, job_id, "running")
    await loop_of(node, "leases").stop()
    job = await ended(node, job_id)
    assert (job.state, job.attempt, job.lost_count) == ("succeeded", 2, 0)
    assert await attempts(node, job_id) == [(1, "released")]
    assert left[0] > 0


async def test_running_jobs_keep_their_lease(make_node) -> None:
    release = asyncio.Event()

    @jobs.kind("test.long")
    async def long(attempt: jobs.Attempt, payload: Count) -> None:
        await release.wait()

    first = await make_node(**{"jobs.lease_seconds": 0.6})
    job_id = await enqueue(first, "test.long")
    await in_state(first, job_id, "running")
    second = await make_node(**{"jobs.lease_seconds": 0.6})
    sweeps = loop_of(second, "rescue")

    async def swept_often() -> bool:
        return sweeps.health.runs >= 8  # 1.4 s: more than two leases

    await eventually(swept_often)
    assert (await view(first, job_id)).attempt == 1
    release.set()
    assert (await ended(first, job_id)).lost_count == 0


@pytest.mark.chaos
async def test_killed_nodes_job_is_rescued_when_its_lease_ends(
    make_node, start_process: StartProcess, tmp_path
) -> None:
    node = await make_node(start=False, **{"data_directory": str(tmp_path / "elsewhere"), "jobs.lease_seconds": 1})
    job_id = await enqueue(node, "test.process")
    process = await start_process("hang", 1)
    await said(process, "started")

    @jobs.kind("test.process")
    async def finish(attempt: jobs.Attempt, payload: Count) -> None: ...

    await node.start()
    process.send_signal(signal.SIGKILL)
    killed_at = time.monotonic()
    job = await ended(node, job_id)
    assert time.monotonic() - killed_at < 1 + 1 / 3 + 1  # the lease, a sweep, and a busy machine
    assert (job.state, job.attempt, job.lost_count) == ("succeeded", 2, 1)
    assert await attempts(node, job_id) == [(1, "lost")]


@pytest.mark.chaos
async def test_restart_on_the_same_directory_need_not_wait_for_the_lease(make_node, start_process) -> None:
    node = await make_node(start=False)
    job_id = await enqueue(node, "test.process")
    process = await start_process("hang", 60)
    await said(process, "started")

    @jobs.kind("test.process")
    async def finish(attempt: jobs.Attempt, payload: Count) -> None: ...

    process.send_signal(signal.SIGKILL)
    await process.wait()
    began = time.monotonic()
    await node.start()
    job = await ended(node, job_id)
    assert time.monotonic() - began < 1
    assert (job.state, job.attempt, job.lost_count) == ("succeeded", 2, 1)


@pytest.mark.chaos
async def test_living_neighbour_on_the_same_directory_keeps_its_jobs(make_node, start_process) -> None:
    node = await make_node(start=False, **{"jobs.lease_seconds": 0.6})
    job_id = await enqueue(node, "test.process")
    process = await start_process("hang", 60)
    await said(process, "started")
    await node.start()
    sweeps = loop_of(node, "rescue")

    async def swept() -> bool:
        return sweeps.health.runs >= 2

    await eventually(swept)
    assert (await view(node, job_id)).state == "running"
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 10) == 0
    job = await in_state(node, job_id, "queued")
    assert (job.attempt, job.lost_count, job.failed_count) == (1, 0, 0)
    assert await attempts(node, job_id) == [(1, "released")]


@pytest.mark.chaos
async def test_job_that_kills_its_node_is_quarantined_after_three(make_node, start_process) -> None:
    node = await make_node(start=False)
    told: list[str] = []

    async def tell(session, job: jobs.FinishedJob) -> None:
        told.append(job.state)

    jobs.on_exhausted("test.process", tell)
    job_id = await enqueue(node, "test.process", incident_id="inc_1")
    for attempt in (1, 2, 3):
        process = await start_process("die", 60)
        assert await said(process, "started") == ["started", job_id, str(attempt)]
        assert await process.wait() == -signal.SIGKILL

    @jobs.kind("test.process")
    async def never(attempt: jobs.Attempt, payload: Count) -> None:
        raise AssertionError("the fourth node never meets it")

    await node.start()
    job = await ended(node, job_id)
    assert (job.state, job.attempt, job.lost_count) == ("quarantined", 3, 3)
    assert job.error == "its node went silent in 3 attempts"
    assert await attempts(node, job_id) == [(1, "lost"), (2, "lost")]
    assert told == ["quarantined"]
    [event] = await sql(node, "SELECT incident_id, data FROM events WHERE type = 'job.quarantined'")
    assert (event.incident_id, event.data) == ("inc_1", {"kind": "test.process", "lost_count": 3})
    [alarm] = await sql(node, "SELECT subject_id, priority FROM alarms WHERE key = 'jobs.quarantined.test.process'")
    assert (alarm.subject_id, alarm.priority) == (job_id, "high")


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
    assert time.monotonic() - began < 3
    job = await ended(second, job_id)
    assert time.monotonic() - began < 4  # not the second node's floor, not the lease
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


async def test_stop_without_a_database_ends_in_time_and_the_next_boot_knows(make_node, server) -> None:
    @jobs.kind("test.stop")
    async def stop(attempt: jobs.Attempt, payload: Count) -> None:
        if attempt.attempt == 1:
            await asyncio.Event().wait()

    node = await make_node()
    job_id = await enqueue(node, "test.stop")
    await in_state(node, job_id, "running")
    [[database]] = await sql(node, "SELECT current_database()")
    await server.execute(
        f"ALTER DATABASE {database} ALLOW_CONNECTIONS false",
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'",
    )
    began = time.monotonic()
    await node.stop()
    assert time.monotonic() - began < 10
    await server.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS true")
    began = time.monotonic()
    after = await make_node()
    job = await ended(after, job_id)
    assert time.monotonic() - began < 2  # not the lease: the boot before is proven dead
    assert (job.state, job.attempt) == ("succeeded", 2)


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
    from app.modules.jobs.working import worker_of

    worker_of(node)._claim_in_doubt = True
    loop_of(node, "claim").start(node.bus, node.clock)
    job = await ended(node, job_id)
    assert (job.state, job.attempt, job.lost_count) == ("succeeded", 2, 0)


@pytest.mark.chaos
@pytest.mark.parametrize("seed", [1, 2])
async def test_effects_happen_once_however_often_connections_break(make_node, server, seed: int) -> None:
    dice = random.Random(seed)
    count = 300

    @jobs.kind("test.effect", retry_seconds=0.01, longest_retry_seconds=0.05, max_attempts=50)
    async def effect(attempt: jobs.Attempt, payload: Count) -> None:
        if dice.random() < 0.1:
            raise OSError("a bad moment")
        async with attempt.transaction() as session:
            await session.execute(
                text("INSERT INTO idempotency_keys (caller, key, fingerprint) VALUES (:id, :attempt, '')"),
                {"id": attempt.job_id, "attempt": str(attempt.attempt)},
            )

    flags = {"jobs.lease_seconds": 1, "jobs.slots": 8}
    first, second = await make_node(**flags), await make_node(**flags)
    async with first.database.transaction() as session:
        await jobs.enqueue_many(session, "test.effect", [Count(n=n) for n in range(count)])
        [database] = (await session.execute(text("SELECT current_database()"))).scalars()

    kills = 0

    async def all_done() -> bool:
        nonlocal kills
        if kills < 12 and dice.random() < 0.5:
            kills += 1
            victim = "SELECT pid FROM pg_stat_activity WHERE datname = '%s' ORDER BY random() LIMIT 3"
            await server.execute(f"SELECT pg_terminate_backend(pid) FROM ({victim % database}) AS v")
        try:
            status = await jobs.status(first)
        except Exception:  # noqa: BLE001 - its connection was the victim
            return False
        return status.queued + status.delayed + status.running == 0

    await eventually(all_done, 90)
    [row] = await sql(
        second,
        "SELECT count(*) AS rows, count(DISTINCT caller) AS jobs, (SELECT count(*) FROM finished_jobs"
        " WHERE state = 'succeeded') AS succeeded FROM idempotency_keys",
    )
    assert (row.rows, row.jobs, row.succeeded) == (count, count, count)
    [row] = await sql(
        second,
        "SELECT count(*) AS wrong FROM idempotency_keys k JOIN finished_jobs f ON f.id = k.caller"
        " WHERE k.key <> f.attempt::text",
    )
    assert row.wrong == 0


def test_every_statement_that_ends_a_job_checks_the_token() -> None:
    for statement in (queries.FINISH, queries.REQUEUE):
        assert "j.attempt = f.attempt" in statement
        assert "j.state = " in statement
