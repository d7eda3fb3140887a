"""Arrivals: ask every trigger of the delivery's source, then open an incident or bring news to an open one."""

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import raise_alarm
from app.kernel.bus import publish
from app.kernel.principal import SYSTEM
from app.modules import ingest, jobs
from app.modules.workflows import incidents
from app.modules.workflows.authoring import Arrival, Opening, stage_name
from app.modules.workflows.catalogue import catalogue_of
from app.modules.workflows.definitions import Definition
from app.modules.workflows.events import IncidentRefined
from app.modules.workflows.models import OPEN_STATES

log = structlog.get_logger(__name__)


class TriggerFailed(Exception):
    """A trigger raised; the message names it and what it raised."""


@jobs.kind(ingest.DELIVERY_ARRIVED, max_attempts=10, timeout_seconds=60)
async def deliver(attempt: jobs.Attempt, payload: ingest.DeliveryArrived) -> None:
    """Turn one arrival into what the workflows make of it; its outcome commits with the job."""
    # One transaction from the reading on: triggers are quick and pure, and each commit less is a millisecond sooner.
    async with attempt.transaction() as session:
        delivery = await ingest.get_delivery(session, payload.delivery_id)
        arrival = Arrival(
            delivery_id=delivery.id,
            source=delivery.source_name,
            key=delivery.item_key,
            revision=delivery.revision,
            received_at=delivery.received_at,
            body=delivery.content,
        )
        try:
            wanted = _ask(list(catalogue_of(attempt.node).current.values()), arrival)
        except TriggerFailed as failure:
            await ingest.record_outcome(session, arrival.delivery_id, "quarantined", reason=str(failure))
            await _alarm(session, arrival.source, arrival.delivery_id, str(failure))
            return
        followed = [await _follow(session, attempt, definition, arrival, opening) for definition, opening in wanted]
        # A delivery names one incident: the first that took it.
        incident_id = next((incident_id for incident_id, _ in followed if incident_id), None)
        reasons = [reason for _, reason in followed if reason] or ["no workflow asked for it"]
        await ingest.record_outcome(
            session,
            arrival.delivery_id,
            "delivered" if incident_id else "ignored",
            incident_id=incident_id,
            reason=None if incident_id else "; ".join(reasons),
        )


async def exhausted(session: AsyncSession, job: jobs.FinishedJob) -> None:
    """Put a delivery nobody could be asked about in quarantine, where people see it and can replay it."""
    delivery = await ingest.get_delivery(session, ingest.DeliveryArrived.model_validate(job.payload).delivery_id)
    if delivery.state != "queued":
        return
    reason = f"it could not be brought to the workflows: {job.error}"[:500]
    await ingest.record_outcome(session, delivery.id, "quarantined", reason=reason)
    await _alarm(session, delivery.source_name, delivery.id, reason)


def _ask(definitions: list[Definition], arrival: Arrival) -> list[tuple[Definition, Opening]]:
    wanted = []
    for definition in definitions:
        for trigger in definition.spec.triggers:
            if trigger.source != arrival.source:
                continue
            try:
                opening = trigger.function(definition.spec.instance, arrival)
                if opening is not None:
                    incidents.check_message(incidents.stage_of(definition, stage_name(opening.stage)), opening.message)
                    wanted.append((definition, opening))
            except Exception as error:  # an author's code; what it raises becomes the delivery's quarantine reason
                name = f"{definition.spec.name}.{trigger.function.__name__}"
                log.exception("trigger failed", trigger=name, delivery_id=arrival.delivery_id)
                raise TriggerFailed(f"trigger {name} raised {type(error).__name__}: {error}"[:500]) from error
    return wanted


async def _follow(
    session: AsyncSession, attempt: jobs.Attempt, definition: Definition, arrival: Arrival, opening: Opening
) -> tuple[str | None, str | None]:
    incident = await incidents.find_by_key(session, definition.spec.name, opening.key)
    if incident is None and not opening.opens:
        return None, "below what opens an incident, and none is open"
    if incident is not None and incident.state not in OPEN_STATES:
        return None, f"{incident.name} is already {incident.state}"
    if incident is None:
        incident = await incidents.open_incident(
            session,
            definition,
            name=opening.name,
            owner_id=SYSTEM.user_id,
            key=opening.key,
            key_is_free=True,
            area=opening.area,
            source_item={"source_name": arrival.source, "item_key": arrival.key, "url": opening.url},
        )
    elif await ingest.is_overtaken(session, arrival.delivery_id):
        return None, "a later arrival of the same item was delivered before it"
    else:
        definition = catalogue_of(attempt.node).find(incident.workflow, incident.workflow_version) or definition
        incident.name = opening.name
        publish(
            session,
            IncidentRefined(
                subject_id=incident.id, incident_id=incident.id, name=incident.name, delivery_id=arrival.delivery_id
            ),
        )
    stage = incidents.stage_of(definition, stage_name(opening.stage))
    await incidents.send(session, incident, stage, opening.message, originator=arrival.delivery_id)
    return incident.id, None


async def _alarm(session: AsyncSession, source: str, delivery_id: str, reason: str) -> None:
    await raise_alarm(
        session,
        f"trigger.failed:{source}",
        priority="high",
        title=f"A delivery of {source} is in quarantine",
        consequence=f"{reason}. No incident opens for it.",
        action="Mend the workflow, then replay the delivery.",
        subject_id=delivery_id,
    )
