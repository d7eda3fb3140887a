"""What speaks against a machine for a run: for ever, or now."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from app.kernel.node import Node
from app.modules.machines import Inventory, Machine, is_reachable, waits_for_login
from app.modules.simulation.schemas import Resources, SimulationSubmit

# Asked every 15 s: what has not answered for this long is not known to be there.
FRESH = timedelta(minutes=10)


def against(
    machine: Machine, node: Node, spec: SimulationSubmit, inventory: Inventory | None = None
) -> tuple[str | None, str | None]:
    """Return why the machine can never run this, and why it cannot now.

    Without an inventory the software it has is not looked at.
    """
    if spec.machine is not None and spec.machine != machine.name:
        return f"{spec.machine} was asked for", None
    if spec.machines and machine.name not in spec.machines:
        return f"it may only run on {', '.join(spec.machines)}", None
    if machine.node_name not in (None, node.name):
        return None, f"only the node {machine.node_name} can use it"
    if not is_reachable(node, machine):
        return None, f"only the node {machine.login_node} can use it: it is logged in there"
    if machine.driver is None:
        return "has no batch system we speak to", None
    wanted = spec.resources
    if machine.state != "pending" and wanted.cores > machine.cores:
        return f"has {machine.cores} cores for runs, {wanted.cores} are wanted", None
    nodes = wanted.nodes or 1
    if machine.memory_bytes is not None and wanted.memory_bytes > machine.memory_bytes * nodes:
        return f"has {machine.memory_bytes:,} bytes of memory, {wanted.memory_bytes:,} are wanted", None
    never, not_now = _against_partitions(machine, wanted)
    if never is not None:
        return never, None
    lacking = None
    if inventory is not None:
        never, lacking = inventory.against(machine, spec.software)
        if never is not None:
            return never, None
    return None, _not_now(machine) or not_now or lacking


def against_inputs(machine: Machine, inputs: Mapping[str, Sequence[str]]) -> str | None:
    """Return why these inputs, their tags by their paths, may not be brought to the machine."""
    for path, tags in inputs.items():
        if refused := [tag for tag in machine.refused_tags or () if tag in tags]:
            return f"takes no data tagged {refused[0]}, and the input {path} is"
        if machine.only_tags and not set(machine.only_tags) & set(tags):
            return f"takes only data tagged {' or '.join(machine.only_tags)}, and the input {path} is not"
    return None


def _not_now(machine: Machine) -> str | None:
    if not machine.enabled:
        return "is disabled"
    if machine.cordoned:
        return "is cordoned"
    if machine.maintenance_until is not None:
        return f"is being maintained until {machine.maintenance_until:%Y-%m-%d %H:%M} UTC"
    if machine.state != "answers":
        if (said := waits_for_login(machine)) is not None:
            return said.removeprefix(f"{machine.name} ")
        return "does not answer" if machine.state == "unreachable" else "has not answered yet"
    polled_at = machine.last_polled_at
    if polled_at is not None and datetime.now(UTC) - polled_at > FRESH:
        return f"was last heard of at {polled_at:%H:%M:%S} UTC"
    return None


def _against_partitions(machine: Machine, wanted: Resources) -> tuple[str | None, str | None]:
    """Look at the partitions found on the machine; where none are known, nothing speaks against it."""
    known: Sequence[dict[str, object]] = (machine.report or {}).get("partitions") or []
    if not known:
        return None, None
    chosen = [one for one in known if wanted.partition is None or one["name"] == wanted.partition]
    if not chosen:
        names = ", ".join(sorted(str(one["name"]) for one in known))
        return f"has no partition {wanted.partition}; there are: {names}", None
    if wanted.partition is None:
        chosen = [one for one in chosen if one.get("is_default")] or chosen
    refusals = [_against_partition(one, wanted) for one in chosen]
    if all(refusals):
        return str(refusals[0]), None
    fitting = [one for one, refusal in zip(chosen, refusals, strict=True) if refusal is None]
    if all(one.get("state") not in (None, "up") for one in fitting):
        return None, f"partition {fitting[0]['name']} is {fitting[0]['state']}"
    return None, None


def _against_partition(partition: dict[str, object], wanted: Resources) -> str | None:
    name = partition["name"]
    longest, count = _number(partition, "walltime_seconds"), _number(partition, "node_count")
    cores, memory = _number(partition, "cores_per_node"), _number(partition, "memory_bytes_per_node")
    if longest is not None and wanted.walltime_seconds > longest:
        return f"partition {name} lets runs take {longest:g} s, {wanted.walltime_seconds:g} s are wanted"
    nodes = wanted.nodes or (math.ceil(wanted.cores / cores) if cores else 1)
    if count is not None and nodes > count:
        return f"partition {name} has {count:g} nodes, {nodes} are wanted"
    if cores and wanted.cores > cores * nodes:
        return f"nodes of partition {name} have {cores:g} cores, {wanted.cores} on {nodes} are wanted"
    if memory is not None and wanted.memory_bytes > memory * nodes:
        return f"nodes of partition {name} have {memory:,.0f} bytes of memory, {wanted.memory_bytes:,} are wanted"
    return None


def _number(partition: dict[str, object], name: str) -> float | None:
    value = partition.get(name)
    return float(value) if isinstance(value, int | float) else None
