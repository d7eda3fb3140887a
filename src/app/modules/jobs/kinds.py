"""Kinds of jobs: what runs them, where, under which policy. Registered when the module that owns them is imported."""

import inspect
import math
import os
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from app.modules.jobs.executor import processes, threads
from app.modules.jobs.models import FinishedJob
from app.modules.jobs.signatures import Signature, signature_of
from app.modules.jobs.verdicts import LONGEST_SECONDS, Discard, Snooze

if TYPE_CHECKING:
    from app.modules.jobs.attempt import Attempt

__all__ = [
    "Discard",
    "Executor",
    "Kind",
    "Limit",
    "Snooze",
    "exhausted_callbacks",
    "kind",
    "locked_first",
    "on_exhausted",
    "registered",
]

H = TypeVar("H", bound=Callable[..., Any])
Executor = Literal["loop", "thread", "process"]
Runner = Callable[["Attempt", Any], Awaitable[BaseModel | None]]
Exhausted = Callable[[AsyncSession, FinishedJob], Awaitable[None]]
First = Callable[[AsyncSession, str], Awaitable[object]]

_NAME = re.compile(r"[a-z][a-z0-9_.-]{0,99}")


@dataclass(frozen=True, slots=True)
class Limit:
    """How many jobs may run at once, or begin in ``period_seconds``, on all nodes together."""

    concurrency: int | None = None
    rate: float | None = None
    period_seconds: float = 1.0

    def __post_init__(self) -> None:
        if self.concurrency is None and self.rate is None:
            raise ValueError("a Limit needs concurrency= or rate=")
        if self.concurrency is not None and self.concurrency < 1:
            raise ValueError(f"Limit: concurrency is at least 1, not {self.concurrency}")
        for name, value in (("rate", self.rate), ("period_seconds", self.period_seconds)):
            if value is not None and not 0 < value < math.inf:
                raise ValueError(f"Limit: {name} is a number above 0, not {value}")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind and its policy.

    ``run`` is the handler itself or, for threads and processes, what takes the payload there and the result back.
    """

    name: str
    run: Runner
    handler: Callable[..., Any]
    signature: Signature
    executor: Executor
    queue: str
    max_attempts: int
    timeout_seconds: float
    concurrency: int | None
    limit: Limit | None
    key_limit: Limit | None
    retry_seconds: float
    longest_retry_seconds: float
    cancelled_with: str | None
    submittable: bool

    @property
    def payload(self) -> type[BaseModel]:
        """Return the payload's model."""
        return self.signature.payload

    def result_json(self, result: object) -> str | None:
        """Return what the handler returned as JSON. Raises ResultInvalid, Discard when it cannot be kept."""
        return self.signature.result_json(result)

    def back_off(self, failed_count: int, first_seconds: float | None = None) -> float:
        """Return the seconds to wait after the ``failed_count``-th failure: exponential, half of it jitter."""
        whole = min(
            self.longest_retry_seconds, (first_seconds or self.retry_seconds) * 2.0 ** min(failed_count - 1, 30)
        )
        return random.uniform(whole / 2, whole)  # noqa: S311 (jitter)


registered: dict[str, Kind] = {}
exhausted_callbacks: dict[str, Exhausted] = {}
locked_first: dict[str, First] = {}


