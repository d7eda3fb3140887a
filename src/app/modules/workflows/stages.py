"""Running a stage: claim, call the author's method, and commit all of its effects with its job, once."""

import asyncio
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from pydantic import BaseModel
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.kernel.alarms import raise_alarm
from app.kernel.bus import publish
from app.kernel.node import Node
from app.modules import data, jobs
from app.modules.workflows import incidents
from app.modules.workflows.authoring import LONGEST_STAGE_SECONDS, StageSpec
from app.modules.workflows.catalogue import catalogue_of
from app.modules.workflows.definitions import Definition
from app.modules.workflows.events import IncidentStateChanged, StageFailed, StageRetried, StageStarted, StageSucceeded
from app.modules.workflows.gathers import gather
from app.modules.workflows.incident import Effects, Incident
from app.modules.workflows.incidents import STAGE_JOB, StageDue
from app.modules.workflows.models import OPEN_STATES, IncidentRow, StageRow

log = structlog.get_logger(__name__)


class StageOverdue(Exception):
    """A stage took longer than its author gave it."""


@jobs.kind(STAGE_JOB, max_attempts=5, timeout_seconds=2 * LONGEST_STAGE_SECONDS, cancelled_with="the incident")
async def run_stage(attempt: jobs.Attempt, payload: StageDue) -> None:
    """Run one attempt of a stage."""
    node = attempt.node
    async with node.database.transaction() as session:
        started = await _start(session, attempt, payload.stage_id)
        if started is None:
            raise jobs.Discard("the incident has ended")
        stage, row = started
        definition = catalogue_of(node).find(row.workflow, row.workflow_version)
        paths = await _datasets(session, node, stage.message)
    if definition is None or stage.name not in definition.spec.stages:
        await _needs_definition(node, stage, row)
        raise jobs.Snooze(30)
    spec = definition.spec.stages[stage.name]
    scratch = node.settings.data_directory / "scratch" / f"{stage.id}-{attempt.attempt}"
    incident: Incident[Any] = Incident(
        incident_id=row.id,
        name=row.name,
        key=row.key,
        opened_at=row.opened_at,
        state=definition.spec.state.model_validate(row.state_data),
        stage_id=stage.id,
        attempt=attempt.attempt,
        definition=definition.directory,
        scratch=scratch,
        atlas=catalogue_of(node).atlas,
        datasets=paths,
    )
    structlog.contextvars.bind_contextvars(incident_id=row.id, stage=stage.name)
    try:
        await _call(definition, spec, incident, spec.message.model_validate(stage.message))
        placed = [await data.place_file(node, f.path, f"incidents/{row.id}") for f in incident.effects.files]
        async with attempt.transaction() as session:
            await _commit(session, node, definition, stage.id, row, incident, placed)
    except (jobs.Snooze, jobs.Discard, jobs.LeaseLost):
        raise
    except Exception as error:
        await _note_failure(node, stage, row.id, attempt, error)
        raise
    finally:
        # A second attempt also finds what the first one left when its process was killed.
        for left in scratch.parent.glob(f"{stage.id}-*") if attempt.attempt > 1 else [scratch]:
            if left.exists():
                await asyncio.to_thread(shutil.rmtree, left, ignore_errors=True)


async def _call(definition: Definition, spec: StageSpec, incident: Incident[Any], message: BaseModel) -> None:
    limit = asyncio.timeout(spec.timeout_seconds)
    try:
        async with limit:
            await spec.function(definition.spec.instance, incident, message)
    except TimeoutError as error:
        if limit.expired():
            raise StageOverdue(f"took longer than {spec.timeout_seconds:g} s") from error
        raise


async def _start(session: AsyncSession, attempt: jobs.Attempt, stage_id: str) -> tuple[StageRow, IncidentRow] | None:
    """Mark the stage running and return it with its incident; ``None`` when there is nothing left to do."""
    started = (
        update(StageRow)
        .where(StageRow.id == stage_id, StageRow.state.in_(("queued", "running")))
        .values(state="running", attempt=attempt.attempt, started_at=func.clock_timestamp())
        .returning(*StageRow.__table__.c)
        .cte("started")
    )
    running = aliased(StageRow, started)
    found = (
        await session.execute(select(running, IncidentRow).join(IncidentRow, IncidentRow.id == running.incident_id))
    ).first()
    if found is None or found[1].state not in OPEN_STATES:
        return None
    stage, row = found
    publish(
        session,
        StageStarted(
            subject_id=stage.id, incident_id=row.id, stage=stage.name, state="running", attempt=attempt.attempt
        ),
    )
    return stage, row


