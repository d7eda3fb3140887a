"""Schedules: made by people over the API, or declared by modules; see schedule_firing for what becomes of them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import structlog
from pydantic import BaseModel
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import clear_alarm
from app.kernel.bus import hint
from app.kernel.ids import new_id
from app.kernel.paging import Page, page_of
from app.modules.jobs.errors import (
    JobKindReserved,
    JobKindUnknown,
    ScheduleChanged,
    ScheduleExists,
    ScheduleInvalid,
    ScheduleNotFound,
)
from app.modules.jobs.kinds import registered
from app.modules.jobs.models import Schedule, ScheduleRun
from app.modules.jobs.new_jobs import Urgency, check_key, payload_json
from app.modules.jobs.schedule_times import times
from app.modules.jobs.schedule_views import (
    CatchUp,
    Overlap,
    ScheduleChange,
    ScheduleDraft,
    SchedulePreview,
    ScheduleRunView,
    ScheduleTimes,
    ScheduleView,
)

if TYPE_CHECKING:
    from app.kernel.node import Node

log = structlog.get_logger(__name__)

SCHEDULES_TOPIC = "schedules"

declared: dict[str, ScheduleDraft] = {}
_WHEN = {"cron", "interval_seconds", "time_zone"}
_NONE = {"cron", "interval_seconds", "queue", "max_attempts"}  # what may be none


def schedule(
    name: str,
    kind: str,
    payload: BaseModel | Mapping[str, Any],
    *,
    cron: str | None = None,
    interval_seconds: float | None = None,
    time_zone: str = "UTC",
    jitter_seconds: float = 0.0,
    catch_up: CatchUp = "latest",
    overlap: Overlap = "allow",
    queue: str | None = None,
    urgency: Urgency = "normal",
    priority: int = 0,
    max_attempts: int | None = None,
) -> None:
    """Declare a schedule of a module's own, when the module is imported; a node makes or updates it at its start.

    People can pause it, and that stays. Raises ScheduleInvalid, and ValueError for a name that is declared already.
    """
    if name in declared:
        raise ValueError(f"schedule {name!r} is declared already")
    times(cron, interval_seconds, time_zone)
    declared[name] = ScheduleDraft(
        name=name,
        kind=kind,
        payload=payload.model_dump(mode="json") if isinstance(payload, BaseModel) else dict(payload),
        cron=cron,
        interval_seconds=interval_seconds,
        time_zone=time_zone,
        jitter_seconds=jitter_seconds,
        catch_up=catch_up,
        overlap=overlap,
        queue=queue,
        urgency=urgency,
        priority=priority,
        max_attempts=max_attempts,
    )


async def declare(node: "Node") -> None:
    """Make the schedules that modules declared, and bring those that were made before up to date."""
    for draft in declared.values():
        wanted = draft.model_dump(exclude={"enabled"})
        async with node.database.transaction() as session:
            first = await _first_time(session, draft)
            await session.execute(
                insert(Schedule)
                .values(id=new_id("sch"), declared=True, next_at=first, **wanted)
                .on_conflict_do_nothing(index_elements=[Schedule.name])
            )
            row = await session.scalar(select(Schedule).where(Schedule.name == draft.name).with_for_update())
            if row is None or not row.declared:
                log.error("a schedule of the same name keeps a declared one out", name=draft.name)
                continue
            different = {name for name, value in wanted.items() if getattr(row, name) != value}
            for name in different:
                setattr(row, name, wanted[name])
            if different & _WHEN:
                row.next_at = first
            if different:
                row.version += 1
            hint(session, SCHEDULES_TOPIC)


async def list_schedules(session: AsyncSession, *, cursor: str | None = None, limit: int = 50) -> Page[ScheduleView]:
    """Return one page of schedules by name. Raises BadRequest (400) for a foreign cursor."""
    rows: list[Schedule]
    rows, following = await page_of(
        session, select(Schedule), [Schedule.name], cursor=cursor, limit=limit, descending=False
    )
    return Page(items=[ScheduleView.model_validate(row) for row in rows], next_cursor=following)


async def get_schedule(session: AsyncSession, schedule_id: str) -> ScheduleView:
    """Return one schedule. Raises ScheduleNotFound (404)."""
    return ScheduleView.model_validate(await _locked(session, schedule_id, lock=False))


async def create_schedule(session: AsyncSession, draft: ScheduleDraft, created_by: str | None) -> ScheduleView:
    """Make a schedule. Raises ScheduleExists (409), ScheduleInvalid, JobPayloadInvalid and other 422."""
    _check_work(draft.kind, draft.payload, draft.queue)
    row = Schedule(
        id=new_id("sch"),
        created_by=created_by,
        owner_id=created_by,
        next_at=await _first_time(session, draft),
        **draft.model_dump(),
    )
    return await _stored(session, row)


async def change_schedule(session: AsyncSession, schedule_id: str, change: ScheduleChange) -> ScheduleView:
    """Change what ``change`` names. A change of its times counts from now on.

    Raises ScheduleNotFound (404), ScheduleChanged, ScheduleExists (409), and what :func:`create_schedule` raises.
    """
    row = await _locked(session, schedule_id)
    if row.declared:
        raise ScheduleChanged(f"{row.name} is declared by the server's own code; it can only be paused")
    if row.version != change.version:
        raise ScheduleChanged(f"{row.name} has version {row.version} by now, not {change.version}")
    given = change.model_dump(exclude_unset=True, exclude={"version"})
    # Who names the one way of giving the times leaves the other.
    if given.get("cron") is not None:
        given.setdefault("interval_seconds", None)
    elif given.get("interval_seconds") is not None:
        given.setdefault("cron", None)
    for name, value in given.items():
        if value is None and name not in _NONE:
            raise ScheduleInvalid(f"{name} cannot be null; leave it out to keep it")
        setattr(row, name, value)
    if given.keys() & {"kind", "payload", "queue"}:
        _check_work(row.kind, row.payload, row.queue)
    if given.keys() & _WHEN:
        row.next_at = await _first_time(session, row)
    row.version += 1
    return await _stored(session, row)


async def delete_schedule(session: AsyncSession, schedule_id: str) -> None:
    """Delete a schedule and the list of its runs; its jobs stay.

    Raises ScheduleNotFound (404), ScheduleChanged (409) for one that the server's own code declares.
    """
    row = await _locked(session, schedule_id)
    if row.declared and row.name in declared:
        raise ScheduleChanged(f"{row.name} is declared by the server's own code; it can only be paused")
    await session.delete(row)
    await clear_alarm(session, refused_key(schedule_id))
    await session.execute(delete(ScheduleRun).where(ScheduleRun.schedule_id == schedule_id))


async def pause_schedule(session: AsyncSession, schedule_id: str) -> ScheduleView:
    """Make no jobs until it is resumed. Raises ScheduleNotFound (404)."""
    await clear_alarm(session, refused_key(schedule_id))
    return await _enable(session, schedule_id, False)


async def resume_schedule(session: AsyncSession, schedule_id: str) -> ScheduleView:
    """Go on; what was missed is made up for as ``catch_up`` says. Raises ScheduleNotFound (404)."""
    return await _enable(session, schedule_id, True)


async def list_runs(
    session: AsyncSession, schedule_id: str, *, cursor: str | None = None, limit: int = 50
) -> Page[ScheduleRunView]:
    """Return one page of the times a schedule was due, newest first.

    Raises ScheduleNotFound (404), BadRequest (400) for a foreign cursor.
    """
    await _locked(session, schedule_id, lock=False)
    query = select(ScheduleRun).where(ScheduleRun.schedule_id == schedule_id)
    rows: list[ScheduleRun]
    rows, following = await page_of(session, query, [ScheduleRun.target_at], cursor=cursor, limit=limit)
    return Page(items=[ScheduleRunView.model_validate(row) for row in rows], next_cursor=following)


async def preview(session: AsyncSession, wanted: ScheduleTimes) -> SchedulePreview:
    """Return the next 10 times, before jitter. Raises ScheduleInvalid (422)."""
    found = times(wanted.cron, wanted.interval_seconds, wanted.time_zone)
    return SchedulePreview(times=found.preview((await session.execute(select(func.now()))).scalar_one()))


def refused_key(schedule_id: str) -> str:
    """Return the key of the alarm that a schedule's job is refused."""
    return f"schedules.refused.{schedule_id}"


