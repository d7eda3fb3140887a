"""Running a stage: begin, call the author's method, and commit all of its effects with its job, once."""

import asyncio
import shutil
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import structlog
from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import tracing
from app.kernel.alarms import raise_alarm
from app.kernel.bus import publish
from app.kernel.node import Node
from app.kernel.redaction import redact_text
from app.modules import data, jobs
from app.modules.workflows import finalising, incidents, turns
from app.modules.workflows.attempts import Begun, Done, call, datasets_of, incident_of, json_of
from app.modules.workflows.authoring import LONGEST_STAGE_SECONDS, StageSpec
from app.modules.workflows.beginning import begin_in_turn, reread
from app.modules.workflows.carrying_out import Conflict, carry_out, plain_ending
from app.modules.workflows.catalogue import catalogue_of
from app.modules.workflows.children import OtherEnded, tell_gather
from app.modules.workflows.definitions import Definition
from app.modules.workflows.events import StageFailed, StageRetried
from app.modules.workflows.models import OPEN_STATES, StageRow
from app.modules.workflows.sending import STAGE_JOB, StageDue
from app.modules.workflows.stage_commits import StageCommits, stage_commits_of

log = structlog.get_logger(__name__)


@jobs.kind(
    STAGE_JOB,
    max_attempts=5,
    timeout_seconds=2 * LONGEST_STAGE_SECONDS,
    longest_retry_seconds=3600.0,
    cancelled_with="the incident",
)
async def run_stage(attempt: jobs.Attempt, payload: StageDue) -> None:
    """Run one attempt of a stage."""
    node = attempt.node
    commits = stage_commits_of(node)
    if payload.turn:
        begun = await begin_in_turn(attempt, payload.stage_id)
    else:
        begun = commits.handed_over(attempt.job_id, attempt.attempt)
        if begun is None:
            begun = await commits.begin(payload.stage_id, attempt.job_id, attempt.attempt)
    if attempt.completed:
        return  # it waits for its turn; the end of the one before it makes it another job
    if begun is None:
        raise jobs.Discard("the incident has ended")
    definition = catalogue_of(node).find(begun.workflow, begun.workflow_version)
    if definition is None or begun.name not in definition.spec.stages:
        await _needs_definition(attempt, begun)
        raise jobs.Snooze(30)
    spec = definition.spec.stages[begun.name]
    if spec.executor == "process" or tracing.tracer is not None:  # read by who runs it, and by the span around it
        structlog.contextvars.bind_contextvars(incident_id=begun.incident_id, stage=begun.name)
    else:
        attempt.say(stage=begun.name)
    try:
        await _run(attempt, begun, definition, spec, commits)
    except (jobs.Snooze, jobs.Discard, jobs.LeaseLost):
        raise
    except Exception as error:
        raise await _failed(attempt, begun, spec, error) from error


async def _run(
    attempt: jobs.Attempt,
    begun: Begun,
    definition: Definition,
    spec: StageSpec,
    commits: StageCommits,
    refused: Done | None = None,
) -> None:
    """Run the method until its effects meet the state they were made from, and are committed or on their way.

    ``refused`` is what the method came to when the commit that it shared with others did not take it.
    """
    node = attempt.node
    scratch = f"{commits.scratch}/{begun.stage_id}-{attempt.attempt}"
    message = spec.message.__pydantic_validator__.validate_json(begun.message)
    incident = None if refused is None else refused.incident
    reading = AsyncExitStack()  # what was brought from elsewhere to be read goes with the attempt
    try:
        datasets: dict[str, Path] = {}
        if '"dst_' in begun.message:
            datasets = await reading.enter_async_context(datasets_of(node, begun.message, begun.owner_id))
        while True:
            if refused is not None:
                done, refused = refused, None
            else:
                incident = incident_of(
                    begun,
                    definition,
                    attempt=attempt.attempt,
                    scratch=scratch,
                    atlas=commits.atlas,
                    datasets=datasets,
                )
                before = begun.state_data if begun.canonical else json_of(incident.state)
                incident.effects.result = await call(definition, spec, incident, message)
                after = json_of(incident.state)
                done = Done(incident, None if after == before else after)
                ending = await plain_ending(attempt, begun, definition, spec, done)
                if ending is not None:
                    if attempt.may_leave and attempt.attempt == 1 and not incident.has_scratch:
                        attempt.leave()
                        commits.leave(ending, attempt, partial(_go_on, begun, definition, spec, done))
                        return
                    if await commits.end(ending):
                        attempt.completed = True
                        return
            # Not plain, or refused: a commit of its own says why.
            files = done.incident.effects.files
            placed = [await data.place_file(node, f.path, f"incidents/{begun.incident_id}") for f in files]
            try:
                await carry_out(attempt, begun, definition, spec, done, placed)
            except Conflict:
                # Another stage changed the state first: run again on what it left.
                await _clear(scratch, begun.stage_id, attempt.attempt)
                begun = await reread(attempt, begun)
                continue
            return
    finally:
        await reading.aclose()
        if attempt.attempt > 1 or (incident is not None and incident.has_scratch):
            await _clear(scratch, begun.stage_id, attempt.attempt)


