"""Asking for simulations and deciding about them, over HTTP."""

from datetime import datetime
from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from app.kernel.paging import Page
from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router, own_record
from app.modules.simulation import asking, bulk, deciding, figure_routes, groups, refreshing
from app.modules.simulation.application_schemas import SimulationAsk, SimulationPlan, SimulationsMade
from app.modules.simulation.bulk import SimulationBulk, SimulationBulkDone
from app.modules.simulation.deciding import Resolution
from app.modules.simulation.following import Stream
from app.modules.simulation.groups import SimulationGroupView
from app.modules.simulation.output_routes import open_stream
from app.modules.simulation.schemas import SimulationState, SimulationView
from app.modules.simulation.views import view_of

PERMISSIONS = {
    # Any command on any machine, as running commands there is (machine_command_run). Others run applications.
    "simulation_submit": Role.ADMIN,
    "simulation_preview": Role.ADMIN,
    "simulation_release": Role.RUNNER,
    "simulation_rerun": Role.RUNNER,
    "simulation_refresh": Role.RUNNER,
    "simulation_resolve": Role.RUNNER,
    "simulation_cancel_many": Role.RUNNER,
    "simulation_state_list": Role.VIEWER,
    "simulation_output_stream": Role.VIEWER,
    "simulation_group_get": Role.VIEWER,
    **figure_routes.PERMISSIONS,
}

router = api_router("simulations")


class StateView(BaseModel):
    """A state a simulation was in."""

    model_config = ConfigDict(title="SimulationStateRecord", from_attributes=True)

    state: SimulationState
    at: datetime
    attempt: int
    machine: str | None
    native_state: str | None
    text: str | None


class SimulationResolve(BaseModel):
    """What became of a simulation in doubt, by who knows."""

    model_config = ConfigDict(extra="forbid")

    became: Resolution = Field(description="`repeat`: it is not there any more, and is to be run again")


@router.post("/simulations", operation_id="simulation_submit", status_code=201)
async def submit_simulation(
    session: SessionOf, request: Request, actor: Actor, wanted: SimulationAsk
) -> SimulationsMade:
    """Ask for a run of any command or script, for several each on another machine, or for a race."""
    rows, group_id, warnings = await asking.ask(session, request.app.state.node, actor, asking.of_command(wanted))
    made = [view_of(row, actor) for row in rows]
    return SimulationsMade(simulations=made, group_id=group_id, warnings=warnings)


@router.post("/simulations/preview", operation_id="simulation_preview")
@own_record
async def preview_simulation(request: Request, actor: Actor, wanted: SimulationAsk) -> SimulationPlan:
    """Say where a run would go, why there, what would be submitted and what it would cost; nothing is changed."""
    return await asking.plan(request.app.state.node, actor, wanted)


@router.post("/simulations/cancellations", operation_id="simulation_cancel_many")
async def cancel_simulations(session: SessionOf, wanted: SimulationBulk) -> SimulationBulkDone:
    """Cancel every simulation that fits a filter, has not ended and is yours to act on; up to 1000 at once."""
    return await bulk.cancel_many(session, wanted)


@router.post("/simulations/{simulation_id}/submission", operation_id="simulation_release", status_code=202)
async def release_simulation(session: SessionOf, actor: Actor, simulation_id: str) -> SimulationView:
    """Submit a simulation that was asked for with `hold`, as soon as it is prepared."""
    return view_of(await deciding.release(session, simulation_id), actor)


@router.post("/simulations/{simulation_id}/reruns", operation_id="simulation_rerun", status_code=201)
async def rerun_simulation(session: SessionOf, request: Request, actor: Actor, simulation_id: str) -> SimulationView:
    """Ask for the same run again, as a new simulation."""
    node = request.app.state.node
    return view_of(await deciding.rerun(session, node, actor, simulation_id), actor)


@router.post("/simulations/{simulation_id}/refresh", operation_id="simulation_refresh")
@own_record
async def refresh_simulation(request: Request, actor: Actor, simulation_id: str) -> SimulationView:
    """Ask the machine now how a simulation stands."""
    return view_of(await refreshing.refresh(request.app.state.node, actor, simulation_id), actor)


@router.post("/simulations/{simulation_id}/resolution", operation_id="simulation_resolve")
async def resolve_simulation(
    session: SessionOf, actor: Actor, simulation_id: str, wanted: SimulationResolve
) -> SimulationView:
    """Say what became of a simulation whose state is unknown."""
    return view_of(await deciding.resolve(session, actor, simulation_id, wanted.became), actor)


@router.get("/simulations/{simulation_id}/states", operation_id="simulation_state_list")
async def list_simulation_states(session: SessionOf, simulation_id: str) -> Page[StateView]:
    """Return every state a simulation was in and since when, oldest first."""
    rows = await deciding.list_states(session, simulation_id)
    return Page(items=[StateView.model_validate(row) for row in rows])


@router.get("/simulation-groups/{group_id}", operation_id="simulation_group_get")
async def get_simulation_group(session: SessionOf, actor: Actor, group_id: str) -> SimulationGroupView:
    """Return simulations that were asked for together; of a race, who won and what the others cost."""
    return await groups.get_group(session, group_id, actor)


@router.get(
    "/simulations/{simulation_id}/output/stream",
    operation_id="simulation_output_stream",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def stream_output(
    request: Request,
    actor: Actor,
    simulation_id: str,
    stream: Stream = "stdout",
    tail_bytes: Annotated[int, Query(ge=0, le=4 * 1024**2, description="Begin with this much of the end")] = 65536,
) -> StreamingResponse:
    """Return what the present attempt writes, as it is written (server-sent events), until it ends."""
    return await open_stream(request.app.state.node, request, actor, simulation_id, stream, tail_bytes)
