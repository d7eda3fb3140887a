"""What a batch system tells of everybody's jobs, those that wait, run and have ended: what waits are learned from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True, kw_only=True)
class PastJob:
    """A job as its batch system keeps account of it; ``submitted_at`` is when it could have begun."""

    native_id: str
    partition: str
    cores: int
    walltime_seconds: float
    submitted_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True)
class PastJobs:
    """The jobs that were in a queue since some time, as known at ``asked_at`` by the machine's own clock."""

    asked_at: datetime
    jobs: Sequence[PastJob]


@runtime_checkable
class KeepsJobs(Protocol):
    """What a batch system has besides that tells of everybody's jobs."""

    async def past(self, since: datetime) -> PastJobs:
        """Return every job that waited or ran at some time since then. Raises as the seam's methods do."""
