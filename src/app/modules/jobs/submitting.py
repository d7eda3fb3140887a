"""Enqueueing for callers without a transaction: many share one commit, and each returns when that is made.

Two workers, no timer: what arrives while one batch commits is the next batch. Under light load a job waits for nobody.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import asyncpg
import structlog

from app.kernel.db import DatabaseGone
from app.kernel.errors import Problem, Unavailable
from app.kernel.hot import UNREACHABLE, HotConnection
from app.modules.jobs.errors import JobPayloadInvalid
from app.modules.jobs.hot import hot_connection
from app.modules.jobs.insertion import insert, insert_new
from app.modules.jobs.new_jobs import NewJob, Payload, new_job
from app.modules.jobs.policies import policies_now
from app.modules.jobs.worker import WORKER_KEY, Worker

if TYPE_CHECKING:
    from app.kernel.node import Node

log = structlog.get_logger(__name__)

_WORKERS = 2
_BATCH = 500
_MOST_WAITING = 20_000

Done = Callable[[str | Exception], None]
Waiting = tuple[NewJob, Done]


async def submit(node: "Node", kind: str, payload: Payload, **options: Any) -> str:
    """Queue a job in a commit of its own, shared with others, and return its id once that is made.

    ``options`` and what is raised are those of :func:`enqueue`; Unavailable (503) when the database does not answer,
    and nobody can say whether the job was queued: try again with an ``idempotency_key``.
    """
    return await submitter_of(node).submit(new_job(await policies_now(node), kind, payload, **options))


class Submitter:
    """The new jobs of one node on their way into the table."""

    def __init__(self, node: "Node") -> None:
        self._node = node
        self._waiting: deque[Waiting] = deque()
        self._idle = [hot_connection(node.database) for _ in range(_WORKERS)]
        self._workers: set[asyncio.Task[None]] = set()
        worker = node.registry.get(WORKER_KEY)
        assert worker is None or isinstance(worker, Worker)
        self._worker = worker

    async def submit(self, row: NewJob) -> str:
        """Wait until ``row`` is committed and return the id its work is known by."""
        done: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def tell(outcome: str | Exception) -> None:
            if done.done():
                return  # the caller has left
            if isinstance(outcome, str):
                done.set_result(outcome)
            else:
                done.set_exception(outcome)

        self.put(row, tell)
        return await done

    def put(self, row: NewJob, done: Done) -> None:
        """Do the same without waiting: ``done`` is told the id, or why there is none. Raises Unavailable (503)."""
        if len(self._waiting) >= _MOST_WAITING:
            raise Unavailable(f"{_MOST_WAITING} jobs wait for the database", retry_after=1)
        self._waiting.append((row, done))
        if self._idle:
            worker = asyncio.create_task(self._work(self._idle.pop()), name="job submissions")
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)

    async def close(self) -> None:
        """Commit what waits, and let go of the connections."""
        while self._workers:
            await asyncio.wait(self._workers)
        for connection in self._idle:
            await connection.close()

    async def _work(self, connection: HotConnection) -> None:
        try:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), _BATCH))]
                await self._commit(connection, batch)
        finally:
            self._idle.append(connection)

    async def _commit(self, connection: HotConnection, batch: list[Waiting]) -> None:
        # Keys in the order of their ids: two batches that meet the same two keys do not wait for one another.
        batch.sort(key=lambda waiting: waiting[0].id if waiting[0].idempotent else "")
        rows, born = self._bear([row for row, _ in batch])
        asked_at = self._node.clock.monotonic()
        try:
            outcomes = await _insert(connection, rows)
        except BaseException as error:
            if born and self._worker is not None:
                self._worker.break_promises(born)
            if not isinstance(error, UNREACHABLE):
                connection.drop()  # perhaps in the middle of a transaction
                for _, done in batch:
                    done(Unavailable("the submission broke off; nobody can say whether it was made"))
                raise
            if len(batch) > 1 and isinstance(error, asyncpg.PostgresError) and not _is_gone(error):
                # One of them is at fault: the others may not be refused with it.
                for waiting in batch:
                    await self._commit(connection, [waiting])
                return
            outcomes = [_refusal(error)] * len(batch)
        else:
            if born and self._worker is not None:
                self._worker.keep_promises(born, asked_at)
        for (_, done), outcome in zip(batch, outcomes, strict=True):
            done(outcome)
        for topic in {topic for row in rows if row.node is None for topic in row.topics}:
            self._node.bus.wake(topic)

    def _bear(self, rows: list[NewJob]) -> tuple[list[NewJob], list[NewJob]]:
        """Let those this node can begin at once be inserted as running: durable before they begin, never claimed."""
        worker, born = self._worker, []
        if worker is not None:
            for place, row in enumerate(rows):
                if row.may_be_born_claimed and (running := worker.promise(row)) is not None:
                    rows[place] = running
                    born.append(running)
        return rows, born


async def _insert(connection: HotConnection, rows: Sequence[NewJob]) -> Sequence[str | Exception]:
    if all(row.is_plain for row in rows):
        return await insert(connection.fetch, rows)
    if all(row.idempotent and row.is_free for row in rows) and await insert_new(connection.fetch, rows):
        return [row.id for row in rows]
    await connection.fetch("BEGIN")
    outcomes: list[str | Problem] = await insert(connection.fetch, rows)
    await connection.fetch("COMMIT")
    return outcomes


def _is_gone(error: Exception) -> bool:
    return isinstance(error, asyncpg.PostgresConnectionError | asyncpg.OperatorInterventionError)


def _refusal(error: Exception) -> Exception:
    if isinstance(error, asyncpg.DataError):
        return JobPayloadInvalid("The payload holds a value beyond what the database can keep")
    if not isinstance(error, asyncpg.PostgresError) or _is_gone(error):
        log.warning("jobs could not be submitted", error=f"{type(error).__name__}: {error}"[:300])
        return DatabaseGone(f"{type(error).__name__}: {error}")
    refused: Exception = error
    return refused


def submitter_of(node: "Node") -> Submitter:
    """Return what queues jobs for callers of this node, made when it is first needed."""
    return node.part(Submitter, Submitter)


async def stop(node: "Node") -> None:
    """Commit what waits and let go."""
    if (submitter := node.part_with(Submitter)) is not None:
        await submitter.close()
