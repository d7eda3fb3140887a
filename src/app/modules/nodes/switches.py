"""Loops and roles that somebody stopped on a node: by the node's name, so that they stay stopped over a restart."""

import shlex
from typing import Any

from sqlalchemy import any_, delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import clear_alarm, raise_alarm
from app.kernel.bus import hint, publish
from app.kernel.node import Node
from app.modules.nodes import listing, membership
from app.modules.nodes.errors import LastApiNode, LoopEssential, LoopNotFound, NodeNotFound
from app.modules.nodes.events import LoopSwitched
from app.modules.nodes.loop_figures import figures_of_node
from app.modules.nodes.membership import ANSWERS, NODES_TOPIC
from app.modules.nodes.models import LoopSwitch, NodeBoot
from app.modules.nodes.schemas import NodeLoopsView


async def loops(session: AsyncSession, node: Node, node_id: str) -> NodeLoopsView:
    """Return the loops and roles of a node: of this one as they are, of another as it last told.

    A node tells every 30 s, and when a loop stops or fails. Raises NodeNotFound (404).
    """
    view = await listing.get(session, node_id)
    if view.id == node.boot_id:
        figures = figures_of_node(node)
    else:
        figures = await session.scalar(select(NodeBoot.figures).where(NodeBoot.id == view.id)) or {}
    off = await _switched_off(session, view.name)
    roles = [{"name": role, "switched_off": f"role:{role}" in off} for role in figures.get("roles", view.roles)]
    items = [{**loop, "switched_off": _is_off(loop, off)} for loop in figures.get("loops", [])]
    return NodeLoopsView.model_validate({"node_id": view.id, "node": view.name, "roles": roles, "items": items})


async def switch(
    session: AsyncSession, node: Node, node_id: str, loop: str, *, running: bool, actor: str | None = None
) -> NodeLoopsView:
    """Stop or start a loop (``module.loop``) or a role (``role:worker``) on a node.

    There is an alarm for as long as it is stopped, which it stays over restarts: nobody is to find out by what is not
    done. Raises NodeNotFound and LoopNotFound (404), LoopEssential and LastApiNode (409). Announces node.loop_switched.
    """
    await membership.lock(session)
    known = await loops(session, node, node_id)
    row = await session.get(NodeBoot, known.node_id)
    if row is None:
        raise NodeNotFound(f"There is no node {node_id}")
    found = next((item for item in known.items if item.name == loop), None)
    names = {f"role:{role.name}" for role in known.roles}
    if running:  # what is not there any more, a machine's loop or a role, can be let go all the same
        names |= await _switched_off(session, row.name)
    if found is None and loop not in names:
        raise LoopNotFound(f"{row.name} has no loop {loop}")
    if not running:
        if found is not None and found.essential:
            raise LoopEssential(f"{row.name} cannot be without {loop}")
        if loop == "role:api":
            await _refuse_the_last(session, row.name)
    values: dict[str, Any] = {"running": running, "changed_by": actor, "changed_at": func.now()}
    await session.execute(
        insert(LoopSwitch)
        .values(node_name=row.name, loop=loop, **values)
        .on_conflict_do_update(index_elements=[LoopSwitch.node_name, LoopSwitch.loop], set_=values)
    )
    publish(session, LoopSwitched(subject_id=row.id, node=row.name, loop=loop, running=running, actor=actor))
    hint(session, NODES_TOPIC)
    if running:
        await clear_alarm(session, _alarm_of(row.name, loop))
    else:
        missed = next((one.missed for one in node.loops if one.full_name == loop), "")
        await raise_alarm(
            session,
            _alarm_of(row.name, loop),
            priority="high" if missed or loop == "role:worker" else "low",
            title=f"{loop} is stopped on {row.name}",
            consequence=f"Somebody stopped it: {missed or 'what it is for is not done there'}, nor after a restart",
            action=f"When it is no longer to be so: stormbell nodes loops {row.name} --start {shlex.quote(loop)}",
        )
    return await loops(session, node, row.id)


async def forget_gone(session: AsyncSession) -> None:
    """Forget what was stopped on nodes that nobody remembers."""
    gone = delete(LoopSwitch).where(~exists().where(NodeBoot.name == LoopSwitch.node_name))
    for switch_ in await session.execute(gone.returning(LoopSwitch.node_name, LoopSwitch.loop)):
        await clear_alarm(session, _alarm_of(switch_.node_name, switch_.loop))


def _alarm_of(name: str, loop: str) -> str:
    return f"nodes.stopped.{name}.{loop}"


async def _refuse_the_last(session: AsyncSession, name: str) -> None:
    others = select(NodeBoot.id).where(ANSWERS, any_(NodeBoot.roles) == "api", NodeBoot.name != name).limit(1)
    if await session.scalar(others) is None:
        raise LastApiNode(f"{name} is the only node that serves the API")


async def _switched_off(session: AsyncSession, name: str) -> set[str]:
    off = select(LoopSwitch.loop).where(LoopSwitch.node_name == name, ~LoopSwitch.running)
    return set(await session.scalars(off))


def _is_off(loop: dict[str, Any], off: set[str]) -> bool:
    return loop["name"] in off or f"role:{loop['role']}" in off
