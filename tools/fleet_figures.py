"""What the model of a fleet is made of: figures of ``benchmarks/jobs.py``, and a machine we do not have."""

from dataclasses import dataclass, field
from typing import Any


def said(value: float, what: str) -> Any:
    """Return a field with its value and what it is."""
    return field(default=value, metadata={"said": what})


@dataclass(frozen=True)
class Measured:
    """Figures of ``benchmarks/jobs.py`` on two cores, PostgreSQL 18 with production's settings."""

    node_us: float = said(22.0, "CPU of the node a drained job, us")
    job_us: float = said(49.0, "CPU of PostgreSQL a job queued in bulk and drained, us")
    alone_us: float = said(890.0, "CPU of PostgreSQL a job alone (100/s), us")
    nothing_us: float = said(270.0, "CPU of PostgreSQL a claim that finds nothing, us")
    passed_us: float = said(0.067, "CPU of PostgreSQL an entry of another node's section that a claim passes, us")
    hint_us: float = said(75.0, "CPU of PostgreSQL a hint (NOTIFY and its commit), us")
    listener_us: float = said(41.0, "CPU of PostgreSQL a hint and listener, us")
    hints_per_second: float = said(14_500.0, "hints a second of eight senders: their commits wait for one lock")
    idle_us: float = said(1_600.0, "CPU of PostgreSQL a second and idle node, us")
    connections: float = said(11.0, "connections of an idle node of jobs and nodes alone; the whole house has 15")
    wal_bytes: float = said(2_330.0, "write-ahead log a job, queued in bulk to finished")
    kept_bytes: float = said(581.0, "a finished job on disk, indexes included")
    vacuumed_per_second: float = said(1_200_000.0, "dead rows of the queue vacuumed a second")


@dataclass(frozen=True)
class Assumed:
    """One large server, and constants of our code and settings."""

    cores: float = said(32, "of the server, each as quick as one of those measured")
    wal_bytes_per_second: float = said(1e9, "what a local NVMe takes, written once")
    flush_seconds: float = said(100e-6, "a commit's wait for that disk")
    connections: float = said(2_000, "direct ones, before changing between them costs more than it gives")
    disk_bytes: float = said(30e12, "for the history")
    kept_days: float = said(30, "the setting jobs.keep_finished_days")
    sections: float = said(512, "of the ring; a node without one is paused")
    gather_seconds: float = said(0.02, "between two hints of a node: fifty a second at most")
    naptime_seconds: float = said(60.0, "PostgreSQL's autovacuum_naptime")


MEASURED = Measured()
ASSUMED = Assumed()
