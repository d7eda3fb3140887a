"""What a stage asked for while it ran: described here, carried out in the one commit that completes it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from app.modules.workflows.messages import Gathered, Headline, SimulationRequest, Urgency

Wait = str | int | float


@dataclass
class Registration:
    """A file a stage leaves behind as a data set."""

    dataset_id: str
    path: Path
    name: str
    role: str | None
    media_type: str | None
    inputs: tuple[str, ...]


@dataclass
class Sent:
    """A message to a stage; due after ``delay_seconds`` or at ``at``."""

    stage: str
    message: BaseModel
    delay_seconds: float = 0
    label: str | None = None
    at: datetime | None = None
    urgency: Urgency | None = None


@dataclass
class Child:
    """An incident of another workflow, opened by this one."""

    incident_id: str
    workflow: str
    name: str
    stage: str
    message: BaseModel
    key: str | None
    parameters: dict[str, Any]


@dataclass
class Gathering:
    """Members whose ends are gathered into one message: simulations, stages or children, of one kind only.

    The message is sent when ``wanted`` of them have succeeded, all have ended, or the deadline has passed.
    """

    then: str
    message: Gathered
    wanted: int
    deadline_seconds: float | None = None
    cancel_rest: bool = False
    simulations: list[SimulationRequest] = field(default_factory=list)
    stages: list[Sent] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)


@dataclass
class Question:
    """Something people are asked; whoever may answer leads the incident to ``then``."""

    id: str
    text: str
    then: str
    otherwise: str | None
    form: dict[str, Any]
    roles: tuple[str, ...]
    users: tuple[str, ...]
    deadline_seconds: float | None


@dataclass
class Effects:
    """Everything a stage asked for."""

    sent: list[Sent] = field(default_factory=list)
    gatherings: list[Gathering] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    files: list[Registration] = field(default_factory=list)
    headline: Headline | None = None
    label: str | None = None
    ended: tuple[str, str] | None = None
    waiting: tuple[str, datetime | None] | None = None
    result: Any = None

    @property
    def is_plain(self) -> bool:
        """Say whether messages, state and words are all there is: then many stages share one statement."""
        return not (self.gatherings or self.children or self.questions or self.files) and (
            self.ended is None or self.ended[0] == "complete"
        )


def wanted_of(wait: Wait, count: int) -> int:
    """Return how many of ``count`` members a gather waits for: all, so many, or that share of them, rounded up.

    Raises ValueError.
    """
    if wait == "all":
        return count
    if isinstance(wait, float) and 0 < wait <= 1:
        return max(1, -int(-wait * count // 1))
    if isinstance(wait, int) and not isinstance(wait, bool) and 1 <= wait <= count:
        return wait
    raise ValueError(f"wait is 'all', a number from 1 to {count}, or a share such as 0.8, not {wait!r}")


def waiting_of(effects: Effects) -> dict[str, Any] | None:
    """Return what the incident is shown to wait for."""
    if effects.waiting is None:
        return None
    text, until = effects.waiting
    return {
        "kind": "message",
        "text": text,
        "since": datetime.now(UTC).isoformat(),
        "next_check_at": until.isoformat() if until else None,
    }
