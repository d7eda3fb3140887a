"""One claim loop per process, handing jobs to slots; asleep until a hint or the next job's due time."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import asyncpg
import structlog

from app.kernel.failpoints import reach
from app.kernel.loops import Loop
from app.modules.jobs import queries
from app.modules.jobs.cancellation import CANCEL_TOPIC
from app.modules.jobs.enqueueing import DELAYED_TOPIC, READY_TOPIC
from app.modules.jobs.hot import UNREACHABLE, HotConnection
from app.modules.jobs.kinds import registered
from app.modules.jobs.leases import Leases
from app.modules.jobs.outbox import Outbox
from app.modules.jobs.running import Outcome, Requeued, Running, interrupted, run
from app.modules.jobs.schemas import JobSettings
from app.modules.jobs.upkeep import Upkeep

if TYPE_CHECKING:
    from app.kernel.node import Node

log = structlog.get_logger(__name__)

_BATCH = 500
_FLOOR_SECONDS = 5.0
# With a backlog, slots that come free are gathered for this long, so that a claim takes many jobs and not one.
_GATHER_SECONDS = 0.002
# At a stop, what cancelled handlers get to stop in, and what recording their outcomes may take: with the grace and the
# last good-bye below 10 s.
_STOP_SECONDS = 3.0
_RECORD_SECONDS = 2.0


class Worker:
    """This node's part in the queue."""

    def __init__(self, node: "Node") -> None:
        settings = node.settings.of(JobSettings)
        self._node = node
        self._slots = settings.slots
        self._grace_seconds = settings.grace_seconds
        # Every claimed job until its outcome is recorded; the tasks of those whose handler runs.
        self._in_hand: dict[tuple[str, int], Running] = {}
        self._tasks: set[asyncio.Task[Outcome | None]] = set()
        self._active: Counter[str] = Counter()
        self._connection = HotConnection(node.database)
        self._outbox = Outbox(node, self._settled)
        self._leases = Leases(node, settings.lease_seconds, self._in_hand)
        self._upkeep = Upkeep(node)
        self._backlog = False  # the last claim filled every slot it asked for
        self._full_kinds: frozenset[str] = frozenset()  # kinds the last claim left out
        self._claim_in_doubt = False
        self._gathering: asyncio.TimerHandle | None = None
        self._due_known = False
        self._due_at = self._due_asked_at = float("-inf")
        self._loop = Loop("claim", self.claim, every_seconds=_FLOOR_SECONDS, topics=(READY_TOPIC, DELAYED_TOPIC))
        self._off = node.bus.on(DELAYED_TOPIC, self._forget_due)

    async def start(self) -> None:
        """Enter this boot among the living."""
        await self._leases.open()

    def loops(self) -> Sequence[Loop]:
        """Return the loops of this worker."""
        renew_every = self._leases.renew_every_seconds
        return (
            self._loop,
            self._outbox.loop,
            Loop("leases", self._leases.renew, every_seconds=renew_every, topics=(CANCEL_TOPIC,)),
            Loop("rescue", self._leases.rescue, every_seconds=renew_every),
            Loop("upkeep", self._keep_up, every_seconds=_FLOOR_SECONDS),
        )

    async def claim(self) -> float | None:
        """Claim jobs into every free slot; return the seconds until the next one is due."""
        while not self._node.draining.is_set():
            if self._claim_in_doubt:
                await self._recover_claims()
            # Outcomes that are not recorded yet hold no slot, but they may not pile up when the database is slow.
            free = min(self._slots - len(self._tasks), 4 * self._slots - len(self._in_hand), _BATCH)
            if free <= 0:
                self._backlog = True
                return None
            await self._learn_due()  # before the claim: what becomes due between the two is not missed
            room = self._room()
            self._full_kinds = frozenset(name for name, places in room.items() if places <= 0)
            asked_at = self._node.clock.monotonic()
            rows = await self._claim(free, room)
            if self._node.draining.is_set():
                return None  # what was claimed in this moment is handed back with the rest
            for row in rows:
                self._begin(row, asked_at + self._leases.seconds)
            self._leases.watch()
            self._backlog = len(rows) == free
            # A kind that has just reached its limit may have kept others out of the batch.
            filled = any(places <= 0 for name, places in self._room().items() if name not in self._full_kinds)
            if not self._backlog and not filled:
                return max(0.0, self._due_at - self._node.clock.monotonic())
        return None

    async def drain(self) -> None:
        """Let running jobs end for a short while, cancel the others and record what they came to."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._grace_seconds)
        for running in list(self._in_hand.values()):
            running.cancel("released")
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_STOP_SECONDS)
        with contextlib.suppress(*UNREACHABLE):
            async with asyncio.timeout(_RECORD_SECONDS):
                await self._outbox.flush()

    async def stop(self) -> None:
        """Hand everything back and let go. The loops have stopped and :meth:`drain` has run."""
        self._off()
        if self._gathering is not None:
            self._gathering.cancel()
        try:
            async with asyncio.timeout(_RECORD_SECONDS):
                await self._leases.close()
        except UNREACHABLE as error:
            log.warning("jobs could not be handed back; their leases will run out", error=str(error))
        await self._outbox.close()
        await self._connection.close()

    def _room(self) -> dict[str, int]:
        """Return how many more jobs of each limited kind may run here."""
        return {k.name: k.concurrency - self._active[k.name] for k in registered.values() if k.concurrency is not None}

    async def _claim(self, free: int, room: Mapping[str, int]) -> list[asyncpg.Record]:
        kinds = [name for name in registered if name not in self._full_kinds]
        self._claim_in_doubt = True
        reach("jobs.claim")
        rows = await self._connection.fetch(
            queries.CLAIM, kinds, free, self._node.boot_id, self._leases.seconds, list(room), list(room.values())
        )
        if rows:
            reach("jobs.claimed")
        self._claim_in_doubt = False
        rows.sort(key=lambda row: (-row["priority"], row["run_at"], row["number"]))
        return rows

    async def _recover_claims(self) -> None:
        """Give back what a claim took whose answer never came."""
        lost = await self._connection.fetch(
            queries.RELEASE, self._node.boot_id, [running.job_id for running in self._in_hand.values()]
        )
        self._claim_in_doubt = False
        if lost:
            log.warning("jobs of an unanswered claim handed back", count=len(lost))

    def _begin(self, row: asyncpg.Record, lease_ends: float) -> None:
        kind = registered[row["kind"]]
        running = Running(
            job_id=row["id"],
            kind=kind,
            attempt=row["attempt"],
            max_attempts=row["max_attempts"],
            failed_count=row["failed_count"],
            incident_id=row["incident_id"],
            simulation_id=row["simulation_id"],
            payload=row["payload"],
            lease_ends=lease_ends,
            give_up=self._give_up,
        )
        self._in_hand[running.token] = running
        self._active[kind.name] += 1
        task = asyncio.create_task(run(running, self._node))
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._ended(running, done))
        running.began(task)

    def _ended(self, running: Running, task: "asyncio.Task[Outcome | None]") -> None:
        self._tasks.discard(task)
        self._active[running.kind.name] -= 1
        if running.timer is not None:
            running.timer.cancel()
        if running.outcome is None:  # else it was given up, and its outcome is on its way
            # A task cancelled before its first step never enters run().
            outcome = interrupted(running) if task.cancelled() else task.result()
            if outcome is None:
                self._settled(running)
            else:
                running.outcome = outcome
                reach("jobs.ended")
                self._outbox.add(running)
        if self._backlog or running.kind.name in self._full_kinds:
            self._claim_soon()

    def _give_up(self, running: Running) -> None:
        """Record a job whose handler does not stop, without it; its token no longer completes anything."""
        if running.outcome is None:
            log.error("job handler ignores its cancellation", kind=running.kind.name, job_id=running.job_id)
            running.outcome = interrupted(running)
            self._outbox.add(running)

    def _settled(self, running: Running) -> None:
        self._in_hand.pop(running.token, None)
        if isinstance(running.outcome, Requeued):
            self._forget_due()
            self._loop.wake()
        elif self._backlog:
            self._claim_soon()

    def _claim_soon(self) -> None:
        if 2 * len(self._tasks) <= self._slots:
            self._loop.wake()
        elif self._gathering is None:
            self._gathering = asyncio.get_running_loop().call_later(_GATHER_SECONDS, self._gathered)

    def _gathered(self) -> None:
        self._gathering = None
        self._loop.wake()

    def _forget_due(self) -> None:
        self._due_known = False

    async def _learn_due(self) -> None:
        """Learn when the next delayed job is due, asking only when that may have changed."""
        now = self._node.clock.monotonic()
        if not self._due_known or self._due_at <= now or now - self._due_asked_at >= _FLOOR_SECONDS:
            self._due_known, self._due_asked_at = True, now  # before asking: a hint meanwhile makes it unknown again
            rows = await self._connection.fetch(queries.NEXT_DUE)
            self._due_at = self._node.clock.monotonic() + rows[0][0] if rows else float("inf")

    async def _keep_up(self) -> None:
        await self._upkeep.run(look_for_unknown_kinds=not self._backlog)
