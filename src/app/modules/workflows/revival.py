"""What an incident waited for when it stopped, brought back when it is tried again: simulations and questions."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import publish
from app.modules import jobs, simulation
from app.modules.workflows.errors import NothingToRetry
from app.modules.workflows.events import QuestionAsked
from app.modules.workflows.gathers import GATHER_DUE_JOB, SIMULATION_ENDED_JOB, GatherDue, MemberEnded
from app.modules.workflows.models import Gather, GatherMember, IncidentRow, Question, StageRow
from app.modules.workflows.questions import QUESTION_DUE_JOB, QuestionDue


async def revive(session: AsyncSession, incident: IncidentRow, stopped_at: datetime, now: datetime) -> None:
    """Bring back what was stopped at ``stopped_at``: cancelled simulations run anew, withdrawn questions are asked.

    Raises NothingToRetry (409) when it waits for child incidents, which ended with it.
    """
    query = select(Gather).where(Gather.incident_id == incident.id, Gather.sent_stage_id.is_(None)).with_for_update()
    for gather in (await session.scalars(query)).all():
        if gather.kind == "child":
            raise NothingToRetry("It waited for child incidents, which were cancelled with it. Run it again instead")
        if gather.kind == "simulation":
            await _run_anew(session, incident, gather, stopped_at)
        if gather.deadline_at is not None:
            await jobs.enqueue(
                session,
                GATHER_DUE_JOB,
                GatherDue(gather_id=gather.id),
                delay_seconds=_left(gather.deadline_at, now),
                incident_id=incident.id,
                owner_id=incident.owner_id,
            )
    await _ask_again(session, incident, stopped_at, now)


async def _run_anew(session: AsyncSession, incident: IncidentRow, gather: Gather, stopped_at: datetime) -> None:
    members = {
        member.member_id: member
        for member in await session.scalars(select(GatherMember).where(GatherMember.gather_id == gather.id))
    }
    runs = await simulation.find_many(session, members)
    stopped = [run for run in runs if _was_stopped(run, stopped_at)]
    await _count_in(session, incident, gather, [run for run in runs if run not in stopped], members)
    if not stopped:
        return
    stage = await session.get_one(StageRow, gather.stage_id)
    ids = await simulation.submit_many(
        session,
        [(run.name, simulation.SimulationSubmit.model_validate(simulation.as_asked(run))) for run in stopped],
        incident_id=incident.id,
        stage_id=stage.id,
        stage=stage.name,
        owner_id=incident.owner_id,
        on_finished=simulation.JobCallback(kind=SIMULATION_ENDED_JOB, payload={"gather_id": gather.id}),
    )
    for run in stopped:
        await session.delete(members[run.id])
    session.add_all(
        GatherMember(gather_id=gather.id, member_id=one, name=run.name) for one, run in zip(ids, stopped, strict=True)
    )
    await session.flush()


async def _count_in(
    session: AsyncSession,
    incident: IncidentRow,
    gather: Gather,
    ended: Sequence[simulation.Simulation],
    members: dict[str, GatherMember],
) -> None:
    """Have those that ended by themselves counted in: the jobs that should have were cancelled with the incident.

    When all of them are counted, one is told again, so that what was not sent because of the stop is.
    """
    for run in [run for run in ended if not members[run.id].ended] or ended[-1:]:
        payload = {
            "simulation_id": run.id,
            "name": run.name,
            "state": run.state,
            "exit_code": run.exit_code,
            "error": run.error,
            "gather_id": gather.id,
        }
        await jobs.enqueue(
            session,
            SIMULATION_ENDED_JOB,
            MemberEnded.model_validate(payload),
            incident_id=incident.id,
            owner_id=incident.owner_id,
        )


def _was_stopped(run: simulation.Simulation, stopped_at: datetime) -> bool:
    if run.state not in simulation.TERMINAL:
        return True  # it is being stopped on its machine
    return run.state == "cancelled" and run.finished_at is not None and run.finished_at >= stopped_at


async def _ask_again(session: AsyncSession, incident: IncidentRow, stopped_at: datetime, now: datetime) -> None:
    query = select(Question).where(
        Question.incident_id == incident.id, Question.state == "withdrawn", Question.answered_at >= stopped_at
    )
    found: Sequence[Question] = (await session.scalars(query)).all()
    for question in found:
        question.state, question.answered_at = "asked", None
        if question.deadline_at is not None:
            await jobs.enqueue(
                session,
                QUESTION_DUE_JOB,
                QuestionDue(question_id=question.id),
                delay_seconds=_left(question.deadline_at, now),
                incident_id=incident.id,
                owner_id=incident.owner_id,
            )
        publish(session, QuestionAsked(subject_id=question.id, incident_id=incident.id, question=question.question))
    await session.flush()


def _left(at: datetime, now: datetime) -> float:
    return max(0.0, (at - now).total_seconds())
