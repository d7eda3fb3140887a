"""Ending a job in failure, in one commit with what its kind's owner does about it."""

from typing import Literal

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import clear_alarm, raise_alarm
from app.kernel.bus import hint
from app.modules.jobs import queries
from app.modules.jobs.alarm_ends import STUMBLED
from app.modules.jobs.kinds import exhausted_callbacks, locked_first
from app.modules.jobs.models import FinishedJob, Job
from app.modules.jobs.new_jobs import GATES_TOPIC

# How often an owner that raises is asked again before the job ends without it.
MAX_TRIES = 10
_LONGEST_WAIT_SECONDS = 60.0
# serialization_failure, deadlock_detected, lock_not_available: nobody stumbled, two only met.
_MET = frozenset({"40001", "40P01", "55P03"})


class OwnerStumbled(Exception):
    """What a kind's owner does about a failed job raised; nothing was committed."""


def wait_seconds(tries: int, first_seconds: float) -> float:
    """Return how long to wait before the owner is asked again, after so many tries."""
    return min(_LONGEST_WAIT_SECONDS, first_seconds * 2.0 ** (tries - 1))


async def lock_first(session: AsyncSession, job_id: str) -> None:
    """Lock what whoever cancels this job has locked before it. For those who are about to lock the job."""
    if not locked_first:
        return
    row = (await session.execute(select(Job.kind, Job.incident_id).where(Job.id == job_id))).first()
    if row is not None and row.incident_id is not None and (first := locked_first.get(row.kind)) is not None:
        await first(session, row.incident_id)


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
    await lock_first(session, job_id)
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
            if isinstance(stumble, DBAPIError) and getattr(stumble.orig, "sqlstate", None) in _MET:
                raise
            raise OwnerStumbled(f"{type(stumble).__name__}: {stumble}") from stumble
        await clear_alarm(session, STUMBLED + job.kind)
        return job
    await raise_alarm(
        session,
        STUMBLED + job.kind,
        priority="high",
        title=f"The end of a {job.kind} job could not be dealt with",
        consequence=f"{job_id} ended {state.replace('_', ' ')}; what waits for it was not told and may wait for ever",
        action="Read the log of this job for what was raised, then end what waits for it by hand",
        subject_id=job_id,
        incident_id=job.incident_id,
    )
    return job
