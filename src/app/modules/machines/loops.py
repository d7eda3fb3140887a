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
from app.modules.machines.models import Machine
from app.modules.machines.own_machine import ensure_local
from app.modules.machines.registration import find_credential_users
from app.modules.machines.rows import list_all
from app.modules.machines.settings import MachinesSettings

_APART_SECONDS = 0.1


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
    probe_seconds = node.settings.of(MachinesSettings).probe_seconds

    async def probe_all() -> None:
        async with node.database.sessions() as session:
            wanted = [m for m in await list_all(session) if m.enabled and is_reachable(node, m)]
        # One after the other: each costs some milliseconds, and polls of runs come between them.
        apart_seconds = min(_APART_SECONDS, probe_seconds / 2 / max(1, len(wanted)))
        await asyncio.gather(*[probe_after(apart_seconds * number, one) for number, one in enumerate(wanted)])

    async def probe_after(seconds: float, machine: Machine) -> None:
        await asyncio.sleep(seconds)
        await probe(node, machine)

    async def thin_history() -> None:
        async with node.database.transaction() as session:
            await thin(session)

    return [
        Loop("probe", probe_all, every_seconds=probe_seconds, topics=(logins.TOPIC,)),
        Loop("logins", partial(keep_logins, node), every_seconds=KEEP_SECONDS),
        Loop("machine history", thin_history, every_seconds=3600, role="worker", leisurely=True),
    ]
