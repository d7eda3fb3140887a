"""Submitting a run: claim (transaction), call, record (transaction).

The marker is committed before the batch system is called. Whatever happens to the call, the next attempt of the job
looks the marker up and adopts what it finds; only when there is nothing does it submit again, under the same marker.
"""

import structlog
from pydantic_core import to_json
from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint
from app.kernel.drivers import DriverUnavailable
from app.kernel.errors import NotFound
from app.kernel.ids import is_id
from app.kernel.node import Node
from app.modules import data, jobs, machines
from app.modules.machines import BatchRun, BatchSystem, Machine, MachineElsewhere, RunRefused
from app.modules.simulation.models import Simulation
from app.modules.simulation.placement import choose
from app.modules.simulation.schemas import SimulationSubmit
from app.modules.simulation.service import find
from app.modules.simulation.states import SUBMIT_JOB, RunAttempt, end, end_or_repeat, move

log = structlog.get_logger(__name__)


@jobs.kind(SUBMIT_JOB, max_attempts=8, timeout_seconds=300, concurrency=8)
async def submit_run(attempt: jobs.Attempt, payload: RunAttempt) -> None:
    """Place this attempt of a simulation, bring its input files there and submit it."""
    node = attempt.node
    async with node.database.transaction() as session:
        row = await _claim(session, node, payload)
        if row is None:
            return
        machine = await machines.get(session, row.machine_id) if row.machine_id is not None else None
    structlog.contextvars.bind_contextvars(incident_id=row.incident_id, simulation_id=row.id)
    if machine is None or row.marker is None:
        return  # the sweep enqueues this again when a machine changes
    try:
        batch = await machines.batch_of(node, machine)
    except MachineElsewhere as elsewhere:
        raise jobs.Snooze(1.0) from elsewhere
    try:
        native_id = await _reach(node, batch, machine, row)
    except (RunRefused, NotFound, DriverUnavailable) as problem:
        async with attempt.transaction() as session:
            current = await find(session, row.id, lock=True)
            if current is not None and _is_for(current, payload):
                await end(session, current, "failed", error=problem.detail or problem.title())
        return
    async with attempt.transaction() as session:
        current = await find(session, row.id, lock=True)
        if current is None or not _is_for(current, payload):
            return
        if native_id is None:
            await end(session, current, "cancelled")
            return
        current.submission, current.native_id, current.queued_at = "submitted", native_id, func.now()
        move(session, current, "queued")
        hint(session, machines.topic_of(machine.id))


def _is_for(row: Simulation, payload: RunAttempt) -> bool:
    return row.state == "created" and row.attempt == payload.attempt


async def _claim(session: AsyncSession, node: Node, payload: RunAttempt) -> Simulation | None:
    """Give this attempt a machine and a marker, unless it has them or needs none any more."""
    row = await find(session, payload.simulation_id, lock=True)
    if row is None or not _is_for(row, payload) or row.submission != "none":
        return row if row is not None and _is_for(row, payload) else None
    if row.cancel_requested_at is not None:
        await end(session, row, "cancelled")
        return None
    choice = await choose(session, node, SimulationSubmit.model_validate(row.spec))
    row.placement = {"machine": choice.machine.name if choice.machine else None, "reasons": choice.reasons}
    if choice.hopeless:
        await end(session, row, "failed", error="no machine can run it: " + "; ".join(choice.reasons))
        return None
    if choice.machine is None:
        row.waiting_text = "no machine can take it now: " + "; ".join(choice.reasons)
        row.machine_id = None
    else:
        row.machine_id, row.machine, row.driver = choice.machine.id, choice.machine.name, choice.machine.driver
        row.submission, row.marker = "intent", f"{row.id}-{row.attempt}"
    await session.flush()
    return row


async def _reach(node: Node, batch: BatchSystem, machine: Machine, row: Simulation) -> str | None:
    """Return the native id of this attempt, submitted now if it was not; ``None`` when cancelled before that."""
    assert row.marker is not None
    native_id = await batch.find(row.marker)
    if native_id is not None or row.cancel_requested_at is not None:
        return native_id
    spec = SimulationSubmit.model_validate(row.spec)
    directory = await batch.prepare(row.marker)
    await _stage_in(node, machine, directory, spec)
    wanted = spec.resources
    run = BatchRun(
        marker=row.marker,
        name=row.name,
        command=spec.command,
        environment=spec.environment,
        outputs=[output.pattern for output in spec.outputs],
        urgency=spec.urgency,
        cores=wanted.cores,
        memory_bytes=wanted.memory_bytes,
        walltime_seconds=wanted.walltime_seconds,
        cpu_seconds=wanted.cpu_seconds,
    )
    try:
        return await batch.submit(run)
    except (OSError, TimeoutError) as error:
        native_id = await batch.find(row.marker)
        log.warning("unclear submit", marker=row.marker, adopted=native_id, error=str(error))
        if native_id is None:
            raise
        return native_id


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


async def _exhausted(session: AsyncSession, job: jobs.FinishedJob) -> None:
    payload = RunAttempt.model_validate(job.payload)
    row = await find(session, payload.simulation_id, lock=True)
    if row is not None and _is_for(row, payload):
        await end_or_repeat(session, row, "failed", f"it could not be submitted: {job.error}")


jobs.on_exhausted(SUBMIT_JOB, _exhausted)
