"""Simulations asked for together, each of which is to be on a machine of its own."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.modules.simulation.group_models import SimulationGroup
from app.modules.simulation.models import TERMINAL, Simulation
from app.modules.simulation.race_members import in_race

_LOST = [state for state in TERMINAL if state != "succeeded"]


async def lock_groups(session: AsyncSession, simulation_ids: Sequence[str]) -> None:
    """Lock the groups of these simulations, so that no two of one group are placed at the same time."""
    groups = select(Simulation.group_id).where(Simulation.id.in_(simulation_ids), Simulation.group_id.is_not(None))
    query = select(SimulationGroup.id).where(SimulationGroup.id.in_(groups)).order_by(SimulationGroup.id)
    await session.execute(query.with_for_update())


async def machines_of_group(session: AsyncSession, row: Simulation) -> dict[str, str]:
    """Return the machines that others of a simulation's group have, each with the name of whose it is."""
    if row.group_id is None:
        return {}
    query = select(Simulation.machine_id, Simulation.id).where(
        Simulation.group_id == row.group_id,
        Simulation.id != row.id,
        Simulation.machine_id.is_not(None),
        Simulation.state.not_in(_LOST),
    )
    return {str(machine_id): name for machine_id, name in await session.execute(query)}


async def in_time_of_race(session: AsyncSession, row: Simulation) -> str | None:
    """Name another of a simulation's race that climbed, or is likely to be in time as it is: one of them is enough."""
    if not in_race(row):
        return None
    query = select(Simulation.name, Simulation.machine, Simulation.placement).where(
        Simulation.group_id == row.group_id,
        Simulation.id != row.id,
        Simulation.machine_id.is_not(None),
        Simulation.state.not_in(_LOST),
    )
    for name, machine, placement in await session.execute(query.order_by(Simulation.id)):
        if placement.get("rung") is not None:
            return f"{name} of its race has climbed on {machine}"
        if any(one["machine"] == machine and one.get("meets_deadline") for one in placement.get("candidates", ())):
            return f"{name} of its race is likely to be in time on {machine}"
    return None
