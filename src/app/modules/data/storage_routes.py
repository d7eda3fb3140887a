"""``/storages``."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.kernel.paging import Cursor, Limit, Page
from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router, own_record
from app.modules.data import storage_checks, storage_health, storage_rows
from app.modules.data.storage_schemas import (
    StorageChange,
    StorageCheckView,
    StorageSubmit,
    StorageTried,
    StorageView,
)

router = api_router("data")

PERMISSIONS = {
    "storage_list": Role.VIEWER,
    "storage_get": Role.VIEWER,
    "storage_register": Role.RUNNER,
    "storage_try": Role.RUNNER,
    "storage_change": Role.RUNNER,
    "storage_remove": Role.RUNNER,
    "storage_test": Role.RUNNER,
    "storage_check_list": Role.VIEWER,
}


@router.get("/storages", operation_id="storage_list")
async def list_storages(
    session: SessionOf, request: Request, cursor: Cursor = None, limit: Limit = 50
) -> Page[StorageView]:
    """List storages, newest first."""
    return await storage_rows.list_storages(session, request.app.state.node, cursor=cursor, limit=limit)


@router.post("/storages", operation_id="storage_register", status_code=201)
async def register_storage(
    session: SessionOf, request: Request, actor: Actor, response: Response, wanted: StorageSubmit
) -> StorageView:
    """Register a storage; its settings are those of its driver (`GET /drivers`, kind `data.storage`)."""
    node = request.app.state.node
    row = await storage_rows.register_storage(session, node, wanted, actor)
    response.headers["Location"] = f"/api/v1/storages/{row.id}"
    return (await storage_rows.views(session, node, [row]))[0]


@router.post("/storages/try", operation_id="storage_try")
@own_record
async def try_storage(request: Request, actor: Actor, wanted: StorageSubmit) -> StorageTried:
    """Ask a storage whether it answers before it is registered; nothing is kept."""
    return await storage_health.try_storage(request.app.state.node, wanted, actor)


@router.get("/storages/{storage_id}", operation_id="storage_get")
async def get_storage(session: SessionOf, request: Request, storage_id: str) -> StorageView:
    """Return one storage."""
    row = await storage_rows.get_storage(session, storage_id)
    return (await storage_rows.views(session, request.app.state.node, [row]))[0]


@router.patch("/storages/{storage_id}", operation_id="storage_change")
async def change_storage(
    session: SessionOf, request: Request, actor: Actor, storage_id: str, change: StorageChange
) -> StorageView:
    """Rename a storage, switch it on or off, or give it other settings, another credential or other limits."""
    node = request.app.state.node
    row = await storage_rows.change_storage(session, node, storage_id, change, actor)
    return (await storage_rows.views(session, node, [row]))[0]


@router.delete("/storages/{storage_id}", operation_id="storage_remove", status_code=204)
async def remove_storage(session: SessionOf, request: Request, actor: Actor, storage_id: str) -> None:
    """Remove a storage no data set has a copy in. The files in it stay where they are."""
    await storage_rows.remove_storage(session, request.app.state.node, storage_id, actor)


@router.post("/storages/{storage_id}/test", operation_id="storage_test")
@own_record
async def test_storage(request: Request, actor: Actor, storage_id: str) -> StorageTried:
    """Ask a storage now whether it answers."""
    return await storage_health.test_storage(request.app.state.node, storage_id, actor)


@router.get("/storages/{storage_id}/checks", operation_id="storage_check_list")
async def list_checks(
    session: SessionOf,
    storage_id: str,
    failed: Annotated[bool, Query(description="Only those that were not answered")] = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[StorageCheckView]:
    """List how a storage answered in the last days, newest first."""
    return await storage_checks.list_checks(session, storage_id, failed=failed, cursor=cursor, limit=limit)
