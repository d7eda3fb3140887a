"""What crosses HTTP for workflows and incidents."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

IncidentState = Literal["pending", "active", "completing", "complete", "cancelled", "error", "archived"]
StageState = Literal["queued", "running", "succeeded", "failed", "cancelled"]


class DefinitionProblem(BaseModel):
    """Why a definition cannot be used."""

    file: str
    line: int | None
    message: str


class StageView(BaseModel):
    """A stage in the static graph."""

    name: str
    sends: list[str]


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
    exercise: bool
    key: str | None
    opened_at: datetime
    activated_at: datetime | None
    finished_at: datetime | None
    deadline_at: datetime | None
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
    stage: str = Field(description="Stage that gets the first message")
    message: dict[str, Any] = {}
    key: str | None = Field(default=None, max_length=200)
    exercise: StrictBool = False


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
