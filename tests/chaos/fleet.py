"""Nodes in processes of their own, for tests that kill, stop and mislead them."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from chaos_node import MODULES, Work, load
from history import EFFECTS, End, Event, Recorder, Verdict, check, effects, ends, read
from sqlalchemy import text

from app.kernel.node import Node
from app.kernel.wakeups import CHANNEL
from app.modules import jobs
from app.modules.jobs import batches

NODE = Path(__file__).with_name("chaos_node.py")
SOURCE = Path(__file__).parents[2] / "src"

LONG = os.environ.get("CHAOS_LONG") == "1"
SEED = int(os.environ.get("STORMBELL_CHAOS_SEED", "20180206"))

# What asking a database that is going away raises.
GONE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

# The client is no started node, so nobody else tells the others.
_WAKE = text(f"SELECT pg_notify('{CHANNEL}', 'boot_client jobs jobs.gates')")


def size(short: int, long: int) -> int:
    """Return how much of it: ``make test`` runs the short version, ``make chaos`` the long one."""
    return long if LONG else short


_LEFT = """
SELECT (SELECT count(*) FROM jobs)
    + (SELECT count(*) FROM job_batches WHERE callback_kind IS NOT NULL AND callback_job_id IS NULL)
"""


class Members(list["Member"]):
    """Processes of nodes, of which none outlives :meth:`end`, however the test that started them ended."""

    def __init__(self) -> None:
        super().__init__()
        self._starting: set[asyncio.Task[Member]] = set()
        self._over = False

    async def start(self, *command: str, log: Path, environment: Mapping[str, str]) -> "Member":
        """Start a process. Cancelled in the middle, it is one of these all the same."""
        assert not self._over, "the test is over"
        starting = asyncio.create_task(self._start(command, log, environment))
        self._starting.add(starting)
        starting.add_done_callback(self._starting.discard)
        return await asyncio.shield(starting)

    async def _start(self, command: Sequence[str], log: Path, environment: Mapping[str, str]) -> "Member":
        spawned_at = time.monotonic()
        with log.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *command, stdout=asyncio.subprocess.PIPE, stderr=output, env=os.environ | environment
            )
        self.append(Member(process, spawned_at, log))
        return self[-1]

    async def end(self) -> None:
        """Kill all of them, those that are only being started among them."""
        self._over = True
        await asyncio.gather(*self._starting, return_exceptions=True)
        for member in self:
            await member.kill()
            member.process._transport.close()  # type: ignore[attr-defined]  # a killed process's pipe


class Member:
    """One node's process."""

    def __init__(self, process: asyncio.subprocess.Process, spawned_at: float, log: Path) -> None:
        self.process = process
        self.log = log
        self.spawned_at = spawned_at
        self.ready_seconds: float | None = None
        self.boot_id = ""
        self.clock_error = 0.0

    async def ready(self, seconds: float = 300) -> None:
        """Wait until it says that it has started, or was killed before it could."""
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), seconds)
        if line:
            _, self.boot_id, wall = line.decode().split()
            self.clock_error = float(wall) - time.time()
            self.ready_seconds = time.monotonic() - self.spawned_at
        else:
            code = await self.process.wait()
            assert code == -signal.SIGKILL, f"status {code}: {self.log.read_text(errors='replace')[-3000:]}"

    async def gone(self, seconds: float) -> bool:
        """Wait until its process has ended, at most so long."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.process.wait(), seconds)
        return self.process.returncode is not None

    async def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()


class Fleet:
    """Several nodes on one database, their history, and a node that never starts: it puts jobs into the queue."""

    def __init__(self, url: str, directory: Path, flags: dict[str, Any]) -> None:
        self.url = url
        self.history = directory / "history"
        self.members = Members()
        self.observed: list[End] = []
        self.batch_ids: list[str] = []
        self._directory = directory
        self._log = directory / "log"
        self._flags = {
            "jobs.lease_seconds": 2,
            "jobs.slots": 8,
            "jobs.grace_seconds": 0.2,
            "nodes.heartbeat_seconds": 0.5,
        } | flags
        self._recorder = Recorder(self.history)
        self.client = Node(load({"data_directory": str(directory / "client")}), MODULES, url)

    async def open(self) -> None:
        async with self.sql() as connection:
            await connection.execute(EFFECTS)

    async def close(self) -> None:
        try:
            await self.members.end()
            await self.client.stop()
        finally:
            self._recorder.close()

    async def start(
        self,
        *,
        failpoints: str = "",
        home: str = "shared",
        url: str | None = None,
        environment: dict[str, str] | None = None,
        options: dict[str, Any] | None = None,
        **flags: Any,
    ) -> Member:
        """Start a node; nodes of one ``home`` share a data directory, and so see at once when one of them dies."""
        options = {
            "url": url or self.url,
            "history": str(self.history),
            "flags": self._flags | {"data_directory": str(self._directory / home)} | flags,
            **(options or {}),
        }
        return await self.members.start(
            *(sys.executable, str(NODE), json.dumps(options)),
            log=self._log,
            environment={"PYTHONPATH": f"{SOURCE}:{NODE.parent}", "STORMBELL_FAILPOINTS": failpoints}
            | (environment or {}),
        )

    @asynccontextmanager
    async def sql(self) -> AsyncIterator[asyncpg.Connection]:
        """Open a connection of the test's own, with no limit on how long it may hold anything."""
        connection = await asyncpg.connect(self.url.replace("+asyncpg", ""))
        try:
            yield connection
        finally:
            connection.terminate()

    async def enqueue(self, kind: str, works: Sequence[Work]) -> list[str]:
        """Queue jobs in one commit; acknowledged, they are part of the history."""
        async with self.client.database.transaction() as session:
            job_ids = await jobs.enqueue_many(session, kind, works)
            await session.execute(_WAKE)
        self.acknowledge(job_ids)
        return job_ids

    async def enqueue_chains(self, count: int, seconds: float) -> None:
        """Queue ``count`` jobs of a batch, in pairs of which one waits for the other, and the batch's callback."""
        async with self.client.database.transaction() as session:
            batch_id = await batches.open_batch(session, "chaos", callback_kind="chaos.effect", callback_payload={})
            job_ids: list[str] = []
            for number in range(count):
                after = job_ids[-1:] if number % 2 else []
                job_ids.append(
                    await jobs.enqueue(
                        session,
                        "chaos.effect",
                        Work(seconds=seconds),
                        batch_id=batch_id,
                        after=after,
                        on_failure="run",
                    )
                )
            await batches.seal(session, batch_id)
            await session.execute(_WAKE)
        self.acknowledge(job_ids)
        self.batch_ids.append(batch_id)

    def acknowledge(self, job_ids: Sequence[str]) -> None:
        for job_id in job_ids:
            self._recorder.add(Event("enqueued", job_id))

    async def observe(self) -> None:
        """Note what has become of every job so far."""
        async with self.sql() as connection:
            self.observed += await ends(connection)

    async def live(self) -> int:
        async with self.sql() as connection:
            count: int = await connection.fetchval("SELECT count(*) FROM jobs")
            return count

    async def _left(self) -> int:
        """Return the live jobs and the batches that still have one to make, at one moment."""
        async with self.sql() as connection:
            count: int = await connection.fetchval(_LEFT)
            return count

    async def drained(self, seconds: float) -> float:
        """Wait until no job is live and no batch is left to be called back for; return the seconds it took."""
        began = time.monotonic()
        async with asyncio.timeout(seconds):
            while True:
                with contextlib.suppress(*GONE):
                    if await self._left() == 0:
                        return time.monotonic() - began
                await asyncio.sleep(0.02)

    async def verdict(self, *, waiting_is_fine: bool = False) -> Verdict:
        """Judge everything that has happened."""
        await self.observe()
        async with self.sql() as connection:
            committed = await effects(connection)
        return check([*read(self.history), *committed], self.observed, waiting_is_fine=waiting_is_fine)