async def _enable(session: AsyncSession, schedule_id: str, enabled: bool) -> ScheduleView:
    row = await _locked(session, schedule_id)
    if row.enabled != enabled:
        row.enabled = enabled
        row.version += 1
    return await _stored(session, row)


async def _stored(session: AsyncSession, row: Schedule) -> ScheduleView:
    session.add(row)
    name = row.name
    try:
        await session.flush()
    except IntegrityError as error:
        raise ScheduleExists(f"There is a schedule named {name!r}") from error
    await session.refresh(row)
    hint(session, SCHEDULES_TOPIC)
    return ScheduleView.model_validate(row)


async def _locked(session: AsyncSession, schedule_id: str, *, lock: bool = True) -> Schedule:
    query = select(Schedule).where(Schedule.id == schedule_id)
    row = await session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise ScheduleNotFound(f"There is no schedule {schedule_id}")
    return row


async def _first_time(session: AsyncSession, wanted: ScheduleTimes | Schedule) -> Any:
    found = times(wanted.cron, wanted.interval_seconds, wanted.time_zone)
    return found.after((await session.execute(select(func.now()))).scalar_one())


def _check_work(kind: str, payload: Mapping[str, Any], queue: str | None) -> None:
    known = registered.get(kind)
    if known is None:
        raise JobKindUnknown(f"No kind is named {kind!r}")
    if not known.submittable:
        raise JobKindReserved(f"{kind} jobs are made by Stormbell itself; people cannot schedule them")
    payload_json(kind, payload)
    if queue is not None:
        check_key("queue", queue)
