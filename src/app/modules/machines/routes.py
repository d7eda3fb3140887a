"""Machines over HTTP."""

from datetime import timedelta
from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import Field

from app.kernel.node import Node
from app.kernel.paging import Page
from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router
from app.modules.machines import asking, history, host_keys, maintenance, registration, rows, setup_script
from app.modules.machines.connections import batch_of
from app.modules.machines.errors import MachineSettingsInvalid
from app.modules.machines.models import Machine
from app.modules.machines.queue_view import MachineQueue
from app.modules.machines.schemas import (
    DriverName,
    HostKeyTrust,
    HostKeyView,
    MachineChange,
    MachineRegister,
    MachineState,
    MachineView,
    MaintenancePlan,
    MaintenanceView,
    Name,
)
from app.modules.machines.setup_script import Address, MachineSetup, RunDirectory, SetupAsk

Text = Annotated[str, Field(min_length=1, max_length=100)]

PERMISSIONS = {
    "machine_list": Role.VIEWER,
    "machine_get": Role.VIEWER,
    "machine_register": Role.ADMIN,
    "machine_change": Role.OPERATOR,
    "machine_remove": Role.ADMIN,
    "machine_probe": Role.OPERATOR,
    "machine_queue_get": Role.OPERATOR,
    "machine_history_get": Role.VIEWER,
    "machine_setup_script": Role.OPERATOR,
    "machine_host_key_list": Role.OPERATOR,
    "machine_host_key_trust": Role.ADMIN,
    "machine_host_key_forget": Role.ADMIN,
    "machine_maintenance_list": Role.VIEWER,
    "machine_maintenance_plan": Role.OPERATOR,
    "machine_maintenance_call_off": Role.OPERATOR,
}

router = api_router("machines")


@router.get("/machines", operation_id="machine_list")
async def list_machines(
    session: SessionOf,
    request: Request,
    name: Annotated[Text | None, Query(description="Part of the name")] = None,
    driver: Text | None = None,
    transport: Text | None = None,
    state: Annotated[list[MachineState] | None, Query()] = None,
    enabled: bool | None = None,
    cordoned: bool | None = None,
) -> Page[MachineView]:
    """Return machines by name."""
    wanted = rows.MachineFilter(
        name=name, driver=driver, transport=transport, states=state or (), enabled=enabled, cordoned=cordoned
    )
    return Page(items=[await _view(request.app.state.node, m) for m in await rows.list_fitting(session, wanted)])


@router.post("/machines", operation_id="machine_register", status_code=201)
async def register_machine(
    session: SessionOf, request: Request, actor: Actor, response: Response, wanted: MachineRegister
) -> MachineView:
    """Take a machine into use; its settings are those of its drivers (`GET /drivers`). Then probe it."""
    machine = await registration.register(session, wanted, actor)
    response.headers["Location"] = f"/api/v1/machines/{machine.id}"
    return await _view(request.app.state.node, machine)


@router.get("/machines/setup-script", operation_id="machine_setup_script")
async def get_setup_script(
    session: SessionOf,
    actor: Actor,
    name: Name,
    credential_id: Annotated[
        str | None, Query(max_length=100, description="SSH key or authority to let in; left out, no key is added")
    ] = None,
    driver: Annotated[DriverName | None, Query(description="Its batch system, whose commands are looked for")] = None,
    run_directory: Annotated[RunDirectory | None, Query(description="Where runs have their directories")] = None,
    source_address: Annotated[
        list[Address] | None, Query(max_length=50, description="The key is good from these only; left out, from all")
    ] = None,
    is_jump: Annotated[bool, Query(description="It is on the way to other machines")] = False,
) -> MachineSetup:
    """Return a shell script that prepares an account for us: run it there, then register the machine."""
    wanted = SetupAsk(
        name=name,
        credential_id=credential_id,
        driver=driver,
        run_directory=run_directory,
        source_addresses=source_address or [],
        is_jump=is_jump,
    )
    return await setup_script.setup_script(session, wanted, actor=actor)


@router.get("/machines/{machine_id}", operation_id="machine_get")
async def get_machine(session: SessionOf, request: Request, machine_id: str) -> MachineView:
    """Return one machine."""
    return await _view(request.app.state.node, await rows.get(session, machine_id))


@router.patch("/machines/{machine_id}", operation_id="machine_change")
async def change_machine(
    session: SessionOf, request: Request, actor: Actor, machine_id: str, wanted: MachineChange
) -> MachineView:
    """Enable, disable, cordon or uncordon a machine; administrators also rename it or give it other settings."""
    machine = await registration.change(session, machine_id, wanted, actor=actor)
    return await _view(request.app.state.node, machine)


