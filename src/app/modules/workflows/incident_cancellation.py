"""Cancelling incidents: with their jobs and simulations, after the workflow's shutdown stage; one, or all that fit."""

from collections.abc import Callable

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.scoping import NotYours, require_act
from app.modules.workflows import finalising, incidents
from app.modules.workflows.authoring import Shutdown
from app.modules.workflows.definitions import Definition
from app.modules.workflows.errors import FilterEmpty, IncidentEnded
from app.modules.workflows.models import OPEN_STATES, Gather, IncidentRow
from app.modules.workflows.schemas import IncidentBulk, IncidentBulkDone

MOST_AT_ONCE = 200

FindDefinition = Callable[[str, str], Definition | None]


async def cancel(
    session: AsyncSession,
    incident_id: str,
    find: FindDefinition,
    *,
    reason: str | None,
    actor: str,
    dry_run: bool = False,
) -> IncidentRow:
    """Cancel an open incident with its jobs and simulations; its workflow's shutdown stage comes first.

    Cancelling again what is shutting down ends it now; ``dry_run`` only refuses what would be refused. Raises
    IncidentNotFound (404), NotYours (403), IncidentEnded (409).
    """
    incident = await incidents.get_to_act(session, incident_id)
    if incident.state not in OPEN_STATES:
        raise IncidentEnded(f"{incident.name} is already {incident.state}")
    if dry_run:
        return incident
    reason = reason or f"cancelled by {actor}"
    definition = find(incident.workflow, incident.workflow_version)
    shutdown = definition.spec.shutdown if definition is not None else None
    if definition is None or shutdown is None or incident.state == "pending" or incident.ending is not None:
        if incident.ending is not None:
            incident.ending = {**incident.ending, "state": "cancelled", "reason": reason}
        await incidents.end(session, incident, "cancelled", reason)
        return incident
    await finalising.stop_work(session, incident.id, "cancelled")
    before, incident.state = incident.state, "completing"
    incident.ending = {"state": "cancelled", "reason": reason}
    await session.flush()
    incidents.tell(session, incident, before, "completing", reason)
    stage = incidents.stage_of(definition, shutdown)
    sent = await incidents.send(session, incident, stage, Shutdown(reason=reason), originator=actor)
    # Nothing more comes of what is being gathered: this is the message that was sent instead, and who ends now is late.
    # What the shutdown stage itself has gathered is waited for.
    open_ones = update(Gather).where(Gather.incident_id == incident.id, Gather.sent_stage_id.is_(None))
    await session.execute(open_ones.values(sent_stage_id=sent.id))
    # Nothing keeps a stage that never ends from holding its incident open but this.
    await incidents.extend(session, incident, stage.timeout_seconds * stage.max_attempts)
    return incident


async def cancel_many(
    session: AsyncSession, wanted: IncidentBulk, find: FindDefinition, *, actor: str
) -> IncidentBulkDone:
    """Cancel every open incident that fits a filter and that the caller may act on, the oldest first.

    Says how many there are without doing anything when it is a dry run. Raises FilterEmpty (422).
    """
    query = select(IncidentRow).where(IncidentRow.state.in_(wanted.state or OPEN_STATES))
    if not (wanted.state or wanted.workflow or wanted.name or wanted.ids or wanted.opened_before):
        raise FilterEmpty("Say which incidents: state, workflow, name, ids or opened_before")
    if wanted.workflow is not None:
        query = query.where(IncidentRow.workflow == wanted.workflow)
    if wanted.name is not None:
        query = query.where(IncidentRow.name.icontains(wanted.name, autoescape=True))
    if wanted.ids:
        query = query.where(IncidentRow.id.in_(wanted.ids))
    if wanted.opened_before is not None:
        query = query.where(IncidentRow.opened_at < wanted.opened_before)
    query = query.where(IncidentRow.state.in_(OPEN_STATES)).order_by(IncidentRow.opened_at, IncidentRow.id)
    rows = (await session.scalars(query.limit(MOST_AT_ONCE + 1))).all()
    done, refused = [], 0
    for row in rows[:MOST_AT_ONCE]:
        try:
            await require_act(session, row)
        except NotYours:
            refused += 1
            continue
        if not wanted.dry_run:
            await cancel(session, row.id, find, reason=wanted.reason, actor=actor)
        done.append(row.id)
    return IncidentBulkDone(
        count=len(done), incident_ids=done, not_yours=refused, dry_run=wanted.dry_run, more=len(rows) > MOST_AT_ONCE
    )
