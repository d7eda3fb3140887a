"""Jobs that are followed together: opened, filled, sealed; when the last one has ended, a callback job is queued."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.belongings import as_service
from app.kernel.bus import hint, publish
from app.kernel.ids import new_id
from app.kernel.paging import Page, page_of
from app.modules.jobs import callbacks
from app.modules.jobs.cancellation import cancel_where
from app.modules.jobs.errors import BatchNameAmbiguous, BatchNotFound
from app.modules.jobs.events import BatchFinished
from app.modules.jobs.insertion import fetch_on
from app.modules.jobs.models import JobBatch
from app.modules.jobs.new_jobs import GATES_TOPIC, payload_json
from app.modules.jobs.queue_schemas import BatchView

_LIVE = """
SELECT batch_id, count(*) AS live, count(*) FILTER (WHERE state = 'running') AS running
FROM jobs WHERE batch_id = ANY($1::text[]) GROUP BY batch_id
"""
# What is live, what has ended and is counted, and what has ended and is not counted yet: one snapshot of all three.
_TOTAL = """
SELECT (SELECT count(*) FROM jobs WHERE batch_id = $1) + (SELECT count(*) FROM job_endings WHERE batch_id = $1)
    + (SELECT ended_count FROM job_batches WHERE id = $1)
"""

_HEAD = """
SELECT number, job_id, batch_id, state FROM job_endings e
WHERE NOT EXISTS (SELECT FROM job_dependencies d WHERE d.after_id = e.job_id) ORDER BY number LIMIT 1000
"""
# A batch somebody is sealing is left alone, and so are the ends of its jobs.
_LOCK = "SELECT id, counts::text FROM job_batches WHERE id = ANY($1::text[]) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"
_KNOWN = "SELECT id FROM job_batches WHERE id = ANY($1::text[])"
_COUNT = """
UPDATE job_batches b SET ended_count = ended_count + n.ended, counts = (
        SELECT jsonb_object_agg(state, sum) FROM (
            SELECT state, sum(count::int) FROM (
                SELECT * FROM jsonb_each_text(b.counts) UNION ALL SELECT * FROM jsonb_each_text(n.counts::jsonb)
            ) AS added (state, count) GROUP BY state) AS sums)
