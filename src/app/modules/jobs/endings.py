"""Ending a job in failure, in one commit with what its kind's owner does about it."""

from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint
from app.modules.jobs import queries
from app.modules.jobs.kinds import exhausted_callbacks
from app.modules.jobs.models import FinishedJob
from app.modules.jobs.new_jobs import GATES_TOPIC


async def end_in_failure(
    session: AsyncSession,
    job_id: str,
    attempt: int,
    state: Literal["failed", "timed_out", "quarantined"],
    error: str,
) -> FinishedJob | None:
    """End the job and call its kind's callback; ``None`` when that attempt no longer owns it."""
    connection = await session.connection()
    ended = await connection.exec_driver_sql(queries.FINISH, ([job_id], [attempt], [state], [error], "running", [None]))
    row = ended.first()
    if row is None:
        return None
    if row.watched:
        hint(session, GATES_TOPIC)
    job = await session.get_one(FinishedJob, job_id)
    callback = exhausted_callbacks.get(job.kind)
    if callback is not None:
        await callback(session, job)
    return job
