"""The verbs on incidents: open, send, end, cancel; and what an incident waits for."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ValidationError
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import raise_alarm
from app.kernel.bus import publish
from app.kernel.errors import Conflict, items_of
from app.kernel.ids import new_id
from app.kernel.scoping import require_act
from app.modules import jobs, simulation
from app.modules.workflows.authoring import StageSpec
from app.modules.workflows.definitions import Definition
from app.modules.workflows.errors import IncidentEnded, IncidentNotFound, MessageInvalid, StageUnknown
from app.modules.workflows.events import IncidentOpened, IncidentStateChanged, StageChanged, StageQueued
from app.modules.workflows.models import OPEN_STATES, Gather, IncidentRow, StageRow

STAGE_JOB = "workflows.stage"
DEADLINE_JOB = "workflows.deadline"


class StageDue(BaseModel):
    """Payload of a stage's job."""

    stage_id: str


class DeadlineDue(BaseModel):
    """Payload of an incident's deadline job."""

    incident_id: str


async def get(session: AsyncSession, incident_id: str, *, lock: bool = False) -> IncidentRow:
    """Return an incident. Raises IncidentNotFound (404)."""
    query = select(IncidentRow).where(IncidentRow.id == incident_id)
    incident = await session.scalar(
        query.with_for_update().execution_options(populate_existing=True) if lock else query
    )
    if incident is None:
        raise IncidentNotFound(f"There is no incident {incident_id}")
    return incident


async def find_by_key(session: AsyncSession, workflow: str, key: str) -> IncidentRow | None:
    """Return the workflow's incident with this key that is not archived, locked."""
    return await session.scalar(
        select(IncidentRow)
        .where(IncidentRow.workflow == workflow, IncidentRow.key == key, IncidentRow.state != "archived")
        .with_for_update()
    )


async def open_incident(
    session: AsyncSession,
    definition: Definition,
    *,
    name: str,
    owner_id: str,
    key: str | None = None,
    parameters: dict[str, Any] | None = None,
    area: dict[str, Any] | None = None,
    source_item: dict[str, Any] | None = None,
    exercise: bool = False,
    key_is_free: bool = False,
) -> IncidentRow:
    """Open an active incident on the definition's version. Announces incident.opened.

    Raises Conflict (409) when the workflow has an incident with this key.
    """
    if (
        key is not None
        and not key_is_free
        and (known := await find_by_key(session, definition.spec.name, key)) is not None
    ):
        raise Conflict(f"{known.id} has the key {key!r}; a workflow has one incident of a key")
    duration = timedelta(seconds=definition.spec.duration_seconds)
    incident = IncidentRow(
        id=new_id("inc"),
        name=name,
        workflow=definition.spec.name,
        workflow_version=definition.version,
        key=key,
        state="active",
        exercise=exercise,
        owner_id=owner_id,
        parameters=parameters or {},
        state_data=definition.spec.state().model_dump(mode="json"),
        area=area,
        source_item=source_item,
        activated_at=func.now(),
        deadline_at=func.now() + duration,
    )
    session.add(incident)
    try:
        await session.flush()
    except IntegrityError as error:  # one that the caller does not see
        raise Conflict(f"Another incident has the key {key!r}; a workflow has one incident of a key") from error
    await jobs.enqueue(
        session,
        DEADLINE_JOB,
        DeadlineDue(incident_id=incident.id),
        delay_seconds=definition.spec.duration_seconds,
        incident_id=incident.id,
        owner_id=incident.owner_id,
    )
    publish(
        session,
        IncidentOpened(
            subject_id=incident.id,
            incident_id=incident.id,
            name=name,
            workflow=incident.workflow,
            version=incident.workflow_version,
        ),
    )
    return incident


def stage_of(definition: Definition, stage: str) -> StageSpec:
    """Return a stage of a definition. Raises StageUnknown (422)."""
    spec = definition.spec.stages.get(stage)
    if spec is None:
        known = ", ".join(definition.spec.stages)
        raise StageUnknown(f"Workflow {definition.spec.name} has no stage {stage!r}; it has: {known}")
    return spec


def check_message(spec: StageSpec, message: BaseModel | dict[str, Any]) -> dict[str, Any]:
    """Return a message as it is kept. Raises MessageInvalid (422) when it does not fit the stage."""
    content = message.model_dump(mode="json") if isinstance(message, BaseModel) else message
    try:
        spec.message.model_validate(content)
    except ValidationError as error:
        items = items_of(error.errors())
        raise MessageInvalid(f"Stage {spec.name} takes {spec.message.__name__}", errors=items) from error
    return content


