"""Keeps the chain honest and within its age: looks through it again and again, lets go of what is old enough.

What is let go is checked first, and an ``audit.forgotten`` in the same commit says up to where, with the hash there, so
that the rest still verifies.
"""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import Alarm, clear_alarm, raise_alarm
from app.kernel.audit import AuditEvent, note
from app.kernel.db import Database
from app.kernel.principal import SYSTEM
from app.modules.audit.chain import (
    FORGOTTEN,
    LOCK,
    Fault,
    Place,
    beginning,
    check_on,
    check_part,
    check_rest,
    check_seen,
    newest_seal,
)

BATCH_EVENTS = 1000  # 43 µs of CPU each, in which the node does nothing else
# Of a long chain each look takes a stretch: a million events are looked through in two days.
LOOK_EVENTS = 20_000
KEY = "audit.broken"


class Keeper:
    """The loop's work on one node."""

    def __init__(self, database: Database, keep_days: int) -> None:
        self._database = database
        self._keep_days = keep_days
        self._looked: Place | None = None
        self._head: Place | None = None  # the end as it was at the last look: a chain only grows
        self._raised: bool | None = None  # perhaps by the boot before

    async def run(self) -> float | None:
        """Look at a stretch of the chain, then let go of what is old, if nothing is wrong."""
        fault = await self._look()
        # A stretch before the fault holds: only a chain that was looked through to its end is in order.
        if fault is not None or self._looked is None:
            await self._tell(fault)
        while not await self._is_raised() and await forget(self._database, self._keep_days):
            pass
        return None

    async def _look(self) -> Fault | None:
        async with self._database.transaction() as session:
            if (fault := await self._cut_off(session)) is not None:
                return fault
            if self._looked is None:
                begun = await beginning(session)
                if isinstance(begun, Fault):
                    return begun
                self._looked = begun
            for _ in range(LOOK_EVENTS // BATCH_EVENTS):
                part = await check_on(session, self._looked, BATCH_EVENTS)
                self._looked = part.place
                if part.fault is not None or part.ended:
                    self._looked = None
                    return part.fault or (await check_rest(session))[1]
            return None

    async def _cut_off(self, session: AsyncSession) -> Fault | None:
        """Say whether the end of the last look is gone: what is left of a chain that was cut holds by itself."""
        if self._head is not None and (fault := await check_seen(session, self._head)) is not None:
            begun = await beginning(session)
            if isinstance(begun, Fault) or begun.position < self._head.position:
                return fault
        newest = await newest_seal(session)
        self._head = Place(newest.position, newest.sha256) if newest is not None else None
        return None

    async def _is_raised(self) -> bool:
        if self._raised is None:
            standing = select(Alarm.id).where(Alarm.key == KEY, Alarm.cleared_at.is_(None))
            async with self._database.transaction() as session:
                self._raised = await session.scalar(standing) is not None
        return self._raised

    async def _tell(self, fault: Fault | None) -> None:
        if (fault is not None) is await self._is_raised():
            return
        async with self._database.transaction() as session:
            if fault is None:
                await clear_alarm(session, KEY)
            else:
                await raise_alarm(
                    session,
                    KEY,
                    priority="critical",
                    title="The audit was tampered with",
                    consequence=f"It proves nothing from there on: {fault.text}",
                    action="Run 'stormbell audit verify', compare with a backup, find who can write to the database",
                )
        self._raised = fault is not None


async def forget(database: Database, keep_days: int) -> int:
    """Let go of one batch of events older than ``keep_days`` (at least 30), sealed ones only; return how many."""
    async with database.transaction() as session:
        if not await _any_old(session, keep_days):
            return 0
        await session.execute(LOCK)
        begun = await beginning(session)
        if isinstance(begun, Fault):
            return 0
        part = await check_part(session, begun, BATCH_EVENTS)
        if part.place == begun:
            return 0
        gone = (
            await session.execute(
                select(
                    func.audit_forget(keep_days, part.place.position).table_valued(
                        "last_position", "last_sha256", "events_count"
                    )
                )
            )
        ).first()
        if gone is None:
            return 0
        last, sha256, count = gone
        data = {"position": last, "sha256": sha256.hex(), "count": count, "keep_days": keep_days}
        note(session, FORGOTTEN, actor=SYSTEM, data=data)
        return int(count)


async def _any_old(session: AsyncSession, keep_days: int) -> bool:
    oldest = func.min(AuditEvent.at) < func.now() - func.make_interval(0, 0, 0, keep_days)
    return bool(await session.scalar(select(oldest)))
