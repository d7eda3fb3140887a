"""Making the jobs of schedules: each target time once, by whichever node gets the schedule's row.

The row's lock, the record of the run and the job are one commit, so a death anywhere leaves all of it or nothing. The
database's clock decides what is due; the loop sleeps until the next time.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain, takewhile
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import clear_alarm, raise_alarm
from app.kernel.errors import Problem
from app.kernel.loops import Loop
from app.modules.jobs.enqueueing import enqueue
from app.modules.jobs.errors import ScheduleNotFound
from app.modules.jobs.models import Schedule, ScheduleRun
from app.modules.jobs.schedule_times import Times, jitter, times
from app.modules.jobs.schedule_views import ScheduleRunView
from app.modules.jobs.schedules import SCHEDULES_TOPIC

if TYPE_CHECKING:
    from app.kernel.node import Node

log = structlog.get_logger(__name__)

CAUGHT_UP = 1000  # missed times that are looked at, the newest ones
LATE_SECONDS = 60.0  # what is due for no longer has not been missed
_SLICE = 100  # jobs of one schedule in one commit
_SCHEDULES = 50  # schedules in one commit
_FLOOR_SECONDS = 10.0
_TAKEN_SECONDS = 0.05  # until another node's commit has been seen

_NEXT = "SELECT extract(epoch FROM min(next_at) - now())::float8 FROM schedules WHERE enabled"


class Firing:
    """One node's part in making the jobs of schedules."""

    def __init__(self, node: "Node") -> None:
        self._node = node
        self._one_by_one = 0
        self._fine: set[str] = set()
        self.loop = Loop("schedules", self.run, every_seconds=_FLOOR_SECONDS, topics=(SCHEDULES_TOPIC,))

    async def run(self) -> float | None:
        """Make every job that is due; return the seconds until the next one is."""
        while not self._node.draining.is_set():
            async with self._node.database.connection() as connection:
                seconds: float | None = (await connection.exec_driver_sql(_NEXT)).scalar()
            if seconds is None:
                return None
            if seconds > 0:
                return seconds
            if not await self._fire():
                return _TAKEN_SECONDS
        return None

    async def _fire(self) -> bool:
        """Make the jobs of some schedules that are due; ``False`` when other nodes have all of them."""
        trying = ""
        try:
            async with self._node.database.transaction() as session:
                rows = await _due(session, 1 if self._one_by_one else _SCHEDULES)
                for row, now in rows:
                    trying = row.id
                    await _make(session, row, now)
        except Problem as problem:
            if self._one_by_one:
                await self._give_up(trying, problem)
            else:
                self._one_by_one = _SCHEDULES  # one of them; the others may not suffer from it
            return True
        self._one_by_one = max(0, self._one_by_one - 1)
        await self._clear([row.id for row, _ in rows])
        return bool(rows)

    async def _give_up(self, schedule_id: str, problem: Problem) -> None:
        """Leave out the due times of a schedule whose job is refused, unless another node is at it by now."""
        async with self._node.database.transaction() as session:
            for row, now in await _due(session, 1, schedule_id):
                assert row.next_at is not None
                targets, following = _targets(row, now)
                await _record(session, row, [(target, None) for target in targets])
                row.next_at = following
                self._fine.discard(row.id)
                log.error("job of a schedule refused", name=row.name, reason=problem.detail)
                await raise_alarm(
                    session,
                    f"schedules.refused.{row.id}",
                    priority="high",
                    title=f"Schedule {row.name} makes no jobs",
                    consequence=f"Its {row.kind} job is refused: {problem.detail}",
                    action=f"Correct the schedule's payload, or pause {row.name}",
                    subject_id=row.id,
                )

    async def _clear(self, ids: Sequence[str]) -> None:
        new = [schedule_id for schedule_id in ids if schedule_id not in self._fine]
        if new:
            async with self._node.database.transaction() as session:
                for schedule_id in new:
                    await clear_alarm(session, f"schedules.refused.{schedule_id}")
            self._fine.update(new)


