"""The node's own machine at start and stop, and the loop that asks every machine how it is."""

import asyncio
from collections.abc import Sequence

import structlog

from app.kernel.drivers import DriverUnavailable
from app.kernel.loops import Loop
from app.kernel.node import Node
from app.modules.machines.connections import batch_of, close_all, is_reachable
from app.modules.machines.models import Machine
from app.modules.machines.schemas import MachinesSettings
from app.modules.machines.service import ensure_local, list_all, record_answer, record_silence

log = structlog.get_logger(__name__)

ANSWER_SECONDS = 10.0


async def start(node: Node) -> None:
    """Make sure the node's own machine exists and take over the runs an earlier process left on it."""
    async with node.database.transaction() as session:
        machine = await ensure_local(session, node)
    await probe(node, machine)


async def stop(node: Node) -> None:
    """Close every batch system; the node's own runs end and are run again at the next start."""
    await close_all(node)


def loops(node: Node) -> Sequence[Loop]:
    """Return the loop that asks machines how they are."""

    async def probe_all() -> None:
        async with node.database.sessions() as session:
            wanted = [m for m in await list_all(session) if m.enabled and is_reachable(node, m)]
        await asyncio.gather(*[probe(node, machine) for machine in wanted])

    return [Loop("probe", probe_all, every_seconds=node.settings.of(MachinesSettings).probe_seconds)]


async def probe(node: Node, machine: Machine) -> None:
    """Ask one machine how it is and write down the answer, or that there was none."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            load = await (await batch_of(node, machine)).load()
    except (OSError, TimeoutError, DriverUnavailable) as error:
        text = str(error) or f"no answer within {ANSWER_SECONDS:g} s"
        log.warning("machine does not answer", machine=machine.name, error=text)
        async with node.database.transaction() as session:
            await record_silence(session, machine.id, text)
    else:
        async with node.database.transaction() as session:
            await record_answer(session, machine.id, load)
