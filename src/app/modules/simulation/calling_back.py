"""Callbacks: the job a caller asked for, in the transaction that makes what it is told true."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import tracing
from app.modules import data, jobs
from app.modules.simulation.models import TERMINAL, Simulation
from app.modules.simulation.race_members import have_decided, in_race
from app.modules.simulation.schemas import SimulationFinished, SimulationMoved


async def call_back(session: AsyncSession, row: Simulation, before: str, error: str | None) -> None:
    """Enqueue the callback for the state a simulation has reached, if one was asked for and not made before.

    The end of a member of a race is told by who decides the race.
    """
    if in_race(row):
        await have_decided(session, row)
        if row.state in TERMINAL:
            return
    if row.callback_states is not None:
        await _tell_state(session, row, before, error)
    elif row.state in TERMINAL:
        await _tell_finished(session, row)


async def tell_end(session: AsyncSession, row: Simulation) -> None:
    """Enqueue the callback of the member of a race whose end is the race's; once."""
    if row.callback_states is not None:
        await _tell_state(session, row, "running", row.error)
    elif row.state not in row.callback_told:
        row.callback_told = [*row.callback_told, row.state]
        await _tell_finished(session, row)


async def _tell_state(session: AsyncSession, row: Simulation, before: str, error: str | None) -> None:
    if row.state not in (row.callback_states or ()) or row.state in row.callback_told:
        return
    row.callback_told = [*row.callback_told, row.state]
    await session.flush()
    outputs = {}
    if row.state == "succeeded":
        outputs = {one.name: one.id for one in await data.list_of_simulation(session, row.id)}
    moved = SimulationMoved(
        simulation_id=row.id,
        name=row.name,
        state=row.state,
        before=before,
        attempt=row.attempt,
        machine=row.machine,
        native_state=row.native_state,
        exit_code=row.exit_code,
        error=error,
        outputs=outputs,
    )
    await _enqueue(session, row, moved.model_dump(mode="json"))


async def _tell_finished(session: AsyncSession, row: Simulation) -> None:
    finished = SimulationFinished(
        simulation_id=row.id,
        name=row.name,
        state=row.state,
        exit_code=row.exit_code,
        error=row.error,
    )
    await _enqueue(session, row, finished.model_dump(mode="json"))


async def _enqueue(session: AsyncSession, row: Simulation, said: dict[str, object]) -> None:
    if row.callback_kind is None:
        return
    with tracing.within(row.trace):
        await jobs.enqueue(
            session,
            row.callback_kind,
            {**(row.callback_payload or {}), **said},
            incident_id=row.incident_id,
            simulation_id=row.id,
            owner_id=row.owner_id,
        )
