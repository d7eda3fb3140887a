"""What is made for somebody while their account is deleted: by a request, or a job's attempt, that was under way then.

No request asks at its end whether its caller is still there. A job of the deletion looks again instead, at growing
distances, and gives what has appeared to who got the rest.
"""

import structlog
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.audit import note
from app.kernel.belongings import count_owned, hand_over
from app.kernel.node import Node
from app.kernel.principal import SYSTEM
from app.modules import jobs
from app.modules.accounts.models import User

log = structlog.get_logger(__name__)

KIND = "accounts.settle_leaver"
# A request ends within minutes; an attempt may take days.
LOOKS_SECONDS = (60.0, 600.0, 3_600.0, 21_600.0, 86_400.0, 604_800.0)


class Leaver(BaseModel):
    """Who is gone, who gets what they leave, and who deleted them."""

    user_id: str
    heir_id: str | None
    deleted_by: str
    look: int = 0


async def look_later(session: AsyncSession, leaver: Leaver) -> None:
    """Queue the next look, if there is one."""
    if leaver.look < len(LOOKS_SECONDS):
        key = f"{KIND}:{leaver.user_id}:{leaver.look}"
        await jobs.enqueue(session, KIND, leaver, delay_seconds=LOOKS_SECONDS[leaver.look], idempotency_key=key)


@jobs.kind(KIND, max_attempts=8, timeout_seconds=600.0, retry_seconds=60.0, longest_retry_seconds=3_600.0)
async def settle_leaver(attempt: jobs.Attempt, leaver: Leaver) -> None:
    """Look once."""
    await look(attempt.node, leaver)


async def look(node: Node, leaver: Leaver) -> None:
    """Give what somebody who is gone owns to their heir, and have it looked at again later.

    Where nobody inherits, or the heir is gone too, who deleted them gets it, else the first owner: what was private is
    not the house's, which everybody sees. Raises IntegrityError while who gets it has something of the same name.
    """
    async with node.database.transaction() as session:  # by itself: a look that fails does not take the others along
        await look_later(session, leaver.model_copy(update={"look": leaver.look + 1}))
    async with node.database.transaction() as session:
        owned = await count_owned(session, leaver.user_id)
        if not owned:
            return
        heir_id = await _heir_of(session, leaver)
        await hand_over(session, leaver.user_id, heir_id, records=leaver.heir_id is not None)
        data = {"heir_id": heir_id, "owned": owned, "late": True}
        note(session, "user.hand_over", object_id=leaver.user_id, actor=SYSTEM, data=data)
    log.warning("made while its owner was deleted", user=leaver.user_id, heir=heir_id, owned=owned)


async def _heir_of(session: AsyncSession, leaver: Leaver) -> str:
    standing = select(User.id).where(User.disabled_at.is_(None)).with_for_update(key_share=True)
    for name in (leaver.heir_id, leaver.deleted_by):
        if name is not None and (found := await session.scalar(standing.where(User.id == name))) is not None:
            return found
    owners = standing.where(User.role == "owner").order_by(User.created_at, User.id).limit(1)
    return (await session.scalars(owners)).one()
