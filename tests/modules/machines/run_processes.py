"""Looking at the processes of this host, and at files that appear."""

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path


def of_run(marker: str) -> list[int]:
    """Return every living process that carries the run's mark in its environment."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                marked = f"SB_RUN={marker}".encode() in (entry / "environ").read_bytes().split(b"\0")
                state = (entry / "stat").read_bytes().rpartition(b")")[2].split()[0]
            except OSError:
                continue
            if marked and state not in (b"Z", b"X"):
                found.append(int(entry.name))
    return found


def runner_of(runs: Path, marker: str) -> int:
    """Return the pid of a run's runner."""
    pid: int = json.loads((runs / marker / "started.json").read_text())["pid"]
    os.kill(pid, 0)
    return pid


async def until(condition: Callable[[], object], *, seconds: float = 20.0) -> None:
    """Wait until something outside this process is so; there is nothing to be told by."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)
