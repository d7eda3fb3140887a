"""Reading nodes, the ring and who leads."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.paging import Page, page_of
from app.modules.nodes.errors import NodeGone, NodeNameAmbiguous, NodeNotFound
from app.modules.nodes.membership import LIVES
from app.modules.nodes.models import Leader, LeaderCandidate, NodeBoot, NodeSection
from app.modules.nodes.ring import SECTIONS
from app.modules.nodes.schemas import LeadersView, LeaderView, NodeBootView, RingView, SectionView
from app.modules.nodes.states import State


async def list_nodes(
    session: AsyncSession,
    *,
    states: Sequence[State] = (),
    name: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[NodeBootView]:
    """Return one page of boots, newest first. Raises BadRequest (400) for a foreign cursor."""
    query = select(NodeBoot)
    if states:
        query = query.where(NodeBoot.state.in_(states))
    if name is not None:
        query = query.where(NodeBoot.name == name)
    rows: list[NodeBoot]
    rows, following = await page_of(session, query, [NodeBoot.number], cursor=cursor, limit=limit)
    return Page(items=await _views(session, rows), next_cursor=following)


async def get(session: AsyncSession, node_id: str) -> NodeBootView:
    """Return a boot by its id, or the newest of a node's name, living ones first. Raises NodeNotFound (404)."""
    row = await session.scalar(_by_name_or_id(node_id).limit(1))
    if row is None:
        raise NodeNotFound(f"There is no node {node_id}")
    return (await _views(session, [row]))[0]


async def get_only(session: AsyncSession, node_id: str) -> NodeBootView:
    """Return a boot as :func:`get` does. Raises NodeNameAmbiguous (409) for a name that several living boots share."""
    rows = (await session.scalars(_by_name_or_id(node_id).limit(100))).all()
    if not rows:
        raise NodeNotFound(f"There is no node {node_id}")
    _refuse_several(node_id, rows)
    return (await _views(session, rows[:1]))[0]


async def living(session: AsyncSession, node_id: str) -> NodeBoot:
    """Return and lock the living boot of an id or a name.

    Raises NodeNotFound (404), NodeGone (409) and, for a name that several living boots share, NodeNameAmbiguous (409).
    """
    rows = (await session.scalars(_by_name_or_id(node_id).limit(100).with_for_update())).all()
    if not rows:
        raise NodeNotFound(f"There is no node {node_id}")
    alive = [row for row in rows if row.state != "dead"]
    if not alive:
        raise NodeGone(f"{rows[0].name} has no living process; {rows[0].id} ended: {rows[0].reason}")
    _refuse_several(node_id, alive)
    return alive[0]


def _refuse_several(node_id: str, rows: Sequence[NodeBoot]) -> None:
    alive = [row.id for row in rows if row.state != "dead"]
    if len(alive) > 1:
        raise NodeNameAmbiguous(f"{node_id} is the name of {', '.join(alive)}")


def _by_name_or_id(node_id: str) -> Select[NodeBoot]:
    which: ColumnElement[bool] = (NodeBoot.id == node_id) | (NodeBoot.name == node_id)
    return select(NodeBoot).where(which).order_by(LIVES.desc(), NodeBoot.number.desc())


async def sections(session: AsyncSession) -> RingView:
    """Return the ring: who owns which section, since when, in which generation."""
    rows = (await session.scalars(select(NodeSection).order_by(NodeSection.section))).all()
    return RingView(size=SECTIONS, items=[SectionView.model_validate(row, from_attributes=True) for row in rows])


async def leaders(session: AsyncSession) -> LeadersView:
    """Return who leads each role; a lease that has run out leads nobody."""
    query = (
        select(Leader, NodeBoot.name, Leader.lease_until > func.clock_timestamp())
        .join(NodeBoot, NodeBoot.id == Leader.node_id, isouter=True)
        .order_by(Leader.role)
    )
    waiting: dict[str, list[str]] = defaultdict(list)
    for candidate in await session.scalars(select(LeaderCandidate).order_by(LeaderCandidate.number)):
        waiting[candidate.role].append(candidate.node_id)
    return LeadersView(
        items=[
            LeaderView(
                role=row.role,
                node_id=row.node_id if leads else None,
                node=name if leads else None,
                generation=row.generation,
                lease_until=row.lease_until,
                since=row.since,
                candidates=waiting[row.role],
            )
            for row, name, leads in await session.execute(query)
        ]
    )


async def _views(session: AsyncSession, rows: Sequence[NodeBoot]) -> list[NodeBootView]:
    ids = [row.id for row in rows]
    counted = (
        select(NodeSection.node_id, func.count()).where(NodeSection.node_id.in_(ids)).group_by(NodeSection.node_id)
    )
    owned: dict[str | None, int] = {row[0]: row[1] for row in await session.execute(counted)}
    leads: dict[str | None, list[str]] = defaultdict(list)
    held = select(Leader.node_id, Leader.role).where(
        Leader.node_id.in_(ids), Leader.lease_until > func.clock_timestamp()
    )
    for node_id, role in await session.execute(held.order_by(Leader.role)):
        leads[node_id].append(role)
    now: Any = await session.scalar(select(func.clock_timestamp()))
    return [
        NodeBootView.model_validate(
            {
                **{name: getattr(row, name) for name in _COLUMNS},
                "leads": leads[row.id],
                "sections_count": owned.get(row.id, 0),
                "heartbeat_age_seconds": max(0.0, (now - row.heartbeat_at).total_seconds()),
            }
        )
        for row in rows
    ]


_COLUMNS = [name for name in NodeBootView.model_fields if name in NodeBoot.__table__.columns]
