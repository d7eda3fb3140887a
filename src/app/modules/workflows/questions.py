"""What a stage asks people: written down, listed, answered once, or given up when nobody does in time."""

import itertools
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import jsonschema_rs
from pydantic import BaseModel
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.belongings import become_service
from app.kernel.bus import publish
from app.kernel.errors import ProblemItem
from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.kernel.scoping import require_act
from app.modules import jobs
from app.modules.workflows import effects, incidents
from app.modules.workflows.catalogue import catalogue_of
from app.modules.workflows.definitions import Definition
from app.modules.workflows.errors import (
    IncidentEnded,
    MessageInvalid,
    NotAsked,
    QuestionAnswered,
    QuestionNotFound,
    VersionMissing,
)
from app.modules.workflows.events import QuestionAsked, QuestionClosed
from app.modules.workflows.messages import Answered
from app.modules.workflows.models import OPEN_STATES, IncidentRow, Question, StageRow
from app.modules.workflows.sending import check_message, send, stage_of

QUESTION_DUE_JOB = "workflows.question_due"


class QuestionDue(BaseModel):
    """Payload of a question's deadline job."""

    question_id: str


async def ask(
    session: AsyncSession, incident: IncidentRow, stage: StageRow, asked: effects.Question, definition: Definition
) -> None:
    """Write a question down. Announces question.asked. Raises StageUnknown, MessageInvalid (422)."""
    for target in (asked.then, asked.otherwise):
        if target is not None:
            check_message(stage_of(definition, target), _message(asked.id, asked.text, expired=True))
    unknown = [name for name in asked.roles if name.upper() not in Role.__members__]
    if unknown:
        known = ", ".join(role.label for role in Role if role > Role.PUBLIC)
        raise ValueError(f"there is no role {unknown[0]!r} to ask; there are {known}")
    row = Question(
        id=asked.id,
        incident_id=incident.id,
        stage_id=stage.id,
        question=asked.text,
        form=asked.form or _form_of(definition, asked.then),
        then=asked.then,
        otherwise=asked.otherwise,
        roles=list(asked.roles),
        users=list(asked.users),
    )
    if asked.deadline_seconds is not None:
        row.deadline_at = func.now() + timedelta(seconds=asked.deadline_seconds)
        await jobs.enqueue(
            session,
            QUESTION_DUE_JOB,
            QuestionDue(question_id=row.id),
            delay_seconds=asked.deadline_seconds,
            incident_id=incident.id,
            owner_id=incident.owner_id,
        )
    session.add(row)
    await session.flush()
    publish(session, QuestionAsked(subject_id=row.id, incident_id=incident.id, question=row.question))


async def list_of_incident(session: AsyncSession, incident_id: str) -> Sequence[Question]:
    """Return every question of an incident, oldest first. Raises IncidentNotFound (404)."""
    await incidents.get(session, incident_id)
    query = select(Question).where(Question.incident_id == incident_id).order_by(Question.id)
    return (await session.scalars(query)).all()


async def answer(
    session: AsyncSession, node: Node, incident_id: str, question_id: str, given: Any, who: Principal
) -> Question:
    """Answer an open question, which sends the incident on; the caller's session has only to see the incident.

    From the check on the session is the server's: who is asked need not be somebody who may act on the incident. It
    stays the one there is: answers that took a second connection each could starve the pool. Announces
    question.closed.

    Raises IncidentNotFound, QuestionNotFound (404), NotAsked, NotYours (403), QuestionAnswered, IncidentEnded,
    VersionMissing (409), MessageInvalid (422).
    """
    incident = await incidents.get(session, incident_id)
    wanted = select(Question).where(Question.id == question_id, Question.incident_id == incident_id)
    row = await session.scalar(wanted)
    if row is None:
        raise QuestionNotFound(f"{incident.name} asks no question {question_id}")
    await _require_asked(session, incident, row, who)
    await become_service(session)
    return await _record(session, node, incident_id, wanted, given, who)


