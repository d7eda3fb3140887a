"""How an incident ends: what it did is undone where that is asked for, its finalisers run, and only then is it over.

Compensations run newest first, then the shutdown stage, then the finalisers, one after the other. One that fails does
not keep the next from running. All of it together has ``CLOSING_SECONDS``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import raise_alarm
from app.kernel.bus import publish
from app.kernel.ids import new_id
from app.modules import data, jobs, simulation
from app.modules.workflows.events import IncidentStateChanged, StageChanged, StageQueued
from app.modules.workflows.messages import Finishing
from app.modules.workflows.models import IncidentRow, Question, StageRow, WorkflowVersion
from app.modules.workflows.sending import enqueue

CLOSING_JOB = "workflows.closing_overdue"
CLOSING_SECONDS = 600.0


class ClosingOverdue(BaseModel):
    """Payload of the job that ends an incident whose finalisers take too long."""

    incident_id: str


async def begin(session: AsyncSession, incident: IncidentRow, state: str, reason: str | None) -> bool:
    """Begin the end of an incident, locked; say whether anything runs before it is over.

    What is under way is stopped. Announces incident.state_changed.
    """
    if incident.state == "pending" or (incident.ending or {}).get("closing"):
        return False
    last = await _last_stages(session, incident, state, reason)
    if not last:
        return False
    before = incident.state
    incident.state, incident.waiting = "completing", None
    incident.ending = {"state": state, "reason": reason, "closing": True}
    incident.comment = reason or incident.comment
    await stop_work(session, incident.id, state)
    session.add_all(last)
    await session.flush()
    for stage in last:
        publish(session, StageQueued(subject_id=stage.id, incident_id=incident.id, stage=stage.name, state="queued"))
    await enqueue(session, incident, last[0], turn=True)
    await jobs.enqueue(
        session,
        CLOSING_JOB,
        ClosingOverdue(incident_id=incident.id),
        delay_seconds=CLOSING_SECONDS,
        incident_id=incident.id,
        owner_id=incident.owner_id,
    )
    await session.flush()
    if before != "completing":
        publish(
            session,
            IncidentStateChanged(
                subject_id=incident.id,
                incident_id=incident.id,
                name=incident.name,
                before=before,
                after="completing",
                reason=reason,
            ),
        )
    return True


async def note_failure(session: AsyncSession, incident: IncidentRow, stage: StageRow, reason: str) -> None:
    """Say on the incident and by an alarm that something did not run as it should at its end."""
    ending = incident.ending or {}
    said = f"{ending.get('reason') or ''}; {stage.role} {stage.name} failed: {reason}".removeprefix("; ")
    incident.ending = {**ending, "reason": said[:500]}
    await session.flush()
    await raise_alarm(
        session,
        f"incident.ending:{stage.id}",
        priority="high",
        title=f"{stage.role.capitalize()} {stage.name} of {incident.name} failed",
        consequence=f"What it was to do at the end of the incident is not done: {reason}"[:500],
        action="Do it by hand, and mend the stage.",
        subject_id=incident.id,
        incident_id=incident.id,
    )


async def stop_work(session: AsyncSession, incident_id: str, state: str) -> None:
    """Stop everything that is under way for an incident that ends in ``state``: stages, jobs, simulations, questions.

    What moves its data sets goes on, as it would have after the end, unless the incident is cancelled.
    """
    left = await session.scalars(
        update(StageRow)
        .where(StageRow.incident_id == incident_id, StageRow.state.in_(("queued", "running")))
        .values(state="cancelled", finished_at=func.now())
        .returning(StageRow)
    )
    for stage in left.all():
        publish(
            session, StageChanged(subject_id=stage.id, incident_id=incident_id, stage=stage.name, state="cancelled")
        )
    await session.execute(
        update(Question)
        .where(Question.incident_id == incident_id, Question.state == "asked")
        .values(state="withdrawn", answered_at=func.now())
    )
    await jobs.cancel_where(session, incident_id=incident_id, but=(data.TRANSFER_JOB,))
    if state == "cancelled":
        await data.cancel_transfers_of_incident(session, incident_id)
    await simulation.cancel_of_incident(session, incident_id)


async def _last_stages(
    session: AsyncSession, incident: IncidentRow, state: str, reason: str | None
) -> Sequence[StageRow]:
    known: Sequence[Mapping[str, Any]] = (
        await session.scalar(
            select(WorkflowVersion.stages).where(
                WorkflowVersion.name == incident.workflow, WorkflowVersion.version == incident.workflow_version
            )
        )
        or ()
    )
    found: list[StageRow] = []
    undo = {stage["name"]: stage["compensate"] for stage in known if stage.get("compensate")}
    if undo and state != "complete":
        done = await session.scalars(
            select(StageRow)
            .where(StageRow.incident_id == incident.id, StageRow.state == "succeeded", StageRow.name.in_(undo))
            .order_by(StageRow.finished_at.desc(), StageRow.id.desc())
        )
        found += [_row(incident, undo[s.name], "compensation", s.message, s.id) for s in done]
    message = Finishing(outcome=state, reason=reason).model_dump()
    found += [_row(incident, s["name"], "finaliser", message, incident.id) for s in known if s.get("finaliser")]
    return found


def _row(incident: IncidentRow, name: str, role: str, message: dict[str, Any], originator: str) -> StageRow:
    return StageRow(
        id=new_id("stg"),
        incident_id=incident.id,
        name=name,
        message=message,
        originator=originator,
        role=role,
        urgency=incident.urgency,
        max_attempts=3,
    )
