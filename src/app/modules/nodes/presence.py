"""What this node is to the others: its state, its sections, whether it may take work."""

from collections.abc import Callable

from app.kernel.node import Node

_KEY = "nodes.presence"


class Presence:
    """This node among the others. The worker asks it before every claim and tells it how busy it is."""

    def __init__(self, node: Node) -> None:
        self.node = node
        # Sections this node owns; None: all of them (it is alone), so a claim need not look at sections.
        self.sections: list[int] | None = None
        # Called when this boot is declared dead or can no longer prove it lives: everything in hand is to be let go.
        self.on_fenced: list[Callable[[], None]] = []

    def may_claim(self) -> bool:
        """Say whether new work may be taken now: not paused, not draining, not fenced, in the role of a worker."""
        return not self.node.draining.is_set()

    def report(self, *, busy: int, slots: int) -> None:
        """Take note of how busy the worker is."""


async def start(node: Node) -> None:
    """Enter this boot among the living."""
    node.registry[_KEY] = Presence(node)


async def stop(node: Node) -> None:
    """Say good-bye."""
    node.registry.pop(_KEY, None)


def presence_of(node: Node) -> Presence:
    """Return the presence of a started node."""
    presence = node.registry[_KEY]
    assert isinstance(presence, Presence)
    return presence
