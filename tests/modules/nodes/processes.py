"""Nodes in processes of their own, for tests that stop, continue, kill and misdate them."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).with_name("node_process.py")
ROOT = PROGRAM.parents[3]


class Process:
    """A node process and what it said last."""

    def __init__(self, process: asyncio.subprocess.Process, boot_id: str) -> None:
        self.process = process
        self.boot_id = boot_id
        self.said: list[dict[str, Any]] = []

    async def until(self, seconds: float = 30, **wanted: Any) -> dict[str, Any]:
        """Return what it says once it says ``wanted``."""
        assert self.process.stdout is not None
        async with asyncio.timeout(seconds):
            while not self.said or any(self.said[-1][name] != value for name, value in wanted.items()):
                line = await self.process.stdout.readline()
                assert line, "it ended"
                self.said.append(json.loads(line))
        return self.said[-1]

    def signal(self, number: int) -> None:
        """Send a signal to it alone."""
        self.process.send_signal(number)

    def report(self, busy: int) -> None:
        """Let it have so many jobs in hand."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"busy {busy}\n".encode())


async def spawn(
    url: str, place: Path, name: str, *settings: str, period: float = 0.25, environment: Mapping[str, str] | None = None
) -> Process:
    """Start a node process and return it once it is ready."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(PROGRAM), url, str(place / name), name, str(period), *settings),
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", **(environment or {})},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        while not (line := (await process.stdout.readline()).decode()).startswith("ready"):
            if not line:
                raise RuntimeError(f"{name} ended before it was ready")
    return Process(process, line.split()[1])


@asynccontextmanager
async def fleet(url: str, place: Path, *names: str, **options: Any) -> AsyncIterator[list[Process]]:
    """Start nodes in the same instant; end them hard afterwards."""
    started = await asyncio.gather(*[spawn(url, place, name, **options) for name in names], return_exceptions=True)
    processes = [process for process in started if isinstance(process, Process)]
    try:
        for outcome in started:
            if isinstance(outcome, BaseException):
                raise outcome
        yield processes
    finally:
        for one in processes:
            if one.process.returncode is None:
                one.process.kill()
            await one.process.wait()
