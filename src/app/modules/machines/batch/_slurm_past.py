"""What Slurm tells of everybody's jobs: its queue, and its accounting where it keeps one. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from app.modules.machines.batch._slurm_text import PLAIN, instant
from app.modules.machines.inspection import walltime_seconds
from app.modules.machines.past_jobs import PastJob, PastJobs

# Of the accounting the newest 20,000 jobs: 2 MB. What sacct says on its error stream is that there is none.
PAST = (
    "/bin/sh",
    "-c",
    f"{PLAIN}date +%s && squeue --noheader --array --states=all --format='%i|%T|%r|%V|%S|%e|%C|%l|%P' || exit 1; "
    'printf "#accounts\\n"; sacct --noheader --parsable2 --allusers --allocations --starttime="$0" '
    "--format=JobID,State,Eligible,Start,End,AllocCPUS,ReqCPUS,TimelimitRaw,Partition 2>/dev/null | tail -n 20000",
)
# Such a job could not begin if the machine were empty: its wait says nothing about the queue.
_NOT_ELIGIBLE = (
    "Dependency",
    "DependencyNeverSatisfied",
    "JobHeldUser",
    "JobHeldAdmin",
    "BeginTime",
    "JobArrayTaskLimit",
)
_UNLIMITED_SECONDS = 31 * 86_400.0


def read_past(said: str) -> PastJobs:
    """Read what PAST prints. Where both know a job, the accounting says when it could have begun. Raises ValueError."""
    clock, _, rest = said.partition("\n")
    queue, _, accounts = rest.partition("#accounts\n")
    found = {job.native_id: job for job in _queued(queue)}
    lines = [line.split("|") for line in queue.splitlines()]
    held = {parts[0] for parts in lines if len(parts) > 2 and parts[2] in _NOT_ELIGIBLE}
    for job in _accounted(accounts):
        known = found.get(job.native_id)
        if known is not None:
            began = known.started_at
            found[job.native_id] = replace(known, submitted_at=min(job.submitted_at, began or job.submitted_at))
        elif job.ended_at is not None and job.native_id not in held:  # else its end was lost, which happens
            found[job.native_id] = job
    return PastJobs(datetime.fromtimestamp(int(clock), UTC), list(found.values()))


def _queued(said: str) -> Iterator[PastJob]:
    for line in said.splitlines():
        parts = line.split("|")
        if len(parts) != 9:
            continue
        job, state, reason, submitted, started, ended, cores, limit, partition = parts
        at = instant(submitted)
        if at is None or not cores.isdigit() or reason in _NOT_ELIGIBLE:
            continue
        waits = state in ("PENDING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED")
        runs = state in ("RUNNING", "COMPLETING", "CONFIGURING", "SUSPENDED", "STOPPED")
        yield _job(
            job, partition, int(cores), walltime_seconds(limit), at,
            None if waits else instant(started), None if waits or runs else instant(ended), state,
        )  # fmt: skip


def _accounted(said: str) -> Iterator[PastJob]:
    for line in said.splitlines():
        parts = line.split("|")
        if len(parts) != 9:
            continue
        job, state, eligible, started, ended, used, wanted, limit, partition = parts
        at = instant(eligible)
        cores = int(used) if used.isdigit() and used != "0" else int(wanted) if wanted.isdigit() else 0
        # "7_[1-9]" are members that wait: the queue has them one by one.
        if at is None or cores == 0 or "[" in job:
            continue
        minutes = float(limit) * 60 if limit.isdigit() else None
        yield _job(job, partition, cores, minutes, at, instant(started), instant(ended), state)


def _job(
    native_id: str,
    partition: str,
    cores: int,
    limit: float | None,
    submitted_at: datetime,
    started_at: datetime | None,
    ended_at: datetime | None,
    state: str,
) -> PastJob:
    if state.startswith("CANCELLED") and started_at == ended_at:
        started_at = None  # taken back while it waited: said to have started as it ended
    return PastJob(
        native_id=native_id,
        partition=partition.partition(",")[0],
        cores=cores,
        walltime_seconds=limit or _UNLIMITED_SECONDS,
        submitted_at=submitted_at if started_at is None else min(submitted_at, started_at),
        started_at=started_at,
        ended_at=ended_at,
    )
