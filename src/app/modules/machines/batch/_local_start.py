"""Starting a run's runner: the limits it is given and the environment its command gets."""

import math
import os
import signal
import sys
from pathlib import Path
from typing import Protocol

from app.modules.machines.batch import BatchRun
from app.modules.machines.batch._launch import command_of
from app.modules.machines.batch._local_records import RUN_VARIABLE

_RUNNER = str(Path(__file__).with_name("_local_runner.py"))


class Limits(Protocol):
    """What this host allows every run."""

    file_bytes: int
    output_bytes: int
    grace_seconds: float
    nice: int


def start(run: BatchRun, directory: Path, cache: Path, limits: Limits) -> int:
    """Start the runner of a run and return its pid. Raises OSError.

    posix_spawn, because it takes as long however much memory this process has.
    """
    arguments = {
        "walltime": run.walltime_seconds,
        "cpu": run.cpu_seconds or math.ceil(run.walltime_seconds * run.cores) + 1,
        "memory": run.memory_bytes or 0,
        "file": limits.file_bytes,
        "output": limits.output_bytes,
        "grace": limits.grace_seconds,
        "nice": limits.nice,
    }
    pairs = [f"{name}={value}" for name, value in arguments.items()]
    journal = str(directory / "runner.log")
    return os.posix_spawn(
        sys.executable,
        [sys.executable, "-I", "-S", _RUNNER, str(directory), *pairs, "--", *command_of(run)],
        _environment(run, directory, cache),
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsigmask=[signal.SIGTERM, signal.SIGINT],  # until the runner can take them and leave a receipt
        setsigdef=[signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE],
    )


def _environment(run: BatchRun, directory: Path, cache: Path) -> dict[str, str]:
    """Return the whole environment of a run; nothing of this process's own, which may hold secrets."""
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(directory / "work"),
        "TMPDIR": str(directory / "tmp"),
        "XDG_CACHE_HOME": str(cache),  # shared: matplotlib alone needs a second to make its own
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "OMP_NUM_THREADS": str(run.cores),
        "OPENBLAS_NUM_THREADS": str(run.cores),
        **run.environment,
        RUN_VARIABLE: run.marker,
    }
