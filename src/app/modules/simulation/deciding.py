"""What people decide about a simulation: that a prepared one is submitted, one is run again, what became of one."""

from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.node import Node
from app.kernel.principal import Principal
from app.kernel.scoping import require_act
from app.modules.simulation import asking
from app.modules.simulation.errors import SimulationActive, SimulationNotHeld, SimulationNotInDoubt
from app.modules.simulation.escalation import as_asked
from app.modules.simulation.history_models import SimulationState
from app.modules.simulation.models import TERMINAL, Simulation
from app.modules.simulation.schemas import SimulationSubmit
from app.modules.simulation.service import Origin, get
from app.modules.simulation.states import end, end_or_repeat, enqueue_collection, enqueue_submission, move

Resolution = Literal["succeeded", "failed", "lost", "repeat"]


async def release(session: AsyncSession, simulation_id: str) -> Simulation:
    """Have a held simulation submitted, once it is prepared; asking twice is the same as once.

    Raises SimulationNotFound (404), NotYours (403), SimulationNotHeld (409).
    """
    row = await _mine(session, simulation_id)
    if not row.hold and row.state in ("created", "queued"):
        return row
    if not row.hold or row.state not in ("created", "prepared") or row.cancel_requested_at is not None:
        raise SimulationNotHeld(f"{row.name} is {row.state.replace('_', ' ')} and does not wait to be submitted")
    row.hold = False
    if row.state == "prepared":
        await move(session, row, "created")
        await session.flush()
        await enqueue_submission(session, row)
    await session.flush()
    await session.refresh(row)
    return row


async def rerun(session: AsyncSession, node: Node, actor: Principal, simulation_id: str) -> Simulation:
    """Ask for the same run again, as a new simulation of the caller's.

    Raises SimulationNotFound (404), NotYours (403), SimulationActive (409), DatasetNotFound (404) for an input that is
    gone, AllocationExhausted (409).
    """
    before = await _mine(session, simulation_id)
    if before.state not in TERMINAL:
        raise SimulationActive(f"{before.name} is {before.state}")
    spec = SimulationSubmit.model_validate(as_asked(before))
    asked = asking.Asked(
        name=before.name,
        spec=spec.model_copy(update={"after": [], "deadline_at": None}),
        count=1,
        race=None,
        origin=Origin(
            application_id=before.application_id,
            application=before.application,
            parameters=before.parameters,
            rerun_of=before.id,
        ),
    )
    rows, _, _ = await asking.ask(session, node, actor, asked)
    return rows[0]


async def resolve(session: AsyncSession, actor: Principal, simulation_id: str, became: Resolution) -> Simulation:
    """Say what became of a simulation in doubt. One that succeeded has its outputs taken in, as by its own account.

    ``repeat`` runs it again under a new marker: who says so knows that the old run is not there any more.
    Raises SimulationNotFound (404), NotYours (403), SimulationNotInDoubt (409).
    """
    row = await _mine(session, simulation_id)
    if row.state != "unknown":
        raise SimulationNotInDoubt(f"{row.name} is {row.state.replace('_', ' ')}")
    said = f"{actor.name} said so: nothing else told what became of it"
    row.doubted_at = None
    if became == "repeat":
        row.max_attempts = max(row.max_attempts, row.failed_attempts + 2)
        await end_or_repeat(session, row, "lost", said)
    elif became == "succeeded" and row.submission == "submitted":
        await move(session, row, "completing", error=said)
        await session.flush()
        await enqueue_collection(session, row)
    elif became == "succeeded":
        raise SimulationNotInDoubt(f"{row.name} was never seen on {row.machine}: there is nothing to take in")
    else:
        await end(session, row, became, error=said)
    await session.flush()
    await session.refresh(row)
    return row


async def list_states(session: AsyncSession, simulation_id: str) -> list[SimulationState]:
    """Return every state a simulation was in, oldest first. Raises SimulationNotFound (404)."""
    row = await get(session, simulation_id)
    query = select(SimulationState).where(SimulationState.simulation_id == row.id).order_by(SimulationState.number)
    return list((await session.scalars(query)).all())


async def _mine(session: AsyncSession, simulation_id: str) -> Simulation:
    row = await get(session, simulation_id, lock=True)
    await require_act(session, row)
    return row
