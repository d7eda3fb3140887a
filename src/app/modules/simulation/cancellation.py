"""Cancelling: a run nobody submitted ends at once; one that may be on a machine is stopped there first."""

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint
from app.kernel.node import Node
from app.kernel.scoping import require_act
from app.modules import machines
from app.modules.machines import BatchSystem, Machine, RunRef
from app.modules.simulation.arrays import array_of, is_wanted
from app.modules.simulation.errors import SimulationEnded
from app.modules.simulation.models import TERMINAL, Simulation
from app.modules.simulation.service import get, list_active
from app.modules.simulation.settings import SimulationSettings
from app.modules.simulation.states import end, enqueue_submission, why_cancelled


async def cancel(session: AsyncSession, simulation_id: str, *, dry_run: bool = False) -> Simulation:
    """Cancel a simulation; asking again while it is being stopped changes nothing.

    ``dry_run`` only refuses what would be refused. Raises SimulationNotFound (404), NotYours (403), SimulationEnded
    (409).
    """
    row = await get(session, simulation_id, lock=True)
    await require_act(session, row)
    if row.state in TERMINAL:
        raise SimulationEnded(f"{row.name} has {row.state.replace('_', ' ')} already")
    if dry_run:
        return row
    await stop(session, row)
    await session.refresh(row)  # the times are the database's
    return row


async def cancel_of_incident(session: AsyncSession, incident_id: str) -> int:
    """Cancel every simulation of an incident that has not ended and return how many those are."""
    rows = [await get(session, row.id, lock=True) for row in await list_active(session, incident_id)]
    for row in rows:
        if row.state not in TERMINAL:
            await stop(session, row)
    return len(rows)


async def stop(session: AsyncSession, row: Simulation) -> None:
    """Have a simulation that has not ended, locked by this transaction, stopped wherever it is."""
    if row.submission == "none" or row.state in ("completing", "prepared"):
        await end(session, row, "cancelled", error=why_cancelled(row))
    elif row.cancel_requested_at is None:
        row.cancel_requested_at = func.now()
        await session.flush()
        if row.submission == "intent" and row.state == "created":
            await enqueue_submission(session, row)  # finds out whether there is something to stop
        elif row.machine_id is not None:
            hint(session, machines.topic_of(row.machine_id))


async def stop_there(node: Node, machine: Machine, batch: BatchSystem, unwanted: Sequence[Any]) -> bool:
    """Have runs stopped, the queued first: cancelling one that runs makes room for them. Whole arrays go at once.

    Each takes a command or two, so with very many the time a look has would pass, the machine be taken for silent, and
    the next look begin with the same ones. After half of that time the rest is left, and said by ``False``: those that
    have ended by then are known to have, and of the others it is chance who comes first.
    """
    until = node.clock.monotonic() + node.settings.of(SimulationSettings).ask_seconds / 2
    arrays = Counter(array for row in unwanted if (array := array_of(row.marker)) is not None)
    whole: dict[str, bool] = {}
    for row in sorted(random.sample(unwanted, len(unwanted)), key=lambda row: row.state != "queued"):
        if node.clock.monotonic() >= until:
            return False
        array = array_of(row.marker)
        if array is None or arrays[array] == 1:
            await batch.cancel(RunRef(row.marker, row.native_id))
            continue
        if array not in whole:
            async with node.database.sessions() as session:
                whole[array] = not await is_wanted(session, machine.id, array, even_cancelled=False)
            if whole[array]:
                await batch.cancel(RunRef(array, None))
        if not whole[array]:
            await batch.cancel(RunRef(row.marker, row.native_id))
    return True
