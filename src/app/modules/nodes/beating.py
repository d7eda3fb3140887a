"""The heartbeat of this node, and what follows from its answer: state, sections, fencing, coming back from the dead."""

import asyncio

import asyncpg
import orjson
import structlog

from app.kernel.failpoints import reach
from app.kernel.hot import UNREACHABLE, HotConnection
from app.kernel.ids import new_id
from app.kernel.loops import Loop
from app.kernel.node import Node
from app.kernel.wakeups import CHANNEL
from app.modules.nodes import queries, registering
from app.modules.nodes.loop_figures import LoopFigures
from app.modules.nodes.membership import NODES_TOPIC
from app.modules.nodes.models import NodeBoot
from app.modules.nodes.presence import Presence
from app.modules.nodes.ring import SECTIONS
from app.modules.nodes.settings import NodeSettings
from app.modules.nodes.tuning import tunables_of
from app.modules.nodes.watching import Watch

log = structlog.get_logger(__name__)

COALESCE_SECONDS = 1.0
FAREWELL_SECONDS = 2.0
LEAST_PATIENCE_SECONDS = 3.0


class Beating:
    """This boot's heartbeat. One statement a period says that it lives and brings what others decided about it."""

    def __init__(self, node: Node, presence: Presence) -> None:
        settings = node.settings.of(NodeSettings)
        self._node = node
        self._presence = presence
        self._settings = settings
        self._period = settings.heartbeat_seconds
        self._lease = settings.heartbeat_seconds * settings.misses
        self._connection = HotConnection(node.database)
        self._figures = LoopFigures(node)
        self._watch = Watch(node, settings)
        self._entered: str | None = None  # the boot id the others know
        self._before: NodeBoot | None = None  # what the boot before was asked, until the next is registered
        self._born: tuple[str, str] | None = None  # old and new boot id, until everybody here has been told
        self._fence_timer: asyncio.TimerHandle | None = None
        self._soon: asyncio.TimerHandle | None = None
        self._switching: asyncio.Task[None] | None = None
        self._sent_at = self._beat_at = float("-inf")  # the last heartbeat, and the last that was answered
        self.loop = Loop(
            "heartbeat",
            self.beat,
            every_seconds=self._period,
            topics=(NODES_TOPIC,),
            overdue_seconds=30,
            essential=True,
        )
        presence.tell = self._beat_soon

    async def enter(self, before: NodeBoot | None = None) -> None:
        """Register this boot. ``before`` is the boot this process was until now."""
        self._presence.told_busy = False
        await registering.enter(self._node, self._presence, before)
        self._entered = self._node.boot_id

    async def beat(self) -> float | None:
        """Say that this boot lives and take note of the answer; return when something else is due."""
        self._cancel_soon()
        for _ in range(5):  # what has to be settled is settled in one or two rounds
            row, asked_at = await self._send()
            if row is None:
                if self._node.draining.is_set():
                    return None  # it is over anyway
                await self._return()
                continue
            late = asked_at - self._beat_at > 2 * self._period
            self._beat_at = asked_at
            await self._heard(row, asked_at)
            if self._node.draining.is_set():
                return None
            if self._unsettled(row):
                await registering.settle(self._node, self._presence)
                continue
            if row["election_seconds"] is not None and row["election_seconds"] <= 0:
                await registering.elect(self._node)
                continue
            watch_seconds = row["watch_seconds"]
            if watch_seconds is not None:
                if late:  # it could not beat itself, so perhaps nobody could: the others get a period to be heard
                    self._watch.from_at = asked_at + self._period
                if watch_seconds <= 0 and asked_at >= self._watch.from_at:
                    await self._watch.look(row["generations"][row["leads"].index("watch")])
                    continue
                watch_seconds = max(watch_seconds, self._watch.from_at - asked_at, 0.005)
            await self._watch.sweep(leading="watch" in row["leads"])
            due = [seconds for seconds in (watch_seconds, row["election_seconds"]) if seconds is not None]
            return max(0.0, min(due) + 0.005) if due else None
        return 0.1

    async def drain(self) -> None:
        """Hand sections and leaderships over at once; what runs may end."""
        if self._entered is None:
            return
        self._presence.open = False
        try:
            async with asyncio.timeout(FAREWELL_SECONDS):
                await registering.hand_over(self._node, end=False)
        except UNREACHABLE as error:
            log.warning("sections could not be handed over; others take them in time", error=str(error))
        self._presence.leading = {}

    async def leave(self) -> None:
        """End this boot."""
        for timer in (self._fence_timer, self._soon):
            if timer is not None:
                timer.cancel()
        self._presence.open = False
        if self._switching is not None:
            await asyncio.gather(self._switching, return_exceptions=True)
        if self._entered is not None:
            try:
                async with asyncio.timeout(FAREWELL_SECONDS):
                    await registering.hand_over(self._node, end=True)
                    # Said here, because the node's own messenger is stopping too.
                    await self._connection.fetch("SELECT pg_notify($1, $2)", CHANNEL, f"{self._entered} {NODES_TOPIC}")
            except UNREACHABLE as error:
                log.warning("the others could not be told of the stop; they will find out", error=str(error))
        await self._connection.close()

    async def _send(self) -> tuple[asyncpg.Record | None, float]:
        node, presence = self._node, self._presence
        asked_at = self._sent_at = node.clock.monotonic()
        busy, figures = presence.busy, self._figures.news(tunables_of(node).figures())
        reach("nodes.heartbeat")
        rows = await self._connection.fetch(
            queries.BEAT,
            node.boot_id,
            busy,
            presence.slots,
            None if figures is None else orjson.dumps(figures).decode(),
            self._lease,
            node.name,
            self._settings.misses,
            timeout=max(self._period, LEAST_PATIENCE_SECONDS),
        )
        if not rows:
            return None, asked_at
        self._figures.told()
        presence.told_busy = busy > 0
        if (presence.busy > 0) is not presence.told_busy:  # it changed while the heartbeat was under way
            self._beat_soon()
        return rows[0], asked_at

    async def _heard(self, row: asyncpg.Record, asked_at: float) -> None:
        presence = self._presence
        if self._born is not None:  # nothing is claimed before everybody here goes by the new boot id
            for tell in presence.on_reborn:
                await tell(*self._born)
            self._born = None
        presence.state, presence.reason, presence.alone = row["state"], row["reason"], row["alone"]
        presence.sections = None if len(row["sections"]) == SECTIONS else row["sections"]
        presence.open = row["state"] in ("waiting", "working") and self._wish(row) is None
        presence.proven_until = asked_at + self._lease
        before, presence.leading = presence.leading, dict(zip(row["leads"], row["generations"], strict=True))
        # An answer may have waited here while the process stood still: then it proves nothing any more.
        if presence.alone or self._node.clock.monotonic() < presence.proven_until:
            presence.fenced = False
        self._arm_fence()
        for role in presence.leading.keys() - before.keys():
            self._node.bus.wake(leader_topic(role), remote=False)
        self._switch(frozenset(row["switched_off"]))
        tunables_of(self._node).choose(orjson.loads(row["chosen"] or "{}"))

    def _wish(self, row: asyncpg.Record) -> str | None:
        return registering.reason_to_pause(
            pause=row["pause_requested"],
            drain=row["drain_requested"],
            worker="worker" in self._node.roles,
            owns=bool(row["sections"]),
        )

    def _unsettled(self, row: asyncpg.Record) -> bool:
        wish = self._wish(row)
        return (
            row["state"] == "initializing"
            or (row["state"] == "waiting" and wish is not None)
            or (row["state"] == "paused" and row["reason"] != wish)
            or row["roles"] != sorted(self._node.roles)
            or set(row["stands"]) != registering.candidacies(self._node, self._presence)
        )

    async def _return(self) -> None:
        """Answer again after having been given up: as the same boot if that still lives, else under a new one."""
        lives, old = await registering.come_back(self._node)
        if lives:
            log.warning("this node was unresponsive and answers again", boot_id=self._node.boot_id)
            return
        if self._presence.fence():
            log.error("this node was declared dead; what it had in hand is let go")
        known, self._node.boot_id = self._node.boot_id, new_id("boot")
        self._born = (self._born[0] if self._born else known, self._node.boot_id)
        self._before = old or self._before  # a new boot that could not be registered is not known
        await self.enter(self._before)
        self._before = None
        log.warning("this node goes on under a new boot id", old_boot_id=self._born[0], boot_id=self._node.boot_id)

    def _switch(self, names: frozenset[str]) -> None:
        node = self._node
        if names == node.switched_off or self._switching is not None:
            return
        if not node.loops:  # not started yet
            node.switched_off = names
            return
        log.info("loops switched", off=sorted(names))
        self._switching = asyncio.create_task(node.switch_off(names), name="switch loops")
        self._switching.add_done_callback(self._switched)

    def _switched(self, _task: "asyncio.Task[None]") -> None:
        self._switching = None
        self.loop.wake()

    def _arm_fence(self) -> None:
        if self._fence_timer is not None:
            self._fence_timer.cancel()
        delay = max(0.0, self._presence.proven_until - self._node.clock.monotonic())
        self._fence_timer = asyncio.get_running_loop().call_later(delay, self._let_go)

    def _let_go(self) -> None:
        if self._presence.alone:
            return  # nobody could have given it up, so it goes on
        if self._presence.fence():
            log.error("no heartbeat before the others give this node up: it lets go of what it has in hand")

    def _beat_soon(self) -> None:
        if self._soon is None and self._entered is not None:
            delay = max(0.0, self._sent_at + COALESCE_SECONDS - self._node.clock.monotonic())
            self._soon = asyncio.get_running_loop().call_later(delay, self.loop.wake)

    def _cancel_soon(self) -> None:
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None


def leader_topic(role: str) -> str:
    """Return the topic that wakes who does a role's work once this node leads it."""
    return f"leads:{role}"
