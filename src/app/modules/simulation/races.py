"""Races: the same run on several machines; the first wins, the others are cancelled, and only the winner calls back."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.modules import jobs
from app.modules.simulation.calling_back import tell_end
from app.modules.simulation.cancellation import stop
from app.modules.simulation.group_models import SimulationGroup
from app.modules.simulation.models import TERMINAL, Simulation
from app.modules.simulation.race_members import DECIDE_JOB, RaceMoved

_LOST = ("failed", "timed_out", "cancelled", "lost")
_NEVER = datetime.max.replace(tzinfo=UTC)


@jobs.kind(DECIDE_JOB, max_attempts=20, timeout_seconds=60, longest_retry_seconds=10.0)
async def decide(attempt: jobs.Attempt, payload: RaceMoved) -> None:
    """See whether a race is won, end its other members, and tell how it ended."""
    async with attempt.transaction() as session:
        group = await session.get(SimulationGroup, payload.group_id, with_for_update=True)
        if group is None:
            return
        query = select(Simulation).where(Simulation.group_id == group.id).order_by(Simulation.id).with_for_update()
        rows = (await session.scalars(query.execution_options(populate_existing=True))).all()
        if group.winner_id is None and (winner := winner_of(group, rows)) is not None:
            group.winner_id, group.decided_at = winner.id, func.clock_timestamp()
            await session.flush()
        await _settle(session, group, rows)


def winner_of(group: SimulationGroup, rows: Sequence[Simulation]) -> Simulation | None:
    """Return the member that was first at what the race is won by."""
    if group.wins_on == "running":
        runs = [row for row in rows if row.started_at is not None and row.state not in _LOST]
        return min(runs, key=lambda row: (row.started_at or _NEVER, row.id), default=None)
    done = [row for row in rows if row.state == "succeeded"]
    return min(done, key=lambda row: (row.finished_at or _NEVER, row.id), default=None)


async def _settle(session: AsyncSession, group: SimulationGroup, rows: Sequence[Simulation]) -> None:
    winner = next((row for row in rows if row.id == group.winner_id), None)
    if winner is not None:
        for row in rows:
            if row is not winner and row.state not in TERMINAL:
                row.error = f"{winner.name} on {winner.machine} was first"
                await stop(session, row)
        if winner.state in TERMINAL:
            await tell_end(session, winner)
    elif rows and all(row.state in TERMINAL for row in rows) and not any(row.callback_told for row in rows):
        await tell_end(session, max(rows, key=lambda row: (row.finished_at or _NEVER, row.id)))
