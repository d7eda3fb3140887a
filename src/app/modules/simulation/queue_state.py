"""A machine's queue at one instant, and what of it decides how long a job would wait. Pure; times are epoch seconds.

Jobs are taken to use the share of their time that ended jobs used (Smith, Taylor & Foster, "Using run-time predictions
to estimate queue wait times", JSSPP 1999), and to be served in order but for those EASY backfill would begin at once.
"""

import heapq
import math
from collections.abc import Iterable
from dataclasses import dataclass

Features = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """A job of anybody's. ``asked`` is the time it may take; it waits from when it could have begun."""

    id: str
    cores: int
    asked: float
    submitted: float
    started: float | None = None
    ended: float | None = None
    partition: str = ""

    @property
    def waited(self) -> float | None:
        """Return how long it waited, ``None`` while it does."""
        return None if self.started is None else max(0.0, self.started - self.submitted)


class QueueState:
    """A queue of ``cores`` at ``now``: those of ``jobs`` that have begun run, the others wait, none has ended."""

    def __init__(
        self, now: float, cores: int, jobs: Iterable[QueuedJob], share: float, *, free: int | None = None
    ) -> None:
        self._now, self._cores = now, max(1, cores)
        running: list[QueuedJob] = []
        waiting: list[QueuedJob] = []
        for job in jobs:
            (running if job.started is not None and job.started <= now else waiting).append(job)
        waiting.sort(key=lambda job: job.submitted)
        self._waiting = waiting
        self._free = max(0, cores - sum(job.cores for job in running)) if free is None else max(0, free)
        begun = [(now if job.started is None else job.started, job) for job in running]
        by_limit = [(job.asked - (now - at), job.cores) for at, job in begun]
        self._shadow, self._spare = self._head(sorted((max(0.0, left), width) for left, width in by_limit))
        left = [(max(0.0, share * seconds), width) for seconds, width in by_limit]
        work = sum(seconds * width for seconds, width in left)
        work += sum(share * job.asked * job.cores for job in waiting)
        self._drain = work / self._cores
        self._served_at, self._spare_cores, self._ends = self._serve(left, share)

    def features(self, cores: int, asked: float, partition: str, lately: float, *, promised: int = 0) -> Features:
        """Return what the wait of a job asked for now depends on.

        ``lately`` is what the last ones waited; ``promised`` cores were given away and are not in use yet.
        """
        free, wanted = self._free - promised, cores + promised
        at_once = cores <= free and (not self._waiting or asked <= self._shadow or wanted <= self._spare)
        age = self._now - self._waiting[0].submitted if self._waiting else 0.0
        ahead = sum(job.cores for job in self._waiting)
        beside = sum(job.cores for job in self._waiting if job.partition == partition)
        return (
            round(math.log2(cores), 2),
            round(math.log1p(asked), 2),
            1.0 if at_once else 0.0,
            round((free - cores) / self._cores, 3),
            round(math.log1p(ahead / self._cores), 3),
            round(math.log1p(beside / self._cores), 3),
            round(math.log1p(0.0 if at_once else self._begins(wanted)), 2),
            round(math.log1p(self._drain), 2),
            round(math.log1p(max(0.0, age)), 2),
            round(math.log1p(max(0.0, lately)), 2),
        )

    def _head(self, ends: list[tuple[float, int]]) -> tuple[float, int]:
        """Return in how long the first that waits can begin at the latest, and the cores it leaves free then."""
        if not self._waiting:
            return 0.0, self._free
        free, wanted = self._free, self._waiting[0].cores
        for left, cores in ((0.0, 0), *ends):
            free += cores
            if free >= wanted:
                return left, free - wanted
        return math.inf, free

    def _serve(self, left: list[tuple[float, int]], share: float) -> tuple[float, int, list[tuple[float, int]]]:
        """Begin all that wait, in order; return in how long the last begins, what is free then, and what ends when."""
        at, free, ends = 0.0, self._free, list(left)
        heapq.heapify(ends)
        for job in self._waiting:
            while free < job.cores and ends:
                ended, cores = heapq.heappop(ends)
                at, free = max(at, ended), free + cores
            if free >= job.cores:
                free -= job.cores
                heapq.heappush(ends, (at + share * job.asked, job.cores))
        return at, free, ends

    def _begins(self, cores: int) -> float:
        at, free, ends = self._served_at, self._spare_cores, list(self._ends)
        while free < cores and ends:
            ended, width = heapq.heappop(ends)
            at, free = max(at, ended), free + width
        return at
