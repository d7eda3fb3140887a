"""Moving a simulation from one state to the next: every change of state goes through here and is announced."""

from collections.abc import Sequence

from pydantic import BaseModel
from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint, publish
from app.modules import jobs
from app.modules.simulation.core_hours import charge_core_hours
from app.modules.simulation.events import SimulationStateChanged
from app.modules.simulation.models import TERMINAL, Simulation
from app.modules.simulation.schemas import SimulationFinished

SUBMIT_JOB = "simulation.submit"
COLLECT_JOB = "simulation.collect"
SIMULATIONS_TOPIC = "simulations"
LONGEST_RETRY_SECONDS = 60.0
SUBMITTED_AT_ONCE = 32


class RunAttempt(BaseModel):
    """Which attempt of which simulation a job is for; void for any other attempt. Payload of simulation.collect."""

    simulation_id: str
    attempt: int


class RunAttempts(BaseModel):
    """Payload of simulation.submit."""

    runs: list[RunAttempt]


def move(session: AsyncSession, row: Simulation, state: str, *, error: str | None = None) -> None:
    """Give a simulation, locked by this transaction, its next state. Announces simulation.state_changed."""
    before, row.state, row.state_at, row.waiting_text = row.state, state, func.now(), None
    publish(
        session,
        SimulationStateChanged(
            subject_id=row.id,
            incident_id=row.incident_id,
            name=row.name,
            state=state,
            before=before,
            machine=row.machine,
            attempt=row.attempt,
            error=error,
        ),
    )
    hint(session, SIMULATIONS_TOPIC)


async def end(session: AsyncSession, row: Simulation, state: str, *, error: str | None = None) -> None:
    """End a simulation for good and enqueue its callback, in this transaction."""
    assert state in TERMINAL
    await charge_core_hours(session, row, final=True)
    row.error = error
    row.finished_at = func.clock_timestamp()
    move(session, row, state, error=error)
    await session.flush()
    if row.callback_kind is not None:
        finished = SimulationFinished(
            simulation_id=row.id,
            name=row.name,
            state=row.state,
            exit_code=row.exit_code,
            error=error,
        )
        await jobs.enqueue(
            session,
            row.callback_kind,
            {**(row.callback_payload or {}), **finished.model_dump(mode="json")},
            incident_id=row.incident_id,
            simulation_id=row.id,
            owner_id=row.owner_id,
        )


async def end_or_repeat(session: AsyncSession, row: Simulation, state: str, error: str, *, counts: bool = True) -> None:
    """After an attempt that did not succeed: repeat it under a new marker, or end when it was the last one.

    ``counts=False`` is for an attempt the run is not to blame for, such as a server that was stopped.
    """
    if row.cancel_requested_at is not None:
        await end(session, row, "cancelled", error=error)
        return
    if counts:
        row.failed_attempts += 1
        if row.failed_attempts >= row.max_attempts:
            await end(session, row, state, error=error)
            return
    await charge_core_hours(session, row, final=False)
    row.attempt += 1
    row.machine_id = None
    row.submission, row.marker, row.native_id, row.native_state = "none", None, None, None
    row.queued_at, row.started_at, row.run_seconds, row.exit_code, row.usage = None, None, None, None, None
    row.error = error
    move(session, row, "created", error=error)
    row.waiting_text = f"is to be run again, attempt {row.attempt}: {error}"
    await session.flush()
    delay_seconds = min(LONGEST_RETRY_SECONDS, 2.0 ** (row.failed_attempts - 1)) if counts else 0.0
    await enqueue_submission(session, row, delay_seconds=delay_seconds)


async def enqueue_submission(session: AsyncSession, row: Simulation, *, delay_seconds: float = 0.0) -> None:
    """Have this attempt submitted; while a job for it alone is under way, nothing is added."""
    await jobs.enqueue(
        session,
        SUBMIT_JOB,
        RunAttempts(runs=[run_of(row)]),
        priority=row.urgency,
        delay_seconds=delay_seconds or None,
        unique_key=f"{SUBMIT_JOB}:{row.id}:{row.attempt}",
        simulation_id=row.id,
        owner_id=row.owner_id,
    )


async def enqueue_submissions(session: AsyncSession, rows: Sequence[Simulation]) -> None:
    """Have many new simulations submitted by few jobs: what is done once for all of them is most of the work."""
    # Without the incident's id: who cancels an incident's jobs cancels simulations through this module, which must
    # still find out whether a submission reached the machine.
    for first in range(0, len(rows), SUBMITTED_AT_ONCE):
        some = rows[first : first + SUBMITTED_AT_ONCE]
        payload = RunAttempts(runs=[run_of(row) for row in some])
        owners = {row.owner_id for row in some}
        await jobs.enqueue(
            session,
            SUBMIT_JOB,
            payload,
            priority=max(row.urgency for row in some),
            owner_id=owners.pop() if len(owners) == 1 else None,
        )


async def enqueue_collection(session: AsyncSession, row: Simulation) -> None:
    """Have the outputs of this attempt taken in; while a job for that is under way, nothing is added."""
    await jobs.enqueue(
        session,
        COLLECT_JOB,
        run_of(row),
        priority=row.urgency,
        unique_key=f"{COLLECT_JOB}:{row.id}:{row.attempt}",
        simulation_id=row.id,
        owner_id=row.owner_id,
    )


def run_of(row: Simulation) -> RunAttempt:
    """Return what a job for the present attempt of this simulation is told."""
    return RunAttempt(simulation_id=row.id, attempt=row.attempt)
