"""The batch system and the transport of each machine in this process, opened when first needed."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from app.kernel import drivers
from app.kernel.errors import Problem
from app.kernel.node import Node
from app.modules import credentials
from app.modules.credentials import Secret
from app.modules.machines import host_keys, logins
from app.modules.machines.batch import RUN_DIRECTORY, BatchSystem
from app.modules.machines.batch import Surroundings as BatchSurroundings
from app.modules.machines.errors import MachineElsewhere
from app.modules.machines.login_attempts import LoginAttempt
from app.modules.machines.models import Machine
from app.modules.machines.transport import Login, LoginRefused, Surroundings, Transport

if TYPE_CHECKING:
    from app.modules.machines.ssh_link import SshLink

_OPEN = "machines.batch"
_TRANSPORTS = "machines.transports"
_OPENING = "machines.opening"
_REVISIONS = "machines.revisions"
SSH_PORT = 22


def topic_of(machine_id: str) -> str:
    """Return the topic that is hinted when a run of this machine changed its state."""
    return f"machine:{machine_id}"


def is_reachable(node: Node, machine: Machine) -> bool:
    """Say whether this node can speak to the machine."""
    if machine.node_name is not None:
        return machine.node_name == node.name
    return machine.login_node in (None, node.name)


def directory_of(node: Node) -> Path:
    """Return where this node keeps the runs of the machine it is itself."""
    return node.settings.data_directory / "machines" / "local"


def test_directory_of(node: Node, machine: Machine) -> Path:
    """Return where this node keeps what it makes up for a machine in test mode."""
    return node.settings.data_directory / "machines" / "test" / machine.id


async def batch_of(node: Node, machine: Machine) -> BatchSystem:
    """Return the machine's batch system, open, and opened again after its settings were changed.

    Raises MachineElsewhere (503), DriverUnavailable (422).
    """
    _require_reachable(node, machine)
    opened: dict[str, BatchSystem] = node.registry.setdefault(_OPEN, {})
    revisions: dict[str, int] = node.registry.setdefault(_REVISIONS, {})
    # One for each machine: opening one, or closing what it was, may take as long as its login does.
    opening: WeakValueDictionary[str, asyncio.Lock] = node.registry.setdefault(_OPENING, WeakValueDictionary())
    async with opening.setdefault(machine.id, asyncio.Lock()):
        before = opened.get(machine.id)
        if before is None or revisions.get(machine.id, machine.revision) < machine.revision:
            opened[machine.id], revisions[machine.id] = await _open_batch(node, machine), machine.revision
            if before is not None:
                await before.close()
    return opened[machine.id]


def array_count(machine: Machine) -> int:
    """Return how many runs may be asked for as one array on the machine, 0 where each is submitted by itself."""
    if machine.driver is None or machine.test_mode:
        return 0
    settings = drivers.load("machines.batch", machine.driver).Settings.model_validate(machine.settings)
    return int(getattr(settings, "array_count", 0))


def most_submitted(machine: Machine) -> int | None:
    """Return how many runs of ours may be there at a time, as its owner has set it; ``None`` where that is open."""
    found = machine.settings.get("most_submitted")
    return int(found) if found is not None and not machine.test_mode else None


def foresees_starts(machine: Machine) -> bool:
    """Say whether the machine's batch system says when a run would start; in test mode nothing is asked of it."""
    if machine.driver is None or machine.test_mode:
        return False
    return hasattr(drivers.load("machines.batch", machine.driver).Batch, "estimate")


def keeps_accounts(driver: str | None) -> bool:
    """Say whether a batch system's accounting tells what ended runs used."""
    return driver is not None and hasattr(drivers.load("machines.batch", driver).Batch, "used")


async def _open_batch(node: Node, machine: Machine) -> BatchSystem:
    driver = "dummy" if machine.test_mode else machine.driver
    if driver is None:
        raise drivers.DriverUnavailable(f"{machine.name} has no batch system: files and commands only")
    module = drivers.load("machines.batch", driver)
    settings = {} if machine.test_mode else machine.settings
    surroundings = BatchSurroundings(
        directory=test_directory_of(node, machine) if driver == "dummy" else directory_of(node),
        changed=lambda: node.bus.wake(topic_of(machine.id), remote=False),
        transport=partial(transport_of, node, machine),
        root=settings.get("run_directory", RUN_DIRECTORY),
        http=node.http,
        lend=partial(_lend, node, machine.name, machine.registered_by or ""),
    )
    batch: BatchSystem = module.Batch(module.Settings.model_validate(settings), surroundings)
    await batch.open()
    return batch