FROM unnest($1::text[], $2::int[], $3::text[]) AS n (id, ended, counts) WHERE b.id = n.id
"""
_TOLD = "DELETE FROM job_endings WHERE number = ANY($1::bigint[])"
_NAMED = 10  # of batches with one name so many are told
_COMPLETE = """
SELECT id FROM job_batches WHERE finished_at IS NULL AND sealed_at IS NOT NULL AND ended_count >= total
ORDER BY id LIMIT 100 FOR NO KEY UPDATE SKIP LOCKED
"""


async def id_of(session: AsyncSession, name: str) -> str:
    """Return the id of a batch: of the one that has this id or, by its name, the one that goes on, else the newest.

    Raises BatchNotFound (404), BatchNameAmbiguous (409) when several of that name go on.
    """
    if await session.get(JobBatch, name) is not None:
        return name
    named = (
        select(JobBatch.id, JobBatch.finished_at)
        .where(JobBatch.name == name)
        .order_by(JobBatch.finished_at.is_not(None), JobBatch.created_at.desc(), JobBatch.id.desc())
        .limit(_NAMED)
    )
    found = (await session.execute(named)).all()
    if not found:
        raise BatchNotFound(f"There is no batch {name[:200]!r}")
    going = [row.id for row in found if row.finished_at is None]
    if len(going) > 1:
        raise BatchNameAmbiguous(f"Several batches called {name} have not finished: {', '.join(going)}")
    return str(found[0].id)


async def open_batch(
    session: AsyncSession,
    name: str,
    *,
    callback_kind: str | None = None,
    callback_payload: dict[str, Any] | None = None,
    created_by: str | None = None,
    owner_id: str | None = None,
) -> str:
    """Open a batch and return its id; jobs join it by ``batch_id`` until it is sealed.

    The callback job is given ``callback_payload`` and the members ``batch_id``, ``total`` and ``counts`` (ended jobs by
    final state). Raises JobPayloadInvalid (422) when its kind does not take that.
    """
    batch_id = new_id("bat")
    if callback_kind is not None:
        payload_json(callback_kind, callbacks.payload_of(callback_payload, batch_id, 0, {}))
    session.add(
        JobBatch(
            id=batch_id,
            name=name,
            callback_kind=callback_kind,
            callback_payload=callback_payload,
            created_by=created_by,
            owner_id=owner_id,
        )
    )
    await session.flush()
    return batch_id


async def seal(session: AsyncSession, batch_id: str) -> None:
    """Take no more jobs: when all there are have ended, the batch has finished. Sealing twice is the same as once.

    Waits for transactions that are adding to it. Raises BatchNotFound (404).
    """
    batch = await session.scalar(
        select(JobBatch).where(JobBatch.id == batch_id).with_for_update().execution_options(populate_existing=True)
    )
    if batch is None:
        raise BatchNotFound(f"There is no batch {batch_id}")
    if batch.sealed_at is None:
        async with as_service(session):  # jobs that others added, and the caller does not see, are of the batch too
            total = (await fetch_on(session)(_TOTAL, batch_id))[0][0]
        batch.total = total
        batch.sealed_at = func.now()
        await session.flush()
        await session.refresh(batch)
        hint(session, GATES_TOPIC)


async def cancel_batch(session: AsyncSession, batch_id: str) -> int:
    """Seal a batch and cancel its live jobs; return how many there were. Raises BatchNotFound (404).

    One that has finished and whose callback is refused calls nobody back any more.
    """
    await seal(session, batch_id)
    await callbacks.give_up(session, batch_id)
    return await cancel_where(session, batch_id=batch_id)


async def get_batch(session: AsyncSession, batch_id: str) -> BatchView:
    """Return a batch and how far it has come. Raises BatchNotFound (404)."""
    batch = await session.get(JobBatch, batch_id)
    if batch is None:
        raise BatchNotFound(f"There is no batch {batch_id}")
    [view] = await _views(session, [batch])
    return view


async def list_batches(session: AsyncSession, *, cursor: str | None = None, limit: int = 50) -> Page[BatchView]:
    """Return a page of batches, newest first. Raises BadRequest (400) for a foreign cursor."""
    rows: list[JobBatch]
    rows, next_cursor = await page_of(
        session, select(JobBatch), [JobBatch.created_at, JobBatch.id], cursor=cursor, limit=limit
    )
    return Page(items=await _views(session, rows), next_cursor=next_cursor)


async def _views(session: AsyncSession, batches: Sequence[JobBatch]) -> list[BatchView]:
    going = [batch.id for batch in batches if batch.finished_at is None]
    async with as_service(session):
        live = {row[0]: row for row in await fetch_on(session)(_LIVE, going)} if going else {}
    views: list[BatchView] = []
    for batch in batches:
        row = live.get(batch.id)
        live_count = row.live if row is not None else 0
        # Ends that are not counted yet are missing here for a moment; the total of a sealed batch is exact.
        total = batch.total if batch.sealed_at is not None else live_count + batch.ended_count
        ended = batch.ended_count if batch.finished_at is not None else max(0, total - live_count)
        views.append(
            BatchView(
                id=batch.id,
                name=batch.name,
                state="finished" if batch.finished_at else "sealed" if batch.sealed_at else "open",
                total=total,
                ended=ended,
                running=row.running if row is not None else 0,
                counts=batch.counts,
                fraction=ended / total if total else None,
                callback_kind=batch.callback_kind,
                callback_job_id=batch.callback_job_id,
                created_by=batch.created_by,
                owner_id=batch.owner_id,
                created_at=batch.created_at,
                sealed_at=batch.sealed_at,
                finished_at=batch.finished_at,
            )
        )
    return views


async def count_ends(session: AsyncSession) -> tuple[int, bool]:
    """Count the ends of batches' jobs; return how many were, and whether some were left for the next pass.

    An end is forgotten once nobody depends on that job any more and its batch has counted it.
    """
    fetch = fetch_on(session)
    head = await fetch(_HEAD)
    if not head:
        return 0, False
    batch_ids = sorted({row.batch_id for row in head if row.batch_id is not None})
    locked = {row[0] for row in await fetch(_LOCK, batch_ids)} if batch_ids else set()
    known = {row[0] for row in await fetch(_KNOWN, batch_ids)} if batch_ids else set()
    told = [row for row in head if row.batch_id is None or row.batch_id in locked or row.batch_id not in known]
    counts: dict[str, Counter[str]] = {}
    for row in told:
        if row.batch_id in locked:
            counts.setdefault(row.batch_id, Counter())[row.state] += 1
    if counts:
        documents = ["{" + ",".join(f'"{state}":{n}' for state, n in c.items()) + "}" for c in counts.values()]
        await fetch(_COUNT, list(counts), [c.total() for c in counts.values()], documents)
    await fetch(_TOLD, [row.number for row in told])
    return len(told), len(told) < len(head)


async def complete(session: AsyncSession) -> int:
    """Finish the batches whose last job has ended: final counts, callback job and job_batch.finished in one commit."""
    ids = [row[0] for row in await fetch_on(session)(_COMPLETE)]
    for batch in await session.scalars(select(JobBatch).where(JobBatch.id.in_(ids)).order_by(JobBatch.id)):
        await _finish(session, batch)
    await session.flush()
    return len(ids)


async def _finish(session: AsyncSession, batch: JobBatch) -> None:
    batch.finished_at = func.now()
    await callbacks.call_back(session, batch)
    publish(
        session,
        BatchFinished(
            subject_id=batch.id,
            name=batch.name,
            total=batch.total,
            counts=dict(batch.counts),
            callback_job_id=batch.callback_job_id,
        ),
    )
