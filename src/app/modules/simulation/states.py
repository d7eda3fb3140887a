"""Moving a simulation from one state to the next: every change of state goes through here and is announced."""

from collections.abc import Sequence
from datetime import UTC, datetime

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import tracing
from app.kernel.bus import hint, publish
from app.modules import jobs
from app.modules.simulation.arrays import together
from app.modules.simulation.calling_back import call_back
from app.modules.simulation.core_hours import charge_core_hours, give_back_extra
from app.modules.simulation.events import SimulationStateChanged
from app.modules.simulation.history_models import SimulationState
from app.modules.simulation.models import TERMINAL, Simulation
from app.modules.simulation.orphans import have_stopped
from app.modules.simulation.race_members import in_race

SUBMIT_JOB = "simulation.submit"
COLLECT_JOB = "simulation.collect"
SIMULATIONS_TOPIC = "simulations"
LONGEST_RETRY_SECONDS = 60.0
SUBMITTED_AT_ONCE = 32
# Of runs that may become one array; a payload of some 65 kB.
SUBMITTED_ALIKE = 1000


class RunAttempt(BaseModel):
    """Which attempt of which simulation a job is for; void for any other attempt. Payload of simulation.collect."""

    simulation_id: str
    attempt: int


class RunAttempts(BaseModel):
    """Payload of simulation.submit."""

    runs: list[RunAttempt]

    @property
    def ids(self) -> list[str]:
        """Return the simulations it is for."""
        return [run.simulation_id for run in self.runs]


async def time_of(session: AsyncSession) -> datetime:
    """Return the time of this transaction, by the database's clock."""
    now: datetime = (await session.execute(select(func.now()))).scalar_one()
    return now


async def move(
    session: AsyncSession, row: Simulation, state: str, *, error: str | None = None, at: datetime | None = None
) -> None:
    """Give a simulation, locked by this transaction, its next state, and call back if somebody waits for it.

    ``at`` is the transaction's time, for who moves many: rows with values alone are written by one statement.
    Announces simulation.state_changed.
    """
    before, row.state, row.state_at, row.waiting_text = row.state, state, at or func.now(), None
    session.add(
        SimulationState(
            simulation_id=row.id,
            attempt=row.attempt,
            state=state,
            machine=row.machine,
            native_state=row.native_state,
            text=error,
        )
    )
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
    await call_back(session, row, before, error)


async def end(session: AsyncSession, row: Simulation, state: str, *, error: str | None = None) -> None:
    """End a simulation for good and enqueue its callback, in this transaction."""
    assert state in TERMINAL
    await _leave_orphan(session, row)
    await charge_core_hours(session, row, final=True)
    row.error = error
    row.finished_at = func.clock_timestamp()
    await move(session, row, state, error=error)
    await session.flush()
    followers = select(Simulation).where(Simulation.after.contains([row.id]), Simulation.state == "created")
    for follower in (await session.scalars(followers)).all():
        await enqueue_submission(session, follower)
    if tracing.tracer is not None:
        tracing.tracer.tell(
            "simulation",
            parent=row.trace,
            began_at=row.created_at,
            ended_at=datetime.now(UTC),
            attributes={
                "simulation_id": row.id,
                "incident_id": row.incident_id,
                "stage": row.stage,
                "attempt": row.attempt,
                "machine": row.machine,
                "outcome": state,
            },
            failure=None if state in ("succeeded", "cancelled") else error or state,
        )


def why_cancelled(row: Simulation) -> str | None:
    """Return why a simulation was cancelled on request; of those somebody cancelled, that is known without words."""
    return row.error if in_race(row) else None


async def end_or_repeat(
    session: AsyncSession, row: Simulation, state: str, error: str, *, counts: bool = True, hopeless: bool = False
) -> None:
    """After an attempt that did not succeed: repeat it under a new marker, or end when it was the last one.

    ``counts=False`` is for an attempt the run is not to blame for, such as a server that was stopped; ``hopeless`` for
    one that would fail in the same way again.
    """
    if row.cancel_requested_at is not None:
        await end(session, row, "cancelled", error=why_cancelled(row) or error)
        return
    if counts:
        row.failed_attempts += 1
        if hopeless or row.failed_attempts >= row.max_attempts:
            await end(session, row, state, error=error)
            return
    await _leave_orphan(session, row)
    await charge_core_hours(session, row, final=False)
    await give_back_extra(session, row)
    row.attempt += 1
    row.machine_id = None
    row.submission, row.marker, row.native_id, row.native_state = "none", None, None, None
    row.queued_at, row.started_at, row.run_seconds, row.exit_code, row.usage = None, None, None, None, None
    row.directory, row.doubted_at = None, None
    row.called_state, row.called_at, row.called_stamp = None, None, None
    row.error = error
    await move(session, row, "created", error=error)
    row.waiting_text = f"is to be run again, attempt {row.attempt}: {error}"
    await session.flush()
    delay_seconds = min(LONGEST_RETRY_SECONDS, 2.0 ** (row.failed_attempts - 1)) if counts else 0.0
    await enqueue_submission(session, row, delay_seconds=delay_seconds)


async def _leave_orphan(session: AsyncSession, row: Simulation) -> None:
    """See that nothing is left of an attempt of which nobody knows whether it was submitted."""
    if row.submission == "intent" and row.state != "prepared" and row.machine_id is not None:
        await have_stopped(session, row)


async def enqueue_submission(
    session: AsyncSession, row: Simulation, *, delay_seconds: float = 0.0, again: bool = False
) -> None:
    """Have this attempt submitted; while a job for it alone is under way, nothing is added.

    ``again`` is for such a job itself: there will be another, which begins when that one has ended.
    """
    with tracing.within(row.trace):
        await jobs.enqueue(
            session,
            SUBMIT_JOB,
            RunAttempts(runs=[run_of(row)]),
            priority=row.urgency,
            delay_seconds=delay_seconds or None,
            unique_key=f"{SUBMIT_JOB}:{row.id}:{row.attempt}",
            on_conflict="wait" if again else "drop",
            simulation_id=row.id,
            owner_id=row.owner_id,
        )


async def enqueue_submissions(session: AsyncSession, rows: Sequence[Simulation]) -> None:
    """Have many new simulations submitted by few jobs: what is done once for all of them is most of the work."""
    for some in together(rows, SUBMITTED_ALIKE, SUBMITTED_AT_ONCE):
        await enqueue_portion(session, some)


async def enqueue_portions(session: AsyncSession, rows: Sequence[Simulation]) -> None:
    """Have simulations that turned out to be no array submitted by several jobs at a time."""
    for first in range(0, len(rows), SUBMITTED_AT_ONCE):
        await enqueue_portion(session, rows[first : first + SUBMITTED_AT_ONCE])


async def enqueue_portion(session: AsyncSession, some: Sequence[Simulation], *, unique_key: str | None = None) -> None:
    """Have these simulations submitted by one job; while one with this key is under way, nothing is added."""
    # Without the incident's id: who cancels an incident's jobs cancels simulations through this module, which must
    # still find out whether a submission reached the machine.
    if some:
        payload = RunAttempts(runs=[run_of(row) for row in some])
        owners = {row.owner_id for row in some}
        await jobs.enqueue(
            session,
            SUBMIT_JOB,
            payload,
            priority=max(row.urgency for row in some),
            owner_id=owners.pop() if len(owners) == 1 else None,
            unique_key=unique_key,
        )


async def enqueue_collection(session: AsyncSession, row: Simulation) -> None:
    """Have the outputs of this attempt taken in; while a job for that is under way, nothing is added."""
    with tracing.within(row.trace):
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
