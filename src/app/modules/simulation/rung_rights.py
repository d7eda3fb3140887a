"""Who may use the rungs of a machine's ladder; a run that names the place of one itself is held to the same.

The house's own runs climb as far as the setting lets them, further where the owner of their incident may.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.node import Node
from app.kernel.principal import HOUSE, Principal, Role
from app.kernel.scoping import find_owner
from app.modules import accounts, machines
from app.modules.machines import RUNG_KINDS, Machine, Rung
from app.modules.simulation.schemas import SimulationSubmit
from app.modules.simulation.settings import HouseRung, SimulationSettings
from app.modules.simulation.wait_learning import default_partition

# What is said of a place, and its name: PBS has a queue for each reservation, so these share their names.
_Place = tuple[str, str]
_WHERE, _QOS = "where", "QOS"


@dataclass(frozen=True)
class Asker:
    """For whom a run is: a person as they are now, ``None`` when they are gone, or the house, up to a kind of rung."""

    person: Principal | None
    house_up_to: HouseRung | None = None

    def may_not(self, rung: Rung) -> str | None:
        """Say why not this rung; ``None`` when it may be used."""
        least = Role[rung.role.upper()]
        if self.person is not None and (self.person.role >= least or self.person.group_ids & set(rung.groups)):
            return None
        if self.house_up_to is not None:
            kinds = ("none", *RUNG_KINDS)
            if kinds.index(rung.kind) <= kinds.index(self.house_up_to):
                return None
            return f"is not for runs of the house (simulation.house_rung is {self.house_up_to})"
        groups = f" and members of {', '.join(rung.groups)}" if rung.groups else ""
        return f"is for {least.label}s{groups}"


@dataclass(frozen=True)
class Held:
    """What becomes of a run for the places it names: why not, and the core-hours charged for each core-hour."""

    against: str | None = None
    cost_factor: float = 1.0


async def asker_of(session: AsyncSession, node: Node, owner_id: str | None, incident_id: str | None) -> Asker:
    """Return for whom a simulation is, by its owner and its incident."""
    if owner_id is not None and owner_id != HOUSE:
        return Asker(await accounts.find_principal(session, owner_id))
    owner_id = await find_owner(session, incident_id) if incident_id is not None else None
    person = await accounts.find_principal(session, owner_id) if owner_id not in (None, HOUSE) else None
    return Asker(person, node.settings.of(SimulationSettings).house_rung)


def asker_for(node: Node, actor: Principal) -> Asker:
    """Return for whom a simulation would be that a caller asks for."""
    if actor.user_id == HOUSE:
        return Asker(None, node.settings.of(SimulationSettings).house_rung)
    return Asker(actor)


def held_to(machine: Machine, spec: SimulationSubmit, asker: Asker) -> Held:
    """Hold a run to the role and cost of the rungs of a machine whose places it names itself.

    What runs that name nothing get there is nobody's rung.
    """
    named = set(_named(spec)) - set(_usual(machine))
    rungs = machines.ladder_of(machine) if named else ()
    factors = []
    for place in sorted(named):
        with_it = [rung for rung in rungs if place in _places(rung)]
        # Several rungs may share a partition: the one that is named whole is meant.
        meant = [rung for rung in with_it if set(_places(rung)) <= named] or with_it
        if not meant:
            continue
        usable = [rung for rung in meant if asker.may_not(rung) is None]
        if not usable:
            return Held(f"{meant[0].place} is the rung {meant[0].kind} of its ladder, which {asker.may_not(meant[0])}")
        factors.append(min(rung.cost_factor for rung in usable))
    return Held(cost_factor=max(factors, default=1.0))


def _named(spec: SimulationSubmit) -> Iterator[_Place]:
    wanted = spec.resources
    yield from _each(_WHERE, wanted.partition)
    yield from _each(_WHERE, wanted.reservation)
    yield from _each(_QOS, wanted.qos)
    for option in spec.extra:
        value = option.partition("=")[2]
        yield from (*_each(_WHERE, value), *_each(_QOS, value))


def _usual(machine: Machine) -> Iterator[_Place]:
    yield from _each(_WHERE, default_partition(machine))
    yield from _each(_QOS, (machine.settings or {}).get("qos"))


def _places(rung: Rung) -> Iterator[_Place]:
    yield from _each(_WHERE, rung.partition)
    yield from _each(_WHERE, rung.reservation)
    yield from _each(_QOS, rung.qos)


def _each(kind: str, said: str | None) -> Iterator[_Place]:
    """Take apart what may be several: Slurm takes ``one,other``, PBS ``queue@server``."""
    for name in (said or "").split(","):
        if name := name.partition("@")[0].strip():
            yield kind, name.casefold()
