"""Cancelling all simulations that fit a filter, of those the caller may act on."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.scoping import NotYours, require_act
from app.modules.simulation.cancellation import stop
from app.modules.simulation.errors import SimulationFilterEmpty
from app.modules.simulation.models import TERMINAL, Simulation
from app.modules.simulation.schemas import SimulationState

MOST = 1000
_SAMPLE = 10
Text = Annotated[str, Field(min_length=1, max_length=200)]


class SimulationFilter(BaseModel):
    """Which simulations: those that fit all of what is given."""

    model_config = ConfigDict(extra="forbid")

    ids: list[Text] = Field([], max_length=MOST)
    state: list[SimulationState] = []
    machine: Text | None = None
    incident_id: Text | None = None
    application: Text | None = Field(None, description="Name or id of the application")
    group_id: Text | None = None
    name: Text | None = Field(None, description="Part of the name")
    all: bool = Field(False, strict=True, description="Every simulation there is; has to be said")


class SimulationBulk(BaseModel):
    """What is to be done to many simulations."""

    model_config = ConfigDict(extra="forbid")

    filter: SimulationFilter
    dry_run: bool = Field(False, strict=True, description="Only say how many there are, and which are the first")


class SimulationBulkDone(BaseModel):
    """What came of it."""

    matched: int = Field(description="Simulations that fit and have not ended")
    done: int = Field(description="Those this request had cancelled; 0 in a rehearsal")
    refused: int = Field(description="Those the caller sees and may not act on")
    sample: list[str] = Field(description="The first of them")


def conditions(wanted: SimulationFilter) -> list[ColumnElement[bool]]:
    """Return what a simulation that fits has to satisfy."""
    found: list[ColumnElement[bool]] = []
    if wanted.ids:
        found.append(Simulation.id.in_(wanted.ids))
    if wanted.state:
        found.append(Simulation.state.in_(wanted.state))
    if wanted.machine is not None:
        found.append(Simulation.machine == wanted.machine)
    if wanted.incident_id is not None:
        found.append(Simulation.incident_id == wanted.incident_id)
    if wanted.application is not None:
        found.append(of_application(wanted.application))
    if wanted.group_id is not None:
        found.append(Simulation.group_id == wanted.group_id)
    if wanted.name is not None:
        found.append(Simulation.name.icontains(wanted.name, autoescape=True))
    return found


def of_application(named: str) -> ColumnElement[bool]:
    """Return the condition of being a run of an application, by its id or by its name in any revision."""
    return (Simulation.application_id == named) | Simulation.application.startswith(f"{named} r", autoescape=True)


async def cancel_many(session: AsyncSession, wanted: SimulationBulk) -> SimulationBulkDone:
    """Cancel up to MOST simulations that fit; send the same again while ``matched`` is more than what was done.

    Raises SimulationFilterEmpty (422).
    """
    fitting = conditions(wanted.filter)
    if not fitting and not wanted.filter.all:
        raise SimulationFilterEmpty("Say which simulations, or all")
    fitting.append(Simulation.state.not_in(TERMINAL))
    fitting.append(Simulation.cancel_requested_at.is_(None))
    matched = await session.scalar(select(func.count()).select_from(Simulation).where(*fitting)) or 0
    query = select(Simulation).where(*fitting).order_by(Simulation.id).limit(MOST)
    rows = (await session.scalars(query if wanted.dry_run else query.with_for_update())).all()
    done = refused = 0
    for row in rows:
        try:
            await require_act(session, row)
        except NotYours:
            refused += 1
            continue
        if not wanted.dry_run and row.state not in TERMINAL:
            await stop(session, row)
            done += 1
    return SimulationBulkDone(matched=matched, done=done, refused=refused, sample=[row.id for row in rows[:_SAMPLE]])
