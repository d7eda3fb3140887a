"""The escalation ladder: normal, urgent, preemption, reservation; each rung only when those before it are too late.

A run climbs when it has a deadline no machine is likely to meet, a machine's owner has written down a rung that is, and
its owner may use that. Every rung that was looked at is kept with the decision: its cost, its victims, why or why not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.node import Node
from app.modules import machines
from app.modules.machines import RUNG_KINDS, Machine, Rung
from app.modules.simulation.core_hours import Budget, core_hours
from app.modules.simulation.estimates import Estimate
from app.modules.simulation.limits import against
from app.modules.simulation.models import Simulation
from app.modules.simulation.queue_room import Survey, Victim, start, told
from app.modules.simulation.rung_rights import Asker, held_to
from app.modules.simulation.schemas import SimulationSubmit

_PLACE = ("partition", "qos", "reservation")


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """A rung of a machine as it was weighed for one run; ``core_hours`` are those charged for all the time it may."""

    machine: str
    kind: str
    partition: str | None
    qos: str | None
    reservation: str | None
    cost_factor: float
    core_hours: float
    against: str | None = None
    wait_seconds: float | None = None
    late_seconds: float | None = None
    meets_deadline: bool | None = None
    victims: tuple[Victim, ...] = ()

    def kept(self) -> dict[str, Any]:
        """Return it as it is kept with a decision."""
        return {**asdict(self), "victims": [asdict(one) for one in self.victims]}


@dataclass(frozen=True)
class Climb:
    """What came of weighing the rungs: the one to use, if any, and all that were looked at."""

    weighed: list[Weighed]
    reasons: list[str]
    machine: Machine | None = None
    rung: Weighed | None = None


@dataclass(frozen=True)
class Climber:
    """What decides about climbing besides the run: for whom it is, who pays, and the queues as they were just seen.

    ``need_not`` names another of its race that makes climbing needless: a race climbs once.
    """

    node: Node
    surveys: Mapping[str, Survey]
    asker: Asker
    budget: Budget
    need_not: str | None = None

    async def climb(
        self,
        session: AsyncSession,
        spec: SimulationSubmit,
        fitting: Sequence[tuple[Machine, Estimate]],
        refused: Mapping[str, str],
    ) -> Climb | None:
        """Weigh the rungs of machines that are all too late; ``None`` where there are no ladders."""
        ladders = [(machine, estimate, machines.ladder_of(machine)) for machine, estimate in fitting]
        if spec.deadline_at is None or not any(rungs for *_, rungs in ladders):
            return None
        if not spec.escalate:
            return Climb([], ["does not climb: it was asked for without escalation, as every exercise is"])
        if self.need_not is not None:
            return Climb([], [f"does not climb: {self.need_not}"])
        now = datetime.now(UTC)
        left = (spec.deadline_at - now).total_seconds()
        weighed: list[Weighed] = []
        reasons: list[str] = []
        for kind in RUNG_KINDS:
            good: list[tuple[Weighed, Machine, Rung]] = []
            for machine, estimate, rungs in ladders:
                for rung in [one for one in rungs if one.kind == kind]:
                    one, text = await self._weigh(session, spec, machine, estimate, rung, refused, left, now)
                    weighed.append(one)
                    reasons.append(f"{machine.name}, {kind} ({rung.place}): {text}")
                    if one.meets_deadline:
                        good.append((one, machine, rung))
            if good:
                best, machine, rung = min(good, key=lambda g: (g[0].core_hours, g[0].late_seconds or 0.0, g[1].name))
                self.surveys[machine.id].promised[rung.reservation] += spec.resources.cores
                reasons.append(f"climbs to {kind} of {machine.name}: those before it are too late, this one is not")
                return Climb(weighed, reasons, machine, best)
        reasons.append("does not climb: no rung that may be used has it done by the deadline")
        return Climb(weighed, reasons)

    async def _weigh(
        self,
        session: AsyncSession,
        spec: SimulationSubmit,
        machine: Machine,
        estimate: Estimate,
        rung: Rung,
        refused: Mapping[str, str],
        left: float,
        now: datetime,
    ) -> tuple[Weighed, str]:
        wanted = spec.resources.model_dump()
        # What the run names itself and the rung leaves as it is has its price too.
        left_open = {name: None for name in _PLACE if getattr(rung, name) is not None}
        kept = spec.model_copy(update={"resources": spec.resources.model_copy(update=left_open)})
        cost_factor = max(rung.cost_factor, held_to(machine, kept, self.asker).cost_factor)
        told_of: dict[str, Any] = {
            "machine": machine.name,
            "kind": rung.kind,
            **{name: getattr(rung, name) for name in _PLACE},
            "cost_factor": cost_factor,
            "core_hours": round(core_hours(wanted) * cost_factor, 4),
        }
        why = self.asker.may_not(rung) or _cannot(self.node, machine, spec, rung)
        if why is None and (said := refused.get(refused_key(machine.id, rung.kind))) is not None:
            why = f"was refused there: {said}"
        if why is None:
            why = await self.budget.against(session, wanted, cost_factor)
        if why is not None:
            return Weighed(**told_of, against=why), why
        begins = start(self.surveys.get(machine.id, Survey(None)), rung, spec.resources.cores, now)
        if begins.seconds is None:
            return Weighed(**told_of, against=begins.text), begins.text
        late = round(estimate.staging_seconds + begins.seconds + estimate.run.p90, 3)
        meets = left >= late
        one = Weighed(
            **told_of, wait_seconds=round(begins.seconds, 3), late_seconds=late, meets_deadline=meets,
            victims=begins.victims,
        )  # fmt: skip
        cost = f"{one.core_hours:.3g} core-hours at {cost_factor:g} each"
        done = f"done in {late:.0f} s at the latest, {'in time' if meets else 'too late'}"
        return one, f"{begins.text}; {done}; {cost}; {told(begins.victims)}"


def refused_key(machine_id: str, kind: str | None) -> str:
    """Return under what a machine's refusal is remembered: of a rung, its other rungs are still good."""
    return machine_id if kind is None else f"{machine_id}/{kind}"


def rung_of(row: Simulation) -> dict[str, Any] | None:
    """Return the rung a simulation climbed to, as it is kept."""
    rung: dict[str, Any] | None = (row.placement or {}).get("rung")
    return rung


def climbed(spec: dict[str, Any], rung: Weighed) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the kept spec of a run as it goes to its rung, and the rung as it is kept, with what was asked for."""
    resources = spec["resources"]
    there = {name: getattr(rung, name) for name in _PLACE}
    # What a rung leaves open stays what was asked for.
    place = {name: value for name, value in there.items() if value is not None}
    kept = {**rung.kept(), "instead_of": {name: resources.get(name) for name in _PLACE}}
    return {**spec, "resources": {**resources, **place}}, kept


def as_asked(row: Simulation) -> dict[str, Any]:
    """Return the kept spec of a simulation as it was asked for, whatever it climbed to."""
    rung = rung_of(row)
    spec: dict[str, Any] = row.spec
    return spec if rung is None else {**spec, "resources": {**spec["resources"], **rung["instead_of"]}}


def _cannot(node: Node, machine: Machine, spec: SimulationSubmit, rung: Rung) -> str | None:
    """Hold the limits of the rung's own partition against the run."""
    if rung.partition is None:
        return None
    there = spec.model_copy(update={"resources": spec.resources.model_copy(update={"partition": rung.partition})})
    never, not_now = against(machine, node, there)
    return never or not_now
