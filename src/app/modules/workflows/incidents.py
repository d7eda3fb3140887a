"""The verbs on incidents: open, activate, send, end, settle, archive."""

from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ValidationError
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import clear_alarm, raise_alarm
from app.kernel.bus import publish
from app.kernel.errors import Conflict, items_of
from app.kernel.ids import new_id
from app.kernel.scoping import require_act
from app.modules import jobs, simulation
from app.modules.workflows import children, finalising
from app.modules.workflows.authoring import Urgency
from app.modules.workflows.definitions import Definition
from app.modules.workflows.errors import (
    IncidentNotEnded,
    IncidentNotFound,
    IncidentNotPending,
    ParametersInvalid,
)
from app.modules.workflows.events import IncidentOpened, IncidentStateChanged
from app.modules.workflows.models import ENDED_STATES, Gather, IncidentRow, Question, StageRow
from app.modules.workflows.sending import STAGE_JOB, StageDue, check_message, enqueue_stage, send, stage_of

__all__ = [
    "DEADLINE_JOB",
    "STAGE_JOB",
    "DeadlineDue",
    "StageDue",
    "activate",
    "archive",
    "check_message",
    "check_parameters",
    "end",
    "enqueue_stage",
    "extend",
    "find_by_key",
    "get",
    "now",
    "open_incident",
    "send",
    "settle",
    "stage_of",
    "start",
    "tell",
    "watch_deadline",
]

DEADLINE_JOB = "workflows.deadline"


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


async def get_to_act(session: AsyncSession, incident_id: str) -> IncidentRow:
    """Return an incident, locked, that the caller may act on. Raises IncidentNotFound (404), NotYours (403)."""
    incident = await get(session, incident_id, lock=True)
    await require_act(session, incident)
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
    urgency: Urgency | None = None,
    duration_seconds: float | None = None,
    opening: dict[str, Any] | None = None,
    rerun_of: str | None = None,
    activate: bool = True,
    incident_id: str | None = None,
    parent_id: str | None = None,
    parent_gather_id: str | None = None,
) -> IncidentRow:
    """Open an incident on the definition's version, active or, without ``activate``, pending.

    ``opening`` is the stage and message that :func:`start` sends. Announces incident.opened. Raises Conflict (409) when
    the workflow has an incident with this key, ParametersInvalid (422).
    """
    if (
        key is not None
        and not key_is_free
        and (known := await find_by_key(session, definition.spec.name, key)) is not None
    ):
        raise Conflict(f"{known.id} has the key {key!r}; a workflow has one incident of a key")
    incident = IncidentRow(
        id=incident_id or new_id("inc"),
        name=name,
        workflow=definition.spec.name,
        workflow_version=definition.version,
        key=key,
        state="active" if activate else "pending",
        exercise=exercise,
        owner_id=owner_id,
        parameters=check_parameters(definition, parameters or {}),
        state_data=definition.spec.state().model_dump(mode="json"),
        area=area,
        source_item=source_item,
        urgency=urgency or definition.spec.urgency,
        duration_seconds=duration_seconds or definition.spec.duration_seconds,
        opening=opening,
        rerun_of=rerun_of,
        parent_id=parent_id,
        parent_gather_id=parent_gather_id,
    )
    if activate:
        _begin(incident)
    session.add(incident)
    try:
        await session.flush()
    except IntegrityError as error:  # one that the caller does not see
        raise Conflict(f"Another incident has the key {key!r}; a workflow has one incident of a key") from error
    if activate:
        await watch_deadline(session, incident, incident.duration_seconds)
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


async def start(session: AsyncSession, incident: IncidentRow, definition: Definition, *, originator: str) -> None:
    """Send an active incident its opening message. Announces stage.queued."""
    assert incident.opening is not None
    stage = stage_of(definition, incident.opening["stage"])
    await send(session, incident, stage, incident.opening["message"], originator=originator)


async def activate(session: AsyncSession, incident: IncidentRow, definition: Definition, *, originator: str) -> None:
    """Start a pending, locked incident: its time begins and its opening is sent. Announces incident.state_changed.

    Raises IncidentNotPending (409).
    """
    if incident.state != "pending":
        raise IncidentNotPending(f"{incident.name} is {incident.state}")
    incident.state = "active"
    _begin(incident)
    await session.flush()
    await watch_deadline(session, incident, incident.duration_seconds)
    tell(session, incident, "pending", "active")
    if incident.opening is not None:
        await start(session, incident, definition, originator=originator)


