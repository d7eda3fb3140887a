"""One claim loop per process, handing jobs to handlers; asleep until a hint or the next job's due time."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

import asyncpg
import structlog

from app.kernel.failpoints import reach
from app.kernel.figures import Figure, Histogram
from app.kernel.hot import UNREACHABLE
from app.kernel.loops import Loop
from app.modules import nodes
from app.modules.jobs import executor
from app.modules.jobs.cancellation import CANCEL_TOPIC
from app.modules.jobs.claiming import LOOP, Claims
from app.modules.jobs.enqueueing import DELAYED_TOPIC, READY_TOPIC
from app.modules.jobs.kinds import registered
from app.modules.jobs.leases import Leases
from app.modules.jobs.new_jobs import NewJob
from app.modules.jobs.outbox import Outbox
from app.modules.jobs.runners import Runners
from app.modules.jobs.running import LEFT, Outcome, Requeued, Running, interrupted
from app.modules.jobs.schemas import JobSettings
from app.modules.jobs.supply import Supply
from app.modules.jobs.upkeep import Upkeep

if TYPE_CHECKING:
    from app.kernel.node import Node

log = structlog.get_logger(__name__)

WORKER_KEY = "jobs.worker"  # in the node's registry

_FLOOR_SECONDS = 5.0
# With a backlog, slots that come free are gathered for this long, so that a claim takes many jobs and not one.
_GATHER_SECONDS = 0.002
# At a stop, what cancelled handlers get to stop in, and what recording their outcomes may take: with the grace and the
# last good-bye below 10 s.
_STOP_SECONDS = 3.0
_RECORD_SECONDS = 2.0
_START_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)


class Worker:
    """This node's part in the queue."""

    def __init__(self, node: "Node") -> None:
        settings = node.settings.of(JobSettings)
        self._node = node
        self._in_hand: set[Running] = set()  # every claimed job until its outcome is recorded
        self._active: Counter[str] = Counter()  # of the kinds with a limit per node
        self._presence: nodes.Presence | None = None  # the floor below starts after this one
        self._runners = Runners(node, settings.slots, self._ended, self._report)
        self._supply = Supply(node.clock, self._runners, self._in_hand)
        self._outbox = Outbox(node, self._settled, lambda: bool(self._runners.waiting))
        self._leases = Leases(node, settings.lease_seconds, self._in_hand, self._let_go)
        self._claims = Claims(node, settings.lease_seconds, _FLOOR_SECONDS)
        self._upkeep = Upkeep(node)
        self.start_seconds = Histogram(
            "stormbell_job_start_seconds", "From being due to being claimed here", _START_BOUNDS
        )
        self._backlog = False  # the last claim got all it asked for
        self._full_kinds: frozenset[str] = frozenset()  # kinds the last claim left out
        self._asked = False  # to claim again
        self._gathering: asyncio.TimerHandle | None = None
        self._empty = False  # the last claim left nothing behind, and no hint has come since
        self._loop = Loop(
            LOOP,
            self.claim,
            every_seconds=_FLOOR_SECONDS,
            topics=(READY_TOPIC, DELAYED_TOPIC),
            missed="no job begins on its node",
        )
        self._offs = (
            node.bus.on(DELAYED_TOPIC, self._claims.forget_due),
            node.bus.on(CANCEL_TOPIC, self._leases.look_at_all),
            node.bus.on(READY_TOPIC, self._note_ready),
        )

    async def figures(self) -> Sequence[Figure | Histogram]:
        """Return what a scrape is told of this node's part."""
        in_hand = Figure("stormbell_jobs_in_hand", "Claimed here, outcome not recorded yet", {(): len(self._in_hand)})
        return (in_hand, self.start_seconds)

    async def start(self) -> None:
        """Enter this boot among the living."""
        await self._leases.open()

    def loops(self) -> Sequence[Loop]:
        """Return the loops of this worker. Every module has started by now."""
        self._presence = nodes.presence_of(self._node)
        self._presence.on_fenced.append(self._fenced)
        self._presence.on_reborn.append(self._leases.reborn)
        renew_every = self._leases.renew_every_seconds
        return (
            self._loop,
            *self._outbox.loops,
            Loop("leases", self._leases.renew, every_seconds=renew_every, topics=(CANCEL_TOPIC,), essential=True),
            Loop("rescue", self._leases.rescue, every_seconds=renew_every),
            Loop("upkeep", self._keep_up, every_seconds=_FLOOR_SECONDS),
        )

    async def claim(self) -> float | None:
        """Claim jobs for every free slot and a few more; return the seconds until the next one is due."""
        self._asked = False
        if self._backlog and self._runners.waiting and self._supply.is_enough():
            return None  # a hint; those that end will ask again
        while self.may_claim():
            self._asked = False
            await self._claims.recover([*self._supply.promised, *(running.job_id for running in self._in_hand)])
            self._empty = True
            wanted = self._supply.wanted()
            if wanted <= 0:
                self._backlog, self._empty = True, False
                return None
            await self._claims.learn_due()  # before the claim: what becomes due between the two is not missed
            room = self._room()
            self._full_kinds = frozenset(name for name, places in room.items() if places <= 0)
            asked_at = self._node.clock.monotonic()
            sections = None if self._presence is None else self._presence.sections
            rows = await self._claims.take(wanted, room, sections, backlog=self._backlog)
            now = self._node.clock.now().timestamp()
            for row in rows:
                self.start_seconds.observe(max(0.0, now - row["run_at"]))
            claimed = [self._take_in_hand(row, asked_at) for row in rows]
            if not self.may_claim():
                self._hand_back(claimed)
                return None
            self._begin(claimed)
            self._backlog = len(rows) == wanted
            # A kind that has just reached its limit may have kept others out of the batch.
            filled = any(places <= 0 for name, places in self._room().items() if name not in self._full_kinds)
            if not self._backlog and not filled:
                # Timers that are due one after the other are begun some at a time, and none early.
                return max(self._claims.due_in(), _GATHER_SECONDS)
            self._empty = False
            if self._supply.is_enough():
                return None
        return None

    def resize(self) -> None:
        """Go by another number of slots."""
        self._runners.resize(self._node.settings.of(JobSettings).slots)
        self._report()
        self._loop.wake()

    def may_claim(self) -> bool:
        """Say whether this node may take work."""
        may = self._presence is not None and self._presence.may_claim() and not self._node.draining.is_set()
        return may and self._loop.wanted  # what is born as running passes the loop by, and not its switch

    @property
    def hand(self) -> tuple[str, float]:
        """Return what a job that runs here says of it: this boot's id, and the seconds of its lease."""
        return self._node.boot_id, self._leases.seconds

    def promise(self, row: NewJob) -> NewJob | None:
        """Keep a slot for a new job and return it as running here, unless something waits that should come first."""
        return row.running_on(*self.hand) if self.promised((row,)) else None

    def promised(self, rows: Iterable[NewJob]) -> list[NewJob]:
        """Keep slots for the first so many of ``rows``, all of one kind, and return those."""
        if (
            not self._empty
            or not (room := self._supply.room)
            or not self.may_claim()
            or self._claims.recovering
            or self._claims.due_in() <= 0
        ):
            return []
        promised: list[NewJob] = []
        kind = None
        for row in rows:
            kind = kind or registered.get(row.kind)
            if kind is None or len(promised) >= room:
                break
            if kind.concurrency is not None:
                if self._active[kind.name] >= kind.concurrency:
                    break
                self._active[kind.name] += 1
            promised.append(row)
        self._supply.promised.update([row.id for row in promised])
        return promised

    def keep_promises(self, rows: Sequence[NewJob], asked_at: float) -> None:
        """Begin jobs that are in the table as running."""
        born = []
        waited_seconds = self._node.clock.monotonic() - asked_at
        for row in rows:
            self.start_seconds.observe(waited_seconds)
            self._supply.promised.discard(row.id)
            ends = asked_at + self._leases.seconds
            born.append(Running.born(row, registered[row.kind], ends, self._give_up))
        self._in_hand.update(born)
        if self.may_claim():
            self._begin(born)
        else:
            self._hand_back(born)

    def withdraw_promises(self, rows: Sequence[NewJob]) -> None:
        """Give back the slots of jobs that were not inserted, for certain."""
        for row in rows:
            self._supply.promised.discard(row.id)
            if registered[row.kind].concurrency is not None:
                self._active[row.kind] -= 1
        if rows:
            self._loop.wake()

    def break_promises(self, rows: Sequence[NewJob]) -> None:
        """Forget jobs that were perhaps not inserted; what was is put into the queue before the next claim."""
        for row in rows:
            self._supply.promised.discard(row.id)
            if registered[row.kind].concurrency is not None:
                self._active[row.kind] -= 1
        self._claims.in_doubt = True
        self._loop.wake()

    def settle(self, left: Sequence[Running]) -> None:
        """Let go of jobs whose end was left to a commit that was made."""
        self._settled(left)

    def run_again(self, running: Running) -> None:
        """Go on with a job whose end was left to a commit that was not made."""
        running.outcome, running.begin_by = None, float("inf")
        if not self.may_claim():  # not by way of those that never began
            running.outcome = Requeued("released")
            self._outbox.add(running)
            return
        if running.kind.concurrency is not None:
            self._active[running.kind.name] += 1
        self._begin([running])

    async def drain(self) -> None:
        """Let running jobs end for a short while, cancel the others and record what they came to."""
        self._hand_back(self._take_back(self._in_hand))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._node.settings.of(JobSettings).grace_seconds):
                await self._runners.quiet.wait()
        for running in list(self._in_hand):
            running.cancel("released")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_STOP_SECONDS):
                await self._runners.quiet.wait()
        with contextlib.suppress(*UNREACHABLE):
            async with asyncio.timeout(_RECORD_SECONDS):
                await self._outbox.flush()

    async def stop(self) -> None:
        """Hand everything back and let go. The loops have stopped and :meth:`drain` has run."""
        for off in self._offs:
            off()
        if self._gathering is not None:
            self._gathering.cancel()
        self._runners.close()
        try:
            async with asyncio.timeout(_RECORD_SECONDS):
                await self._leases.close()
        except UNREACHABLE as error:
            log.warning("jobs could not be handed back; their leases will run out", error=str(error))
        await self._outbox.close()
        await self._claims.close()

    def _room(self) -> dict[str, int]:
        """Return how many more jobs of each limited kind may run here."""
        room = {k.name: k.concurrency - self._active[k.name] for k in registered.values() if k.concurrency is not None}
        threads = executor.room(self._node, self._runners.slots)
        if threads is not None:
            for kind in registered.values():
                if kind.executor == "thread":
                    room[kind.name] = min(threads, room.get(kind.name, threads))
        return room

    def _take_in_hand(self, row: asyncpg.Record, asked_at: float) -> Running:
        kind = registered[row[1]]
        running = Running.claimed(row, kind, asked_at, self._leases.seconds, self._give_up)
        self._in_hand.add(running)
        if kind.concurrency is not None and running.outcome is None:
            self._active[kind.name] += 1
        return running

    def _begin(self, claimed: Sequence[Running]) -> None:
        ready = [running for running in claimed if running.outcome is None]
        if len(ready) < len(claimed):
            for running in claimed:
                if running.outcome is not None:
                    self._outbox.add(running)
        self._runners.begin(ready)
        self._leases.watch()
        self._report()

    def _ended(self, running: Running, outcome: Outcome | None) -> None:
        kind = running.kind
        if kind.concurrency is not None:
            self._active[kind.name] -= 1
        if running.timer is not None:
            running.timer.cancel()
        if running.outcome is None:  # else it was given up, and its outcome is on its way
            if outcome is None:
                self._settled((running,))
            elif outcome is LEFT:
                running.outcome = outcome
            else:
                running.outcome = outcome
                reach("jobs.ended")
                self._outbox.add(running)
        self._supply.count_end()
        if not self._asked and (self._backlog or kind.name in self._full_kinds):
            self._claim_soon(1)

    def _note_ready(self) -> None:
        self._empty = False

    def _give_up(self, running: Running) -> None:
        """Record a job whose handler does not stop, without it; its token no longer completes anything."""
        if running.outcome is None:
            log.error("job handler ignores its cancellation", kind=running.kind.name, **running.log_fields())
            running.outcome = interrupted(running, self._node)
            self._outbox.add(running)

    def _let_go(self, late: Collection[Running]) -> None:
        """Stop work on jobs that others may soon begin."""
        self._hand_back(self._take_back(late))
        for running in late:
            running.cancel("fenced")

    def _fenced(self) -> None:
        self._let_go(list(self._in_hand))

    def _take_back(self, jobs: Collection[Running]) -> list[Running]:
        """Take those of ``jobs`` that wait for a slot out of the line."""
        waiting = self._runners.waiting
        taken = [running for running in waiting if running in jobs]
        for running in taken:
            waiting.remove(running)
        return taken

    def _hand_back(self, jobs: Sequence[Running]) -> None:
        """Put claimed jobs that were not begun into the queue again."""
        for running in jobs:
            if running.outcome is None:
                if running.kind.concurrency is not None:
                    self._active[running.kind.name] -= 1
                running.outcome = Requeued("returned")
            self._outbox.add(running)

    def _settled(self, settled: Sequence[Running]) -> None:
        self._in_hand.difference_update(settled)
        if settled and isinstance(settled[0].outcome, Requeued):
            self._claims.forget_due()
            self._loop.wake()
        elif self._backlog and not self._asked:
            self._claim_soon()

    def _claim_soon(self, ending: int = 0) -> None:
        if not self._supply.is_enough(ending):
            self._asked = True
            self._loop.wake()
        elif self._gathering is None and not self._runners.waiting:
            self._gathering = asyncio.get_running_loop().call_later(_GATHER_SECONDS, self._gathered)

    def _gathered(self) -> None:
        self._gathering = None
        self._asked = True
        self._loop.wake()

    def _report(self) -> None:
        if self._presence is not None:
            self._presence.report(busy=self._runners.busy, slots=self._runners.slots)

    async def _keep_up(self) -> None:
        await self._upkeep.run(look_for_unknown_kinds=not self._backlog)
