"""Fan-in: simulations, stages or children of an incident, and the one message sent when enough of them have ended."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.modules import jobs, simulation
from app.modules.workflows import incidents, turns
from app.modules.workflows.catalogue import catalogue_of
from app.modules.workflows.children import MEMBER_ENDED_JOB, OtherEnded
from app.modules.workflows.definitions import Definition
from app.modules.workflows.effects import Gathering
from app.modules.workflows.ensembles import results_of, spec_of
from app.modules.workflows.messages import MemberResult
from app.modules.workflows.models import OPEN_STATES, Gather, GatherMember, IncidentRow, StageRow
from app.modules.workflows.sending import check_message, send, stage_of

SIMULATION_ENDED_JOB = "workflows.simulation_ended"
GATHER_DUE_JOB = "workflows.gather_due"


class MemberEnded(simulation.SimulationFinished):
    """Payload of the job the simulation module enqueues when a member has ended."""

    gather_id: str


class GatherDue(BaseModel):
    """Payload of a gather's deadline job."""

    gather_id: str


async def gather(
    session: AsyncSession,
    node: Node,
    incident: IncidentRow,
    stage: StageRow,
    gathering: Gathering,
    definition: Definition,
    *,
    atlas: Path,
) -> str:
    """Begin the members and write down whom to tell when enough of them have ended; return the gather's id.

    Children are opened by the caller. Raises StageUnknown, MessageInvalid (422).
    """
    message = check_message(stage_of(definition, gathering.then), gathering.message)
    count = len(gathering.simulations) + len(gathering.stages) + len(gathering.children)
    row = Gather(
        id=new_id("gat"),
        incident_id=incident.id,
        stage_id=stage.id,
        kind="simulation" if gathering.simulations else "stage" if gathering.stages else "child",
        then=gathering.then,
        message=message,
        wanted=None if gathering.wanted == count else gathering.wanted,
        cancel_rest=gathering.cancel_rest,
    )
    if gathering.deadline_seconds is not None:
        row.deadline_at = func.now() + timedelta(seconds=gathering.deadline_seconds)
        await jobs.enqueue(
            session,
            GATHER_DUE_JOB,
            GatherDue(gather_id=row.id),
            delay_seconds=gathering.deadline_seconds,
            incident_id=incident.id,
            owner_id=incident.owner_id,
        )
    session.add(row)
    await session.flush()
    names: dict[str, str] = {child.incident_id: child.name for child in gathering.children}
    if gathering.simulations:
        wanted = [
            spec_of(
                request,
                definition,
                atlas,
                request.urgency or stage.urgency,
                exercise=incident.exercise,
                deadline_seconds=gathering.deadline_seconds,
            )
            for request in gathering.simulations
        ]
        ids = await simulation.submit_many(
            session,
            list(zip([request.name for request in gathering.simulations], wanted, strict=True)),
            incident_id=incident.id,
            stage_id=stage.id,
            stage=stage.name,
            owner_id=incident.owner_id,
            on_finished=simulation.JobCallback(kind=SIMULATION_ENDED_JOB, payload={"gather_id": row.id}),
        )
        names |= dict(zip(ids, [request.name for request in gathering.simulations], strict=True))
    for sent in gathering.stages:
        spec = stage_of(definition, sent.stage)
        member = await send(
            session,
            incident,
            spec,
            sent.message,
            originator=stage.id,
            label=sent.label,
            urgency=stage.urgency,
            gather_id=row.id,
        )
        names[member.id] = sent.label or spec.name
    session.add_all(GatherMember(gather_id=row.id, member_id=one, name=name) for one, name in names.items())
    await session.flush()
    return row.id


async def count_in(
    session: AsyncSession,
    node: Node,
    incident: IncidentRow,
    gather_id: str,
    member_id: str,
    *,
    state: str,
    error: str | None = None,
    result: Any = None,
) -> None:
    """Count a member that ended; the one that is enough sends the message. The incident is locked.

    Raises Snooze when this node does not have the definition.
    """
    row: Gather | None = await session.scalar(select(Gather).where(Gather.id == gather_id).with_for_update())
    if row is None:
        return
    late = row.sent_stage_id is not None
    await session.execute(
        update(GatherMember)
        .where(GatherMember.gather_id == row.id, GatherMember.member_id == member_id, GatherMember.ended.is_(False))
        .values(ended=True, state=state, error=error, result=result, late=late)
    )
    if late:
        await incidents.settle(session, incident)
        return
    if incident.state not in OPEN_STATES:
        return
    if (incident.ending or {}).get("closing"):  # nothing is sent any more, and its end may have waited for this one
        await incidents.settle(session, incident)
        return
    total, ended, succeeded = (
        await session.execute(
            select(
                func.count(),
                func.count().filter(GatherMember.ended),
                func.count().filter(GatherMember.state.in_(("succeeded", "complete"))),
            ).where(GatherMember.gather_id == row.id)
        )
    ).one()
    if ended == total or (row.wanted is not None and succeeded >= row.wanted):
        await _fire(session, node, incident, row, overdue=False)


