"""``/storages/{id}/files``: files in a storage, read and written with the caller's grant."""

from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import Header, Query, Request, Response
from fastapi.responses import StreamingResponse

from app.kernel.paging import PRINTED, Limit, LongCursor, Page
from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router
from app.modules.data import storage_changes
from app.modules.data.ranges import parse_range
from app.modules.data.storage import ObjectStat
from app.modules.data.storage_files import etag_of, files_of, media_type_of
from app.modules.data.storage_schemas import FileChanges, ObjectStored, ObjectView

router = api_router("data")

PERMISSIONS = {
    "storage_file_list": Role.VIEWER,
    "storage_change_list": Role.VIEWER,
    "storage_file_get": Role.VIEWER,
    "storage_file_head": Role.VIEWER,
    "storage_file_put": Role.RUNNER,
    "storage_file_delete": Role.RUNNER,
}

_BYTES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}},
    206: {"description": "The range asked for"},
    304: {"description": "You have it already"},
}
_BODY = {
    "requestBody": {
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        "required": True,
    }
}
Cache = Annotated[Literal["on", "off"], Query(description="off: read it from the storage even if a fresh copy is here")]
Tag = Annotated[str | None, Header(max_length=500)]


@router.get("/storages/{storage_id}/files", operation_id="storage_file_list")
async def list_files(
    request: Request,
    actor: Actor,
    storage_id: str,
    prefix: Annotated[str, Query(max_length=3000, description="Only files below this directory")] = "",
    cursor: LongCursor = None,
    limit: Limit = 50,
) -> Page[ObjectView]:
    """List files in the order of their paths."""
    files = await files_of(request.app.state.node, storage_id, actor, operation="storage_file_list", path=prefix)
    return await files.list(prefix, cursor=cursor, limit=limit)


@router.get("/storages/{storage_id}/changes", operation_id="storage_change_list")
async def list_changes(
    session: SessionOf,
    request: Request,
    actor: Actor,
    storage_id: str,
    since: Annotated[
        str | None, Query(max_length=8000, pattern=PRINTED, description="`cursor` of the answer before")
    ] = None,
    prefix: Annotated[str, Query(max_length=3000, description="Only files below this directory")] = "",
    limit: Limit = 50,
) -> FileChanges:
    """List which files changed, came or went since a cursor; without one, which are there."""
    files = await files_of(request.app.state.node, storage_id, actor, operation="storage_change_list", path=prefix)
    return await storage_changes.list_changes(session, files, since=since, prefix=prefix, limit=limit)


@router.get(
    "/storages/{storage_id}/files/{path:path}",
    operation_id="storage_file_get",
    responses=_BYTES,
    response_class=Response,
)
async def read_file(request: Request, actor: Actor, storage_id: str, path: str, cache: Cache = "on") -> Response:
    """Return a file, or the Range of it asked for."""
    return await _answer(request, actor, storage_id, path, cached=cache == "on")


@router.head("/storages/{storage_id}/files/{path:path}", operation_id="storage_file_head", responses=_BYTES)
async def describe_file(request: Request, actor: Actor, storage_id: str, path: str) -> Response:
    """Return the headers a GET would."""
    return await _answer(request, actor, storage_id, path, cached=False)


@router.put(
    "/storages/{storage_id}/files/{path:path}",
    operation_id="storage_file_put",
    openapi_extra=_BODY,
    responses={201: {"description": "It is new", "model": ObjectStored}},
)
async def write_file(
    request: Request,
    actor: Actor,
    response: Response,
    storage_id: str,
    path: str,
    if_match: Tag = None,
    if_none_match: Tag = None,
) -> ObjectStored:
    """Store a file, replacing what was there; it is seen only once it is whole."""
    node = request.app.state.node
    files = await files_of(node, storage_id, actor, change=True, operation="storage_file_put", path=path)
    stored, new = await files.write(path, request.stream(), if_match=if_match, if_none_match=if_none_match)
    response.status_code = 201 if new else 200
    response.headers["ETag"] = stored.etag or ""
    return stored


@router.delete("/storages/{storage_id}/files/{path:path}", operation_id="storage_file_delete", status_code=204)
async def delete_file(request: Request, actor: Actor, storage_id: str, path: str, if_match: Tag = None) -> None:
    """Remove a file for good."""
    node = request.app.state.node
    files = await files_of(node, storage_id, actor, change=True, operation="storage_file_delete", path=path)
    await files.delete(path, if_match=if_match)


async def _answer(request: Request, actor: Actor, storage_id: str, path: str, *, cached: bool) -> Response:
    operation = "storage_file_head" if request.method == "HEAD" else "storage_file_get"
    files = await files_of(request.app.state.node, storage_id, actor, operation=operation, path=path)
    stat = await files.stat(path)
    headers = _headers(stat)
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")]
    if "*" in known or headers["ETag"] in known:  # compared weakly (RFC 9110, 13.1.2)
        return Response(status_code=304, headers=headers)
    wanted = None
    if request.headers.get("If-Range") in (None, headers["ETag"]):
        wanted = parse_range(request.headers.get("Range"), stat.bytes)
    start, end = wanted or (0, stat.bytes)
    headers["Content-Length"] = str(end - start)
    if wanted is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{stat.bytes}"
    status = 200 if wanted is None else 206
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers)
    return StreamingResponse(await files.read(stat, start, end, cached=cached), status, headers)


def _headers(stat: ObjectStat) -> dict[str, str]:
    name = quote(stat.path.rpartition("/")[2], safe="")
    return {
        # Whatever it calls itself: nothing of it runs, and browsers save it instead of showing it.
        "Content-Type": media_type_of(stat),
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "ETag": etag_of(stat),
        "Last-Modified": stat.modified_at.strftime("%a, %d %b %Y %H:%M:%S GMT"),
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
    }
