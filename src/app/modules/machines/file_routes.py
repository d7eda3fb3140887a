"""Files and commands on machines over HTTP."""

from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse

from app.kernel.principal import Actor, Role
from app.kernel.web import api_router, own_record
from app.modules.machines import acting
from app.modules.machines.schemas import CommandEnded, CommandRun, DirectoryMake, FileList, FileMove, FileWritten, Path

PERMISSIONS = {
    "machine_file_list": Role.OPERATOR,
    "machine_file_get": Role.OPERATOR,
    "machine_file_put": Role.ADMIN,
    "machine_directory_make": Role.ADMIN,
    "machine_file_move": Role.ADMIN,
    "machine_file_copy": Role.ADMIN,
    "machine_file_remove": Role.ADMIN,
    "machine_command_run": Role.ADMIN,
}

router = api_router("machines")

PathOf = Annotated[Path, Query(description="On the machine; a relative one begins where a login there does")]
_BINARY = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}


@router.get("/machines/{machine_id}/files", operation_id="machine_file_list")
async def list_machine_files(request: Request, machine_id: str, path: PathOf = ".") -> FileList:
    """Return what a directory on a machine holds."""
    return await acting.list_files(request.app.state.node, machine_id, path)


@router.get(
    "/machines/{machine_id}/files/content",
    operation_id="machine_file_get",
    response_class=Response,
    responses={200: _BINARY},
)
async def get_machine_file(
    request: Request,
    actor: Actor,
    machine_id: str,
    path: PathOf,
    start: Annotated[int, Query(ge=0, description="From this byte on")] = 0,
    tail_bytes: Annotated[int | None, Query(ge=0, description="Only this many, from the end")] = None,
) -> Response:
    """Return a file's bytes, as a download that no browser runs."""
    size, content = await acting.open_file(
        request.app.state.node, machine_id, path, start=start, tail_bytes=tail_bytes, actor=actor
    )
    headers = {
        "Content-Length": str(size),
        "Content-Disposition": "attachment",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingResponse(content, headers=headers, media_type="application/octet-stream")


@router.put(
    "/machines/{machine_id}/files/content",
    operation_id="machine_file_put",
    openapi_extra={"requestBody": {"required": True, **_BINARY}},
)
@own_record
async def put_machine_file(request: Request, actor: Actor, machine_id: str, path: PathOf) -> FileWritten:
    """Write a file on a machine, replacing what was there; it appears whole."""
    return await acting.put_file(request.app.state.node, machine_id, path, request.stream(), actor=actor)


@router.delete("/machines/{machine_id}/files", operation_id="machine_file_remove", status_code=204)
@own_record
async def remove_machine_file(
    request: Request, actor: Actor, machine_id: str, path: PathOf, recursive: bool = False
) -> None:
    """Remove a file or an empty directory; with `recursive` what is in it."""
    await acting.remove_file(request.app.state.node, machine_id, path, recursive=recursive, actor=actor)


@router.post("/machines/{machine_id}/directories", operation_id="machine_directory_make", status_code=204)
@own_record
async def make_machine_directory(request: Request, actor: Actor, machine_id: str, wanted: DirectoryMake) -> None:
    """Make a directory on a machine, and those above it."""
    await acting.make_directory(request.app.state.node, machine_id, wanted.path, actor=actor)


@router.post("/machines/{machine_id}/files/move", operation_id="machine_file_move", status_code=204)
@own_record
async def move_machine_file(request: Request, actor: Actor, machine_id: str, wanted: FileMove) -> None:
    """Give a file or directory another path; nothing is replaced."""
    await acting.move_file(request.app.state.node, machine_id, wanted.source, wanted.target, actor=actor)


@router.post("/machines/{machine_id}/files/copy", operation_id="machine_file_copy", status_code=204)
@own_record
async def copy_machine_file(request: Request, actor: Actor, machine_id: str, wanted: FileMove) -> None:
    """Copy a file or directory on a machine; nothing is replaced."""
    await acting.copy_file(request.app.state.node, machine_id, wanted.source, wanted.target, actor=actor)


@router.post("/machines/{machine_id}/commands", operation_id="machine_command_run")
@own_record
async def run_machine_command(request: Request, actor: Actor, machine_id: str, wanted: CommandRun) -> CommandEnded:
    """Run a short command on a machine to its end; no shell reads its words."""
    return await acting.run_command(request.app.state.node, machine_id, wanted, actor=actor)
