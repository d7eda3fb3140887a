"""Whose turn it is: runs are submitted to a machine at the pace it takes them, and not more than it has room for."""

import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

import structlog
from pydantic import BaseModel, Field
from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.modules import machines
from app.modules.machines import Machine
from app.modules.simulation.arrays import array_of
from app.modules.simulation.models import Simulation
from app.modules.simulation.pace_rows import EARLY, SubmissionPace, forget, interval, limit, most_at, quicken, slow

log = structlog.get_logger(__name__)

# Submissions take milliseconds, over a long line a second or two.
SLOW_SECONDS = 10.0
_CONGESTED = re.compile(r"timed? ?out|in time|temporar|too (many|long)|busy", re.IGNORECASE)
_THERE = ("created", "queued", "running", "unknown")
# Runs that wait for a turn are looked at again after their share of the time it takes to serve them all, and in any
# case by then: it may have become quicker.
_LOOK_SECONDS = 60.0
_FULL_SECONDS = 20.0


@dataclass(frozen=True)
class Heard:
    """What a machine let be seen when it was asked to take ``runs`` at once: it did, was busy, or has no room.

    Neither of the last two: it took them, in good time.
    """

    machine_id: str
    runs: int
    busy: str | None = None
    full: str | None = None


class Turns:
    """What the machines take now, for runs that are placed together; what is given away here is counted."""

    def __init__(
        self, paces: Mapping[str, SubmissionPace], there: Mapping[str, int], most: Mapping[str, int], now: datetime
    ) -> None:
        self._paces, self._there, self._most, self._now = paces, Counter(there), most, now
        self._given: Counter[str] = Counter()
        self._waiting: Counter[str] = Counter()
        self._arrays: set[tuple[str, str]] = set()

    @classmethod
    async def load(cls, session: AsyncSession, known: Sequence[Machine], *, lock: bool = False) -> Self:
        """Return the turns of machines; with ``lock`` nobody else gives any away until the transaction ends."""
        now: datetime = (await session.execute(select(func.clock_timestamp()))).scalar_one()
        query = select(SubmissionPace).where(
            SubmissionPace.machine_id.in_([machine.id for machine in known]),
            or_(SubmissionPace.per_minute.is_not(None), SubmissionPace.most_runs.is_not(None)),
        )
        if lock:
            query = query.order_by(SubmissionPace.machine_id).with_for_update()
        rows = (await session.scalars(query.execution_options(populate_existing=True))).all()
        most = {machine.id: set_ for machine in known if (set_ := machines.most_submitted(machine)) is not None}
        for row in rows:
            if lock:
                forget(row, now)
            if (learned := most_at(row, now)) is not None:
                most[row.machine_id] = min(learned, most.get(row.machine_id, learned))
        return cls({row.machine_id: row for row in rows}, await _there(session, most), most, now)

    def against(self, machine: Machine) -> str | None:
        """Say why it takes no other run of ours now, whenever its turn is."""
        most = self._most.get(machine.id)
        if most is None or self._there[machine.id] < most:
            return None
        pace = self._paces.get(machine.id)
        why = f"{pace.limited_by} at {pace.limited_at:%H:%M:%S} UTC" if pace and pace.limited_at else "that is set"
        there = self._there[machine.id]
        return f"has {there} run{'s' if there != 1 else ''} of ours and takes {most} at a time at present: {why}"

    def wait_seconds(self, machine: Machine) -> float:
        """Return in how long it takes another submission, after those that were given a turn or sent to wait here."""
        pace = self._paces.get(machine.id)
        if pace is None or pace.per_minute is None or pace.next_at is None:
            return 0.0
        before = self._given[machine.id] + self._waiting[machine.id]
        at = pace.next_at + before * interval(pace) - EARLY
        return max(0.0, (at - self._now).total_seconds())

    def take(self, machine: Machine, kind: str | None) -> bool:
        """Take a turn if there is one; runs of one ``kind`` are of one array and need one turn together."""
        if (kind is None or (machine.id, kind) not in self._arrays) and self.wait_seconds(machine) > 0:
            self._waiting[machine.id] += 1
            return False
        if kind is None or (machine.id, kind) not in self._arrays:
            self._given[machine.id] += 1
        if kind is not None:
            self._arrays.add((machine.id, kind))
        self._there[machine.id] += 1
        return True

    def text(self, machine: Machine) -> str:
        """Say why a run has to wait for its turn."""
        pace = self._paces[machine.id]
        return (
            f"{machine.name} takes {_number(pace.per_minute or 0.0)} submission{'s' if pace.per_minute != 1 else ''} a "
            f"minute at present, because {pace.slowed_by} at {pace.slowed_at:%H:%M:%S} UTC"
        )

    def look_at(self, machine: Machine | None, waiting_count: int) -> datetime:
        """Return when to look again whether it is the turn of a run, of ``waiting_count`` that wait for one."""
        pace = self._paces.get(machine.id) if machine else None
        if machine is None or pace is None:
            return self._now + timedelta(seconds=random.uniform(_FULL_SECONDS / 2, _FULL_SECONDS))  # noqa: S311 (no secret)
        first = self.wait_seconds(machine) - self._waiting[machine.id] * interval(pace).total_seconds()
        share = random.uniform(0.0, waiting_count * interval(pace).total_seconds())  # noqa: S311 (no secret)
        return self._now + timedelta(seconds=min(_LOOK_SECONDS, max(1.0, first) + share))

    def charge(self, placed: Iterable[Simulation]) -> None:
        """Write down the turns that were really taken: one for each run by itself and each array."""
        units = {(str(row.machine_id), array_of(row.marker) or str(row.marker)) for row in placed}
        for machine_id, count in Counter(machine_id for machine_id, _ in units).items():
            pace = self._paces.get(machine_id)
            if pace is not None and pace.per_minute is not None:
                pace.next_at = max(pace.next_at or self._now, self._now) + count * interval(pace)


