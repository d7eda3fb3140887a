"""Reading jobs: live and ended ones as one list, each saying what it waits for."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.paging import Page, decode_cursor, encode_cursor
from app.modules.jobs.errors import JobNotFound
from app.modules.jobs.kinds import registered
from app.modules.jobs.models import FinishedJob, Job
from app.modules.jobs.schemas import JobsStatus, JobState, JobView, Waiting

if TYPE_CHECKING:
    from app.kernel.node import Node

_SHARED = [name for name in JobView.model_fields if name not in ("error", "finished_at", "waiting_on")]
_LIVE = ("queued", "running")


async def find(session: AsyncSession, job_id: str) -> JobView | None:
    """Return the job, live or ended, or ``None``."""
    if (row := (await session.execute(select(Job, func.now()).where(Job.id == job_id))).first()) is not None:
        return _live_view(row[0], row[1])
    # Looked for second: a job moves from live to ended, never back, so between the two it cannot be missed.
    ended = await session.scalar(select(FinishedJob).where(FinishedJob.id == job_id))
    return None if ended is None else _ended_view(ended)


async def get(session: AsyncSession, job_id: str) -> JobView:
    """Return the job, live or ended. Raises JobNotFound (404)."""
    view = await find(session, job_id)
    if view is None:
        raise JobNotFound(f"There is no job {job_id}")
    return view


async def list_jobs(
    session: AsyncSession,
    *,
    states: Sequence[JobState] = (),
    kind: str | None = None,
    incident_id: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[JobView]:
    """Return one page of jobs, newest first. Raises BadRequest (400) for a foreign cursor."""

    def conditions(model: type[Job] | type[FinishedJob]) -> Iterator[ColumnElement[bool]]:
        if states:
            yield model.state.in_(states)
        if kind is not None:
            yield model.kind == kind
        if incident_id is not None:
            yield model.incident_id == incident_id
        if cursor is not None:
            yield model.number < decode_cursor(cursor, [int])[0]

    views: dict[str, JobView] = {}
    if not states or any(state in _LIVE for state in states):
        live = select(Job, func.now()).where(*conditions(Job)).order_by(Job.number.desc()).limit(limit + 1)
        views |= {job.id: _live_view(job, now) for job, now in await session.execute(live)}
    if not states or any(state not in _LIVE for state in states):
        ended = select(FinishedJob).where(*conditions(FinishedJob)).order_by(FinishedJob.number.desc()).limit(limit + 1)
        # Read second, so a job that ends between the two is shown as ended.
        views |= {job.id: _ended_view(job) for job in await session.scalars(ended)}
    items = sorted(views.values(), key=lambda view: view.number, reverse=True)
    more = len(items) > limit
    items = items[:limit]
    return Page(items=items, next_cursor=encode_cursor([items[-1].number]) if more else None)


async def status(node: "Node") -> JobsStatus:
    """Return the queue in figures, for health and the overview."""
    due = (Job.state == "queued") & (Job.run_at <= func.now())
    async with node.database.transaction() as session:
        total, queued, running, oldest = (
            await session.execute(
                select(
                    func.count(),
                    func.count().filter(due),
                    func.count().filter(Job.state == "running"),
                    func.extract("epoch", func.now() - func.min(Job.run_at).filter(due)),
                ).select_from(Job)
            )
        ).one()
    return JobsStatus(
        queued=queued,
        delayed=total - queued - running,
        running=running,
        oldest_seconds=None if oldest is None else float(oldest),
    )


def _live_view(job: Job, now: datetime) -> JobView:
    shared = {name: getattr(job, name) for name in _SHARED}
    return JobView(**shared, error=job.last_error, waiting_on=_waiting(job, now))


def _ended_view(job: FinishedJob) -> JobView:
    shared = {name: getattr(job, name) for name in _SHARED}
    return JobView(**shared, error=job.error, finished_at=job.finished_at)


def _waiting(job: Job, now: datetime) -> Waiting:
    if job.state == "running":
        since = job.started_at or now
        if job.cancel_requested_at is not None:
            return Waiting(
                kind="cancellation",
                since=job.cancel_requested_at,
                text="Its handler was told to stop",
                next_check_at=job.lease_until,
            )
        return Waiting(
            kind="handler",
            since=since,
            text=f"Attempt {job.attempt} is running",
            next_check_at=job.lease_until,
        )
    if job.run_at > now:
        if job.last_error is not None:
            text = f"Failed {job.failed_count} of {job.max_attempts} times; tries again: {job.last_error}"
            return Waiting(kind="retry", since=job.started_at or job.created_at, text=text, next_check_at=job.run_at)
        return Waiting(kind="time", since=job.created_at, text="Not due yet", next_check_at=job.run_at)
    since = max(job.run_at, job.created_at)
    if job.kind not in registered:
        return Waiting(kind="handler_missing", since=since, text=f"No handler for kind {job.kind} on this node")
    return Waiting(kind="slot", since=since, text="Due; waits for a free slot on a node")
