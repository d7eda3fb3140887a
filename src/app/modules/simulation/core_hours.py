"""What runs cost their owner: reserved for the longest a run may take, charged for what each attempt took."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.principal import HOUSE
from app.modules import accounts
from app.modules.simulation.models import Simulation
from app.modules.simulation.settings import SimulationSettings

SECONDS_AN_HOUR = 3600


async def reserve_core_hours(
    session: AsyncSession, owner_id: str | None, rows: Sequence[Simulation], over_budget: list[str] | None = None
) -> None:
    """Reserve the owner's core-hours for new simulations.

    Raises AllocationExhausted (409), or with ``over_budget`` says there why they could not be reserved.
    """
    wanted = {row.id: core_hours(row.resources) for row in rows}
    if over_budget is None:
        await accounts.reserve(session, owner_id, "core_hours", wanted)
        return
    try:
        async with session.begin_nested():
            await accounts.reserve(session, owner_id, "core_hours", wanted)
    except accounts.AllocationExhausted as problem:
        over_budget.append(problem.detail or problem.title())


async def against_budget(session: AsyncSession, owner_id: str | None, hours: float) -> str | None:
    """Say why somebody's core-hours are not enough for what they would ask for; ``None`` when they are."""
    savepoint = await session.begin_nested()
    try:
        await accounts.reserve(session, owner_id, "core_hours", {new_id("sim"): hours})
    except accounts.AllocationExhausted as problem:
        return problem.detail or problem.title()
    finally:
        await savepoint.rollback()
    return None


@dataclass(frozen=True)
class Budget:
    """Out of which a run is paid that costs more than its core-hours.

    ``simulation_id`` is whose reservation grows; ``None``: it is not asked for yet.
    """

    node: Node
    owner_id: str | None
    simulation_id: str | None = None

    @property
    def refuses(self) -> bool:
        """Say whether a run is refused for want of core-hours."""
        return self.node.settings.of(SimulationSettings).budget == "refuse"

    async def against(self, session: AsyncSession, resources: Mapping[str, Any], cost_factor: float) -> str | None:
        """Say why there is not enough for a run at this cost; ``None`` when there is. Nothing is reserved."""
        hours = core_hours(resources)
        if not self.refuses or cost_factor <= 1:
            return None
        if self.simulation_id is None:
            return await against_budget(session, self.owner_id or HOUSE, hours * (cost_factor - 1))
        savepoint = await session.begin_nested()
        try:
            await self._hold(session, self.simulation_id, hours * cost_factor)
        except accounts.AllocationExhausted as problem:
            return problem.detail or problem.title()
        finally:
            await savepoint.rollback()
        return None

    async def hold(self, session: AsyncSession, resources: Mapping[str, Any], cost_factor: float) -> str | None:
        """Have what the run costs reserved, no less than its core-hours; say why it could not be."""
        assert self.simulation_id is not None
        try:
            async with session.begin_nested():
                await self._hold(session, self.simulation_id, core_hours(resources) * max(1.0, cost_factor))
        except accounts.AllocationExhausted as problem:
            return (problem.detail or problem.title()) if self.refuses else None
        return None

    async def _hold(self, session: AsyncSession, simulation_id: str, hours: float) -> None:
        await accounts.change_reservation(session, simulation_id, "core_hours", hours, user_id=self.owner_id)


async def give_back_extra(session: AsyncSession, row: Simulation) -> None:
    """Have no more reserved than a run's core-hours: what the place of its attempt cost besides is not needed now."""
    if cost_factor(row) > 1:
        await accounts.change_reservation(
            session, row.id, "core_hours", core_hours(row.resources), user_id=row.owner_id
        )


def core_hours(resources: Mapping[str, Any]) -> float:
    """Return what a run costs if it takes as long as it may."""
    return int(resources["cores"]) * float(resources["walltime_seconds"]) / SECONDS_AN_HOUR


async def charge_core_hours(session: AsyncSession, row: Simulation, *, final: bool) -> None:
    """Charge what the present attempt took; ``final`` gives the rest of the reservation back."""
    if row.owner_id in (None, HOUSE):
        return
    seconds = row.run_seconds
    if seconds is None and isinstance(row.started_at, datetime):  # stopped before it could say how long it ran
        seconds = max(0.0, (datetime.now(UTC) - row.started_at).total_seconds())
    hours = _cores(row) * (seconds or 0.0) / SECONDS_AN_HOUR * cost_factor(row)
    await accounts.charge(session, row.id, "core_hours", hours, user_id=row.owner_id, final=final)


def cost_factor(row: Simulation) -> float:
    """Return the core-hours charged for each core-hour where a simulation was placed."""
    placement = row.placement or {}
    return float(placement.get("cost_factor", (placement.get("rung") or {}).get("cost_factor", 1.0)))


def _cores(row: Simulation) -> int:
    return int(row.resources["cores"])
