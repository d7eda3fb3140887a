"""Asking a machine's accounting what ended runs used, some seconds after their end: it learns of that later."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint
from app.kernel.node import Node
from app.modules import jobs, machines
from app.modules.machines import AccountingOff, Machine, RunRef, Usage
from app.modules.simulation.breakers import breaker_of
from app.modules.simulation.models import TERMINAL, Simulation
from app.modules.simulation.settings import SimulationSettings

MEASURE_JOB = "simulation.measure"
SIMULATIONS_TOPIC = "simulations"
_FIRST_SECONDS = 3.0
_AGAIN_SECONDS = 15.0
_GIVES_UP = timedelta(minutes=5)  # steps that were never taken down, or no accounting


class EndedRuns(BaseModel):
    """Payload of simulation.measure: runs that were seen to have ended in one look at their machine."""

    machine_id: str
    simulation_ids: list[str]


class Measured(BaseModel):
    """What came of asking, and why no more is asked about the others."""

    measured_count: int = 0
    given_up: str | None = None


async def have_measured(session: AsyncSession, rows: Sequence[Simulation]) -> None:
    """Have the accounting asked about those of these runs that ended where it tells more than they do."""
    ended = [
        row
        for row in rows
        if row.state in ("completing", *TERMINAL)
        and row.native_id is not None
        and row.started_at is not None
        and machines.keeps_accounts(row.driver)
        and (row.usage or {}).get("source") != "accounting"
    ]
    for machine_id in {str(row.machine_id) for row in ended}:
        of_machine = [row.id for row in ended if row.machine_id == machine_id]
        payload = EndedRuns(machine_id=machine_id, simulation_ids=of_machine)
        await jobs.enqueue(session, MEASURE_JOB, payload, delay_seconds=_FIRST_SECONDS)


@jobs.kind(MEASURE_JOB, max_attempts=5, timeout_seconds=120, concurrency=2, longest_retry_seconds=60.0)
async def measure(attempt: jobs.Attempt, payload: EndedRuns) -> Measured:
    """Write down what these runs used by their machine's accounting, as soon as it knows."""
    node = attempt.node
    async with node.database.sessions() as session:
        known = {machine.id: machine for machine in await machines.list_all(session)}
        query = select(Simulation).where(Simulation.id.in_(payload.simulation_ids)).order_by(Simulation.id)
        rows = (await session.scalars(query)).all()
    wanted = [row for row in rows if row.marker is not None and (row.usage or {}).get("source") != "accounting"]
    machine = known.get(payload.machine_id)
    if not wanted or machine is None:
        return Measured()
    if (machine.report or {}).get("accounting") is False:
        return Measured(given_up=f"{machine.name} keeps no accounting")
    try:
        used = await _ask(node, machine, [RunRef(str(row.marker), row.native_id) for row in wanted])
    except AccountingOff as off:
        return Measured(given_up=f"{machine.name} keeps no accounting: {off}")
    except (OSError, TimeoutError) as error:  # also one that is left alone for its silence
        if not _are_young(wanted):
            return Measured(given_up=f"{machine.name} does not answer: {error or 'it took too long'}")
        raise jobs.Snooze(getattr(error, "seconds", _AGAIN_SECONDS)) from error
    async with node.database.transaction() as session:
        await _record(session, [row.id for row in wanted], used)
    missing = [row for row in wanted if row.marker not in used]
    if _are_young(missing):
        raise jobs.Snooze(_AGAIN_SECONDS)
    given_up = f"the accounting knows nothing of {len(missing)}" if missing else None
    return Measured(measured_count=len(wanted) - len(missing), given_up=given_up)


def _are_young(rows: Sequence[Simulation]) -> bool:
    return any(row.state_at > datetime.now(UTC) - _GIVES_UP for row in rows)


async def _ask(node: Node, machine: Machine, runs: Sequence[RunRef]) -> dict[str, Usage]:
    async with breaker_of(node, machine).call(node.settings.of(SimulationSettings).ask_seconds):
        batch = await machines.batch_of(node, machine)
        # A machine in test mode keeps no account.
        return await batch.used(runs) if isinstance(batch, machines.Accounting) else {}


async def _record(session: AsyncSession, simulation_ids: Sequence[str], used: dict[str, Usage]) -> None:
    query = select(Simulation).where(Simulation.id.in_(simulation_ids)).order_by(Simulation.id).with_for_update()
    for row in (await session.scalars(query)).all():
        if (found := used.get(row.marker or "")) is not None:
            before = (row.usage or {}).get("cpu_seconds", 0.0)
            row.usage = {**asdict(found), "cpu_seconds": max(found.cpu_seconds, before)}
            hint(session, SIMULATIONS_TOPIC)
