"""Facts about jobs worth telling; ordinary progress is its own record, in ``finished_jobs``."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.bus import Event


@dataclass(frozen=True, kw_only=True)
class JobQuarantined(Event):
    """A job was set aside because its attempts took their node with them."""

    type: ClassVar[str] = "job.quarantined"
    kind: str
    lost_count: int

    def text(self) -> str:
        """Say it."""
        return f"A {self.kind} job was quarantined after {self.lost_count} attempts whose node vanished"


@dataclass(frozen=True, kw_only=True)
class QueueChanged(Event):
    """Somebody paused, resumed or drained a queue, or changed its order. Its subject is the queue's name."""

    type: ClassVar[str] = "queue.changed"
    queue: str
    state: str
    fifo: bool
    reason: str | None = None

    def text(self) -> str:
        """Say it."""
        what = {"active": "is open", "paused": "is paused", "draining": "is being drained"}[self.state]
        order = ", in strict order" if self.fifo else ""
        return f"Queue {self.queue} {what}{order}" + (f": {self.reason}" if self.reason else "")


@dataclass(frozen=True, kw_only=True)
class JobLimitChanged(Event):
    """Somebody set or removed a limit. Its subject is scope:name."""

    type: ClassVar[str] = "job_limit.changed"
    scope: str
    name: str
    concurrency: int | None = None
    rate: float | None = None
    period_seconds: float | None = None
    removed: bool = False

    def text(self) -> str:
        """Say it."""
        if self.removed:
            return f"The limit of {self.scope} {self.name} was removed"
        parts = [f"{self.concurrency} at once"] if self.concurrency is not None else []
        parts += [f"{self.rate:g} per {self.period_seconds:g} s"] if self.rate is not None else []
        return f"The limit of {self.scope} {self.name} is {' and '.join(parts)}"


@dataclass(frozen=True, kw_only=True)
class BatchFinished(Event):
    """The last job of a sealed batch has ended."""

    type: ClassVar[str] = "job_batch.finished"
    name: str
    total: int
    counts: dict[str, int]
    callback_job_id: str | None = None

    def text(self) -> str:
        """Say it."""
        counts = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in sorted(self.counts.items()))
        return f"Batch {self.name} has finished, {self.total} jobs" + (f": {counts}" if counts else "")
