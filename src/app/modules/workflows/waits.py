"""What an incident waits for, said so that a person knows what to look at next."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.modules import simulation
from app.modules.workflows.models import OPEN_STATES, IncidentRow, Question, StageRow


async def waits(
    session: AsyncSession, incident: IncidentRow, stages: Sequence[StageRow], now: datetime
) -> list[dict[str, Any]]:
    """Say everything an open incident waits for, people and the outside first."""
    if incident.state not in OPEN_STATES:
        return []
    if incident.state == "pending":
        return [_wait(incident.id, incident.name, "person", "waits for somebody to activate it", incident.opened_at)]
    found: list[dict[str, Any]] = []
    if incident.waiting:
        found.append({"subject_id": incident.id, "subject": incident.name, **incident.waiting})
    asked = select(Question).where(Question.incident_id == incident.id, Question.state == "asked")
    for question in await session.scalars(asked.order_by(Question.id)):
        text = f"waits for an answer: {question.question}"
        found.append(_wait(question.id, "a person", "person", text, question.asked_at, question.deadline_at))
    for stage in stages:
        if stage.state == "running":
            text = "runs" if stage.attempt <= 1 else f"runs, attempt {stage.attempt}"
            found.append(_wait(stage.id, f"stage {stage.name}", "stage", text, stage.started_at or stage.queued_at))
        elif stage.state == "queued":
            text = f"tries again: {stage.error}" if stage.error else "waits for a free slot"
            if stage.due_at is not None and stage.due_at > now:
                text = "is due later"
            found.append(_wait(stage.id, f"stage {stage.name}", "job", text, stage.queued_at, stage.due_at))
    for run in await simulation.list_of_incident(session, incident.id):
        if run.state not in simulation.TERMINAL:
            waiting = run.waiting_on or {}
            since = waiting.get("since", run.created_at)
            text = waiting.get("text", f"is {run.state}")
            found.append(_wait(run.id, run.name, "simulation", text, since, waiting.get("next_check_at")))
    if not found:
        text = "nothing is under way; it waits for a message or its deadline"
        found.append(_wait(incident.id, incident.name, "message", text, incident.opened_at, incident.deadline_at))
    return found


def _wait(
    subject_id: str, subject: str, kind: str, text: str, since: datetime, next_check_at: Any = None
) -> dict[str, Any]:
    return {
        "subject_id": subject_id,
        "subject": subject,
        "kind": kind,
        "text": text,
        "since": since,
        "next_check_at": next_check_at,
    }