async def _commit(
    session: AsyncSession,
    node: Node,
    definition: Definition,
    stage_id: str,
    before: IncidentRow,
    incident: Incident[Any],
    placed: list[Any],
) -> None:
    """Carry out a stage's effects. The caller's transaction also ends the job, guarded by its fencing token."""
    effects: Effects = incident.effects
    row = await incidents.get(session, before.id, lock=True)
    if row.state not in OPEN_STATES:
        raise jobs.Discard("the incident has ended")
    state = incident.state.model_dump(mode="json")
    if state != before.state_data:
        if row.revision != before.revision:
            raise jobs.Snooze(0.01)  # another stage changed the state first: run again on what it left
        row.state_data = state
        row.revision += 1
    row.headline = effects.headline.model_dump() if effects.headline else row.headline
    row.waiting = _waiting(effects)
    for registration, file in zip(effects.files, placed, strict=True):
        await data.register(
            session,
            file,
            dataset_id=registration.dataset_id,
            name=registration.name,
            role=registration.role,
            media_type=registration.media_type,
            owner_id=row.owner_id,
            incident_id=row.id,
            stage_id=stage_id,
            stage=await session.scalar(select(StageRow.name).where(StageRow.id == stage_id)),
            inputs=registration.inputs,
        )
    for sent in effects.sent:
        await incidents.send(
            session,
            row,
            incidents.stage_of(definition, sent.stage),
            sent.message,
            originator=stage_id,
            delay_seconds=sent.delay_seconds,
            label=sent.label,
        )
    for ensemble in effects.ensembles:
        incidents.check_message(incidents.stage_of(definition, ensemble.then), ensemble.message)
        await gather(session, node, row, stage_id, ensemble, definition, atlas=incident.atlas)
    stage = await session.get_one(StageRow, stage_id)
    stage.state, stage.finished_at, stage.error = "succeeded", func.now(), None
    stage.label = effects.label or stage.label
    publish(
        session,
        StageSucceeded(
            subject_id=stage.id,
            incident_id=row.id,
            stage=stage.name,
            state="succeeded",
            attempt=stage.attempt,
            label=stage.label,
        ),
    )
    if effects.completed is not None and row.state == "active":
        row.state, row.comment = "completing", effects.completed or row.comment
        publish(
            session,
            IncidentStateChanged(
                subject_id=row.id, incident_id=row.id, name=row.name, before="active", after="completing"
            ),
        )
    await session.flush()
    await incidents.settle(session, row, except_stage=stage_id)


async def _note_failure(node: Node, stage: StageRow, incident_id: str, attempt: jobs.Attempt, error: Exception) -> None:
    """Write down why an attempt failed. Best effort: the job's own record is the truth about the attempt."""
    text = f"{type(error).__name__}: {error}"[:2000]
    log.warning("stage attempt failed", attempt=attempt.attempt, last=attempt.last, exc_info=error)
    async with node.database.transaction() as session:
        entry = {
            "attempt": attempt.attempt,
            "started_at": stage.started_at.isoformat() if stage.started_at else None,
            "finished_at": datetime.now(UTC).isoformat(),
            "error": text,
        }
        noted = await session.execute(
            update(StageRow)
            .where(StageRow.id == stage.id, StageRow.state == "running", StageRow.attempt == attempt.attempt)
            .values(state="queued", error=text, attempts_log=StageRow.attempts_log.concat([entry]))
            .returning(StageRow.id)
        )
        if noted.first() is not None and not attempt.last:
            publish(
                session,
                StageRetried(
                    subject_id=stage.id,
                    incident_id=incident_id,
                    stage=stage.name,
                    state="retried",
                    attempt=attempt.attempt,
                    error=text,
                ),
            )


async def _needs_definition(node: Node, stage: StageRow, row: IncidentRow) -> None:
    """Say on the stage and by an alarm that no definition of the incident's version is here."""
    text = f"needs workflow {row.workflow} {row.workflow_version}, which this node does not have"
    async with node.database.transaction() as session:
        await session.execute(
            update(StageRow)
            .where(StageRow.id == stage.id, StageRow.state == "running")
            .values(state="queued", error=text)
        )
        await raise_alarm(
            session,
            f"workflow.missing:{row.workflow}:{row.workflow_version}",
            priority="high",
            title=f"Workflow {row.workflow} {row.workflow_version} is missing",
            consequence=f"{row.name} waits; nothing of it is lost.",
            action="Restore the folder below definitions/ in the data directory, or cancel the incident.",
            subject_id=row.id,
            incident_id=row.id,
        )


async def exhausted(session: AsyncSession, job: jobs.FinishedJob) -> None:
    """Fail the stage and its incident when its job failed for good."""
    payload = StageDue.model_validate(job.payload)
    stage = await session.get(StageRow, payload.stage_id)
    if stage is None or stage.state not in ("queued", "running"):
        return
    reason = stage.error or job.error or f"the job was {job.state}"
    stage.state, stage.error, stage.finished_at = "failed", reason, func.now()
    publish(
        session,
        StageFailed(
            subject_id=stage.id,
            incident_id=stage.incident_id,
            stage=stage.name,
            state="failed",
            attempt=stage.attempt,
            error=reason,
        ),
    )
    await session.flush()
    row = await incidents.get(session, stage.incident_id, lock=True)
    if row.state in OPEN_STATES:
        await incidents.end(session, row, "error", f"stage {stage.name} failed: {reason}"[:500])


def _waiting(effects: Effects) -> dict[str, Any] | None:
    if effects.waiting is None:
        return None
    text, until = effects.waiting
    return {
        "kind": "message",
        "text": text,
        "since": datetime.now(UTC).isoformat(),
        "next_check_at": until.isoformat() if until else None,
    }


async def _datasets(session: AsyncSession, node: Node, message: dict[str, Any]) -> dict[str, Path]:
    """Return where the data sets a message names are, so a stage can read them."""
    ids = sorted(_dataset_ids(message))
    if not ids:
        return {}
    return {d.id: await data.path_of(session, node, d.id) for d in await data.find_many(session, ids)}


def _dataset_ids(value: Any) -> set[str]:
    if isinstance(value, str):
        return {value} if value.startswith("dst_") else set()
    if isinstance(value, dict):
        value = list(value.values())
    return {found for item in value for found in _dataset_ids(item)} if isinstance(value, list) else set()
