"""HTTP of workflows: which there are, what they look like, whether they work."""

from fastapi import Request, Response

from app.kernel.paging import Page
from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router
from app.modules import accounts
from app.modules.workflows import exercises, graph, views
from app.modules.workflows.catalogue import catalogue_of
from app.modules.workflows.definitions import Definition
from app.modules.workflows.errors import WorkflowNotFound
from app.modules.workflows.graph import GraphView
from app.modules.workflows.graph_routes import GRAPH_RESPONSES, GraphFormat, graph_answer
from app.modules.workflows.schemas import IncidentView, WorkflowTest, WorkflowView
from app.modules.workflows.workflow_views import list_workflows as views_of

router = api_router("incidents")

PERMISSIONS = {
    "workflow_list": Role.VIEWER,
    "workflow_get": Role.VIEWER,
    "workflow_graph": Role.VIEWER,
    "workflow_test": Role.RUNNER,
}


@router.get("/workflows", operation_id="workflow_list", summary="List workflows and broken definitions")
async def list_workflows(request: Request) -> Page[WorkflowView]:
    return Page(items=views_of(catalogue_of(request.app.state.node)))


@router.get("/workflows/{name}", operation_id="workflow_get", summary="Show a workflow")
async def get_workflow(name: str, request: Request) -> WorkflowView:
    for view in views_of(catalogue_of(request.app.state.node)):
        if view.name == name:
            return view
    raise WorkflowNotFound(f"There is no workflow {name!r}")


@router.get(
    "/workflows/{name}/graph",
    operation_id="workflow_graph",
    summary="Show the graph its stages say they take",
    response_model=GraphView,
    responses=GRAPH_RESPONSES,
)
async def get_graph(name: str, request: Request, format: GraphFormat = "json", version: str | None = None) -> Response:  # noqa: A002
    return await graph_answer(graph.planned(_definition(request, name, version)), format)


@router.post(
    "/workflows/{name}/tests",
    operation_id="workflow_test",
    status_code=201,
    summary="Test a workflow by an exercise of it; the health board shows how it went",
)
async def run_test(
    name: str,
    request: Request,
    response: Response,
    session: SessionOf,
    actor: Actor,
    body: WorkflowTest = WorkflowTest(),  # noqa: B008 (nothing changes it)
) -> IncidentView:
    definition = _definition(request, name)
    await accounts.require_workflow(session, actor.user_id, name)
    incident = await exercises.test(session, definition, body, owner_id=actor.user_id)
    response.headers["Location"] = f"/api/v1/incidents/{incident.id}"
    return await views.view(session, incident.id)


def _definition(request: Request, name: str, version: str | None = None) -> Definition:
    definition = catalogue_of(request.app.state.node).find(name, version)
    if definition is None:
        raise WorkflowNotFound(f"There is no workflow {name!r}{f' {version}' if version else ''} in use")
    return definition
