"""Ours, as a participant: a real Node with the jobs and nodes modules, or the whole house, in a process of its own."""

import asyncio
import base64
import json
import mmap
import resource
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from sqlalchemy import event, text

from app.kernel import settings as settings_sources
from app.kernel.node import Node
from app.main import MODULES
from app.modules import jobs, nodes
from benchmarks.peers.program import Program, Runs, in_thousands, payload

KIND = "bench.noop"
_SUCCEEDED = "SELECT count(*) FROM finished_jobs WHERE number > :base AND state = 'succeeded'"
_PLAIN = """
INSERT INTO jobs (id, kind, queue, max_attempts, payload) VALUES ($1, 'bench.noop', 'default', 5, $2::text::jsonb)
"""
_LAST = "SELECT coalesce(max(number), 0) FROM finished_jobs"


class Reading(BaseModel):
    """The payload, validated at enqueue and again before the handler."""

    index: int
    sent_at: float
    source: str
    channel: str
    text: str


class Board:
    """How many jobs ran in this process, where another can see it without asking."""

    def __init__(self, path: str, place: int) -> None:
        with Path(path).open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), 0)
        self._place = 8 * place

    def show(self, count: int) -> None:
        self._memory[self._place : self._place + 8] = count.to_bytes(8, "little")


class Ours(Program):
    node: Node
    runs = Runs(0)
    board: Board | None = None

    async def open(
        self,
        url: str,
        directory: str,
        name: str = "bench",
        slots: int = 1000,
        works: bool = True,
        house: bool = False,
        flags: dict[str, Any] | None = None,
    ) -> None:
        """Make a node on a database with our schema; what needs it running starts it.

        One that does not work knows the kind, as an API-only node does, and takes no job.
        """
        modules = MODULES if house else (jobs.module, nodes.module)
        sections = {module.name: module.settings for module in modules if module.settings is not None}
        chosen: dict[str, Any] = {
            "data_directory": str(Path(directory) / name),
            "server.node_name": name,
            "log_level": "warning",
            "jobs.slots": slots,
            **(flags or {}),
        }
        if not works:
            chosen["server.roles"] = ["api"]
        jobs.kind(KIND, submittable=True)(self._noop)
        Path(directory, name).mkdir(parents=True, exist_ok=True)
        settings = settings_sources.load(sections, flags=chosen, environ={}, toml_paths=())
        self.node = Node(settings, modules, url)
        self.started = False
        self.late: list[float] = []

    async def start(self) -> None:
        """Start the node, unless it runs."""
        if not self.started:
            await self.node.start()
            self.started = True

    async def bulk(self, count: int, at_once: bool = False) -> float:
        """Through :func:`jobs.enqueue_many`; ``at_once`` in one transaction, so that all nodes see all of it."""
        if not at_once:
            return await in_thousands(count, self._thousand)
        began = time.perf_counter()
        async with self.node.database.transaction() as session:
            for first in range(0, count, 1000):
                await jobs.enqueue_many(session, KIND, [payload(i) for i in range(first, min(first + 1000, count))])
        return count / (time.perf_counter() - began)

    async def enqueue(self, count: int, callers: int) -> float:
        """Coalesced: each caller awaits the commit its job shares with others."""
        await self.start()
        base = await self._rows("SELECT count(*) FROM jobs")
        rate = await super().enqueue(count, callers)
        added = await self._rows("SELECT count(*) FROM jobs WHERE state = 'queued'") - base
        if added != count // callers * callers:
            raise AssertionError(f"{count} jobs were submitted, {added} are queued")
        return rate

    async def one(self, index: int) -> None:
        await jobs.submit(self.node, KIND, payload(index))

    async def transactional(self, turns: int) -> dict[str, list[float]]:
        """Return microseconds a job by :func:`jobs.enqueue` and by INSERTs alone, turn about, 20 jobs each.

        All in a transaction of the caller's with its commit. ``insert`` is the statement enqueue() sends, with its
        values; ``plain`` one written by hand for a job without options.
        """
        await self.start()
        statement, values, its_id = await self._insert_of_enqueue()
        said: dict[str, list[float]] = {"enqueue": [], "insert": [], "plain": []}
        numbers = iter(range(10**9))
        for _ in range(turns):
            began = time.perf_counter()
            async with self.node.database.transaction() as session:
                for _ in range(20):
                    await jobs.enqueue(session, KIND, payload(next(numbers)))
            said["enqueue"].append((time.perf_counter() - began) / 20 * 1e6)
            ids = [f"job_bare{next(numbers)}" for _ in range(40)]
            same = [(statement, _with_id(values, its_id, job_id)) for job_id in ids[:20]]
            plain = [(_PLAIN, (job_id, json.dumps(payload(0)))) for job_id in ids[20:]]
            for name, twenty in (("insert", same), ("plain", plain)):
                began = time.perf_counter()
                async with self.node.database.transaction() as session:
                    connection = await session.connection()
                    for sql, own in twenty:
                        await connection.exec_driver_sql(sql, own)
                said[name].append((time.perf_counter() - began) / 20 * 1e6)
        there = await self._rows("SELECT count(*) FROM jobs")
        if there != 60 * turns + 2:
            raise AssertionError(f"{60 * turns + 2} jobs were inserted, there are {there}")
        return said

    async def expect(self, count: int, board: str = "", place: int = 0) -> None:
        """Be ready for ``count`` jobs; with ``board``, show there how many ran."""
        self.base = await self._rows(_LAST)
        self.runs, self.late = Runs(count), []
        self.board = Board(board, place) if board else None
        self.count = 0

    async def drain(self, count: int) -> dict[str, Any]:
        await self.expect(count)
        before = cpu_seconds()
        await self.start()
        figures = await self.runs.ended(self._succeeded)
        return figures | {"cpu": cpu_seconds() - before}

    async def ended(self) -> list[float]:
        """Wait until all that is expected ran and is recorded; return how late each began, in ms."""
        await self.runs.ended(self._succeeded)
        return [seconds * 1000 for seconds in self.late]

    async def ran(self) -> dict[str, Any]:
        """Return which jobs ran here (a byte each) and how many more than once."""
        return {"seen": base64.b64encode(self.runs.seen).decode(), "twice": self.runs.twice}

    async def offer(self, count: int, per_second: float, way: str) -> None:
        """Queue jobs at a steady rate, by ``submit`` or in a ``transaction`` each; a handler knows when that began."""
        await self.start()
        due = time.perf_counter() + 0.05
        calls = []
        for index in range(count):
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            due += 1 / per_second
            calls.append(asyncio.create_task(self._offer(index, way)))
        await asyncio.gather(*calls)

    async def timers(self, count: int, in_seconds: float, within: float) -> None:
        """Queue jobs due at as many moments of ``within`` seconds as there are hundreds of them."""
        await self.start()
        first = time.time() + in_seconds
        async with self.node.database.transaction() as session:
            for start in range(0, count, 100):
                due = first + within * start / count
                bodies = [payload(index, due) for index in range(start, start + 100)]
                await jobs.enqueue_many(session, KIND, bodies, run_at=datetime.fromtimestamp(due, UTC))
        if time.time() > first:
            raise AssertionError("the timers were due before all were queued")

    async def close(self) -> None:
        await self.node.stop()

    async def _noop(self, attempt: jobs.Attempt, job: Reading) -> None:
        if job.sent_at:
            self.late.append(time.time() - job.sent_at)
        self.runs.take(job.index)
        if self.board is not None:
            self.count += 1
            self.board.show(self.count)

    async def _offer(self, index: int, way: str) -> None:
        body = payload(index, time.time())
        if way == "submit":
            await jobs.submit(self.node, KIND, body)
        else:
            async with self.node.database.transaction() as session:
                await jobs.enqueue(session, KIND, body)

    async def _thousand(self, some: range) -> None:
        async with self.node.database.transaction() as session:
            await jobs.enqueue_many(session, KIND, [payload(index) for index in some])

    async def _insert_of_enqueue(self) -> tuple[str, tuple[Any, ...], str]:
        said: list[tuple[str, Any]] = []

        def listen(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
            said.append((statement, values))

        engine = self.node.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", listen)
        for _ in range(2):  # the first learns the limits there are
            said.clear()
            async with self.node.database.transaction() as session:
                job_id = await jobs.enqueue(session, KIND, payload(0))
        event.remove(engine, "before_cursor_execute", listen)
        # The node's loops speak through the same engine.
        said = [spoken for spoken in said if job_id in str(spoken[1])]
        if len(said) != 1 or "INSERT INTO jobs" not in said[0][0]:
            raise AssertionError(f"a job took {len(said)} statements: {said}")
        return *said[0], job_id

    async def _succeeded(self) -> int:
        return await self._rows(_SUCCEEDED, base=self.base)

    async def _rows(self, statement: str, **values: Any) -> int:
        async with self.node.database.connection() as connection:
            return int((await connection.execute(text(statement), values)).scalar_one())


def _with_id(values: Any, old: str, new: str) -> Any:
    """Return the values of a statement with one id replaced, also inside lists."""
    if isinstance(values, list | tuple):
        return type(values)(_with_id(value, old, new) for value in values)
    return new if values == old else values


def cpu_seconds() -> float:
    """Return the CPU time this process has used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


program = Ours
