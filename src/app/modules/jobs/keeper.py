"""The keeper: whatever a job can wait for is settled here, by one node at a time, in passes of some hundred jobs.

Every step is a transaction of its own under the fleet's one lock. Nothing is kept in memory that matters, so a keeper
may die between any two of them: the next one finds the same in the tables.
"""

import random
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.failpoints import reach
from app.kernel.loops import Loop
from app.modules.jobs import batches, dependencies, lateness, policies
from app.modules.jobs.adoption import Adoption
from app.modules.jobs.new_jobs import GATES_TOPIC
from app.modules.jobs.releasing import Releasing

if TYPE_CHECKING:
    from app.kernel.node import Node

log = structlog.get_logger(__name__)

_FLOOR_SECONDS = 5.0
_AGAIN_SECONDS = 0.05  # something was locked by a transaction that ends soon
_LATE_AGAIN_SECONDS = 0.5
_LONG_SECONDS = 0.05
_LONGEST_REST_SECONDS = 1.0
_LOCK = 0x6761_7465  # "gate"
_PASSES = 10_000

# Is there anything to do, and when next. Each part reads the head of a small index. What has begun once does not expire
# any more, and only its deadline ends it: "over_in", as far as that lies before the next look.
_LOOK = f"""
SELECT EXISTS (SELECT FROM jobs WHERE state = 'held')
        OR EXISTS (SELECT FROM job_allowances WHERE pending > 0) AS held,
    EXISTS (SELECT FROM job_dependencies WHERE NOT noted) AS dependent,
    EXISTS (SELECT FROM job_endings) AS ended,
    EXISTS (SELECT FROM job_batches
        WHERE finished_at IS NULL AND sealed_at IS NOT NULL AND ended_count >= total) AS full,
    EXISTS (SELECT FROM job_limits WHERE {policies.TO_ADOPT})
        OR EXISTS (SELECT FROM job_queues WHERE (state <> 'active' OR fifo) AND {policies.TO_ADOPT}) AS decided,
    (SELECT extract(epoch FROM least(expires_at, deadline_at) - now())::float8 FROM jobs
        WHERE (expires_at IS NOT NULL OR deadline_at IS NOT NULL) AND state <> 'running' AND NOT begun
        ORDER BY least(expires_at, deadline_at) LIMIT 1) AS late_in,
    (SELECT extract(epoch FROM min(deadline_at) - now())::float8 FROM (
        SELECT begun, deadline_at FROM jobs
        WHERE (expires_at IS NOT NULL OR deadline_at IS NOT NULL) AND state <> 'running'
            AND (NOT begun OR deadline_at IS NOT NULL) AND least(expires_at, deadline_at) <= now() + interval '5 s'
        ORDER BY least(expires_at, deadline_at) LIMIT 500) AS head WHERE begun) AS over_in,
    (SELECT extract(epoch FROM run_at - now())::float8 FROM jobs
        WHERE state = 'held' AND run_at > now() ORDER BY run_at LIMIT 1) AS due_in
"""  # noqa: S608 (a constant of ours)

# A pass that a crash of the database loses is made again: nobody waits for the disk.
_TURN = """
SELECT pg_try_advisory_xact_lock($1), set_config('enable_seqscan', 'off', true),
    set_config('synchronous_commit', 'off', true)
"""

Step = Callable[[AsyncSession], Awaitable[tuple[int, bool]]]


class Keeper:
    """One node's readiness to be the keeper."""

    def __init__(self, node: "Node") -> None:
        self._node = node
        self._releasing = Releasing()
        self._adoption = Adoption()
        self._stumbles: dict[str, int] = {}
        self._rested_at = 0.0
        self.loop = Loop("keeper", self.run, every_seconds=_FLOOR_SECONDS, topics=(GATES_TOPIC,))

    async def run(self) -> float | None:
        """Settle everything there is; return the seconds until something is due."""
        clock = self._node.clock
        if clock.monotonic() < self._rested_at:
            return self._rested_at - clock.monotonic()
        for _ in range(_PASSES):
            look = await self._look()
            wait = min(t for t in (look.late_in, look.over_in, look.due_in, _FLOOR_SECONDS) if t is not None)
            work = look.held or look.dependent or look.ended or look.full or look.decided
            late = any(t is not None and t <= 0 for t in (look.late_in, look.over_in))
            if not (work or late) or self._node.draining.is_set():
                return wait
            began = clock.monotonic()
            changed, again = await self._pass(look, late=late)
            if again is None:
                # Another node is at it, and may have looked before what woke this one. Not all at once.
                return random.uniform(0.05, 0.15)  # noqa: S311 (jitter)
            if again:
                return _AGAIN_SECONDS
            if not changed:
                # Thousands of keys with jobs in line make a long pass, and each end of one wakes the next: half of the
                # time is enough to look for nothing.
                took = clock.monotonic() - began
                self._rested_at = clock.monotonic() + (min(took, _LONGEST_REST_SECONDS) if took > _LONG_SECONDS else 0)
                # What is late and still there is locked, or its owner's callback fails: not to be tried at once again.
                return max(_LATE_AGAIN_SECONDS if late else 0.001, min(wait, self._releasing.wait_seconds))
        return 0.0

    async def _look(self) -> Any:
        async with self._node.database.connection() as connection:
            return (await connection.exec_driver_sql(_LOOK)).one()

    async def _pass(self, look: Any, *, late: bool) -> tuple[int, bool | None]:
        """Do each step there is something for; return how much was done and whether something was left locked.

        The second is ``None`` when another node is the keeper.
        """
        steps: list[tuple[str, Step]] = []
        if look.dependent:
            steps.append(("follow", dependencies.follow))
        if look.ended:
            steps += [("resolve", dependencies.resolve), ("count", batches.count_ends)]
        if look.ended or look.full:
            steps.append(("complete", _complete))
        if look.decided:
            steps.append(("adopt", self._adopt))
        if look.held or look.decided:
            steps.append(("release", self._release))
        changed, again = 0, False
        failure: Exception | None = None
        if late:
            try:
                changed += await lateness.end_late(self._node, self._stumbles)
            except Exception as error:  # noqa: BLE001 (as below)
                log.warning("keeper's step failed", step="late", error=str(error))
                failure = error
        for name, step in steps:
            try:
                done = await self._step(name, step)
            except Exception as error:  # noqa: BLE001 (one step's trouble may not stop the others; it is raised below)
                log.warning("keeper's step failed", step=name, error=str(error))
                failure = error
                continue
            if done is None:
                return changed, None
            changed += done[0]
            again = again or done[1]
        if failure is not None:
            raise failure
        return changed, again

    async def _step(self, name: str, step: Step) -> tuple[int, bool] | None:
        async with self._node.database.transaction() as session:
            connection = await session.connection()
            if not (await connection.exec_driver_sql(_TURN, (_LOCK,))).scalar_one():
                return None
            done = await step(session)
            reach(f"jobs.keeper.{name}")
        reach(f"jobs.keeper.{name}.done")
        return done

    async def _release(self, session: AsyncSession) -> tuple[int, bool]:
        changed = await self._releasing.run(session, await policies.read(await session.connection()))
        return changed if self._releasing.more else 0, False

    async def _adopt(self, session: AsyncSession) -> tuple[int, bool]:
        return await self._adoption.run(session, await policies.read(await session.connection())), False


async def _complete(session: AsyncSession) -> tuple[int, bool]:
    return await batches.complete(session), False
