"""Facts about incidents, stages and definitions."""

from dataclasses import dataclass
from typing import Any, ClassVar

from app.kernel.bus import Event


@dataclass(frozen=True, kw_only=True)
class IncidentOpened(Event):
    """An incident was opened."""

    type: ClassVar[str] = "incident.opened"
    name: str
    workflow: str
    version: str

    def text(self) -> str:
        return f"Incident opened: {self.name}"


@dataclass(frozen=True, kw_only=True)
class IncidentStateChanged(Event):
    """An incident went from one state to another."""

    type: ClassVar[str] = "incident.state_changed"
    name: str
    before: str
    after: str
    reason: str | None = None

    def text(self) -> str:
        return f"{self.name} is {self.after}" + (f": {self.reason}" if self.reason else "")


@dataclass(frozen=True, kw_only=True)
class IncidentRefined(Event):
    """A later arrival brought news for an open incident."""

    type: ClassVar[str] = "incident.refined"
    name: str
    delivery_id: str

    def text(self) -> str:
        return f"News for {self.name}"


@dataclass(frozen=True, kw_only=True)
class StageChanged(Event):
    """A stage was queued, started, retried, succeeded, failed or was cancelled."""

    type: ClassVar[str] = "stage.queued"
    stage: str
    state: str
    attempt: int = 0
    label: str | None = None
    error: str | None = None

    def text(self) -> str:
        words = f"Stage {self.stage} {self.state}"
        if self.attempt > 1:
            words += f", attempt {self.attempt}"
        return f"{words}: {self.error or self.label}" if self.error or self.label else words


class StageQueued(StageChanged):
    """A message was sent to a stage."""


class StageStarted(StageChanged):
    """A stage began an attempt."""

    type: ClassVar[str] = "stage.started"


class StageRetried(StageChanged):
    """An attempt failed; another follows."""

    type: ClassVar[str] = "stage.retried"


class StageSucceeded(StageChanged):
    """A stage ended and its effects are in force."""

    type: ClassVar[str] = "stage.succeeded"


class StageFailed(StageChanged):
    """A stage failed for good."""

    type: ClassVar[str] = "stage.failed"


@dataclass(frozen=True, kw_only=True)
class DefinitionLoaded(Event):
    """A version of a workflow can be used."""

    type: ClassVar[str] = "workflow.loaded"
    name: str
    version: str

    def text(self) -> str:
        return f"Workflow {self.name} {self.version} loaded"


@dataclass(frozen=True, kw_only=True)
class DefinitionBroken(Event):
    """A definition has an error; the version before stays in use."""

    type: ClassVar[str] = "workflow.broken"
    file: str
    error: dict[str, Any]

    def text(self) -> str:
        line = f", line {self.error['line']}" if self.error.get("line") else ""
        return f"{self.file}{line}: {self.error['message']}"


@dataclass(frozen=True, kw_only=True)
class QuestionAsked(Event):
    """A stage asks people something."""

    type: ClassVar[str] = "question.asked"
    question: str

    def text(self) -> str:
        return f"Asked: {self.question}"


@dataclass(frozen=True, kw_only=True)
class QuestionClosed(Event):
    """Somebody answered a question, or nobody did in time."""

    type: ClassVar[str] = "question.closed"
    question: str
    state: str
    by: str | None = None

    def text(self) -> str:
        return f"Answered by {self.by}: {self.question}" if self.by else f"Nobody answered: {self.question}"


@dataclass(frozen=True, kw_only=True)
class PublicationMade(Event):
    """Something of an incident was made public."""

    type: ClassVar[str] = "publication.made"
    name: str
    kind: str

    def text(self) -> str:
        return f"{_PUBLISHED[self.kind]} about {self.name} published"


@dataclass(frozen=True, kw_only=True)
class PublicationRevoked(PublicationMade):
    """What was made public was taken back."""

    type: ClassVar[str] = "publication.revoked"

    def text(self) -> str:
        return f"{_PUBLISHED[self.kind]} about {self.name} taken back"


_PUBLISHED = {"alert": "An alert", "item": "A catalogue item", "page": "A page"}
