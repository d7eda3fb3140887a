"""From a binding and a delivery to what is to be done: pure but for the look at an incident it names."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.errors import Problem
from app.modules import ingest
from app.modules.workflows import incidents
from app.modules.workflows.binding_models import BindingRow
from app.modules.workflows.catalogue import catalogue_of
from app.modules.workflows.definitions import Definition
from app.modules.workflows.expressions import ExpressionFailed, Steps, passes, search
from app.modules.workflows.models import IncidentRow

if TYPE_CHECKING:
    from app.kernel.node import Node

_LONGEST_KEY = 500
_LONGEST_NAME = 300


class StepFailed(Exception):
    """A binding cannot be followed; the message names it and why."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """A message for a stage of an incident: the one given, the one of the key, or a new one."""

    definition: Definition
    stage: str
    message: dict[str, Any]
    name: str
    key: str | None = None
    incident: IncidentRow | None = None
    opens: bool = True


async def step_of(
    session: AsyncSession, node: "Node", binding: BindingRow, delivery: ingest.DeliveryRow
) -> Step | None:
    """Return what a binding makes of a delivery, ``None`` when it does not pass the filter. Raises StepFailed."""
    # Others have their turn between two bindings, whose expressions have one limit in all.
    await asyncio.sleep(0)
    document, steps = document_of(delivery), Steps()
    try:
        if not passes(binding.filter, document, steps):
            return None
        incident, definition = await _aim(session, node, binding)
        message = _message(binding, document, steps)
        incidents.check_message(incidents.stage_of(definition, binding.stage), message)
        title = search(binding.title, document, steps) if binding.title is not None else None
        return Step(
            definition=definition,
            stage=binding.stage,
            message=message,
            name=_name(title) or f"{delivery.source_name} {delivery.title or delivery.item_key}"[:_LONGEST_NAME],
            key=None if binding.key is None else _key(search(binding.key, document, steps)),
            incident=incident,
            opens=binding.opens and incident is None,
        )
    except (ExpressionFailed, StepFailed) as failure:
        raise StepFailed(f"binding {binding.name}: {failure}") from failure
    except Problem as problem:
        said = "; ".join(f"{one.pointer}: {one.message}" for one in problem.errors[:3])
        raise StepFailed(f"binding {binding.name}: {problem}{f' ({said})' if said else ''}"[:500]) from problem


def document_of(delivery: ingest.DeliveryRow) -> dict[str, Any]:
    """Return a delivery as expressions see it."""
    return {
        "body": delivery.content,
        "key": delivery.item_key,
        "revision": delivery.revision,
        "version": delivery.version,
        "title": delivery.title,
        "source": delivery.source_name,
        "media_type": delivery.media_type or "application/json",
        "event": delivery.attributes,
        "received_at": delivery.received_at.isoformat(),
    }


async def _aim(session: AsyncSession, node: "Node", binding: BindingRow) -> tuple[IncidentRow | None, Definition]:
    if binding.incident_id is not None:
        incident = await incidents.get(session, binding.incident_id)
        definition = catalogue_of(node).find(incident.workflow, incident.workflow_version)
        if definition is None:
            raise StepFailed(f"workflow {incident.workflow} {incident.workflow_version} is not here")
        return incident, definition
    definition = catalogue_of(node).current.get(binding.workflow or "")
    if definition is None:
        raise StepFailed(f"there is no workflow {binding.workflow}")
    return None, definition


def _message(binding: BindingRow, document: dict[str, Any], steps: Steps) -> dict[str, Any]:
    if binding.message is None:
        body = document["body"]
        if not isinstance(body, dict):
            raise StepFailed("the body is no JSON object, so it cannot be the message; say the message by field")
        return body
    found = {name: search(text, document, steps) for name, text in binding.message.items()}
    return {name: value for name, value in found.items() if value is not None}


def _key(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise StepFailed("the correlation key is a text or a number, and here it is neither")
    key = str(value)
    if not 0 < len(key) <= _LONGEST_KEY or not key.isprintable():
        raise StepFailed(f"the correlation key has 1 to {_LONGEST_KEY} printable characters")
    return key


def _name(value: Any) -> str | None:
    if not isinstance(value, str | int | float):
        return None
    return " ".join(str(value).replace("\x00", " ").split())[:_LONGEST_NAME]