def kind(
    name: str,
    *,
    queue: str = "default",
    max_attempts: int = 5,
    timeout_seconds: float = 60.0,
    executor: Executor | None = None,
    concurrency: int | None = None,
    limit: Limit | None = None,
    key_limit: Limit | None = None,
    retry_seconds: float = 1.0,
    longest_retry_seconds: float = 300.0,
    cancelled_with: str | None = None,
    submittable: bool = False,
) -> Callable[[H], H]:
    """Register the decorated function as what runs jobs of this kind.

    Its second parameter's annotation is the payload's model, what it is annotated to return the result's.
    ``executor``: ``async def`` runs on the event loop and is given an Attempt; ``def`` runs in a thread, or with
    "process" in a process of its own that may crash, and is given a SyncAttempt.
    ``concurrency`` limits how many run at once on one node (a process kind's default: one per core), ``limit`` on all
    nodes together, ``key_limit`` on all nodes for each limit key. The n-th failure is followed by a wait of at most
    ``retry_seconds * 2**(n-1)``, never above ``longest_retry_seconds``. ``cancelled_with`` names what such a job is a
    part of ("the incident"): people cancel that, and not the job from under it. ``submittable``: people may post jobs
    of this kind. Raises ValueError or TypeError naming what to change.
    """
    _check_policy(
        name,
        max_attempts=max_attempts,
        timeout_seconds=timeout_seconds,
        concurrency=concurrency,
        retry_seconds=retry_seconds,
        longest_retry_seconds=longest_retry_seconds,
    )

    def register(handler: H) -> H:
        if name in registered:
            raise ValueError(f"job kind {name!r} is registered already, by {registered[name].handler}")
        signature = signature_of(name, handler)
        chosen = _executor_of(name, handler, executor)
        run: Runner = handler
        if chosen == "thread":
            run = threads.runner(handler)
        elif chosen == "process":
            run = processes.runner(name, handler, signature)
        registered[name] = Kind(
            name=name,
            run=run,
            handler=handler,
            signature=signature,
            executor=chosen,
            queue=queue,
            max_attempts=max_attempts,
            timeout_seconds=timeout_seconds,
            concurrency=(os.cpu_count() or 1) if concurrency is None and chosen == "process" else concurrency,
            limit=limit,
            key_limit=key_limit,
            retry_seconds=retry_seconds,
            longest_retry_seconds=longest_retry_seconds,
            cancelled_with=cancelled_with,
            submittable=submittable,
        )
        return handler

    return register


def on_exhausted(kind: str, callback: Exhausted, *, first: First | None = None) -> None:
    """Call ``callback(session, finished_job)`` in the transaction that makes a job of ``kind`` end in failure.

    Failed for good, timed out for good or quarantined; not cancelled: a kind whose owner would wait for it then says
    what it is ``cancelled_with``. One callback a kind. Whoever locks an incident and then cancels its jobs gives
    ``first(session, incident_id)`` to lock it with: called before the job is locked, so that both go in one order.
    """
    if exhausted_callbacks.get(kind, callback) is not callback:
        raise ValueError(f"job kind {kind!r} has an exhaustion callback already")
    exhausted_callbacks[kind] = callback
    if first is not None:
        locked_first[kind] = first


def _check_policy(name: str, *, max_attempts: int, concurrency: int | None, **seconds: float) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(f"job kind {name!r}: a name is 1 to 100 of a-z 0-9 _ . - and begins with a letter")
    if max_attempts < 1:
        raise ValueError(f"job kind {name!r}: max_attempts is at least 1, not {max_attempts}")
    if concurrency is not None and concurrency < 1:
        raise ValueError(f"job kind {name!r}: concurrency is at least 1, not {concurrency}; None means no limit")
    for what, value in seconds.items():
        if not 0 < value < math.inf:
            raise ValueError(f"job kind {name!r}: {what} is a number above 0, not {value}")
        if value > LONGEST_SECONDS:
            raise ValueError(f"job kind {name!r}: {what} is at most 100 years, not {value:g} s")


def _executor_of(name: str, handler: Callable[..., Any], wanted: str | None) -> Executor:
    is_async = inspect.iscoroutinefunction(handler)
    if wanted is None:
        return "loop" if is_async else "thread"
    if wanted == "loop":
        if not is_async:
            raise TypeError(
                f"job kind {name!r}: a plain function would block the event loop; write async def, or "
                "leave executor out and it runs in a thread"
            )
        return "loop"
    if wanted not in ("thread", "process"):
        known = ", ".join(get_args(Executor))
        raise ValueError(f"job kind {name!r}: there is no executor {wanted!r}; there are {known}")
    if is_async:
        raise TypeError(
            f"job kind {name!r}: executor={wanted!r} runs plain functions; write def instead of async def, "
            "or leave executor out and it runs on the event loop"
        )
    return "thread" if wanted == "thread" else "process"
