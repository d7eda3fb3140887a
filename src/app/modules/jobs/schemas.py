"""What crosses HTTP and the front door."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.kernel.paging import MAX_LIMIT

JobState = Literal["queued", "running", "succeeded", "failed", "timed_out", "cancelled", "quarantined"]
Urgency = Literal["low", "normal", "high", "critical"]


class JobSettings(BaseModel):
    """The queue and this node's part in it."""

    model_config = ConfigDict(extra="forbid")
    slots: int = Field(100, ge=1, le=2000, description="Jobs this node runs at once")
    lease_seconds: float = Field(15.0, ge=0.3, le=600, description="Silence after which a node's jobs are taken over")
    grace_seconds: float = Field(
        2.0, ge=0, le=8, description="Time running jobs get at a stop before they are cancelled"
    )
    stop_seconds: float = Field(
        5.0, ge=0.05, le=8, description="Time a cancelled handler in a thread or process gets to stop by itself"
    )
    threads: int = Field(100, ge=1, le=2000, description="Most handlers that run in threads at once")
    process_memory_bytes: int | None = Field(
        None, ge=256 * 1024**2, description="Most address space of a handler's process; unset: no limit"
    )
    snapshot_alarm_seconds: float = Field(
        60.0, ge=0.5, description="Age at which a snapshot somebody holds open raises an alarm"
    )
    keep_finished_days: int = Field(30, ge=1, description="Age at which finished jobs are forgotten")


class Waiting(BaseModel):
    """What something that has not ended waits for."""

    kind: str
    since: datetime
    text: str
    next_check_at: datetime | None = None


class ProgressView(BaseModel):
    """How far a job has come, as its handler says."""

    model_config = ConfigDict(title="JobProgress")
    attempt: int
    fraction: float | None = None
    message: str | None = None
    counters: dict[str, float] = {}
    updated_at: datetime


class JobView(BaseModel):
    """A unit of work, live or ended."""

    model_config = ConfigDict(title="Job")
    id: str
    number: int
    kind: str
    queue: str
    state: JobState
    urgency: Urgency
    priority: int = Field(description="Among jobs of the same urgency; larger goes first")
    section: int = Field(description="Slice of the queue it is in")
    attempt: int = Field(description="Attempts begun so far")
    max_attempts: int = Field(description="Failures after which it fails for good")
    failed_count: int
    lost_count: int
    created_at: datetime
    run_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    expires_at: datetime | None = Field(None, description="Not to be started after this")
    deadline_at: datetime | None = Field(None, description="Not to go on after this")
    node: str | None = Field(None, description="Boot id of the node that has, or last had, an attempt at it")
    unique_key: str | None = None
    limit_key: str | None = Field(None, description="What it uses; limits of that key count it")
    incident_id: str | None = None
    simulation_id: str | None = None
    batch_id: str | None = None
    origin: str | None = Field(None, description="Who or what made it: usr_…, sch_…@target time, job_… it repeats")
    owner_id: str | None = Field(None, description="Whose it is; none: the house's, which everybody sees")
    error: str | None = None
    progress: ProgressView | None = None
    waiting_on: Waiting | None = None


class AttemptView(BaseModel):
    """One attempt at a job. The last one of an ended job ended as the job did."""

    model_config = ConfigDict(title="JobAttempt")
    attempt: int
    outcome: Literal["running", "failed", "timed_out", "lost", "released", "succeeded", "cancelled", "quarantined"]
    node: str | None
    started_at: datetime | None
    ended_at: datetime | None
    error: str | None


class JobDetail(JobView):
    """A job with what it was given, what it gave and every attempt at it."""

    model_config = ConfigDict(title="JobDetail")
    payload: dict[str, Any]
    result: dict[str, Any] | None = None
    attempts: list[AttemptView] = []


_ORIGIN = "usr_…, job_…, sch_… or one sch_…@target time"


class JobFilter(BaseModel):
    """Which jobs: those that fit all of what is given."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    state: tuple[JobState, ...] = Field((), description="In one of these states; none: in any")
    kind: str | None = Field(None, max_length=200)
    queue: str | None = Field(None, max_length=200)
    incident_id: str | None = Field(None, max_length=200)
    batch_id: str | None = Field(None, max_length=200)
    origin: str | None = Field(None, max_length=400, description=_ORIGIN)


class JobQuery(BaseModel):
    """Which page of which jobs."""

    state: list[JobState] = Field([], description="Only jobs in one of these states")
    kind: str | None = Field(None, max_length=200)
    queue: str | None = Field(None, max_length=200)
    incident_id: str | None = Field(None, max_length=200)
    batch_id: str | None = Field(None, max_length=200)
    origin: str | None = Field(None, max_length=400, description=_ORIGIN)
    cursor: str | None = Field(None, max_length=400, description="`next_cursor` of the page before")
    limit: int = Field(50, ge=1, le=MAX_LIMIT, description="Most items to return")


class JobCounts(BaseModel):
    """How many jobs are in each state."""

    counts: dict[str, int] = Field(description="By state, every one of them; counting stops at `most`")
    most: int


class JobsStatus(BaseModel):
    """The queue in figures. Counting stops at 10,000 jobs, of due ones at so many of each priority."""

    queued: int = Field(description="Due and not running")
    delayed: int = Field(description="Not due yet")
    held: int = Field(0, description="Waits for a limit, a turn, another job or a paused queue")
    running: int
    oldest_seconds: float | None = Field(description="Age of the due job that waits longest")
