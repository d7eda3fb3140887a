"""Arrivals: ask the triggers and bindings of the delivery's source, then open an incident or bring news to one."""

from dataclasses import dataclass
from typing import Any

import structlog
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import raise_alarm
from app.kernel.bus import publish
from app.kernel.principal import HOUSE
from app.modules import accounts, ingest, jobs
from app.modules.workflows import bindings, incidents
from app.modules.workflows.authoring import Arrival, Opening, stage_name
from app.modules.workflows.binding_steps import Step, StepFailed, step_of
from app.modules.workflows.catalogue import catalogue_of
from app.modules.workflows.definitions import Definition
from app.modules.workflows.events import IncidentRefined
from app.modules.workflows.models import OPEN_STATES, IncidentRow

log = structlog.get_logger(__name__)


class TriggerFailed(Exception):
    """A trigger raised; the message names it and what it raised."""


@dataclass(frozen=True)
class _Followed:
    incident_id: str | None
    reason: str | None = None
    taken: bool = False  # an incident of somebody else has the key: that is to be put right


@jobs.kind(ingest.DELIVERY_ARRIVED, max_attempts=10, timeout_seconds=60, cancelled_with="its delivery")
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
            media_type=delivery.media_type or "application/json",
            event=delivery.attributes,
            raw=delivery.body,
        )
        try:
            asked = await _may_trigger(session, delivery)
            wanted = _ask(list(catalogue_of(attempt.node).current.values()), arrival) if asked else []
            bound = await bindings.list_bindings(session, delivery.source_id, enabled=True)
            steps = [await step_of(session, attempt.node, binding, delivery) for binding in bound]
        except (TriggerFailed, StepFailed) as failure:
            told = str(failure).replace("\x00", "\\0")  # it may quote what arrived, and no text of the tables has that
            await ingest.record_outcome(session, arrival.delivery_id, "quarantined", reason=told)
            await _alarm(session, arrival.source, arrival.delivery_id, told)
            return
        followed = [
            await _follow(session, attempt, delivery, definition, arrival, opening) for definition, opening in wanted
        ]
        followed += [await _take(session, attempt, delivery, step) for step in steps if step is not None]
        # A delivery names one incident: the first that took it.
        incident_id = next((one.incident_id for one in followed if one.incident_id), None)
        reasons = [one.reason for one in followed if one.reason]
        kept_out = [one.reason for one in followed if one.taken and one.reason]
        if kept_out and incident_id is None:  # there it can be replayed
            await ingest.record_outcome(session, arrival.delivery_id, "quarantined", reason="; ".join(kept_out)[:500])
            return
        await ingest.record_outcome(
            session,
            arrival.delivery_id,
            "delivered" if incident_id else "ignored",
            incident_id=incident_id,
            reason=None if incident_id else "; ".join(reasons or ["no workflow asked for it"]),
        )


async def exhausted(session: AsyncSession, job: jobs.FinishedJob) -> None:
    """Put a delivery nobody could be asked about in quarantine, where people see it and can replay it."""
    delivery = await ingest.get_delivery(session, ingest.DeliveryArrived.model_validate(job.payload).delivery_id)
    if delivery.state != "queued":
        return
    reason = f"it could not be brought to the workflows: {job.error}"[:500]
    await ingest.record_outcome(session, delivery.id, "quarantined", reason=reason)
    await _alarm(session, delivery.source_name, delivery.id, reason)


async def _may_trigger(session: AsyncSession, delivery: ingest.DeliveryRow) -> bool:
    """Say whether the name a trigger has is this source's: the house's own comes before somebody's of the same name."""
    if delivery.source.owner_id == HOUSE:
        return True
    return await ingest.find_source(session, delivery.source_name) is None


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
                    if "\x00" in f"{opening.name}{opening.key}":
                        raise ValueError("the incident's name or key has the character U+0000 in it")
                    wanted.append((definition, opening))
            except Exception as error:  # an author's code; what it raises becomes the delivery's quarantine reason
                name = f"{definition.spec.name}.{trigger.function.__name__}"
                log.exception("trigger failed", trigger=name, delivery_id=arrival.delivery_id)
                raise TriggerFailed(f"trigger {name} raised {type(error).__name__}: {error}"[:500]) from error
    return wanted