async def waiting_count(session: AsyncSession, machine: Machine) -> int:
    """Return how many runs wait for a turn on a machine."""
    query = select(func.count()).where(
        Simulation.state == "created",
        Simulation.machine_id.is_(None),
        Simulation.turn_at > func.now(),
        Simulation.placement["machine"].astext == machine.name,
    )
    return await session.scalar(query) or 0


async def take_in(session: AsyncSession, heard: Sequence[Heard]) -> None:
    """Change the paces of machines by what was heard of them, in the transaction that records what came of it."""
    accepted = Counter(one.machine_id for one in heard if one.busy is None and one.full is None)
    troubled = {one.machine_id for one in heard if one.busy is not None or one.full is not None}
    for machine_id in sorted(troubled):
        await session.execute(insert(SubmissionPace).values(machine_id=machine_id).on_conflict_do_nothing())
    query = select(SubmissionPace).where(
        or_(
            SubmissionPace.machine_id.in_(troubled),
            SubmissionPace.machine_id.in_(accepted.keys()) & SubmissionPace.per_minute.is_not(None),
        )
    )
    rows = await session.scalars(query.order_by(SubmissionPace.machine_id).with_for_update())
    paces = {row.machine_id: row for row in rows.all()}
    if not paces:
        return
    now: datetime = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    there = await _there(session, troubled)
    for machine_id, pace in paces.items():
        quicken(pace, now, accepted[machine_id])
        for one in _trouble(heard, machine_id):
            if one.full is not None:
                limit(pace, now, one.full, there=there.get(machine_id, 0), refused=one.runs)
            else:
                slow(pace, now, str(one.busy), lately=await _lately(session, machine_id))
            log.warning(
                "machine takes fewer submissions",
                machine_id=machine_id,
                per_minute=pace.per_minute,
                most_runs=pace.most_runs,
                said=one.full or one.busy,
            )
    await session.flush()


def congestion_of(machine: Machine, said: str) -> str | None:
    """Return what an unclear answer says of how busy the machine is; nothing of this host, whose load is our own."""
    return f"it said: {said}" if machine.node_name is None and _CONGESTED.search(said) else None


class PaceView(BaseModel):
    """At what pace runs are submitted to a machine, and how many of ours it takes at a time."""

    per_minute: float | None = Field(None, description="Submissions; null: as fast as they come")
    slowed_at: datetime | None = Field(None, description="When it was last slowed")
    slowed_by: str | None = Field(None, description="Why it is slowed, or was")
    most_runs: int | None = Field(None, description="Runs of ours there at a time; null: no limit is known")
    limited_at: datetime | None = Field(None, description="When the machine last said that it has no room")
    limited_by: str | None = None
    runs: int = Field(description="Runs of ours that are there, waiting or running")
    waiting_count: int = Field(description="Runs that wait for their turn to be submitted there")


async def pace_of(session: AsyncSession, machine_id: str) -> PaceView:
    """Return how a machine takes submissions at present. Raises MachineNotFound (404)."""
    machine = await machines.get(session, machine_id)
    there = (await _there(session, [machine_id])).get(machine_id, 0)
    waiting = await waiting_count(session, machine)
    pace = await session.get(SubmissionPace, machine_id, populate_existing=True)
    allowed = machines.most_submitted(machine)
    if pace is None:
        return PaceView(runs=there, waiting_count=waiting, most_runs=allowed)
    now: datetime = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    session.expunge(pace)
    forget(pace, now)
    learned = most_at(pace, now)
    found: dict[str, Any] = {
        name: getattr(pace, name) for name in ("slowed_at", "slowed_by", "limited_at", "limited_by")
    }
    most = min((one for one in (learned, allowed) if one is not None), default=None)
    return PaceView(**found, per_minute=pace.per_minute, most_runs=most, runs=there, waiting_count=waiting)


def _trouble(heard: Sequence[Heard], machine_id: str) -> list[Heard]:
    return [one for one in heard if one.machine_id == machine_id and (one.busy is not None or one.full is not None)]


async def _there(session: AsyncSession, machine_ids: Iterable[str]) -> dict[str, int]:
    """Return how many runs of ours machines have or are being given."""
    if not (wanted := list(machine_ids)):
        return {}
    query = (
        select(Simulation.machine_id, func.count())
        .where(Simulation.machine_id.in_(wanted), Simulation.state.in_(_THERE))
        .group_by(Simulation.machine_id)
    )
    return {str(machine_id): count for machine_id, count in await session.execute(query)}


async def _lately(session: AsyncSession, machine_id: str) -> int:
    """Return how many submissions a machine took in the last minute."""
    query = select(func.count(func.distinct(func.regexp_replace(Simulation.marker, r"\.\d+$", "")))).where(
        Simulation.machine_id == machine_id, Simulation.queued_at > func.now() - timedelta(minutes=1)
    )
    return await session.scalar(query) or 0


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"
