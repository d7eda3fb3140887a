"""Letting held jobs go: which may, when every limit is counted over all nodes.

Only the keeper puts a job with gates into the queue, and it does so one pass at a time. Between two passes the jobs
that count can only become fewer, so what it counts is never too small and no limit is ever exceeded.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint
from app.modules.jobs.allowances import Allowances
from app.modules.jobs.insertion import UNIQUE_SCOPE, Fetch, fetch_on
from app.modules.jobs.new_jobs import AFTER_GATE, DELAYED_TOPIC, READY_TOPIC
from app.modules.jobs.policies import Policies

AT_ONCE = 500
_SETS_AT_ONCE = 5000
_UNIQUE_AT_ONCE = 100
_UNIQUE_AGAIN_SECONDS = 0.5  # whoever has a unique key does not tell that others wait for it

# Each set of gates somebody was let go at, by hops as below: a queue that was paused once may have let go very many
# jobs, and counting them would limit nothing.
_ADMITTED_SETS = """
WITH RECURSIVE sets AS (
    (SELECT gates FROM jobs WHERE state <> 'held' AND gates IS NOT NULL ORDER BY gates LIMIT 1)
    UNION ALL
    SELECT (SELECT j.gates FROM jobs j WHERE j.state <> 'held' AND j.gates > sets.gates ORDER BY j.gates LIMIT 1)
    FROM sets WHERE sets.gates IS NOT NULL
)
SELECT gates FROM sets WHERE gates IS NOT NULL LIMIT 200
"""
_HOPS = 200
_ADMITTED = """
SELECT gates, count(*) FILTER (WHERE state = 'queued') AS queued, count(*) AS admitted
FROM jobs WHERE state <> 'held' AND gates IS NOT NULL GROUP BY gates
"""
_ADMITTED_AT = """
SELECT string_to_array(joined, E'\\x1f') AS gates, queued, admitted
FROM unnest($1::text[]) AS joined CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE state = 'queued') AS queued, count(*) AS admitted
    FROM jobs WHERE state <> 'held' AND gates = string_to_array(joined, E'\\x1f')
) AS there
"""

# Each set of gates somebody is held at, found by a hop through the index a set, however many jobs each one holds.
_HELD_SETS = """
WITH RECURSIVE sets AS (
    (SELECT gates FROM jobs WHERE state = 'held' AND gates > $1::text[] ORDER BY gates LIMIT 1)
    UNION ALL
    SELECT (SELECT j.gates FROM jobs j WHERE j.state = 'held' AND j.gates > sets.gates ORDER BY j.gates LIMIT 1)
    FROM sets WHERE sets.gates IS NOT NULL
)
SELECT gates FROM sets WHERE gates IS NOT NULL LIMIT 5000
"""

# The first few due jobs of each set, in the order they are to be let go.
_HEADS = """
SELECT id, gates, priority, run_at, number
FROM unnest($1::text[], $2::int[]) AS sets (joined, room) CROSS JOIN LATERAL (
    SELECT * FROM jobs WHERE state = 'held' AND gates = string_to_array(joined, E'\\x1f') AND run_at <= now()
    ORDER BY priority DESC, run_at, number LIMIT room
) AS head
ORDER BY priority DESC, run_at, number LIMIT $3
"""

# Of a queue in strict order: the first job of each section that has none admitted, whatever holds or delays it.
_TURNS = """
SELECT id, gates, priority, run_at, number, run_at <= now() AS due
FROM generate_series(0, 511) AS slice CROSS JOIN LATERAL (
    SELECT * FROM jobs WHERE state = 'held' AND queue = $1 AND (number % 512)::smallint = slice::smallint
    ORDER BY number LIMIT 1
) AS head
WHERE NOT slice = ANY(ARRAY(
    SELECT (number % 512)::int FROM jobs WHERE state <> 'held' AND gates IS NOT NULL AND gates @> ARRAY[$2::text]
))
"""

_LET_GO = """
UPDATE jobs SET state = 'queued' WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM jobs WHERE id = ANY($1::text[]) AND state = 'held' FOR UPDATE SKIP LOCKED
))
RETURNING gates
"""

# From here on the key itself keeps others out.
_LET_GO_UNIQUE = """
UPDATE jobs SET state = 'queued', unique_key = substr(gates[1], 8), gates = nullif(gates[2:], '{}')
WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM jobs WHERE id = $1 AND state = 'held' AND gates[1] = $2
        AND NOT EXISTS (SELECT FROM jobs WHERE unique_key = substr($2, 8)) FOR UPDATE SKIP LOCKED
))
RETURNING gates
"""

# The last to begin are the first to be held again.
_HOLD_AGAIN = """
UPDATE jobs SET state = 'held' WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM jobs WHERE state = 'queued' AND gates IS NOT NULL AND gates @> ARRAY[$1::text]
    ORDER BY priority, run_at DESC, number DESC LIMIT $2 FOR UPDATE SKIP LOCKED
))
RETURNING gates
"""


@dataclass
class _Room:
    """How many more each gate takes now."""

    policies: Policies
    admitted: Counter[str] = field(default_factory=Counter)
    queued: Counter[str] = field(default_factory=Counter)
    allowed: Mapping[str, int] = field(default_factory=dict)  # at gates with a rate, before this pass
    taken: Counter[str] = field(default_factory=Counter)

    def of(self, gate: str) -> int:
        """Return the room at one gate; below 0 when its limit was lowered."""
        if gate == AFTER_GATE:
            return 0
        room = AT_ONCE
        if gate.startswith(UNIQUE_SCOPE):
            room = 1 - self.taken[gate]
        elif gate.startswith("queue:"):
            queue = self.policies.queues.get(gate[6:])
            if queue is not None and queue.state == "paused":
                room = -self.admitted[gate]
        rule = self.policies.rule(gate)
        if rule is not None and rule.concurrency is not None:
            room = min(room, rule.concurrency - self.admitted[gate])
        if gate in self.allowed:
            room = min(room, self.allowed[gate] - self.taken[gate])
        return room

    def of_all(self, gates: Iterable[str]) -> int:
        """Return the room of a set of gates."""
        return min((self.of(gate) for gate in gates), default=AT_ONCE)

    def take(self, gates: Iterable[str], *, sign: int = 1) -> None:
        """Count a job that is let go, or with ``sign=-1`` held again."""
        for gate in gates:
            self.admitted[gate] += sign
            self.queued[gate] += sign
            self.taken[gate] += sign


async def _admitted(fetch: Fetch, policies: Policies) -> Sequence[Any]:
    """Return how many were let go at each set of gates of which one limits or is closed."""
    sets = [row[0] for row in await fetch(_ADMITTED_SETS)]
    if len(sets) >= _HOPS:  # then one way through all of them costs less than the hops
        return await fetch(_ADMITTED)
    counted = [gates for gates in sets if any(_counts(policies, gate) for gate in gates)]
    return await fetch(_ADMITTED_AT, ["\x1f".join(gates) for gates in counted]) if counted else ()


def _counts(policies: Policies, gate: str) -> bool:
    queue = policies.queues.get(gate[6:]) if gate.startswith("queue:") else None
    return policies.rule(gate) is not None or (queue is not None and queue.state == "paused")


@dataclass
class Releasing:
    """One keeper's passes over what is held. ``wait_seconds`` is when rates give room again, if they hold anything."""

    wait_seconds: float = float("inf")
    more: bool = False  # the last pass left some that may go
    _after_set: list[str] = field(default_factory=list)  # where a pass over very many sets went on from

    async def run(self, session: AsyncSession, policies: Policies) -> int:
        """Let go what may; return how many jobs changed their state."""
        fetch = fetch_on(session)
        room = _Room(policies)
        for gates, queued, admitted in await _admitted(fetch, policies):
            for gate in gates:
                room.queued[gate] += queued
                room.admitted[gate] += admitted
        sets = await self._held_sets(fetch)
        held_at = {gate for gates in sets for gate in gates}
        allowances = await Allowances.read(fetch, policies, {*held_at, *room.queued}, room.queued)
        room.allowed = allowances.allowed
        changed = await self._hold_excess(fetch, room)
        chosen = await self._choose(fetch, room, sets)
        if chosen:
            changed += await self._let_go(session, fetch, room, chosen)
        await allowances.write(fetch, room.queued)
        self.wait_seconds = allowances.wait_seconds(held_at, room.queued)
        if any(gate.startswith(UNIQUE_SCOPE) for gate in held_at):
            self.wait_seconds = min(self.wait_seconds, _UNIQUE_AGAIN_SECONDS)
        self.more = changed > 0 and (changed >= _UNIQUE_AT_ONCE or bool(self._after_set))
        return changed

    async def _held_sets(self, fetch: Fetch) -> list[list[str]]:
        sets = [row[0] for row in await fetch(_HELD_SETS, self._after_set)]
        if self._after_set and len(sets) < _SETS_AT_ONCE:
            self._after_set = []
            sets += [gates for (gates,) in await fetch(_HELD_SETS, []) if gates not in sets]
        elif len(sets) == _SETS_AT_ONCE:
            self._after_set = sets[-1]
        return sets

    async def _choose(self, fetch: Fetch, room: _Room, sets: Sequence[list[str]]) -> list[Any]:
        """Return the jobs to let go, the first first: at every one of its gates there is room for each of them."""
        in_turn = {f"queue:{queue.name}" for queue in room.policies.queues.values() if queue.fifo}
        free = [(gates, room.of_all(gates)) for gates in sets if in_turn.isdisjoint(gates)]
        free = [(gates, places) for gates, places in free if places > 0]
        candidates: list[Any] = []
        if free:
            joined = ["\x1f".join(gates) for gates, _places in free]
            candidates += await fetch(_HEADS, joined, [places for _gates, places in free], 4 * AT_ONCE)
        for gate in sorted(in_turn & {gate for gates in sets for gate in gates}):
            if room.of(gate) > 0:
                candidates += [row for row in await fetch(_TURNS, gate[6:], gate) if row.due]
        candidates.sort(key=lambda row: (-row.priority, row.run_at, row.number))
        chosen: list[Any] = []
        tried: Counter[str] = Counter()
        for row in candidates:
            gates = row.gates or ()
            if len(chosen) < AT_ONCE and all(room.of(gate) - tried[gate] > 0 for gate in gates):
                tried.update(gates)
                chosen.append(row)
        return chosen

    async def _let_go(self, session: AsyncSession, fetch: Fetch, room: _Room, chosen: Sequence[Any]) -> int:
        waiting = [row for row in chosen if row.gates and row.gates[0].startswith(UNIQUE_SCOPE)]
        others = [row.id for row in chosen if not (row.gates and row.gates[0].startswith(UNIQUE_SCOPE))]
        let_go = 0
        for (gates,) in await fetch(_LET_GO, others) if others else ():
            room.take(gates or ())
            let_go += 1
        for row in waiting[:_UNIQUE_AT_ONCE]:
            try:
                async with session.begin_nested():
                    # Somebody's open transaction may hold the key; the keeper does not wait for people.
                    await fetch("SET LOCAL lock_timeout = '50ms'")
                    rows = await fetch(_LET_GO_UNIQUE, row.id, row.gates[0])
            except DBAPIError:
                continue
            for (gates,) in rows:
                room.take(gates or ())
                let_go += 1
        if let_go:
            hint(session, READY_TOPIC)
            hint(session, DELAYED_TOPIC)
        return let_go

    async def _hold_excess(self, fetch: Fetch, room: _Room) -> int:
        """Hold jobs again that a lowered limit, or a pause, does not let begin any more."""
        held = 0
        for gate in [gate for gate, queued in room.queued.items() if queued]:
            excess = min(-room.of(gate), room.queued[gate], AT_ONCE)
            if excess > 0:
                for (gates,) in await fetch(_HOLD_AGAIN, gate, excess):
                    room.take(gates, sign=-1)
                    held += 1
        return held
