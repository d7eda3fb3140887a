"""Fan-in: the simulations of a stage, and the one message sent when the last of them has ended."""

from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.modules import data, jobs, simulation
from app.modules.workflows import incidents
from app.modules.workflows.authoring import SimulationRequest, SimulationResult
from app.modules.workflows.catalogue import catalogue_of
from app.modules.workflows.definitions import Definition
from app.modules.workflows.incident import Ensemble
from app.modules.workflows.models import OPEN_STATES, Gather, GatherMember, IncidentRow, StageRow

SIMULATION_ENDED_JOB = "workflows.simulation_ended"


class MemberEnded(simulation.SimulationFinished):
    """Payload of the job the simulation module enqueues when a member has ended."""

    gather_id: str


async def gather(
    session: AsyncSession,
    node: Node,
    incident: IncidentRow,
    stage_id: str,
    ensemble: Ensemble,
    definition: Definition,
    *,
    atlas: Path,
) -> None:
    """Submit the simulations and write down whom to tell when the last has ended."""
    row = Gather(
        id=new_id("gat"),
        incident_id=incident.id,
        stage_id=stage_id,
        then=ensemble.then,
        message=ensemble.message.model_dump(mode="json"),
    )
    session.add(row)
    await session.flush()
    stage = await session.get_one(StageRow, stage_id)
    simulation_ids = await simulation.submit_many(
        session,
        [(request.name, _spec(request, definition, atlas)) for request in ensemble.requests],
        incident_id=incident.id,
        stage_id=stage_id,
        stage=stage.name,
        owner_id=incident.owner_id,
        on_finished=simulation.JobCallback(kind=SIMULATION_ENDED_JOB, payload={"gather_id": row.id}),
    )
    session.add_all(GatherMember(gather_id=row.id, simulation_id=one) for one in simulation_ids)
    await session.flush()


@jobs.kind(SIMULATION_ENDED_JOB, max_attempts=20, timeout_seconds=60, cancelled_with="the incident")
async def count_in(attempt: jobs.Attempt, payload: MemberEnded) -> None:
    """Count a member that ended; the last one sends the message."""
    async with attempt.transaction() as session:
        row: Gather | None = await session.scalar(
            select(Gather).where(Gather.id == payload.gather_id).with_for_update()
        )
        if row is None or row.sent_stage_id is not None:
            return
        await session.execute(
            update(GatherMember)
            .where(GatherMember.gather_id == row.id, GatherMember.simulation_id == payload.simulation_id)
            .values(ended=True)
        )
        members = (await session.scalars(select(GatherMember).where(GatherMember.gather_id == row.id))).all()
        incident = await incidents.get(session, row.incident_id, lock=True)
        if incident.state not in OPEN_STATES:
            return
        if not all(member.ended for member in members):
            return
        definition = catalogue_of(attempt.node).find(incident.workflow, incident.workflow_version)
        if definition is None:
            raise jobs.Snooze(30)  # another node, or this one once the version is back, has it
        message = {**row.message, "simulations": await _results(session, [m.simulation_id for m in members])}
        sent = await incidents.send(
            session, incident, incidents.stage_of(definition, row.then), message, originator=row.stage_id
        )
        row.sent_stage_id = sent.id
        await session.flush()


async def exhausted(session: AsyncSession, job: jobs.FinishedJob) -> None:
    """Stop the incident when a member cannot be counted in: its gather would wait for ever."""
    payload = MemberEnded.model_validate(job.payload)
    row = await session.get(Gather, payload.gather_id)
    if row is None or row.sent_stage_id is not None:
        return
    incident = await incidents.get(session, row.incident_id, lock=True)
    if incident.state in OPEN_STATES:
        reason = f"the end of {payload.name} could not be counted in: {job.error}"
        await incidents.end(session, incident, "error", reason[:500])


async def _results(session: AsyncSession, simulation_ids: list[str]) -> list[dict[str, Any]]:
    results = []
    for run in await simulation.find_many(session, simulation_ids):
        files = await data.list_of_simulation(session, run.id)
        result = SimulationResult(
            simulation_id=run.id,
            name=run.name,
            state=run.state,
            error=run.error,
            datasets={Path(d.name).name: d.id for d in files},
        )
        results.append(result.model_dump(mode="json"))
    return sorted(results, key=lambda r: r["name"])


def _spec(request: SimulationRequest, definition: Definition, atlas: Path) -> simulation.SimulationSubmit:
    places = {"{definition}": str(definition.directory), "{atlas}": str(atlas)}
    command = []
    for part in request.command:
        for name, place in places.items():
            part = part.replace(name, place)
        command.append(part)
    return simulation.SimulationSubmit(
        command=command,
        files=request.files,
        outputs=[simulation.Output(pattern=p, role=request.role) for p in request.outputs],
        resources=simulation.Resources(
            cores=request.cores,
            memory_bytes=request.memory_bytes,
            walltime_seconds=request.walltime_seconds,
        ),
        max_attempts=request.max_attempts,
    )
