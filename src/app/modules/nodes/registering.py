"""What a node does to its own row, each in a transaction of its own: enter, settle, come back, hand over, end."""

import os
import socket

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint, publish
from app.kernel.node import Node
from app.kernel.version import VERSION
from app.modules.nodes import membership
from app.modules.nodes.events import NodeJoined
from app.modules.nodes.membership import NODES_TOPIC
from app.modules.nodes.models import NodeBoot, NodeSection, NodeTransition
from app.modules.nodes.presence import Presence
from app.modules.nodes.settings import NodeSettings
from app.modules.nodes.states import UNRESPONSIVE


async def enter(node: Node, presence: Presence, before: NodeBoot | None = None) -> None:
    """Register this boot and take part in the ring. ``before`` is the boot this process was until now."""
    settings = node.settings.of(NodeSettings)
    async with node.database.transaction() as session:
        await membership.lock(session)
        if await _row(session, node) is not None:
            return  # an earlier try was committed, and only its answer lost
        row = NodeBoot(
            id=node.boot_id,
            name=node.name,
            roles=sorted(node.roles),
            host=socket.gethostname(),
            process_id=os.getpid(),
            version=VERSION,
            slots=presence.slots,
            pause_requested=before.pause_requested if before else settings.start_paused,
            drain_requested=before.drain_requested if before else False,
            pause_forbidden=settings.pause_forbidden,
            heartbeat_seconds=settings.heartbeat_seconds,
        )
        session.add(row)
        session.add(NodeTransition(node_id=row.id, old_state=None, new_state="initializing"))
        reborn_of = before.id if before else None
        publish(session, NodeJoined(subject_id=row.id, node=row.name, reborn_of=reborn_of))
        await membership.rebalance(session, row.id)
        await _stand(session, node, presence)
        hint(session, NODES_TOPIC)


async def settle(node: Node, presence: Presence) -> None:
    """Bring state, sections and candidacies in line with what was asked of this node."""
    async with node.database.transaction() as session:
        await membership.lock(session)
        row = await _row(session, node)
        if row is None or row.state == "dead" or row.reason == UNRESPONSIVE:
            return  # the next heartbeat finds out
        row.roles = sorted(node.roles)
        await _stand(session, node, presence)
        await membership.rebalance(session, row.id)
        owned = await session.scalar(select(NodeSection.section).where(NodeSection.node_id == row.id).limit(1))
        wish = _wish_of(row, owns=owned is not None)
        if wish is None:
            if row.state in ("initializing", "paused"):
                await membership.move(session, row, "assigned" if row.state == "initializing" else "resumed")
        elif row.state == "paused":
            row.reason = wish
        elif presence.busy == 0 or row.state == "initializing":
            await membership.move(session, row, "paused" if wish in ("asked", "drained") else "unassigned", wish)


async def come_back(node: Node) -> tuple[bool, NodeBoot | None]:
    """Be heard again after having been given up; say whether this boot still lives, and what is known of it."""
    async with node.database.transaction() as session:
        await membership.lock(session)
        row = await _row(session, node)
        if row is None or row.state == "dead":
            return False, row
        if row.reason == UNRESPONSIVE:
            row.heartbeat_at = func.clock_timestamp()
            reason = _wish_of(row, owns=False) if row.state == "paused" else None
            await membership.move(session, row, "heard", reason)
            await membership.rebalance(session, row.id)
        return True, row


async def elect(node: Node) -> None:
    """Fill the leader roles nobody has."""
    async with node.database.transaction() as session:
        await membership.lock(session)
        await membership.elect(session, node.settings.of(NodeSettings).misses)


async def hand_over(node: Node, *, end: bool) -> None:
    """Give sections and leaderships to the others at once; with ``end`` this boot is over as well."""
    async with node.database.transaction() as session:
        await membership.lock(session)
        row = await _row(session, node)
        if row is None or row.state == "dead":
            return
        if end:
            row.busy = 0
            await membership.move(session, row, "terminated", "terminated")
        else:
            row.drain_requested = True
        await membership.stand(session, row.id, set())
        await membership.elect(session, node.settings.of(NodeSettings).misses)
        await membership.rebalance(session, row.id)
        hint(session, NODES_TOPIC)


def candidacies(node: Node, presence: Presence) -> set[str]:
    """Return the leader roles this node stands for."""
    return presence.candidacies if "leader" in node.roles else set()


def reason_to_pause(*, pause: bool, drain: bool, worker: bool, owns: bool) -> str | None:
    """Return why a node is to take no work, if there is a reason."""
    if drain:
        return "drained"
    if pause:
        return "asked"
    if not worker:
        return "no_worker"
    return None if owns else "no_section"


def _wish_of(row: NodeBoot, *, owns: bool) -> str | None:
    worker = "worker" in row.roles
    return reason_to_pause(pause=row.pause_requested, drain=row.drain_requested, worker=worker, owns=owns)


async def _stand(session: AsyncSession, node: Node, presence: Presence) -> None:
    await membership.stand(session, node.boot_id, candidacies(node, presence))
    await membership.elect(session, node.settings.of(NodeSettings).misses)


async def _row(session: AsyncSession, node: Node) -> NodeBoot | None:
    return await session.get(NodeBoot, node.boot_id, with_for_update=True)
