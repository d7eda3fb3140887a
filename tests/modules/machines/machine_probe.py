"""What the tests of machines share: a local batch system under test."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.modules.machines.batch import ENDED, BatchRun, NativeStatus, RunRef
from app.modules.machines.batch.local import Batch


@dataclass
class Local:
    """This host's batch system under test."""

    directory: Path
    batch: Batch
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def runs(self) -> Path:
        return self.directory / "runs"

    async def submit(self, marker: str, *command: str, **wanted: Any) -> None:
        await self.batch.prepare(marker)
        await self.batch.submit(BatchRun(marker=marker, name=marker, command=command, **wanted))

    async def until(self, marker: str, states: frozenset[Any] = ENDED) -> NativeStatus:
        async with asyncio.timeout(30):
            while True:
                self.changed.clear()
                (status,) = await self.batch.poll([RunRef(marker)])
                if status.state in states:
                    return status
                await self.changed.wait()

    async def run(self, marker: str, *command: str, **wanted: Any) -> NativeStatus:
        await self.submit(marker, *command, **wanted)
        return await self.until(marker)


MakeLocal = Callable[..., Awaitable[Local]]
OpenElsewhere = Callable[..., Awaitable[asyncio.subprocess.Process]]
