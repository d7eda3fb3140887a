"""Incidents that an incident opened: what they tell it when they end, and what becomes of them when it does."""

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.modules import jobs
from app.modules.workflows.models import OPEN_STATES, IncidentRow

MEMBER_ENDED_JOB = "workflows.member_ended"
PARENT_ENDED_JOB = "workflows.parent_ended"


class OtherEnded(BaseModel):
    """Payload of the job that counts in a stage that failed or a child that ended."""

    gather_id: str
    member_id: str
    state: str
    error: str | None = None


class ParentEnded(BaseModel):
    """Payload of the job that cancels a child whose parent has ended."""

    incident_id: str
    reason: str


async def part(session: AsyncSession, incident: IncidentRow) -> None:
    """Tell the parent of an incident that has just ended, and have its own children cancelled."""
    if incident.parent_gather_id is not None:
        await tell_gather(
            session,
            incident.parent_id,
            incident.owner_id,
            OtherEnded(
                gather_id=incident.parent_gather_id,
                member_id=incident.id,
                state=incident.state,
                error=None if incident.state == "complete" else incident.comment,
            ),
        )
    query = select(IncidentRow.id, IncidentRow.owner_id).where(
        IncidentRow.parent_id == incident.id, IncidentRow.state.in_(OPEN_STATES)
    )
    for child in (await session.execute(query)).all():
        reason = f"{incident.name}, which opened it, is {incident.state}"
        payload = ParentEnded(incident_id=child.id, reason=reason[:400])
        await jobs.enqueue(session, PARENT_ENDED_JOB, payload, incident_id=child.id, owner_id=child.owner_id)


async def tell_gather(session: AsyncSession, incident_id: str | None, owner_id: str, ended: OtherEnded) -> None:
    """Have a member's end counted in, in a commit of its own: whoever ends it may not know the definition."""
    await jobs.enqueue(session, MEMBER_ENDED_JOB, ended, incident_id=incident_id, owner_id=owner_id)
