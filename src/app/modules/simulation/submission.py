"""Submitting runs: claim (transaction), call, record (transaction).

The marker is committed before the batch system is called. Whatever happens to the call, the next attempt of the job
looks the marker up and adopts what it finds; only when there is nothing does it submit again, under the same marker.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog
from pydantic_core import to_json
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint
from app.kernel.drivers import DriverUnavailable
from app.kernel.errors import NotFound, Problem
from app.kernel.ids import is_id
from app.kernel.node import Node
from app.modules import data, jobs, machines
from app.modules.machines import BatchRun, Machine, MachineElsewhere, RunRef, RunRefused
from app.modules.simulation.models import TERMINAL, Simulation
from app.modules.simulation.placement import choose
from app.modules.simulation.schemas import SimulationSubmit
from app.modules.simulation.states import SUBMIT_JOB, RunAttempts, end, end_or_repeat, move

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Reached:
    """What came of one run: its native id, why it never will have one, or why it has none yet.

    None of the three means that it was cancelled before anything was submitted.
    """

    native_id: str | None = None
    refusal: str | None = None
    trouble: str | None = None


@jobs.kind(SUBMIT_JOB, max_attempts=8, timeout_seconds=600, concurrency=8)
async def submit_runs(attempt: jobs.Attempt, payload: RunAttempts) -> None:
    """Place these attempts of simulations, bring their input files there and submit them."""
    node = attempt.node
    async with node.database.transaction() as session:
        known = {machine.id: machine for machine in await machines.list_all(session)}
        claimed = await _claim(session, node, list(known.values()), payload)
    if not claimed:
        return
    reached: dict[str, Reached] = {}
    trouble: Exception | None = None
    for row in claimed:
        with structlog.contextvars.bound_contextvars(incident_id=row.incident_id, simulation_id=row.id):
            try:
                reached[row.id] = await _reach(node, known[str(row.machine_id)], row)
            except (OSError, Problem) as error:  # the others need not wait for this one
                log.warning("run not submitted", marker=row.marker, error=str(error))
                reached[row.id], trouble = Reached(trouble=str(error)), error
    if trouble is None:
        async with attempt.transaction() as session:
            recorded = await _record(session, payload, reached)
        await _end_orphans(node, known, [row for row in claimed if row.id not in recorded], reached)
        return
    async with node.database.transaction() as session:
        recorded = await _record(session, payload, reached)
    await _end_orphans(node, known, [row for row in claimed if row.id not in recorded], reached)
    if isinstance(trouble, MachineElsewhere):
        raise jobs.Snooze(1.0) from trouble
    raise trouble


async def _locked(session: AsyncSession, payload: RunAttempts) -> Sequence[Simulation]:
    """Return those simulations that still wait for the submission of the attempt the job is for, locked."""
    wanted = {run.simulation_id: run.attempt for run in payload.runs}
    query = select(Simulation).where(Simulation.id.in_(wanted)).order_by(Simulation.id).with_for_update()
    rows = (await session.scalars(query)).all()
    return [row for row in rows if row.state == "created" and row.attempt == wanted[row.id]]


async def _claim(session: AsyncSession, node: Node, known: Sequence[Machine], payload: RunAttempts) -> list[Simulation]:
    """Give each attempt a machine and a marker, unless it has them; return those that have."""
    cores_promised: Counter[str] = Counter()
    for row in (rows := await _locked(session, payload)):
        if row.submission != "none":
            continue
        if row.cancel_requested_at is not None:
            await end(session, row, "cancelled")
            continue
        spec = SimulationSubmit.model_validate(row.spec)
        choice = choose(known, node, spec, cores_promised)
        row.placement = {"machine": choice.machine.name if choice.machine else None, "reasons": choice.reasons}
        if choice.hopeless:
            await end(session, row, "failed", error="no machine can run it: " + "; ".join(choice.reasons))
        elif choice.machine is None:
            # The sweep enqueues its submission again when a machine changes.
            row.waiting_text = "no machine can take it now: " + "; ".join(choice.reasons)
        else:
            cores_promised[choice.machine.id] += spec.resources.cores
            row.machine_id, row.machine, row.driver = choice.machine.id, choice.machine.name, choice.machine.driver
            row.submission, row.marker = "intent", f"{row.id}-{row.attempt}"
    await session.flush()
    return sorted((row for row in rows if row.submission == "intent"), key=lambda row: -row.urgency)


async def _reach(node: Node, machine: Machine, row: Simulation) -> Reached:
    """Submit a claimed run if it was not; raises what may be different at the next attempt of the job."""
    assert row.marker is not None
    try:
        batch = await machines.batch_of(node, machine)
        native_id = await batch.find(row.marker)
        if native_id is not None or row.cancel_requested_at is not None:
            return Reached(native_id)
        spec = SimulationSubmit.model_validate(row.spec)
        await _stage_in(node, machine, await batch.prepare(row.marker), spec)
        try:
            return Reached(await batch.submit(_run_of(row.marker, row.name, spec)))
        except OSError as error:  # TimeoutError is one
            native_id = await batch.find(row.marker)
            log.warning("unclear submit", marker=row.marker, adopted=native_id, error=str(error))
            if native_id is None:
                raise
            return Reached(native_id)
    except (RunRefused, NotFound, DriverUnavailable) as problem:
        return Reached(refusal=problem.detail or problem.title())


def _run_of(marker: str, name: str, spec: SimulationSubmit) -> BatchRun:
    wanted = spec.resources
    return BatchRun(
        marker=marker,
        name=name,
        command=spec.command,
        environment=spec.environment,
        outputs=[output.pattern for output in spec.outputs],
        urgency=spec.urgency,
        cores=wanted.cores,
        memory_bytes=wanted.memory_bytes,
        walltime_seconds=wanted.walltime_seconds,
        cpu_seconds=wanted.cpu_seconds,
    )


async def _stage_in(node: Node, machine: Machine, directory: str, spec: SimulationSubmit) -> None:
    transport = await machines.transport_of(node, machine)
    for name, content in spec.files.items():
        if isinstance(content, str) and is_id(content, "dst"):
            async with node.database.sessions() as session:
                path = await data.path_of(session, node, content)
            await transport.put(path, f"{directory}/{name}")
        else:
            text = content.encode() if isinstance(content, str) else to_json(content)
            await transport.put(text, f"{directory}/{name}")


async def _end_orphans(
    node: Node, known: Mapping[str, Machine], unrecorded: Sequence[Simulation], reached: Mapping[str, Reached]
) -> None:
    """Cancel runs whose simulation had ended by the time they were submitted: nobody would watch them."""
    for row in unrecorded:
        native_id = reached[row.id].native_id
        if native_id is None:
            continue
        async with node.database.transaction() as session:
            state = await session.scalar(select(Simulation.state).where(Simulation.id == row.id))
        if state in TERMINAL:  # else another submission of the same marker has recorded it
            log.warning("submitted after its end, cancelling", simulation_id=row.id, native_id=native_id)
            batch = await machines.batch_of(node, known[str(row.machine_id)])
            await batch.cancel(RunRef(str(row.marker), native_id))


async def _record(session: AsyncSession, payload: RunAttempts, reached: Mapping[str, Reached]) -> set[str]:
    """Write down what came of the runs that still wait for it; return the simulations those belong to."""
    recorded: set[str] = set()
    for row in await _locked(session, payload):
        outcome = reached.get(row.id)
        if outcome is None:
            continue
        recorded.add(row.id)
        if outcome.trouble is not None:
            row.waiting_text = f"could not be submitted yet: {outcome.trouble}"
        elif outcome.refusal is not None:
            await end(session, row, "failed", error=outcome.refusal)
        elif outcome.native_id is None:
            await end(session, row, "cancelled")
        else:
            row.submission, row.native_id, row.queued_at = "submitted", outcome.native_id, func.now()
            move(session, row, "queued")
            hint(session, machines.topic_of(str(row.machine_id)))
    await session.flush()
    return recorded


async def _exhausted(session: AsyncSession, job: jobs.FinishedJob) -> None:
    for row in await _locked(session, RunAttempts.model_validate(job.payload)):
        await end_or_repeat(session, row, "failed", f"it could not be submitted: {job.error}")


jobs.on_exhausted(SUBMIT_JOB, _exhausted)
