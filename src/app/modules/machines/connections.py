"""The batch system and the transport of each machine in this process, opened when first needed."""

import asyncio
from pathlib import Path
from typing import cast

from app.kernel import drivers
from app.kernel.node import Node
from app.modules.machines.batch import BatchSystem, Surroundings
from app.modules.machines.errors import MachineElsewhere
from app.modules.machines.models import Machine
from app.modules.machines.transport import Transport

_OPEN = "machines.batch"
_OPENING = "machines.opening"


def topic_of(machine_id: str) -> str:
    """Return the topic that is hinted when a run of this machine changed its state."""
    return f"machine:{machine_id}"


def is_reachable(node: Node, machine: Machine) -> bool:
    """Say whether this node can speak to the machine."""
    return machine.node_name in (None, node.name)


def directory_of(node: Node) -> Path:
    """Return where this node keeps the runs of the machine it is itself."""
    return node.settings.data_directory / "machines" / "local"


async def batch_of(node: Node, machine: Machine) -> BatchSystem:
    """Return the machine's batch system, open. Raises MachineElsewhere (503), DriverUnavailable (422)."""
    if not is_reachable(node, machine):
        raise MachineElsewhere(f"{machine.name} is the node {machine.node_name}; only that node can speak to it")
    opened: dict[str, BatchSystem] = node.registry.setdefault(_OPEN, {})
    async with node.registry.setdefault(_OPENING, asyncio.Lock()):
        if machine.id not in opened:
            module = drivers.load("machines.batch", machine.driver)
            surroundings = Surroundings(
                directory=directory_of(node), changed=lambda: node.bus.wake(topic_of(machine.id), remote=False)
            )
            batch: BatchSystem = module.Batch(module.Settings.model_validate(machine.settings), surroundings)
            await batch.open()
            opened[machine.id] = batch
    return opened[machine.id]


async def transport_of(node: Node, machine: Machine) -> Transport:
    """Return how files and commands reach the machine. Raises MachineElsewhere (503), DriverUnavailable (422)."""
    if not is_reachable(node, machine):
        raise MachineElsewhere(f"{machine.name} is the node {machine.node_name}; only that node can speak to it")
    module = drivers.load("machines.transport", machine.transport)
    return cast("Transport", module.Transport(module.Settings()))


async def close_all(node: Node) -> None:
    """Close every batch system that was opened."""
    opened: dict[str, BatchSystem] = node.registry.pop(_OPEN, {})
    await asyncio.gather(*[batch.close() for batch in opened.values()])
