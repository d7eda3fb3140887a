"""Following a machine's queue from look to look: what each job found when it was submitted, learned when it begins.

Pure: the same for a machine's accounts, for our own runs there, and for the traces of benchmarks/queue_wait.py.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from app.modules.simulation.queue_state import Features, QueuedJob, QueueState
from app.modules.simulation.wait_model import Told, WaitModel

_LATELY = 10  # waits whose mean is a sign of how it goes
_SHARE_STEP = 0.02
_INSTANT = 0.01
# What a first look at a long history evaluates, and the most that is kept of a queue.
FIRST_LOOK = 1500
MOST_JOBS = 3000

Heard = Callable[[QueuedJob, Told | None], None]


@dataclass
class Followed:
    """What is kept between two looks: until when it was followed, who was in the queue, and what they were told."""

    seen_until: float
    share: float = 0.5  # of the time it may take that a job uses
    lately: dict[str, list[float]] = field(default_factory=dict)
    waiting: dict[str, tuple[Features, Told | None]] = field(default_factory=dict)
    jobs: list[QueuedJob] = field(default_factory=list)

    def lately_in(self, partition: str) -> float:
        """Return what the last jobs of a partition waited, on average."""
        waits = self.lately.get(partition)
        return sum(waits) / len(waits) if waits else 0.0


def follow(
    kept: Followed | None,
    jobs: Iterable[QueuedJob],
    models: dict[str, WaitModel],
    *,
    cores: int,
    until: float,
    heard: Heard | None = None,
    most: int | None = FIRST_LOOK,
) -> Followed:
    """Go through what happened since the last look, in order, and teach ``models``, by partition.

    ``jobs`` are all that were in the queue at any time since then. ``heard`` is told what each was told. Of
    more than ``most`` that were submitted since, the newest teach: each is compared with all others in the queue.
    """
    known = sorted(jobs, key=lambda job: job.submitted)
    since = kept.seen_until if kept is not None else _first(known)
    now = kept or Followed(seen_until=since)
    active = {job.id: job for job in known if job.submitted <= since and (job.ended is None or job.ended > since)}
    fresh = [job.submitted for job in known if since < job.submitted <= until]
    taught_from = fresh[-most] if most is not None and len(fresh) > most else since
    for _, kind, job in _events(known, since, until):
        if kind == 0:
            active.pop(job.id, None)
            now.waiting.pop(job.id, None)
            if job.started is not None and job.ended is not None and job.asked > 0:
                used = min(1.0, max(0.0, job.ended - job.started) / job.asked)
                now.share += _SHARE_STEP * (used - now.share)
        elif kind == 1 and job.submitted < taught_from:
            active[job.id] = job
        elif kind == 1:
            model = models.setdefault(job.partition, WaitModel())
            state = QueueState(job.submitted, cores, active.values(), now.share)
            found = state.features(job.cores, job.asked, job.partition, now.lately_in(job.partition))
            told = model.predict(found)
            now.waiting[job.id] = found, told
            active[job.id] = job
            if heard is not None:
                heard(job, told)
        elif (asked := now.waiting.pop(job.id, None)) is not None and job.waited is not None:
            models.setdefault(job.partition, WaitModel()).learn(asked[0], job.waited, asked[1])
            waits = now.lately.setdefault(job.partition, [])
            waits.append(job.waited)
            del waits[:-_LATELY]
    now.seen_until = max(since, until)
    # What runs says most about when others begin, then the head of those that wait.
    now.jobs = sorted(active.values(), key=lambda job: job.started is None or job.started > until)[:MOST_JOBS]
    # A job that is not listed any more was taken back.
    listed = {job.id for job in now.jobs}
    now.waiting = {job_id: found for job_id, found in now.waiting.items() if job_id in listed}
    return now


def _first(known: list[QueuedJob]) -> float:
    """Return from when on a first look goes through a history, of which the oldest jobs only fill the queue."""
    if not known:
        return 0.0
    return known[max(0, len(known) - FIRST_LOOK)].submitted - 1.0


def _events(known: Iterable[QueuedJob], since: float, until: float) -> list[tuple[float, int, QueuedJob]]:
    """Return what happened: at one time ends come first, and a job is submitted before it begins, and then ends."""
    events = [
        (at, kind, job)
        for job in known
        for kind, at in enumerate((_end(job), job.submitted, job.started))
        if at is not None and since < at <= until
    ]
    return sorted(events, key=lambda event: event[:2])


def _end(job: QueuedJob) -> float | None:
    # Batch systems tell whole seconds: a job that failed at once would end before it began.
    return None if job.ended is None else max(job.ended, (job.started or job.submitted) + _INSTANT)
