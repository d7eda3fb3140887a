"""An incident does not stay open for ever: its deadline completes it."""

from app.modules import jobs
from app.modules.workflows import incidents
from app.modules.workflows.incidents import DEADLINE_JOB, DeadlineDue
from app.modules.workflows.models import OPEN_STATES


@jobs.kind(DEADLINE_JOB, max_attempts=20, timeout_seconds=60, cancelled_with="the incident")
async def deadline(attempt: jobs.Attempt, payload: DeadlineDue) -> None:
    """Complete an incident that is still open when its time is over; what runs for it is cancelled."""
    async with attempt.transaction() as session:
        incident = await incidents.get(session, payload.incident_id, lock=True)
        if incident.state in OPEN_STATES:
            await incidents.end(session, incident, "complete", "its deadline was reached")
