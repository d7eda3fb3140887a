"""What runs cost their owner: reserved for the longest a run may take, charged for what each attempt took."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.principal import HOUSE
from app.modules import accounts
from app.modules.simulation.models import Simulation

SECONDS_AN_HOUR = 3600


async def reserve_core_hours(session: AsyncSession, owner_id: str | None, rows: Sequence[Simulation]) -> None:
    """Reserve the owner's core-hours for new simulations. Raises AllocationExhausted (409)."""
    wanted = {row.id: _cores(row) * float(row.resources["walltime_seconds"]) / SECONDS_AN_HOUR for row in rows}
    await accounts.reserve(session, owner_id, "core_hours", wanted)


async def charge_core_hours(session: AsyncSession, row: Simulation, *, final: bool) -> None:
    """Charge what the present attempt took; ``final`` gives the rest of the reservation back."""
    if row.owner_id in (None, HOUSE):
        return
    seconds = row.run_seconds
    if seconds is None and isinstance(row.started_at, datetime):  # stopped before it could say how long it ran
        seconds = max(0.0, (datetime.now(UTC) - row.started_at).total_seconds())
    hours = _cores(row) * (seconds or 0.0) / SECONDS_AN_HOUR
    await accounts.charge(session, row.id, "core_hours", hours, user_id=row.owner_id, final=final)


def _cores(row: Simulation) -> int:
    return int(row.resources["cores"])
