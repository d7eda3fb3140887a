"""Schedules as they cross HTTP and the front door."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from app.modules.jobs.new_jobs import MOST_PRIORITY, Urgency

CatchUp = Literal["all", "latest", "none"]
Overlap = Literal["allow", "skip", "wait"]
Skipped = Literal["missed", "overlap", "refused"]

_CRON = "Five fields: minute hour day month weekday; or @hourly, @daily, @weekly, @monthly, @yearly"
_CATCH_UP = "After an outage or a pause: run every time that was missed (the newest 1,000), the latest of them, or none"
_OVERLAP = (
    "When a job it made has not ended: make the next all the same, skip that time, or let the next wait for its turn "
    "(100 at most; further times are skipped)"
)
_QUEUE = "Of its jobs, instead of the kind's"
_ATTEMPTS = "Of each of its jobs, instead of the kind's"
_JITTER = "Each job starts up to this much after its time; the same for the same time on every node"


class ScheduleTimes(BaseModel):
    """When a schedule is due: a cron line or an interval."""

    model_config = ConfigDict(extra="forbid")
    cron: str | None = Field(None, max_length=200, description=_CRON, examples=["*/15 * * * *"])
    interval_seconds: float | None = Field(
        None, strict=True, description="From 1 s to 366 days; counted from 1970-01-01 00:00 UTC"
    )
    time_zone: str = Field("UTC", max_length=60, examples=["Europe/Paris"])
    jitter_seconds: float = Field(0.0, strict=True, ge=0, le=86400, description=_JITTER)


class ScheduleDraft(ScheduleTimes):
    """A schedule to be made."""

    name: str = Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
    kind: str = Field(max_length=200, description="One of GET /job-kinds that is submittable")
    payload: dict[str, Any] = {}
    queue: str | None = Field(None, max_length=200, description=_QUEUE)
    urgency: Urgency = "normal"
    max_attempts: int | None = Field(None, strict=True, ge=1, le=1000, description=_ATTEMPTS)
    priority: int = Field(0, strict=True, ge=-MOST_PRIORITY, le=MOST_PRIORITY)
    catch_up: CatchUp = Field("latest", description=_CATCH_UP)
    overlap: Overlap = Field("allow", description=_OVERLAP)
    enabled: StrictBool = True


class ScheduleChange(BaseModel):
    """What is to be different; what is left out stays."""

    model_config = ConfigDict(extra="forbid")
    version: int = Field(
        strict=True, description="The version you read; a change of somebody else since then is not overwritten"
    )
    name: str | None = Field(None, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
    kind: str | None = Field(None, max_length=200)
    payload: dict[str, Any] | None = None
    queue: str | None = Field(None, max_length=200, description=_QUEUE + "; null: the kind's again")
    urgency: Urgency | None = None
    max_attempts: int | None = Field(
        None, strict=True, ge=1, le=1000, description=_ATTEMPTS + "; null: the kind's again"
    )
    priority: int | None = Field(None, strict=True, ge=-MOST_PRIORITY, le=MOST_PRIORITY)
    cron: str | None = Field(None, max_length=200, description=_CRON)
    interval_seconds: float | None = Field(None, strict=True)
    time_zone: str | None = Field(None, max_length=60)
    jitter_seconds: float | None = Field(None, strict=True, ge=0, le=86400, description=_JITTER)
    catch_up: CatchUp | None = Field(None, description=_CATCH_UP)
    overlap: Overlap | None = Field(None, description=_OVERLAP)


class ScheduleView(BaseModel):
    """A job made again and again."""

    model_config = ConfigDict(title="Schedule", from_attributes=True)
    id: str
    name: str
    kind: str
    payload: dict[str, Any]
    queue: str | None = Field(description="Of its jobs; none: the kind's")
    urgency: Urgency
    priority: int
    max_attempts: int | None = Field(description="Of each of its jobs; none: the kind's")
    cron: str | None
    interval_seconds: float | None
    time_zone: str
    jitter_seconds: float
    catch_up: CatchUp
    overlap: Overlap
    enabled: bool
    declared: bool = Field(description="By a module of the server: it can be paused, not changed or deleted")
    next_at: datetime | None = Field(description="The next time it is due, or the first it missed while paused")
    created_by: str | None
    owner_id: str | None = Field(None, description="Whose it and its jobs are; none: the house's")
    created_at: datetime
    version: int


class ScheduleRunView(BaseModel):
    """One time a schedule was due."""

    model_config = ConfigDict(title="ScheduleRun", from_attributes=True)
    schedule_id: str
    target_at: datetime
    job_id: str | None = Field(description="The job made for it; none: it was skipped")
    skipped: Skipped | None = Field(
        None, description="missed, as catch_up says; overlap: one had not ended; refused: an alarm says why"
    )
    made_at: datetime


class SchedulePreview(BaseModel):
    """When a schedule would be due."""

    times: list[datetime]
