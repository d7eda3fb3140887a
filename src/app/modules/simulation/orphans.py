"""Runs on a machine that nobody watches: a submission that arrived when its simulation had ended, or was repeated.

That one may be there is written down, as a job, where the simulation ends or the answer of the machine comes too late:
whoever dies in between leaves it to the next.
"""

import structlog
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.failpoints import reach
from app.modules import jobs, machines
from app.modules.machines import LoginWaits, MachineElsewhere, RunRef
from app.modules.simulation.arrays import array_of
from app.modules.simulation.breakers import MachineSilent, breaker_of
from app.modules.simulation.models import TERMINAL, Simulation
from app.modules.simulation.settings import SimulationSettings

log = structlog.get_logger(__name__)

STOP_JOB = "simulation.stop_orphan"
# What was under way when its simulation ended arrives within these, or its own answer says where it is.
_ARRIVES_SECONDS = 10.0
_GIVES_UP_SECONDS = 7 * 86_400.0
_LOGIN_RETRY_SECONDS = 5.0


class Orphan(BaseModel):
    """Payload of simulation.stop_orphan: what may run under a marker. Without ``native_id`` it is looked for."""

    simulation_id: str
    machine_id: str
    marker: str
    native_id: str | None = None


class OrphanEnd(BaseModel):
    """What became of a run that nobody watches."""

    native_id: str | None = None
    stopped: bool = False
    text: str


async def is_watched(session: AsyncSession, simulation_id: str, marker: str | None) -> bool:
    """Say whether a simulation has not ended and is at the run of this marker: another submission recorded it."""
    same = select(Simulation.id).where(
        Simulation.id == simulation_id, Simulation.marker == marker, Simulation.state.not_in(TERMINAL)
    )
    return await session.scalar(same) is not None


async def have_stopped(session: AsyncSession, row: Simulation, native_id: str | None = None) -> None:
    """Have what may run under this marker stopped, once this transaction is committed; known by its id, at once."""
    assert row.machine_id is not None
    assert row.marker is not None
    await jobs.enqueue(
        session,
        STOP_JOB,
        Orphan(simulation_id=row.id, machine_id=row.machine_id, marker=row.marker, native_id=native_id),
        delay_seconds=None if native_id is not None else _ARRIVES_SECONDS,
        deadline_seconds=_GIVES_UP_SECONDS,
        unique_key=f"{STOP_JOB}:{row.machine_id}:{row.marker}",
        on_conflict="drop" if native_id is None else "replace",
        simulation_id=row.id,
        owner_id=row.owner_id,
    )


@jobs.kind(STOP_JOB, max_attempts=20, timeout_seconds=120, concurrency=4, longest_retry_seconds=300.0)
async def stop_orphan(attempt: jobs.Attempt, payload: Orphan) -> OrphanEnd:
    """Find a run by its marker and stop it, unless its simulation is at it after all. May be done again."""
    node = attempt.node
    async with node.database.sessions() as session:
        known = {machine.id: machine for machine in await machines.list_all(session)}
        watched = await is_watched(session, payload.simulation_id, payload.marker)
    machine = known.get(payload.machine_id)
    if watched:
        return OrphanEnd(text="another submission of the same marker has recorded it")
    if machine is None:
        return OrphanEnd(text="its machine is not there any more")
    try:
        async with breaker_of(node, machine).call(node.settings.of(SimulationSettings).ask_seconds):
            batch = await machines.batch_of(node, machine)
            native_id = payload.native_id or await batch.find(array_of(payload.marker) or payload.marker)
            if native_id is None:
                return OrphanEnd(text=f"nothing of it is on {machine.name}")
            await batch.cancel(RunRef(payload.marker, native_id))
    except MachineElsewhere as elsewhere:
        raise jobs.Snooze(1.0) from elsewhere
    except LoginWaits as waits:
        raise jobs.Snooze(_LOGIN_RETRY_SECONDS) from waits
    except MachineSilent as silent:
        raise jobs.Snooze(silent.seconds) from silent
    reach("simulation.orphan_stopped")
    log.warning("submitted after its end, stopped", simulation_id=payload.simulation_id, native_id=native_id)
    return OrphanEnd(native_id=native_id, stopped=True, text=f"stopped on {machine.name}")
