"""How far jobs are, as their handlers say: gathered here, written for all jobs of the node in one statement.

A handler may say it ten thousand times a second; the newest is written, at most once a second for each job, and the
last one is never left out. An attempt that is not the job's any more writes nothing.
"""

import asyncio
import contextlib
import math
import threading
from typing import TYPE_CHECKING

import orjson

from app.kernel.loops import Loop

if TYPE_CHECKING:
    from app.kernel.node import Node
    from app.modules.jobs.attempt import Attempt

WRITE_EVERY_SECONDS = 1.0
MESSAGE_CHARACTERS = 500
NAME_CHARACTERS = 100
COUNTERS = 32
_BATCH = 1000

# Fenced: only for the attempt that is, or was the last of, its job. Ended jobs are looked for only when none lives:
# the last words of a handler are mostly written after its outcome.
_WRITE = """
WITH said AS MATERIALIZED (
    SELECT * FROM unnest($1::text[], $2::int[], $3::float8[], $4::text[], $5::text[])
        AS said (id, attempt, fraction, message, counters)
), live AS MATERIALIZED (
    SELECT said.*, j.attempt AS newest FROM said LEFT JOIN jobs j ON j.id = said.id
), ours AS (
    SELECT * FROM live
    WHERE newest = attempt OR (newest IS NULL AND EXISTS (
        SELECT FROM finished_jobs f WHERE f.id = live.id AND f.attempt = live.attempt))
)
INSERT INTO job_progress AS kept (job_id, attempt, fraction, message, counters, updated_at)
SELECT id, attempt, fraction, message, counters::jsonb, now() FROM ours ORDER BY id
ON CONFLICT (job_id) DO UPDATE SET attempt = EXCLUDED.attempt, fraction = EXCLUDED.fraction,
    message = EXCLUDED.message, counters = EXCLUDED.counters, updated_at = EXCLUDED.updated_at
WHERE kept.attempt <= EXCLUDED.attempt
"""


class Reporter:
    """What one attempt has said so far. Thread-safe: its handler may say it from anywhere."""

    __slots__ = ("_board", "_lock", "attempt", "counters", "fraction", "job_id", "message", "unwritten")

    def __init__(self, board: "Board", job_id: str, attempt: int) -> None:
        self._board = board
        self._lock = threading.Lock()
        self.job_id = job_id
        self.attempt = attempt
        self.fraction: float | None = None
        self.message: str | None = None
        self.counters: dict[str, float] = {}
        self.unwritten = False

    def report(self, fraction: float | None, message: str | None, counters: dict[str, float]) -> None:
        """Take what a handler says; see Attempt.progress."""
        if fraction is not None and not math.isnan(fraction := float(fraction)):
            self.fraction = min(1.0, max(0.0, fraction))
        if message is not None:
            self.message = str(message)[:MESSAGE_CHARACTERS]
        with self._lock:
            if counters:
                self._count(counters)
            was_unwritten, self.unwritten = self.unwritten, True
        if not was_unwritten:
            self._board.note(self)

    def row(self) -> tuple[str, int, float | None, str | None, str]:
        """Return what is to be written, and take it as written."""
        with self._lock:
            self.unwritten = False
            counters = orjson.dumps(self.counters).decode()
        message = None if self.message is None else _storable(self.message)
        return self.job_id, self.attempt, self.fraction, message, counters

    def _count(self, counters: dict[str, float]) -> None:
        for name, value in counters.items():
            number, name = float(value), _storable(name[:NAME_CHARACTERS])
            if math.isfinite(number) and (name in self.counters or len(self.counters) < COUNTERS):
                self.counters[name] = int(number) if number.is_integer() and abs(number) < 2**53 else number


def _storable(text: str) -> str:
    """Return ``text`` as the database can hold it: one handler's may not keep the others' from being written."""
    return text.replace("\x00", "\\0").encode(errors="backslashreplace").decode()


class Board:
    """What the handlers of one node have said and is not written yet."""

    def __init__(self, node: "Node") -> None:
        self._clock = node.clock
        self._event_loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._database = node.database
        self._unwritten: dict[Reporter, None] = {}
        self._written_at = float("-inf")
        self._writing = asyncio.Lock()
        self.loop = Loop("progress", self._run, every_seconds=60.0)

    def note(self, reporter: Reporter) -> None:
        """Take note that ``reporter`` has something to write; called from any thread."""
        if threading.get_ident() == self._thread:
            self._note(reporter)
        else:
            with contextlib.suppress(RuntimeError):  # the event loop is closed
                self._event_loop.call_soon_threadsafe(self._note, reporter)

    async def flush(self) -> None:
        """Write everything that is unwritten, now."""
        async with self._writing:
            while self._unwritten:
                batch = list(self._unwritten)[:_BATCH]
                for reporter in batch:
                    del self._unwritten[reporter]
                try:
                    columns = tuple(map(list, zip(*(r.row() for r in batch), strict=True)))
                    async with self._database.connection() as connection:
                        await connection.exec_driver_sql(_WRITE, columns)
                except BaseException:
                    for reporter in batch:
                        reporter.unwritten = True
                        self._unwritten[reporter] = None
                    raise

    def _note(self, reporter: Reporter) -> None:
        self._unwritten[reporter] = None
        self.loop.wake()

    async def _run(self) -> float | None:
        wait = self._written_at + WRITE_EVERY_SECONDS - self._clock.monotonic()
        if not self._unwritten:
            return None
        if wait > 0:
            # The wake that comes with each further job may not write sooner; a round that does nothing costs nothing.
            return wait
        self._written_at = self._clock.monotonic()
        await self.flush()
        return None


def board_of(node: "Node") -> Board:
    """Return the board of a node, made when it is first needed."""
    return node.part(Board, Board)


async def close(node: "Node") -> None:
    """Write what is left; nothing when no handler ever said anything."""
    if (board := node.part_with(Board)) is not None:
        await board.flush()


def reporter_of(attempt: "Attempt") -> Reporter:
    """Return a reporter for an attempt."""
    return Reporter(board_of(attempt.node), attempt.job_id, attempt.attempt)