async def _record(
    session: AsyncSession, node: Node, incident_id: str, wanted: Select[Any], given: Any, who: Principal
) -> Question:
    incident = await incidents.get(session, incident_id, lock=True)
    row: Question = (await session.scalars(wanted.with_for_update().execution_options(populate_existing=True))).one()
    if row.state != "asked":
        by = f" by {row.answered_by}" if row.answered_by else ""
        raise QuestionAnswered(f"The question is {row.state}{by}: {row.question}")
    if incident.state not in OPEN_STATES:
        raise IncidentEnded(f"{incident.name} is {incident.state}")
    definition = catalogue_of(node).find(incident.workflow, incident.workflow_version)
    if definition is None:
        raise VersionMissing(f"This node has no {incident.workflow} {incident.workflow_version}")
    _check_form(row, given)
    message = _message(row.id, row.question, answer=given, answered_by=who.user_id)
    await _send_on(session, incident, row, row.then, message, definition)
    row.state, row.answer, row.answered_by, row.answered_at = "answered", given, who.user_id, func.now()
    await session.flush()
    publish(
        session,
        QuestionClosed(
            subject_id=row.id, incident_id=incident.id, question=row.question, state="answered", by=who.name
        ),
    )
    await session.refresh(row)
    return row


@jobs.kind(QUESTION_DUE_JOB, max_attempts=20, timeout_seconds=60, cancelled_with="the incident")
async def question_due(attempt: jobs.Attempt, payload: QuestionDue) -> None:
    """Go on without an answer when a question's time is over."""
    async with attempt.transaction() as session:
        found = await session.get(Question, payload.question_id)
        if found is None:
            return
        incident = await incidents.get(session, found.incident_id, lock=True)
        await session.refresh(found, with_for_update=True)
        if found.state != "asked" or incident.state not in OPEN_STATES:
            return
        definition = catalogue_of(attempt.node).find(incident.workflow, incident.workflow_version)
        if definition is None:
            raise jobs.Snooze(30)
        message = _message(found.id, found.question, expired=True)
        await _send_on(session, incident, found, found.otherwise or found.then, message, definition)
        found.state, found.answered_at = "expired", func.now()
        publish(
            session,
            QuestionClosed(subject_id=found.id, incident_id=incident.id, question=found.question, state="expired"),
        )
        await session.flush()


async def exhausted(session: AsyncSession, job: jobs.FinishedJob) -> None:
    """Stop the incident when it cannot go on without an answer: it would wait for ever."""
    row = await session.get(Question, str(job.payload.get("question_id")))
    if row is None or row.state != "asked":
        return
    incident = await incidents.get(session, row.incident_id, lock=True)
    if incident.state in OPEN_STATES:
        reason = f"it could not go on without an answer to {row.question!r}: {job.error}"
        await incidents.end(session, incident, "error", reason[:500])


async def _send_on(
    session: AsyncSession,
    incident: IncidentRow,
    row: Question,
    target: str,
    message: dict[str, Any],
    definition: Definition,
) -> None:
    asker = await session.get(StageRow, row.stage_id)
    urgency = asker.urgency if asker is not None else None
    await send(session, incident, stage_of(definition, target), message, originator=row.id, urgency=urgency)


async def _require_asked(session: AsyncSession, incident: IncidentRow, row: Question, who: Principal) -> None:
    if not (row.roles or row.users):
        await require_act(session, incident)
        return
    may = who.user_id in row.users or any(who.role >= Role[name.upper()] for name in row.roles)
    if not may:
        asked = ", ".join([*row.roles, *row.users])
        raise NotAsked(f"Only these are asked: {asked}")


def _check_form(row: Question, given: Any) -> None:
    """Compare an answer with the question's form. Raises MessageInvalid (422)."""
    validator = jsonschema_rs.validator_for(row.form or {})
    items = [
        ProblemItem(pointer="/body/answer" + "".join(f"/{part}" for part in error.instance_path), message=error.message)
        for error in itertools.islice(validator.iter_errors(given), 20)
    ]
    if items:
        raise MessageInvalid("The answer does not fit the question's form", errors=items)


def _message(question_id: str, text: str, **more: Any) -> dict[str, Any]:
    return Answered(question_id=question_id, question=text, **more).model_dump(mode="json")


def _form_of(definition: Definition, then: str) -> dict[str, Any]:
    """Return the JSON Schema of an answer, as the message of the stage it leads to has it."""
    schema = stage_of(definition, then).message.model_json_schema()
    found: Any = schema.get("properties", {}).get("answer", {})
    options = [one for one in found.get("anyOf", [found]) if one.get("type") != "null"]
    if len(options) != 1 or not options[0].keys() - {"description", "title", "default"}:
        return {}
    chosen: dict[str, Any] = options[0]
    if "$ref" in chosen:
        chosen = schema["$defs"][chosen["$ref"].rsplit("/", 1)[1]]
    return {**chosen, **({"$defs": schema["$defs"]} if "$defs" in schema else {})}
