"""When a source is polled: by a period or a cron line, with jitter, and what happens to times that were missed.

A poll stands for one time of its schedule, the tick. It stays the tick of every try until one went well.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, Field, field_validator

from app.kernel.errors import Problem
from app.modules.jobs import Times, jitter, times

CatchUp = Literal["all", "latest", "none"]
_LATE = timedelta(seconds=60)  # a poll this late was missed: nodes were down, or the source was paused


class Timing(BaseModel):
    """When to poll. Without cron, and unless missed polls matter, the period counts from the end of a poll."""

    interval_seconds: float = Field(60.0, ge=1, le=86_400, description="Time between polls, unless cron is given")
    cron: str | None = Field(
        None,
        max_length=200,
        description="Cron line of the polls, such as 10 0,6,12,18 * * *",
        examples=["*/15 * * * *"],
    )
    time_zone: str = Field("UTC", max_length=100, description="Time zone of the cron line")
    jitter_seconds: float = Field(0.0, ge=0, le=3600, description="Each poll begins up to this much later")
    catch_up: CatchUp = Field(
        "latest",
        description="Polls that were missed: make all of them up, only the latest, or none and wait for the next time",
    )

    @field_validator("cron")
    @classmethod
    def _readable(cls, cron: str | None) -> str | None:
        if cron is not None:
            _checked(cron, None, "UTC")
        return cron

    @field_validator("time_zone")
    @classmethod
    def _known(cls, time_zone: str) -> str:
        _checked(None, 60.0, time_zone)
        return time_zone

    @property
    def by_clock(self) -> bool:
        """Say whether polls stand for times of a clock."""
        return self.cron is not None or self.catch_up != "latest"


@dataclass(frozen=True)
class Turn:
    """What is due. ``tick`` is the time the poll stands for; with ``skipped`` it is not made."""

    tick: datetime | None = None
    skipped: bool = False


def turn(timing: Timing, due_at: datetime, tick_at: datetime | None, now: datetime) -> Turn:
    """Say which time of the schedule the poll that is due stands for; all times are the database's."""
    if not timing.by_clock:
        return Turn()
    newest = _newest(timing, now)
    if tick_at is None:
        return Turn(newest)  # the first poll
    if timing.catch_up == "none" and now - due_at > _LATE:
        return Turn(tick_at, skipped=True)
    return Turn(tick_at if timing.catch_up == "all" else max(newest, tick_at))


def following(timing: Timing, source_id: str, done: Turn, now: datetime) -> tuple[datetime, datetime]:
    """Return the next tick and when its poll begins, after the one of ``done`` went well or was skipped."""
    assert done.tick is not None
    tick = _ticks(timing).after(now if timing.catch_up == "none" else done.tick)
    return tick, tick + timedelta(seconds=jitter(source_id, tick, timing.jitter_seconds))


def _newest(timing: Timing, now: datetime) -> datetime:
    ticks = _ticks(timing)
    return ticks.after(ticks.back(now, 1, now - timedelta(days=366)))


def _ticks(timing: Timing) -> Times:
    if timing.cron is not None:
        return times(timing.cron, None, timing.time_zone)
    return times(None, timing.interval_seconds, "UTC")


def _checked(cron: str | None, interval_seconds: float | None, time_zone: str) -> None:
    try:
        times(cron, interval_seconds, time_zone)
    except Problem as problem:
        raise ValueError("; ".join(item.message for item in problem.errors) or problem.detail) from problem
