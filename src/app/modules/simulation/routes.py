"""Simulations over HTTP."""

from typing import Annotated, Literal

from fastapi import Query, Request, Response
from sqlalchemy import select

from app.kernel.paging import Cursor, Limit, Page, page_of
from app.kernel.principal import Actor, Role
from app.kernel.web import Rehearsal, SessionOf, api_router
from app.modules import machines
from app.modules.simulation import application_routes, callback_routes, cancellation, submit_routes, wait_routes
from app.modules.simulation.bulk import SimulationFilter, Text, conditions
from app.modules.simulation.models import Simulation
from app.modules.simulation.schemas import SimulationState, SimulationView
from app.modules.simulation.service import get
from app.modules.simulation.views import view_of

router = api_router("simulations")

PERMISSIONS = {
    "simulation_list": Role.VIEWER,
    "simulation_get": Role.VIEWER,
    "simulation_output": Role.VIEWER,
    "simulation_cancel": Role.RUNNER,
    **application_routes.PERMISSIONS,
    **callback_routes.PERMISSIONS,
    **submit_routes.PERMISSIONS,
    **wait_routes.PERMISSIONS,
}


@router.get("/simulations", operation_id="simulation_list")
async def list_simulations(
    session: SessionOf,
    actor: Actor,
    incident_id: Text | None = None,
    state: Annotated[list[SimulationState] | None, Query()] = None,
    machine: Annotated[Text | None, Query(description="Name of the machine")] = None,
    application: Annotated[Text | None, Query(description="Name or id of the application")] = None,
    group_id: Text | None = None,
    name: Annotated[Text | None, Query(description="Part of the name")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[SimulationView]:
    """Return simulations, newest first."""
    wanted = SimulationFilter(
        state=state or [],
        machine=machine,
        incident_id=incident_id,
        application=application,
        group_id=group_id,
        name=name,
    )
    query = select(Simulation).where(*conditions(wanted))
    rows: list[Simulation]
    rows, following = await page_of(session, query, [Simulation.created_at, Simulation.id], cursor=cursor, limit=limit)
    return Page(items=[view_of(row, actor) for row in rows], next_cursor=following)


@router.get("/simulations/{simulation_id}", operation_id="simulation_get")
async def get_simulation(session: SessionOf, actor: Actor, simulation_id: str) -> SimulationView:
    """Return one simulation."""
    return view_of(await get(session, simulation_id), actor)


@router.post("/simulations/{simulation_id}/cancellation", operation_id="simulation_cancel", status_code=202)
async def cancel_simulation(
    session: SessionOf, actor: Actor, simulation_id: str, dry_run: Rehearsal = False
) -> SimulationView:
    """Cancel a simulation; it has ended once its state says so."""
    return view_of(await cancellation.cancel(session, simulation_id, dry_run=dry_run), actor)


@router.get(
    "/simulations/{simulation_id}/output",
    operation_id="simulation_output",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def read_output(
    session: SessionOf,
    request: Request,
    simulation_id: str,
    stream: Literal["stdout", "stderr"] = "stdout",
    tail_bytes: Annotated[int, Query(ge=1, le=4 * 1024**2, description="Most to return, from the end")] = 65536,
) -> Response:
    """Return the end of what the simulation's present attempt wrote."""
    row = await get(session, simulation_id)
    written = b""
    if row.machine_id is not None and row.marker is not None:
        node = request.app.state.node
        machine = await machines.get(session, row.machine_id)
        batch = await machines.batch_of(node, machine)
        transport = await machines.transport_of(node, machine)
        written = await transport.tail(batch.output_path(row.marker, stream), tail_bytes)
    return Response(
        written.decode(errors="replace"),
        media_type="text/plain; charset=utf-8",
        headers={"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"},
    )
