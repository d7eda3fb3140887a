"""An incident does not stay open for ever: its deadline completes it, and what runs at its end has a limit too."""

from datetime import timedelta

from sqlalchemy import exists, func, or_, select

from app.kernel.node import Node
from app.modules import jobs, simulation
from app.modules.workflows import incidents
from app.modules.workflows.finalising import CLOSING_JOB, CLOSING_SECONDS, ClosingOverdue
from app.modules.workflows.incidents import DEADLINE_JOB, DeadlineDue
from app.modules.workflows.models import OPEN_STATES, Gather, IncidentRow, Question, StageRow

_SETTLED_AT_ONCE = 200
WATCH_SECONDS = 60.0
_SLACK = timedelta(seconds=1)  # an incident with a deadline job is left to it


@jobs.kind(DEADLINE_JOB, max_attempts=20, timeout_seconds=60, cancelled_with="the incident")
async def deadline(attempt: jobs.Attempt, payload: DeadlineDue) -> None:
    """Complete an incident that is still open when its time is over; what runs for it is cancelled."""
    async with attempt.transaction() as session:
        incident = await incidents.get(session, payload.incident_id, lock=True)
        if incident.state not in OPEN_STATES:
            return
        # It may have been given more time since; what is to end already has none.
        late = incident.deadline_at is None or incident.deadline_at <= await incidents.now(session)
        if late or incident.ending is not None:
            await incidents.end(session, incident, "complete", "its deadline was reached")


@jobs.kind(CLOSING_JOB, max_attempts=20, timeout_seconds=60, cancelled_with="the incident")
async def closing_overdue(attempt: jobs.Attempt, payload: ClosingOverdue) -> None:
    """End an incident whose compensations and finalisers take too long, without the rest of them."""
    async with attempt.transaction() as session:
        incident = await incidents.get(session, payload.incident_id, lock=True)
        if incident.state == "completing" and incident.ending is not None:
            reason = incident.ending.get("reason") or ""
            late = f"its finalisers took longer than {CLOSING_SECONDS:g} s"
            incident.ending = {**incident.ending, "reason": f"{reason}; {late}".removeprefix("; ")}
            await incidents.end(session, incident, incident.ending["state"])


async def watch(node: Node) -> float:
    """End incidents whose time is over and that no job watches; return the seconds until the next one's is."""
    async with node.database.transaction() as session:
        late = select(IncidentRow.id).where(IncidentRow.state.in_(("active", "completing")))
        late = late.where(IncidentRow.deadline_at <= func.now() - _SLACK, IncidentRow.ending.is_(None))
        found = (await session.scalars(late.order_by(IncidentRow.deadline_at).limit(_SETTLED_AT_ONCE))).all()
        following = select(func.extract("epoch", func.min(IncidentRow.deadline_at) - func.now()))
        open_ones = IncidentRow.state.in_(("active", "completing"))
        seconds = await session.scalar(following.where(open_ones, IncidentRow.deadline_at > func.now() - _SLACK))
    for incident_id in found:
        async with node.database.transaction() as session:
            incident = await incidents.get(session, incident_id, lock=True)
            over = incident.deadline_at is not None and incident.deadline_at <= await incidents.now(session)
            if over and incident.state in OPEN_STATES and incident.ending is None:
                await incidents.end(session, incident, "complete", "its deadline was reached")
    if len(found) == _SETTLED_AT_ONCE:
        return 0.0
    return WATCH_SECONDS if seconds is None else min(WATCH_SECONDS, max(0.0, float(seconds)) + _SLACK.total_seconds())


async def settle(node: Node) -> None:
    """Complete incidents that have nothing more to wait for and that no stage's commit has completed."""
    # All that incidents.settle looks at: those that wait for long would else keep the rest out of so many at once.
    run = simulation.Simulation
    closing = func.coalesce(IncidentRow.ending["closing"].as_boolean(), False)
    async with node.database.transaction() as session:
        query = select(IncidentRow.id).where(
            IncidentRow.state == "completing",
            ~exists().where(StageRow.incident_id == IncidentRow.id, StageRow.state.in_(("queued", "running"))),
            ~exists().where(run.incident_id == IncidentRow.id, run.state.not_in(simulation.TERMINAL)),
            or_(closing, ~exists().where(Gather.incident_id == IncidentRow.id, Gather.sent_stage_id.is_(None))),
            ~exists().where(Question.incident_id == IncidentRow.id, Question.state == "asked"),
        )
        found = (await session.scalars(query.order_by(IncidentRow.id).limit(_SETTLED_AT_ONCE))).all()
    for incident_id in found:
        async with node.database.transaction() as session:
            await incidents.settle(session, await incidents.get(session, incident_id, lock=True))
