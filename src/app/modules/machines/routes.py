"""Machines over HTTP."""

from fastapi import Request

from app.kernel.node import Node
from app.kernel.paging import Page
from app.kernel.principal import Actor
from app.kernel.web import SessionOf, api_router
from app.modules.machines import service
from app.modules.machines.connections import batch_of
from app.modules.machines.models import Machine
from app.modules.machines.schemas import MachineChange, MachineView

router = api_router("machines")


@router.get("/machines", operation_id="machine_list")
async def list_machines(session: SessionOf, request: Request) -> Page[MachineView]:
    """Return every machine by name."""
    return Page(items=[await _view(request.app.state.node, m) for m in await service.list_all(session)])


@router.get("/machines/{machine_id}", operation_id="machine_get")
async def get_machine(session: SessionOf, request: Request, machine_id: str) -> MachineView:
    """Return one machine."""
    return await _view(request.app.state.node, await service.get(session, machine_id))


@router.patch("/machines/{machine_id}", operation_id="machine_change")
async def change_machine(
    session: SessionOf, request: Request, actor: Actor, machine_id: str, wanted: MachineChange
) -> MachineView:
    """Enable, disable, cordon or uncordon a machine."""
    machine = await service.change(session, machine_id, wanted, actor=actor.user_id)
    return await _view(request.app.state.node, machine)


async def _view(node: Node, machine: Machine) -> MachineView:
    view = MachineView.model_validate(machine)
    if machine.node_name != node.name:
        return view
    load = await (await batch_of(node, machine)).load()  # this host itself: known, not asked for
    return view.model_copy(
        update={
            "cores_used": load.cores_used,
            "queued_count": load.queued_count,
            "running_count": load.running_count,
        }
    )
