"""Opening an incident for another one, and cancelling it when that has ended."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.node import Node
from app.modules import accounts, jobs
from app.modules.workflows import incidents
from app.modules.workflows.catalogue import catalogue_of
from app.modules.workflows.children import PARENT_ENDED_JOB, ParentEnded
from app.modules.workflows.effects import Child
from app.modules.workflows.errors import WorkflowNotFound
from app.modules.workflows.models import OPEN_STATES, IncidentRow, StageRow


async def open_child(
    session: AsyncSession, node: Node, parent: IncidentRow, stage: StageRow, child: Child, gather_id: str | None
) -> None:
    """Open a child in its parent's commit; it is its parent's owner's, as urgent, and as much of an exercise.

    Raises WorkflowNotFound (404), WorkflowForbidden (403), Conflict (409), MessageInvalid, ParametersInvalid (422).
    """
    definition = catalogue_of(node).find(child.workflow)
    if definition is None:
        raise WorkflowNotFound(f"There is no workflow {child.workflow!r} in use")
    await accounts.require_workflow(session, parent.owner_id, child.workflow)
    spec = incidents.stage_of(definition, child.stage)
    message = incidents.check_message(spec, child.message)
    row = await incidents.open_incident(
        session,
        definition,
        name=child.name,
        owner_id=parent.owner_id,
        key=child.key,
        parameters=child.parameters,
        exercise=parent.exercise,
        urgency=stage.urgency,  # type: ignore[arg-type]  # the table allows these words only
        opening={"stage": spec.name, "message": message},
        incident_id=child.incident_id,
        parent_id=parent.id,
        parent_gather_id=gather_id,
    )
    await incidents.send(session, row, spec, message, originator=stage.id)


@jobs.kind(PARENT_ENDED_JOB, max_attempts=20, timeout_seconds=60, cancelled_with="the incident")
async def parent_ended(attempt: jobs.Attempt, payload: ParentEnded) -> None:
    """Cancel a child whose parent has ended."""
    async with attempt.transaction() as session:
        child = await incidents.get(session, payload.incident_id, lock=True)
        if child.state in OPEN_STATES:
            await incidents.end(session, child, "cancelled", payload.reason)
