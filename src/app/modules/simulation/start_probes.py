"""Asking batch systems when a run would start (``sbatch --test-only``) before it is placed; outside any transaction.

A weak hint, so it is asked for only where nothing better was learned: briefly, and of each kind of run once a minute.
"""

import asyncio
import math
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.errors import Problem
from app.kernel.node import Node
from app.modules import machines
from app.modules.machines import ForeseesStarts, Machine
from app.modules.simulation.breakers import breaker_of
from app.modules.simulation.escalation import as_asked
from app.modules.simulation.learned_waits import FRESH
from app.modules.simulation.limits import against
from app.modules.simulation.models import Simulation
from app.modules.simulation.pacing import Turns
from app.modules.simulation.schemas import SimulationSubmit
from app.modules.simulation.settings import SimulationSettings
from app.modules.simulation.staging import run_of
from app.modules.simulation.told_starts import Starts, ToldStart, shape_of
from app.modules.simulation.wait_learning import default_partition
from app.modules.simulation.wait_model import LEAST_LEARNED
from app.modules.simulation.wait_rows import QueueLook, WaitModelRow

log = structlog.get_logger(__name__)

_KEPT_SECONDS = 60.0
_KINDS = 16  # of runs in one portion that are looked at: most are alike
_SHAPES = 4  # a machine is asked about at once
_SHAPES_KEPT = 20  # and within a minute


@dataclass
class _Asked:
    """What a machine said of a shape of run; whoever asks at the same time waits for the one question."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    at: float = -math.inf
    said: ToldStart | None = None

    @property
    def is_fresh(self) -> bool:
        return self.lock.locked() or time.monotonic() - self.at < _KEPT_SECONDS


async def starts_for(node: Node, simulation_ids: Sequence[str]) -> Starts:
    """Return when those of these that are still to be placed would start, as far as batch systems tell in time."""
    async with node.database.sessions() as session:
        kinds = [Simulation.spec[name] for name in ("resources", "extra", "machine", "machines", "software")]
        query = (
            select(Simulation)
            .ext(distinct_on(*kinds))
            .where(
                Simulation.id.in_(simulation_ids),
                Simulation.state == "created",
                Simulation.submission == "none",
                Simulation.cancel_requested_at.is_(None),
            )
            .limit(_KINDS)
        )
        rows = sorted(await session.scalars(query), key=lambda row: -row.urgency)
        specs = [SimulationSubmit.model_validate(as_asked(row)) for row in rows]
        known = await machines.list_all(session) if specs else []
    return await starts_of(node, known, specs)


async def starts_of(node: Node, known: Sequence[Machine], specs: Sequence[SimulationSubmit]) -> Starts:
    """Return when runs like these would start, as far as batch systems tell in time."""
    seconds = node.settings.of(SimulationSettings).start_probe_seconds
    asked = [machine for machine in known if _may_be_asked(node, machine)] if seconds else []
    if not asked or not specs:
        return {}
    async with node.database.sessions() as session:
        turns = await Turns.load(session, asked)
        learned = await _learned(session, asked)
        wanted: dict[tuple[str, str], tuple[Machine, SimulationSubmit]] = {}
        for spec in specs:
            inventory = await machines.inventory_of(session, spec.software)
            for machine in asked:
                busy = turns.against(machine) is not None or turns.wait_seconds(machine) > 0
                is_known = (machine.id, spec.resources.partition or default_partition(machine)) in learned
                if not busy and not is_known and against(machine, node, spec, inventory) == (None, None):
                    wanted[machine.id, shape_of(spec)] = machine, spec
    counts = Counter[str]()
    chosen = []
    for key in wanted:
        counts[key[0]] += 1
        if counts[key[0]] <= _SHAPES:
            chosen.append(key)
    found = await asyncio.gather(*[_ask(node, *wanted[key], key[1], seconds) for key in chosen])
    return {key: said for key, said in zip(chosen, found, strict=True) if said is not None}


def _may_be_asked(node: Node, machine: Machine) -> bool:
    # What runs on a host of ours starts by our own queue.
    is_elsewhere = machine.node_name is None and machines.is_reachable(node, machine)
    return is_elsewhere and machines.foresees_starts(machine) and not breaker_of(node, machine).wait_seconds


async def _learned(session: AsyncSession, known: Sequence[Machine]) -> set[tuple[str, str]]:
    """Return the machines and partitions whose learned model is gone by: a hint would be asked for in vain."""
    query = (
        select(WaitModelRow.machine_id, WaitModelRow.partition)
        .join(QueueLook, QueueLook.machine_id == WaitModelRow.machine_id)
        .where(
            WaitModelRow.machine_id.in_([machine.id for machine in known]),
            WaitModelRow.learned_count >= LEAST_LEARNED,
            QueueLook.looked_at > func.now() - FRESH,
        )
    )
    return {(machine_id, partition) for machine_id, partition in await session.execute(query)}


async def _ask(node: Node, machine: Machine, spec: SimulationSubmit, shape: str, seconds: float) -> ToldStart | None:
    """Return what a machine says of such a run, or said within the last minute; it is asked once at a time."""
    everywhere: dict[str, dict[tuple[int, str], _Asked]] = node.registry.setdefault("simulation.starts", {})
    kept = {key: one for key, one in everywhere.get(machine.id, {}).items() if one.is_fresh}
    everywhere[machine.id] = kept
    key = machine.revision, shape
    if key not in kept and len(kept) >= _SHAPES_KEPT:
        return None
    asked = kept.setdefault(key, _Asked())
    try:
        async with asyncio.timeout(seconds), asked.lock:
            if not math.isfinite(asked.at):
                asked.at = time.monotonic()
                asked.said = await _start(node, machine, spec)
    # Not through the breaker: one that does not foresee in time is not silent.
    except (OSError, TimeoutError, Problem, ValueError) as error:
        log.info("no start foreseen", machine=machine.name, error=str(error) or "it took too long")
    return asked.said


async def _start(node: Node, machine: Machine, spec: SimulationSubmit) -> ToldStart | None:
    batch = await machines.batch_of(node, machine)
    if not isinstance(batch, ForeseesStarts):
        return None
    at = await batch.estimate(run_of("probe-1", "probe", spec))
    return ToldStart(at, datetime.now(UTC)) if at is not None else None
