"""Cancelling, repeating and deleting jobs: one, some, or all that fit a filter, in batches of one commit each.

What is done stays done when the rest fails, and doing it again changes nothing that is done: a bulk that was cut off is
simply sent once more.
"""

from collections.abc import Awaitable, Callable, Sequence, Set
from typing import TYPE_CHECKING, Any

import asyncpg
import orjson
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint
from app.kernel.errors import Conflict, Problem
from app.modules.jobs import listing
from app.modules.jobs.cancellation import cancel_these
from app.modules.jobs.errors import JobFilterEmpty, JobNotFinished, JobNotFound, JobOptionInvalid
from app.modules.jobs.insertion import fetch_on, insert
from app.modules.jobs.kinds import registered
from app.modules.jobs.new_jobs import URGENCIES, NewJob, new_job
from app.modules.jobs.policies import Policies, policies_for
from app.modules.jobs.schemas import JobFilter, JobState

if TYPE_CHECKING:
    from app.kernel.node import Node

BATCH = 500
MOST = 10_000
COUNTED = 100_000
_SAMPLE = 10
_LIVE: tuple[JobState, ...] = ("queued", "running")
_TROUBLE: tuple[JobState, ...] = ("failed", "timed_out", "cancelled", "quarantined")
_ENDED: tuple[JobState, ...] = ("succeeded", *_TROUBLE)

Change = Callable[[AsyncSession, Sequence[asyncpg.Record]], Awaitable[int]]

_ORIGINALS = """
SELECT id, number, kind, queue, priority, max_attempts, unique_key, limit_key, incident_id, simulation_id, owner_id,
    payload::text AS payload
FROM finished_jobs WHERE id = ANY($1::text[]) AND finished_at >= $2 AND finished_at <= $3 ORDER BY number
"""
_DELETE = """
WITH gone AS (
    DELETE FROM finished_jobs WHERE id = ANY($1::text[]) AND finished_at >= $2 AND finished_at <= $3 RETURNING id
), attempts AS (
    DELETE FROM job_attempts WHERE job_id = ANY($1::text[]) AND ended_at >= $4 AND ended_at <= $3
), progress AS (
    DELETE FROM job_progress WHERE job_id = ANY($1::text[])
)
SELECT id FROM gone
"""


class BulkFilter(JobFilter):
    """Which jobs: those that fit all of what is given."""

    ids: tuple[str, ...] = Field((), max_length=BATCH, description="These jobs; no other condition beside it")
    all: bool = Field(False, strict=True, description="Every job there is; has to be said")


class JobBulk(BaseModel):
    """What is to be done to many jobs."""

    model_config = ConfigDict(extra="forbid")
    filter: BulkFilter
    dry_run: bool = Field(False, strict=True, description="Only say how many there are, and which are the first")
    limit: int = Field(MOST, strict=True, ge=1, le=MOST, description="Most jobs this request looks at")
    cursor: str | None = Field(None, max_length=400, description="`next_cursor` of the request before: go on there")


class BulkDone(BaseModel):
    """What came of it."""

    matched: int = Field(description="Jobs that fit, from the cursor on; counted up to 100,000")
    done: int = Field(description="Jobs this request changed; 0 in a rehearsal")
    sample: list[str] = Field(description="The first of them")
    next_cursor: str | None = Field(None, description="There are more: send the same with this cursor")


async def cancel_many(node: "Node", wanted: JobBulk) -> BulkDone:
    """Cancel jobs that wait or run. Raises JobFilterEmpty (422)."""
    if wanted.filter.ids:
        return await _of_these(node, wanted, _cancel, live=True, apart=_parts())
    return await _in_batches(node, wanted, _LIVE, _LIVE, _cancel)


async def retry_many(node: "Node", wanted: JobBulk) -> BulkDone:
    """Repeat ended jobs, those that did not succeed unless the filter says otherwise. Raises JobFilterEmpty (422).

    What Stormbell makes itself, such as mail, is left out unless the filter names its kind, or the jobs.
    """
    given = wanted.filter
    if given.ids:
        return await _of_these(node, wanted, lambda session, rows: _retry(session, rows, given), apart=_parts())
    return await _in_batches(node, wanted, _TROUBLE, _ENDED, lambda session, rows: _retry(session, rows, given))


async def delete_many(node: "Node", wanted: JobBulk) -> BulkDone:
    """Delete ended jobs with all that is kept of them. Raises JobFilterEmpty (422)."""
    if wanted.filter.ids:
        return await _of_these(node, wanted, _delete)
    return await _in_batches(node, wanted, _ENDED, _ENDED, _delete)


async def retry(session: AsyncSession, job_id: str) -> str:
    """Repeat an ended job as a new one, whose origin it is, and return its id. Twice is the same as once.

    Raises JobNotFound (404), JobNotFinished (409), Conflict (409) for a part of something that is repeated as a whole.
    """
    row = await _ended(session, job_id)
    kind = registered.get(row["kind"])
    if kind is not None and kind.cancelled_with is not None:
        raise Conflict(f"A {kind.name} job is part of {kind.cancelled_with} and is not repeated without it")
    originals = await fetch_on(session)(_ORIGINALS, [job_id], row["finished_at"], row["finished_at"])
    [outcome] = await _repeat(session, originals)
    if isinstance(outcome, Problem):
        raise outcome
    return outcome


async def delete(session: AsyncSession, job_id: str) -> None:
    """Delete an ended job. Raises JobNotFound (404), JobNotFinished (409)."""
    await _delete(session, [await _ended(session, job_id)])


