"""Messages to stages: each a row and its job, in the transaction that makes it necessary."""

import json
from datetime import datetime, timedelta
from typing import Any, cast

import orjson
from pydantic import BaseModel, ValidationError
from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import publish
from app.kernel.errors import items_of
from app.kernel.ids import new_id
from app.modules import jobs
from app.modules.workflows.authoring import StageSpec
from app.modules.workflows.definitions import Definition
from app.modules.workflows.errors import IncidentEnded, IncidentNotStarted, MessageInvalid, StageUnknown
from app.modules.workflows.events import StageQueued
from app.modules.workflows.messages import Urgency
from app.modules.workflows.models import OPEN_STATES, IncidentRow, StageRow

STAGE_JOB = "workflows.stage"


class StageDue(BaseModel):
    """Payload of a stage's job. ``turn``: it may have to wait for another stage's end."""

    stage_id: str
    turn: bool = False


def stage_of(definition: Definition, stage: str) -> StageSpec:
    """Return a stage of a definition. Raises StageUnknown (422)."""
    spec = definition.spec.stages.get(stage)
    if spec is None:
        known = ", ".join(definition.spec.stages)
        raise StageUnknown(f"Workflow {definition.spec.name} has no stage {stage!r}; it has: {known}")
    return spec


def check_message(spec: StageSpec, message: BaseModel | dict[str, Any]) -> dict[str, Any]:
    """Return a message as it is kept. Raises MessageInvalid (422) when it does not fit the stage or a table."""
    content = message.model_dump(mode="json") if isinstance(message, BaseModel) else message
    try:
        spec.message.model_validate(content)
    except ValidationError as error:
        items = items_of(error.errors())
        raise MessageInvalid(f"Stage {spec.name} takes {spec.message.__name__}", errors=items) from error
    try:
        # What an author's model makes of such a number is the model's to say.
        written = json.dumps(content, default=str, allow_nan=isinstance(message, BaseModel))
    except ValueError as error:
        told = f"The message to stage {spec.name} has a number that JSON cannot hold, such as 1e999; send a smaller one"
        raise MessageInvalid(told) from error
    # PostgreSQL's JSON cannot have it (17, 8.14), and a commit that was refused would only be tried again.
    if "\\u0000" in written.replace("\\\\", ""):
        raise MessageInvalid(f"The message to stage {spec.name} has the character U+0000 in it, which cannot be kept")
    return content


def message_json(spec: StageSpec, message: BaseModel | dict[str, Any]) -> str:
    """Return a message as it is kept, as text. Raises MessageInvalid (422)."""
    if isinstance(message, spec.message) and type(message) is spec.message:  # it was judged when it was made
        text = message.__pydantic_serializer__.to_json(message).decode()
        if "null" not in text and "\\u0000" not in text:  # a null may have been a NaN
            return text
    return orjson.dumps(check_message(spec, message)).decode()


async def send(
    session: AsyncSession,
    incident: IncidentRow,
    spec: StageSpec,
    message: BaseModel | dict[str, Any],
    *,
    originator: str,
    delay_seconds: float = 0,
    at: datetime | None = None,
    label: str | None = None,
    urgency: str | None = None,
    gather_id: str | None = None,
) -> StageRow:
    """Send a message to a stage of an open incident, due now, after ``delay_seconds`` or at ``at``.

    ``urgency`` is the incident's unless it is given. Announces stage.queued. Raises MessageInvalid (422) when the
    message does not fit, IncidentEnded (409).
    """
    if incident.state not in OPEN_STATES or (incident.ending or {}).get("closing"):
        raise IncidentEnded(f"{incident.name} is {incident.state}")
    if incident.state == "pending":
        raise IncidentNotStarted(f"{incident.name} is pending")
    content = check_message(spec, message)
    due_at: Any = at
    if delay_seconds:
        due_at = func.now() + timedelta(seconds=delay_seconds)
    row = StageRow(
        id=new_id("stg"),
        incident_id=incident.id,
        name=spec.name,
        message=content,
        originator=originator,
        label=label,
        urgency=urgency or incident.urgency or "normal",
        gather_id=gather_id,
        max_attempts=spec.max_attempts,
        due_at=due_at,
    )
    await enqueue(session, incident, row, turn=spec.mutex, delay_seconds=delay_seconds or None, run_at=at)
    session.add(row)
    await session.flush()
    publish(
        session, StageQueued(subject_id=row.id, incident_id=incident.id, stage=spec.name, state="queued", label=label)
    )
    return row


async def enqueue_stage(
    session: AsyncSession, incident: IncidentRow, row: StageRow, spec: StageSpec, *, delay_seconds: float = 0
) -> None:
    """Give a stage its job, with the attempts its definition allows."""
    row.max_attempts = spec.max_attempts
    await enqueue(session, incident, row, turn=spec.mutex or row.role != "stage", delay_seconds=delay_seconds or None)


async def enqueue(
    session: AsyncSession,
    incident: IncidentRow,
    row: StageRow,
    *,
    turn: bool,
    delay_seconds: float | None = None,
    run_at: datetime | None = None,
) -> None:
    """Give a stage its job."""
    row.job_id = await jobs.enqueue(
        session,
        STAGE_JOB,
        StageDue(stage_id=row.id, turn=turn),
        urgency=cast(Urgency, row.urgency),
        delay_seconds=delay_seconds,
        run_at=run_at,
        max_attempts=row.max_attempts,
        incident_id=incident.id,
        owner_id=incident.owner_id,
    )