async def _follow(
    session: AsyncSession,
    attempt: jobs.Attempt,
    delivery: ingest.DeliveryRow,
    definition: Definition,
    arrival: Arrival,
    opening: Opening,
) -> _Followed:
    incident = await incidents.find_by_key(session, definition.spec.name, opening.key)
    if incident is not None and not _may_follow(incident, delivery):
        reason = f"the incident of the key {opening.key!r} belongs to somebody else"
        await _alarm_taken(session, incident, delivery)
        return _Followed(None, reason, taken=True)
    if incident is None and not opening.opens:
        return _Followed(None, "below what opens an incident, and none is open")
    if incident is not None and incident.state not in OPEN_STATES:
        return _Followed(None, f"{incident.name} is already {incident.state}")
    if incident is None:
        owner_id = delivery.source.owner_id
        if owner_id != HOUSE:  # which may start all, and opens a thousand a second
            try:
                await accounts.require_workflow(session, owner_id, definition.spec.name)
            except accounts.WorkflowNotAllowed:
                return _Followed(None, f"the source's owner may not start {definition.spec.name}")
        incident = await incidents.open_incident(
            session,
            definition,
            name=opening.name,
            owner_id=owner_id,
            key=opening.key,
            key_is_free=True,
            area=opening.area,
            source_item={"source_name": arrival.source, "item_key": arrival.key, "url": opening.url},
        )
    elif await ingest.is_overtaken(session, arrival.delivery_id):
        return _Followed(None, "a later arrival of the same item was delivered before it")
    else:
        incident.name = opening.name
        _refined(session, incident, arrival.delivery_id)
    stage = stage_name(opening.stage)
    return await _send(session, attempt, definition, incident, stage, opening.message, arrival.delivery_id)


async def _take(session: AsyncSession, attempt: jobs.Attempt, delivery: ingest.DeliveryRow, step: Step) -> _Followed:
    """Do what a binding makes of a delivery."""
    incident = step.incident
    if incident is None and step.key is not None:
        incident = await incidents.find_by_key(session, step.definition.spec.name, step.key)
        if incident is not None and not _may_follow(incident, delivery):
            return _Followed(None, f"the incident of the key {step.key!r} belongs to somebody else")
    if incident is None and not step.opens:
        return _Followed(None, "no incident of its key is open, and its binding opens none")
    if incident is not None and incident.state not in OPEN_STATES:
        return _Followed(None, f"{incident.name} is already {incident.state}")
    if incident is None:
        incident = await incidents.open_incident(
            session,
            step.definition,
            name=step.name,
            owner_id=delivery.source.owner_id,
            key=step.key,
            key_is_free=True,
            source_item={"source_name": delivery.source_name, "item_key": delivery.item_key, "url": None},
        )
    else:
        _refined(session, incident, delivery.id)
    return await _send(session, attempt, step.definition, incident, step.stage, step.message, delivery.id)


def _may_follow(incident: IncidentRow, delivery: ingest.DeliveryRow) -> bool:
    """Say whether a delivery may go to the incident of its key, which is the workflow's and can be anybody's."""
    return incident.owner_id in (HOUSE, delivery.source.owner_id)


async def _send(
    session: AsyncSession,
    attempt: jobs.Attempt,
    definition: Definition,
    incident: IncidentRow,
    stage: str,
    message: BaseModel | dict[str, Any],
    delivery_id: str,
) -> _Followed:
    definition = catalogue_of(attempt.node).find(incident.workflow, incident.workflow_version) or definition
    spec = incidents.stage_of(definition, stage)
    await incidents.send(session, incident, spec, message, originator=delivery_id)
    return _Followed(incident.id)


def _refined(session: AsyncSession, incident: IncidentRow, delivery_id: str) -> None:
    publish(
        session,
        IncidentRefined(subject_id=incident.id, incident_id=incident.id, name=incident.name, delivery_id=delivery_id),
    )


async def _alarm(session: AsyncSession, source: str, delivery_id: str, reason: str) -> None:
    await raise_alarm(
        session,
        f"trigger.failed:{source}",
        priority="high",
        title=f"A delivery of {source} is in quarantine",
        consequence=f"{reason}. No incident opens for it.",
        action="Mend the workflow or the binding, then replay the delivery.",
        subject_id=delivery_id,
    )


async def _alarm_taken(session: AsyncSession, incident: IncidentRow, delivery: ingest.DeliveryRow) -> None:
    await raise_alarm(
        session,
        f"trigger.key_taken:{incident.id}",
        priority="high",
        title=f"{incident.id} has the key {incident.key!r}, which a delivery of {delivery.source_name} is about",
        consequence=f"It belongs to {incident.owner_id}: it is not told, and no incident of {incident.workflow} opens.",
        action="Cancel and archive that incident, then replay the delivery from quarantine.",
        subject_id=delivery.id,
    )
