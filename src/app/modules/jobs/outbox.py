"""Outcomes on their way into the database, in batches that form while the one before commits."""

import asyncio
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING

import asyncpg
import structlog

from app.kernel.failpoints import reach
from app.kernel.loops import Loop
from app.modules.jobs import queries
from app.modules.jobs.endings import OwnerStumbled, end_in_failure, wait_seconds
from app.modules.jobs.hot import hot_connection
from app.modules.jobs.kinds import exhausted_callbacks
from app.modules.jobs.new_jobs import GATES_TOPIC
from app.modules.jobs.running import Ended, Requeued, Running

if TYPE_CHECKING:
    from app.kernel.node import Node

log = structlog.get_logger(__name__)

BATCH = 500
# So many outcomes are worth a second connection, and less than this is worth waiting for while more is about to come.
_WORTH = 200
_GATHER_SECONDS = 0.002
_AGAIN_SECONDS = 1.0
# Of these nothing was recorded, for certain.
_NOT_TO_BE_HELD = (asyncpg.DataError, asyncpg.ProgramLimitExceededError)


class Outbox:
    """What this node's attempts came to, until it is recorded.

    ``settled`` is told of those that are; ``more_to_come`` is asked whether outcomes will follow at once.
    """

    def __init__(
        self, node: "Node", settled: Callable[[Sequence[Running]], None], more_to_come: Callable[[], bool]
    ) -> None:
        self._node = node
        self._settled = settled
        self._more_to_come = more_to_come
        self._lanes = (_Lane(node), _Lane(node))
        self._loop = Loop("outcomes", self._run, essential=True)
        self._second = Loop("more outcomes", self._help, every_seconds=3600.0, essential=True)
        self._ended: list[Running] = []
        self._requeued: list[Running] = []
        self._failed: list[Running] = []
        self._doubtful: set[Running] = set()  # what a connection that broke may have recorded
        self._at_once = BATCH  # less while one is looked for that cannot be recorded

    @property
    def loops(self) -> tuple[Loop, Loop]:
        """Return the loops that record."""
        return self._loop, self._second

    def add(self, running: Running) -> None:
        """Take a job whose outcome is known."""
        outcome = running.outcome
        if type(outcome) is Requeued:
            self._requeued.append(running)
        elif outcome.error is not None and running.kind.name in exhausted_callbacks:  # type: ignore[union-attr]
            self._failed.append(running)
        else:
            self._ended.append(running)
            if len(self._ended) == BATCH:
                self._second.wake()
            if len(self._ended) > 1:
                return  # the first one woke it
        self._loop.wake()

    async def flush(self) -> None:
        """Record everything. What cannot be recorded stays for the next time."""
        await self._flush()
        async with self._lanes[1].busy:  # what the second has taken is recorded too
            pass

    async def close(self) -> None:
        """Let go of the connections."""
        for lane in self._lanes:
            await lane.connection.close()

    async def _run(self) -> None:
        await self._flush(gather=True)

    async def _flush(self, *, gather: bool = False) -> None:
        lane = self._lanes[0]
        async with lane.busy:
            while self._ended or self._requeued or self._failed:
                if gather and 0 < len(self._ended) < _WORTH and self._more_to_come():
                    await asyncio.sleep(_GATHER_SECONDS)
                if self._ended:
                    await self._finish(lane)
                if self._requeued:
                    await self._requeue(lane)
                if self._failed:
                    await self._fail(self._failed.pop(0))

    async def _help(self) -> None:
        lane = self._lanes[1]
        async with lane.busy:
            while len(self._ended) >= _WORTH:
                await self._finish(lane)

    async def _finish(self, lane: "_Lane") -> None:
        # In order of id, as cancel_where locks rows, so the two do not wait for one another.
        batch = sorted(self._ended[: self._at_once], key=_job_id)
        del self._ended[: len(batch)]
        outcomes: list[Ended] = [r.outcome for r in batch]  # type: ignore[misc]
        try:
            reach("jobs.flush")
            [row] = await lane.connection.fetch(
                queries.FINISH_MANY,
                [r.job_id for r in batch],
                [str(r.attempt) for r in batch],
                [] if all(o.state == "succeeded" for o in outcomes) else [o.state for o in outcomes],
                [] if all(o.error is None for o in outcomes) else [o.error for o in outcomes],
                [] if all(o.result is None for o in outcomes) else [o.result for o in outcomes],
            )
            reach("jobs.flushed")
        except _NOT_TO_BE_HELD as error:
            if len(batch) > 1:  # one of them is at fault, and the others may not wait for it
                self._ended[:0] = batch
                self._at_once = len(batch) // 2
            else:
                self._refuse(batch[0], error)
            return
        except BaseException:
            self._doubtful.update(batch)
            self._ended[:0] = batch
            self._loop.wake()
            raise
        self._at_once = min(BATCH, 2 * self._at_once)
        if row["count"] < len(batch):
            self._tell_late(batch, set(row["ids"] or ()))
        if row["watched"]:
            self._node.bus.wake(GATES_TOPIC)
        self._doubtful.difference_update(batch)
        self._settled(batch)

    def _refuse(self, running: Running, error: asyncpg.PostgresError) -> None:
        """Let a job fail whose result is JSON by its model and not by the database: a number, a depth beyond it."""
        outcome = running.outcome
        assert isinstance(outcome, Ended)
        if outcome.result is None:
            self._ended.append(running)
            raise error
        log.error("result cannot be kept", kind=running.kind.name, error=str(error), **running.log_fields())
        running.outcome = Ended("failed", f"its result cannot be kept as JSON: {error}"[:500])
        self.add(running)

    async def _requeue(self, lane: "_Lane") -> None:
        batch = sorted(self._requeued[:BATCH], key=_job_id)
        del self._requeued[:BATCH]
        outcomes: list[Requeued] = [r.outcome for r in batch]  # type: ignore[misc]
        try:
            recorded = await lane.connection.fetch(
                queries.REQUEUE,
                [r.job_id for r in batch],
                [r.attempt for r in batch],
                [o.outcome for o in outcomes],
                [o.delay for o in outcomes],
                [o.error for o in outcomes],
                self._node.boot_id,
            )
            reach("jobs.requeued")
        except BaseException:
            self._doubtful.update(batch)
            self._requeued[:0] = batch
            raise
        self._doubtful.difference_update(batch)
        again = {row["id"] for row in recorded}
        if any(row["watched"] for row in recorded):
            self._node.bus.wake(GATES_TOPIC)
        settled = []
        for running in batch:
            if running.job_id in again:
                settled.append(running)
            else:
                # Told to stop before we heard of it, or no longer ours; as "cancelled" only the first is recorded.
                running.outcome = Ended("cancelled")
                self._ended.append(running)
        self._settled(settled)

    async def _fail(self, running: Running) -> None:
        """End one job together with what its kind's owner does about it."""
        outcome = running.outcome
        assert isinstance(outcome, Ended)
        assert outcome.state in ("failed", "timed_out")
        try:
            async with self._node.database.transaction() as session:
                await end_in_failure(
                    session, running.job_id, running.attempt, outcome.state, outcome.error or "", tries=running.tries
                )
        except asyncio.CancelledError:
            self._failed.append(running)
            raise
        except Exception as error:
            # Neither this job's fault nor the others': it stays leased and is tried again, beside them.
            delay = _AGAIN_SECONDS
            if isinstance(error, OwnerStumbled):
                running.tries += 1
                delay = wait_seconds(running.tries, running.kind.retry_seconds)
            log.exception(
                "job could not be ended in failure", kind=running.kind.name, tries=running.tries, **running.log_fields()
            )
            asyncio.get_running_loop().call_later(delay, self.add, running)
            return
        self._settled([running])

    def _tell_late(self, batch: Sequence[Running], recorded: set[str]) -> None:
        """Log whose outcome was not taken. After a broken connection it may have been, the time before."""
        late = [running for running in batch if running.job_id not in recorded]
        again = sum(running in self._doubtful for running in late)
        if again < len(late):
            job_ids = [running.job_id for running in late if running not in self._doubtful]
            log.warning("late outcomes refused", job_ids=job_ids[:20], count=len(job_ids))
        if again:
            log.info("outcomes sent over a broken connection had been recorded", count=again)


class _Lane:
    """One of the connections outcomes are recorded through; whoever uses it keeps it busy."""

    def __init__(self, node: "Node") -> None:
        self.connection = hot_connection(node.database)
        self.busy = asyncio.Lock()


_job_id = attrgetter("job_id")
