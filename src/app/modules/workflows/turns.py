"""Stages that run one after the other: those of a mutex, and all that run while an incident ends.

Whoever decides about turns has locked the incident. One that may not run yet is parked: queued without a job. The end
of the one before it, in whatever way, gives the first parked one its job.
"""

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.modules.workflows.models import IncidentRow, StageRow
from app.modules.workflows.sending import enqueue


async def may_begin(session: AsyncSession, stage: StageRow) -> bool:
    """Say whether no other of its line runs, or was sent before it and is due."""
    due = or_(StageRow.due_at.is_(None), StageRow.due_at <= func.now())
    before = or_(StageRow.state == "running", and_(StageRow.state == "queued", StageRow.id < stage.id, due))
    query = select(StageRow.id).where(_line(stage), before, StageRow.id != stage.id).limit(1)
    return await session.scalar(query) is None


async def pass_on(session: AsyncSession, incident: IncidentRow, stage: StageRow) -> None:
    """Give the next of an ended stage's line its turn."""
    query = (
        select(StageRow)
        .where(_line(stage), StageRow.state == "queued", StageRow.job_id.is_(None))
        .order_by(StageRow.id)
        .limit(1)
    )
    waiting = await session.scalar(query)
    if waiting is not None:
        await enqueue(session, incident, waiting, turn=True)
        await session.flush()


def _line(stage: StageRow) -> ColumnElement[bool]:
    same = StageRow.name == stage.name if stage.role == "stage" else StageRow.role != "stage"
    if stage.role == "stage":
        same = and_(same, StageRow.role == "stage")
    return and_(StageRow.incident_id == stage.incident_id, same)
