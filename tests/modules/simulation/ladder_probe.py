"""A full machine with a ladder, and its queue: what tests of climbing have in common."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func

from app.kernel.ids import new_id
from app.kernel.principal import Principal, Role
from app.modules.machines import Machine, MachineQueue, QueueJob
from app.modules.machines.queue_view import QueueNode, QueuePartition, QueueReservation

NOW = datetime.now(UTC)
GROUP = new_id("grp")
LADDER: list[dict[str, Any]] = [
    {"kind": "urgent", "partition": "fast", "cost_factor": 2.0, "role": "runner"},
    {"kind": "preempt", "partition": "fast", "qos": "first", "preempts": ["normal"], "cost_factor": 4.0,
     "role": "admin", "groups": [GROUP]},
    {"kind": "reservation", "reservation": "quake", "cost_factor": 8.0, "role": "owner"},
]  # fmt: skip


def job(native_id: str, cores: int, *, partition: str = "normal", minutes: float | None = 10, **more: Any) -> QueueJob:
    """Return a job that has run for so many minutes of an hour, or waits."""
    began = None if minutes is None else NOW - timedelta(minutes=minutes)
    return QueueJob(
        native_id=native_id, name=f"job {native_id}", user="ada", cores=cores, partition=partition, started_at=began,
        state="PENDING" if began is None else "RUNNING", ends_at=None if began is None else began + timedelta(hours=1),
        **more,
    )  # fmt: skip


def queue(
    *jobs: QueueJob, used: int = 8, state: str = "allocated", reservations: Sequence[QueueReservation] = ()
) -> MachineQueue:
    """Return the queue of a machine with one node of eight cores."""
    return MachineQueue(
        asked_at=NOW,
        partitions=[QueuePartition(name="normal"), QueuePartition(name="fast")],
        nodes=[QueueNode(name="n1", state=state, partitions=["normal", "fast"], cores=8, cores_used=used)],
        reservations=list(reservations),
        jobs=list(jobs),
    )


QUAKE = QueueReservation(name="quake", state="ACTIVE", starts_at=NOW - timedelta(hours=1), cores=4)
FULL = queue(job("1", 4, minutes=50), job("2", 2, minutes=5), job("3", 2, minutes=20), reservations=[QUAKE])


def machine_with_ladder(name: str) -> Machine:
    """Return a machine which its own figures say is full."""
    return Machine(
        id=new_id("mch"), name=name, driver="slurm", transport="ssh", settings={"ladder": LADDER}, cores=8,
        cores_used=8, queued_count=40, state="answers", last_polled_at=func.now(), enabled=True,
    )  # fmt: skip


def moved(seen: MachineQueue) -> MachineQueue:
    """Return a queue as it would be now: those above are as of when this file was read."""
    by = datetime.now(UTC) - NOW

    def later(one: QueueJob | QueueReservation, *names: str) -> dict[str, datetime]:
        return {name: at + by for name in names if (at := getattr(one, name)) is not None}

    jobs = [one.model_copy(update=later(one, "started_at", "ends_at")) for one in seen.jobs]
    kept = [one.model_copy(update=later(one, "starts_at", "ends_at")) for one in seen.reservations]
    return seen.model_copy(update={"jobs": jobs, "reservations": kept})


def person(role: Role, *groups: str) -> Principal:
    """Return somebody of a role, in groups."""
    return Principal("usr_ada", "Ada", role, group_ids=frozenset(groups))
