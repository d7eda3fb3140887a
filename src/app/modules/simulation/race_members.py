"""What a simulation knows of being in a race: that it is, and that its moves are looked at by who decides it."""

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from app.modules import jobs
from app.modules.simulation.models import TERMINAL, Simulation

DECIDE_JOB = "simulation.decide_race"
RACE_PREFIX = "race"  # of a race's id; other groups begin with "set"


class RaceMoved(BaseModel):
    """Payload of simulation.decide_race."""

    group_id: str


def in_race(row: Simulation) -> bool:
    """Say whether a simulation is one of several of which the first wins."""
    return row.group_id is not None and row.group_id.startswith(f"{RACE_PREFIX}_")


async def have_decided(session: AsyncSession, row: Simulation) -> None:
    """Have the race looked at, after a move that may decide it.

    By a job: it locks all members, which this transaction, having locked one of them, could not do without waiting
    for another that waits for this one.
    """
    if row.state == "running" or row.state in TERMINAL:
        await jobs.enqueue(
            session,
            DECIDE_JOB,
            RaceMoved(group_id=str(row.group_id)),
            priority=100,
            unique_key=f"{DECIDE_JOB}:{row.group_id}",
            on_conflict="wait",
            simulation_id=row.id,
            owner_id=row.owner_id,
        )
