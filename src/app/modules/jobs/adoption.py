"""Jobs that came before a limit, a pause or an order was decided: they are given its gate, and held at it."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.modules.jobs.insertion import fetch_on
from app.modules.jobs.policies import Policies

AT_ONCE = 500

# Running jobs count from now on; queued ones wait for the keeper to let them go, in this same pass if there is room.
_ADOPT = """
UPDATE jobs SET
    gates = ARRAY(
        SELECT gate FROM unnest(coalesce(gates, '{}')
            || CASE WHEN kind = ANY($1::text[]) THEN ARRAY['kind:' || kind] ELSE '{}' END
            || CASE WHEN queue = ANY($2::text[]) THEN ARRAY['queue:' || queue] ELSE '{}' END) AS gate
        GROUP BY gate ORDER BY gate NOT LIKE 'unique:%', gate <> 'after', gate COLLATE "C"),
    state = CASE state WHEN 'queued' THEN 'held' ELSE state END
WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM jobs
    WHERE kind = ANY($1::text[]) AND NOT coalesce(gates, '{}') @> ARRAY['kind:' || kind]
        OR queue = ANY($2::text[]) AND NOT coalesce(gates, '{}') @> ARRAY['queue:' || queue]
    ORDER BY number LIMIT 500 FOR UPDATE SKIP LOCKED
))
"""

# In strict order at most one job of a section may be on its way: a running one, else the first.
_ADOPT_ORDER = """
UPDATE jobs SET state = 'held' WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM jobs
    WHERE state = 'queued' AND gates IS NOT NULL AND id = ANY(ARRAY(
        SELECT id FROM (
            SELECT id, state,
                row_number() OVER (PARTITION BY queue, section ORDER BY state <> 'running', number) AS place
            FROM jobs WHERE state <> 'held' AND gates IS NOT NULL AND queue = ANY($1::text[])
        ) AS line WHERE place > 1 AND state = 'queued' LIMIT 500))
    FOR UPDATE SKIP LOCKED
))
"""

_NOTE_QUEUES = "UPDATE job_queues SET adopted_at = now() WHERE name = ANY($1::text[])"
_NOTE_LIMITS = """
UPDATE job_limits l SET adopted_at = now() FROM unnest($1::text[], $2::text[]) AS n (scope, name)
WHERE l.scope = n.scope AND l.name = n.name
"""


async def adopt(session: AsyncSession, policies: Policies) -> int:
    """Look for jobs older than a decision that was not looked through for yet; return how many were found."""
    queues = [queue for queue in policies.queues.values() if queue.to_adopt]
    limits = [rule for rule in policies.limits.values() if rule.to_adopt]
    if not queues and not limits:
        return 0
    connection = await session.connection()

    async def count(sql: str, *arguments: Sequence[str]) -> int:
        return (await connection.exec_driver_sql(sql, arguments)).rowcount

    kinds = [rule.name for rule in limits if rule.scope == "kind"]
    names = [queue.name for queue in queues] + [rule.name for rule in limits if rule.scope == "queue"]
    in_order = [queue.name for queue in queues if queue.fifo]
    found = await count(_ADOPT, kinds, names) if kinds or names else 0
    found += await count(_ADOPT_ORDER, in_order) if in_order else 0
    if found < AT_ONCE:
        fetch = fetch_on(session)
        await fetch(_NOTE_QUEUES, [queue.name for queue in queues])
        await fetch(_NOTE_LIMITS, [rule.scope for rule in limits], [rule.name for rule in limits])
    return found
