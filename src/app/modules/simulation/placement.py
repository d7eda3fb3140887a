"""Choosing the machine for a run, with the reasons kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.kernel.node import Node
from app.modules.machines import Machine
from app.modules.simulation.schemas import SimulationSubmit


@dataclass(frozen=True)
class Choice:
    """The machine to use, or why there is none; ``hopeless`` when no machine there is could ever be used."""

    machine: Machine | None
    reasons: list[str]
    hopeless: bool


def choose(known: Sequence[Machine], node: Node, spec: SimulationSubmit, cores_promised: Mapping[str, int]) -> Choice:
    """Choose among the machines this node can speak to: those that fit and may be used, the least busy first.

    ``cores_promised`` counts, by machine id, what was placed just now and a machine does not report yet.
    """
    fitting: list[tuple[float, str, Machine]] = []
    reasons = []
    hopeless = True
    for machine in known:
        never, not_now = _against(machine, node, spec)
        if never is None:
            hopeless = False
        against = never or not_now
        if against is None:
            used = machine.cores_used + cores_promised.get(machine.id, 0)
            fitting.append((used / machine.cores, machine.name, machine))
            reasons.append(f"{machine.name}: fits; {used} of {machine.cores} cores in use or promised")
        else:
            reasons.append(f"{machine.name}: {against}")
    chosen = min(fitting)[2] if fitting else None
    if chosen is not None and len(fitting) > 1:
        reasons.append(f"{chosen.name} is the least busy of those that fit")
    return Choice(chosen, reasons, hopeless)


def _against(machine: Machine, node: Node, spec: SimulationSubmit) -> tuple[str | None, str | None]:
    """Return why the machine can never run this, and why it cannot now."""
    wanted = spec.resources
    if spec.machine is not None and spec.machine != machine.name:
        return f"{spec.machine} was asked for", None
    if machine.node_name not in (None, node.name):
        return None, f"only the node {machine.node_name} can use it"
    if machine.state != "pending" and wanted.cores > machine.cores:
        return f"has {machine.cores} cores for runs, {wanted.cores} are wanted", None
    if machine.memory_bytes is not None and wanted.memory_bytes > machine.memory_bytes:
        return f"has {machine.memory_bytes:,} bytes of memory, {wanted.memory_bytes:,} are wanted", None
    if not machine.enabled:
        return None, "is disabled"
    if machine.cordoned:
        return None, "is cordoned"
    if machine.state != "answers":
        return None, "does not answer" if machine.state == "unreachable" else "has not answered yet"
    return None, None
