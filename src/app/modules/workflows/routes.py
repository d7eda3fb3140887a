"""HTTP of incidents: list, open, show."""

from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse

from app.kernel.instants import Instant
from app.kernel.paging import Cursor, Limit, Page
from app.kernel.principal import Actor, Role, actor_of
from app.kernel.web import SessionOf, api_router
from app.modules import accounts
from app.modules.workflows import archives, forecast, graph, incidents, message_log, views
from app.modules.workflows.areas import area_of
from app.modules.workflows.catalogue import catalogue_of
from app.modules.workflows.definitions import Definition
from app.modules.workflows.errors import WorkflowNotFound
from app.modules.workflows.forecast_schemas import ForecastView
from app.modules.workflows.graph import GraphView
from app.modules.workflows.graph_routes import GRAPH_RESPONSES, GraphFormat, graph_answer
from app.modules.workflows.schemas import IncidentOpen, IncidentState, IncidentView, MessageView, Timeline, Urgency

router = api_router("incidents")

PERMISSIONS = {
    "incident_list": Role.VIEWER,
    "incident_get": Role.VIEWER,
    "incident_timeline": Role.VIEWER,
    "incident_forecast": Role.VIEWER,
    "incident_graph": Role.VIEWER,
    "incident_message_list": Role.VIEWER,
    "incident_export": Role.VIEWER,
    "incident_open": Role.RUNNER,
}


@router.get("/incidents", operation_id="incident_list", summary="List incidents, newest first")
async def list_incidents(
    session: SessionOf,
    actor: Actor,
    state: Annotated[list[IncidentState], Query(description="Any of these states; none means all")] = [],  # noqa: B006
    workflow: str | None = None,
    name: Annotated[str | None, Query(max_length=300, description="A part of the name")] = None,
    owned: Annotated[bool | None, Query(description="true: only your own; false: only others' you may see")] = None,
    exercise: bool | None = None,
    urgency: Urgency | None = None,
    opened_after: Instant | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[IncidentView]:
    wanted = views.IncidentFilter(state, workflow, name, owned, exercise, urgency, opened_after)
    return await views.list_incidents(session, wanted, user_id=actor.user_id, cursor=cursor, limit=limit)


@router.post("/incidents", operation_id="incident_open", status_code=201, summary="Create an incident and start it")
async def open_incident(
    body: IncidentOpen, request: Request, response: Response, session: SessionOf, actor: Actor
) -> IncidentView:
    definition = _definition(request, body)
    await accounts.require_workflow(session, actor.user_id, body.workflow)
    stage = incidents.stage_of(definition, body.stage or next(iter(definition.spec.stages)))
    incident = await incidents.open_incident(
        session,
        definition,
        name=body.name,
        owner_id=actor.user_id,
        key=body.key,
        parameters=body.parameters,
        area=area_of(bbox=body.bbox, geometry=body.area),
        exercise=body.exercise,
        urgency=body.urgency,
        duration_seconds=body.duration_seconds,
        opening={"stage": stage.name, "message": incidents.check_message(stage, body.message)},
        activate=body.activate,
    )
    if body.activate:
        await incidents.start(session, incident, definition, originator=actor.user_id)
    response.headers["Location"] = f"/api/v1/incidents/{incident.id}"
    return await views.view(session, incident.id)


@router.get("/incidents/{incident_id}", operation_id="incident_get", summary="Show an incident")
async def get_incident(incident_id: str, session: SessionOf) -> IncidentView:
    return await views.view(session, incident_id)


@router.get("/incidents/{incident_id}/timeline", operation_id="incident_timeline", summary="Show what happened when")
async def get_timeline(incident_id: str, session: SessionOf) -> Timeline:
    return await views.timeline(session, incident_id)


@router.get("/incidents/{incident_id}/forecast", operation_id="incident_forecast", summary="Say by when it is complete")
async def get_forecast(incident_id: str, session: SessionOf) -> ForecastView:
    return await forecast.forecast(session, incident_id)


@router.get(
    "/incidents/{incident_id}/graph",
    operation_id="incident_graph",
    summary="Show the graph it took, with seconds per stage",
    response_model=GraphView,
    responses=GRAPH_RESPONSES,
)
async def get_graph(incident_id: str, session: SessionOf, format: GraphFormat = "json") -> Response:  # noqa: A002
    return await graph_answer(await graph.taken(session, incident_id), format)


@router.get(
    "/incidents/{incident_id}/messages",
    operation_id="incident_message_list",
    summary="List what was sent to its stages, newest first",
)
async def list_messages(
    incident_id: str, session: SessionOf, cursor: Cursor = None, limit: Limit = 50
) -> Page[MessageView]:
    return await message_log.list_messages(session, incident_id, cursor=cursor, limit=limit)


@router.get(
    "/incidents/{incident_id}/export",
    operation_id="incident_export",
    summary="Take a whole incident along: a zip of all that is known of it, its files and its definition",
    response_class=Response,
    responses={200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}},
)
async def export_incident(incident_id: str, request: Request) -> Response:
    node = request.app.state.node
    async with node.database.session_of(actor_of(request)) as session:
        contents = await archives.contents_of(session, node, incident_id)
    file = await archives.make(node, contents)  # holds no connection while it reads
    headers = {"Content-Disposition": f'attachment; filename="{incident_id}.zip"'}
    return StreamingResponse(archives.read_once(file), media_type="application/zip", headers=headers)


def _definition(request: Request, body: IncidentOpen) -> Definition:
    definition = catalogue_of(request.app.state.node).find(body.workflow, body.version)
    if definition is None:
        version = f" {body.version}" if body.version else ""
        raise WorkflowNotFound(f"There is no workflow {body.workflow!r}{version} in use")
    return definition