async def _in_batches(
    node: "Node",
    wanted: JobBulk,
    states: Sequence[JobState],
    possible: Sequence[JobState],
    change: Change,
) -> BulkDone:
    given = wanted.filter
    if given.all is (given != BulkFilter(all=given.all)):
        raise JobFilterEmpty(
            "all and other conditions exclude one another" if given.all else "name a condition, or say all: true"
        )
    chosen = tuple(state for state in given.state if state in possible) if given.state else tuple(states)
    if not chosen:
        raise JobFilterEmpty(f"this is for jobs that are {', '.join(possible)}")
    narrowed = JobFilter(**{**given.model_dump(exclude={"all", "ids"}), "state": chosen})
    matched = await listing.count(node, narrowed, COUNTED)
    cursor, looked_at, done = wanted.cursor, 0, 0
    sample: list[str] = []
    more = True
    while more and looked_at < wanted.limit:
        size = min(BATCH, wanted.limit - looked_at)
        rows = await listing.page_rows(node, narrowed, cursor=cursor, limit=size)
        more = len(rows) == size
        if not rows:
            break
        looked_at += len(rows)
        sample += _ids(rows[: _SAMPLE - len(sample)])
        if wanted.dry_run:
            return BulkDone(matched=matched, done=0, sample=sample)
        async with node.database.transaction() as session:
            done += await change(session, rows)
        cursor = listing.cursor_after(rows[-1])
    return BulkDone(matched=matched, done=done, sample=sample, next_cursor=cursor if more else None)


async def _of_these(
    node: "Node", wanted: JobBulk, change: Change, *, live: bool = False, apart: Set[str] = frozenset()
) -> BulkDone:
    """Change the jobs somebody chose: those that are live, or have ended, and are not of a kind that stands apart."""
    if wanted.filter != BulkFilter(ids=wanted.filter.ids):
        raise JobOptionInvalid("ids and other conditions exclude one another: the jobs are chosen already")
    found = await listing.rows_of(node, wanted.filter.ids)
    rows = [row for row in found if (row["finished_at"] is None) is live and row["kind"] not in apart]
    done = 0
    if rows and not wanted.dry_run:
        async with node.database.transaction() as session:
            done = await change(session, rows)
    return BulkDone(matched=len(rows), done=done, sample=_ids(rows[:_SAMPLE]))


def _parts() -> set[str]:
    """Return the kinds whose jobs are part of something that is cancelled and repeated as a whole."""
    return {kind.name for kind in registered.values() if kind.cancelled_with is not None}


async def _cancel(session: AsyncSession, rows: Sequence[asyncpg.Record]) -> int:
    return await cancel_these(session, _ids(rows))


async def _retry(session: AsyncSession, rows: Sequence[asyncpg.Record], given: BulkFilter) -> int:
    whole = _parts()
    if not given.ids:
        whole |= {kind.name for kind in registered.values() if not (kind.submittable or kind.name == given.kind)}
    alone = [row for row in rows if row["kind"] not in whole]
    if not alone:
        return 0
    outcomes = await _repeat(session, await fetch_on(session)(_ORIGINALS, _ids(alone), *_span(alone)))
    # What its kind does not take any more stays as it ended; the others are not its fault.
    return sum(isinstance(outcome, str) for outcome in outcomes)


async def _repeat(session: AsyncSession, originals: Sequence[Any]) -> list[str | Problem]:
    """Queue the same work again; return each new job's id, or why there is none."""
    policies = await policies_for(session)
    rows: list[NewJob] = []
    refused: list[str | Problem] = []
    for original in originals:
        try:
            rows.append(_again(policies, original))
        except Problem as problem:
            refused.append(problem)
    outcomes = await insert(fetch_on(session), rows) if rows else []
    for topic in {topic for row in rows for topic in row.topics}:
        hint(session, topic)
    return refused + outcomes


def _again(policies: Policies, original: Any) -> NewJob:
    urgency, least = min(URGENCIES.items(), key=lambda item: abs(item[1] - original.priority))
    return new_job(
        policies,
        original.kind,
        orjson.loads(original.payload),
        queue=original.queue,
        urgency=urgency,
        priority=original.priority - least,
        max_attempts=original.max_attempts,
        unique_key=original.unique_key,
        limit_key=original.limit_key,
        # Whoever repeats it again gets the same new job, and so does a bulk that was cut off.
        idempotency_key=None if original.unique_key is not None else f"retry:{original.id}",
        incident_id=original.incident_id,
        simulation_id=original.simulation_id,
        origin=original.id,
        owner_id=original.owner_id,
    )


async def _delete(session: AsyncSession, rows: Sequence[asyncpg.Record]) -> int:
    await session.execute(select(func.set_config("stormbell.retention", "on", True)))
    made = min(row["created_at"] for row in rows)
    return len(await fetch_on(session)(_DELETE, _ids(rows), *_span(rows), made))


async def _ended(session: AsyncSession, job_id: str) -> asyncpg.Record:
    row = await listing.row_of(session, job_id)
    if row is None:
        raise JobNotFound(f"There is no job {job_id}")
    if row["finished_at"] is None:
        raise JobNotFinished(f"{job_id} has not ended; cancel it first")
    return row


def _ids(rows: Sequence[asyncpg.Record]) -> list[str]:
    return [row["id"] for row in rows]


def _span(rows: Sequence[asyncpg.Record]) -> tuple[Any, Any]:
    """Return the first and the last end: the days that have to be looked at."""
    ends = [row["finished_at"] for row in rows]
    return min(ends), max(ends)
