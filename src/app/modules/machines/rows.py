"""Machines as rows: found, listed, told about, and how they answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import clear_alarm, raise_alarm
from app.kernel.bus import hint, publish
from app.modules.machines.batch import Load
from app.modules.machines.errors import MachineNotFound
from app.modules.machines.events import MachineChanged
from app.modules.machines.models import Machine

MACHINES_TOPIC = "machines"


async def get(session: AsyncSession, machine_id: str, *, lock: bool = False) -> Machine:
    """Return a machine. Raises MachineNotFound (404)."""
    query = select(Machine).where(Machine.id == machine_id, Machine.removed_at.is_(None))
    if lock:
        query = query.with_for_update(of=Machine).execution_options(populate_existing=True)
    machine: Machine | None = await session.scalar(query)
    if machine is None:
        raise MachineNotFound(f"There is no machine {machine_id}")
    return machine


async def find_named(session: AsyncSession, name: str) -> Machine | None:
    """Return the machine of this name."""
    query = select(Machine).where(Machine.name == name, Machine.removed_at.is_(None))
    machine: Machine | None = await session.scalar(query)
    return machine


async def list_all(session: AsyncSession) -> Sequence[Machine]:
    """Return every machine by name; there are tens of them, not thousands."""
    return (await session.scalars(select(Machine).where(Machine.removed_at.is_(None)).order_by(Machine.name))).all()


@dataclass(frozen=True, kw_only=True)
class MachineFilter:
    """Which machines: those that fit all of what is given; ``name`` is a part of theirs."""

    name: str | None = None
    driver: str | None = None
    transport: str | None = None
    states: Sequence[str] = ()
    enabled: bool | None = None
    cordoned: bool | None = None


async def list_fitting(session: AsyncSession, wanted: MachineFilter) -> Sequence[Machine]:
    """Return the machines that fit, by name."""
    exact = {name: getattr(wanted, name) for name in ("driver", "transport", "enabled", "cordoned")}
    return [
        machine
        for machine in await list_all(session)
        if (wanted.name is None or wanted.name.lower() in machine.name.lower())
        and (not wanted.states or machine.state in wanted.states)
        and all(value is None or getattr(machine, name) == value for name, value in exact.items())
    ]


async def record_answer(session: AsyncSession, machine_id: str, load: Load) -> None:
    """Remember that a machine answered and how busy it is. Announces machine.changed when it had been silent."""
    machine = await get(session, machine_id)
    if machine.state == "unreachable":
        announce(session, machine, "answers again", None)
        await clear_alarm(session, f"machine:{machine.id}")
    elif (machine.state, machine.cores) != ("answers", load.cores):
        hint(session, MACHINES_TOPIC)
    machine.state, machine.last_error, machine.last_polled_at = "answers", None, func.now()
    machine.cores, machine.memory_bytes, machine.cores_used = load.cores, load.memory_bytes, load.cores_used
    machine.queued_count, machine.running_count = load.queued_count, load.running_count
    await session.flush()


async def record_silence(session: AsyncSession, machine_id: str, error: str) -> None:
    """Remember that a machine did not answer. Announces machine.changed and raises an alarm when that is new.

    No alarm while it is being maintained, nor for one that has never answered: that is told to who registers it.
    """
    machine = await get(session, machine_id)
    quiet = machine.maintenance_until is not None or (machine.state == "pending" and machine.registered_by is not None)
    if machine.state != "unreachable" and not quiet:
        announce(session, machine, f"does not answer: {error}", None)
        await raise_alarm(
            session,
            f"machine:{machine.id}",
            priority="high",
            title=f"{machine.name} does not answer",
            consequence="Nothing is sent there, and how its simulations stand is not known.",
            action=f"Look whether it is up and reachable from here. It said: {error}",
            subject_id=machine.id,
        )
    if not quiet:
        machine.state = "unreachable"
    machine.last_error = error
    await session.flush()


async def record_waiting(session: AsyncSession, machine_id: str, text: str) -> None:
    """Remember that a machine answers, but lets nobody in before a person logs in. No alarm: the login's is enough."""
    machine = await get(session, machine_id)
    if machine.state != "unreachable" or machine.last_error != text:
        hint(session, MACHINES_TOPIC)
    await clear_alarm(session, f"machine:{machine.id}")
    if machine.state != "pending":
        machine.state = "unreachable"
    machine.last_error = text
    await session.flush()


def waits_for_login(machine: Machine) -> str | None:
    """Say that a machine waits for somebody to log in, and how; ``None`` when it does not."""
    if machine.login_state in (None, "connected", "ended"):
        return None
    return how_to_answer(machine.name)


def how_to_answer(name: str) -> str:
    """Say what a machine waits for, and what to do."""
    return f"{name} waits for a login: answer it with `stormbell machines answer {name}`"


def announce(session: AsyncSession, machine: Machine, what: str, actor: str | None) -> None:
    """Publish that a machine changed."""
    publish(session, MachineChanged(subject_id=machine.id, actor=actor, name=machine.name, change=what))
    hint(session, MACHINES_TOPIC)
