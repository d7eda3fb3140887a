"""What crosses HTTP and the front door."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

JobState = Literal["queued", "running", "succeeded", "failed", "timed_out", "cancelled", "quarantined"]


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


class JobView(BaseModel):
    """A unit of work, live or ended."""

    model_config = ConfigDict(title="Job")
    id: str
    number: int
    kind: str
    queue: str
    state: JobState
    priority: int
    attempt: int = Field(description="Attempts begun so far")
    max_attempts: int = Field(description="Failures after which it fails for good")
    failed_count: int
    lost_count: int
    created_at: datetime
    run_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    incident_id: str | None = None
    simulation_id: str | None = None
    error: str | None = None
    waiting_on: Waiting | None = None


class JobsStatus(BaseModel):
    """The queue in figures."""

    queued: int = Field(description="Due and not running")
    delayed: int = Field(description="Not due yet")
    running: int
    oldest_seconds: float | None = Field(description="Age of the due job that waits longest")
