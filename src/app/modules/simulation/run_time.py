"""How long a run will take, by what the same application took before, there or elsewhere, scaled by cores."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

# With n times the cores a run is n ** 0.9 times as quick: most codes lose some (Amdahl), and none says how much.
_SCALES = 0.9
_MOST = 50

Basis = Literal["here", "elsewhere", "walltime"]


@dataclass(frozen=True)
class RunTime:
    """What one run took."""

    machine_id: str | None
    seconds: float
    cores: int


@dataclass(frozen=True)
class Expected:
    """What half of the runs, and nine in ten, take at most; ``basis`` says of which runs, ``count`` of how many."""

    p50: float
    p90: float
    basis: Basis
    count: int


def expect(history: Sequence[RunTime], machine_id: str, cores: int, walltime_seconds: float) -> Expected:
    """Return how long a run would take on a machine, by those before it, newest first."""
    some = scaled(history, machine_id, cores, walltime_seconds)
    if not some:
        return Expected(walltime_seconds, walltime_seconds, "walltime", 0)
    return Expected(
        some[(len(some) - 1) // 2],
        some[min(len(some) - 1, round(0.9 * (len(some) - 1)))],
        "here" if any(one.machine_id == machine_id for one in history) else "elsewhere",
        len(some),
    )


def scaled(history: Sequence[RunTime], machine_id: str, cores: int, walltime_seconds: float) -> list[float]:
    """Return the seconds that runs before would have taken with these cores, the shortest first.

    Those on this machine, or when there are none those elsewhere.
    """
    here = [one for one in history if one.machine_id == machine_id]
    some = (here or history)[:_MOST]
    return sorted(min(one.seconds * (one.cores / cores) ** _SCALES, walltime_seconds) for one in some)
