"""What a rehearsal remembers: stages, gathers, questions and data sets, as tests look at them."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from app.modules.workflows.effects import Effects, Gathering
from app.modules.workflows.effects import Question as Asked


@dataclass
class StageRun:
    """One message to one stage, and how it went. ``effects`` are those of the attempt that succeeded."""

    id: str
    name: str
    message: dict[str, Any]
    originator: str
    sent_at: datetime
    due_at: datetime | None = None
    urgency: str = "normal"
    label: str | None = None
    role: str = "stage"
    state: str = "queued"
    attempt: int = 0
    max_attempts: int = 5
    error: str | None = None
    errors: list[str] = field(default_factory=list)
    result: Any = None
    finished_at: datetime | None = None
    effects: Effects = field(default_factory=Effects)
    gather: "Gather | None" = None
    parked: bool = False
    number: int = 0  # of its end, in the order of ends


@dataclass
class Member:
    """One simulation, stage or child that a gather waits for."""

    id: str
    name: str
    state: str | None = None
    error: str | None = None
    result: Any = None
    datasets: dict[str, str] = field(default_factory=dict)
    late: bool = False


@dataclass
class Gather:
    """A message held back until enough members have ended."""

    gathering: Gathering
    message: dict[str, Any]
    asker: StageRun
    members: dict[str, Member] = field(default_factory=dict)
    sent: StageRun | None = None

    @property
    def kind(self) -> str:
        """Say what its members are: simulation, stage or child."""
        return "simulation" if self.gathering.simulations else "stage" if self.gathering.stages else "child"


@dataclass
class Question:
    """Something people are asked."""

    id: str
    text: str
    asked: Asked
    asker: StageRun
    state: str = "asked"
    answer: Any = None
    answered_by: str | None = None


@dataclass(frozen=True)
class Dataset:
    """A file a stage, a simulation or a person left behind."""

    id: str
    name: str
    role: str | None
    path: Path
    inputs: tuple[str, ...] = ()
    media_type: str | None = None

    def text(self) -> str:
        """Return its content as text."""
        return self.path.read_text()
