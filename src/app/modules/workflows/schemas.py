"""What crosses HTTP for workflows and incidents."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from app.kernel.instants import Instant

IncidentState = Literal["pending", "active", "completing", "complete", "cancelled", "error", "archived"]
Urgency = Literal["critical", "high", "normal", "low"]
StageState = Literal["queued", "running", "succeeded", "failed", "cancelled"]

LONGEST_SECONDS = 10 * 365 * 86_400.0


class DefinitionProblem(BaseModel):
    """Why a definition cannot be used."""

    file: str
    line: int | None
    message: str


class StageView(BaseModel):
    """A stage in the static graph."""

    name: str
    sends: list[str]
    message_schema: dict[str, Any] = Field(default={}, description="JSON Schema of its messages")


class WorkflowView(BaseModel):
    """A workflow, or a definition that does not load."""

    name: str
    title: str
    version: str | None
    state: Literal["loaded", "broken"]
    error: DefinitionProblem | None = None
    stages: list[StageView]
    triggers: list[str] = Field(description="Names of the sources it listens to")
    path: str
    urgency: Urgency = "normal"
    duration_seconds: float = 86_400
    parameters_schema: dict[str, Any] | None = Field(default=None, description="JSON Schema; null: it takes none")
    manual_data: str | None = Field(default=None, description="Stage that gets files given to a running incident")
    shutdown: str | None = Field(default=None, description="Stage that runs before a cancelled incident ends")
    test: str | None = Field(default=None, description="Stage that a test of the workflow begins with")


class SourceItem(BaseModel):
    """The item that opened an incident."""

    source_name: str
    item_key: str
    url: str | None


class HeadlineView(BaseModel):
    """The one figure people look for."""

    label: str
    value: str
    detail: str | None = None


class WaitView(BaseModel):
    """One thing an incident waits for."""

    subject_id: str
    subject: str
    kind: str
    text: str
    since: datetime
    next_check_at: datetime | None = None


class IncidentView(BaseModel):
    """An incident with the counts of what belongs to it."""

    id: str = Field(examples=["inc_01K8Q4ZTB2M3N4P5Q6R7S8T9VW"])
    name: str
    workflow: str
    workflow_version: str
    state: IncidentState
    outcome: IncidentState | None = Field(description="Of one that has ended, also when it is archived: how")
    exercise: bool
    urgency: Urgency
    owner_id: str
    key: str | None
    rerun_of: str | None = Field(description="The incident this one is another run of")
    opened_at: datetime
    activated_at: datetime | None
    finished_at: datetime | None
    deadline_at: datetime | None
    archived_at: datetime | None
    duration_seconds: float
    parameters: dict[str, Any]
    comment: str | None
    source_item: SourceItem | None
    area: dict[str, Any] | None
    headline: HeadlineView | None
    stage: str | None = Field(description="Stage that runs or was last queued")
    stage_count: int
    stages_done: int
    simulation_count: int
    simulations_done: int
    simulations_failed: int
    simulations_running: int
    dataset_count: int
    dataset_bytes: int
    first_result_seconds: float | None = Field(description="From opening to the first data set")
    waiting_on: WaitView | None
    waits: list[WaitView]
    state_data: dict[str, Any]


class IncidentOpen(BaseModel):
    """A new incident made by a person."""

    model_config = ConfigDict(extra="forbid")
    workflow: str
    name: str = Field(min_length=1, max_length=300)
    stage: str | None = Field(default=None, description="Stage that gets the first message; default: the first")
    message: dict[str, Any] = {}
    parameters: dict[str, Any] = Field(default={}, description="As the workflow's parameters_schema says")
    bbox: list[float] | None = Field(default=None, description="West, south, east, north in degrees")
    area: dict[str, Any] | None = Field(default=None, description="GeoJSON geometry or Feature, instead of bbox")
    duration_seconds: float | None = Field(
        default=None, gt=0, le=LONGEST_SECONDS, strict=True, description="Default: the workflow's"
    )
    urgency: Urgency | None = Field(default=None, description="Default: the workflow's")
    key: str | None = Field(default=None, max_length=200)
    exercise: StrictBool = False
    activate: StrictBool = Field(default=True, description="false: only create it; activate it later")
    version: str | None = Field(default=None, description="Of the workflow; default: the one in use")


class IncidentBulk(BaseModel):
    """Which open incidents are cancelled."""

    model_config = ConfigDict(extra="forbid")
    state: list[Literal["pending", "active", "completing"]] = []
    workflow: str | None = None
    name: str | None = Field(default=None, min_length=1, max_length=300, description="A part of the name")
    ids: list[str] = Field(default=[], max_length=1000)
    opened_before: Instant | None = None
    reason: str | None = Field(default=None, max_length=500)
    dry_run: StrictBool = False


class IncidentBulkDone(BaseModel):
    """What was cancelled, or would be."""

    count: int
    incident_ids: list[str]
    not_yours: int = Field(description="How many fit and are shared with you only to be seen")
    dry_run: bool
    more: bool = Field(description="There are more: send the same again")


class IncidentRetry(BaseModel):
    """How a stopped incident goes on."""

    model_config = ConfigDict(extra="forbid")
    stage_id: str | None = Field(default=None, description="The failed stage whose message is replaced")
    message: dict[str, Any] | None = Field(default=None, description="Instead of the failed stage's message")


class IncidentRerun(BaseModel):
    """How an ended incident is run again."""

    model_config = ConfigDict(extra="forbid")
    name: str | None = Field(default=None, min_length=1, max_length=300, description="Default: as before")
    exercise: StrictBool | None = Field(default=None, description="Default: as before")
    later_messages: StrictBool = Field(
        default=False, description="Send also what came from outside later, as long after the beginning as then"
    )


class WorkflowTest(BaseModel):
    """What a test of a workflow begins with."""

    model_config = ConfigDict(extra="forbid")
    parameters: dict[str, Any] = {}
    message: dict[str, Any] = Field(default={}, description="To its test stage")


class MessageSend(BaseModel):
    """A message to a stage."""

    model_config = ConfigDict(extra="forbid")
    stage: str
    message: dict[str, Any] = {}
    delay_seconds: float = Field(default=0, ge=0, le=LONGEST_SECONDS, strict=True)
    label: str | None = Field(default=None, max_length=100, description="Shown in the graph instead of the stage")


class MessageView(BaseModel):
    """A message to a stage, who sent it, and how the stage went."""

    id: str = Field(description="Of the stage's run")
    stage: str
    message: dict[str, Any]
    originator: str = Field(description="Id of the stage, delivery or user it came from")
    originator_stage: str | None = Field(description="Name of the stage it came from")
    label: str | None
    state: StageState
    attempts: int
    due_at: datetime | None
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    seconds: float | None = Field(description="From the beginning of its last attempt to its end")
    error: str | None


class ManualDataView(BaseModel):
    """A file given to an incident, and the message that tells of it."""

    dataset_id: str
    stage_id: str
    name: str
    bytes: int
    sha256: str
    type: str | None
    comment: str | None


class Reason(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid")
    reason: str | None = Field(default=None, max_length=500)


class DeliveryMark(BaseModel):
    """A delivery on the timeline."""

    id: str
    at: datetime
    label: str | None
    state: str
    revision: int


class AttemptMark(BaseModel):
    """An attempt of a stage that another followed."""

    attempt: int
    started_at: datetime | None
    finished_at: datetime | None
    error: str | None


class StageBar(BaseModel):
    """A stage on the timeline."""

    id: str
    name: str
    state: StageState
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    attempts: int
    label: str | None
    error: str | None
    attempts_log: list[AttemptMark]


class SimulationBar(BaseModel):
    """A simulation on the timeline."""

    id: str
    name: str
    machine: str | None
    driver: str | None
    state: str
    native_state: str | None
    created_at: datetime
    queued_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    attempt: int
    error: str | None
    progress: float | None = None


class DatasetMark(BaseModel):
    """A data set on the timeline."""

    id: str
    name: str
    media_type: str
    bytes: int
    sha256: str
    at: datetime
    simulation_id: str | None
    stage: str | None
    role: str | None


class Timeline(BaseModel):
    """Everything that happened in an incident, for one picture."""

    server_time: datetime
    from_at: datetime
    to_at: datetime
    deliveries: list[DeliveryMark]
    stages: list[StageBar]
    simulations: list[SimulationBar]
    datasets: list[DatasetMark]
