"""The job a batch ends with: queued when its last job has ended, and asked for again while it is refused."""

from typing import Any

import structlog
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import Alarm, clear_alarm, raise_alarm
from app.kernel.errors import Problem
from app.modules.jobs.enqueueing import enqueue
from app.modules.jobs.models import JobBatch

log = structlog.get_logger(__name__)

ALARM = "jobs.callback."
AGAIN_SECONDS = 10.0
_AT_ONCE = 100
UNTOLD: ColumnElement[bool] = (
    JobBatch.finished_at.is_not(None) & JobBatch.callback_kind.is_not(None) & JobBatch.callback_job_id.is_(None)
)


def payload_of(given: dict[str, Any] | None, batch_id: str, total: int, counts: dict[str, int]) -> dict[str, Any]:
    """Return what a callback job is given."""
    return {**(given or {}), "batch_id": batch_id, "total": total, "counts": counts}


async def call_back(session: AsyncSession, batch: JobBatch) -> None:
    """Queue a finished batch's callback, if it has one. Refused, it stays due, and an alarm says so."""
    if batch.callback_kind is None:
        return
    payload = payload_of(batch.callback_payload, batch.id, batch.total, batch.counts)
    try:
        batch.callback_job_id = await enqueue(
            session, batch.callback_kind, payload, urgency="high", origin=batch.id, owner_id=batch.owner_id
        )
    except Problem as problem:  # its kind, or its queue, was changed since the batch was opened
        if await _is_open(session, batch.id):
            return
        log.error("callback of a batch could not be queued", batch_id=batch.id, error=str(problem))
        await raise_alarm(
            session,
            ALARM + batch.id,
            priority="high",
            title=f"The callback of batch {batch.name} could not be queued",
            consequence=f"All its jobs have ended, and nobody was told: {problem}",
            action=f"Mend that: it is tried again every {AGAIN_SECONDS:g} s. To have nobody told, cancel the batch",
            subject_id=batch.id,
        )
    else:
        await clear_alarm(session, ALARM + batch.id)


async def call_again(session: AsyncSession) -> None:
    """Queue the callbacks that were refused, as far as they are not any more."""
    due = select(JobBatch).where(UNTOLD).order_by(JobBatch.finished_at.desc()).limit(_AT_ONCE)
    for batch in await session.scalars(due.with_for_update(skip_locked=True)):
        await call_back(session, batch)


async def give_up(session: AsyncSession, batch_id: str) -> None:
    """Have nobody told of the end of a batch whose callback was refused."""
    batch = await session.scalar(select(JobBatch).where(JobBatch.id == batch_id, UNTOLD).with_for_update())
    if batch is not None:
        batch.callback_kind = None
        await session.flush()
        await clear_alarm(session, ALARM + batch_id)


async def _is_open(session: AsyncSession, batch_id: str) -> bool:
    found = await session.scalar(select(Alarm.id).where(Alarm.key == ALARM + batch_id, Alarm.cleared_at.is_(None)))
    return found is not None
