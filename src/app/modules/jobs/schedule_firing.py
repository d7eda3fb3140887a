"""Making the jobs of schedules: each target time once, by whichever node gets the schedule's row.

The row's lock, the record of the run and the job are one commit, so a death anywhere leaves all of it or nothing. The
database's clock decides what is due; the loop sleeps until the next time.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain, takewhile
from typing import TYPE_CHECKING, cast

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import Alarm, clear_alarm, raise_alarm
from app.kernel.errors import Problem
from app.kernel.loops import Loop
from app.modules.jobs.enqueueing import enqueue
from app.modules.jobs.errors import ScheduleInvalid, ScheduleNotFound, ScheduleOverlaps
from app.modules.jobs.insertion import fetch_on
from app.modules.jobs.models import Schedule, ScheduleRun
from app.modules.jobs.new_jobs import Urgency
from app.modules.jobs.schedule_times import Times, jitter, times
from app.modules.jobs.schedule_views import ScheduleRunView, Skipped
from app.modules.jobs.schedules import SCHEDULES_TOPIC, refused_key

if TYPE_CHECKING:
    from app.kernel.node import Node

log = structlog.get_logger(__name__)

CAUGHT_UP = 1000  # missed times that are looked at, the newest ones
LATE_SECONDS = 60.0  # what is due for no longer has not been missed
_SLICE = 100  # jobs of one schedule in one commit
_LINE = 100  # jobs of one schedule that take turns
_SCHEDULES = 50  # schedules in one commit
_FLOOR_SECONDS = 10.0
_TAKEN_SECONDS = 0.05  # until another node's commit has been seen

_UNREADABLE_SECONDS = 60.0  # until this node tries times again that it could not read

_NEXT = "SELECT extract(epoch FROM min(next_at) - now())::float8 FROM schedules WHERE enabled AND id <> ALL($1::text[])"

_ALIVE = """
SELECT count(*) FROM (
    SELECT FROM jobs WHERE origin IS NOT NULL AND split_part(origin, '@', 1) = $1 LIMIT $2
) AS alive
"""

_Run = tuple[datetime, str | None, Skipped | None]


class Firing:
    """One node's part in making the jobs of schedules."""

    def __init__(self, node: "Node") -> None:
        self._node = node
        self._one_by_one = 0
        self._unreadable: dict[str, float] = {}  # until when a schedule is left to nodes that know its time zone
        self.loop = Loop("schedules", self.run, every_seconds=_FLOOR_SECONDS, topics=(SCHEDULES_TOPIC,))

    async def run(self) -> float | None:
        """Make every job that is due; return the seconds until the next one is."""
        while not self._node.draining.is_set():
            now = self._node.clock.monotonic()
            self._unreadable = {id_: until for id_, until in self._unreadable.items() if until > now}
            async with self._node.database.connection() as connection:
                seconds: float | None = (await connection.exec_driver_sql(_NEXT, (list(self._unreadable),))).scalar()
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
                rows = await _due(session, 1 if self._one_by_one else _SCHEDULES, but=list(self._unreadable))
                for row, now in rows:
                    trying = row.id
                    await _make(session, row, now)
                await _clear(session, [row.id for row, _ in rows])
        except Problem as problem:
            if self._one_by_one:
                await self._give_up(trying, problem)
            else:
                self._one_by_one = _SCHEDULES  # one of them; the others may not suffer from it
            return True
        self._one_by_one = max(0, self._one_by_one - 1)
        return bool(rows)

    async def _give_up(self, schedule_id: str, problem: Problem) -> None:
        """Leave out the due times of a schedule whose job is refused, unless another node is at it by now."""
        async with self._node.database.transaction() as session:
            for row, now in await _due(session, 1, schedule_id):
                consequence = f"Its {row.kind} job is refused: {problem.detail}"
                action = f"Correct {row.name}, or pause it"
                try:
                    targets, following = _targets(row, now)
                except ScheduleInvalid as unreadable:
                    self._unreadable[row.id] = self._node.clock.monotonic() + _UNREADABLE_SECONDS
                    consequence = f"Its times cannot be read on {self._node.name}: {unreadable.detail}"
                    action = f"Correct the times of {row.name}, bring that node's time zones up to date, or pause it"
                else:
                    await _record(session, row, [(target, None, "refused") for target in targets])
                    row.next_at = following
                log.error("job of a schedule refused", name=row.name, reason=problem.detail)
                await raise_alarm(
                    session,
                    refused_key(row.id),
                    priority="high",
                    title=f"Schedule {row.name} makes no jobs",
                    consequence=consequence,
                    action=action,
                    subject_id=row.id,
                )


