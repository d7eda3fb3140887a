"""The verbs on groups: made and ended by administrators, filled by them and by those who manage the group."""

from collections.abc import Sequence

from sqlalchemy import delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint
from app.kernel.ids import new_id
from app.kernel.paging import page_of
from app.kernel.principal import Principal, Role
from app.kernel.scoping import SHARES_TOPIC
from app.modules.accounts.errors import UserNotFound
from app.modules.accounts.group_errors import GroupNameTaken, GroupNotFound, NotYourGroup
from app.modules.accounts.group_models import Group, GroupMember, Share
from app.modules.accounts.group_schemas import GroupChange, GroupDetail, GroupMemberView, GroupView
from app.modules.accounts.models import User
from app.modules.accounts.users import TOPIC


async def list_groups(
    session: AsyncSession, actor: Principal, *, cursor: str | None, limit: int
) -> tuple[list[GroupView], str | None]:
    """Return a page of groups, newest first. Everybody sees their names, to share with them."""
    rows: list[Group]
    rows, following = await page_of(session, select(Group), [Group.id], cursor=cursor, limit=limit)
    return await _views(session, actor, rows), following


async def create_group(session: AsyncSession, actor: Principal, name: str, description: str) -> GroupDetail:
    """Make an empty group. Raises GroupNameTaken (409)."""
    await _require_free(session, name)
    group = Group(id=new_id("grp"), name=name, description=description)
    session.add(group)
    await session.flush()
    return await get_group(session, actor, group.id)


async def get_group(session: AsyncSession, actor: Principal, group_id: str) -> GroupDetail:
    """Return a group with its members, to members and administrators. Raises GroupNotFound (404)."""
    group = await _find(session, actor, group_id)
    (shown,) = await _views(session, actor, [group])
    rows = await session.execute(
        select(GroupMember, User.name)
        .join(User, User.id == GroupMember.user_id)
        .where(GroupMember.group_id == group_id)
        .order_by(User.name, User.id)
    )
    members = [
        GroupMemberView(user_id=m.user_id, name=name, manages=m.manages, added_at=m.added_at) for m, name in rows
    ]
    return GroupDetail(**shown.model_dump(), members=members)


async def change_group(session: AsyncSession, actor: Principal, group_id: str, change: GroupChange) -> GroupDetail:
    """Rename or describe a group. Raises GroupNotFound (404), NotYourGroup (403), GroupNameTaken (409)."""
    group = await _managed(session, actor, group_id)
    if change.name is not None and change.name != group.name:
        await _require_free(session, change.name, but=group_id)
        group.name = change.name
    if change.description is not None:
        group.description = change.description
    await session.flush()
    return await get_group(session, actor, group_id)


async def delete_group(session: AsyncSession, actor: Principal, group_id: str) -> None:
    """Delete a group and what was shared with it. Raises GroupNotFound (404)."""
    group = await _find(session, actor, group_id)
    # First, as whoever shares with it, fills it or grants it something has it locked against this.
    if await session.get(Group, group_id, with_for_update=True, populate_existing=True) is None:
        raise GroupNotFound(f"There is no group {group_id} that you are in")
    await session.execute(delete(Share).where(Share.subject_id == group_id))
    await session.delete(group)
    _tell(session)


async def set_member(
    session: AsyncSession, actor: Principal, group_id: str, user_id: str, *, manages: bool
) -> GroupDetail:
    """Put a user into a group, or change how they are in it.

    Raises GroupNotFound, UserNotFound (404), NotYourGroup (403).
    """
    await _managed(session, actor, group_id)
    # Locked until this is written: either may go in this moment.
    if await session.scalar(select(Group.id).where(Group.id == group_id).with_for_update(read=True)) is None:
        raise GroupNotFound(f"There is no group {group_id} that you are in")
    if await session.scalar(select(User.id).where(User.id == user_id).with_for_update(read=True)) is None:
        raise UserNotFound(user_id)
    values = {"group_id": group_id, "user_id": user_id, "manages": manages}
    await session.execute(
        insert(GroupMember)
        .values(values)
        .on_conflict_do_update(index_elements=["group_id", "user_id"], set_={"manages": manages})
    )
    _tell(session)
    return await get_group(session, actor, group_id)


async def remove_member(session: AsyncSession, actor: Principal, group_id: str, user_id: str) -> None:
    """Take a user out of a group; anybody may leave one. Raises GroupNotFound (404), NotYourGroup (403)."""
    if user_id == actor.user_id:
        await _find(session, actor, group_id)
    else:
        await _managed(session, actor, group_id)
    await session.execute(delete(GroupMember).where(GroupMember.group_id == group_id, GroupMember.user_id == user_id))
    _tell(session)


async def _find(session: AsyncSession, actor: Principal, group_id: str) -> Group:
    query = select(Group).where(Group.id == group_id)
    if actor.role < Role.ADMIN:
        query = query.where(
            exists().where(GroupMember.group_id == Group.id, GroupMember.user_id == actor.user_id).correlate(Group)
        )
    group = await session.scalar(query)
    if group is None:
        raise GroupNotFound(f"There is no group {group_id} that you are in")
    return group


async def _managed(session: AsyncSession, actor: Principal, group_id: str) -> Group:
    group = await _find(session, actor, group_id)
    if actor.role < Role.ADMIN:
        member = await session.get(GroupMember, (group_id, actor.user_id))
        if member is None or not member.manages:
            raise NotYourGroup(f"Ask somebody who manages {group.name}, or an administrator")
    return group


async def _require_free(session: AsyncSession, name: str, *, but: str | None = None) -> None:
    # One lock for names: the index would refuse the second of two at once with an error nobody can read.
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("stormbell.accounts.groups"))))
    taken = await session.scalar(select(Group.id).where(func.lower(Group.name) == func.lower(name)))
    if taken is not None and taken != but:
        raise GroupNameTaken(f"{taken} is called {name!r} already; choose another name")


async def _views(session: AsyncSession, actor: Principal, groups: Sequence[Group]) -> list[GroupView]:
    # How many are in a group everybody may know; who they are, row-level security keeps from others.
    mine = exists().where(GroupMember.group_id == Group.id, GroupMember.user_id == actor.user_id).correlate(Group)
    rows = await session.execute(
        select(Group.id, func.group_size(Group.id), mine).where(Group.id.in_([group.id for group in groups]))
    )
    known = {group_id: (count, is_mine) for group_id, count, is_mine in rows}
    return [
        GroupView(
            id=group.id,
            name=group.name,
            description=group.description,
            member_count=known.get(group.id, (0, False))[0],
            mine=known.get(group.id, (0, False))[1],
            created_at=group.created_at,
        )
        for group in groups
    ]


def _tell(session: AsyncSession) -> None:
    hint(session, TOPIC)
    hint(session, SHARES_TOPIC)
