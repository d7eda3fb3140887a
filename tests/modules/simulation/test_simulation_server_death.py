"""kill -9 and SIGTERM of a whole server in the middle of runs: every result once, and no process left behind."""

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from simulation_probe import submit, until, until_true
from sqlalchemy import text

from app.kernel.node import Node
from app.kernel.settings import Settings
from app.modules import data, simulation
from app.modules.data import storages
from app.modules.simulation.orphans import STOP_JOB
from app.modules.simulation.states import end

StartServer = Callable[..., Awaitable[asyncio.subprocess.Process]]
MEMBERS = 8


@pytest.fixture
async def start_server(database_url: str, settings: Settings) -> AsyncIterator[StartServer]:
    """Start a server on this test's database and data directory."""
    started: list[asyncio.subprocess.Process] = []
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3] / "src")}

    async def start(failpoints: str = "") -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(Path(__file__).with_name("node_process.py")),
            database_url,
            str(settings.data_directory),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**environment, "STORMBELL_FAILPOINTS": failpoints},
        )
        started.append(process)
        assert process.stdout is not None
        async with asyncio.timeout(60):
            while (line := await process.stdout.readline()) != b"ready\n":
                assert line
        return process

    yield start
    for process in started:
        if process.returncode is None:
            process.terminate()
            await process.wait()


async def ask_for_members(node: Node, tmp_path: Path) -> None:
    for n in range(MEMBERS):
        script = f"echo {n} >> {tmp_path}/tally; sleep 0.4; echo result {n} > out"
        await submit(
            node, ["sh", "-c", script], name=f"m{n}", outputs=[{"pattern": "out"}], resources={"memory_bytes": 2**30}
        )


def processes_of(tmp_path: Path) -> list[str]:
    """Return the command lines of every process that works somewhere below the test's directory."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if str(tmp_path) in str((entry / "cwd").readlink()):
                    found.append((entry / "cmdline").read_text())
            except OSError:
                continue
    return found


async def check_results(node: Node) -> None:
    """Every member succeeded, has its one result and was called back for once."""
    async with node.database.sessions() as session:
        for row in await simulation.list_of_incident(session, "inc_test"):
            assert (row.state, row.error) == ("succeeded", None)
            (dataset,) = await data.list_of_simulation(session, row.id)
            assert await data.read_bytes(session, node, dataset.id) == f"result {row.name[1:]}\n".encode()
        callbacks = "SELECT count(*), count(DISTINCT simulation_id) FROM finished_jobs WHERE kind LIKE 'test.%'"
        assert (await session.execute(text(callbacks))).one() == (MEMBERS, MEMBERS)


async def everything_is_over(node: Node) -> bool:
    async with node.database.sessions() as session:
        open_runs = await session.scalar(text("SELECT count(*) FROM simulations WHERE finished_at IS NULL"))
        open_jobs = await session.scalar(text("SELECT count(*) FROM jobs"))
    return (open_runs, open_jobs) == (0, 0)


@pytest.mark.chaos
@pytest.mark.parametrize("seed", range(int(os.environ.get("CHAOS_LIVES", "1"))))
async def test_killed_again_and_again_every_result_is_there_once(
    node: Node, start_server: StartServer, tmp_path: Path, seed: int
) -> None:
    moments = random.Random(seed)
    await ask_for_members(node, tmp_path)
    for _ in range(3):
        server = await start_server()
        await asyncio.sleep(moments.uniform(0.0, 0.9))
        server.kill()
        await server.wait()
    server = await start_server()

    async def over() -> bool:
        return await everything_is_over(node)

    await until_true(over, seconds=60)
    await storages.start(node)
    await check_results(node)
    # A run whose server was killed goes on: none had to be run again.
    assert sorted((tmp_path / "tally").read_text().split()) == [str(n) for n in range(MEMBERS)]


async def test_told_to_stop_it_leaves_no_process_and_goes_on_at_the_next_start(
    node: Node, start_server: StartServer, tmp_path: Path
) -> None:
    await ask_for_members(node, tmp_path)
    server = await start_server()
    await until(node, lambda rows: any(row.state == "running" for row in rows))
    server.terminate()
    async with asyncio.timeout(10):
        assert await server.wait() == 0
    assert processes_of(tmp_path) == []
    await start_server()

    async def over() -> bool:
        return await everything_is_over(node)

    await until_true(over, seconds=60)
    await storages.start(node)
    await check_results(node)


async def test_killed_between_stopping_a_run_nobody_watches_and_saying_so_it_is_said_once(
    node: Node, start_server: StartServer, tmp_path: Path
) -> None:
    simulation_id = await submit(node, ["sh", "-c", f"cd {tmp_path}; touch began; while :; do sleep 0.05; done"])
    server = await start_server("simulation.orphan_stopped=kill")

    async def is_seen() -> bool:
        async with node.database.sessions() as session:
            state = await session.scalar(text("SELECT state FROM simulations"))
        return state == "running" and (tmp_path / "began").exists()

    await until_true(is_seen)
    async with node.database.transaction() as session:  # as if it had ended before the machine's answer came
        row = await simulation.get(session, simulation_id, lock=True)
        row.submission, row.state = "intent", "created"
        await session.flush()
        await end(session, row, "failed", error="it could not be submitted")
        await session.execute(text("UPDATE jobs SET run_at = now() WHERE kind = :kind"), {"kind": STOP_JOB})
    async with asyncio.timeout(60):
        await server.wait()
    assert server.returncode == -signal.SIGKILL
    await start_server()

    async def is_over() -> bool:
        return await everything_is_over(node) and not processes_of(tmp_path)

    await until_true(is_over)
    async with node.database.sessions() as session:
        done = await session.execute(
            text("SELECT state, result ->> 'stopped' FROM finished_jobs WHERE kind = :kind"),
            {"kind": STOP_JOB},
        )
    assert done.all() == [("succeeded", "true")]
