"""Ending a job in failure, in one commit with what its kind's owner does about it."""

from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import raise_alarm
from app.kernel.bus import hint
from app.modules.jobs import queries
from app.modules.jobs.kinds import exhausted_callbacks
from app.modules.jobs.models import FinishedJob
from app.modules.jobs.new_jobs import GATES_TOPIC

# How often an owner that raises is asked again before the job ends without it.
MAX_TRIES = 10
_LONGEST_WAIT_SECONDS = 60.0


class OwnerStumbled(Exception):
    """What a kind's owner does about a failed job raised; nothing was committed."""


def wait_seconds(tries: int, first_seconds: float) -> float:
    """Return how long to wait before the owner is asked again, after so many tries."""
    return min(_LONGEST_WAIT_SECONDS, first_seconds * 2.0 ** (tries - 1))


async def end_in_failure(
    session: AsyncSession,
    job_id: str,
    attempt: int | None,
    state: Literal["failed", "timed_out", "quarantined"],
    error: str,
    *,
    tries: int = 0,
    was: Literal["queued", "held", "running"] = "running",
) -> FinishedJob | None:
    """End the job and call its kind's callback; ``None`` when that attempt no longer owns it.

    Raises OwnerStumbled when the callback raises. After ``MAX_TRIES`` of those it is left out and an alarm raised.
    """
    connection = await session.connection()
    ended = (
        await connection.exec_driver_sql(queries.FINISH, ([job_id], [attempt], [state], [error], was, [None]))
    ).first()
    if ended is None:
        return None
    if ended.watched:
        hint(session, GATES_TOPIC)
    job = await session.get_one(FinishedJob, job_id)
    callback = exhausted_callbacks.get(job.kind)
    if callback is None:
        return job
    if tries < MAX_TRIES:
        try:
            await callback(session, job)
        except Exception as stumble:
            raise OwnerStumbled(f"{type(stumble).__name__}: {stumble}") from stumble
        return job
    await raise_alarm(
        session,
        f"jobs.owner_stumbled.{job.kind}",
        priority="high",
        title=f"The end of a {job.kind} job could not be dealt with",
        consequence=f"{job_id} ended {state.replace('_', ' ')}; what waits for it was not told and may wait for ever",
        action="Read the log of this job for what was raised, then end what waits for it by hand",
        subject_id=job_id,
        incident_id=job.incident_id,
    )
    return job
