"""Processes killed, connections cut, a database gone: jobs are rescued, quarantined, and take effect once."""

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
from queue_probe import Count, attempts, ended, enqueue, eventually, in_state, loop_of, sql, view
from sqlalchemy import text

from app.modules import jobs

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


@pytest.mark.chaos
@pytest.mark.covers("J6")
async def test_killed_nodes_job_is_rescued_when_its_lease_ends(
    make_node, start_process: StartProcess, tmp_path
) -> None:
    # On a crowded machine a process may be late by a second: with a lease of one it would let go of its job by itself.
    node = await make_node(start=False, **{"data_directory": str(tmp_path / "elsewhere"), "jobs.lease_seconds": 4})
    job_id = await enqueue(node, "test.process")
    process = await start_process("hang", 4)
    await said(process, "started")

    @jobs.kind("test.process")
    async def finish(attempt: jobs.Attempt, payload: Count) -> None: ...

    await node.start()
    process.send_signal(signal.SIGKILL)
    killed_at = time.monotonic()
    job = await ended(node, job_id)
    assert time.monotonic() - killed_at < 12  # the lease is 4 s and not the usual 15, a sweep comes thrice in it
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
    assert time.monotonic() - began < 8  # a start on a busy machine; the lease is 60 s
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
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"
        " AND backend_type = 'client backend'",
    )
    began = time.monotonic()
    await node.stop()
    assert time.monotonic() - began < 10
    await server.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS true")
    began = time.monotonic()
    after = await make_node()
    job = await ended(after, job_id)
    assert time.monotonic() - began < 8  # not the lease of 15 s: the boot before is proven dead
    assert (job.state, job.attempt) == ("succeeded", 2)


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

    # A renewal may take a third of this, a new connection included, which takes half a second when cores are crowded.
    flags = {"jobs.lease_seconds": 6, "jobs.slots": 8}
    first, second = await make_node(**flags), await make_node(**flags)
    async with first.database.transaction() as session:
        await jobs.enqueue_many(session, "test.effect", [Count(n=n) for n in range(count)])
        [database] = (await session.execute(text("SELECT current_database()"))).scalars()

    kills = 0

    async def all_done() -> bool:
        nonlocal kills
        if kills < 12 and dice.random() < 0.5:
            kills += 1
            victims = (
                f"SELECT pid FROM pg_stat_activity WHERE datname = '{database}' AND backend_type = 'client backend'"
                " ORDER BY random() LIMIT 3"
            )
            await server.execute(f"SELECT pg_terminate_backend(pid) FROM ({victims}) AS v")
        try:
            status = await jobs.status(first)
        except Exception:  # noqa: BLE001 - its connection was the victim
            return False
        return status.queued + status.delayed + status.running == 0

    await eventually(all_done, 90)
    await second.database.engine.dispose()  # what the last kill cut waits in the pool for its next user: us
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
