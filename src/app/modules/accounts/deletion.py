"""People who leave: what they own goes to a named heir, or they stay; nothing is lost with them."""

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.audit import note
from app.kernel.belongings import become_service, count_owned, hand_over
from app.kernel.bus import hint, publish
from app.kernel.errors import ProblemItem
from app.kernel.principal import Principal
from app.modules.accounts.allocation_models import Allocation
from app.modules.accounts.errors import HeirInvalid, OwnsThings
from app.modules.accounts.events import AccountDeleted
from app.modules.accounts.group_models import Share
from app.modules.accounts.late_belongings import Leaver, look_later
from app.modules.accounts.models import User
from app.modules.accounts.standing import require_standing
from app.modules.accounts.user_changes import (
    end_access,
    locked_user,
    require_another_owner,
    require_may_change,
    settle_waiting,
)
from app.modules.accounts.users import TOPIC


async def delete_user(session: AsyncSession, actor: Principal, user_id: str, heir_id: str | None) -> None:
    """Delete a user with all their logins; what they own becomes the heir's. Announces account.deleted.

    Raises UserNotFound (404), RoleTooHigh (403), LastOwner, OwnsThings (409), HeirInvalid (422).
    """
    user = await locked_user(session, user_id)
    require_may_change(actor, user)
    await require_standing(session, actor)
    await require_another_owner(session, user)
    heir = await _heir_of(session, user, heir_id) if heir_id is not None else None
    await become_service(session)
    if heir is not None:
        try:
            async with session.begin_nested():
                owned = await count_owned(session, user.id)
                await hand_over(session, user.id, heir.id)
                data = {"heir_id": heir.id, "owned": owned}
                note(session, "user.hand_over", object_id=user.id, actor=actor, data=data)
        except IntegrityError as error:
            raise _no_heir(f"{heir.name} has something of the same name; rename it first") from error
    elif owned := await count_owned(session, user.id):
        things = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in owned.items())
        raise OwnsThings(
            f"{user.name} owns {things}; name who gets them",
            errors=[ProblemItem(pointer=f"/{name}", message=f"{count} owned") for name, count in owned.items()],
        )
    await end_access(session, user.id)
    await erase(session, user.id)
    await settle_waiting(session)
    leaver = Leaver(user_id=user.id, heir_id=heir.id if heir is not None else None, deleted_by=actor.user_id)
    await look_later(session, leaver)  # requests and attempts of theirs that are under way still make things
    publish(session, AccountDeleted(subject_id=user.id, actor=actor.user_id, name=user.name))
    hint(session, TOPIC)


async def erase(session: AsyncSession, user_id: str) -> None:
    """Delete a user who owns nothing, and all that is theirs alone; the session is the service's."""
    await session.execute(delete(Allocation).where(Allocation.subject_kind == "user", Allocation.subject_id == user_id))
    await session.execute(delete(Share).where(Share.subject_id == user_id))
    await session.execute(delete(User).where(User.id == user_id))


async def _heir_of(session: AsyncSession, user: User, heir_id: str) -> User:
    heir = await session.get(User, heir_id, with_for_update={"key_share": True})
    if heir is None:
        raise _no_heir("There is no such person")
    if heir.id == user.id:
        raise _no_heir("Nobody inherits from themselves; name somebody else")
    if heir.disabled_at is not None:
        raise _no_heir(f"{heir.name} cannot log in; name somebody who can")
    return heir


def _no_heir(why: str) -> HeirInvalid:
    return HeirInvalid(why, errors=[ProblemItem(pointer="/heir", message=why)])
