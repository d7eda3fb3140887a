"""Embedded PostgreSQL: one server a data directory, supervised by one of the processes that use it.

Only the binaries of a PostgreSQL distribution are used. The server is a child of the process that holds the lock on
the data directory and ends with it; other processes attach, and one of them takes over when the supervisor is gone.
"""

from app.kernel.postgres.binaries import find_bin_directory
from app.kernel.postgres.problems import (
    BinariesMissing,
    DirectoryUnusable,
    DiskFull,
    PostgresProblem,
    StartFailed,
    WrongVersion,
)
from app.kernel.postgres.supervisor import Cluster, EmbeddedPostgres, State

__all__ = [
    "BinariesMissing",
    "Cluster",
    "DirectoryUnusable",
    "DiskFull",
    "EmbeddedPostgres",
    "PostgresProblem",
    "StartFailed",
    "State",
    "WrongVersion",
    "find_bin_directory",
]
