"""What this host can take, and its queue as people look at it."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime

from app.modules.machines.batch import BatchRun, RunRefused
from app.modules.machines.batch._launch import command_of
from app.modules.machines.queue_view import MOST_JOBS, MachineQueue, QueueJob, QueueNode


def require_possible(run: BatchRun, cores: int) -> None:
    """Raise RunRefused (422) for a run that this host can never take."""
    if run.cores > cores:
        raise RunRefused(f"{run.name} wants {run.cores} cores; this host gives {cores} to runs")
    asked = {
        "nodes": (run.nodes or 1) > 1,
        "gpus": run.gpus > 0,
        "a partition": run.partition,
        "a reservation": run.reservation,
        "a constraint": run.constraint,
        "dependencies": run.dependency,
        "extra options": run.extra,
    }
    if wanted := [what for what, is_asked in asked.items() if is_asked]:
        raise RunRefused(f"{run.name} asks for {', '.join(wanted)}, which this host does not have")
    command_of(run)


def queue_of(
    cores: int, memory_bytes: int, running: Sequence[tuple[str, int, datetime]], waiting: Sequence[BatchRun]
) -> MachineQueue:
    """Return the one node there is, and its runs."""
    used = sum(one for _, one, _ in running)
    state = "idle" if not used else "mixed" if used < cores else "allocated"
    node = QueueNode(name=os.uname().nodename, state=state, cores=cores, cores_used=used, memory_bytes=memory_bytes)
    jobs = [
        *[QueueJob(native_id=m, name=m, state="running", cores=held, started_at=at) for m, held, at in running],
        *[QueueJob(native_id=run.marker, name=run.name, state="queued", cores=run.cores) for run in waiting],
    ]
    omitted = max(0, len(jobs) - MOST_JOBS)
    return MachineQueue(asked_at=datetime.now(UTC), nodes=[node], jobs=jobs[:MOST_JOBS], omitted_count=omitted)
