"""A machine whose queue is simulated event by event, and traces of real ones: what predictions are measured on.

Jobs come more often by day, ask for round times and use part of them; the queue is served in order with EASY backfill.
"""

import bisect
import heapq
import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

WALLTIMES = (600.0, 1800.0, 3600.0, 7200.0, 14_400.0, 43_200.0, 86_400.0)
DAY = 86_400.0


@dataclass
class Job:
    """One job as a trace has it; seconds."""

    submitted: float
    cores: int
    asked: float
    ran: float
    started: float = math.nan

    @property
    def wait(self) -> float:
        """Return what it waited."""
        return self.started - self.submitted

    @property
    def ended(self) -> float:
        """Return when it ended."""
        return self.started + self.ran


def workload(count: int, cores: int, load: float, seed: int) -> list[Job]:
    """Return jobs that use ``load`` of a machine on average, each a power of two wide."""
    rng = random.Random(seed)
    jobs = []
    for _ in range(count):
        width = min(cores, 2 ** int(rng.triangular(0, math.log2(cores) + 1, 2)))
        asked = rng.choices(WALLTIMES, weights=(4, 4, 6, 4, 3, 2, 1))[0]
        jobs.append(Job(0.0, width, asked, max(5.0, asked * rng.betavariate(1.1, 2.2))))
    mean = sum(job.cores * job.ran for job in jobs) / count / cores / load
    at = 0.0
    for job in jobs:
        by_day = 1.0 + 0.8 * math.sin(2 * math.pi * at / DAY)
        at += rng.expovariate(by_day / mean)
        job.submitted = at
    return jobs


def serve(jobs: Sequence[Job], cores: int) -> None:
    """Start jobs in order with EASY backfill: who may go before the first must not delay it, by what was asked for."""
    free, coming = cores, list(reversed(jobs))
    queue: list[Job] = []
    running: list[tuple[float, int, Job]] = []
    while coming or queue or running:
        soonest = min(coming[-1].submitted if coming else math.inf, running[0][0] if running else math.inf)
        while running and running[0][0] <= soonest:
            free += heapq.heappop(running)[2].cores
        while coming and coming[-1].submitted <= soonest:
            queue.append(coming.pop())

        def start(job: Job, now: float = soonest) -> None:
            job.started = now
            heapq.heappush(running, (job.ended, id(job), job))

        while queue and queue[0].cores <= free:
            free -= queue[0].cores
            start(queue.pop(0))
        if queue:
            shadow, spare = _shadow(queue[0], free, [job for _, _, job in running])
            for job in queue[1:]:
                fits_beside = soonest + job.asked <= shadow or job.cores <= spare
                if job.cores <= free and fits_beside:
                    free -= job.cores
                    if soonest + job.asked > shadow:
                        spare -= job.cores
                    queue.remove(job)
                    start(job)


def _shadow(first: Job, free: int, running: Iterable[Job]) -> tuple[float, int]:
    """Return when the first of the queue can start at the latest, and the cores it leaves then."""
    for job in sorted(running, key=lambda job: job.started + job.asked):
        free += job.cores
        if free >= first.cores:
            return job.started + job.asked, free - first.cores
    return math.inf, free


def backfill_estimate(job: Job, now: float, waiting: Sequence[Job], running: Sequence[Job], cores: int) -> float:
    """Return the wait a backfill plan gives: everyone takes all the time they asked for, in order."""
    times = [now]
    free = [cores - sum(one.cores for one in running)]
    for one in sorted(running, key=lambda one: one.started + one.asked):
        times.append(max(now, one.started + one.asked))
        free.append(free[-1] + one.cores)
    for one in (*waiting, job):
        at = _place(times, free, one)
        if one is job:
            return at - now
    return 0.0


def _place(times: list[float], free: list[int], job: Job) -> float:
    """Reserve a job's cores at the earliest time they are free for as long as it asks; return that time."""
    for begin in range(len(times)):
        until = times[begin] + job.asked
        stop = bisect.bisect_left(times, until)
        if all(free[n] >= job.cores for n in range(begin, stop)):
            if stop == len(times) or times[stop] != until:
                times.insert(stop, until)
                free.insert(stop, free[stop - 1])
            for n in range(begin, stop):
                free[n] -= job.cores
            return times[begin]
    return times[-1]


def read_swf(path: Path) -> tuple[list[Job], int]:
    """Return the jobs of a trace in the Standard Workload Format (Feitelson), and the size of its machine."""
    jobs, cores = [], 0
    for line in path.read_text(errors="replace").splitlines():
        if line.startswith(";"):
            name, _, value = line.strip("; ").partition(":")
            if name.strip() in ("MaxProcs", "MaxNodes") and value.strip().isdigit():
                cores = max(cores, int(value))
            continue
        fields = line.split()
        if len(fields) < 9:
            continue
        submitted, wait, ran = (float(one) for one in fields[1:4])
        width = int(fields[4]) if int(fields[4]) > 0 else int(fields[7])
        asked = float(fields[8]) if float(fields[8]) > 0 else ran
        if wait >= 0 and ran > 0 and width > 0:
            jobs.append(Job(submitted, width, max(asked, 1.0), ran, submitted + wait))
    jobs.sort(key=lambda job: job.submitted)
    return jobs, cores or max(job.cores for job in jobs)
