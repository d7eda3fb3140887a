"""Kinds that are always there, for people to try a queue, a limit or a node with."""

import asyncio
import time

from pydantic import BaseModel, Field

from app.modules.jobs.attempt import Attempt
from app.modules.jobs.executor.sync_attempt import SyncAttempt
from app.modules.jobs.kinds import kind

_HOUR = 3_600_000
_TOLD_EVERY_SECONDS = 0.5


class WaitPayload(BaseModel):
    """How long to wait."""

    milliseconds: int = Field(strict=True, ge=0, le=_HOUR, description="At most an hour", examples=[500])


class WaitResult(BaseModel):
    """How long it took."""

    milliseconds: float


@kind("wait", max_attempts=3, timeout_seconds=2 * _HOUR / 1000, submittable=True)
async def wait(attempt: Attempt, payload: WaitPayload) -> WaitResult:
    """Wait, and tell how much of it is over."""
    began_at = time.perf_counter()
    seconds = payload.milliseconds / 1000
    while (left := began_at + seconds - time.perf_counter()) > 0:
        if seconds > _TOLD_EVERY_SECONDS:
            attempt.progress(1 - left / seconds, f"{left:.1f} of {seconds:g} s to go")
        await asyncio.sleep(min(left, _TOLD_EVERY_SECONDS))
    if seconds > _TOLD_EVERY_SECONDS:
        attempt.progress(1.0, "Waited")
    return WaitResult(milliseconds=round((time.perf_counter() - began_at) * 1000, 3))


@kind("wait.busy", executor="process", max_attempts=3, timeout_seconds=2 * _HOUR / 1000, submittable=True)
def wait_busy(attempt: SyncAttempt, payload: WaitPayload) -> WaitResult:
    """Compute for so long, in a process of its own: to see what that does to a node."""
    began_at = time.perf_counter()
    seconds = payload.milliseconds / 1000
    while (passed := time.perf_counter() - began_at) < seconds:
        attempt.check()
        attempt.progress(passed / seconds, "Computing")
    return WaitResult(milliseconds=round((time.perf_counter() - began_at) * 1000, 3))
