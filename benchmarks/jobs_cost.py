"""What work costs: CPU of the database's processes and bytes of its log, between two looks."""

import os
from dataclasses import dataclass
from pathlib import Path

from benchmarks.jobs_stage import Stage

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """So far, or between two looks, or a job's share of that."""

    database_us: float
    wal_bytes: float
    app_us: float = 0.0

    @classmethod
    async def so_far(cls, stage: Stage) -> "Cost":
        """Look. The CPU is that of every process PostgreSQL has and had."""
        connection = await stage.connect("stormbell")
        wal = await connection.fetchval("SELECT pg_current_wal_lsn() - '0/0'")
        await connection.close()
        return cls(database_us=server_cpu_seconds(stage.postgres_pid) * 1e6, wal_bytes=float(wal))

    def __sub__(self, earlier: "Cost") -> "Cost":
        return Cost(self.database_us - earlier.database_us, self.wal_bytes - earlier.wal_bytes)

    def each(self, count: int, *, app_seconds: float = 0.0) -> "Cost":
        """Return the share of one of ``count`` jobs."""
        return Cost(self.database_us / count, self.wal_bytes / count, app_seconds * 1e6 / count)


def server_cpu_seconds(postmaster: int) -> float:
    """Return the CPU time of a PostgreSQL server: its own, its children's, and that of children that ended."""
    children = map(int, Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split())
    ended = sum(map(int, _fields(postmaster)[13:15])) / _TICK
    return process_cpu_seconds(postmaster) + ended + sum(map(process_cpu_seconds, children))


def process_cpu_seconds(pid: int) -> float:
    """Return the CPU time the threads of a process have used, in nanoseconds exact; 0 when it has ended."""
    try:
        threads = [(task / "schedstat").read_text() for task in Path(f"/proc/{pid}/task").iterdir()]
    except OSError:
        return 0.0
    return sum(int(thread.split()[0]) for thread in threads) / 1e9


def _fields(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
