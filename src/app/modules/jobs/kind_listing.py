"""The kinds of jobs this node knows, as people are told of them."""

from typing import Any

from pydantic import BaseModel, Field

from app.modules.jobs.kinds import Executor, Kind, Limit, registered


class DeclaredLimit(BaseModel):
    """How many jobs may run at once, or begin in a period, on all nodes together."""

    concurrency: int | None
    rate: float | None
    period_seconds: float | None


class JobKindView(BaseModel):
    """A kind of jobs: what it takes and gives, where it runs, under which policy."""

    name: str
    queue: str
    executor: Executor = Field(description="Where its handler runs: on the event loop, in a thread, in a process")
    submittable: bool = Field(description="Whether people may submit such jobs")
    max_attempts: int
    timeout_seconds: float
    retry_seconds: float = Field(description="Longest wait after the first failure; doubles with each further one")
    longest_retry_seconds: float
    concurrency: int | None = Field(description="How many run at once on one node")
    limit: DeclaredLimit | None = Field(description="Of all its jobs on all nodes, as its author declared it")
    key_limit: DeclaredLimit | None = Field(description="The same for those with the same limit key")
    cancelled_with: str | None = Field(description="What its jobs are a part of; cancel that instead")
    payload_schema: dict[str, Any] = Field(description="JSON Schema of the payload")
    result_schema: dict[str, Any] | None = Field(description="JSON Schema of the result; null: it gives none")


class JobKindList(BaseModel):
    """Every kind this node knows, by name."""

    items: list[JobKindView]


def list_kinds() -> JobKindList:
    """Return every registered kind."""
    return JobKindList(items=[_view(kind) for _, kind in sorted(registered.items())])


def _view(kind: Kind) -> JobKindView:
    result = kind.signature.result
    return JobKindView(
        name=kind.name,
        queue=kind.queue,
        executor=kind.executor,
        submittable=kind.submittable,
        max_attempts=kind.max_attempts,
        timeout_seconds=kind.timeout_seconds,
        retry_seconds=kind.retry_seconds,
        longest_retry_seconds=kind.longest_retry_seconds,
        concurrency=kind.concurrency,
        limit=_limit(kind.limit),
        key_limit=_limit(kind.key_limit),
        cancelled_with=kind.cancelled_with,
        payload_schema=kind.payload.model_json_schema(),
        result_schema=None if result is None or result is BaseModel else result.model_json_schema(mode="serialization"),
    )


def _limit(limit: Limit | None) -> DeclaredLimit | None:
    if limit is None:
        return None
    period = limit.period_seconds if limit.rate is not None else None
    return DeclaredLimit(concurrency=limit.concurrency, rate=limit.rate, period_seconds=period)