@router.delete("/machines/{machine_id}", operation_id="machine_remove", status_code=204)
async def remove_machine(session: SessionOf, request: Request, actor: Actor, machine_id: str) -> None:
    """Remove a machine nothing runs on; what ran there stays."""
    await registration.remove(request.app.state.node, session, machine_id, actor=actor)


@router.post("/machines/{machine_id}/probe", operation_id="machine_probe")
async def probe_machine(request: Request, machine_id: str) -> MachineView:
    """Look at a machine now: whether it answers, and what it has."""
    node = request.app.state.node
    return await _view(node, await asking.inspect(node, machine_id))


@router.get("/machines/{machine_id}/queue", operation_id="machine_queue_get")
async def get_machine_queue(request: Request, machine_id: str) -> MachineQueue:
    """Ask a machine's batch system for its partitions, nodes, limits and jobs, everybody's as far as shown to us."""
    return await asking.ask_queue(request.app.state.node, machine_id)


@router.get("/machines/{machine_id}/history", operation_id="machine_history_get")
async def get_machine_history(
    session: SessionOf,
    machine_id: str,
    span_seconds: Annotated[int, Query(ge=60, le=365 * 86400, description="How far back")] = 86400,
    points: Annotated[int, Query(ge=1, le=1000, description="Most to return")] = 240,
) -> history.MachineHistory:
    """Return how a machine was: whether it answered, how busy it was, and with how many runs of ours."""
    return await history.read(session, machine_id, timedelta(seconds=span_seconds), points)


@router.get("/machines/{machine_id}/host-keys", operation_id="machine_host_key_list")
async def list_machine_host_keys(session: SessionOf, machine_id: str) -> Page[HostKeyView]:
    """Return the host keys a machine showed, those trusted and those not."""
    keys = await host_keys.list_host_keys(session, machine_id)
    return Page(items=[HostKeyView.model_validate(key) for key in keys])


@router.post("/machines/{machine_id}/host-keys", operation_id="machine_host_key_trust")
async def trust_machine_host_key(
    session: SessionOf, actor: Actor, machine_id: str, wanted: HostKeyTrust
) -> Page[HostKeyView]:
    """Accept a host key from now on, in place of the one before it."""
    try:
        keys = await host_keys.trust(
            session,
            machine_id,
            fingerprint=wanted.fingerprint,
            public_key=wanted.public_key,
            actor=actor.user_id,
        )
    except ValueError as error:
        raise MachineSettingsInvalid(str(error)) from error
    return Page(items=[HostKeyView.model_validate(key) for key in keys])


@router.delete(
    "/machines/{machine_id}/host-keys/{host_key_id}", operation_id="machine_host_key_forget", status_code=204
)
async def forget_machine_host_key(session: SessionOf, actor: Actor, machine_id: str, host_key_id: str) -> None:
    """Trust a host key no more."""
    await host_keys.forget(session, machine_id, host_key_id, actor=actor.user_id)


@router.get("/machines/{machine_id}/maintenance", operation_id="machine_maintenance_list")
async def list_machine_maintenance(session: SessionOf, machine_id: str) -> Page[MaintenanceView]:
    """Return what maintenance is planned or going on."""
    windows = await maintenance.list_maintenance(session, machine_id)
    return Page(items=[MaintenanceView.model_validate(window) for window in windows])


@router.post("/machines/{machine_id}/maintenance", operation_id="machine_maintenance_plan", status_code=201)
async def plan_machine_maintenance(
    session: SessionOf, actor: Actor, machine_id: str, wanted: MaintenancePlan
) -> MaintenanceView:
    """Plan a time in which nothing new is sent to a machine, and its silence is no alarm."""
    return MaintenanceView.model_validate(await maintenance.plan(session, machine_id, wanted, actor=actor.user_id))


@router.delete(
    "/machines/{machine_id}/maintenance/{maintenance_id}",
    operation_id="machine_maintenance_call_off",
    status_code=204,
)
async def call_off_machine_maintenance(session: SessionOf, actor: Actor, machine_id: str, maintenance_id: str) -> None:
    """Take a maintenance back, or end the one that goes on."""
    await maintenance.call_off(session, machine_id, maintenance_id, actor=actor.user_id)


async def _view(node: Node, machine: Machine) -> MachineView:
    view = MachineView.model_validate(machine)
    if machine.node_name != node.name or machine.driver is None:
        return view
    load = await (await batch_of(node, machine)).load()  # this host itself: known, not asked for
    return view.model_copy(
        update={
            "cores_used": load.cores_used,
            "queued_count": load.queued_count,
            "running_count": load.running_count,
        }
    )
