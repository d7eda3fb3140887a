"""Leases: renewing ours, letting go in time when we cannot, taking over those of nodes that went silent."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Set
from typing import TYPE_CHECKING

import structlog

from app.kernel.alarms import raise_alarm
from app.kernel.bus import hint, publish
from app.kernel.failpoints import reach
from app.kernel.wakeups import CHANNEL
from app.modules import nodes
from app.modules.jobs import queries
from app.modules.jobs.alarm_ends import QUARANTINED
from app.modules.jobs.boots import Boots
from app.modules.jobs.endings import OwnerStumbled, end_in_failure, lock_first
from app.modules.jobs.enqueueing import GATES_TOPIC, READY_TOPIC
from app.modules.jobs.events import JobQuarantined
from app.modules.jobs.hot import hot_connection
from app.modules.jobs.running import Running

if TYPE_CHECKING:
    from app.kernel.node import Node

log = structlog.get_logger(__name__)

MAX_LOST = 3
_LOST = "its node went silent"


class Leases:
    """The leases of the jobs in this node's hands, and those nobody renews any more."""

    def __init__(
        self,
        node: "Node",
        lease_seconds: float,
        in_hand: Set[Running],
        let_go: Callable[[Collection[Running]], None],
    ) -> None:
        self.seconds = lease_seconds
        self._node = node
        self._in_hand = in_hand
        self._let_go = let_go
        self._look_at_all = False  # somebody asked to cancel something
        self._stumbles: Counter[str] = Counter()
        self._connection = hot_connection(node.database)
        self._boots = Boots(node.settings.data_directory / "boots", node.boot_id)
        self._fence: asyncio.TimerHandle | None = None

    @property
    def renew_every_seconds(self) -> float:
        """Return how often leases are renewed: two renewals may fail."""
        return self.seconds / 3

    async def open(self) -> None:
        """Say that this boot lives."""
        await asyncio.to_thread(self._boots.enter)

    async def reborn(self, _old: str, new: str) -> None:
        """Go by the new boot id. What the old one held is let go already, and found by :meth:`rescue`."""
        await asyncio.to_thread(self._boots.become, new)

    async def close(self) -> None:
        """Give back everything this boot still holds in the table, as the last act of its life."""
        if self._fence is not None:
            self._fence.cancel()
        try:
            released = await self._connection.fetch(queries.RELEASE, self._node.boot_id, [], True)
            if released:
                log.info("jobs handed back", count=len(released))
            # Whoever goes on may take them now. Said here, because the node's own messenger is stopping too.
            await self._connection.fetch("SELECT pg_notify($1, $2)", CHANNEL, f"{self._node.boot_id} {READY_TOPIC}")
            self._boots.leave()
        finally:
            self._boots.let_go()
            await self._connection.close()

    async def renew(self) -> None:
        """Renew the leases in hand with one statement, and cancel the jobs somebody asked to cancel.

        Young ones are left for the next time unless there was a request: most jobs end before they cost a renewal.
        """
        asked_at = self._node.clock.monotonic()
        grown = asked_at + self.seconds * 5 / 6
        young = float("inf") if self._look_at_all else grown
        self._look_at_all = False
        # Claimed ahead of a slot that did not come free, as short jobs are before long ones: others may have one.
        self._let_go([r for r in self._in_hand if r.waits and r.lease_ends <= grown])
        in_hand = {(r.job_id, r.attempt): r for r in self._in_hand if r.lease_ends <= young}
        if not in_hand:
            return
        reach("jobs.renew")
        rows = await self._connection.fetch(
            queries.RENEW,
            [job_id for job_id, _attempt in in_hand],
            [attempt for _job_id, attempt in in_hand],
            self._node.boot_id,
            self.seconds,
            timeout=self.renew_every_seconds,
        )
        for row in rows:
            running = in_hand[row["id"], row["attempt"]]
            running.lease_ends = asked_at + self.seconds
            if row["cancelled"] and running.waits:
                self._let_go([running])  # it is recorded as cancelled, because it cannot be put back
            elif row["cancelled"]:
                running.cancel("cancelled")

    def look_at_all(self) -> None:
        """Let the next renewal ask about every job in hand: somebody wants one to be cancelled."""
        self._look_at_all = True

    def watch(self) -> None:
        """Make sure that handlers whose lease is not renewed are cancelled before it ends."""
        if self._fence is None:
            ends = min((r.lease_ends for r in self._in_hand if r.reason is None and r.outcome is None), default=None)
            if ends is not None:
                # A fifth of the lease is left for the handler to stop in, before another node may begin.
                delay = max(0.0, ends - self.seconds / 5 - self._node.clock.monotonic())
                self._fence = asyncio.get_running_loop().call_later(delay, self._look)

    def _look(self) -> None:
        self._fence = None
        latest = self._node.clock.monotonic() + self.seconds / 5
        late = [r for r in self._in_hand if r.lease_ends <= latest and r.reason is None and r.outcome is None]
        if late:
            log.error("leases could not be renewed, cancelling their jobs", count=len(late))
            self._let_go(late)
        self.watch()

    async def rescue(self) -> None:
        """Put jobs whose node went silent back into the queue; end those that are not to run again.

        Raises an alarm and announces job.quarantined for a job lost for the third time.
        """
        async with self._node.database.connection() as connection:
            for boot_id in self._boots.dead():
                await connection.exec_driver_sql(queries.EXPIRE, ([boot_id],))
                await nodes.give_up(self._node, boot_id)
            if (await connection.exec_driver_sql(queries.SILENT)).first() is None:
                self._stumbles.clear()
                return
            rescued = (await connection.exec_driver_sql(queries.RESCUE, (MAX_LOST, _LOST))).all()
            reach("jobs.rescue")
            beyond = (await connection.exec_driver_sql(queries.BEYOND_RESCUE, (MAX_LOST,))).all()
        if rescued:
            log.warning("jobs rescued", count=len(rescued), nodes=sorted({row.node for row in rescued}))
            for topic in (READY_TOPIC, GATES_TOPIC):
                self._node.bus.wake(topic)
        for row in beyond:
            try:
                await self._end(row.id, row.attempt)
            except OwnerStumbled:
                self._stumbles[row.id] += 1
                log.exception("owner of a silent job stumbled", job_id=row.id, tries=self._stumbles[row.id])
            except Exception:  # one job's owner may not keep the others from their rescue; it is tried again
                log.exception("silent job could not be ended", job_id=row.id)

    async def _end(self, job_id: str, attempt: int) -> None:
        async with self._node.database.transaction() as session:
            await lock_first(session, job_id)
            connection = await session.connection()
            row = (await connection.exec_driver_sql(queries.LOCK_SILENT, (job_id, attempt))).first()
            if row is None:
                return
            if row.cancelled:
                ended = ([job_id], [attempt], ["cancelled"], [None], "running", [None])
                await connection.exec_driver_sql(queries.FINISH, ended)
                hint(session, GATES_TOPIC)
                return
            lost_count = row.lost_count + 1
            error = f"{_LOST} in {lost_count} attempts"
            tries = self._stumbles[job_id]
            await end_in_failure(session, job_id, attempt, "quarantined", error, tries=tries)
            publish(
                session,
                JobQuarantined(subject_id=job_id, incident_id=row.incident_id, kind=row.kind, lost_count=lost_count),
            )
            await raise_alarm(
                session,
                QUARANTINED + row.kind,
                priority="high",
                title=f"A {row.kind} job was set aside",
                consequence=f"{job_id} took its node down, or lost it, {lost_count} times and will not run again",
                action="Read its node's log around those attempts, then start its work anew",
                subject_id=job_id,
                incident_id=row.incident_id,
            )
        self._stumbles.pop(job_id, None)
        log.error("job quarantined", job_id=job_id, kind=row.kind, lost_count=lost_count)
