"""The one form of a benchmark's result, printed for people or as one JSON document."""

import json
import os
import platform
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal


@dataclass
class Row:
    """One figure. ``target`` applies to ``ratio`` (ours / other) when there is one, else to ``ours``."""

    metric: str
    unit: str
    ours: float
    target: float | None = None
    better: Literal["higher", "lower"] = "lower"
    other: float | None = None
    other_name: str | None = None
    target_is_ratio: bool = False
    least: float | None = None
    most: float | None = None
    n: int | None = None
    ratio: float | None = field(default=None, init=False)
    ok: bool | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        if self.other:
            self.ratio = round(self.ours / self.other, 3)
        if self.target is not None:
            value = self.ratio if self.target_is_ratio and self.ratio is not None else self.ours
            self.ok = value <= self.target if self.better == "lower" else value >= self.target


def median_row(metric: str, unit: str, samples: Sequence[float], **more: Any) -> Row:
    """Return a row with the median of ``samples`` and their spread."""
    return Row(
        metric,
        unit,
        round(statistics.median(samples), 4),
        least=round(min(samples), 4),
        most=round(max(samples), 4),
        n=len(samples),
        **more,
    )


def percentile(samples: Sequence[float], share: float) -> float:
    """Return the nearest-rank percentile."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]


def machine() -> str:
    """Say on what this ran."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"


def publish(name: str, rows: Sequence[Row], *, as_json: bool) -> int:
    """Print the result; the exit code says whether every target was met."""
    if as_json:
        shown = [{k: v for k, v in asdict(row).items() if v is not None} for row in rows]
        print(json.dumps({"name": name, "machine": machine(), "rows": shown}, indent=2))
    else:
        print(markdown(name, rows))
    missed = [row.metric for row in rows if row.ok is False]
    if missed:
        print("missed: " + ", ".join(missed), file=sys.stderr)
    return 1 if missed else 0


def markdown(name: str, rows: Sequence[Row]) -> str:
    """Return a table for people."""
    lines = [
        f"### {name}",
        f"{machine()}",
        "",
        "| metric | ours | least to most | n | beside it | ratio | target | |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        spread = f"{row.least:g} to {row.most:g}" if row.least is not None and row.most is not None else ""
        other = f"{row.other:g} {row.unit}, {row.other_name}" if row.other is not None else ""
        sign = "<=" if row.better == "lower" else ">="
        target = f"{sign} {row.target:g}" if row.target is not None else ""
        verdict = {True: "met", False: "missed", None: ""}[row.ok]
        lines.append(
            f"| {row.metric} | {row.ours:g} {row.unit} | {spread} | {row.n or ''} | {other} "
            f"| {row.ratio or ''} | {target} | {verdict} |"
        )
    return "\n".join(lines)
