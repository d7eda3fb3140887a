"""Machines: find, list, change, and remember how they answered."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import clear_alarm, raise_alarm
from app.kernel.bus import hint, publish
from app.kernel.ids import new_id
from app.kernel.node import Node
from app.modules.machines.batch import Load
from app.modules.machines.connections import directory_of
from app.modules.machines.errors import MachineNotFound
from app.modules.machines.events import MachineChanged
from app.modules.machines.models import Machine
from app.modules.machines.schemas import MachineChange, MachinesSettings

MACHINES_TOPIC = "machines"
# In the directory of the node's own runs: which row it is, whatever the node is called by now.
_IDENTITY = ".machine_id"


async def ensure_local(session: AsyncSession, node: Node) -> Machine:
    """Return the machine that this node is itself, made when it is new."""
    directory = directory_of(node)
    directory.mkdir(parents=True, exist_ok=True, mode=0o750)
    identity = directory / _IDENTITY
    known = identity.read_text().strip() if identity.is_file() else None
    machine = await session.get(Machine, known) if known else None
    if machine is None:
        name = "local" if await _named(session, "local") is None else f"local-{node.name}"
        machine = await _named(session, name)
        if machine is None or machine.node_name != node.name:
            machine = Machine(id=new_id("mch"), name=name, driver="local", transport="local", cores=0)
            session.add(machine)
        identity.write_text(machine.id)
    settings = node.settings.of(MachinesSettings)
    machine.node_name = node.name
    machine.settings = {
        "cores": settings.local_cores,
        "grace_seconds": settings.local_grace_seconds,
        "nice": settings.local_nice,
        "output_bytes": settings.local_output_bytes,
        "file_bytes": settings.local_file_bytes,
    }
    await session.flush()
    return machine


async def _named(session: AsyncSession, name: str) -> Machine | None:
    machine: Machine | None = await session.scalar(select(Machine).where(Machine.name == name))
    return machine


async def get(session: AsyncSession, machine_id: str) -> Machine:
    """Return a machine. Raises MachineNotFound (404)."""
    machine = await session.get(Machine, machine_id)
    if machine is None:
        raise MachineNotFound(f"There is no machine {machine_id}")
    return machine


async def list_all(session: AsyncSession) -> Sequence[Machine]:
    """Return every machine by name; there are tens of them, not thousands."""
    return (await session.scalars(select(Machine).order_by(Machine.name))).all()


async def change(session: AsyncSession, machine_id: str, wanted: MachineChange, *, actor: str | None) -> Machine:
    """Enable, disable, cordon or uncordon a machine. Announces machine.changed. Raises MachineNotFound (404)."""
    machine = await get(session, machine_id)
    words = {"enabled": ("was disabled", "was enabled"), "cordoned": ("was uncordoned", "was cordoned")}
    for field, value in wanted.model_dump(exclude_none=True).items():
        if getattr(machine, field) != value:
            setattr(machine, field, value)
            _announce(session, machine, words[field][value], actor)
    await session.flush()
    return machine


async def record_answer(session: AsyncSession, machine_id: str, load: Load) -> None:
    """Remember that a machine answered and how busy it is. Announces machine.changed when it had been silent."""
    machine = await get(session, machine_id)
    if machine.state == "unreachable":
        _announce(session, machine, "answers again", None)
        await clear_alarm(session, f"machine:{machine.id}")
    elif (machine.state, machine.cores) != ("answers", load.cores):
        hint(session, MACHINES_TOPIC)
    machine.state, machine.last_error, machine.last_polled_at = "answers", None, func.now()
    machine.cores, machine.memory_bytes, machine.cores_used = load.cores, load.memory_bytes, load.cores_used
    machine.queued_count, machine.running_count = load.queued_count, load.running_count
    await session.flush()


async def record_silence(session: AsyncSession, machine_id: str, error: str) -> None:
    """Remember that a machine did not answer. Announces machine.changed and raises an alarm when that is new."""
    machine = await get(session, machine_id)
    if machine.state != "unreachable":
        _announce(session, machine, f"does not answer: {error}", None)
        await raise_alarm(
            session,
            f"machine:{machine.id}",
            priority="high",
            title=f"{machine.name} does not answer",
            consequence="Nothing is sent there, and how its simulations stand is not known.",
            action=f"Look whether it is up and reachable from here. It said: {error}",
            subject_id=machine.id,
        )
    machine.state, machine.last_error = "unreachable", error
    await session.flush()


def _announce(session: AsyncSession, machine: Machine, what: str, actor: str | None) -> None:
    publish(session, MachineChanged(subject_id=machine.id, actor=actor, name=machine.name, change=what))
    hint(session, MACHINES_TOPIC)
