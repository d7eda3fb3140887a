"""What crosses HTTP."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.kernel.instants import Instant

Level = Literal["debug", "info", "warning", "error", "critical"]
TestResult = Literal["running", "passed", "failed"]
AlarmState = Literal["new", "acknowledged", "shelved", "gone"]


class EventView(BaseModel):
    """One fact."""

    model_config = ConfigDict(from_attributes=True)
    id: str = Field(validation_alias="cursor", description="Its place in the stream; opaque")
    at: datetime
    type: str = Field(examples=["incident.opened"])
    subject_id: str
    incident_id: str | None
    actor: str | None = Field(description="The user who did it")
    text: str = Field(description="One sentence for people")
    data: dict[str, Any]


class LogRecordView(BaseModel):
    """One log record."""

    at: datetime
    level: Level
    module: str
    message: str
    request_id: str | None = None
    job_id: str | None = None
    incident_id: str | None = None
    simulation_id: str | None = None
    stage: str | None = None
    node: str | None = None
    data: dict[str, Any] = {}


class LogNodeView(BaseModel):
    """How far the log of one node can be read on the node that answers."""

    node: str
    answers: bool = Field(description="It is the node that answers: all of its log can be read, as it is written")
    written_at: datetime | None = Field(description="When its newest record was written, as far as it said so")
    readable_until: datetime | None = Field(description="Newer records cannot be read here yet; null: none can")
    behind_seconds: float = Field(description="From readable_until to written_at", examples=[42.0])
    waiting_count: int = Field(description="Finished segments that have not reached every sink")
    waiting_bytes: int
    lost_count: int = Field(description="Finished segments gone or damaged on its disk before every sink had them")
    dropped_count: int = Field(description="Records of its present boot that never reached its disk")
    trouble: str | None = Field(description="Why it cannot write its log, or bring it to a sink")
    told_at: datetime = Field(description="When it last said something of its log")


class LogNodeList(BaseModel):
    """Every node that has a log."""

    items: list[LogNodeView]


class LogBehindView(BaseModel):
    """A node whose newest records are missing from an answer."""

    node: str
    readable_until: datetime | None
    behind_seconds: float


class LogNotSearchedView(BaseModel):
    """Records that may be missing from an answer, because what holds them could not be read."""

    node: str
    segment_count: int
    why: str = Field(examples=["bucket does not answer: …"])
    since: datetime | None = Field(description="The oldest record that was not looked at; null: not known")
    until: datetime | None = Field(description="The newest record that was not looked at; null: not known")


class LogPage(BaseModel):
    """One page of log records, newest first."""

    items: list[LogRecordView]
    next_cursor: str | None = None
    behind: list[LogBehindView] = Field(description="Nodes whose newest records cannot be read here yet")
    not_searched: list[LogNotSearchedView] = Field([], description="What could not be read on the way to this page")


class AlarmView(BaseModel):
    """One condition that needs, or needed, a person."""

    id: str
    key: str
    priority: Literal["critical", "high", "low"]
    state: AlarmState
    title: str
    consequence: str
    action: str
    subject_id: str | None
    raised_at: datetime
    cleared_at: datetime | None
    count: int = Field(description="How often it was raised since somebody last saw it")
    seen: bool = Field(description="False with state gone: it came and went and nobody has seen it")
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    note: str | None
    shelved_until: datetime | None
    shelved_reason: str | None


class AlarmAcknowledge(BaseModel):
    """What the person who saw it wants others to know."""

    model_config = ConfigDict(extra="forbid")
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] | None = None


class AlarmShelve(BaseModel):
    """How long the alarm is put aside, and why."""

    model_config = ConfigDict(extra="forbid")
    until: Instant = Field(description="At most 24 h from now")
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class LoopView(BaseModel):
    """One background loop."""

    model_config = ConfigDict(from_attributes=True)
    name: str
    state: Literal["stopped", "running", "waiting", "backing_off"]
    runs: int
    failures: int
    last_error: str | None
    last_run_at: datetime | None
    next_run_at: datetime | None


class ModuleHealthView(BaseModel):
    """One module and its loops."""

    name: str
    status: Literal["ok", "degraded"]
    text: str | None = Field(description="Why it is degraded")
    loops: list[LoopView]


class NodeView(BaseModel):
    """The process that answers."""

    id: str
    name: str
    started_at: datetime


class MachineHealthView(BaseModel):
    """One machine, as it was when last asked."""

    id: str
    name: str
    status: Literal["ok", "degraded", "off", "unknown"] = Field(
        description="degraded: does not answer; off: disabled; unknown: not asked yet"
    )
    text: str | None = Field(description="What it said, or why it is not used")
    asked_at: datetime | None


class WorkflowTestView(BaseModel):
    """The last exercise of one workflow: an incident that was opened to see whether all works."""

    workflow: str
    incident_id: str
    at: datetime = Field(description="When it was opened")
    result: TestResult = Field(description="passed: it came to its end")
    seconds: float | None = Field(description="How long it took")
    text: str | None = Field(description="How it ended, when it did not pass")


class HealthView(BaseModel):
    """How this node is, and with it the machines and the last tests of the workflows."""

    status: Literal["ok", "degraded"]
    server_time: datetime
    node: NodeView
    modules: list[ModuleHealthView]
    machines: list[MachineHealthView] = []
    workflow_tests: list[WorkflowTestView] = []


class CheckView(BaseModel):
    """One thing a probe looked at."""

    name: str
    ok: bool
    text: str


class ProbeView(BaseModel):
    """The answer to a supervisor's question."""

    status: Literal["ok", "failing"]
    checks: list[CheckView]


class VersionView(BaseModel):
    """What runs here."""

    version: str
    commit: str | None
    schema_revision: str | None


class DriverView(BaseModel):
    """One driver and the form of its settings."""

    kind: str
    name: str
    title: str
    available: bool
    error: str | None
    settings_schema: dict[str, Any] | None


class DriverList(BaseModel):
    """All drivers."""

    items: list[DriverView]
