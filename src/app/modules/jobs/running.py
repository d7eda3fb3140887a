"""Running one attempt: payload in, handler called, outcome out."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import structlog
from pydantic import ValidationError

from app.kernel.failpoints import reach
from app.modules.jobs.attempt import Attempt
from app.modules.jobs.errors import LeaseLost
from app.modules.jobs.kinds import Discard, Kind, Snooze

if TYPE_CHECKING:
    from app.kernel.node import Node

log = structlog.get_logger(__name__)

Ending = Literal["succeeded", "failed", "timed_out", "cancelled"]
Again = Literal["failed", "timed_out", "released", "snoozed"]
# Why we cancel a handler: out of time, somebody asked, the lease could not be renewed, the node stops.
Reason = Literal["timed_out", "cancelled", "fenced", "released"]

_ERROR_CHARACTERS = 4000
# How long a cancelled handler may take to stop before its job is recorded without it.
_STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Ended:
    """The job is over."""

    state: Ending
    error: str | None = None
    result: str | None = None


@dataclass(frozen=True, slots=True)
class Requeued:
    """There will be another attempt, in ``delay`` seconds."""

    outcome: Again
    delay: float = 0.0
    error: str | None = None


Outcome = Ended | Requeued


@dataclass(eq=False, slots=True)
class Running:
    """One claimed job in this node's hands, until its outcome is in the database."""

    job_id: str
    kind: Kind
    attempt: int
    max_attempts: int
    failed_count: int
    incident_id: str | None
    simulation_id: str | None
    payload: str
    lease_ends: float  # of the local monotonic clock, counted from before the lease was asked for
    give_up: Callable[["Running"], None] = field(repr=False)
    reason: Reason | None = None
    outcome: Outcome | None = None
    task: "asyncio.Task[Outcome | None] | None" = field(default=None, repr=False)
    timer: asyncio.TimerHandle | None = field(default=None, repr=False)

    @property
    def token(self) -> tuple[str, int]:
        """Return the fencing token."""
        return self.job_id, self.attempt

    @property
    def can_be_cancelled(self) -> bool:
        """Say whether its handler runs and nobody has cancelled it yet."""
        return self.task is not None and self.outcome is None and self.reason is None

    def began(self, task: "asyncio.Task[Outcome | None]") -> None:
        """Take the task that runs it; its time counts from now."""
        self.task = task
        self.timer = task.get_loop().call_later(self.kind.timeout_seconds, self.cancel, "timed_out")

    def cancel(self, reason: Reason) -> None:
        """Cancel the handler, once; the first reason stands. One that does not stop is given up."""
        if self.can_be_cancelled:
            assert self.task is not None
            assert self.timer is not None
            self.reason = reason
            self.task.cancel()
            self.timer.cancel()
            self.timer = self.task.get_loop().call_later(_STOP_SECONDS, self.give_up, self)


async def run(running: Running, node: "Node") -> Outcome | None:
    """Run the handler to its end and return the outcome; ``None`` when nothing is left to record.

    Called as a task of its own: it binds the log context and swallows the cancellation :meth:`Running.cancel` asks for.
    """
    structlog.contextvars.bind_contextvars(job_id=running.job_id, attempt=running.attempt)
    if running.incident_id is not None:
        structlog.contextvars.bind_contextvars(incident_id=running.incident_id)
    if running.simulation_id is not None:
        structlog.contextvars.bind_contextvars(simulation_id=running.simulation_id)
    try:
        payload = running.kind.payload.model_validate_json(running.payload)
    except ValidationError as error:
        log.error("job payload is not valid", kind=running.kind.name, error=str(error))
        return Ended("failed", storable(f"JobPayloadInvalid: {error}"))
    attempt = Attempt(
        node=node,
        job_id=running.job_id,
        kind=running.kind.name,
        attempt=running.attempt,
        last=running.failed_count + 1 >= running.max_attempts,
        incident_id=running.incident_id,
        simulation_id=running.simulation_id,
    )
    outcome: Outcome | None
    reach("jobs.begin")
    try:
        result = await running.kind.run(attempt, payload)
        outcome = None if attempt.completed else _success(running, result)
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():  # by us, for its reason, or by an event loop that is closing
            outcome = Requeued("released")
        else:
            outcome = _failure(running, "its handler was cancelled from within")
    except LeaseLost:
        log.warning("job attempt was overtaken", kind=running.kind.name, attempt=running.attempt)
        return None
    except Snooze as snooze:
        outcome = Requeued("snoozed", max(snooze.seconds, 0.001))
    except Discard as error:
        log.error("job discarded", kind=running.kind.name, reason=str(error))
        outcome = Ended("failed", storable(str(error)))
    except Exception as error:  # noqa: BLE001 - whatever a handler raises is an attempt that failed
        outcome = _failure(running, f"{type(error).__name__}: {error}", error)
    if attempt.completed:
        return None
    if running.reason is not None:
        return interrupted(running)
    return outcome


def interrupted(running: Running) -> Outcome:
    """Return the outcome of an attempt that was cancelled for its ``reason``."""
    if running.reason == "cancelled":
        return Ended("cancelled")
    if running.reason == "timed_out":
        return _failure(running, f"took longer than {running.kind.timeout_seconds:g} s", timed_out=True)
    return Requeued("released")


def storable(text: str) -> str:
    """Return ``text`` as a PostgreSQL text can hold it, at a readable length."""
    text = text if len(text) <= _ERROR_CHARACTERS else text[:_ERROR_CHARACTERS] + " …"
    return text.replace("\x00", "\\0").encode(errors="backslashreplace").decode()


def _success(running: Running, result: object) -> Outcome:
    return Ended("succeeded", result=running.kind.result_json(result))


def _failure(running: Running, text: str, error: Exception | None = None, *, timed_out: bool = False) -> Outcome:
    failed_count = running.failed_count + 1
    state: Literal["timed_out", "failed"] = "timed_out" if timed_out else "failed"
    if failed_count >= running.max_attempts:
        log.error("job failed for good", kind=running.kind.name, attempt=running.attempt, error=text, exc_info=error)
        return Ended(state, storable(text))
    delay = running.kind.back_off(failed_count)
    log.warning(
        "job failed",
        kind=running.kind.name,
        attempt=running.attempt,
        error=text,
        retry_in_seconds=round(delay, 2),
    )
    return Requeued(state, delay, storable(text))
