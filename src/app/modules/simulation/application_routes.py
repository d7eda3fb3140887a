"""Applications over HTTP."""

from typing import Annotated

from fastapi import Query, Request

from app.kernel.paging import Cursor, Limit, Page
from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router, own_record
from app.modules.simulation import applications, asking
from app.modules.simulation.application_schemas import (
    ApplicationMake,
    ApplicationRun,
    ApplicationView,
    SimulationPlan,
    SimulationsMade,
)
from app.modules.simulation.views import view_of

PERMISSIONS = {
    "application_list": Role.VIEWER,
    "application_get": Role.VIEWER,
    # What is written here runs on the machines: who may write it may run any command (machine_command_run).
    "application_make": Role.ADMIN,
    "application_change": Role.ADMIN,
    "application_remove": Role.ADMIN,
    "application_run": Role.RUNNER,
    "application_preview": Role.RUNNER,
}

router = api_router("simulations")


@router.get("/applications", operation_id="application_list")
async def list_applications(
    session: SessionOf,
    name: Annotated[str | None, Query(max_length=100)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ApplicationView]:
    """Return applications, newest first."""
    rows, following = await applications.list_applications(session, name=name, cursor=cursor, limit=limit)
    return Page(items=[ApplicationView.model_validate(row) for row in rows], next_cursor=following)


@router.get("/applications/{application_id}", operation_id="application_get")
async def get_application(session: SessionOf, application_id: str) -> ApplicationView:
    """Return one application, with the schema of its parameters."""
    return ApplicationView.model_validate(await applications.get_application(session, application_id))


@router.post("/applications", operation_id="application_make", status_code=201)
async def make_application(session: SessionOf, actor: Actor, wanted: ApplicationMake) -> ApplicationView:
    """Write an application down; share it with those who are to run it."""
    return ApplicationView.model_validate(await applications.make_application(session, actor, wanted))


@router.put("/applications/{application_id}", operation_id="application_change")
async def change_application(session: SessionOf, application_id: str, wanted: ApplicationMake) -> ApplicationView:
    """Replace an application; simulations of it stay what they were."""
    return ApplicationView.model_validate(await applications.change_application(session, application_id, wanted))


@router.delete("/applications/{application_id}", operation_id="application_remove", status_code=204)
async def remove_application(session: SessionOf, application_id: str) -> None:
    """Remove an application; its simulations stay."""
    await applications.remove_application(session, application_id)


@router.post("/applications/{application_id}/runs", operation_id="application_run", status_code=201)
async def run_application(
    session: SessionOf, request: Request, actor: Actor, application_id: str, wanted: ApplicationRun
) -> SimulationsMade:
    """Ask for a run of an application, for several each on another machine, or for a race."""
    asked = await asking.of_application(session, application_id, wanted)
    rows, group_id, warnings = await asking.ask(session, request.app.state.node, actor, asked)
    made = [view_of(row, actor) for row in rows]
    return SimulationsMade(simulations=made, group_id=group_id, warnings=warnings)


@router.post("/applications/{application_id}/preview", operation_id="application_preview")
@own_record
async def preview_application(
    request: Request, actor: Actor, application_id: str, wanted: ApplicationRun
) -> SimulationPlan:
    """Say where a run would go, why there, what would be submitted and what it would cost; nothing is changed."""
    return await asking.plan(request.app.state.node, actor, wanted, application_id)