async def run_now(session: AsyncSession, schedule_id: str) -> ScheduleRunView:
    """Make the job of a schedule now, beside its times.

    Raises ScheduleNotFound (404), ScheduleOverlaps (409), and what enqueueing raises.
    """
    row = await session.scalar(select(Schedule).where(Schedule.id == schedule_id).with_for_update())
    if row is None:
        raise ScheduleNotFound(f"There is no schedule {schedule_id}")
    now: datetime = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    if await _is_in_the_way(session, row):
        raise ScheduleOverlaps(
            f"A job of {row.name} has not ended, and overlap is skip; wait for it, or cancel it"
            if row.overlap == "skip"
            else f"{_LINE} jobs of {row.name} have not ended; wait for some, or cancel some"
        )
    job_id = await _enqueue(session, row, now, delayed=False)
    await _record(session, row, [(now, job_id, None)])
    return ScheduleRunView(schedule_id=row.id, target_at=now, job_id=job_id, made_at=now)


async def _due(
    session: AsyncSession, limit: int, schedule_id: str | None = None, *, but: Sequence[str] = ()
) -> Sequence[tuple[Schedule, datetime]]:
    due = select(Schedule, func.now()).where(Schedule.enabled, Schedule.next_at <= func.now())
    if schedule_id is not None:
        due = due.where(Schedule.id == schedule_id)
    if but:
        due = due.where(Schedule.id.not_in(but))
    rows = await session.execute(due.order_by(Schedule.next_at).limit(limit).with_for_update(skip_locked=True))
    return [(row, now) for row, now in rows]


async def _clear(session: AsyncSession, ids: Sequence[str]) -> None:
    keys = [refused_key(schedule_id) for schedule_id in ids]
    opened = select(Alarm.key).where(Alarm.key.in_(keys), Alarm.cleared_at.is_(None))
    for key in (await session.scalars(opened)).all() if keys else ():
        await clear_alarm(session, key)


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
    runs: list[_Run] = []
    for target in targets:
        if target in made:
            continue
        if target not in wanted:
            runs.append((target, None, "missed"))
        elif await _is_in_the_way(session, row):
            runs.append((target, None, "overlap"))
        else:
            runs.append((target, await _enqueue(session, row, target), None))
    await _record(session, row, runs)
    row.next_at = following
    missed = sum(why == "missed" for _, _, why in runs)
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


async def _is_in_the_way(session: AsyncSession, row: Schedule) -> bool:
    """Say whether a job it made forbids the next one. Under the row's lock nobody else makes one."""
    if row.overlap == "allow":
        return False
    most = 1 if row.overlap == "skip" else _LINE
    [(alive,)] = await fetch_on(session)(_ALIVE, row.id, most)
    return bool(alive >= most)


async def _enqueue(session: AsyncSession, row: Schedule, target: datetime, *, delayed: bool = True) -> str:
    later = jitter(row.id, target, row.jitter_seconds) if delayed else 0.0
    return await enqueue(
        session,
        row.kind,
        row.payload,
        queue=row.queue,
        urgency=cast(Urgency, row.urgency),
        priority=row.priority,
        max_attempts=row.max_attempts,
        unique_key=row.id if row.overlap == "wait" else None,
        on_conflict="wait",
        run_at=target + timedelta(seconds=later) if later else None,
        origin=f"{row.id}@{target.astimezone(UTC).isoformat().replace('+00:00', 'Z')}",
        owner_id=row.owner_id,
    )


async def _record(session: AsyncSession, row: Schedule, runs: Sequence[_Run]) -> None:
    session.add_all(
        ScheduleRun(schedule_id=row.id, target_at=target, job_id=job_id, skipped=skipped)
        for target, job_id, skipped in runs
    )
    await session.flush()