async def transport_of(node: Node, machine: Machine) -> Transport:
    """Return how files and commands reach the machine, the connection kept until its settings change.

    Raises MachineElsewhere (503), DriverUnavailable (422).
    """
    _require_reachable(node, machine)
    opened: dict[str, tuple[int, Transport]] = node.registry.setdefault(_TRANSPORTS, {})
    revision, transport = opened.get(machine.id, (0, None))
    if transport is not None and revision >= machine.revision:
        return transport
    # What runs in test mode is made up by this node, in a directory of its own.
    module = drivers.load("machines.transport", "local" if machine.test_mode else machine.transport)
    settings = {} if machine.test_mode else machine.transport_settings
    made: Transport = module.Transport(module.Settings.model_validate(settings), surroundings_of(node, machine))
    opened[machine.id] = (machine.revision, made)
    if transport is not None:
        await transport.close()
    return made


def ssh_connection(host: str, port: int, user: str | None, surroundings: Surroundings) -> "SshLink":
    """Return a kept SSH connection for what is no machine of ours, such as a storage; nothing is connected yet."""
    from app.modules.machines.ssh_hop import Place, Route
    from app.modules.machines.ssh_link import SshLink

    return SshLink(Route(places=[Place(host, port, user)]), surroundings)


def surroundings_of(node: Node, machine: Machine) -> Surroundings:
    """Return what a transport is given: the credential out of the vault, the host keys of its row, the egress rules."""
    machine_id, name, credential_id = machine.id, machine.name, machine.credential_id
    user, revision = machine.registered_by or "", machine.revision

    def lend() -> AbstractAsyncContextManager[Secret]:
        if credential_id is None:
            raise LoginRefused(f"{name} has no credential to log in with")
        return credentials.use(node, credential_id, user=user, purpose=f"machine {name}")

    async def trusted(place: str, jump: bool) -> Sequence[str]:
        async with node.database.sessions() as session:
            return await host_keys.trusted(session, machine_id, place, jump)

    async def refused(place: str, jump: bool, line: str) -> None:
        async with node.database.transaction() as session:
            await host_keys.record_refused(session, machine_id, place, jump, line)

    async def addresses_of(host: str, port: int) -> Sequence[str]:
        return await node.http.addresses_of(host, port, usual=(SSH_PORT,))

    async def login() -> Login:
        async with node.database.transaction() as session:
            await logins.require_free(node, session, machine_id, revision, name)
        return LoginAttempt(node, machine_id, name)

    return Surroundings(lend=lend, trusted=trusted, refused=refused, addresses_of=addresses_of, login=login)


def transports(node: Node) -> Mapping[str, Transport]:
    """Return the transports that were opened, by machine."""
    kept: dict[str, tuple[int, Transport]] = node.registry.get(_TRANSPORTS, {})
    return {machine_id: transport for machine_id, (_, transport) in kept.items()}


async def close_transport(node: Node, machine_id: str) -> None:
    """End this process's connection to a machine."""
    found: tuple[int, Transport] | None = node.registry.setdefault(_TRANSPORTS, {}).pop(machine_id, None)
    if found is not None:
        await found[1].close()


async def close_all(node: Node) -> None:
    """Close every batch system and every connection that was opened."""
    opened: dict[str, BatchSystem] = node.registry.pop(_OPEN, {})
    await asyncio.gather(*[batch.close() for batch in opened.values()])
    kept: dict[str, tuple[int, Any]] = node.registry.pop(_TRANSPORTS, {})
    await asyncio.gather(*[transport.close() for _, transport in kept.values()])


@asynccontextmanager
async def _lend(node: Node, name: str, user: str, credential_id: str) -> AsyncIterator[Secret]:
    """Lend what logs in to a batch system. Raises LoginRefused when the vault has it no more, or not for this user."""
    try:
        async with credentials.use(node, credential_id, user=user, purpose=f"batch system of {name}") as secret:
            yield secret
    except Problem as problem:
        raise LoginRefused(f"{name}: {problem}") from problem


def _require_reachable(node: Node, machine: Machine) -> None:
    if not is_reachable(node, machine):
        if machine.node_name is None and machine.login_node is not None:
            raise logins.elsewhere(machine.name, machine.login_node)
        raise MachineElsewhere(f"{machine.name} is the node {machine.node_name}; only that node can speak to it")
