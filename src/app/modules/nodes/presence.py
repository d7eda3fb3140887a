"""What this node is to the others: its state, its sections, what it leads, whether it may take work.

Attributes that heartbeats keep current: asking costs nothing, and nothing here waits.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from app.modules.nodes.states import State

if TYPE_CHECKING:
    from app.kernel.node import Node


class Presence:
    """This node among the others. The worker asks it before every claim and tells it how busy it is."""

    def __init__(self, node: "Node") -> None:
        self.node = node
        # Sections this node owns; None: all of them (it is alone), so a claim need not look at sections.
        self.sections: list[int] | None = None
        # Called when this boot is declared dead or can no longer prove it lives: everything in hand is to be let go.
        self.on_fenced: list[Callable[[], None]] = []
        # Called with the old and the new boot id when the process goes on under another one, before it takes work.
        self.on_reborn: list[Callable[[str, str], Awaitable[None]]] = []
        self.state: State = "initializing"
        self.reason: str | None = None
        self.busy = 0
        self.slots = 0
        self.fenced = False
        # Roles this node stands for as leader, and those it leads with their generations.
        self.candidacies: set[str] = {"watch"}
        self.leading: dict[str, int] = {}
        # No other boot lived at the last heartbeat: there is nobody who could declare this one dead.
        self.alone = True
        # Whether state, requests and roles let it take work, as of the last heartbeat.
        self.open = False
        # Until when the others cannot have given it up, on the monotonic clock.
        self.proven_until = float("-inf")
        self.told_busy = False
        # Set by the heartbeat: it is to be written before its time.
        self.tell: Callable[[], None] = _nobody_listens

    def may_claim(self) -> bool:
        """Say whether new work may be taken now: not paused, not draining, not fenced, in the role of a worker."""
        return (
            self.open
            and not self.fenced
            and not self.node.draining.is_set()
            and (self.alone or self.node.clock.monotonic() < self.proven_until)
        )

    def report(self, *, busy: int, slots: int) -> None:
        """Take note of how busy the worker is. Others see it with the next heartbeat, within a second if it matters."""
        self.busy, self.slots = busy, slots
        if (busy > 0) is not self.told_busy:
            self.tell()

    def leads(self, role: str) -> int | None:
        """Return the generation in which this node leads ``role``: the fencing token of what it does so."""
        if self.fenced or self.node.clock.monotonic() >= self.proven_until:
            return None
        return self.leading.get(role)

    def fence(self) -> bool:
        """Let go of everything; say whether that was news."""
        if self.fenced:
            return False
        self.fenced = True
        for let_go in self.on_fenced:
            let_go()
        return True


def presence_of(node: "Node") -> Presence:
    """Return the presence of a node; before it has started it takes no work."""
    return node.part(Presence, Presence)


def _nobody_listens() -> None:
    """Wait for the heartbeat, which is not there yet."""
