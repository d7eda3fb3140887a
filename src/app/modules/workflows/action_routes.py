"""HTTP of what is done with an incident: activate, cancel, try again, run again, archive, send, give data."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.kernel.principal import Actor, Role
from app.kernel.web import Rehearsal, SessionOf, api_router
from app.modules import accounts
from app.modules.workflows import incident_cancellation, incidents, manual_data, message_log, reruns, retries, views
from app.modules.workflows.catalogue import catalogue_of, definition_of
from app.modules.workflows.errors import DataTooLarge
from app.modules.workflows.schemas import (
    IncidentBulk,
    IncidentBulkDone,
    IncidentRerun,
    IncidentRetry,
    IncidentView,
    ManualDataView,
    MessageSend,
    MessageView,
    Reason,
)

router = api_router("incidents")

PERMISSIONS = {
    "incident_activate": Role.RUNNER,
    "incident_cancel": Role.RUNNER,
    "incident_cancel_many": Role.RUNNER,
    "incident_retry": Role.RUNNER,
    "incident_rerun": Role.RUNNER,
    "incident_archive": Role.RUNNER,
    "incident_message_send": Role.RUNNER,
    "incident_data_add": Role.RUNNER,
}


@router.post(
    "/incidents/cancellations", operation_id="incident_cancel_many", summary="Cancel the open incidents that fit"
)
async def cancel_incidents(body: IncidentBulk, request: Request, session: SessionOf, actor: Actor) -> IncidentBulkDone:
    find = catalogue_of(request.app.state.node).find
    return await incident_cancellation.cancel_many(session, body, find, actor=actor.name)


@router.post(
    "/incidents/{incident_id}/activation", operation_id="incident_activate", summary="Start a pending incident"
)
async def activate_incident(incident_id: str, request: Request, session: SessionOf, actor: Actor) -> IncidentView:
    incident = await incidents.get_to_act(session, incident_id)
    await accounts.require_workflow(session, actor.user_id, incident.workflow)
    definition = definition_of(catalogue_of(request.app.state.node), incident)
    await incidents.activate(session, incident, definition, originator=actor.user_id)
    return await views.view(session, incident_id)


@router.post(
    "/incidents/{incident_id}/cancellation",
    operation_id="incident_cancel",
    status_code=202,
    summary="Cancel an incident with its jobs and simulations",
)
async def cancel_incident(
    incident_id: str, body: Reason, request: Request, session: SessionOf, actor: Actor, dry_run: Rehearsal = False
) -> IncidentView:
    find = catalogue_of(request.app.state.node).find
    reason = body.reason
    await incident_cancellation.cancel(session, incident_id, find, reason=reason, actor=actor.name, dry_run=dry_run)
    return await views.view(session, incident_id)


@router.post(
    "/incidents/{incident_id}/retry",
    operation_id="incident_retry",
    status_code=202,
    summary="Try a stopped incident again from what failed",
)
async def retry_incident(
    incident_id: str, body: IncidentRetry, request: Request, session: SessionOf, actor: Actor
) -> IncidentView:
    catalogue = catalogue_of(request.app.state.node)
    await retries.retry(session, catalogue, incident_id, stage_id=body.stage_id, message=body.message, actor=actor.name)
    return await views.view(session, incident_id)


@router.post(
    "/incidents/{incident_id}/rerun",
    operation_id="incident_rerun",
    status_code=201,
    summary="Run an ended incident again, on its version",
)
async def rerun_incident(
    incident_id: str, body: IncidentRerun, request: Request, response: Response, session: SessionOf, actor: Actor
) -> IncidentView:
    await accounts.require_workflow(session, actor.user_id, (await incidents.get(session, incident_id)).workflow)
    catalogue = catalogue_of(request.app.state.node)
    made = await reruns.rerun(session, catalogue, incident_id, body, owner_id=actor.user_id)
    response.headers["Location"] = f"/api/v1/incidents/{made.id}"
    return await views.view(session, made.id)


@router.post("/incidents/{incident_id}/archival", operation_id="incident_archive", summary="Put an ended incident away")
async def archive_incident(incident_id: str, session: SessionOf) -> IncidentView:
    await incidents.archive(session, incident_id)
    return await views.view(session, incident_id)


@router.post(
    "/incidents/{incident_id}/messages",
    operation_id="incident_message_send",
    status_code=202,
    summary="Send a message to a stage",
)
async def send_message(
    incident_id: str, body: MessageSend, request: Request, session: SessionOf, actor: Actor
) -> MessageView:
    catalogue = catalogue_of(request.app.state.node)
    return await message_log.send(session, catalogue, incident_id, body, originator=actor.user_id)


@router.post(
    "/incidents/{incident_id}/data",
    operation_id="incident_data_add",
    status_code=202,
    summary="Give a file to a running incident; the body is the file",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def add_data(
    incident_id: str,
    request: Request,
    session: SessionOf,
    actor: Actor,
    name: Annotated[str, Query(min_length=1, max_length=500, description="File name")] = "data",
    type: Annotated[str | None, Query(max_length=100, description="What it is; the data set's role")] = None,  # noqa: A002
    comment: Annotated[str | None, Query(max_length=2000)] = None,
) -> ManualDataView:
    node = request.app.state.node
    kept = manual_data.file_name(name)
    async with node.database.session_of(actor) as before:  # no connection waits for a slow sender
        await manual_data.taker_of(before, node, incident_id)
    if int(request.headers.get("content-length") or 0) > (most := manual_data.most_bytes(node)):
        raise DataTooLarge(f"more than the {most} bytes that are taken")
    media_type = request.headers.get("content-type")
    given = manual_data.Given(
        name=kept,
        type=type,
        comment=comment,
        media_type=None if media_type in (None, "application/octet-stream") else media_type,
        sender=actor.user_id,
    )
    async with manual_data.received(node, kept, request.stream()) as file:
        return await manual_data.give(session, node, incident_id, file, given)
