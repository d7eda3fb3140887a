"""Figures of modules for whoever scrapes them: each registers its own at start, the logging module serves them all.

Names begin with ``stormbell_`` and end in their unit; what is counted is ``_total`` on the way out.
"""

from bisect import bisect_left
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import structlog

if TYPE_CHECKING:
    from app.kernel.node import Node

log = structlog.get_logger(__name__)

_KEY = "figures.sources"


@dataclass(frozen=True)
class Figure:
    """One figure now; ``values`` by the values of its ``labels``, ``()`` for the only one."""

    name: str
    text: str
    values: Mapping[tuple[str, ...], float]
    labels: tuple[str, ...] = ()
    kind: Literal["gauge", "counter"] = "gauge"


class Histogram:
    """How often something took how long. Observing costs half a microsecond; only the event loop's thread may."""

    def __init__(self, name: str, text: str, bounds: Sequence[float]) -> None:
        self.name = name
        self.text = text
        self.bounds = tuple(bounds)
        self.counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def observe(self, value: float) -> None:
        """Count ``value`` in."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.sum += value


Source = Callable[[], Awaitable[Sequence[Figure | Histogram]]]


def add_figures(node: "Node", source: Source) -> None:
    """Have ``source`` asked at each scrape of ``node``."""
    node.registry.setdefault(_KEY, []).append(source)


async def figures_of(node: "Node") -> list[Figure | Histogram]:
    """Return all figures; those of a source that fails are left out, as when the database does not answer."""
    found: list[Figure | Histogram] = []
    for source in node.registry.get(_KEY, ()):
        try:
            found += await source()
        except Exception as error:  # noqa: BLE001  # figures matter most when something does not work
            log.warning("figures left out", error=f"{type(error).__name__}: {error}"[:300])
    return found
