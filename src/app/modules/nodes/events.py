"""Facts about nodes."""

from dataclasses import dataclass
from typing import Any, ClassVar

from app.kernel.bus import Event


@dataclass(frozen=True, kw_only=True)
class NodeJoined(Event):
    """A process registered, or came back after it had been declared dead (``reborn_of``)."""

    type: ClassVar[str] = "node.joined"
    node: str
    reborn_of: str | None = None

    def text(self) -> str:
        """Say it."""
        return f"Node {self.node} {'joined' if self.reborn_of is None else 'came back'}"


@dataclass(frozen=True, kw_only=True)
class NodePaused(Event):
    """A node takes nothing new, and nothing runs on it any more."""

    type: ClassVar[str] = "node.paused"
    node: str
    reason: str

    def text(self) -> str:
        """Say it."""
        return f"Node {self.node} is paused: {self.reason.replace('_', ' ')}"


@dataclass(frozen=True, kw_only=True)
class NodePauseRequested(Event):
    """Somebody asked a node to pause or to drain."""

    type: ClassVar[str] = "node.pause_requested"
    node: str
    drain: bool

    def text(self) -> str:
        """Say it."""
        return f"Node {self.node} is to {'drain' if self.drain else 'pause'}"


@dataclass(frozen=True, kw_only=True)
class NodeResumed(Event):
    """A paused node takes work again."""

    type: ClassVar[str] = "node.resumed"
    node: str

    def text(self) -> str:
        """Say it."""
        return f"Node {self.node} takes work again"


@dataclass(frozen=True, kw_only=True)
class NodeUnresponsive(Event):
    """A node missed its heartbeats; its sections are frozen until it is heard or dead."""

    type: ClassVar[str] = "node.unresponsive"
    node: str
    silent_seconds: float

    def text(self) -> str:
        """Say it."""
        return f"Node {self.node} has not been heard for {self.silent_seconds:.1f} s"


@dataclass(frozen=True, kw_only=True)
class NodeRecovered(Event):
    """An unresponsive node was heard again in time."""

    type: ClassVar[str] = "node.recovered"
    node: str

    def text(self) -> str:
        """Say it."""
        return f"Node {self.node} answers again"


@dataclass(frozen=True, kw_only=True)
class NodeDead(Event):
    """A boot of a node ended: it was stopped, or stayed silent."""

    type: ClassVar[str] = "node.dead"
    node: str
    reason: str

    def text(self) -> str:
        """Say it."""
        return f"Node {self.node} {'was stopped' if self.reason == 'terminated' else f'is dead: {self.reason}'}"


@dataclass(frozen=True, kw_only=True)
class SectionsMoved(Event):
    """Sections changed hands. The subject is the node whose coming or going made it necessary."""

    type: ClassVar[str] = "sections.moved"
    count: int
    owners: int

    def text(self) -> str:
        """Say it."""
        return f"{self.count} sections changed hands; nodes that share the ring: {self.owners}"


@dataclass(frozen=True, kw_only=True)
class LeaderElected(Event):
    """A node leads a role from now on."""

    type: ClassVar[str] = "leader.elected"
    role: str
    generation: int

    def text(self) -> str:
        """Say it."""
        return f"{self.subject_id} leads {self.role}, generation {self.generation}"


@dataclass(frozen=True, kw_only=True)
class NodeSettingChanged(Event):
    """Somebody chose a setting of a node, or took that back (``value`` is None)."""

    type: ClassVar[str] = "node.setting_changed"
    node: str
    name: str
    value: Any

    def text(self) -> str:
        """Say it."""
        return f"{self.name} on {self.node} is {'as it was started' if self.value is None else self.value}"


@dataclass(frozen=True, kw_only=True)
class LoopSwitched(Event):
    """Somebody stopped or started a loop or a role on a node."""

    type: ClassVar[str] = "node.loop_switched"
    node: str
    loop: str
    running: bool

    def text(self) -> str:
        """Say it."""
        return f"{self.loop} on {self.node} was {'started' if self.running else 'stopped'}"
