"""Simulations that wait for others: each begins once those before it have succeeded, on whatever machines they were."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.modules.simulation.models import TERMINAL, Simulation
from app.modules.simulation.states import end

_NAMED = 5


async def may_begin(session: AsyncSession, row: Simulation) -> bool:
    """Say whether all that a simulation waits for have succeeded; one that cannot begin any more is cancelled."""
    if not row.after:
        return True
    query = select(Simulation.id, Simulation.name, Simulation.state).where(Simulation.id.in_(row.after))
    before = (await session.execute(query.order_by(Simulation.id))).all()
    if missing := set(row.after) - {one.id for one in before}:
        await end(session, row, "cancelled", error=f"{min(missing)}, which had to succeed first, is not there")
        return False
    for one in before:
        if one.state in TERMINAL and one.state != "succeeded":
            said = one.state.replace("_", " ")
            await end(session, row, "cancelled", error=f"{one.name} ({one.id}) had to succeed first and has {said}")
            return False
    waiting = [one.name for one in before if one.state not in TERMINAL]
    if waiting:
        more = f" and {len(waiting) - _NAMED} more" if len(waiting) > _NAMED else ""
        row.waiting_text = f"waits until {', '.join(waiting[:_NAMED])}{more} succeeded"
    return not waiting
