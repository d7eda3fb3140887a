"""Whom something has to be shared with for a user to see it, for work done without a request."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.principal import EVERYONE
from app.modules.accounts.group_models import GroupMember


async def subjects_of(session: AsyncSession, user_id: str) -> tuple[str, ...]:
    """Return the user's id, those of the groups they are in, and that of everyone."""
    groups = await session.scalars(select(GroupMember.group_id).where(GroupMember.user_id == user_id))
    return (user_id, *sorted(groups), EVERYONE)
