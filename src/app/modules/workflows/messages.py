"""The messages stages get and the requests they make, as workflow authors see them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Urgency = Literal["critical", "high", "normal", "low"]


class Arrival(BaseModel):
    """One delivery as a trigger sees it."""

    model_config = ConfigDict(frozen=True)
    delivery_id: str
    source: str = Field(description="Name of the source")
    key: str = Field(description="The source's own identifier of the item")
    revision: int = Field(description="1 for the first time this item arrived, then counting")
    received_at: datetime
    body: Any = Field(description="The item, parsed; of a CloudEvent its data; None for what is no JSON")
    media_type: str = Field(default="application/json", description="What the sender says it is")
    event: dict[str, Any] | None = Field(default=None, description="Context of a CloudEvent, such as its type")
    raw: bytes = Field(default=b"", repr=False, description="What came, byte for byte")


class ManualData(BaseModel):
    """A file a person or a program gave to a running incident: the message of its workflow's ``manual_data`` stage."""

    dataset: str = Field(description="Id of the data set; `incident.path(message.dataset)` is where its bytes are")
    name: str
    type: str | None = Field(default=None, description="What it is, in the sender's words")
    comment: str | None = None
    media_type: str = "application/octet-stream"
    sender: str = Field(default="", description="Id of the user who sent it")


class Shutdown(BaseModel):
    """Message of a workflow's ``shutdown`` stage: somebody cancels the incident."""

    reason: str | None = None


class Finishing(BaseModel):
    """Message of a finaliser stage: the incident is ending."""

    outcome: Literal["complete", "cancelled", "error"]
    reason: str | None = None


class SimulationResult(BaseModel):
    """How one member of an ensemble ended."""

    simulation_id: str
    name: str
    state: str
    error: str | None = None
    datasets: dict[str, str] = Field(default={}, description="Data set id by file name")


class MemberResult(BaseModel):
    """How one stage or child incident that a gather waited for ended."""

    id: str = Field(description="Of the stage or the incident")
    name: str = Field(description="The label given when it was sent, else the stage's or the incident's name")
    state: str = Field(description="succeeded or failed of a stage, complete, cancelled or error of an incident")
    error: str | None = None
    result: Any = Field(default=None, description="What the stage returned, or the state the incident ended with")

    @property
    def succeeded(self) -> bool:
        """Say whether it did what it was sent for."""
        return self.state in ("succeeded", "complete")


class Gathered(BaseModel):
    """Message of a stage that waits for simulations, stages or children; subclass it to carry more."""

    simulations: list[SimulationResult] = []
    results: list[MemberResult] = Field(default=[], description="In the order they were sent in")
    missing: int = Field(default=0, description="How many had not ended when the message was sent")
    overdue: bool = Field(default=False, description="The deadline passed before enough of them had ended")

    @property
    def succeeded(self) -> list[SimulationResult]:
        """Return the simulations that have results."""
        return [s for s in self.simulations if s.state == "succeeded"]


class Answered(BaseModel):
    """Message of a stage that a question leads to; a subclass says what answers are: ``answer: Model | None``."""

    question_id: str = ""
    question: str = ""
    answer: Any = Field(default=None, description="None: nobody answered in time")
    answered_by: str | None = Field(default=None, description="Id of the user")
    expired: bool = False


class SimulationRequest(BaseModel):
    """One run wanted on some machine."""

    name: str
    command: list[str] = Field(description="Argument list; {definition} and {atlas} are filled in")
    files: dict[str, Any] = Field(default={}, description="File name to JSON content, text, or 'dst_…' data set id")
    outputs: list[str] = Field(default=[], description="Globs; what matches becomes data sets")
    role: str | None = Field(default=None, description="Role of the output data sets")
    cores: int = 1
    memory_bytes: int = 1024**3
    walltime_seconds: float = 600
    max_attempts: int = 2
    urgency: Urgency | None = Field(default=None, description="Default: that of the stage that asks")


class Headline(BaseModel):
    """The one figure people look for."""

    label: str
    value: str
    detail: str | None = None
