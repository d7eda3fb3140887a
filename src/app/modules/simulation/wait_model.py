"""How long a job waits, learned online: a forest of randomised trees, its quantiles held to what came true.

Trees: Geurts, Ernst & Wehenkel, "Extremely randomized trees", Machine Learning 63 (2006). Quantiles from their leaves:
Meinshausen, "Quantile regression forests", JMLR 7 (2006). The levels asked for follow the misses: Gibbs & Candès,
"Adaptive conformal inference under distribution shift", NeurIPS 2021. Measured by benchmarks/queue_wait.py.
"""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.modules.simulation.quantiles import weighted_quantile
from app.modules.simulation.queue_state import Features

LEVELS = (0.1, 0.5, 0.9)
LEAST_LEARNED = 50  # a model that has seen fewer waits says nothing
_REACH = ((0.02, 0.25), (0.4, 0.6), (0.75, 0.995))
_STEP = 0.01
_TREES = 16
_RECENT = 600
_LEAF = 8
_TRIES = 5
_REGROWN_AFTER = 64
_MEMORY = 500  # of errors: about so many of the last ones count

# A leaf is {"waits": [...]}; a branch [feature, threshold, below, above]. Both are kept as JSON.
Tree = Any
Told = tuple[float, float, float]


@dataclass
class WaitModel:
    """What was learned about one queue. Waits inside are log(1 + seconds)."""

    learned: int = 0
    recent: list[list[float]] = field(default_factory=list)
    trees: list[Tree] = field(default_factory=list)
    grown: int = 0
    levels: list[float] = field(default_factory=lambda: list(LEVELS))
    errors: dict[str, float] = field(default_factory=dict)

    def predict(self, at: Features) -> Told | None:
        """Return the seconds that one in ten, half and nine in ten stay below; ``None`` while too little is known."""
        if not self.trees:
            return None
        weighted = sorted((wait, 1 / len(leaf)) for leaf in self._leaves(at) for wait in leaf)
        p10, p50, p90 = (math.expm1(weighted_quantile(weighted, level)) for level in self.levels)
        return p10, p50, p90

    def learn(self, at: Features, seconds: float, told: Told | None) -> None:
        """Take in what a job waited, and what was ``told`` when it was submitted."""
        if told is not None:
            self._judge(told, seconds)
        wait = round(math.log1p(max(0.0, seconds)), 3)
        self.recent.append([*at, wait])
        del self.recent[:-_RECENT]
        self.learned += 1
        if self.learned >= LEAST_LEARNED and (not self.trees or self.learned - self.grown >= _REGROWN_AFTER):
            rng = random.Random(self.learned)  # noqa: S311 (no secret: the same waits grow the same trees)
            self.trees = [_grow(self.recent, rng) for _ in range(_TREES)]
            self.grown = self.learned
            return
        for leaf in self._leaves(at):
            leaf.append(wait)
            del leaf[: -3 * _LEAF]

    def _leaves(self, at: Features) -> Iterator[list[float]]:
        for tree in self.trees:
            node = tree
            while not isinstance(node, dict):
                node = node[2] if at[node[0]] <= node[1] else node[3]
            yield node["waits"]

    def _judge(self, told: Told, seconds: float) -> None:
        found = {
            "within_minute": float(abs(seconds - told[1]) <= 60),
            "within_ten_minutes": float(abs(seconds - told[1]) <= 600),
        }
        for n, (level, limit) in enumerate(zip(LEVELS, told, strict=True)):
            name = f"p{level * 100:.0f}"
            missed = seconds - limit
            found[f"pinball_{name}"] = pinball(limit, seconds, level)
            found[f"below_{name}"] = float(missed <= 0)
            # Many wait nothing at all. Of a low quantile what equals it is not below it, of a high one it is.
            below = float(missed <= 1) if level > 0.5 else float(missed < -1) if level < 0.5 else _half(missed)
            least, most = _REACH[n]
            self.levels[n] = min(most, max(least, self.levels[n] + _STEP * (level - below)))
        count = self.errors.get("count", 0) + 1
        rate = 1 / min(count, _MEMORY)
        before = self.errors
        self.errors = {name: before.get(name, 0.0) * (1 - rate) + value * rate for name, value in found.items()}
        self.errors["count"] = count


def pinball(told: float, seconds: float, level: float) -> float:
    """Return the pinball loss of one prediction, in seconds."""
    missed = seconds - told
    return max(level * missed, (level - 1) * missed)


def _half(missed: float) -> float:
    return 0.5 if abs(missed) <= 1 else float(missed < 0)


def _grow(rows: Sequence[Sequence[float]], rng: random.Random) -> Tree:
    waits = [row[-1] for row in rows]
    if len(rows) < 2 * _LEAF or max(waits) - min(waits) < 0.01:
        return {"waits": waits[-3 * _LEAF :]}
    total, best = sum(waits), (-math.inf, 0, 0.0)
    for _ in range(_TRIES):
        feature = rng.randrange(len(rows[0]) - 1)
        values = [row[feature] for row in rows]
        low, high = min(values), max(values)
        if low == high:
            continue
        threshold = round(rng.uniform(low, high), 4)
        below = [wait for value, wait in zip(values, waits, strict=True) if value <= threshold]
        count, part = len(below), sum(below)
        if min(count, len(rows) - count) < _LEAF // 2:
            continue
        # As good as the least variance within both, and cheaper.
        gain = part**2 / count + (total - part) ** 2 / (len(rows) - count)
        best = max(best, (gain, feature, threshold))
    gain, feature, threshold = best
    if gain == -math.inf:
        return {"waits": waits[-3 * _LEAF :]}
    return [
        feature,
        threshold,
        _grow([row for row in rows if row[feature] <= threshold], rng),
        _grow([row for row in rows if row[feature] > threshold], rng),
    ]
