"""Groups of simulations as people see them."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.principal import Principal
from app.modules.simulation.core_hours import SECONDS_AN_HOUR
from app.modules.simulation.errors import GroupNotFound
from app.modules.simulation.group_models import SimulationGroup
from app.modules.simulation.models import Simulation
from app.modules.simulation.schemas import SimulationView
from app.modules.simulation.views import view_of


class SimulationGroupView(BaseModel):
    """Simulations that were asked for together."""

    id: str
    kind: Literal["instances", "race"]
    name: str
    wins_on: Literal["running", "succeeded"] | None = Field(description="What the first to do has won by")
    winner_id: str | None
    decided_at: datetime | None
    wasted_core_hours: float = Field(description="What the others of a race took of machines")
    simulations: list[SimulationView]


async def get_group(session: AsyncSession, group_id: str, by: Principal) -> SimulationGroupView:
    """Return a group with its simulations. Raises GroupNotFound (404)."""
    group = await session.get(SimulationGroup, group_id)
    if group is None:
        raise GroupNotFound(f"There is no group of simulations {group_id}")
    query = select(Simulation).where(Simulation.group_id == group.id).order_by(Simulation.id)
    rows = (await session.scalars(query)).all()
    lost = [row for row in rows if group.kind == "race" and group.winner_id not in (None, row.id)]
    wasted = sum((row.seconds or 0.0) * int(row.resources["cores"]) for row in lost) / SECONDS_AN_HOUR
    return SimulationGroupView(
        id=group.id,
        kind=group.kind,
        name=group.name,
        wins_on=group.wins_on,
        winner_id=group.winner_id,
        decided_at=group.decided_at,
        wasted_core_hours=round(wasted, 6),
        simulations=[view_of(row, by) for row in rows],
    )
