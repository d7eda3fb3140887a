"""The nodes for who observes: every boot that lives or died lately, what it owns, what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

SHOWN = 500
CHANGES = 50

# Of the dead only the newest boot of a name that nobody bears now, for an hour.
_NODES = text(
    """
    SELECT id, name, state, reason, state_since, roles, host, version, slots, busy, pause_requested, drain_requested,
        pause_forbidden, heartbeat_seconds, heartbeat_at,
        extract(epoch FROM now() - heartbeat_at)::float8 AS heartbeat_age_seconds
    FROM nodes AS n
    WHERE state <> 'dead' OR (heartbeat_at > now() - interval '1 hour' AND NOT EXISTS (
        SELECT FROM nodes AS later WHERE later.name = n.name AND later.number > n.number
            AND (later.state <> 'dead' OR later.heartbeat_at > now() - interval '1 hour')
    ))
    ORDER BY state = 'dead', name, number LIMIT :shown
    """
)
_SECTIONS = text(
    "SELECT node_id, array_agg(section ORDER BY section) FROM node_sections WHERE node_id IS NOT NULL GROUP BY 1"
)
_CHANGES = text(
    """
    SELECT t.number, t.node_id, n.name, t.old_state, t.new_state, t.reason, t.at
    FROM node_transitions AS t LEFT JOIN nodes AS n ON n.id = t.node_id
    WHERE t.at > now() - interval '1 hour' ORDER BY t.number DESC LIMIT :changes
    """
)
_LATELY = text(
    """
    SELECT (SELECT count(*) FROM node_transitions
            WHERE at > now() - interval '1 hour' AND new_state = 'dead' AND reason IS DISTINCT FROM 'terminated'),
        (SELECT count(*) FROM events WHERE type = 'sections.moved' AND at > now() - interval '1 hour'
            AND subject_id IN (SELECT node_id FROM node_transitions WHERE at > now() - interval '1 hour'))
    """
)


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


async def overview(session: AsyncSession) -> FleetFigures:
    """Return the nodes as they are now; deaths and rebalances are of the last hour."""
    owned: dict[str, list[int]] = {row[0]: row[1] for row in await session.execute(_SECTIONS)}
    rows = (await session.execute(_NODES, {"shown": SHOWN})).mappings()
    changes = (await session.execute(_CHANGES, {"changes": CHANGES})).mappings()
    deaths, rebalances = (await session.execute(_LATELY)).one()
    return FleetFigures(
        nodes=[_node(row, owned.get(row["id"], [])) for row in rows],
        changes=[NodeChange(**row) for row in reversed(list(changes))],
        deaths=deaths,
        rebalances=rebalances,
    )


def _node(row: Any, sections: Sequence[int]) -> NodeFigures:
    return NodeFigures(**row, section_count=len(sections), ranges=_ranges(sections))


def _ranges(sections: Sequence[int]) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    for section in sections:
        if ranges and ranges[-1][1] == section - 1:
            ranges[-1] = (ranges[-1][0], section)
        else:
            ranges.append((section, section))
    return ranges