async def _fire(session: AsyncSession, node: Node, incident: IncidentRow, row: Gather, *, overdue: bool) -> None:
    definition = catalogue_of(node).find(incident.workflow, incident.workflow_version)
    if definition is None:
        raise jobs.Snooze(30)  # another node, or this one once the version is back, has it
    query = select(GatherMember).where(GatherMember.gather_id == row.id).order_by(GatherMember.member_id)
    members = (await session.scalars(query)).all()
    ended = [member for member in members if member.ended]
    message = {**row.message, "missing": len(members) - len(ended), "overdue": overdue}
    if row.kind == "simulation":
        message["simulations"] = await results_of(session, [member.member_id for member in ended])
    else:
        message["results"] = [
            MemberResult(id=m.member_id, name=m.name, state=m.state or "", error=m.error, result=m.result).model_dump(
                mode="json"
            )
            for m in ended
        ]
    asker = await session.get(StageRow, row.stage_id)
    sent = await send(
        session,
        incident,
        stage_of(definition, row.then),
        message,
        originator=row.stage_id,
        urgency=asker.urgency if asker else None,
    )
    row.sent_stage_id = sent.id
    await session.flush()
    if row.cancel_rest:
        await _cancel_rest(session, incident, row, [m.member_id for m in members if not m.ended])


async def _cancel_rest(session: AsyncSession, incident: IncidentRow, row: Gather, member_ids: list[str]) -> None:
    if row.kind == "simulation":
        for run in await simulation.find_many(session, member_ids):
            if run.state not in simulation.TERMINAL:
                await simulation.cancel(session, run.id)
        return
    if row.kind == "child":
        for one in member_ids:
            child = await incidents.get(session, one, lock=True)
            if child.state in OPEN_STATES:
                await incidents.end(session, child, "cancelled", f"{incident.name} does not wait for it any more")
        return
    query = update(StageRow).where(StageRow.id.in_(member_ids), StageRow.state.in_(("queued", "running")))
    values = query.values(state="cancelled", finished_at=func.now())
    stopped = (await session.scalars(values.returning(StageRow))).all()
    await session.execute(
        update(GatherMember)
        .where(GatherMember.gather_id == row.id, GatherMember.member_id.in_(member_ids))
        .values(ended=True, state="cancelled", late=True)
    )
    for stage in {stage.name: stage for stage in stopped}.values():
        await turns.pass_on(session, incident, stage)  # one that waits for its turn behind them gets it now


@jobs.kind(SIMULATION_ENDED_JOB, max_attempts=20, timeout_seconds=60, cancelled_with="the incident")
async def simulation_ended(attempt: jobs.Attempt, payload: MemberEnded) -> None:
    """Count in a simulation that ended."""
    ended = OtherEnded(
        gather_id=payload.gather_id, member_id=payload.simulation_id, state=payload.state, error=payload.error
    )
    await _count(attempt, ended)


@jobs.kind(MEMBER_ENDED_JOB, max_attempts=20, timeout_seconds=60, cancelled_with="the incident")
async def member_ended(attempt: jobs.Attempt, payload: OtherEnded) -> None:
    """Count in a stage that failed or a child that ended."""
    await _count(attempt, payload)


@jobs.kind(GATHER_DUE_JOB, max_attempts=20, timeout_seconds=60, cancelled_with="the incident")
async def gather_due(attempt: jobs.Attempt, payload: GatherDue) -> None:
    """Send the message with what there is when a gather's time is over."""
    async with attempt.transaction() as session:
        found = await session.get(Gather, payload.gather_id)
        if found is None:
            return
        incident = await incidents.get(session, found.incident_id, lock=True)
        await session.refresh(found, with_for_update=True)
        if found.sent_stage_id is None and incident.state in OPEN_STATES and not (incident.ending or {}).get("closing"):
            await _fire(session, attempt.node, incident, found, overdue=True)


async def _count(attempt: jobs.Attempt, payload: OtherEnded) -> None:
    async with attempt.transaction() as session:
        found = await session.get(Gather, payload.gather_id)
        if found is None:
            return
        incident = await incidents.get(session, found.incident_id, lock=True)
        result = None
        if found.kind == "child":
            child = await incidents.get(session, payload.member_id)
            result = child.state_data
        await session.refresh(found, with_for_update=True)
        await count_in(
            session,
            attempt.node,
            incident,
            found.id,
            payload.member_id,
            state=payload.state,
            error=payload.error,
            result=result,
        )


async def exhausted(session: AsyncSession, job: jobs.FinishedJob) -> None:
    """Stop the incident when a member cannot be counted in: its gather would wait for ever."""
    row = await session.get(Gather, str(job.payload.get("gather_id")))
    if row is None or row.sent_stage_id is not None:
        return
    incident = await incidents.get(session, row.incident_id, lock=True)
    if incident.state in OPEN_STATES and not (incident.ending or {}).get("closing"):
        name = job.payload.get("name") or job.payload.get("member_id") or "its deadline"
        reason = f"the end of {name} could not be counted in: {job.error}"
        await incidents.end(session, incident, "error", reason[:500])