async def run_now(session: AsyncSession, schedule_id: str) -> ScheduleRunView:
    """Make the job of a schedule now, beside its times. Raises ScheduleNotFound (404), and what enqueueing raises."""
    row = await session.scalar(select(Schedule).where(Schedule.id == schedule_id).with_for_update())
    if row is None:
        raise ScheduleNotFound(f"There is no schedule {schedule_id}")
    now: datetime = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    job_id = await _enqueue(session, row, now, delayed=False)
    await _record(session, row, [(now, job_id)])
    return ScheduleRunView(schedule_id=row.id, target_at=now, job_id=job_id, made_at=now)


async def _due(
    session: AsyncSession, limit: int, schedule_id: str | None = None
) -> Sequence[tuple[Schedule, datetime]]:
    due = select(Schedule, func.now()).where(Schedule.enabled, Schedule.next_at <= func.now())
    if schedule_id is not None:
        due = due.where(Schedule.id == schedule_id)
    rows = await session.execute(due.order_by(Schedule.next_at).limit(limit).with_for_update(skip_locked=True))
    return [(row, now) for row, now in rows]


async def _make(session: AsyncSession, row: Schedule, now: datetime) -> None:
    """Make the jobs of one locked schedule's due times and go on to the next."""
    targets, following = _targets(row, now)
    wanted = set(_wanted(row, targets, now))
    # Under the row's lock nobody adds to these; there are some when the times were changed back and forth.
    made = set(
        await session.scalars(
            select(ScheduleRun.target_at).where(ScheduleRun.schedule_id == row.id, ScheduleRun.target_at.in_(targets))
        )
    )
    runs = [
        (target, await _enqueue(session, row, target) if target in wanted else None)
        for target in targets
        if target not in made
    ]
    await _record(session, row, runs)
    row.next_at = following
    missed = len(runs) - sum(target in wanted for target, _ in runs)
    if missed:
        log.warning("times of a schedule missed", name=row.name, count=missed, catch_up=row.catch_up)


def _targets(row: Schedule, now: datetime) -> tuple[list[datetime], datetime]:
    """Return the due times that are dealt with now, and the one after them."""
    found: Times = times(row.cron, row.interval_seconds, row.time_zone)
    assert row.next_at is not None
    first, earliest = row.next_at, found.back(now, CAUGHT_UP, row.next_at)
    if first < earliest:
        log.warning("times of a schedule forgotten", name=row.name, since=str(first), until=str(earliest))
        first = found.after(earliest)
    targets = list(takewhile(lambda at: at <= now, chain([first], found.following(first))))
    if not targets:
        return [], first
    if row.catch_up == "all":
        targets = targets[:_SLICE]
    return targets, found.after(targets[-1])


def _wanted(row: Schedule, targets: Sequence[datetime], now: datetime) -> Sequence[datetime]:
    """Return those of the due times that get a job."""
    if row.catch_up == "all":
        return targets
    newest = targets[-1:]
    if row.catch_up == "none" and newest and now - newest[0] > timedelta(seconds=LATE_SECONDS):
        return []
    return newest


async def _enqueue(session: AsyncSession, row: Schedule, target: datetime, *, delayed: bool = True) -> str:
    later = jitter(row.id, target, row.jitter_seconds) if delayed else 0.0
    return await enqueue(
        session,
        row.kind,
        row.payload,
        priority=row.priority,
        run_at=target + timedelta(seconds=later) if later else None,
        origin=f"{row.id}@{target.astimezone(UTC).isoformat().replace('+00:00', 'Z')}",
        owner_id=row.owner_id,
    )


async def _record(session: AsyncSession, row: Schedule, runs: Sequence[tuple[datetime, str | None]]) -> None:
    session.add_all(ScheduleRun(schedule_id=row.id, target_at=target, job_id=job_id) for target, job_id in runs)
    await session.flush()
