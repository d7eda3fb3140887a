"""What crosses HTTP."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Mode = Literal["live", "periodic", "manual"]
NodeState = Literal["initializing", "waiting", "working", "paused", "dead"]
QueueState = Literal["active", "paused", "draining"]
Period = Annotated[
    float, Field(strict=True, ge=1, le=3600, description="Seconds between two batches of a periodic observation")
]


class SectionsView(BaseModel):
    """The slices of the queue a node owns."""

    count: int
    ranges: list[tuple[int, int]] = Field(description="First and last of the sections in a row")


class CurrentJob(BaseModel):
    """A job in the hands of a node."""

    id: str
    number: int
    kind: str
    since: datetime
    progress: float | None = Field(description="0 to 1, where the job says so")


class ObservedNode(BaseModel):
    """One node: a living boot, or the last of a name that died within the hour."""

    id: str
    name: str
    state: NodeState
    reason: str | None
    state_since: datetime
    roles: list[str]
    host: str
    version: str
    slots: int
    busy: int
    pause_requested: bool
    drain_requested: bool
    pause_forbidden: bool
    heartbeat_seconds: float = Field(description="How often it promises to be heard")
    heartbeat_at: datetime
    heartbeat_age_seconds: float
    sections: SectionsView
    jobs: list[CurrentJob] = Field(description="What it works on, longest first, at most 50")


class ObservedQueue(BaseModel):
    """One queue."""

    name: str
    state: QueueState
    depth: int = Field(description="Due and not running")
    delayed: int = Field(description="Not due yet")
    held: int = Field(description="At a limit, behind another job, or in a paused queue")
    running: int
    oldest_seconds: float | None = Field(description="Age of the due job that waits longest")
    finished_per_second: float = Field(description="Over the last minute")
    start_p50_seconds: float | None = Field(description="From due to started, of jobs that ended in the last minute")
    start_p95_seconds: float | None


class Throughput(BaseModel):
    """Jobs that ended, a second."""

    seconds: int = Field(description="Over so many seconds")
    per_second: float
    by_state: dict[str, float]


class NodeChangeView(BaseModel):
    """A node's state changed."""

    number: int
    node_id: str
    name: str | None
    old_state: NodeState | None
    new_state: NodeState
    reason: str | None
    at: datetime


class SnapshotView(BaseModel):
    """Nodes and queue at one moment. All counts cost the same whatever the backlog."""

    at: datetime
    estimated: bool = Field(description="Waiting jobs are too many to count: figures of queues come from a sample")
    observers: int
    nodes: list[ObservedNode]
    queues: list[ObservedQueue]
    throughput: list[Throughput]
    start_p50_seconds: float | None = Field(description="From due to started, of jobs that ended in the last minute")
    start_p95_seconds: float | None
    deaths: int = Field(description="Nodes that died in the last hour, without having said good-bye")
    rebalances: int = Field(description="How often sections changed hands in the last hour")
    changes: list[NodeChangeView] = Field(description="Of the last hour, oldest first, the newest 50")


class NodePoint(BaseModel):
    """A node at a past moment."""

    id: str
    name: str
    state: NodeState
    reason: str | None
    busy: int
    slots: int
    section_count: int


class QueuePoint(BaseModel):
    """A queue at a past moment."""

    name: str
    state: QueueState
    depth: int
    delayed: int
    held: int
    running: int
    oldest_seconds: float | None
    finished_per_second: float


class HistoryPoint(BaseModel):
    """A kept sample."""

    at: datetime
    estimated: bool
    nodes: list[NodePoint]
    queues: list[QueuePoint]
    finished_per_second: float
    start_p50_seconds: float | None
    start_p95_seconds: float | None
    deaths: int
    rebalances: int


class HistoryView(BaseModel):
    """The past, thinned out to the points asked for."""

    since: datetime
    until: datetime
    points: list[HistoryPoint]


class ObservationStart(BaseModel):
    """How somebody wants to observe."""

    model_config = ConfigDict(extra="forbid")
    mode: Mode = "live"
    period_seconds: Period = 5.0


class ObservationChange(BaseModel):
    """Another mode, another period."""

    model_config = ConfigDict(extra="forbid")
    mode: Mode | None = None
    period_seconds: Period | None = None


class ObservationView(BaseModel):
    """Somebody observing."""

    model_config = ConfigDict(from_attributes=True)
    id: str
    mode: Mode
    period_seconds: float
    user_id: str | None
    node_id: str = Field(description="Boot id of the node that started it; any node serves its stream")
    started_at: datetime
    seen_at: datetime
