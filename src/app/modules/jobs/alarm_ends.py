"""When what the queue raised an alarm about is over: what a person does about it is seen in the tables, not told."""

from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import clear_alarm
from app.modules.jobs.callbacks import ALARM as CALLBACK
from app.modules.jobs.callbacks import UNTOLD
from app.modules.jobs.insertion import Fetch, fetch_on
from app.modules.jobs.kinds import exhausted_callbacks
from app.modules.jobs.models import JobBatch

QUARANTINED = "jobs.quarantined."
STUMBLED = "jobs.owner_stumbled."

# Locked, so that of several nodes one says that it is over.
_OPEN = """
SELECT key, subject_id, raised_at, last_raised_at < now() - interval '1 day' AS is_quiet
FROM alarms WHERE cleared_at IS NULL AND key LIKE 'jobs.%' ORDER BY key FOR UPDATE SKIP LOCKED
"""
# Is there one among these that nobody has repeated? A deleted or forgotten one is not there any more.
_LEFT = """
SELECT EXISTS (
    SELECT FROM finished_jobs AS f WHERE {which} AND finished_at >= $1
        AND NOT EXISTS (SELECT FROM jobs WHERE origin IS NOT NULL AND split_part(origin, '@', 1) = f.id)
        AND NOT EXISTS (SELECT FROM finished_jobs AS again WHERE again.finished_at >= $1
            AND again.origin IS NOT NULL AND split_part(again.origin, '@', 1) = f.id)
)
"""
_LEFT_OF_KIND = _LEFT.format(which="kind = $2 AND state = 'quarantined' AND state <> 'succeeded'")
_LEFT_ONE = _LEFT.format(which="id = $2")


async def settle(session: AsyncSession) -> None:
    """Clear the alarms about jobs that were repeated, deleted or forgotten since, and about callbacks nobody waits for.

    A kind with an owner is repeated by that one, in ways that are not seen here: its alarm goes a day after the last
    job that was set aside.
    """
    fetch = fetch_on(session)
    for alarm in await fetch(_OPEN):
        if await _is_over(session, fetch, alarm):
            await clear_alarm(session, alarm.key)


async def _is_over(session: AsyncSession, fetch: Fetch, alarm: Any) -> bool:
    if alarm.key.startswith(QUARANTINED):
        kind = alarm.key.removeprefix(QUARANTINED)
        owned_and_quiet = kind in exhausted_callbacks and alarm.is_quiet
        return owned_and_quiet or not (await fetch(_LEFT_OF_KIND, alarm.raised_at, kind))[0][0]
    if alarm.key.startswith(STUMBLED):
        return not (await fetch(_LEFT_ONE, alarm.raised_at, alarm.subject_id))[0][0]
    if alarm.key.startswith(CALLBACK):
        untold = exists().where(JobBatch.id == alarm.key.removeprefix(CALLBACK), UNTOLD)
        return not await session.scalar(select(untold))
    return False
