"""When a run would start if it climbed, and whom it would stop, by a machine's queue as it was just seen.

A bound and no forecast: what runs is taken to use all the time it may, and no other job to slip in before.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.modules.machines import MachineQueue, QueueJob, QueueReservation, Rung

_UNUSABLE = ("down", "drain", "fail", "maint", "offline", "unk", "boot", "power", "stale")


@dataclass(frozen=True)
class Victim:
    """A job that would be stopped; what it has done so far may be lost."""

    native_id: str
    user: str | None
    cores: int
    lost_core_hours: float


@dataclass(frozen=True)
class Start:
    """In how many seconds a run would start there and whom that would stop; ``None`` seconds: not to be foreseen."""

    seconds: float | None
    text: str
    victims: tuple[Victim, ...] = ()


@dataclass
class Survey:
    """The queue of a machine, or why it could not be looked at; ``promised`` are cores given away since.

    Those of a reservation by its name, all others under ``None``: partitions share nodes.
    """

    queue: MachineQueue | None
    against: str | None = None
    promised: Counter[str | None] = field(default_factory=Counter)


def start(survey: Survey, rung: Rung, cores: int, now: datetime) -> Start:
    """Return when a run of so many cores would start on a rung, were it submitted now."""
    queue = survey.queue
    if queue is None:
        return Start(None, survey.against or "its queue was not looked at")
    if queue.omitted_count:
        return Start(None, f"its queue is too long to be seen whole: {queue.omitted_count:,} jobs more")
    reservation = next((one for one in queue.reservations if one.name == rung.reservation), None)
    if rung.reservation is not None and reservation is not None:
        begins = max(0.0, (reservation.starts_at - now).total_seconds()) if reservation.starts_at else 0.0
        if reservation.ends_at is not None and reservation.ends_at <= now:
            return Start(None, f"the reservation {rung.reservation} is over")
        free = _kept_free(queue, reservation) - survey.promised[rung.reservation]
        if free >= cores:
            return Start(begins, f"{free} cores are kept free")
        return Start(None, f"of the {reservation.cores or 0} cores that are kept free {max(0, free)} are left")
    partition = rung.partition or rung.reservation  # PBS has a queue for each reservation
    known = {one.name for one in queue.partitions}
    if partition is not None and known and partition not in known:
        return Start(None, f"there is no {'reservation' if rung.reservation else 'partition'} {partition}")
    waiting = [job for job in queue.jobs if _waits(job) and _same_place(job, rung, partition)]
    before = sum((job.cores or 1) * job.run_count for job in waiting)
    need = cores + before + survey.promised[rung.reservation]
    free = _free(queue, partition, now)
    ahead = f"{before} cores are waited for before it" if before else "nobody waits before it"
    if need <= free:
        return Start(0.0, f"{free} cores are free, {ahead}")
    if rung.kind == "preempt":
        return _by_stopping(queue, rung, need - free, now)
    return _by_ending(queue, need - free, now, ahead)


def told(victims: Sequence[Victim]) -> str:
    """Say how many would be stopped. Whose they are is not for everybody who may read why a run went where."""
    if not victims:
        return "nobody is stopped"
    jobs = f"{len(victims)} job{'s' if len(victims) != 1 else ''}"
    lost = sum(one.lost_core_hours for one in victims)
    cores = sum(one.cores for one in victims)
    return f"stops {jobs} of others on {cores} cores; {lost:.3g} core-hours of theirs may be lost"


def _by_stopping(queue: MachineQueue, rung: Rung, lacking: int, now: datetime) -> Start:
    """Choose whom to stop: the youngest first, of whom least is lost."""
    stoppable = [job for job in _running(queue) if rung.preempts and {job.partition, job.qos} & set(rung.preempts)]
    victims: list[Victim] = []
    for job in sorted(stoppable, key=lambda job: job.started_at or now, reverse=True):
        if lacking <= 0:
            break
        cores = job.cores or 1
        ran = max(0.0, (now - job.started_at).total_seconds()) if job.started_at else 0.0
        victims.append(Victim(job.native_id, job.user, cores, round(cores * ran / 3600, 4)))
        lacking -= cores
    if lacking > 0:
        return Start(None, f"with all {len(stoppable)} jobs stopped that may be, {lacking} cores would be lacking")
    return Start(0.0, f"{len(victims)} job{'s make' if len(victims) != 1 else ' makes'} room", tuple(victims))


def _by_ending(queue: MachineQueue, lacking: int, now: datetime, ahead: str) -> Start:
    for job in sorted(_running(queue), key=lambda job: (job.ends_at is None, job.ends_at or now)):
        if job.ends_at is None:
            return Start(None, f"when the jobs that run end is not told, {ahead}")
        lacking -= job.cores or 1
        if lacking <= 0:
            return Start(max(0.0, (job.ends_at - now).total_seconds()), f"jobs that run have to end first, {ahead}")
    return Start(None, f"{lacking} cores are lacking whatever ends, {ahead}")


def _free(queue: MachineQueue, partition: str | None, now: datetime) -> int:
    usable = [one for one in queue.nodes if not any(word in one.state.lower() for word in _UNUSABLE)]
    if partition is not None and any(one.partitions for one in usable):
        usable = [one for one in usable if partition in one.partitions]
    # Nodes are said to be idle although they are reserved, for some seconds (Slurm 22.05).
    begun = [one for one in queue.reservations if one.starts_at is None or one.starts_at <= now]
    kept = sum(_kept_free(queue, one) for one in begun if one.ends_at is None or one.ends_at > now)
    return max(0, sum((one.cores or 0) - (one.cores_used or 0) for one in usable) - kept)


def _kept_free(queue: MachineQueue, reservation: QueueReservation) -> int:
    used = sum(job.cores or 0 for job in _running(queue) if job.reservation == reservation.name)
    return max(0, (reservation.cores or 0) - used)


def _same_place(job: QueueJob, rung: Rung, partition: str | None) -> bool:
    return job.partition == partition if partition is not None else job.qos == rung.qos


def _running(queue: MachineQueue) -> list[QueueJob]:
    return [job for job in queue.jobs if job.state.upper() in ("R", "RUNNING")]


def _waits(job: QueueJob) -> bool:
    return job.state.upper() in ("Q", "PENDING")
