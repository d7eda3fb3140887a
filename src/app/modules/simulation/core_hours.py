"""What runs cost their owner: reserved for the longest a run may take, charged for what each attempt took."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.ids import new_id
from app.kernel.principal import HOUSE
from app.modules import accounts
from app.modules.simulation.models import Simulation

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
    hours = _cores(row) * (seconds or 0.0) / SECONDS_AN_HOUR * _cost_factor(row)
    await accounts.charge(session, row.id, "core_hours", hours, user_id=row.owner_id, final=final)


def _cost_factor(row: Simulation) -> float:
    rung = (row.placement or {}).get("rung")
    return float(rung["cost_factor"]) if rung else 1.0


def _cores(row: Simulation) -> int:
    return int(row.resources["cores"])
