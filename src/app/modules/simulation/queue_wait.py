"""How long a run will wait where too little was learned (wait_model): what runs like it waited, the recent ones first.

Alike are runs of about as many cores and as much time, in the same partition, asked for when the queue was about as
long. No distribution is assumed: waits are mostly nothing and sometimes days. Measured by benchmarks/queue_wait.py.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.modules.simulation.quantiles import weighted_quantile

_FADES = 0.985  # of the weight, with each newer run: half of it after 46
_LEAST_WEIGHT = 1e-4

# By what was learned of the queue, by what runs like it waited, by what its batch system says, or by nothing but how
# long the queue is.
WaitBasis = Literal["learned", "similar", "told", "guess"]


@dataclass(frozen=True)
class Queue:
    """A queue as it is when a run is asked for: whether the run fits what is free, and how much is before it.

    ``backlog`` are the cores in use, promised and waited for, by those there are: above 1, somebody waits.
    """

    free: bool
    backlog: float


@dataclass(frozen=True)
class Wanted:
    """What decides about a wait, other than the queue."""

    cores: int
    walltime_seconds: float
    partition: str | None = None


@dataclass(frozen=True)
class Wait:
    """What one run waited."""

    seconds: float
    wanted: Wanted
    queue: Queue | None = None
    submitted_at: datetime | None = None


@dataclass(frozen=True)
class Quantiles:
    """Seconds that one in ten, half and nine in ten stay below; ``count`` runs say so."""

    p10: float
    p50: float
    p90: float
    count: int
    basis: WaitBasis = "similar"


def predict(history: Sequence[Wait], wanted: Wanted, queue: Queue, hint: Quantiles | None = None) -> Quantiles | None:
    """Return how long a run would wait by those before it, newest first; ``None`` when there are none.

    ``hint``, by what its batch system says, counts as one run more.
    """
    weighted = []
    for age, wait in enumerate(history):
        weight = _FADES**age * _likeness(wait, wanted, queue)
        if weight >= _LEAST_WEIGHT:
            weighted.append((max(0.0, wait.seconds), weight))
    if not weighted:
        return None
    count = len(weighted)
    if hint is not None:
        # As much as one that has just run and was just the same, and no bound: Slurm 22.05 counts what runs and waits,
        # but has jobs that an account's limit holds back begin at once, and knows of nobody more urgent to come. Where
        # such things decide, the runs there soon outvote it.
        weighted += [(hint.p50, 0.5), (hint.p90, 0.5)]
    weighted.sort()
    p10, p50, p90 = (weighted_quantile(weighted, share) for share in (0.1, 0.5, 0.9))
    return Quantiles(p10, p50, p90, count)


def without_history(wanted: Wanted, queue: Queue) -> Quantiles:
    """Return a guess where nothing has run yet: nothing when it fits, else its own time for each turn of the queue."""
    if queue.free and queue.backlog <= 1:
        return Quantiles(0.0, 0.0, 0.0, 0, "guess")
    turns = max(queue.backlog, 0.5)
    return Quantiles(0.0, turns * wanted.walltime_seconds / 2, turns * wanted.walltime_seconds, 0, "guess")


def _likeness(wait: Wait, wanted: Wanted, queue: Queue) -> float:
    distance = abs(math.log(wait.wanted.cores / wanted.cores)) / math.log(4)
    distance += abs(math.log(wait.wanted.walltime_seconds / wanted.walltime_seconds)) / math.log(4)
    if wait.wanted.partition != wanted.partition:
        distance += 2.0
    if wait.queue is None:
        distance += 1.0
    else:
        distance += 3.0 if wait.queue.free != queue.free else 0.0
        distance += 2.0 * abs(math.log1p(wait.queue.backlog) - math.log1p(queue.backlog))
    return math.exp(-distance)
