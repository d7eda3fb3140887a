"""What a handler in a thread or in a process is given: its job, whether it is to stop, and whom it tells."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.modules.jobs.verdicts import Cancelled

Report = Callable[[float | None, str | None, dict[str, float]], None]


@dataclass(eq=False)
class SyncAttempt:
    """One attempt at a job. ``last`` says that a failure of this attempt fails the job for good.

    ``cancelled`` is set once the attempt is to stop: look at it, wait on it, or call :meth:`check`. Whoever does not
    stop within ``jobs.stop_seconds`` is given up: a thread goes on without its job, a process is killed.
    """

    job_id: str
    kind: str
    attempt: int
    last: bool
    incident_id: str | None
    simulation_id: str | None
    log: Any
    report: Report = field(repr=False)
    cancelled: threading.Event = field(default_factory=threading.Event, repr=False)

    def check(self) -> None:
        """Raise Cancelled when the attempt is to stop. Cheap: call it once in each turn of a long loop."""
        if self.cancelled.is_set():
            raise Cancelled(f"attempt {self.attempt} of {self.job_id} was cancelled")

    def progress(self, fraction: float | None = None, message: str | None = None, **counters: float) -> None:
        """Tell how far it is; see Attempt.progress. From any thread of the handler, as often as it likes."""
        self.report(fraction, message, counters)
