"""Many callers, one commit: what comes while a batch commits is the next batch. Two at once, no timer.

Under light load nobody waits for anybody.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Generic, TypeVar

import asyncpg
import structlog

from app.kernel.db import Database
from app.kernel.hot import HotConnection

log = structlog.get_logger(__name__)

_WORKERS = 2
BATCH = 500

# As for the queue's own loops: the statistics of tables that fill and empty within minutes are never right, and a plan
# that reads one of them for each row of a batch is 20 times slower.
# Planned once: a statement of a dozen parts is not planned anew for each batch.
_SETTINGS = ("SET enable_seqscan = off; SET enable_bitmapscan = off; SET plan_cache_mode = force_generic_plan",)

# Between the values of a column, which crosses as one text: asyncpg asks of every element of an array whether it is a
# list itself (measured 1 us each, a third of what a stage costs). JSON has no control characters.
_BETWEEN = "\x1e"

T = TypeVar("T")


def columns(first: int, count: int) -> str:
    """Return the SQL of so many columns of :func:`column`, for unnest, from parameter ``$first`` on."""
    return ", ".join(f"string_to_array(${n}::text, E'\\x1e', '')" for n in range(first, first + count))


def column(values: Iterable[str | None]) -> str:
    """Return values as one parameter; an empty text is NULL."""
    return _BETWEEN.join([value or "" for value in values])


def columns_of(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Return rows of texts as the parameters of their columns; an empty text is NULL. There is at least one row."""
    return [_BETWEEN.join(values) for values in zip(*rows, strict=True)]


def plain(text: str | None) -> str | None:
    """Return people's text as it can be a value of a column. Raises ValueError when it is no Unicode text."""
    if text is None or text.isprintable():
        return text
    found = text.replace(_BETWEEN, " ").replace("\x00", " ")
    found.encode()  # half of a surrogate pair would fail the whole batch
    return found


class Waiting(Generic[T]):
    """One item, and whom to tell what became of it: ``told(result, error)``, or the caller that awaits ``done``."""

    __slots__ = ("_told", "done", "item")

    def __init__(self, item: T, told: Callable[[object, Exception | None], None] | None = None) -> None:
        self.item = item
        self._told = told
        self.done: asyncio.Future[object] | None = None
        if told is None:
            self.done = asyncio.get_running_loop().create_future()

    @property
    def is_gone(self) -> bool:
        """Say whether its caller has left."""
        return self.done is not None and self.done.done()

    def settle(self, result: object) -> None:
        """Say that it was committed, and what came of it."""
        if self.done is None:
            assert self._told is not None
            self._told(result, None)
        elif not self.done.done():
            self.done.set_result(result)

    def fail(self, error: Exception) -> None:
        """Say that it was not committed, or that nobody knows."""
        if self.done is None:
            assert self._told is not None
            self._told(None, error)
        elif not self.done.done():
            self.done.set_exception(error)


class GroupCommit(Generic[T]):
    """Commits items in batches: ``commit`` gets a connection and the batch and settles each one's future.

    Items of one ``key`` never share a batch.
    """

    def __init__(
        self,
        database: Database,
        commit: Callable[[HotConnection, list[Waiting[T]]], Awaitable[None]],
        key: Callable[[T], str] | None = None,
    ) -> None:
        self._commit = commit
        self._key = key
        self._waiting: deque[Waiting[T]] = deque()
        self._idle = [HotConnection(database, settings=_SETTINGS) for _ in range(_WORKERS)]
        self._workers: set[asyncio.Task[None]] = set()
        self._committing = 0

    async def submit(self, item: T) -> object:
        """Wait until ``item`` is committed; return, or raise, what became of it."""
        waiting = Waiting(item)
        self._add(waiting)
        assert waiting.done is not None
        return await waiting.done

    def leave(self, item: T, told: Callable[[object, Exception | None], None]) -> None:
        """Have ``item`` committed; ``told``, which may not raise, is called with what came of it or what went wrong."""
        self._add(Waiting(item, told))

    async def close(self) -> None:
        """Commit what waits, and let go of the connections."""
        while self._workers:
            await asyncio.wait(self._workers)
        for connection in self._idle:
            await connection.close()

    def _add(self, waiting: Waiting[T]) -> None:
        self._waiting.append(waiting)
        if self._idle:
            worker = asyncio.create_task(self._work(self._idle.pop()), name="group commit")
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)

    async def _work(self, connection: HotConnection) -> None:
        try:
            while self._waiting:
                count = 0
                # While another commit is under way: as long as every turn of the event loop brings more.
                while self._committing and count < len(self._waiting) < BATCH:
                    count = len(self._waiting)
                    await asyncio.sleep(0)
                if batch := self._take():  # none when the other one has taken them, or their callers have left
                    self._committing += 1
                    try:
                        await self._try(connection, batch)
                    finally:
                        self._committing -= 1
        finally:
            self._idle.append(connection)

    async def _try(self, connection: HotConnection, batch: list[Waiting[T]]) -> None:
        try:
            await self._commit(connection, batch)
        except BaseException as error:
            connection.drop()  # perhaps in the middle of a transaction
            if isinstance(error, asyncpg.PostgresError) and len(batch) > 1:
                for waiting in batch:  # one of them may be at fault: the others do not fail with it
                    await self._try(connection, [waiting])
                return
            for waiting in batch:
                waiting.fail(error if isinstance(error, Exception) else _broken())
            if not isinstance(error, Exception):
                raise

    def _take(self) -> list[Waiting[T]]:
        if self._key is None:
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), BATCH))]
        batch: list[Waiting[T]] = []
        later: list[Waiting[T]] = []
        seen: set[str] = set()
        while self._waiting and len(batch) < BATCH:
            waiting = self._waiting.popleft()
            if waiting.is_gone:
                continue
            key = self._key(waiting.item)
            (later if key in seen else batch).append(waiting)
            seen.add(key)
        self._waiting.extendleft(reversed(later))
        return batch


def _broken() -> Exception:
    return ConnectionError("the commit broke off; nobody can say whether it was made")
