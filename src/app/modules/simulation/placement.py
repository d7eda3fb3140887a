"""Choosing the machine for a run: of those that may take it, the one that is predicted to have it done first.

What was predicted, and why not the others, is kept with the simulation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.node import Node
from app.modules import machines
from app.modules.machines import Machine, Provided
from app.modules.simulation.core_hours import Budget
from app.modules.simulation.escalation import Climb, Climber, refused_key
from app.modules.simulation.estimates import Estimate, Estimates
from app.modules.simulation.limits import against, against_inputs
from app.modules.simulation.pacing import Turns
from app.modules.simulation.queue_wait import Queue
from app.modules.simulation.rung_rights import Asker, held_to
from app.modules.simulation.schemas import SimulationSubmit

_TOLD_SECONDS = 1.0  # machines that differ by less are as quick as each other


@dataclass(frozen=True)
class Candidate:
    """A machine that was looked at: what speaks against it, or when the run would be done there."""

    machine: str
    against: str | None = None
    queue: Queue | None = None
    estimate: Estimate | None = None
    meets_deadline: bool | None = None


@dataclass(frozen=True)
class Choice:
    """The machine to use, or why there is none; ``hopeless`` when no machine there is could ever be used."""

    machine: Machine | None
    reasons: list[str]
    hopeless: bool
    candidates: list[Candidate] = field(default_factory=list)
    climb: Climb | None = None
    cost_factor: float = 1.0
    # No machine, and one would do if fewer runs of ours were there.
    crowded: bool = False
    software: list[Provided] = field(default_factory=list)

    def kept(self) -> dict[str, Any]:
        """Return the decision as it is kept with a simulation."""
        name = self.machine.name if self.machine else None
        chosen = next((one for one in self.candidates if one.machine == name), None)
        return {
            "machine": name,
            "reasons": self.reasons,
            "candidates": [_kept(one) for one in self.candidates],
            "decided_at": datetime.now(UTC).isoformat(),
            "queue": {**vars(chosen.queue)} if chosen and chosen.queue else None,
            "cost_factor": self.cost_factor,
            **({"ladder": [one.kept() for one in self.climb.weighed]} if self.climb else {}),
            **({"rung": self.climb.rung.kept()} if self.climb and self.climb.rung else {}),
            **({"software": [one.model_dump() for one in self.software]} if self.software else {}),
        }


def _kept(one: Candidate) -> dict[str, Any]:
    return {
        **vars(one),
        "queue": {**vars(one.queue)} if one.queue else None,
        "estimate": one.estimate.kept() if one.estimate else None,
    }


async def decide(
    session: AsyncSession,
    known: Sequence[Machine],
    node: Node,
    spec: SimulationSubmit,
    *,
    history_key: str | None,
    promised: Mapping[str, int],
    taken: Mapping[str, str],
    asker: Asker,
    budget: Budget,
    refused: Mapping[str, str] | None = None,
    estimates: Estimates | None = None,
    climber: Climber | None = None,
    turns: Turns | None = None,
) -> Choice:
    """Choose among the machines this node can speak to.

    ``promised`` counts, by machine id, cores that were given away just now and a machine does not report yet; ``taken``
    are machines where another of its group is, ``refused`` what machines said that will not have it. A run that names
    the place of a rung itself is held to it by ``asker`` and ``budget``. With a ``climber`` a run that every machine
    has done too late may go to a higher rung of one. ``turns`` tell when each takes another.
    """
    estimates = estimates or Estimates(session)
    inventory = await machines.inventory_of(session, spec.software)
    fitting: list[tuple[tuple[Any, ...], Machine]] = []
    candidates, reasons = [], []
    cost_factors: dict[str, float] = {}
    hopeless, crowded = True, False
    inputs = await estimates.tags_of_inputs(spec)
    for machine in known:
        never, not_now = against(machine, node, spec, inventory)
        held = held_to(machine, spec, asker)
        never, cost_factors[machine.name] = never or held.against, held.cost_factor
        if never is None and not_now is None:
            not_now = await budget.against(session, spec.resources.model_dump(), held.cost_factor)
        if machine.id in taken:
            not_now = f"is where {taken[machine.id]} of its group is"
        never = never or against_inputs(machine, inputs)
        if refused and (said := refused.get(refused_key(machine.id, None))) is not None:
            never = f"refused it: {said}"
        if never is None:
            hopeless = False
        if never is None and not_now is None and turns is not None:
            not_now = turns.against(machine)
            crowded |= not_now is not None
        if (why := never or not_now) is not None:
            candidates.append(Candidate(machine.name, against=why))
            reasons.append(f"{machine.name}: {why}")
            continue
        used = machine.cores_used + promised.get(machine.id, 0)
        queue = _queue(machine, used, spec)
        estimate = await estimates.of(machine, spec, history_key, queue, promised=promised.get(machine.id, 0))
        if turns is not None and (turn := turns.wait_seconds(machine)):
            estimate = estimate.after(turn)
        meets = _meets(spec, estimate)
        candidates.append(Candidate(machine.name, queue=queue, estimate=estimate, meets_deadline=meets))
        reasons.append(f"{machine.name}: fits; {used} of {machine.cores} cores in use or promised; {estimate.text}")
        late = meets is False
        rank = (late, round(estimate.done_seconds / _TOLD_SECONDS), used / machine.cores, machine.name)
        fitting.append((rank, machine))
    chosen = min(fitting, key=lambda one: one[0])[1] if fitting else None
    if chosen is not None and len(fitting) > 1:
        reasons.append(_because(chosen, fitting))
    if chosen is not None and all(rank[0] for rank, _ in fitting):
        reasons.append(f"no machine is likely to have it done by {spec.deadline_at:%Y-%m-%d %H:%M} UTC")
        if climber is not None:
            known_by = {machine.name: machine for _, machine in fitting}
            too_late = [(known_by[one.machine], one.estimate) for one in candidates if one.estimate is not None]
            climb = await climber.climb(session, spec, too_late, refused or {})
            if climb is not None:
                where = climb.machine or chosen
                cost_factor = climb.rung.cost_factor if climb.rung else cost_factors[where.name]
                software = inventory.chosen(where.id, spec.software)
                reasons += climb.reasons
                return Choice(where, reasons, hopeless, candidates, climb, cost_factor, software=software)
    cost_factor = cost_factors[chosen.name] if chosen else 1.0
    software = inventory.chosen(chosen.id, spec.software) if chosen else []
    crowded = crowded and chosen is None
    return Choice(chosen, reasons, hopeless, candidates, cost_factor=cost_factor, crowded=crowded, software=software)


def _because(chosen: Machine, fitting: Sequence[tuple[tuple[Any, ...], Machine]]) -> str:
    ranks = sorted(rank for rank, _ in fitting)
    if ranks[0][0] != ranks[1][0]:
        return f"{chosen.name} is likely to have it done by the deadline"
    if ranks[0][1] != ranks[1][1]:
        return f"{chosen.name} is predicted to have it done first"
    return f"{chosen.name} is the least busy of those that have it done first"


def _meets(spec: SimulationSubmit, estimate: Estimate) -> bool | None:
    if spec.deadline_at is None:
        return None
    return (spec.deadline_at - datetime.now(UTC)).total_seconds() >= estimate.late_seconds


def _queue(machine: Machine, used: int, spec: SimulationSubmit) -> Queue:
    wanted = spec.resources.cores
    free = used + wanted <= machine.cores
    # What waits is taken to be like this one: of others only their number is known.
    return Queue(free=free, backlog=round((used + machine.queued_count * wanted) / max(1, machine.cores), 3))
