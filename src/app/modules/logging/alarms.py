"""What people do with alarms: list them, acknowledge them, shelve them for a while (ISA-18.2).

An alarm that went before anybody saw it stays listed as gone until it is acknowledged. A condition that comes and goes
is one line with a count, however many rows it left: seeing the newest row of a key sees the older ones.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.kernel.alarms import Alarm
from app.kernel.bus import publish
from app.kernel.paging import Page, page_of
from app.kernel.principal import Principal
from app.modules.logging.errors import AlarmGone, AlarmNotFound, ShelfTooLong
from app.modules.logging.events import AlarmAcknowledged, AlarmShelved
from app.modules.logging.schemas import AlarmState, AlarmView

LONGEST_SHELF = timedelta(hours=24)

_other = aliased(Alarm)


def _unseen(alarm: Any) -> ColumnElement[bool]:
    """Gone, and neither acknowledged nor on the shelf when it went."""
    return and_(
        alarm.cleared_at.is_not(None),
        alarm.acknowledged_at.is_(None),
        or_(alarm.shelved_until.is_(None), alarm.cleared_at > alarm.shelved_until),
    )


async def list_alarms(
    session: AsyncSession, *, state: Literal["open", "all"], cursor: str | None, limit: int
) -> Page[AlarmView]:
    """Return alarms newest first: those that stand or were not seen (``open``), or all there were."""
    query = select(Alarm)
    if state == "open":
        superseded = select(_other.id).where(_other.key == Alarm.key, _other.id > Alarm.id).exists()
        query = query.where(or_(Alarm.cleared_at.is_(None), and_(_unseen(Alarm), ~superseded)))
    rows: Sequence[Alarm]
    rows, next_cursor = await page_of(session, query, [Alarm.raised_at, Alarm.id], cursor=cursor, limit=limit)
    return Page(items=await _views(session, rows), next_cursor=next_cursor)


async def acknowledge(session: AsyncSession, actor: Principal, alarm_id: str, note: str | None) -> AlarmView:
    """Note that ``actor`` saw the alarm and the older unseen ones of its key. Announces alarm.acknowledged once."""
    alarm = await _locked(session, alarm_id)
    if alarm.acknowledged_at is None:
        await session.execute(
            update(Alarm)
            .where(Alarm.key == alarm.key, or_(Alarm.id == alarm.id, and_(_unseen(Alarm), Alarm.id < alarm.id)))
            .values(acknowledged_by=actor.name, acknowledged_at=func.now(), note=note)
        )
        publish(session, AlarmAcknowledged(**_about(alarm, actor)))
    elif note is not None:
        alarm.note = note
    return await _fresh(session, alarm)


async def take_back(session: AsyncSession, actor: Principal, alarm_id: str) -> AlarmView:
    """Undo :func:`acknowledge` on every row it touched. Announces alarm.acknowledged, undone."""
    alarm = await _locked(session, alarm_id)
    if alarm.acknowledged_at is not None:
        await session.execute(
            update(Alarm)
            .where(Alarm.key == alarm.key, Alarm.acknowledged_at == alarm.acknowledged_at)
            .values(acknowledged_by=None, acknowledged_at=None, note=None)
        )
        publish(session, AlarmAcknowledged(**_about(alarm, actor), undone=True))
    return await _fresh(session, alarm)


async def shelve(session: AsyncSession, actor: Principal, alarm_id: str, until: datetime, reason: str) -> AlarmView:
    """Put the alarm aside. Raises AlarmGone (409), ShelfTooLong (422). Announces alarm.shelved."""
    alarm = await _locked(session, alarm_id)
    if alarm.cleared_at is not None:
        raise AlarmGone()
    now: datetime = (await session.execute(select(func.now()))).scalar_one()
    if not now < until <= now + LONGEST_SHELF:
        raise ShelfTooLong(f"until must lie between {now:%H:%M:%S} UTC today and the same time tomorrow")
    alarm.shelved_until, alarm.shelved_reason = until, reason
    shown = until.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    publish(session, AlarmShelved(**_about(alarm, actor), until=shown, reason=reason))
    return await _fresh(session, alarm)


async def unshelve(session: AsyncSession, actor: Principal, alarm_id: str) -> AlarmView:
    """Take the alarm from the shelf. Announces alarm.shelved without an end."""
    alarm = await _locked(session, alarm_id)
    if alarm.shelved_until is not None and alarm.cleared_at is None:
        alarm.shelved_until = alarm.shelved_reason = None
        publish(session, AlarmShelved(**_about(alarm, actor), until=None, reason=None))
    return await _fresh(session, alarm)


async def _locked(session: AsyncSession, alarm_id: str) -> Alarm:
    alarm = await session.get(Alarm, alarm_id, with_for_update=True)
    if alarm is None:
        raise AlarmNotFound(f"No alarm has the id {alarm_id!r}")
    return alarm


def _about(alarm: Alarm, actor: Principal) -> dict[str, Any]:
    return {
        "subject_id": alarm.id,
        "actor": actor.user_id,
        "key": alarm.key,
        "title": alarm.title,
        "by": actor.name,
    }


async def _fresh(session: AsyncSession, alarm: Alarm) -> AlarmView:
    await session.flush()
    await session.refresh(alarm)
    return (await _views(session, [alarm]))[0]


async def _views(session: AsyncSession, alarms: Sequence[Alarm]) -> list[AlarmView]:
    if not alarms:
        return []
    # The clock that set shelved_until decides whether it is over; unseen older rows of a key count on its newest.
    counts = await session.execute(
        select(Alarm.id, func.now(), func.coalesce(func.sum(_other.count), 0))
        .outerjoin(_other, and_(_other.key == Alarm.key, _other.id < Alarm.id, _unseen(_other)))
        .where(Alarm.id.in_([alarm.id for alarm in alarms]))
        .group_by(Alarm.id)
    )
    more = {alarm_id: (now, int(count)) for alarm_id, now, count in counts}
    return [_view(alarm, *more[alarm.id]) for alarm in alarms]


def _view(alarm: Alarm, now: datetime, older_count: int) -> AlarmView:
    shelved = alarm.shelved_until is not None and alarm.shelved_until > (alarm.cleared_at or now)
    seen = alarm.acknowledged_at is not None or shelved
    state: AlarmState = "acknowledged" if alarm.acknowledged_at is not None else "new"
    if alarm.cleared_at is not None:
        state = "gone"
    elif shelved:
        state = "shelved"
    fields = {name: getattr(alarm, name) for name in AlarmView.model_fields if hasattr(alarm, name)}
    if not shelved or alarm.cleared_at is not None:
        fields |= {"shelved_until": None, "shelved_reason": None}
    count = alarm.count + (0 if alarm.acknowledged_at is not None else older_count)
    return AlarmView.model_validate({**fields, "state": state, "seen": seen, "count": count})
