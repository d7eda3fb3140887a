"""Software of machines over HTTP."""

from typing import Annotated

from fastapi import Query, Request

from app.kernel.paging import Cursor, Limit, Page
from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router
from app.modules.machines import software, software_looking
from app.modules.machines.software_schemas import (
    SoftwareDeclare,
    SoftwareFound,
    SoftwareProbe,
    SoftwareState,
    SoftwareView,
)

PERMISSIONS = {
    "software_list": Role.VIEWER,
    # What is said here is done in everybody's runs: who may say it may run any command (machine_command_run).
    "software_declare": Role.ADMIN,
    "software_probe": Role.OPERATOR,
    "software_check": Role.OPERATOR,
    "software_remove": Role.OPERATOR,
}

router = api_router("machines")


@router.get("/machines/{machine_id}/software", operation_id="software_list")
async def list_software(
    session: SessionOf,
    machine_id: str,
    name: Annotated[str | None, Query(max_length=100)] = None,
    state: Annotated[list[SoftwareState] | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[SoftwareView]:
    """Return what is known to be on a machine, by name."""
    rows, following = await software.list_software(
        session, machine_id, name=name, state=state or (), cursor=cursor, limit=limit
    )
    return Page(items=[SoftwareView.model_validate(row) for row in rows], next_cursor=following)


@router.post("/machines/{machine_id}/software", operation_id="software_declare", status_code=201)
async def declare_software(session: SessionOf, actor: Actor, machine_id: str, wanted: SoftwareDeclare) -> SoftwareView:
    """Say that something is on a machine and how runs reach it, in place of what was known of that version."""
    return SoftwareView.model_validate(await software.declare(session, machine_id, wanted, actor=actor.user_id))


@router.post("/machines/{machine_id}/software/probe", operation_id="software_probe")
async def probe_software(request: Request, actor: Actor, machine_id: str, wanted: SoftwareProbe) -> SoftwareFound:
    """Ask a machine for its modules, and where the commands named are."""
    node = request.app.state.node
    return await software_looking.probe_software(node, machine_id, wanted, actor=actor.user_id)


@router.post("/machines/{machine_id}/software/{software_id}/check", operation_id="software_check")
async def check_software(request: Request, machine_id: str, software_id: str) -> SoftwareView:
    """Look whether software is there, as a run would reach it."""
    return SoftwareView.model_validate(await software_looking.check(request.app.state.node, machine_id, software_id))


@router.delete("/machines/{machine_id}/software/{software_id}", operation_id="software_remove", status_code=204)
async def remove_software(session: SessionOf, actor: Actor, machine_id: str, software_id: str) -> None:
    """Forget software; nothing is done on the machine."""
    await software.remove(session, machine_id, software_id, actor=actor.user_id)
