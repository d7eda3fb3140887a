"""HTTP of workflows and incidents."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.kernel.paging import Cursor, Limit, Page
from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router
from app.modules import accounts
from app.modules.workflows import incidents, views
from app.modules.workflows.catalogue import catalogue_of
from app.modules.workflows.definitions import Catalogue, describe
from app.modules.workflows.errors import WorkflowNotFound
from app.modules.workflows.schemas import (
    DefinitionProblem,
    IncidentOpen,
    IncidentState,
    IncidentView,
    Reason,
    StageView,
    Timeline,
    WorkflowView,
)

router = api_router("incidents")

PERMISSIONS = {
    "workflow_list": Role.VIEWER,
    "incident_list": Role.VIEWER,
    "incident_get": Role.VIEWER,
    "incident_timeline": Role.VIEWER,
    "incident_open": Role.RUNNER,
    "incident_cancel": Role.RUNNER,
}


@router.get("/workflows", operation_id="workflow_list", summary="List workflows and broken definitions")
async def list_workflows(request: Request) -> Page[WorkflowView]:
    return Page(items=_workflows(catalogue_of(request.app.state.node)))


@router.get("/incidents", operation_id="incident_list", summary="List incidents, newest first")
async def list_incidents(
    session: SessionOf,
    state: Annotated[list[IncidentState], Query(description="Any of these states; none means all")] = [],  # noqa: B006
    workflow: str | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[IncidentView]:
    return await views.list_incidents(session, states=state, workflow=workflow, cursor=cursor, limit=limit)


@router.post("/incidents", operation_id="incident_open", status_code=201, summary="Open an incident by hand")
async def open_incident(
    body: IncidentOpen, request: Request, response: Response, session: SessionOf, actor: Actor
) -> IncidentView:
    definition = catalogue_of(request.app.state.node).find(body.workflow)
    if definition is None:
        raise WorkflowNotFound(f"There is no workflow {body.workflow!r} in use")
    await accounts.require_workflow(session, actor.user_id, body.workflow)
    stage = incidents.stage_of(definition, body.stage)
    incident = await incidents.open_incident(
        session, definition, name=body.name, owner_id=actor.user_id, key=body.key, exercise=body.exercise
    )
    await incidents.send(session, incident, stage, body.message, originator=actor.user_id)
    response.headers["Location"] = f"/api/v1/incidents/{incident.id}"
    return await views.view(session, incident.id)


@router.get("/incidents/{incident_id}", operation_id="incident_get", summary="Show an incident")
async def get_incident(incident_id: str, session: SessionOf) -> IncidentView:
    return await views.view(session, incident_id)


@router.get("/incidents/{incident_id}/timeline", operation_id="incident_timeline", summary="Show what happened when")
async def get_timeline(incident_id: str, session: SessionOf) -> Timeline:
    return await views.timeline(session, incident_id)


@router.post(
    "/incidents/{incident_id}/cancellation",
    operation_id="incident_cancel",
    status_code=202,
    summary="Cancel an incident with its jobs and simulations",
)
async def cancel_incident(incident_id: str, body: Reason, session: SessionOf, actor: Actor) -> IncidentView:
    await incidents.cancel(session, incident_id, reason=body.reason, actor=actor.name)
    return await views.view(session, incident_id)


def _workflows(catalogue: Catalogue) -> list[WorkflowView]:
    found = [
        WorkflowView(
            name=d.spec.name,
            title=d.spec.title,
            version=d.version,
            state="loaded",
            stages=[StageView(**s) for s in describe(d)],
            triggers=sorted({t.source for t in d.spec.triggers}),
            path=str(d.origin),
        )
        for d in catalogue.current.values()
    ]
    for problem in catalogue.broken.values():
        error = DefinitionProblem(file=problem.file, line=problem.line, message=problem.message)
        before = next((w for w in found if w.path == str(problem.origin)), None)
        if before is not None:
            before.state, before.error = "broken", error
            continue
        found.append(
            WorkflowView(
                name=problem.origin.stem,
                title=problem.origin.stem,
                version=None,
                state="broken",
                error=error,
                stages=[],
                triggers=[],
                path=str(problem.origin),
            )
        )
    return found