async def send(
    session: AsyncSession,
    incident: IncidentRow,
    spec: StageSpec,
    message: BaseModel | dict[str, Any],
    *,
    originator: str,
    delay_seconds: float = 0,
    label: str | None = None,
) -> StageRow:
    """Send a message to a stage of an open incident. Announces stage.queued.

    Raises MessageInvalid (422) when the message does not fit, IncidentEnded (409).
    """
    if incident.state not in OPEN_STATES:
        raise IncidentEnded(f"{incident.name} is {incident.state}")
    content = check_message(spec, message)
    row = StageRow(
        id=new_id("stg"),
        incident_id=incident.id,
        name=spec.name,
        message=content,
        originator=originator,
        label=label,
        due_at=func.now() + timedelta(seconds=delay_seconds) if delay_seconds else None,
    )
    row.job_id = await jobs.enqueue(
        session,
        STAGE_JOB,
        StageDue(stage_id=row.id),
        delay_seconds=delay_seconds or None,
        max_attempts=spec.max_attempts,
        incident_id=incident.id,
        owner_id=incident.owner_id,
    )
    session.add(row)
    await session.flush()
    publish(
        session, StageQueued(subject_id=row.id, incident_id=incident.id, stage=spec.name, state="queued", label=label)
    )
    return row


async def end(session: AsyncSession, incident: IncidentRow, state: str, reason: str | None = None) -> None:
    """Bring an incident to a terminal state and stop what still works for it. Announces incident.state_changed."""
    before = incident.state
    incident.state = state
    incident.comment = reason or incident.comment
    incident.finished_at = func.now()
    incident.waiting = None
    left = await session.scalars(
        update(StageRow)
        .where(StageRow.incident_id == incident.id, StageRow.state.in_(("queued", "running")))
        .values(state="cancelled", finished_at=func.now())
        .returning(StageRow)
    )
    for stage in left.all():
        publish(
            session, StageChanged(subject_id=stage.id, incident_id=incident.id, stage=stage.name, state="cancelled")
        )
    await jobs.cancel_where(session, incident_id=incident.id)
    await simulation.cancel_of_incident(session, incident.id)
    publish(
        session,
        IncidentStateChanged(
            subject_id=incident.id,
            incident_id=incident.id,
            name=incident.name,
            before=before,
            after=state,
            reason=reason,
        ),
    )
    if state == "error":
        await raise_alarm(
            session,
            f"incident.error:{incident.id}",
            priority="high",
            title=f"{incident.name} stopped with an error",
            consequence=f"No further results come from it. {reason or ''}".strip(),
            action="Read the failed stage's error and log; mend the cause; open the incident again.",
            subject_id=incident.id,
            incident_id=incident.id,
        )


async def cancel(session: AsyncSession, incident_id: str, *, reason: str | None, actor: str) -> IncidentRow:
    """Cancel an open incident with its jobs and simulations.

    Raises IncidentNotFound (404), NotYours (403), IncidentEnded (409).
    """
    incident = await get(session, incident_id, lock=True)
    await require_act(session, incident)
    if incident.state not in OPEN_STATES:
        raise IncidentEnded(f"{incident.name} is already {incident.state}")
    await end(session, incident, "cancelled", reason or f"cancelled by {actor}")
    return incident


async def settle(session: AsyncSession, incident: IncidentRow, *, except_stage: str | None = None) -> None:
    """Complete an incident that asked to be, once no stage, simulation or gather of it is under way."""
    if incident.state != "completing":
        return
    stages_left = await session.scalar(
        select(func.count())
        .select_from(StageRow)
        .where(
            StageRow.incident_id == incident.id,
            StageRow.state.in_(("queued", "running")),
            StageRow.id != (except_stage or ""),
        )
    )
    runs = (await simulation.count_by_state(session, [incident.id])).get(incident.id, {})
    # Between the end of the last simulation and the message that says so, only the gather tells that one is to come.
    gathers_left = await session.scalar(
        select(func.count())
        .select_from(Gather)
        .where(Gather.incident_id == incident.id, Gather.sent_stage_id.is_(None))
    )
    running = sum(count for state, count in runs.items() if state not in simulation.TERMINAL)
    if not (stages_left or running or gathers_left):
        await end(session, incident, "complete", incident.comment)


async def waits(
    session: AsyncSession, incident: IncidentRow, stages: Sequence[StageRow], now: datetime
) -> list[dict[str, Any]]:
    """Say everything an open incident waits for, people and the outside first."""
    if incident.state not in OPEN_STATES:
        return []
    found: list[dict[str, Any]] = []
    if incident.waiting:
        found.append({"subject_id": incident.id, "subject": incident.name, **incident.waiting})
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
