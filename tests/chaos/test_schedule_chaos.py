"""Two nodes with a schedule of every second, killed again and again, on a database that is restarted under them.

Every target has exactly one run, and in time. ``make test`` watches a few kills, ``make chaos`` many.
"""

import asyncio
import os
import random
import signal
import sys
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from schedule_checker import Run, check
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.kernel.migrate import migrate
from app.kernel.postgres import EmbeddedPostgres
from app.modules.jobs.schedule_times import jitter, times

NODE = Path(__file__).with_name("schedule_node.py")
SOURCE = Path(__file__).parents[2] / "src"
SEED = int(os.environ.get("STORMBELL_CHAOS_SEED", "20261122"))
KILLS = int(os.environ.get("STORMBELL_CHAOS_KILLS", "5"))
# What a death may cost: its lease, the start of a database, of a node; on a machine that does other things too.
EPSILON = timedelta(seconds=20)
JITTER_SECONDS = 0.5
# asyncpg also answers with InternalClientError when the server dies between the parts of one statement.
LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

pytestmark = pytest.mark.chaos


class Nodes:
    """Node processes of which some are always being killed."""

    def __init__(self, url: str, directory: Path) -> None:
        self._url, self._directory = url, directory
        self._processes: dict[int, asyncio.subprocess.Process] = {}

    async def start(self, number: int) -> None:
        directory = self._directory / "data"
        directory.mkdir(exist_ok=True)
        with (self._directory / f"node{number}.log").open("ab") as log:
            self._processes[number] = await asyncio.create_subprocess_exec(
                *(sys.executable, str(NODE), self._url, str(directory)),
                stdout=log,
                stderr=log,
                env={"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE)},
            )

    async def kill(self, number: int) -> None:
        process = self._processes.pop(number)
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()

    async def kill_all(self) -> None:
        for number in list(self._processes):
            await self.kill(number)


async def ask(url: str, statement: str) -> list[asyncpg.Record]:
    """Return a statement's rows, from a database that may be starting at the moment."""
    async with asyncio.timeout(60):
        while True:
            try:
                connection = await asyncpg.connect(url.replace("+asyncpg", ""))
                try:
                    rows: list[asyncpg.Record] = await connection.fetch(statement)
                    return rows
                finally:
                    connection.terminate()
            except LOST:
                await asyncio.sleep(0.1)


async def seen(url: str) -> list[asyncpg.Record]:
    return await ask(url, "SELECT target, at FROM runs_seen ORDER BY at")


async def until_seen(url: str, target: datetime) -> None:
    """Wait until this time, or a later one, has its run."""
    async with asyncio.timeout(90):
        while all(row["target"] < target for row in await seen(url)):
            await asyncio.sleep(0.1)


@pytest.mark.timeout(300 + KILLS * 15)
async def test_each_time_has_one_run_whatever_is_killed(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    postgres = EmbeddedPostgres(tmp_path / "postgres")
    nodes: Nodes | None = None
    try:
        url = (await postgres.start()).url
        engine = create_async_engine(url, poolclass=NullPool)
        await migrate(engine)
        await engine.dispose()
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        await connection.execute("CREATE TABLE runs_seen (job_id text, target timestamptz, at timestamptz)")
        await connection.close()
        nodes = Nodes(url, tmp_path)
        await nodes.start(0)
        await nodes.start(1)
        while not (rows := await seen(url)):
            await asyncio.sleep(0.1)
        last = begun = rows[0]["target"]
        for kill in range(KILLS):
            last += timedelta(seconds=dice.randint(1, 3))
            await until_seen(url, last)
            # Somewhere within the next second, in which another time falls due.
            await asyncio.sleep(dice.random())
            if kill % 3 == 2:
                assert postgres.server_pid is not None
                os.kill(postgres.server_pid, signal.SIGQUIT)  # as pg_ctl restart -m immediate stops it
            else:
                number = dice.randrange(2)
                await nodes.kill(number)
                await nodes.start(number)
        # Everything due until here has to have run when the windows are over.
        end = last + timedelta(seconds=8)
        with suppress(TimeoutError):
            async with asyncio.timeout(8 + EPSILON.total_seconds()):
                while (
                    len({row["target"] for row in await seen(url) if row["target"] <= end}) < (end - begun).seconds + 1
                ):
                    await asyncio.sleep(0.1)
        [row] = await ask(url, "SELECT id FROM schedules")
        [[doubled]] = await ask(url, "SELECT count(*) - count(DISTINCT job_id) FROM runs_seen")
        runs = [Run(at=row["at"], target=row["target"]) for row in await seen(url) if row["target"] <= end]
    finally:
        if nodes is not None:
            await nodes.kill_all()
        await postgres.stop()
    scheduled = times(None, 1.0, "UTC")
    targets = [begun]
    while targets[-1] < end:
        targets.append(scheduled.after(targets[-1]))
    offsets = {target: timedelta(seconds=jitter(row["id"], target, JITTER_SECONDS)) for target in targets}
    verdict = check(targets, runs, epsilon=EPSILON, jitter=offsets)
    latest = max(run.at - run.target for run in runs)
    print(f"seed {SEED}: {KILLS} kills, {len(targets)} times, {len(runs)} runs, latest {latest.total_seconds():.2f} s")
    assert verdict, verdict
    assert doubled == 0
