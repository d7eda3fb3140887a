"""Pause, drain and resume a node. What runs on it is never interrupted by any of them."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint, publish
from app.modules.nodes import membership
from app.modules.nodes.errors import PauseForbidden
from app.modules.nodes.events import NodePauseRequested
from app.modules.nodes.listing import get, living
from app.modules.nodes.membership import NODES_TOPIC
from app.modules.nodes.models import NodeBoot
from app.modules.nodes.schemas import NodeBootView


async def pause(session: AsyncSession, node_id: str, actor: str | None = None) -> NodeBootView:
    """Let a node take nothing new and hand its sections over; it is paused once nothing runs on it.

    ``node_id`` is a boot id or a node's name. Raises NodeNotFound (404), NodeGone and PauseForbidden (409). Announces
    node.pause_requested and sections.moved at once, node.paused when it is.
    """
    return await _ask(session, node_id, actor, drain=False)


async def drain(session: AsyncSession, node_id: str, actor: str | None = None) -> NodeBootView:
    """Pause a node to take it out of service: as :func:`pause`, and once it is empty its reason is ``drained``."""
    return await _ask(session, node_id, actor, drain=True)


async def resume(session: AsyncSession, node_id: str) -> NodeBootView:
    """Let a paused or draining node take work and sections again. Raises NodeNotFound (404), NodeGone (409)."""
    await membership.lock(session)
    row = await living(session, node_id)
    row.pause_requested = row.drain_requested = False
    await _settle(session, row)
    return await get(session, row.id)


async def _ask(session: AsyncSession, node_id: str, actor: str | None, *, drain: bool) -> NodeBootView:
    await membership.lock(session)
    row = await living(session, node_id)
    if row.pause_forbidden:
        raise PauseForbidden(f"{row.name} was started with nodes.pause_forbidden=true")
    if not (row.drain_requested if drain else row.pause_requested):
        publish(session, NodePauseRequested(subject_id=row.id, node=row.name, drain=drain, actor=actor))
    if drain:
        row.drain_requested = True
    else:
        row.pause_requested = True
    await _settle(session, row)
    return await get(session, row.id)


async def _settle(session: AsyncSession, row: NodeBoot) -> None:
    await membership.rebalance(session, row.id)
    hint(session, NODES_TOPIC)