def _begin(incident: IncidentRow) -> None:
    incident.activated_at = func.now()
    incident.deadline_at = func.now() + timedelta(seconds=incident.duration_seconds)


async def watch_deadline(session: AsyncSession, incident: IncidentRow, seconds: float) -> None:
    """Have the incident's time be over ``seconds`` from now."""
    await jobs.enqueue(
        session,
        DEADLINE_JOB,
        DeadlineDue(incident_id=incident.id),
        delay_seconds=seconds,
        incident_id=incident.id,
        owner_id=incident.owner_id,
    )


async def extend(session: AsyncSession, incident: IncidentRow, seconds: float) -> None:
    """Let the incident's time be over ``seconds`` from now."""
    incident.deadline_at = func.now() + timedelta(seconds=seconds)
    await session.flush()
    await watch_deadline(session, incident, seconds)


async def now(session: AsyncSession) -> datetime:
    """Return the database's time of this transaction."""
    found: datetime = (await session.execute(select(func.now()))).scalar_one()
    return found


def check_parameters(definition: Definition, given: dict[str, Any]) -> dict[str, Any]:
    """Return parameters as they are kept, defaults filled in. Raises ParametersInvalid (422)."""
    model = definition.spec.parameters
    if model is None:
        if given:
            raise ParametersInvalid(f"{definition.spec.name} takes no parameters; it got {', '.join(sorted(given))}")
        return {}
    try:
        return model.model_validate(given).model_dump(mode="json")
    except ValidationError as error:
        items = items_of(error.errors(), "body", "parameters")
        raise ParametersInvalid(f"{definition.spec.name} takes {model.__name__}", errors=items) from error


async def end(session: AsyncSession, incident: IncidentRow, state: str, reason: str | None = None) -> None:
    """Bring an incident to a terminal state and stop what still works for it. Announces incident.state_changed.

    How it ends may be decided already (``ending``): then an error on the way is told and changes nothing about that.
    """
    before, wished = incident.state, incident.ending
    after = wished["state"] if wished else state
    if wished:
        reason = f"{wished['reason']}; {reason}" if state == "error" else wished["reason"]
    if await finalising.begin(session, incident, after, reason):
        return
    incident.state = after
    incident.comment = reason or incident.comment
    incident.finished_at = func.now()
    incident.waiting = None
    await finalising.stop_work(session, incident.id, after)
    await session.flush()
    tell(session, incident, before, incident.state, reason)
    await children.part(session, incident)
    if "error" in (state, after):
        await raise_alarm(
            session,
            f"incident.error:{incident.id}",
            priority="high",
            title=f"{incident.name} stopped with an error",
            consequence=f"No further results come from it. {reason or ''}".strip(),
            action="Read the failed stage's error and log; mend the cause; try it again from there.",
            subject_id=incident.id,
            incident_id=incident.id,
        )


async def archive(session: AsyncSession, incident_id: str) -> IncidentRow:
    """Put an ended incident away; its key is free again. Announces incident.state_changed.

    Raises IncidentNotFound (404), NotYours (403), IncidentNotEnded (409).
    """
    incident = await get_to_act(session, incident_id)
    if incident.state == "archived":
        return incident
    if incident.state not in ENDED_STATES:
        raise IncidentNotEnded(f"{incident.name} is {incident.state}")
    before = incident.outcome = incident.state
    incident.state, incident.archived_at = "archived", func.now()
    tell(session, incident, before, "archived")
    await clear_alarm(session, f"incident.error:{incident.id}")
    return incident


def tell(session: AsyncSession, incident: IncidentRow, before: str, after: str, reason: str | None = None) -> None:
    """Announce that an incident went from one state to another."""
    publish(
        session,
        IncidentStateChanged(
            subject_id=incident.id,
            incident_id=incident.id,
            name=incident.name,
            before=before,
            after=after,
            reason=reason,
        ),
    )


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
    # While it closes nothing of the kind is sent any more; a new try of it may still send what it gathers.
    gathers_left = not (incident.ending or {}).get("closing") and await session.scalar(
        select(func.count())
        .select_from(Gather)
        .where(Gather.incident_id == incident.id, Gather.sent_stage_id.is_(None))
    )
    asked = select(func.count()).select_from(Question)
    questions_left = await session.scalar(asked.where(Question.incident_id == incident.id, Question.state == "asked"))
    running = sum(count for state, count in runs.items() if state not in simulation.TERMINAL)
    if not (stages_left or running or gathers_left or questions_left):
        await end(session, incident, "complete", incident.comment)
