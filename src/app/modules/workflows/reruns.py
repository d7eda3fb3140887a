"""Running an incident again: a new one, on the version the old one had, with what came to that from outside."""

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.modules.workflows import incidents
from app.modules.workflows.catalogue import definition_of
from app.modules.workflows.definitions import Catalogue, Definition
from app.modules.workflows.errors import IncidentNotEnded, NoSuchUse
from app.modules.workflows.models import OPEN_STATES, IncidentRow, StageRow
from app.modules.workflows.schemas import IncidentRerun


async def inputs_of(session: AsyncSession, incident: IncidentRow, definition: Definition | None) -> list[StageRow]:
    """Return the messages that came to an incident from outside, its opening first.

    What a stage of its own sent, an answer to its question and what ran because it ended are none.
    """
    inner = aliased(StageRow)
    query = select(StageRow).where(
        StageRow.incident_id == incident.id,
        StageRow.role == "stage",
        StageRow.originator.not_like("qst\\_%"),
        ~exists().where(inner.id == StageRow.originator, inner.incident_id == incident.id),
    )
    if definition is not None and definition.spec.shutdown is not None:
        query = query.where(StageRow.name != definition.spec.shutdown)
    return list((await session.scalars(query.order_by(StageRow.id))).all())


async def rerun(
    session: AsyncSession, catalogue: Catalogue, incident_id: str, wanted: IncidentRerun, *, owner_id: str
) -> IncidentRow:
    """Open another run of an ended incident. Announces incident.opened.

    It has the same version, parameters, area and opening, and no key. Raises IncidentNotFound (404), IncidentNotEnded,
    VersionMissing (409).
    """
    before = await incidents.get(session, incident_id)
    if before.state in OPEN_STATES:
        raise IncidentNotEnded(f"{before.name} is {before.state}")
    definition = definition_of(catalogue, before)
    inputs = await inputs_of(session, before, definition)
    opening = before.opening
    if opening is None and inputs:
        opening = {"stage": inputs[0].name, "message": inputs[0].message}
    if opening is None:
        raise NoSuchUse(f"{before.name} never got a message; open a new incident")
    incident = await incidents.open_incident(
        session,
        definition,
        name=wanted.name or before.name,
        owner_id=owner_id,
        parameters=before.parameters,
        area=before.area,
        source_item=before.source_item,
        exercise=before.exercise if wanted.exercise is None else wanted.exercise,
        urgency=before.urgency,  # type: ignore[arg-type]  # the table allows these words only
        duration_seconds=before.duration_seconds,
        opening=opening,
        rerun_of=before.id,
    )
    await incidents.start(session, incident, definition, originator=owner_id)
    if wanted.later_messages:
        await _send_later(session, definition, incident, inputs)
    return incident


async def _send_later(
    session: AsyncSession, definition: Definition, incident: IncidentRow, inputs: list[StageRow]
) -> None:
    for row in inputs[1:]:
        await incidents.send(
            session,
            incident,
            incidents.stage_of(definition, row.name),
            row.message,
            originator=incident.owner_id,
            delay_seconds=max(0.0, (row.queued_at - inputs[0].queued_at).total_seconds()),
            label=row.label,
        )
