"""Kinds of jobs: what runs them, under which policy. Registered when the module that owns them is imported."""

import inspect
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from app.modules.jobs.models import FinishedJob

if TYPE_CHECKING:
    from app.modules.jobs.attempt import Attempt

P = TypeVar("P", bound=BaseModel)
Runner = Callable[["Attempt", P], Awaitable[BaseModel | None]]
Exhausted = Callable[[AsyncSession, FinishedJob], Awaitable[None]]


class Snooze(Exception):
    """Raised by a handler: run this job again in ``seconds``; it did not fail, it waits."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"again in {seconds:g} s")
        self.seconds = seconds


class Discard(Exception):
    """Raised by a handler: fail this job for good, trying again cannot help."""


@dataclass(frozen=True)
class Kind:
    """One kind and its policy."""

    name: str
    run: Runner[Any]
    payload: type[BaseModel]
    queue: str
    max_attempts: int
    timeout_seconds: float
    concurrency: int | None
    retry_seconds: float
    longest_retry_seconds: float
    cancelled_with: str | None

    def back_off(self, failed_count: int) -> float:
        """Return the seconds to wait after the ``failed_count``-th failure: exponential, half of it jitter."""
        whole = min(self.longest_retry_seconds, self.retry_seconds * 2.0 ** min(failed_count - 1, 30))
        return random.uniform(whole / 2, whole)  # noqa: S311 (jitter)


registered: dict[str, Kind] = {}
exhausted_callbacks: dict[str, Exhausted] = {}


def kind(
    name: str,
    *,
    queue: str = "default",
    max_attempts: int = 5,
    timeout_seconds: float = 60.0,
    concurrency: int | None = None,
    retry_seconds: float = 1.0,
    longest_retry_seconds: float = 300.0,
    cancelled_with: str | None = None,
) -> Callable[[Runner[P]], Runner[P]]:
    """Register the decorated coroutine function as what runs jobs of this kind.

    Its second parameter's annotation is the payload's model. ``concurrency`` limits how many run at once on one node.
    The n-th failure is followed by a wait of at most ``retry_seconds * 2**(n-1)``, never above
    ``longest_retry_seconds``. ``cancelled_with`` names what such a job is a part of ("the incident"): people cancel
    that, and not the job from under it.
    """

    def register(run: Runner[P]) -> Runner[P]:
        if name in registered:
            raise ValueError(f"job kind {name!r} is registered already, by {registered[name].run}")
        _attempt, parameter = inspect.signature(run).parameters.values()
        payload = parameter.annotation
        if not (isinstance(payload, type) and issubclass(payload, BaseModel)):
            raise TypeError(f"job kind {name!r}: annotate {parameter.name} with the payload's pydantic model")
        registered[name] = Kind(
            name,
            run,
            payload,
            queue,
            max_attempts,
            timeout_seconds,
            concurrency,
            retry_seconds,
            longest_retry_seconds,
            cancelled_with,
        )
        return run

    return register


def on_exhausted(kind: str, callback: Exhausted) -> None:
    """Call ``callback(session, finished_job)`` in the transaction that makes a job of ``kind`` end in failure.

    Failed for good, timed out for good or quarantined; not cancelled. One callback a kind.
    """
    if exhausted_callbacks.get(kind, callback) is not callback:
        raise ValueError(f"job kind {kind!r} has an exhaustion callback already")
    exhausted_callbacks[kind] = callback
