"""``/nodes``, ``/sections``, ``/leaders``, ``/ping``, ``/deep-ping``."""

from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import PlainTextResponse

from app.kernel.paging import Cursor, Limit, Page
from app.kernel.principal import Actor
from app.kernel.web import SessionOf, api_router
from app.modules.nodes import deep_ping, listing, pausing, switches, tuning
from app.modules.nodes.schemas import (
    DeepPingView,
    LeadersView,
    NodeBootView,
    NodeLoopsView,
    NodeSettingChange,
    NodeSettingsView,
    RingView,
)
from app.modules.nodes.states import State

router = api_router("nodes")


@router.get("/nodes", operation_id="node_list")
async def list_nodes(
    session: SessionOf,
    state: Annotated[list[State], Query(description="Only boots in one of these states")] = [],  # noqa: B006 (FastAPI copies it)
    name: str | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[NodeBootView]:
    """List the boots of nodes, living and dead, newest first."""
    return await listing.list_nodes(session, states=state, name=name, cursor=cursor, limit=limit)


@router.get("/nodes/{node_id}", operation_id="node_get")
async def get_node(session: SessionOf, node_id: str) -> NodeBootView:
    """Return one boot, by its id or by the node's name when one living process has it."""
    return await listing.get_only(session, node_id)


@router.post("/nodes/{node_id}/pause", operation_id="node_pause", status_code=202)
async def pause_node(session: SessionOf, actor: Actor, node_id: str) -> NodeBootView:
    """Take nothing new; hand the sections over; paused once nothing runs. Running jobs are not interrupted."""
    return await pausing.pause(session, node_id, actor.user_id)


@router.post("/nodes/{node_id}/drain", operation_id="node_drain", status_code=202)
async def drain_node(session: SessionOf, actor: Actor, node_id: str) -> NodeBootView:
    """Take it out of service: as pause, with the reason drained once it is empty."""
    return await pausing.drain(session, node_id, actor.user_id)


@router.post("/nodes/{node_id}/resume", operation_id="node_resume", status_code=202)
async def resume_node(session: SessionOf, node_id: str) -> NodeBootView:
    """Take work and sections again."""
    return await pausing.resume(session, node_id)


@router.get("/nodes/{node_id}/loops", operation_id="node_loop_list")
async def list_loops(request: Request, session: SessionOf, node_id: str) -> NodeLoopsView:
    """List the background loops and roles of a node, with uptime, restarts and last error."""
    return await switches.loops(session, request.app.state.node, node_id)


@router.post("/nodes/{node_id}/loops/{loop}/stop", operation_id="node_loop_stop", status_code=202)
async def stop_loop(request: Request, session: SessionOf, actor: Actor, node_id: str, loop: str) -> NodeLoopsView:
    """Stop a loop (module.loop) or a role (role:worker) on a node; it stays stopped over restarts."""
    node = request.app.state.node
    return await switches.switch(session, node, node_id, loop, running=False, actor=actor.user_id)


@router.post("/nodes/{node_id}/loops/{loop}/start", operation_id="node_loop_start", status_code=202)
async def start_loop(request: Request, session: SessionOf, actor: Actor, node_id: str, loop: str) -> NodeLoopsView:
    """Start a loop or role again."""
    node = request.app.state.node
    return await switches.switch(session, node, node_id, loop, running=True, actor=actor.user_id)


@router.get("/nodes/{node_id}/settings", operation_id="node_setting_list")
async def list_settings(request: Request, session: SessionOf, node_id: str) -> NodeSettingsView:
    """List the settings of a node that can be changed while it runs."""
    return await tuning.list_settings(session, request.app.state.node, node_id)


@router.put("/nodes/{node_id}/settings/{name}", operation_id="node_setting_change", status_code=202)
async def change_setting(
    request: Request, session: SessionOf, actor: Actor, node_id: str, name: str, body: NodeSettingChange
) -> NodeSettingsView:
    """Change a setting of a node; it stays so over restarts."""
    return await tuning.change(session, request.app.state.node, node_id, name, body.value, actor.user_id)


@router.delete("/nodes/{node_id}/settings/{name}", operation_id="node_setting_reset", status_code=202)
async def reset_setting(
    request: Request, session: SessionOf, actor: Actor, node_id: str, name: str
) -> NodeSettingsView:
    """Let a setting be what the node was started with."""
    return await tuning.reset(session, request.app.state.node, node_id, name, actor.user_id)


@router.get("/sections", operation_id="section_list")
async def list_sections(session: SessionOf) -> RingView:
    """Return the ring of sections and who owns them."""
    return await listing.sections(session)


@router.get("/leaders", operation_id="leader_list")
async def list_leaders(session: SessionOf) -> LeadersView:
    """List who leads which role, and whose turn comes next."""
    return await listing.leaders(session)


@router.get("/ping", operation_id="ping_get", response_class=PlainTextResponse)
async def ping() -> str:
    """Say pong."""
    return "pong\n"


@router.get("/deep-ping", operation_id="deep_ping_get")
async def ping_deeply(request: Request, response: Response) -> DeepPingView:
    """Try what this node needs: database, clock, state, leader, disk, queue, each module. 503 with error."""
    answer = await deep_ping.deep_ping(request.app.state.node)
    if answer.status == "error":
        response.status_code = 503
    return answer
