"""The verbs on bindings: create, switch, remove, try out."""

from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.ids import new_id
from app.kernel.principal import Principal
from app.kernel.scoping import require_act
from app.modules import accounts, ingest
from app.modules.workflows import incidents
from app.modules.workflows.binding_models import BindingRow
from app.modules.workflows.binding_schemas import BindingSubmit, BindingTest, BindingTrial
from app.modules.workflows.binding_steps import StepFailed, step_of
from app.modules.workflows.catalogue import catalogue_of
from app.modules.workflows.errors import BindingNameTaken, BindingNotFound, TooManyBindings, WorkflowNotFound
from app.modules.workflows.models import OPEN_STATES

if TYPE_CHECKING:
    from app.kernel.node import Node

MOST = 100  # of one source: each is asked about each delivery


async def list_bindings(session: AsyncSession, source_id: str, *, enabled: bool = False) -> list[BindingRow]:
    """Return a source's bindings by name; ``enabled``: only those in force."""
    query = select(BindingRow).where(BindingRow.source_id == source_id).order_by(BindingRow.name)
    rows = await session.scalars(query.where(BindingRow.enabled) if enabled else query)
    return list(rows.all())


async def get_binding(session: AsyncSession, binding_id: str) -> BindingRow:
    """Return a binding. Raises BindingNotFound (404)."""
    row = await session.scalar(select(BindingRow).where(BindingRow.id == binding_id))
    if row is None:
        raise BindingNotFound(f"There is no binding {binding_id}")
    return row


async def create_binding(
    session: AsyncSession, node: "Node", source_id: str, wanted: BindingSubmit, *, actor: Principal
) -> BindingRow:
    """Bind a source's deliveries to a workflow or an incident.

    Raises SourceNotFound, IncidentNotFound (404), NotYours, WorkflowNotAllowed (403), BindingNameTaken (409),
    WorkflowNotFound (404), StageUnknown, TooManyBindings (422).
    """
    await require_act(session, await ingest.get_source(session, source_id))
    row = await _row(session, node, source_id, wanted, actor)
    count = await session.scalar(select(func.count()).where(BindingRow.source_id == source_id))
    if (count or 0) >= MOST:
        raise TooManyBindings(f"A source has at most {MOST} bindings")
    session.add(row)
    try:
        await session.flush()
    except IntegrityError as error:
        raise BindingNameTaken(f"The source has a binding named {wanted.name} already") from error
    await session.refresh(row)
    return row


async def switch_binding(session: AsyncSession, binding_id: str, *, enabled: bool) -> BindingRow:
    """Switch a binding on or off. Raises BindingNotFound (404), NotYours (403)."""
    row = await _mine(session, binding_id)
    row.enabled = enabled
    await session.flush()
    return row


async def remove_binding(session: AsyncSession, binding_id: str) -> None:
    """Remove a binding; what it did stays. Raises BindingNotFound (404), NotYours (403)."""
    await session.delete(await _mine(session, binding_id))


async def try_binding(
    session: AsyncSession, node: "Node", source_id: str, test: BindingTest, *, actor: Principal
) -> BindingTrial:
    """Say what a binding would do with a past delivery of the source, and do nothing.

    Raises SourceNotFound, DeliveryNotFound, BindingNotFound (404), and what :func:`create_binding` raises.
    """
    await ingest.get_source(session, source_id)
    delivery = await ingest.get_delivery(session, test.delivery_id)
    if delivery.source_id != source_id:
        raise ingest.DeliveryNotFound(f"{test.delivery_id} did not come from this source")
    if test.binding is not None:
        row = await _row(session, node, source_id, test.binding, actor)
    else:
        row = await get_binding(session, test.binding_id or "")
    try:
        step = await step_of(session, node, row, delivery)
    except StepFailed as failure:
        return BindingTrial(passes=True, does="fails", reason=str(failure))
    if step is None:
        return BindingTrial(passes=False, does="nothing", reason="the filter does not let it pass")
    shown = BindingTrial(passes=True, does="nothing", stage=step.stage, key=step.key, message=step.message)
    incident = step.incident
    if incident is None and step.key is not None:
        incident = await incidents.find_by_key(session, step.definition.spec.name, step.key)
    if incident is not None:
        shown.incident_id = incident.id
        if incident.state not in OPEN_STATES:
            shown.reason = f"{incident.name} is already {incident.state}"
        else:
            shown.does = "sends"
    elif step.opens:
        shown.does, shown.name = "opens", step.name
    else:
        shown.reason = "none is open, and it opens none"
    return shown


async def _row(
    session: AsyncSession, node: "Node", source_id: str, wanted: BindingSubmit, actor: Principal
) -> BindingRow:
    if wanted.incident_id is not None:
        incident = await incidents.get(session, wanted.incident_id)
        await require_act(session, incident)
        definition = catalogue_of(node).find(incident.workflow, incident.workflow_version)
    else:
        await accounts.require_workflow(session, actor.user_id, wanted.workflow or "")
        definition = catalogue_of(node).current.get(wanted.workflow or "")
    if definition is None:
        raise WorkflowNotFound(f"There is no workflow {wanted.workflow}")
    stage = wanted.stage or next(iter(definition.spec.stages))
    incidents.stage_of(definition, stage)
    fields = wanted.model_dump(exclude={"stage"})
    return BindingRow(id=new_id("bnd"), source_id=source_id, stage=stage, created_by=actor.user_id, **fields)


async def _mine(session: AsyncSession, binding_id: str) -> BindingRow:
    row = await get_binding(session, binding_id)
    await require_act(session, await ingest.get_source(session, row.source_id))
    return row
