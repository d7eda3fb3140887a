"""Whom something has to be shared with for a user to see it, for work done without a request."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.principal import EVERYONE, Principal, Role
from app.modules.accounts.group_models import GroupMember
from app.modules.accounts.models import User


async def subjects_of(session: AsyncSession, user_id: str) -> tuple[str, ...]:
    """Return the user's id, those of the groups they are in, and that of everyone."""
    groups = await session.scalars(select(GroupMember.group_id).where(GroupMember.user_id == user_id))
    return (user_id, *sorted(groups), EVERYONE)


async def find_principal(session: AsyncSession, user_id: str) -> Principal | None:
    """Return a user as they would be if they asked now; ``None`` when there is none, or they may not log in."""
    row = await session.get(User, user_id, populate_existing=True)
    if row is None or row.disabled_at is not None:
        return None
    groups = await session.scalars(select(GroupMember.group_id).where(GroupMember.user_id == user_id))
    return Principal(row.id, row.name, Role[row.role.upper()], group_ids=frozenset(groups))
