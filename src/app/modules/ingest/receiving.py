"""Group commit of what is pushed: many POSTs share one statement, and each is answered once that is committed.

Two workers, no timer: what comes while one batch commits is the next batch. Under light load a push waits for nobody;
of a crowd the second worker takes only what is much, because two commits of half as many cost more than one.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import asyncpg
import structlog

from app.kernel.bus import EVENTS_TOPIC
from app.kernel.db import DatabaseGone
from app.kernel.errors import Problem, Unavailable
from app.kernel.hot import UNREACHABLE, HotConnection
from app.modules.ingest.arrivals import Outcome, in_order, once, outcome_of
from app.modules.ingest.errors import IngestFull, SignatureReplayed
from app.modules.ingest.items import Found
from app.modules.ingest.landing import Landing, Row, landing, row_of
from app.modules.ingest.settings import IngestSettings

if TYPE_CHECKING:
    from app.kernel.node import Node

log = structlog.get_logger(__name__)

_WORKERS = 2
_BATCH_ROWS = 1000
# While so many pushes are committed the next ones gather, unless they are so many rows. With 64 clients a push cost
# PostgreSQL 72 us of CPU with one worker and 90 with two.
_CROWD = 8
_MUCH_ROWS = 200
_BATCH_BYTES = 16 * 1024**2
# A larger batch that took too long is tried again by halves; a smaller one did not take long because of its size.
_HALVED_BYTES = 4 * 1024**2
# The server gives up first: a connection that was only cut would go on, and its rows be in the way of the next try.
_STATEMENT_SECONDS = 9.0
# One plan for all: of a statement with arrays the planner would make a new one each time, and statistics of a table
# that was empty a minute ago are never right.
_SETTINGS = ("SET enable_seqscan = off", "SET enable_bitmapscan = off", "SET plan_cache_mode = force_generic_plan")

_TAKE_SIGNATURES = """
INSERT INTO push_signatures (source_id, digest) SELECT * FROM unnest($1::text[], $2::bytea[])
ORDER BY 1, 2 ON CONFLICT DO NOTHING RETURNING digest
"""


Done = Callable[[Outcome | Exception], None]


@dataclass(eq=False, slots=True)
class _Push:
    source_id: str
    rows: list[Row]
    count: int
    signature: bytes | None
    size: int
    done: Done
    is_settled: bool = False


class Receiver:
    """What was pushed to one node, on its way into the tables."""

    def __init__(self, node: "Node") -> None:
        self._node = node
        settings = node.settings.of(IngestSettings)
        self._most_rows, self._most_bytes = settings.queue_rows, settings.queue_bytes
        self._waiting: deque[_Push] = deque()
        self._rows = self._bytes = 0
        self._committed_count = self._committed_rows = 0  # of what is being committed
        limits = (*_SETTINGS, f"SET statement_timeout = {int(_STATEMENT_SECONDS * 1000)}")
        self._idle = [HotConnection(node.database, settings=limits) for _ in range(_WORKERS)]
        self._workers: set[asyncio.Task[None]] = set()

    async def take(self, source_id: str, found: Sequence[Found], *, signature: bytes | None = None) -> Outcome:
        """Record what came, once, and return when that is committed; ``signature`` may come once only.

        Raises IngestFull (429), SignatureReplayed (409); Unavailable (503) when the database does not answer, and
        nobody can say whether it was kept: sending it again is harmless.
        """
        done: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

        def tell(outcome: Outcome | Exception) -> None:
            if done.done():
                return  # the sender has left
            if isinstance(outcome, Outcome):
                done.set_result(outcome)
            else:
                done.set_exception(outcome)

        self.put(source_id, found, tell, signature=signature)
        return await done

    def put(self, source_id: str, found: Sequence[Found], done: Done, *, signature: bytes | None = None) -> None:
        """Do the same without waiting: ``done`` is told, once it is committed or refused. Raises IngestFull (429)."""
        rows = [row_of(source_id, one) for one in in_order(once(found))]
        size = sum([len(row.body) for row in rows])
        if self._rows and (self._rows + len(found) > self._most_rows or self._bytes + size > self._most_bytes):
            raise IngestFull(f"{self._rows} deliveries of {self._bytes:,} bytes wait for the database", retry_after=1)
        self._waiting.append(_Push(source_id, rows, len(found), signature, size, done))
        self._rows += len(found)
        self._bytes += size
        if self._idle and self._may_begin():
            worker = asyncio.create_task(self._work(self._idle.pop()), name="pushed deliveries")
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
            while self._waiting and self._may_begin():
                batch = [self._waiting.popleft()]
                rows, size = len(batch[0].rows), batch[0].size
                while self._waiting:
                    rows, size = rows + len(self._waiting[0].rows), size + self._waiting[0].size
                    if rows > _BATCH_ROWS or size > _BATCH_BYTES:
                        break
                    batch.append(self._waiting.popleft())
                count, rows = len(batch), sum([push.count for push in batch])
                self._committed_count += count
                self._committed_rows += rows
                try:
                    await self._commit(connection, batch)
                finally:
                    self._committed_count -= count
                    self._committed_rows -= rows
        finally:
            self._idle.append(connection)

    def _may_begin(self) -> bool:
        """Say whether what waits is to be committed beside what is; else the other worker takes it next."""
        return self._committed_count < _CROWD or self._rows - self._committed_rows >= _MUCH_ROWS

    async def _commit(self, connection: HotConnection, batch: list[_Push]) -> None:
        landed: list[Landing] = []
        try:
            states, replayed = await self._land(connection, batch, landed)
        except BaseException as error:
            for one in landed:
                one.riders.lost()
            if not isinstance(error, (*UNREACHABLE, Problem)):
                connection.drop()  # perhaps in the middle of a transaction
                self._refuse(
                    batch, Unavailable("the push broke off; nobody can say whether it was kept: send it again")
                )
                raise
            if len(batch) > 1 and isinstance(error, asyncpg.PostgresError) and not _is_gone(error):
                # One of them is at fault: the others may not be refused with it.
                for push in batch:
                    await self._commit(connection, [push])
                return
            if len(batch) > 1 and is_late(error) and sum(push.size for push in batch) > _HALVED_BYTES:
                for half in (batch[: len(batch) // 2], batch[len(batch) // 2 :]):
                    await self._commit(connection, half)
                return
            self._refuse(batch, _refusal(error))
            return
        if replayed:
            self._refuse(replayed, SignatureReplayed())
        for one in landed:
            one.arrived(self._node.bus)
        if states:
            self._node.bus.wake(EVENTS_TOPIC)
        for push in batch:
            if not push.is_settled:  # else it was refused
                self._settle(push, outcome_of(push.rows, states, push.count))

    def _refuse(self, batch: Sequence[_Push], problem: Exception) -> None:
        for push in batch:
            if not push.is_settled:
                self._settle(push, problem)

    def _settle(self, push: _Push, outcome: Outcome | Exception) -> None:
        push.is_settled = True
        self._rows -= push.count
        self._bytes -= push.size
        push.done(outcome)

    async def _land(
        self, connection: HotConnection, batch: list[_Push], landed: list[Landing]
    ) -> tuple[dict[str, str], list[_Push]]:
        """Commit a batch; return the states of its new rows, and the pushes whose signature was taken before."""
        signed = any(push.signature is not None for push in batch)
        replayed: list[_Push] = []
        if signed:
            await connection.fetch("BEGIN")
            replayed = await _replayed(connection, batch)
        rows = _merged([push for push in batch if push not in replayed])
        states = {}
        if rows:
            one = await landing(self._node, rows)
            landed.append(one)
            states = await one.run(connection.fetch)
        if signed:
            await connection.fetch("COMMIT")
        return states, replayed


async def _replayed(connection: HotConnection, batch: list[_Push]) -> list[_Push]:
    """Take the signatures of a batch; return the pushes whose signature was taken before."""
    signed: dict[tuple[str, bytes], _Push] = {}
    replayed = [
        push
        for push in batch
        if push.signature is not None and signed.setdefault((push.source_id, push.signature), push) is not push
    ]
    sources, digests = [source for source, _ in signed], [digest for _, digest in signed]
    taken = {row[0] for row in await connection.fetch(_TAKE_SIGNATURES, sources, digests)}
    return [*replayed, *[push for (_, digest), push in signed.items() if digest not in taken]]


def _merged(batch: Sequence[_Push]) -> list[Row]:
    """Return the rows of a batch, each item once: what came twice at once is a duplicate of the first."""
    if len(batch) == 1:
        return batch[0].rows
    rows = [row for push in batch for row in push.rows]
    if len({row.fingerprint for row in rows}) == len(rows):  # as nearly always
        return rows
    unique: dict[tuple[str, str, bytes], Row] = {}
    for row in rows:
        unique.setdefault(row[1:4], row)  # source, key and fingerprint
    return list(unique.values())


def is_late(error: BaseException | None) -> bool:
    """Say whether the database took too long, as it may over what is too much at once."""
    return isinstance(error, TimeoutError | asyncpg.QueryCanceledError)


def _is_gone(error: Exception) -> bool:
    return isinstance(error, asyncpg.PostgresConnectionError | asyncpg.OperatorInterventionError)


def _refusal(error: BaseException) -> Exception:
    if isinstance(error, Problem):
        return error
    log.warning("deliveries could not be kept", error=f"{type(error).__name__}: {error}"[:300])
    if not isinstance(error, asyncpg.PostgresError) or _is_gone(error):
        gone = DatabaseGone(f"{type(error).__name__}: {error}")
        gone.__cause__ = error
        return gone
    refused: Exception = error
    return refused


def receiver_of(node: "Node") -> Receiver:
    """Return what takes in what is pushed to this node, made when it is first needed."""
    return node.part(Receiver, Receiver)


async def stop(node: "Node") -> None:
    """Commit what waits and let go."""
    if (receiver := node.part_with(Receiver)) is not None:
        await receiver.close()
