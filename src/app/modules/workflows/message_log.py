"""The messages of an incident: who sent what to which stage, and how that went."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.kernel.paging import Page, page_of
from app.modules.workflows import incidents
from app.modules.workflows.catalogue import definition_of
from app.modules.workflows.definitions import Catalogue
from app.modules.workflows.models import StageRow
from app.modules.workflows.schemas import MessageSend, MessageView


async def send(
    session: AsyncSession, catalogue: Catalogue, incident_id: str, wanted: MessageSend, *, originator: str
) -> MessageView:
    """Send a message from outside to a stage of a running incident. Announces stage.queued.

    Raises IncidentNotFound (404), NotYours (403), IncidentEnded, IncidentNotStarted, VersionMissing (409),
    StageUnknown, MessageInvalid (422).
    """
    incident = await incidents.get_to_act(session, incident_id)
    stage = incidents.stage_of(definition_of(catalogue, incident), wanted.stage)
    row = await incidents.send(
        session,
        incident,
        stage,
        wanted.message,
        originator=originator,
        delay_seconds=wanted.delay_seconds,
        label=wanted.label,
    )
    await session.refresh(row)
    return _view(row, None)


async def list_messages(
    session: AsyncSession, incident_id: str, *, cursor: str | None, limit: int
) -> Page[MessageView]:
    """Return a page of an incident's messages, newest first. Raises IncidentNotFound (404)."""
    await incidents.get(session, incident_id)
    query = select(StageRow).where(StageRow.incident_id == incident_id)
    rows: list[StageRow]
    rows, next_cursor = await page_of(session, query, [StageRow.queued_at, StageRow.id], cursor=cursor, limit=limit)
    sender = aliased(StageRow)
    names = await session.execute(select(sender.id, sender.name).where(sender.id.in_([r.originator for r in rows])))
    known = {row.id: row.name for row in names}
    return Page(items=[_view(row, known.get(row.originator)) for row in rows], next_cursor=next_cursor)


def _view(row: StageRow, originator_stage: str | None) -> MessageView:
    return MessageView(
        id=row.id,
        stage=row.name,
        message=row.message,
        originator=row.originator,
        originator_stage=originator_stage,
        label=row.label,
        state=row.state,
        attempts=row.attempt,
        due_at=row.due_at,
        queued_at=row.queued_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        seconds=_seconds(row.started_at, row.finished_at),
        error=row.error,
    )


def _seconds(begin: datetime | None, end: datetime | None) -> float | None:
    return None if begin is None or end is None else (end - begin).total_seconds()