async def _go_on(
    begun: Begun,
    definition: Definition,
    spec: StageSpec,
    done: Done,
    error: Exception | None,
    attempt: jobs.Attempt,
    _payload: StageDue,
) -> None:
    """Go on after a commit that was refused, or of which nobody can say whether it was made."""
    attempt.say(stage=begun.name)
    if error is not None:
        raise await _failed(attempt, begun, spec, error) from error
    try:
        await _run(attempt, begun, definition, spec, stage_commits_of(attempt.node), done)
    except (jobs.Snooze, jobs.Discard, jobs.LeaseLost):
        raise
    except Exception as failure:
        raise await _failed(attempt, begun, spec, failure) from failure


async def _failed(attempt: jobs.Attempt, begun: Begun, spec: StageSpec, error: Exception) -> jobs.Failed:
    """Write down why an attempt failed, and return what says so to its job."""
    await _note_failure(attempt.node, begun, attempt, error)
    return jobs.Failed(_text(error), spec.backoff_seconds)


async def _clear(scratch: str, stage_id: str, attempt: int) -> None:
    # A second attempt also finds what the first one left when its process was killed.
    folder = Path(scratch)
    for left in folder.parent.glob(f"{stage_id}-*") if attempt > 1 else [folder]:
        if left.exists():
            await asyncio.to_thread(shutil.rmtree, left, ignore_errors=True)


def _text(error: Exception) -> str:
    """Return what went wrong as it can be kept: without secrets that were lent, and as a text of PostgreSQL."""
    text = redact_text(f"{type(error).__name__}: {error}")[:2000]
    return text.replace("\x00", "\\0").encode(errors="backslashreplace").decode()


async def _note_failure(node: Node, begun: Begun, attempt: jobs.Attempt, error: Exception) -> None:
    """Write down why an attempt failed. Best effort: the job's own record is the truth about the attempt."""
    text = _text(error)
    log.warning("stage attempt failed", attempt=attempt.attempt, last=attempt.last, exc_info=error)
    async with node.database.transaction() as session:
        entry = {
            "attempt": attempt.attempt,
            "started_at": begun.started_at.isoformat() if begun.started_at else None,
            "finished_at": datetime.now(UTC).isoformat(),
            "error": text,
        }
        noted = await session.execute(
            update(StageRow)
            .where(
                StageRow.id == begun.stage_id,
                StageRow.job_id == attempt.job_id,
                StageRow.state == "running",
                StageRow.attempt == attempt.attempt,
            )
            .values(state="queued", error=text, attempts_log=StageRow.attempts_log.concat([entry]))
            .returning(StageRow.id)
        )
        if noted.first() is not None and not attempt.last:
            publish(
                session,
                StageRetried(
                    subject_id=begun.stage_id,
                    incident_id=begun.incident_id,
                    stage=begun.name,
                    state="retried",
                    attempt=attempt.attempt,
                    error=text,
                ),
            )


async def _needs_definition(attempt: jobs.Attempt, begun: Begun) -> None:
    """Say on the stage and by an alarm that no definition of the incident's version is here."""
    text = f"needs workflow {begun.workflow} {begun.workflow_version}, which this node does not have"
    async with attempt.node.database.transaction() as session:
        await session.execute(
            update(StageRow)
            .where(StageRow.id == begun.stage_id, StageRow.job_id == attempt.job_id, StageRow.state == "running")
            .values(state="queued", error=text)
        )
        await raise_alarm(
            session,
            f"workflow.missing:{begun.workflow}:{begun.workflow_version}",
            priority="high",
            title=f"Workflow {begun.workflow} {begun.workflow_version} is missing",
            consequence=f"{begun.incident_name} waits; nothing of it is lost.",
            action="Restore the folder below definitions/ in the data directory, or cancel the incident.",
            subject_id=begun.incident_id,
            incident_id=begun.incident_id,
        )


async def exhausted(session: AsyncSession, job: jobs.FinishedJob) -> None:
    """Fail a stage when its job failed for good, and with it what depends on it.

    A member of a gather is counted in as failed, one that runs while the incident ends makes room for the next; any
    other ends its incident in error. Nothing becomes of it when the stage was tried again and has another job.
    """
    payload = StageDue.model_validate(job.payload)
    found = await session.get(StageRow, payload.stage_id)
    if found is None:
        return
    row = await incidents.get(session, found.incident_id, lock=True)
    stage = await session.get_one(StageRow, payload.stage_id, populate_existing=True)
    if stage.state not in ("queued", "running") or stage.job_id != job.id:
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
    if row.state not in OPEN_STATES:
        return
    if stage.role != "stage":
        await turns.pass_on(session, row, stage)
        await finalising.note_failure(session, row, stage, reason)
        await incidents.settle(session, row)
    elif stage.gather_id is not None:
        await turns.pass_on(session, row, stage)
        ended = OtherEnded(gather_id=stage.gather_id, member_id=stage.id, state="failed", error=reason)
        await tell_gather(session, row.id, row.owner_id, ended)
    else:
        await incidents.end(session, row, "error", f"stage {stage.name} failed: {reason}"[:500])
