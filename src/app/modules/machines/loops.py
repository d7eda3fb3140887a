"""The node's own machine at start and stop; the loops that ask machines how they are, keep their history and logins."""

import asyncio
from collections.abc import Sequence
from functools import partial

from app.kernel.loops import Loop
from app.kernel.node import Node
from app.modules import credentials
from app.modules.machines import logins
from app.modules.machines.asking import probe
from app.modules.machines.connections import close_all, is_reachable
from app.modules.machines.history import thin
from app.modules.machines.logging_in import KEEP_SECONDS, keep_logins
from app.modules.machines.own_machine import ensure_local
from app.modules.machines.registration import find_credential_users
from app.modules.machines.rows import list_all
from app.modules.machines.settings import MachinesSettings


async def start(node: Node) -> None:
    """Make sure the node's own machine exists and take over the runs an earlier process left on it."""
    credentials.register_users(node, find_credential_users)
    async with node.database.transaction() as session:
        await logins.end_of_boots_before(node, session)
        machine = await ensure_local(session, node)
    await probe(node, machine)


async def stop(node: Node) -> None:
    """Close every batch system and connection; the node's own runs end and are run again at the next start."""
    await close_all(node)


def loops(node: Node) -> Sequence[Loop]:
    """Return the loops that ask machines how they are, thin what they said, and keep the logins people made."""

    async def probe_all() -> None:
        async with node.database.sessions() as session:
            wanted = [m for m in await list_all(session) if m.enabled and is_reachable(node, m)]
        await asyncio.gather(*[probe(node, machine) for machine in wanted])

    async def thin_history() -> None:
        async with node.database.transaction() as session:
            await thin(session)

    probe_seconds = node.settings.of(MachinesSettings).probe_seconds
    return [
        Loop("probe", probe_all, every_seconds=probe_seconds, topics=(logins.TOPIC,)),
        Loop("logins", partial(keep_logins, node), every_seconds=KEEP_SECONDS),
        Loop("machine history", thin_history, every_seconds=3600, role="worker", leisurely=True),
    ]
