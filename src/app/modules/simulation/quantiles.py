"""Quantiles of what was observed, some of it counting for more."""

from collections.abc import Sequence


def weighted_quantile(ordered: Sequence[tuple[float, float]], level: float) -> float:
    """Return the first of some values, in order and each with its weight, that ``level`` of the weight has reached."""
    wanted, reached = level * sum(weight for _, weight in ordered), 0.0
    for value, weight in ordered:
        reached += weight
        if reached >= wanted:
            return value
    return ordered[-1][0]
