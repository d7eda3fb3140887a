"""Jobs that wait for others: let go when the last of those has ended, cancelled when one did not succeed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint
from app.modules.jobs import queries
from app.modules.jobs.insertion import Fetch, fetch_on
from app.modules.jobs.new_jobs import DELAYED_TOPIC, READY_TOPIC

AT_ONCE = 500
_ERROR_CHARACTERS = 300

_NEW = "SELECT job_id, after_id, on_failure FROM job_dependencies WHERE NOT noted ORDER BY job_id LIMIT 500"
# One that is locked is ending at this moment, or will be followed in the next pass.
_FOLLOW = """
UPDATE jobs SET followed = true WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM jobs WHERE id = ANY($1::text[]) AND NOT followed FOR UPDATE SKIP LOCKED
))
RETURNING 1
"""
_PARENTS = """
SELECT id, NULL AS state, followed FROM jobs WHERE id = ANY($1::text[])
UNION ALL SELECT id, state, true FROM finished_jobs WHERE id = ANY($1::text[])
"""
_NOTE = """
UPDATE job_dependencies d SET noted = true FROM unnest($1::text[], $2::text[]) AS n (job_id, after_id)
WHERE d.job_id = n.job_id AND d.after_id = n.after_id
"""

_ENDED = """
SELECT d.job_id, d.after_id, d.on_failure, e.state
FROM (SELECT job_id, state FROM job_endings ORDER BY number LIMIT 1000) AS e
    JOIN job_dependencies d ON d.after_id = e.job_id
ORDER BY d.job_id LIMIT 500
"""

_LOCK = "SELECT id FROM jobs WHERE id = ANY($1::text[]) AND state = 'held' ORDER BY id FOR UPDATE SKIP LOCKED"
_LIVE = "SELECT id FROM jobs WHERE id = ANY($1::text[])"
_ERRORS = "SELECT id, error FROM finished_jobs WHERE id = ANY($1::text[])"
_FORGET = """
DELETE FROM job_dependencies d USING unnest($1::text[], $2::text[]) AS n (job_id, after_id)
WHERE d.job_id = n.job_id AND d.after_id = n.after_id
"""
FORGET_ALL = "DELETE FROM job_dependencies WHERE job_id = ANY($1::text[])"
_LET_GO = """
UPDATE jobs SET gates = nullif(array_remove(gates, 'after'), '{}'),
    state = CASE WHEN cardinality(array_remove(gates, 'after')) = 0 THEN 'queued' ELSE 'held' END
WHERE id = ANY($1::text[]) AND state = 'held'
    AND NOT EXISTS (SELECT FROM job_dependencies d WHERE d.job_id = jobs.id)
"""


async def follow(session: AsyncSession) -> tuple[int, bool]:
    """Follow what new dependents wait for; return how many were looked at, and whether some have to be looked at again.

    Whoever enqueues a dependent locks nothing: the job it waits for may end while that transaction is open.
    """
    fetch = fetch_on(session)
    pairs = await fetch(_NEW)
    if not pairs:
        return 0, False
    after_ids = sorted({pair.after_id for pair in pairs})
    if await fetch(_FOLLOW, after_ids):
        hint(session, READY_TOPIC)  # whoever claimed meanwhile has passed over them, because they were locked
    # A statement of its own: what was followed here has not ended, what has ended is seen.
    parents = {row.id: row for row in await fetch(_PARENTS, after_ids)}
    noted = [
        pair for pair in pairs if (parent := parents.get(pair.after_id)) and parent.state is None and parent.followed
    ]
    if noted:
        await fetch(_NOTE, [pair.job_id for pair in noted], [pair.after_id for pair in noted])
    ended: list[tuple[str, str, str, str]] = []
    for pair in pairs:
        parent = parents.get(pair.after_id)
        if parent is None or parent.state is not None:
            ended.append((pair.job_id, pair.after_id, pair.on_failure, "forgotten" if parent is None else parent.state))
    resolved = await _resolve(session, fetch, ended) if ended else 0
    done = len(noted) + resolved
    return done, done < len(pairs)


async def resolve(session: AsyncSession) -> tuple[int, bool]:
    """Draw the consequences of ends for those who waited; return as :func:`follow` does."""
    fetch = fetch_on(session)
    ended = [tuple(row) for row in await fetch(_ENDED)]
    resolved = await _resolve(session, fetch, ended) if ended else 0
    return resolved, resolved < len(ended)


async def _resolve(session: AsyncSession, fetch: Fetch, ended: Sequence[tuple[Any, ...]]) -> int:
    job_ids = sorted({job_id for job_id, *_ in ended})
    locked = {row[0] for row in await fetch(_LOCK, job_ids)}
    # Cancelled or expired meanwhile, and so waiting for nothing; what is locked by others is left for the next pass.
    gone = set(job_ids) - {row[0] for row in await fetch(_LIVE, job_ids)}
    mine = [entry for entry in ended if entry[0] in locked or entry[0] in gone]
    failed: dict[str, tuple[str, str]] = {}
    for job_id, after_id, on_failure, state in mine:
        if job_id in locked and on_failure == "cancel" and state != "succeeded":
            failed.setdefault(job_id, (after_id, state))
    if failed:
        await _cancel(fetch, failed)
    if mine:
        await fetch(_FORGET, [entry[0] for entry in mine], [entry[1] for entry in mine])
        await fetch(_LET_GO, sorted({entry[0] for entry in mine} - set(failed)))
        hint(session, READY_TOPIC)
        hint(session, DELAYED_TOPIC)
    return len(mine)


async def _cancel(fetch: Fetch, failed: dict[str, tuple[str, str]]) -> None:
    errors = {row[0]: row[1] for row in await fetch(_ERRORS, sorted({after_id for after_id, _ in failed.values()}))}
    job_ids = sorted(failed)
    texts: list[str] = []
    for job_id in job_ids:
        after_id, state = failed[job_id]
        text = "it was to run after " + after_id
        if state == "forgotten":
            text += ", which is not there any more"
        else:
            text += f", which {'was ' if state in ('cancelled', 'quarantined') else 'has '}{state.replace('_', ' ')}"
            if errors.get(after_id):
                text += f": {errors[after_id][:_ERROR_CHARACTERS]}"
        texts.append(text)
    none = [None] * len(job_ids)
    await fetch(queries.FINISH, job_ids, none, ["cancelled"] * len(job_ids), texts, "held", none)
    await fetch(FORGET_ALL, job_ids)
