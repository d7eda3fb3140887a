"""Exercises: incidents opened to see whether a workflow still works, and how the last one of each went."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.modules import logging
from app.modules.workflows import incidents
from app.modules.workflows.definitions import Definition
from app.modules.workflows.errors import NoSuchUse
from app.modules.workflows.models import OPEN_STATES, IncidentRow
from app.modules.workflows.schemas import WorkflowTest


async def test(session: AsyncSession, definition: Definition, wanted: WorkflowTest, *, owner_id: str) -> IncidentRow:
    """Open an exercise that begins with the workflow's test stage. Announces incident.opened.

    Raises NoSuchUse (409) when it names none, ParametersInvalid, MessageInvalid (422).
    """
    spec = definition.spec
    if spec.test is None:
        raise NoSuchUse(f"Workflow {spec.name} names no stage that tests it")
    incident = await incidents.open_incident(
        session,
        definition,
        name=f"Test of {spec.title}",
        owner_id=owner_id,
        parameters=wanted.parameters,
        exercise=True,
        opening={"stage": spec.test, "message": wanted.message},
    )
    await incidents.start(session, incident, definition, originator=owner_id)
    return incident


async def last_tests(session: AsyncSession) -> Sequence[logging.WorkflowTestView]:
    """Return the newest exercise of each workflow that the caller may see."""
    query = (
        select(
            IncidentRow.workflow,
            IncidentRow.id,
            IncidentRow.opened_at,
            IncidentRow.state,
            IncidentRow.outcome,
            IncidentRow.comment,
            func.extract("epoch", IncidentRow.finished_at - IncidentRow.opened_at).label("seconds"),
        )
        .where(IncidentRow.exercise)
        .ext(distinct_on(IncidentRow.workflow))
        .order_by(IncidentRow.workflow, IncidentRow.opened_at.desc())
    )
    return [
        logging.WorkflowTestView(
            workflow=row.workflow,
            incident_id=row.id,
            at=row.opened_at,
            result=_result(row.outcome or row.state),
            seconds=None if row.seconds is None else float(row.seconds),
            text=(row.comment or row.state) if _result(row.outcome or row.state) == "failed" else None,
        )
        for row in await session.execute(query)
    ]


async def exercises_among(session: AsyncSession, incident_ids: Sequence[str]) -> frozenset[str]:
    """Return which of these incidents are exercises, so that nobody outside is alarmed by them."""
    query = select(IncidentRow.id).where(IncidentRow.id.in_(incident_ids), IncidentRow.exercise)
    return frozenset(await session.scalars(query))


def _result(state: str) -> logging.TestResult:
    if state in OPEN_STATES:
        return "running"
    return "passed" if state == "complete" else "failed"
