"""The events table as lists: newest first for people, and what a stream's cursor still means."""

from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import events
from app.kernel.events import EventRow
from app.kernel.paging import Page, page_of
from app.modules.logging.models import EventHorizon
from app.modules.logging.schemas import EventView

Key = tuple[int, int]

_HIDDEN = text(
    "SELECT EXISTS (SELECT FROM events WHERE transaction >= (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint)"
)
_NEXT_TRANSACTION = text("SELECT (pg_snapshot_xmax(pg_current_snapshot())::text)::bigint")


async def list_events(
    session: AsyncSession,
    *,
    incident_id: str | None,
    subject_id: str | None,
    type_: str | None,
    cursor: str | None,
    limit: int,
) -> Page[EventView]:
    """Return facts newest first. ``type_`` may end in ``.*``."""
    query = select(EventRow)
    if incident_id is not None:
        query = query.where(EventRow.incident_id == incident_id)
    if subject_id is not None:
        query = query.where(EventRow.subject_id == subject_id)
    if type_ is not None:
        prefix = type_.removesuffix("*")
        matches = EventRow.type.startswith(prefix, autoescape=True) if prefix != type_ else EventRow.type == type_
        query = query.where(matches)
    rows: list[EventRow]
    rows, next_cursor = await page_of(
        session, query, [EventRow.transaction, EventRow.number], cursor=cursor, limit=limit
    )
    return Page(items=[EventView.model_validate(row) for row in rows], next_cursor=next_cursor)


async def any_hidden(session: AsyncSession) -> bool:
    """Say whether there are facts no reader may see yet, because an older transaction is still running."""
    return bool(await session.scalar(_HIDDEN))


@dataclass(frozen=True)
class Reach:
    """Where a stream can start: after ``present``, or after a cursor that is neither too old nor from another life."""

    present: Key
    horizon: Key
    next_transaction: int

    def reaches(self, position: Key) -> bool:
        """Say whether every fact after ``position`` can still be told, in order."""
        return self.horizon <= position and position[0] < self.next_transaction


async def reach(session: AsyncSession) -> Reach:
    """Return where a stream can start now."""
    horizon = await session.get(EventHorizon, 1)
    return Reach(
        present=events.parse_cursor(await events.present_cursor(session)),
        horizon=(horizon.transaction, horizon.number) if horizon else (0, 0),
        next_transaction=(await session.execute(_NEXT_TRANSACTION)).scalar_one(),
    )
