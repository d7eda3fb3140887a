"""Performance figures that a run, or who looks after it, tells of it: timings, counters, whatever its tools measure."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator
from pydantic_core import to_json
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.scoping import require_act
from app.modules.simulation.errors import TooManyFigures
from app.modules.simulation.models import Simulation
from app.modules.simulation.service import get

_MOST_KINDS = 20
_MOST_BYTES = 64 * 1024

Kind = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.-]{0,39}$", examples=["timings", "likwid"])]


class FiguresReport(BaseModel):
    """Figures of one kind; those of the same kind before are replaced."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    figures: dict[str, JsonValue] = Field(examples=[{"solve_seconds": 512.4, "io_seconds": 12.1}])

    @model_validator(mode="after")
    def _small(self) -> Self:
        if len(to_json(self.figures)) > _MOST_BYTES:
            raise ValueError(f"figures take at most {_MOST_BYTES:,} bytes as JSON; keep what is longer as an output")
        return self


class FiguresView(BaseModel):
    """What was told of how a simulation performs, by kind."""

    model_config = ConfigDict(title="SimulationFigures")

    figures: dict[str, dict[str, Any]]


async def add_figures(session: AsyncSession, simulation_id: str, wanted: FiguresReport) -> FiguresView:
    """Keep figures with a simulation, whatever its state; return all of them.

    Raises SimulationNotFound (404), NotYours (403), TooManyFigures (422).
    """
    row = await get(session, simulation_id, lock=True)
    await require_act(session, row)
    known = {**(await _figures(session, row.id)), wanted.kind: wanted.figures}
    if len(known) > _MOST_KINDS:
        raise TooManyFigures(f"{row.name} has figures of {_MOST_KINDS} kinds: {', '.join(sorted(known))}")
    await session.execute(update(Simulation).where(Simulation.id == row.id).values(figures=known))
    return FiguresView(figures=known)


async def list_figures(session: AsyncSession, simulation_id: str) -> FiguresView:
    """Return the figures of a simulation. Raises SimulationNotFound (404)."""
    row = await get(session, simulation_id)
    return FiguresView(figures=await _figures(session, row.id))


async def _figures(session: AsyncSession, simulation_id: str) -> dict[str, Any]:
    found: dict[str, Any] | None = await session.scalar(
        select(Simulation.figures).where(Simulation.id == simulation_id)
    )
    return found or {}
