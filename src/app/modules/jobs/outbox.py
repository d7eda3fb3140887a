"""Outcomes on their way into the database, in batches that form while the one before commits."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import asyncpg
import structlog

from app.kernel.failpoints import reach
from app.kernel.loops import Loop
from app.modules.jobs import queries
from app.modules.jobs.endings import end_in_failure
from app.modules.jobs.hot import HotConnection
from app.modules.jobs.kinds import exhausted_callbacks
from app.modules.jobs.new_jobs import GATES_TOPIC
from app.modules.jobs.running import Ended, Requeued, Running

if TYPE_CHECKING:
    from app.kernel.node import Node

log = structlog.get_logger(__name__)

BATCH = 1000
_AGAIN_SECONDS = 1.0


class Outbox:
    """What this node's attempts came to, until it is recorded. ``settled`` is told of each that is."""

    def __init__(self, node: "Node", settled: Callable[[Running], None]) -> None:
        self.loop = Loop("outcomes", self.flush)
        self._node = node
        self._settled = settled
        self._connection = HotConnection(node.database)
        self._flushing = asyncio.Lock()
        self._ended: list[Running] = []
        self._requeued: list[Running] = []
        self._failed: list[Running] = []

    def add(self, running: Running) -> None:
        """Take a job whose outcome is known."""
        outcome = running.outcome
        if isinstance(outcome, Requeued):
            self._requeued.append(running)
        elif isinstance(outcome, Ended) and outcome.error is not None and running.kind.name in exhausted_callbacks:
            self._failed.append(running)
        else:
            self._ended.append(running)
        self.loop.wake()

    async def flush(self) -> None:
        """Record everything. What cannot be recorded stays for the next time."""
        async with self._flushing:
            while self._ended or self._requeued or self._failed:
                # In order of id, as cancel_where locks rows, so the two do not wait for one another.
                if self._ended:
                    await self._finish(sorted(self._ended[:BATCH], key=_job_id))
                if self._requeued:
                    await self._requeue(sorted(self._requeued[:BATCH], key=_job_id))
                if self._failed:
                    await self._fail(self._failed[0])

    async def close(self) -> None:
        """Let go of the connection."""
        await self._connection.close()

    async def _finish(self, batch: list[Running]) -> None:
        outcomes = [r.outcome for r in batch if isinstance(r.outcome, Ended)]
        reach("jobs.flush")
        recorded = await self._connection.fetch(
            queries.FINISH,
            [r.job_id for r in batch],
            [r.attempt for r in batch],
            [o.state for o in outcomes],
            [o.error for o in outcomes],
            "running",
            [o.result for o in outcomes],
        )
        reach("jobs.flushed")
        self._tell_keeper(recorded)
        del self._ended[: len(batch)]
        self._settle(batch, recorded)

    async def _requeue(self, batch: list[Running]) -> None:
        outcomes = [r.outcome for r in batch if isinstance(r.outcome, Requeued)]
        recorded = await self._connection.fetch(
            queries.REQUEUE,
            [r.job_id for r in batch],
            [r.attempt for r in batch],
            [o.outcome for o in outcomes],
            [o.delay for o in outcomes],
            [o.error for o in outcomes],
            self._node.boot_id,
        )
        self._tell_keeper(recorded)
        del self._requeued[: len(batch)]
        again = {row["id"] for row in recorded}
        for running in batch:
            if running.job_id in again:
                self._settled(running)
            else:
                # Told to stop before we heard of it, or no longer ours; as "cancelled" only the first is recorded.
                running.outcome = Ended("cancelled")
                self._ended.append(running)

    async def _fail(self, running: Running) -> None:
        """End one job together with what its kind's owner does about it."""
        del self._failed[0]
        outcome = running.outcome
        assert isinstance(outcome, Ended)
        assert outcome.state in ("failed", "timed_out")
        try:
            async with self._node.database.transaction() as session:
                await end_in_failure(session, running.job_id, running.attempt, outcome.state, outcome.error or "")
        except asyncio.CancelledError:
            self._failed.append(running)
            raise
        except Exception:
            # Neither this job's fault nor the others': it stays leased and is tried again, beside them.
            log.exception("job could not be ended in failure", kind=running.kind.name, job_id=running.job_id)
            asyncio.get_running_loop().call_later(_AGAIN_SECONDS, self.add, running)
            return
        self._settled(running)

    def _tell_keeper(self, recorded: list[asyncpg.Record]) -> None:
        if any(row["watched"] for row in recorded):
            self._node.bus.wake(GATES_TOPIC)

    def _settle(self, batch: list[Running], recorded: list[asyncpg.Record]) -> None:
        if len(recorded) < len(batch):
            ended = {row["id"] for row in recorded}
            late = [running.job_id for running in batch if running.job_id not in ended]
            log.warning("late outcomes refused", job_ids=late[:20], count=len(late))
        for running in batch:
            self._settled(running)


def _job_id(running: Running) -> str:
    return running.job_id
