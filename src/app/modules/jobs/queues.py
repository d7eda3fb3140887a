"""Queues as people see and steer them: paused, resumed, drained, worked off in strict order."""

import difflib
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint, publish
from app.modules.jobs import limits
from app.modules.jobs.errors import JobOptionInvalid, QueueNotFound
from app.modules.jobs.events import QueueChanged
from app.modules.jobs.insertion import fetch_on
from app.modules.jobs.kinds import registered
from app.modules.jobs.models import JobQueue, Schedule
from app.modules.jobs.new_jobs import GATES_TOPIC, READY_TOPIC
from app.modules.jobs.policies import POLICIES_TOPIC
from app.modules.jobs.queue_schemas import LimitView, QueueView

COUNTED = 100_000

# A page may cost what a hundred thousand rows cost, and no more, however long the queues are.
_DEPTHS = """
SELECT queue, count(*) FILTER (WHERE state = 'queued' AND run_at <= now()) AS depth,
    count(*) FILTER (WHERE state <> 'running' AND run_at > now()) AS delayed,
    count(*) FILTER (WHERE state = 'held' AND run_at <= now()) AS held,
    count(*) FILTER (WHERE state = 'running') AS running,
    extract(epoch FROM now() - min(run_at) FILTER (WHERE state <> 'running' AND run_at <= now()))::float8 AS oldest,
    (sum(count(*)) OVER ())::bigint AS counted
FROM (SELECT queue, state, run_at FROM jobs LIMIT $1) AS head GROUP BY queue
"""
# Past the first hundred thousand a page does not look.
_HAS_JOBS = "SELECT EXISTS (SELECT FROM jobs WHERE queue = $1)"


async def list_queues(session: AsyncSession) -> list[QueueView]:
    """Return every queue a kind or a schedule names, a job is in or somebody decided about, by name."""
    depths = {row.queue: row for row in await fetch_on(session)(_DEPTHS, COUNTED)}
    rows = await session.scalars(select(JobQueue).execution_options(populate_existing=True))
    decided = {row.name: row for row in rows}
    limited = {view.name: view for view in await limits.list_limits(session) if view.scope == "queue"}
    at_least = any(row.counted >= COUNTED for row in depths.values())
    scheduled = await session.scalars(select(Schedule.queue).where(Schedule.queue.is_not(None)).distinct())
    names = {*depths, *decided, *limited, *filter(None, scheduled), *(kind.queue for kind in registered.values())}
    return [_view(name, depths.get(name), decided.get(name), limited.get(name), at_least) for name in sorted(names)]


async def get_queue(session: AsyncSession, name: str) -> QueueView:
    """Return a queue: one a kind or schedule names, a job is in or somebody decided about. QueueNotFound (404)."""
    known = {view.name: view for view in await list_queues(session)}
    if name in known:
        return known[name]
    beyond = name.isprintable() and any(view.at_least for view in known.values())
    if beyond and (await fetch_on(session)(_HAS_JOBS, name))[0][0]:
        return _view(name, None, None, None, at_least=True)
    near = difflib.get_close_matches(name, known, 1)
    raise QueueNotFound(f"There is no queue {name[:200]!r}" + (f"; did you mean {near[0]!r}?" if near else ""))


def _view(name: str, depth: Any, row: JobQueue | None, limit: LimitView | None, at_least: bool) -> QueueView:
    return QueueView(
        name=name,
        state="active" if row is None else row.state,
        fifo=row is not None and row.fifo,
        depth=depth.depth if depth else 0,
        delayed=depth.delayed if depth else 0,
        held=depth.held if depth else 0,
        running=depth.running if depth else 0,
        at_least=at_least,
        oldest_seconds=depth.oldest if depth else None,
        limit=limit,
        reason=row.reason if row else None,
        changed_by=row.changed_by if row else None,
        changed_at=row.changed_at if row else None,
    )


async def pause_queue(
    session: AsyncSession, name: str, *, by: str | None, actor: str | None = None, reason: str | None = None
) -> None:
    """Begin no more jobs of a queue; running ones go on, new ones are taken in. Announces queue.changed.

    ``by`` is shown to people, ``actor`` is the user's id. Raises QueueNotFound (404).
    """
    await get_queue(session, name)
    await _change(session, name, by, actor, state="paused", reason=reason)


async def resume_queue(session: AsyncSession, name: str, *, by: str | None, actor: str | None = None) -> None:
    """Open a paused or draining queue again. Announces queue.changed. Raises QueueNotFound (404)."""
    await get_queue(session, name)
    await _change(session, name, by, actor, state="active", reason=None)


async def drain_queue(
    session: AsyncSession, name: str, *, by: str | None, actor: str | None = None, reason: str | None = None
) -> None:
    """Take no new jobs into a queue and work off those there are. Announces queue.changed. QueueNotFound (404)."""
    await get_queue(session, name)
    await _change(session, name, by, actor, state="draining", reason=reason)


async def order_queue(
    session: AsyncSession, name: str, *, fifo: bool, by: str | None, actor: str | None = None
) -> None:
    """Work a queue off in strict order, or by priority again. Announces queue.changed.

    In strict order one job of a section follows the other by number: a job that failed, or is not due, keeps its place.
    A queue nobody has used yet is there from now on, and may be paused before its first job.
    """
    await _change(session, name, by, actor, fifo=fifo)


async def _change(session: AsyncSession, name: str, by: str | None, actor: str | None, **values: Any) -> None:
    if not 0 < len(name) <= 200 or not name.isprintable():
        raise JobOptionInvalid("a queue's name has 1 to 200 printable characters")
    decided = {**values, "changed_by": by, "changed_at": func.now(), "adopted_at": None}
    again = dict(decided)
    if values.get("reason") is None and values.get("state") in ("paused", "draining"):
        # Asked twice: the reason that was given stands.
        again["reason"] = case((JobQueue.state == values["state"], JobQueue.reason))
    statement = (
        insert(JobQueue)
        .values(name=name, **decided)
        .on_conflict_do_update(index_elements=[JobQueue.name], set_=again)
        .returning(JobQueue.state, JobQueue.fifo, JobQueue.reason)
    )
    state, fifo, kept_reason = (await session.execute(statement)).one()
    for topic in (POLICIES_TOPIC, GATES_TOPIC, READY_TOPIC):
        hint(session, topic)
    publish(
        session,
        QueueChanged(subject_id=name, actor=actor, queue=name, state=state, fifo=fifo, reason=kept_reason),
    )
