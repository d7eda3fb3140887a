"""kill -9 under load: what was acknowledged is there, and the server comes back by itself."""

import asyncio
import os
import random
import signal
import sys
import time
from pathlib import Path

import asyncpg
import pytest

from app.kernel.postgres import Cluster, EmbeddedPostgres

NODE = Path(__file__).parents[1] / "kernel" / "postgres" / "embedded_node.py"
SOURCE = Path(__file__).parents[2] / "src"
SEED = int(os.environ.get("STORMBELL_CHAOS_SEED", "20180206"))
KILLS = int(os.environ.get("STORMBELL_CHAOS_KILLS", "3"))

# asyncpg 0.32 also answers with InternalClientError ("another operation is in progress") when the server dies between
# the parts of one statement.
LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

pytestmark = pytest.mark.chaos


class Writers:
    """Connections that insert numbered rows and remember which were acknowledged."""

    def __init__(self, count: int) -> None:
        self.acknowledged: set[int] = set()
        self._more = asyncio.Condition()
        self._next = 0
        self._count = count
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self, cluster: Cluster) -> None:
        dsn = cluster.url.replace("+asyncpg", "")
        self._tasks = [asyncio.create_task(self._write(dsn)) for _ in range(self._count)]

    async def until(self, count: int) -> None:
        """Wait until ``count`` more rows are acknowledged."""
        goal = len(self.acknowledged) + count
        async with self._more:
            await self._more.wait_for(lambda: len(self.acknowledged) >= goal)

    async def end(self) -> None:
        for task in self._tasks:
            task.cancel()
        for done in await asyncio.gather(*self._tasks, return_exceptions=True):
            assert isinstance(done, asyncio.CancelledError), done

    async def _write(self, dsn: str) -> None:
        while True:
            try:
                connection = await asyncpg.connect(dsn)
            except LOST:
                await asyncio.sleep(0.005)
                continue
            try:
                while True:
                    self._next, number = self._next + 1, self._next
                    await connection.execute("INSERT INTO written VALUES ($1)", number)
                    async with self._more:
                        self.acknowledged.add(number)
                        self._more.notify_all()
            except LOST:
                continue
            finally:
                connection.terminate()


async def make_table(cluster: Cluster) -> None:
    connection = await asyncpg.connect(cluster.url.replace("+asyncpg", ""))
    await connection.execute("CREATE TABLE written (number bigint PRIMARY KEY)")
    await connection.close()


async def found(cluster: Cluster) -> set[int]:
    connection = await asyncpg.connect(cluster.url.replace("+asyncpg", ""))
    rows = await connection.fetch("SELECT number FROM written")
    await connection.close()
    return {row["number"] for row in rows}


async def test_a_server_killed_under_load_is_back_with_every_acknowledged_row(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    print(f"seed {SEED}, {KILLS} kills")
    back: asyncio.Queue[Cluster] = asyncio.Queue()
    postgres = EmbeddedPostgres(tmp_path / "data", on_restart=back.put_nowait)
    cluster = await postgres.start()
    writers = Writers(4)
    try:
        await make_table(cluster)
        writers.begin(cluster)
        for kill in range(KILLS):
            await asyncio.wait_for(writers.until(dice.randint(100, 600)), 30)
            assert postgres.server_pid is not None
            os.kill(postgres.server_pid, signal.SIGKILL)
            began = time.perf_counter()
            await asyncio.wait_for(back.get(), 5)
            answered = time.perf_counter() - began
            await asyncio.wait_for(writers.until(1), 5)
            print(f"kill {kill + 1}: back after {answered:.3f} s, rows again after {time.perf_counter() - began:.3f} s")
        await writers.end()
        there = await found(cluster)
    finally:
        await postgres.stop()
    print(f"acknowledged {len(writers.acknowledged)}, found {len(there)}")
    assert writers.acknowledged <= there
    assert len(there - writers.acknowledged) <= 4 * (KILLS + 1)
    assert postgres.restarts == KILLS


async def test_a_supervisor_killed_under_load_is_replaced_and_no_row_is_lost(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    supervisor = await asyncio.create_subprocess_exec(
        *(sys.executable, str(NODE), str(tmp_path / "data")),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE)},
    )
    back: asyncio.Queue[Cluster] = asyncio.Queue()
    postgres = EmbeddedPostgres(tmp_path / "data", on_restart=back.put_nowait)
    writers = Writers(4)
    try:
        assert supervisor.stdout is not None
        assert b'"owned": true' in await asyncio.wait_for(supervisor.stdout.readline(), 15)
        cluster = await postgres.start()
        assert not cluster.owned
        await make_table(cluster)
        writers.begin(cluster)
        await asyncio.wait_for(writers.until(dice.randint(100, 600)), 30)
        supervisor.kill()
        began = time.perf_counter()
        taken = await asyncio.wait_for(back.get(), 5)
        print(f"taken over under load after {time.perf_counter() - began:.3f} s")
        assert taken.owned
        await asyncio.wait_for(writers.until(100), 5)
        await writers.end()
        there = await found(taken)
    finally:
        if supervisor.returncode is None:
            supervisor.kill()
        await supervisor.wait()
        await postgres.stop()
    assert writers.acknowledged <= there
