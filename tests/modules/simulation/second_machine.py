"""Another machine of the node's, with a local batch system of its own that can be told to misbehave."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import func

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.modules import machines
from app.modules.machines import ENDED, BatchRun, Machine, NativeStatus, RunRef, RunRefused, SubmissionLimited
from app.modules.machines.batch import Surroundings
from app.modules.machines.batch.local import Batch, Settings


class Moody(Batch):
    """A local batch system that forgets its runs, or does not answer, when it is told to."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.forgets = False
        self.silent = False
        self.loses_receipts = False
        # It says nothing of outputs, and how often it was asked.
        self.mute = False
        self.mute_count = 0
        # How long it takes to cancel one run, and what happens before it answers a submission.
        self.cancel_seconds = 0.0
        self.meanwhile: Callable[[], Awaitable[None]] | None = None
        self.polls = 0
        # What it says of the next submissions instead of taking them, and the most runs it has room for.
        self.limits: list[SubmissionLimited | RunRefused] = []
        self.room: int | None = None
        self.taken: list[str] = []
        self.poll_seconds = 0.1

    async def submit(self, run: BatchRun) -> str:
        if self.limits:
            raise self.limits.pop(0)
        if self.room is not None:
            there = await super().poll([RunRef(marker) for marker in self.taken])
            if sum(one.state not in ENDED for one in there) >= self.room:
                raise SubmissionLimited("full", said="QOSMaxSubmitJobPerUserLimit", is_full=True)
        self.taken.append(run.marker)
        native_id = await super().submit(run)
        if self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            await meanwhile()
        return native_id

    async def cancel(self, run: RunRef) -> None:
        await asyncio.sleep(self.cancel_seconds)
        await super().cancel(run)

    async def poll(self, runs: Sequence[RunRef]) -> list[NativeStatus]:
        self.polls += 1
        if self.silent:
            raise TimeoutError("it took too long")
        if self.forgets:
            return [NativeStatus(marker=r.marker, native_id=None, native_state="", state="unknown") for r in runs]
        return await super().poll(runs)

    async def receipt(self, marker: str) -> Any:
        if self.mute:
            self.mute_count += 1
            raise ConnectionError("no route to it")
        return None if self.loses_receipts else await super().receipt(marker)


@asynccontextmanager
async def second_machine(
    node: Node, folder: Path, *, name: str = "heron", cores: int = 2, **columns: Any
) -> AsyncIterator[tuple[Machine, Moody]]:
    """Register a machine whose batch system is this host's, in a directory of its own."""
    async with node.database.transaction() as session:
        machine = Machine(
            **{
                "id": new_id("mch"),
                "name": name,
                "driver": "local",
                "transport": "local",
                "node_name": node.name,
                "cores": cores,
                "state": "answers",
                "last_polled_at": func.now(),
                **columns,
            }
        )
        session.add(machine)
    topic = machines.topic_of(machine.id)
    surroundings = Surroundings(directory=folder / name, changed=lambda: node.bus.wake(topic))
    batch = Moody(Settings(cores=cores, grace_seconds=0.5), surroundings)
    await batch.open()
    node.registry.setdefault("machines.batch", {})[machine.id] = batch
    node.bus.wake("machines")
    async with asyncio.timeout(20):
        while not any(loop.name == f"watch {name}" for loop in node.loops):
            await asyncio.sleep(0.01)
    async with node.database.sessions() as session:
        yield await machines.get(session, machine.id), batch
