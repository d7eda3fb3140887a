"""The node's own machine at start and stop, and the loop that asks every machine how it is."""

import asyncio
from collections.abc import Sequence

from app.kernel.loops import Loop
from app.kernel.node import Node
from app.modules import credentials
from app.modules.machines.asking import probe
from app.modules.machines.connections import close_all, is_reachable
from app.modules.machines.own_machine import ensure_local
from app.modules.machines.registration import find_credential_users
from app.modules.machines.rows import list_all
from app.modules.machines.settings import MachinesSettings


async def start(node: Node) -> None:
    """Make sure the node's own machine exists and take over the runs an earlier process left on it."""
    credentials.register_users(node, find_credential_users)
    async with node.database.transaction() as session:
        machine = await ensure_local(session, node)
    await probe(node, machine)


async def stop(node: Node) -> None:
    """Close every batch system and connection; the node's own runs end and are run again at the next start."""
    await close_all(node)


def loops(node: Node) -> Sequence[Loop]:
    """Return the loop that asks machines how they are."""

    async def probe_all() -> None:
        async with node.database.sessions() as session:
            wanted = [m for m in await list_all(session) if m.enabled and is_reachable(node, m)]
        await asyncio.gather(*[probe(node, machine) for machine in wanted])

    return [Loop("probe", probe_all, every_seconds=node.settings.of(MachinesSettings).probe_seconds)]
