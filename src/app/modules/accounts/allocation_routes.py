"""HTTP: allocations."""

from typing import Any

from fastapi import Response

from app.kernel.paging import Cursor, Limit, Page
from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router
from app.modules.accounts import allocations
from app.modules.accounts.allocation_schemas import (
    AllocationChange,
    AllocationEntryView,
    AllocationGrant,
    AllocationView,
)
from app.modules.accounts.allocations import Resource

PERMISSIONS = {
    "allocation_list": Role.VIEWER,
    "allocation_get": Role.VIEWER,
    "allocation_entry_list": Role.VIEWER,
    "allocation_grant": Role.ADMIN,
    "allocation_change": Role.ADMIN,
    "allocation_revoke": Role.ADMIN,
}

router = api_router("accounts")


@router.get("/allocations", operation_id="allocation_list", response_model=Page[AllocationView])
async def list_allocations(
    session: SessionOf,
    actor: Actor,
    subject_id: str | None = None,
    resource: Resource | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """List what one and one's groups may use; administrators see everybody's."""
    rows, following = await allocations.list_allocations(
        session, actor, subject_id=subject_id, resource=resource, cursor=cursor, limit=limit
    )
    return {"items": rows, "next_cursor": following}


@router.post("/allocations", operation_id="allocation_grant", status_code=201, response_model=AllocationView)
async def grant_allocation(body: AllocationGrant, session: SessionOf, actor: Actor, response: Response) -> Any:
    """Grant somebody an amount, beside what they have."""
    row = await allocations.grant(session, actor, allocations.Grant(**body.model_dump()))
    response.headers["Location"] = f"/api/v1/allocations/{row.id}"
    return row


@router.get("/allocations/{allocation_id}", operation_id="allocation_get", response_model=AllocationView)
async def get_allocation(allocation_id: str, session: SessionOf, actor: Actor) -> Any:
    """Show an allocation and what is left of it."""
    return await allocations.get_allocation(session, actor, allocation_id)


@router.patch("/allocations/{allocation_id}", operation_id="allocation_change", response_model=AllocationView)
async def change_allocation(allocation_id: str, body: AllocationChange, session: SessionOf) -> Any:
    """Change the amount, the end or the note of an allocation."""
    return await allocations.change_allocation(session, allocation_id, body.model_dump(exclude_unset=True))


@router.delete("/allocations/{allocation_id}", operation_id="allocation_revoke", status_code=204)
async def revoke_allocation(allocation_id: str, session: SessionOf) -> None:
    """Take an allocation back of which nothing is reserved."""
    await allocations.revoke_allocation(session, allocation_id)


@router.get(
    "/allocations/{allocation_id}/entries",
    operation_id="allocation_entry_list",
    response_model=Page[AllocationEntryView],
)
async def list_entries(
    allocation_id: str, session: SessionOf, actor: Actor, cursor: Cursor = None, limit: Limit = 50
) -> dict[str, Any]:
    """List what used an allocation, newest first."""
    await allocations.get_allocation(session, actor, allocation_id)
    rows, following = await allocations.list_entries(session, allocation_id, cursor=cursor, limit=limit)
    return {"items": rows, "next_cursor": following}
