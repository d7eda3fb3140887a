"""A workflow's part played by a test: a job kind that is called back, and waiting for simulations to end."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select, text

from app.kernel.events import EventRow
from app.kernel.node import Node
from app.modules import jobs, machines, simulation
from app.modules.simulation import Simulation, SimulationSubmit

CALLBACK = "test.simulation_ended"


class Ended(BaseModel):
    """Payload of the callback."""

    tag: str
    simulation_id: str
    name: str
    state: str
    exit_code: int | None
    error: str | None


heard: list[Ended] = []


@jobs.kind(CALLBACK)
async def hear(_attempt: jobs.Attempt, payload: Ended) -> None:
    heard.append(payload)


async def submit(node: Node, command: list[str], *, name: str = "run", **spec: Any) -> str:
    """Submit one simulation in a transaction of its own."""
    async with node.database.transaction() as session:
        return await simulation.submit(
            session,
            SimulationSubmit.model_validate({"command": command, **spec}),
            incident_id="inc_test",
            stage_id="stg_test",
            stage="test",
            name=name,
            on_finished=simulation.JobCallback(kind=CALLBACK, payload={"tag": name}),
        )


async def until(node: Node, what: Callable[[list[Simulation]], bool], *, seconds: float = 120.0) -> list[Simulation]:
    """Return all simulations once ``what`` is true of them, looking again at each hint."""
    changed = asyncio.Event()
    off = node.bus.on("simulations", changed.set)
    try:
        async with asyncio.timeout(seconds):
            while True:
                changed.clear()
                async with node.database.sessions() as session:
                    rows = list((await session.scalars(select(Simulation).order_by(Simulation.id))).all())
                if what(rows):
                    return rows
                await node.clock.wait(changed, 1.0)
    finally:
        off()


async def ended(node: Node, *, count: int = 1, seconds: float = 120.0) -> list[Simulation]:
    """Return all simulations once ``count`` of them have ended."""
    return await until(node, lambda rows: sum(r.state in simulation.TERMINAL for r in rows) >= count, seconds=seconds)


async def machine_of(node: Node) -> machines.Machine:
    """Return the machine the node is itself."""
    async with node.database.sessions() as session:
        return (await machines.list_all(session))[0]


async def events_of(node: Node, subject_id: str) -> list[EventRow]:
    """Return the facts about one thing in their order."""
    async with node.database.sessions() as session:
        query = select(EventRow).where(EventRow.subject_id == subject_id).order_by(EventRow.number)
        return list((await session.scalars(query)).all())


async def said(callbacks: list[Ended], count: int) -> None:
    """Wait until the callback job has run ``count`` times."""

    async def enough() -> bool:
        return len(callbacks) >= count

    await until_true(enough)
    assert len(callbacks) == count


async def until_true(condition: Callable[[], Awaitable[bool]], *, seconds: float = 120.0) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.02)


async def now_due(node: Node) -> None:
    """Let the time go by until whoever waits for a turn has it."""
    async with node.database.transaction() as session:
        await session.execute(text("UPDATE submission_paces SET next_at = now() - interval '1 minute'"))
        await session.execute(text("UPDATE simulations SET turn_at = now() WHERE turn_at > now()"))
    node.bus.wake("machines")
    await asyncio.sleep(0.1)  # for the sweep; whoever calls this waits for what comes of it
