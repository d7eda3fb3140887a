"""Exercises: incidents opened to see whether a workflow still works, as the health board tells of them."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.modules import logging
from app.modules.workflows.models import OPEN_STATES, IncidentRow


async def last_tests(session: AsyncSession) -> Sequence[logging.WorkflowTestView]:
    """Return the newest exercise of each workflow that the caller may see."""
    query = (
        select(
            IncidentRow.workflow,
            IncidentRow.id,
            IncidentRow.opened_at,
            IncidentRow.state,
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
            result=_result(row.state),
            seconds=None if row.seconds is None else float(row.seconds),
            text=None if _result(row.state) != "failed" else row.comment or row.state,
        )
        for row in await session.execute(query)
    ]


def _result(state: str) -> logging.TestResult:
    if state in OPEN_STATES:
        return "running"
    return "passed" if state in ("complete", "archived") else "failed"
