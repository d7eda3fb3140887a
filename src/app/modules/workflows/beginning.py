"""The begin of a stage's attempt: it is marked running, and what its method is told is read."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import publish
from app.modules import jobs
from app.modules.workflows import incidents, turns
from app.modules.workflows.attempts import Begun
from app.modules.workflows.events import StageStarted
from app.modules.workflows.models import OPEN_STATES, StageRow

COLUMNS = """
s.id AS stage_id, s.name, s.message::text AS message, s.role, s.urgency, s.gather_id, s.label, s.originator,
s.started_at, i.id AS incident_id, i.name AS incident_name, i.key, i.workflow, i.workflow_version, i.owner_id, i.state,
i.state_data::text AS state_data, i.revision, i.parameters::text AS parameters, i.exercise, i.area::text AS area,
i.opened_at
"""
_BEGIN = f"""
WITH s AS (
    UPDATE stages SET state = 'running', attempt = $2, started_at = clock_timestamp()
    WHERE id = $1 AND job_id = $3 AND state IN ('queued', 'running') RETURNING *
)
SELECT {COLUMNS} FROM s JOIN incidents i ON i.id = s.incident_id AND i.state IN ('active', 'completing')
"""  # noqa: S608 (constants)
_READ = f"SELECT {COLUMNS} FROM stages s JOIN incidents i ON i.id = s.incident_id WHERE s.id = $1"  # noqa: S608 (constants)


async def begin_in_turn(attempt: jobs.Attempt, stage_id: str) -> Begun | None:
    """Do the same for a stage that may have to wait for others; then its job is completed here without it."""
    async with attempt.node.database.transaction() as session:
        stage = await session.get(StageRow, stage_id)
        if stage is None:
            return None
        await incidents.get(session, stage.incident_id, lock=True)
        await session.refresh(stage)
        if stage.job_id != attempt.job_id:
            return None  # it was tried again, by another job
        if stage.state not in ("queued", "running") or await turns.may_begin(session, stage):
            return await _begin(session, attempt, stage_id)
    async with attempt.transaction() as session:
        incident = await incidents.get(session, stage.incident_id, lock=True)
        stage = await session.get_one(StageRow, stage_id, populate_existing=True)
        if stage.state == "queued" and stage.job_id == attempt.job_id and incident.state in OPEN_STATES:
            stage.job_id = None
            await session.flush()
            if await turns.may_begin(session, stage):  # the one it waited for has ended in between
                await turns.pass_on(session, incident, stage)
    return None


async def reread(attempt: jobs.Attempt, begun: Begun) -> Begun:
    """Return the stage with its incident as it is now."""
    async with attempt.node.database.transaction() as session:
        row = await _one(session, _READ, begun.stage_id)
    assert row is not None
    return row


async def _begin(session: AsyncSession, attempt: jobs.Attempt, stage_id: str) -> Begun | None:
    begun = await _one(session, _BEGIN, stage_id, attempt.attempt, attempt.job_id)
    if begun is not None:
        publish(
            session,
            StageStarted(
                subject_id=begun.stage_id,
                incident_id=begun.incident_id,
                stage=begun.name,
                state="running",
                attempt=attempt.attempt,
            ),
        )
    return begun


async def _one(session: AsyncSession, sql: str, *arguments: Any) -> Begun | None:
    row = (await (await session.connection()).exec_driver_sql(sql, arguments)).first()
    return None if row is None else Begun(*tuple(row))
