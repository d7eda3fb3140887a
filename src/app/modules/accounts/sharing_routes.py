"""HTTP: groups and shares."""

from typing import Annotated

from fastapi import Query, Response

from app.kernel.paging import Cursor, Limit, Page
from app.kernel.principal import Actor, Role
from app.kernel.web import SessionOf, api_router
from app.modules.accounts import groups, shares
from app.modules.accounts.group_schemas import GroupChange, GroupCreate, GroupDetail, GroupMemberSet, GroupView
from app.modules.accounts.share_schemas import Direction, ShareSet, ShareView

PERMISSIONS = {
    "group_list": Role.VIEWER,
    "group_create": Role.ADMIN,
    "group_get": Role.VIEWER,
    "group_change": Role.VIEWER,
    "group_delete": Role.ADMIN,
    "group_member_set": Role.VIEWER,
    "group_member_remove": Role.VIEWER,
    "share_list": Role.VIEWER,
    "share_set": Role.RUNNER,
    "share_remove": Role.RUNNER,
}

router = api_router("accounts")


@router.get("/groups", operation_id="group_list")
async def list_groups(session: SessionOf, actor: Actor, cursor: Cursor = None, limit: Limit = 50) -> Page[GroupView]:
    """List groups, newest first."""
    items, following = await groups.list_groups(session, actor, cursor=cursor, limit=limit)
    return Page(items=items, next_cursor=following)


@router.post("/groups", operation_id="group_create", status_code=201)
async def create_group(body: GroupCreate, session: SessionOf, actor: Actor, response: Response) -> GroupDetail:
    """Make an empty group."""
    group = await groups.create_group(session, actor, body.name, body.description)
    response.headers["Location"] = f"/api/v1/groups/{group.id}"
    return group


@router.get("/groups/{group_id}", operation_id="group_get")
async def get_group(group_id: str, session: SessionOf, actor: Actor) -> GroupDetail:
    """Show a group you are in, with its members; administrators see every group."""
    return await groups.get_group(session, actor, group_id)


@router.patch("/groups/{group_id}", operation_id="group_change")
async def change_group(group_id: str, body: GroupChange, session: SessionOf, actor: Actor) -> GroupDetail:
    """Rename or describe a group you manage."""
    return await groups.change_group(session, actor, group_id, body)


@router.delete("/groups/{group_id}", operation_id="group_delete", status_code=204)
async def delete_group(group_id: str, session: SessionOf, actor: Actor) -> None:
    """Delete a group; what was shared with it is shared with its members no longer."""
    await groups.delete_group(session, actor, group_id)


@router.put("/groups/{group_id}/members/{user_id}", operation_id="group_member_set")
async def set_member(
    group_id: str, user_id: str, body: GroupMemberSet, session: SessionOf, actor: Actor
) -> GroupDetail:
    """Put a user into a group you manage, or change how they are in it."""
    return await groups.set_member(session, actor, group_id, user_id, manages=body.manages)


@router.delete("/groups/{group_id}/members/{user_id}", operation_id="group_member_remove", status_code=204)
async def remove_member(group_id: str, user_id: str, session: SessionOf, actor: Actor) -> None:
    """Take a user out of a group you manage, or leave one."""
    await groups.remove_member(session, actor, group_id, user_id)


@router.get("/shares", operation_id="share_list")
async def list_shares(
    session: SessionOf,
    actor: Actor,
    object_id: Annotated[str | None, Query(description="Id of what is shared; without it, of everything")] = None,
    direction: Annotated[
        Direction | None, Query(description="by_me: what is yours; with_me: what others let you see")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ShareView]:
    """List what you share and what is shared with you, newest first, or with whom one thing of yours is shared.

    Operators are told of everybody's.
    """
    if object_id is not None:
        return Page(items=await shares.list_shares(session, actor, object_id))
    return await shares.list_all_shares(session, actor, direction, cursor=cursor, limit=limit)


@router.put("/shares/{object_id}/{subject_id}", operation_id="share_set")
async def set_share(object_id: str, subject_id: str, body: ShareSet, session: SessionOf, actor: Actor) -> ShareView:
    """Share something of yours with a user, a group or `everyone`, or change how far."""
    return await shares.share(session, actor, object_id, subject_id, body.level)


@router.delete("/shares/{object_id}/{subject_id}", operation_id="share_remove", status_code=204)
async def remove_share(object_id: str, subject_id: str, session: SessionOf, actor: Actor) -> None:
    """Take a share back."""
    await shares.unshare(session, actor, object_id, subject_id)
