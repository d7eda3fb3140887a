"""Running one attempt: payload in, handler called, outcome out."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import structlog
from pydantic import ValidationError

from app.kernel.failpoints import reach
from app.kernel.redaction import redact_text
from app.modules.jobs.attempt import Attempt
from app.modules.jobs.errors import LeaseLost
from app.modules.jobs.kinds import Kind
from app.modules.jobs.new_jobs import NewJob
from app.modules.jobs.verdicts import Discard, Failed, Snooze

if TYPE_CHECKING:
    from app.kernel.node import Node

log = structlog.get_logger(__name__)

Ending = Literal["succeeded", "failed", "timed_out", "cancelled"]
# "returned": claimed and never begun.
Again = Literal["failed", "timed_out", "released", "snoozed", "returned"]
# Why we cancel a handler: out of time, past its deadline, somebody asked, lease not renewed, the node stops.
Reason = Literal["timed_out", "too_late", "cancelled", "fenced", "released"]

EXPIRED = "it expired before it started"
TOO_LATE = "its deadline passed"
_NEVER = float("inf")
_ERROR_CHARACTERS = 4000
# How long a cancelled handler may take to stop before its job is recorded without it.
_STOP_SECONDS = 10.0


@dataclass(slots=True)
class Ended:
    """The job is over."""

    state: Ending
    error: str | None = None
    result: str | None = None


@dataclass(slots=True)
class Requeued:
    """There will be another attempt, in ``delay`` seconds."""

    outcome: Again
    delay: float = 0.0
    error: str | None = None


Outcome = Ended | Requeued

# Of a handler that left the end of its job to a commit that is under way.
LEFT = Ended("succeeded")


@dataclass(eq=False, slots=True)
class Running:
    """One claimed job in this node's hands, until its outcome is in the database.

    Times are of the node's monotonic clock, counted from before the claim was asked for.
    """

    job_id: str
    kind: Kind
    attempt: int
    max_attempts: int
    failed_count: int
    incident_id: str | None
    simulation_id: str | None
    payload: str
    priority: int
    lease_ends: float
    give_up: Callable[["Running"], None] = field(repr=False)
    deadline: float = _NEVER
    begin_by: float = _NEVER
    reason: Reason | None = None
    outcome: Outcome | None = None
    # The task its handler waits in; none before it first waited, for until then nothing could interrupt it.
    task: "asyncio.Task[None] | None" = field(default=None, repr=False)
    timer: asyncio.TimerHandle | None = field(default=None, repr=False)
    tries: int = 0  # to record an end in failure
    trace: str | None = None
    # What is run in place of its kind's handler, when the commit its end was left to was not made.
    again: "Callable[[Attempt, Any], Awaitable[Any]] | None" = field(default=None, repr=False)
    about: Mapping[str, object] | None = None  # what its records say beside its identifiers

    @classmethod
    def claimed(
        cls, row: Any, kind: Kind, asked_at: float, lease_seconds: float, give_up: Callable[["Running"], None]
    ) -> "Running":
        """Return a row of a claim; its outcome is known already when its time was over."""
        (
            job_id,
            _,
            attempt,
            max_attempts,
            failed_count,
            incident_id,
            simulation_id,
            payload,
            expires_in,
            deadline_in,
        ) = row[:10]
        running = cls(
            job_id,
            kind,
            attempt,
            max_attempts,
            failed_count,
            incident_id,
            simulation_id,
            payload,
            row[10],
            asked_at + lease_seconds,
            give_up,
            trace=row[13],
        )
        if expires_in is not None and expires_in <= 0:
            running.outcome = Ended("timed_out", EXPIRED)
        elif expires_in is not None:
            running.begin_by = asked_at + expires_in
        if deadline_in is not None:
            running.deadline = asked_at + deadline_in
            running.begin_by = min(running.begin_by, running.deadline)
            if deadline_in <= 0:
                running.outcome = too_late_to_begin(running)
        return running

    @classmethod
    def born(cls, row: NewJob, kind: Kind, lease_ends: float, give_up: Callable[["Running"], None]) -> "Running":
        """Return the first attempt of a job that was inserted as running."""
        return cls(
            row.id,
            kind,
            1,
            row.max_attempts,
            0,
            row.incident_id,
            row.simulation_id,
            row.payload,
            row.priority,
            lease_ends,
            give_up,
            trace=row.trace,
        )

    @property
    def waits(self) -> bool:
        """Say whether it stands in line for a slot: a handler that has begun has a task by the time others look."""
        return self.task is None and self.outcome is None

    @property
    def can_be_cancelled(self) -> bool:
        """Say whether its handler runs and nobody has cancelled it yet."""
        return self.task is not None and self.outcome is None and self.reason is None

    def cancel(self, reason: Reason) -> None:
        """Cancel the handler, once; the first reason stands. One that does not stop is given up."""
        if self.can_be_cancelled:
            assert self.task is not None
            self.reason = reason
            self.task.cancel()
            if self.timer is not None:
                self.timer.cancel()
            self.timer = self.task.get_loop().call_later(_STOP_SECONDS, self.give_up, self)

    def log_fields(self) -> Mapping[str, object]:
        """Return what every record logged by this attempt says."""
        fields: dict[str, object] = {"job_id": self.job_id, "attempt": self.attempt}
        if self.incident_id is not None:
            fields["incident_id"] = self.incident_id
        if self.simulation_id is not None:
            fields["simulation_id"] = self.simulation_id
        if self.about is not None:
            fields.update(self.about)
        return fields


async def run(running: Running, node: "Node") -> Outcome | None:
    """Run the handler to its end and return the outcome; ``None`` when nothing is left to record.

    It swallows the cancellation :meth:`Running.cancel` asks for; the task it ran in is not to be used again then.
    """
    kind = running.kind
    try:
        # The model's own method takes half as long again, to look at options that are not given.
        payload = kind.payload.__pydantic_validator__.validate_json(running.payload)
    except ValidationError as error:
        log.error("job payload is not valid", kind=kind.name, error=str(error))
        return Ended("failed", storable(f"JobPayloadInvalid: {error}"))
    except Exception as error:  # noqa: BLE001 - a validator of its model's own may raise anything
        return _failure(running, node, f"its payload could not be read: {_text_of(error)}", error)
    attempt = Attempt(
        node,
        running.job_id,
        kind.name,
        running.attempt,
        running.failed_count + 1 >= running.max_attempts,
        running.incident_id,
        running.simulation_id,
        running,
    )
    outcome: Outcome | None
    reach("jobs.begin")
    try:
        result = await (running.again or kind.run)(attempt, payload)
        if attempt.left:
            return LEFT
        outcome = None if attempt.completed else Ended("succeeded", None, kind.result_json(result))
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():  # by us, for its reason, or by an event loop that is closing
            outcome = Requeued("released")
        else:
            outcome = _failure(running, node, "its handler was cancelled from within")
    except LeaseLost:
        log.warning("job attempt was overtaken", kind=kind.name)
        return None
    except Snooze as snooze:
        outcome = Requeued("snoozed", max(snooze.seconds, 0.001))
    except Discard as error:
        log.error("job discarded", kind=kind.name, reason=_text_of(error))
        outcome = Ended("failed", storable(_text_of(error)))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a handler raises is an attempt that failed
        # Once its effects are committed nothing can fail it, and once it is cancelled its reason decides. Of an exit()
        # the event loop would take the whole node down.
        decided = attempt.completed or running.reason is not None
        outcome = None if decided else _failure(running, node, _text_of(error), error)
    if attempt.completed:
        return None
    if running.reason is not None:
        return interrupted(running, node)
    return outcome


def too_late_to_begin(running: Running) -> Ended:
    """Return the outcome of a job whose time ran out while it stood in line."""
    passed = running.begin_by >= running.deadline
    return Ended("timed_out", f"{TOO_LATE} before it started" if passed else EXPIRED)


def interrupted(running: Running, node: "Node") -> Outcome:
    """Return the outcome of an attempt that was cancelled for its ``reason``."""
    if running.reason == "cancelled":
        return Ended("cancelled")
    if running.reason == "timed_out":
        return _failure(running, node, f"took longer than {running.kind.timeout_seconds:g} s", timed_out=True)
    if running.reason == "too_late":
        return _too_late(running, TOO_LATE)
    return Requeued("released")


def storable(text: str) -> str:
    """Return ``text`` as a PostgreSQL text can hold it, without secrets that were lent, at a readable length."""
    text = redact_text(text)  # a service may have quoted what it was sent; looked for before it is cut
    text = text if len(text) <= _ERROR_CHARACTERS else text[:_ERROR_CHARACTERS] + " …"
    return text.replace("\x00", "\\0").encode(errors="backslashreplace").decode()


def _text_of(error: BaseException) -> str:
    try:
        said = str(error)
    except Exception as stumble:  # noqa: BLE001 - an exception's own __str__ is a handler's code too
        said = f"what it says cannot be read ({type(stumble).__name__})"
    return said if isinstance(error, Failed | Discard) else f"{type(error).__name__}: {said}"


def _failure(
    running: Running, node: "Node", text: str, error: BaseException | None = None, *, timed_out: bool = False
) -> Outcome:
    failed_count = running.failed_count + 1
    state: Literal["timed_out", "failed"] = "timed_out" if timed_out else "failed"
    if failed_count >= running.max_attempts:
        log.error("job failed for good", kind=running.kind.name, error=text, exc_info=error)
        return Ended(state, storable(text))
    delay = running.kind.back_off(failed_count, error.retry_seconds if isinstance(error, Failed) else None)
    if node.clock.monotonic() + delay >= running.deadline:
        return _too_late(running, f"{TOO_LATE} before it could be tried again; {text}")
    log.warning("job failed", kind=running.kind.name, error=text, retry_in_seconds=round(delay, 2))
    return Requeued(state, delay, storable(text))


def _too_late(running: Running, text: str) -> Ended:
    log.error("job ended by its deadline", kind=running.kind.name, error=text)
    return Ended("timed_out", storable(text))
