"""What crosses HTTP about queues, limits and batches."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, model_validator

from app.modules.jobs.schemas import Urgency

QueueStateName = Literal["active", "paused", "draining"]
Scope = Literal["kind", "queue", "key"]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class QueueView(BaseModel):
    """A queue: what was decided about it and how full it is."""

    model_config = ConfigDict(title="Queue")
    name: str
    state: QueueStateName
    fifo: bool = Field(description="One job of a section after the other, by number")
    depth: int = Field(description="Due, and free to begin")
    delayed: int = Field(description="Not due yet")
    held: int = Field(description="Waits for a limit, its turn, other jobs or the end of a pause")
    running: int
    at_least: bool = Field(description="Counting stopped at 100,000 jobs: every number is at least that")
    oldest_seconds: float | None = Field(description="Age of the due or held job that waits longest")
    limit: "LimitView | None" = None
    reason: str | None = None
    changed_by: str | None = None
    changed_at: datetime | None = None


class QueueReason(BaseModel):
    """Why a queue is paused or drained."""

    model_config = ConfigDict(extra="forbid")
    reason: str | None = Field(None, max_length=500)


class QueueChange(BaseModel):
    """How a queue is worked off."""

    model_config = ConfigDict(extra="forbid")
    fifo: StrictBool


class LimitView(BaseModel):
    """A limit over all nodes and how much of it is used."""

    model_config = ConfigDict(title="JobLimit")
    scope: Scope
    name: str = Field(description="Of keys also a prefix that ends in *: a limit for each of those keys")
    concurrency: int | None = Field(description="Jobs at once")
    rate: float | None = Field(description="Jobs that may begin in a period, whichever moment it begins at")
    period_seconds: float | None
    used: int = Field(description="Admitted now: running, or free to begin. Of a prefix: the key that uses most")
    begun: int = Field(description="Begun in the last period, where there is a rate")
    declared: bool = Field(description="By the program, not by a person")
    changed_by: str | None = None
    changed_at: datetime


class LimitSet(BaseModel):
    """A limit to set. At least one of ``concurrency`` and ``rate``."""

    model_config = ConfigDict(extra="forbid")
    concurrency: StrictInt | None = Field(None, ge=0, le=1_000_000)
    rate: float | None = Field(None, strict=True, gt=0, le=1_000_000, allow_inf_nan=False)
    period_seconds: float | None = Field(
        None, strict=True, gt=0, le=366 * 86400, allow_inf_nan=False, description="1 if left out"
    )

    @model_validator(mode="after")
    def _whole(self) -> "LimitSet":
        if self.concurrency is None and self.rate is None:
            raise ValueError("give concurrency, rate or both")
        if self.period_seconds is not None and self.rate is None:
            raise ValueError("period_seconds belongs to a rate")
        return self


class BatchView(BaseModel):
    """A batch and how far it has come."""

    model_config = ConfigDict(title="JobBatch")
    id: str
    name: str
    state: Literal["open", "sealed", "finished"]
    total: int = Field(description="Jobs in it; of an open batch so far")
    ended: int
    running: int
    counts: dict[str, int] = Field(description="Ended jobs by final state")
    fraction: float | None
    callback_kind: str | None = None
    callback_job_id: str | None = None
    created_by: str | None = None
    owner_id: str | None = Field(None, description="Whose it and its jobs are; none: the house's")
    created_at: datetime
    sealed_at: datetime | None = None
    finished_at: datetime | None = None


class BatchOpen(BaseModel):
    """A batch to open."""

    model_config = ConfigDict(extra="forbid")
    name: Name
    callback_kind: str | None = Field(None, max_length=100, description="Kind of the job queued when it has finished")
    callback_payload: dict[str, Any] | None = None


class BatchJobs(BaseModel):
    """Jobs of one kind for a batch."""

    model_config = ConfigDict(extra="forbid")
    kind: str = Field(max_length=100)
    payloads: list[dict[str, Any]] = Field(min_length=1, max_length=10_000)
    queue: Name | None = None
    urgency: Urgency = "normal"
    priority: int = Field(0, strict=True, ge=-499, le=499)
    limit_key: Name | None = None
    max_attempts: int | None = Field(None, strict=True, ge=1, le=1000)


class BatchJobsView(BaseModel):
    """The jobs that were added, in the order of their payloads."""

    job_ids: list[str]
