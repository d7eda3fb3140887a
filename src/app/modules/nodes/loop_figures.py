"""What a node tells the others about its loops and settings with some of its heartbeats."""

from typing import Any

from app.kernel.loops import Loop
from app.kernel.node import Node

EVERY_SECONDS = 30.0


class LoopFigures:
    """Decides when there is news: a loop failed, stopped or began anew, a setting changed, or half a minute went."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._told: Any = None
        self._settings: dict[str, Any] = {}
        self._told_at = float("-inf")

    def news(self, settings: dict[str, Any]) -> dict[str, Any] | None:
        """Return the figures if they are worth telling now, with the ``settings`` that may change."""
        old = self._node.clock.monotonic() - self._told_at >= EVERY_SECONDS
        self._settings = settings
        if not old and self._signature() == self._told:
            return None
        return figures_of_node(self._node) | {"settings": settings}

    def told(self) -> None:
        """Remember that the others know."""
        if self._node.clock.monotonic() - self._told_at >= EVERY_SECONDS or self._signature() != self._told:
            self._told, self._told_at = self._signature(), self._node.clock.monotonic()

    def _signature(self) -> Any:
        loops = [(loop.full_name, loop.wanted, loop.health.failures, loop.health.restarts) for loop in self._node.loops]
        return loops, self._settings


def figures_of_node(node: Node) -> dict[str, Any]:
    """Return the roles of a node's settings and how its loops are, as JSON values."""
    return {"roles": sorted(node.configured_roles), "loops": [_figures_of(loop) for loop in node.loops]}


def _figures_of(loop: Loop) -> dict[str, Any]:
    """Return how a loop is, as JSON values."""
    health = loop.health
    return {
        "name": loop.full_name,
        "state": health.state,
        "role": loop.role,
        "switched_off": not loop.wanted,
        "essential": loop.essential,
        "runs": health.runs,
        "failures": health.failures,
        "restarts": health.restarts,
        "last_error": health.last_error,
        "since": health.since and health.since.isoformat(),
        "last_run_at": health.last_run_at and health.last_run_at.isoformat(),
    }
