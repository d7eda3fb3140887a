"""When batch systems say that a run would start, and the wait that makes. Pure; they are asked by start_probes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from app.modules.simulation.queue_wait import Quantiles, Wanted
from app.modules.simulation.schemas import SimulationSubmit

_USED = 0.5  # of the time they may take that jobs use, where nothing was learned of that


@dataclass(frozen=True)
class ToldStart:
    """When a batch system said that a run would start, and when it did.

    ``turns`` is how often runs of ours that it did not know of yet fill the machine before it.
    """

    starts_at: datetime
    asked_at: datetime
    turns: float = 0.0


# By machine id and shape.
Starts = Mapping[tuple[str, str], ToldStart]


def shape_of(spec: SimulationSubmit) -> str:
    """Return what of a run decides when it starts."""
    return json.dumps([spec.resources.model_dump(mode="json"), spec.extra], sort_keys=True)


def told(start: ToldStart, wanted: Wanted, now: datetime | None = None) -> Quantiles:
    """Return a wait by what a batch system said, which is when a run starts if all before it use all their time."""
    seconds = max(0.0, (start.starts_at - (now or datetime.now(UTC))).total_seconds())
    latest = seconds + start.turns * wanted.walltime_seconds
    return Quantiles(0.0, _USED * latest, latest, 0, "told")
