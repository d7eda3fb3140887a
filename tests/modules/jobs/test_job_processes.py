"""Handlers in processes of their own: what becomes of one is the end of that attempt and of nothing else."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import executor_handlers
import pytest
import structlog
from executor_handlers import Order
from queue_probe import attempts, cancel, eventually, in_state, sql, view

from app.kernel.node import Node
from app.modules import jobs

HERE = Path(__file__).parent
STARTED_SECONDS = 60.0  # a process imports the house before it takes its first job


@pytest.fixture
async def node(make_node) -> Node:
    return await make_node(**{"jobs.stop_seconds": 0.3, "jobs.grace_seconds": 0.05})


def register(**policy: Any) -> None:
    jobs.kind("test.act", executor="process", max_attempts=1, **policy)(executor_handlers.act)


async def submit(node: Node, act: str, **values: Any) -> str:
    async with node.database.transaction() as session:
        return await jobs.enqueue(session, "test.act", Order(act=act, **values))


async def ended(node: Node, job_id: str) -> jobs.JobView:
    async def reached() -> jobs.JobView | None:
        job = await view(node, job_id)
        return None if job.state in ("queued", "running") else job

    return await eventually(reached, STARTED_SECONDS)


async def result(node: Node, job_id: str) -> dict[str, Any]:
    job = await ended(node, job_id)
    assert (job.state, job.error) == ("succeeded", None)
    [row] = await sql(node, "SELECT result FROM finished_jobs WHERE id = :id", id=job_id)
    return dict(row.result)


async def written(path: Path) -> int:
    """Wait for the process id a handler writes."""

    async def there() -> str:
        return path.read_text() if path.exists() else ""

    return int(await eventually(there, STARTED_SECONDS))


async def gone(pid: int) -> None:
    async def is_gone() -> bool:
        with contextlib.suppress(FileNotFoundError):
            return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
        return True

    await eventually(is_gone)


async def test_one_process_takes_job_after_job(node: Node) -> None:
    register(concurrency=1)
    results = [await result(node, await submit(node, "count", n=n)) for n in range(3)]
    assert [found["n"] for found in results] == [1, 2, 3]
    assert len({found["pid"] for found in results}) == 1
    assert results[0]["pid"] != os.getpid()


async def test_jobs_run_side_by_side(node: Node, tmp_path: Path) -> None:
    register(concurrency=2)
    job_ids = [await submit(node, "wait", place=str(tmp_path / name)) for name in ("a", "b")]
    assert await written(tmp_path / "a") != await written(tmp_path / "b")
    for job_id in job_ids:
        await cancel(node, job_id)
    assert [(await ended(node, job_id)).state for job_id in job_ids] == ["cancelled", "cancelled"]


@pytest.mark.parametrize(
    ("act", "error"),
    [
        ("fail", "ValueError: it cannot be done"),
        ("exit_", "SystemExit: I am out"),
        ("segfault", "ProcessDied: its process was killed by signal 11 (SIGSEGV)"),
        ("vanish", "ProcessDied: its process exited with code 3 in the middle of the job"),
        ("kill_itself", "ProcessDied: its process was killed by signal 9 (SIGKILL); perhaps the machine ran out of"),
        ("rubbish", "ResultInvalid: returned a value of type dict; its annotation promises Done"),
        ("discard", "it is of no use"),
        ("no_such_thing", "KeyError: 'no_such_thing'"),
    ],
)
async def test_what_goes_wrong_is_told_and_the_next_job_runs(node: Node, act: str, error: str) -> None:
    register(concurrency=1)
    job = await ended(node, await submit(node, act))
    assert job.state == "failed"
    assert job.error is not None
    assert job.error.startswith(error)
    assert (await result(node, await submit(node, "count", n=1)))["n"] == 2


async def test_who_eats_the_memory_fails_alone(make_node) -> None:
    node = await make_node(**{"jobs.process_memory_bytes": 2 * 1024**3})
    register(concurrency=1)
    job = await ended(node, await submit(node, "eat"))
    assert job.state == "failed"
    assert (job.error or "").startswith("MemoryError")


async def test_a_handler_may_ask_to_be_run_again(node: Node) -> None:
    register()
    job = await ended(node, await submit(node, "snooze"))
    assert (job.state, job.attempt, job.failed_count) == ("succeeded", 2, 0)


async def test_a_handler_that_stops_when_told_keeps_its_process(node: Node, tmp_path: Path) -> None:
    register(concurrency=1)
    job_id = await submit(node, "wait", place=str(tmp_path / "pid"))
    pid = await written(tmp_path / "pid")
    await cancel(node, job_id)
    assert (await ended(node, job_id)).state == "cancelled"
    assert (await result(node, await submit(node, "count")))["pid"] == pid


async def test_a_handler_that_never_yields_is_killed_when_its_time_is_over(node: Node, tmp_path: Path) -> None:
    register(concurrency=1, timeout_seconds=1.5)
    jobs.kind("test.count", executor="process")(executor_handlers.count)

    async def count_in() -> int:
        async with node.database.transaction() as session:
            job_id = await jobs.enqueue(session, "test.count", Order())
        return int((await result(node, job_id))["pid"])

    first = await count_in()  # so that the time is not spent on starting the process
    job_id = await submit(node, "spin", place=str(tmp_path / "pid"))
    assert await written(tmp_path / "pid") == first
    job = await ended(node, job_id)
    assert (job.state, job.error) == ("timed_out", "took longer than 1.5 s")
    await gone(first)
    assert await count_in() != first


async def test_a_handler_that_forks_answers_once_and_leaves_nobody_behind(node: Node, tmp_path: Path) -> None:
    register(concurrency=1)
    found = await result(node, await submit(node, "fork", place=str(tmp_path / "pid")))
    assert found["n"] == 1
    await gone(await written(tmp_path / "pid"))
    again = await result(node, await submit(node, "count"))
    assert (again["pid"], again["n"]) == (found["pid"], 1)


async def test_the_environment_holds_no_secrets(make_node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORMBELL_DATABASE_URL", "postgresql://somebody:secret-of-the-house@db/x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-the-cloud")
    node = await make_node()
    register()
    text = (await result(node, await submit(node, "environment")))["text"]
    assert "secret" not in text
    assert "PATH=" in text


async def test_what_a_handler_says_becomes_log_lines_of_its_job(node: Node) -> None:
    register()
    with structlog.testing.capture_logs() as records:
        job_id = await submit(node, "talk")
        await ended(node, job_id)

        async def all_there() -> bool:
            return len([r for r in records if r.get("job_id") == job_id]) >= 5

        await eventually(all_there)
    said = {r["event"]: r for r in records if r.get("job_id") == job_id}
    assert said["printed by the handler"]["stream"] == "stdout"
    assert said["written to stderr"]["stream"] == "stderr"
    assert said["logged by the attempt"]["answer"] == 42
    assert said["logged by structlog"]["log_level"] == "warning"
    assert said["logged by a library"]["log_level"] == "warning"
    assert {r["attempt"] for r in said.values()} == {1}


async def test_a_node_that_stops_takes_its_processes_along(make_node, tmp_path: Path) -> None:
    node = await make_node(**{"jobs.grace_seconds": 0})
    register(concurrency=2)
    waiting = await submit(node, "wait", place=str(tmp_path / "waiting"))
    spinning = await submit(node, "spin", place=str(tmp_path / "spinning"))
    pids = [await written(tmp_path / "waiting"), await written(tmp_path / "spinning")]
    async with asyncio.timeout(9):
        await node.stop()
    for pid in pids:
        await gone(pid)
    other = await make_node(start=False)
    for job_id in (waiting, spinning):
        assert (await in_state(other, job_id, "queued")).failed_count == 0
        assert await attempts(other, job_id) == [(1, "released")]


@pytest.fixture
async def doomed(database_url: str, tmp_path: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A node in a process of its own, which somebody is going to kill."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(HERE / "executor_process.py"),
        database_url,
        str(tmp_path / "doomed"),
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(jobs.__file__).parents[3]), str(HERE)])},
    )
    yield process
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()


@pytest.mark.chaos
@pytest.mark.parametrize("act", ["wait", "spin"])
async def test_processes_end_with_a_node_that_is_killed(make_node, doomed, tmp_path: Path, act: str) -> None:
    node = await make_node(start=False)
    register()
    await submit(node, act, place=str(tmp_path / "pid"))
    pid = await written(tmp_path / "pid")
    doomed.send_signal(signal.SIGKILL)
    await doomed.wait()
    await gone(pid)
