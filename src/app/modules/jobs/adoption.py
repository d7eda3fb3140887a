"""Jobs that came before a limit, a pause or an order was decided: they are given its gate, and held at it."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.modules.jobs.insertion import fetch_on
from app.modules.jobs.policies import Policies

AT_ONCE = 500

# Running jobs count from now on; queued ones wait for the keeper to let them go, in this same pass if there is room.
_LACKS = """(kind = ANY($1::text[]) AND NOT coalesce(gates, '{}') @> ARRAY['kind:' || kind]
            OR queue = ANY($2::text[]) AND NOT coalesce(gates, '{}') @> ARRAY['queue:' || queue])"""
_ADOPT = """
UPDATE jobs SET
    gates = ARRAY(
        SELECT gate FROM unnest(coalesce(gates, '{}')
            || CASE WHEN kind = ANY($1::text[]) THEN ARRAY['kind:' || kind] ELSE '{}' END
            || CASE WHEN queue = ANY($2::text[]) THEN ARRAY['queue:' || queue] ELSE '{}' END) AS gate
        GROUP BY gate ORDER BY gate NOT LIKE 'unique:%', gate <> 'after', gate COLLATE "C"),
    state = CASE state WHEN 'queued' THEN 'held' ELSE state END
WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM (
        SELECT * FROM (
            SELECT ctid, number FROM jobs WHERE state <> 'running' AND number > $3 AND {LACKS}
            ORDER BY number LIMIT 500 FOR UPDATE SKIP LOCKED
        ) AS waiting
        UNION ALL
        SELECT * FROM (
            SELECT ctid, number FROM jobs WHERE state = 'running' AND number > $3 AND {LACKS}
            ORDER BY number + 0 LIMIT 500 FOR UPDATE SKIP LOCKED
        ) AS running
    ) AS found ORDER BY number LIMIT 500
))
RETURNING number
""".replace("{LACKS}", _LACKS)

# In strict order at most one job of a section may be on its way: a running one, else the first.
_ADOPT_ORDER = """
UPDATE jobs SET state = 'held' WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM jobs
    WHERE state = 'queued' AND gates IS NOT NULL AND id = ANY(ARRAY(
        SELECT id FROM (
            SELECT id, state,
                row_number() OVER (PARTITION BY queue, number % 512 ORDER BY state <> 'running', number) AS place
            FROM jobs WHERE state <> 'held' AND gates IS NOT NULL AND queue = ANY($1::text[])
        ) AS line WHERE place > 1 AND state = 'queued' LIMIT 500))
    FOR UPDATE SKIP LOCKED
))
RETURNING number
"""

_NOTE_QUEUES = "UPDATE job_queues SET adopted_at = now() WHERE name = ANY($1::text[])"
_NOTE_LIMITS = """
UPDATE job_limits l SET adopted_at = now() FROM unnest($1::text[], $2::text[]) AS n (scope, name)
WHERE l.scope = n.scope AND l.name = n.name
"""


@dataclass
class Adoption:
    """One keeper's way through the jobs, by number: each pass goes on where the one before ended."""

    _sought: tuple[list[str], list[str]] | None = None
    _reached: int = 0

    async def run(self, session: AsyncSession, policies: Policies) -> int:
        """Look for jobs older than a decision that was not looked through for yet; return 0 when all are found."""
        queues = [queue for queue in policies.queues.values() if queue.to_adopt]
        limits = [rule for rule in policies.limits.values() if rule.to_adopt]
        if not queues and not limits:
            return 0
        fetch = fetch_on(session)
        kinds = sorted(rule.name for rule in limits if rule.scope == "kind")
        names = sorted([q.name for q in queues] + [rule.name for rule in limits if rule.scope == "queue"])
        in_order = [queue.name for queue in queues if queue.fifo]
        if (kinds, names) != self._sought:
            self._sought, self._reached = (kinds, names), 0
        began_at = self._reached
        numbers = [row[0] for row in await fetch(_ADOPT, kinds, names, began_at)] if kinds or names else []
        self._reached = max(numbers) if len(numbers) == AT_ONCE else 0
        found = len(numbers) + (len(await fetch(_ADOPT_ORDER, in_order)) if in_order else 0)
        if found < AT_ONCE and began_at:
            return max(1, found)  # once more from the first: some were locked, and a pass may have been undone
        if found < AT_ONCE:
            await fetch(_NOTE_QUEUES, [queue.name for queue in queues])
            await fetch(_NOTE_LIMITS, [rule.scope for rule in limits], [rule.name for rule in limits])
        return found
