"""The nodes for who observes: every boot that lives or died lately, what it owns, what changed."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

SHOWN = 500
CHANGES = 50

# Of the dead only the newest boot of a name that nobody bears now, for an hour.
_NODES = """
SELECT id, name, state, reason, state_since, roles, host, version, slots, busy, pause_requested, drain_requested,
    pause_forbidden, heartbeat_seconds, heartbeat_at,
    extract(epoch FROM now() - heartbeat_at)::float8 AS heartbeat_age_seconds
FROM nodes AS n
WHERE state <> 'dead' OR (heartbeat_at > now() - interval '1 hour' AND NOT EXISTS (
    SELECT FROM nodes AS later WHERE later.name = n.name AND later.number > n.number
        AND (later.state <> 'dead' OR later.heartbeat_at > now() - interval '1 hour')
))
ORDER BY state = 'dead', name, number LIMIT $1
"""
# Sections in a row, as one range each.
_SECTIONS = """
SELECT node_id, sum(last - first + 1)::int AS count, array_agg(first ORDER BY first) AS firsts,
    array_agg(last ORDER BY first) AS lasts
FROM (
    SELECT node_id, min(section)::int AS first, max(section)::int AS last
    FROM (SELECT node_id, section, section - row_number() OVER (PARTITION BY node_id ORDER BY section) AS island
          FROM node_sections WHERE node_id IS NOT NULL) AS owned
    GROUP BY node_id, island
) AS ranges GROUP BY node_id
"""
_CHANGES = """
SELECT t.number, t.node_id, n.name, t.old_state, t.new_state, t.reason, t.at
FROM node_transitions AS t LEFT JOIN nodes AS n ON n.id = t.node_id
WHERE t.at > now() - interval '1 hour' ORDER BY t.number DESC LIMIT $1
"""
# $1: the loop that takes it.
_TAKERS = """
SELECT bool_or(takes AND NOT off) AS any, string_agg(DISTINCT name || CASE WHEN takes AND off
    THEN ' has ' || $1::text || ' stopped' ELSE ' is ' || state || coalesce(' (' || reason || ')', '') END, ', ')
    AS states
FROM (
    SELECT name, state, reason, state IN ('waiting', 'working') AND reason IS DISTINCT FROM 'unresponsive' AS takes,
        EXISTS (SELECT FROM loop_switches WHERE node_name = n.name AND loop = $1::text AND NOT running) AS off
    FROM nodes AS n WHERE state <> 'dead' AND 'worker' = ANY(roles)
) AS workers
"""
_LATELY = """
WITH lately AS MATERIALIZED (
    SELECT node_id, new_state, reason FROM node_transitions WHERE at > now() - interval '1 hour'
)
SELECT (SELECT count(*) FROM lately WHERE new_state = 'dead' AND reason IS DISTINCT FROM 'terminated')::int AS deaths,
    (SELECT count(*) FROM events WHERE type = 'sections.moved' AND at > now() - interval '1 hour'
        AND subject_id IN (SELECT node_id FROM lately))::int AS rebalances
"""


@dataclass(frozen=True, slots=True)
class NodeFigures:
    """One boot of a node. ``ranges`` are the first and last of the sections it owns in a row."""

    id: str
    name: str
    state: str
    reason: str | None
    state_since: datetime
    roles: list[str]
    host: str
    version: str
    slots: int
    busy: int
    pause_requested: bool
    drain_requested: bool
    pause_forbidden: bool
    heartbeat_seconds: float
    heartbeat_at: datetime
    heartbeat_age_seconds: float
    section_count: int
    ranges: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class NodeChange:
    """A change of a boot's state."""

    number: int
    node_id: str
    name: str | None
    old_state: str | None
    new_state: str
    reason: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class FleetFigures:
    """All nodes; ``changes`` of the last hour, oldest first, the newest 50."""

    nodes: list[NodeFigures]
    changes: list[NodeChange]
    deaths: int
    rebalances: int


Fetch = Callable[..., Awaitable[Sequence[Any]]]


async def overview(fetch: Fetch) -> FleetFigures:
    """Return the nodes as they are now; deaths and rebalances are of the last hour.

    ``fetch`` runs constant SQL with its arguments and returns the rows, as asyncpg's connections do.
    """
    owned = {row["node_id"]: row for row in await fetch(_SECTIONS)}
    (lately,) = await fetch(_LATELY)
    return FleetFigures(
        nodes=[_node(row, owned.get(row["id"])) for row in await fetch(_NODES, SHOWN)],
        changes=[NodeChange(**row) for row in reversed(await fetch(_CHANGES, CHANGES))],
        deaths=lately["deaths"],
        rebalances=lately["rebalances"],
    )


async def why_nobody_takes_work(fetch: Fetch, loop: str) -> str | None:
    """Return why no node takes work with its ``loop``, or ``None`` when one does. ``fetch`` as in :func:`overview`."""
    (takers,) = await fetch(_TAKERS, loop)
    return None if takers[0] else takers[1] or "there is none that is a worker"


def _node(row: Any, owned: Any) -> NodeFigures:
    ranges = list(zip(owned["firsts"], owned["lasts"], strict=True)) if owned else []
    return NodeFigures(**row, section_count=owned["count"] if owned else 0, ranges=ranges)
