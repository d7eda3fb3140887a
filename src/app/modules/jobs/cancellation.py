"""Cancelling: a queued job at once, a running one through its node."""

from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint
from app.kernel.errors import Conflict
from app.modules.jobs import queries
from app.modules.jobs.dependencies import FORGET_ALL
from app.modules.jobs.errors import JobFinished, JobNotFound
from app.modules.jobs.insertion import fetch_on
from app.modules.jobs.kinds import registered
from app.modules.jobs.models import FinishedJob, Job
from app.modules.jobs.new_jobs import GATES_TOPIC

CANCEL_TOPIC = "jobs.cancel"


async def cancel(session: AsyncSession, job_id: str, *, dry_run: bool = False) -> None:
    """Cancel a job: queued, it ends now; running, its handler is cancelled and it ends when that has stopped.

    Cancelling twice is the same as once; ``dry_run`` only refuses what would be refused. Raises JobNotFound (404),
    JobFinished (409), Conflict (409) for a job that is part of something which would wait for it for ever.
    """
    job = (await session.execute(select(Job.state, Job.kind).where(Job.id == job_id).with_for_update())).first()
    if job is None:
        final = await session.scalar(select(FinishedJob.state).where(FinishedJob.id == job_id))
        if final is None:
            raise JobNotFound(f"There is no job {job_id}")
        if final != "cancelled":
            raise JobFinished(f"{job_id} has {final.replace('_', ' ')} already")
        return
    kind = registered.get(job.kind)
    if kind is not None and kind.cancelled_with is not None:
        raise Conflict(f"A {job.kind} job is part of {kind.cancelled_with}; cancel {kind.cancelled_with} instead")
    if not dry_run:
        await _cancel(session, {job_id: job.state})


async def cancel_where(
    session: AsyncSession,
    *,
    incident_id: str | None = None,
    simulation_id: str | None = None,
    batch_id: str | None = None,
    kind: str | None = None,
    but: Sequence[str] = (),
) -> int:
    """Cancel every live job that fits all of what is given, ``but`` of these kinds; return how many there were."""
    query = select(Job.id, Job.state).order_by(Job.id).with_for_update()
    given = {
        Job.incident_id: incident_id,
        Job.simulation_id: simulation_id,
        Job.batch_id: batch_id,
        Job.kind: kind,
    }
    conditions = [column == value for column, value in given.items() if value is not None]
    if not conditions:
        raise TypeError("cancel_where needs at least one condition")
    if but:
        conditions.append(Job.kind.not_in(but))
    states = {row.id: row.state for row in await session.execute(query.where(*conditions))}
    await _cancel(session, states)
    return len(states)


async def cancel_these(session: AsyncSession, job_ids: Sequence[str]) -> int:
    """Cancel those of the jobs that live and are not part of something else; return how many there were."""
    apart = [kind.name for kind in registered.values() if kind.cancelled_with is not None]
    query = select(Job.id, Job.state).where(Job.id.in_(job_ids), Job.kind.not_in(apart)).order_by(Job.id)
    states = {row.id: row.state for row in await session.execute(query.with_for_update())}
    await _cancel(session, states)
    return len(states)


async def _cancel(session: AsyncSession, states: dict[str, str]) -> None:
    """Cancel jobs whose rows are locked in the given states."""
    fetch = fetch_on(session)
    watched = False
    for state in ("queued", "held"):
        waiting = [job_id for job_id, found in states.items() if found == state]
        if waiting:
            none = [None] * len(waiting)
            ended = await fetch(queries.FINISH, waiting, none, ["cancelled"] * len(waiting), none, state, none)
            watched = watched or any(row.watched for row in ended)
    if "held" in states.values():
        await fetch(FORGET_ALL, [job_id for job_id, state in states.items() if state == "held"])
    if watched:
        hint(session, GATES_TOPIC)
    running = [job_id for job_id, state in states.items() if state == "running"]
    if running:
        await session.execute(
            update(Job)
            .where(Job.id.in_(running))
            .values(cancel_requested_at=func.coalesce(Job.cancel_requested_at, func.now()))
        )
        hint(session, CANCEL_TOPIC)
