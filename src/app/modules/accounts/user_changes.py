"""What administrators change about people; whatever narrows or opens a way in ends what is open, on every node.

Nobody changes somebody of a higher role, or gives one above their own; there is always an owner who can log in.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import clear_alarm
from app.kernel.belongings import become_service
from app.kernel.bus import hint, publish
from app.kernel.errors import Invalid, ProblemItem
from app.kernel.principal import Principal, Role
from app.modules.accounts.errors import AddressUnproven, EmailTaken, LastOwner, NotWaiting, RoleTooHigh, UserNotFound
from app.modules.accounts.events import AccountChanged
from app.modules.accounts.login_models import EmailCode
from app.modules.accounts.models import Token, User, UserSession
from app.modules.accounts.other_ways import OtherWays, settle_other_ways
from app.modules.accounts.passwords import hash_password, require_acceptable
from app.modules.accounts.standing import require_standing
from app.modules.accounts.users import TOPIC, create_user, get_user, normal_email, valid_name

WAITING_ALARM = "accounts.waiting"
_MOST_WORKFLOWS = 500


def require_may_change(actor: Principal, user: User) -> None:
    """Raise RoleTooHigh (403) when ``user`` has a higher role than ``actor``."""
    if Role[user.role.upper()] > actor.role:
        raise RoleTooHigh(f"{user.name} is {user.role}, you are {actor.role.label}; ask an owner")


def require_may_give(actor: Principal, role: Role) -> None:
    """Raise RoleTooHigh (403) for a role above the actor's own."""
    if role > actor.role:
        raise RoleTooHigh(f"You are {actor.role.label} and cannot make anybody {role.label}; ask an owner")


async def add_user(
    session: AsyncSession,
    actor: Principal,
    *,
    email: str,
    name: str,
    role: Role,
    password: str,
    allowed_workflows: Sequence[str] | None,
) -> User:
    """Add a person with a password. Announces account.created.

    Raises RoleTooHigh (403), Invalid, PasswordRejected (422), EmailTaken (409).
    """
    require_may_give(actor, role)
    user = await create_user(session, email, name, role, password)
    user.allowed_workflows = known_form(allowed_workflows)
    await require_standing(session, actor)  # who may let people in no longer lets nobody in who was on the way
    return user


async def change_role(session: AsyncSession, user_id: str, role: Role) -> User:
    """Give a user another role; their sessions and tokens end. Announces account.changed.

    Raises UserNotFound (404), LastOwner (409).
    """
    user = await locked_user(session, user_id)
    if role is not Role.OWNER:
        await require_another_owner(session, user)
    user.role = role.label
    await end_access(session, user.id)
    publish(session, AccountChanged(subject_id=user.id, name=user.name, change=f"is now {role.label}"))
    return user


async def disable(session: AsyncSession, user_id: str) -> User:
    """Shut a user out: sessions and tokens end, no login. Announces account.changed.

    Raises UserNotFound (404), LastOwner (409).
    """
    user = await locked_user(session, user_id)
    await require_another_owner(session, user)
    if user.disabled_at is None:
        user.disabled_at = await session.scalar(select(func.now()))
    await end_access(session, user.id)
    publish(session, AccountChanged(subject_id=user.id, name=user.name, change="was disabled"))
    return user


async def enable(session: AsyncSession, user_id: str) -> User:
    """Let a user in again, or for the first time. Announces account.changed. Raises UserNotFound (404)."""
    user = await locked_user(session, user_id)
    user.disabled_at = user.approval_wanted_at = None
    await session.flush()
    await settle_waiting(session)
    hint(session, TOPIC)
    publish(session, AccountChanged(subject_id=user.id, name=user.name, change="may log in"))
    return user


async def approve(session: AsyncSession, actor: Principal, user_id: str, role: Role, *, force: bool = False) -> User:
    """Let somebody who signed up in, with a role; with ``force`` also who has not shown to read their address.

    Announces account.changed. Raises UserNotFound (404), NotWaiting, AddressUnproven (409), RoleTooHigh (403).
    """
    require_may_give(actor, role)
    user = await locked_user(session, user_id)
    await require_standing(session, actor)
    if user.approval_wanted_at is None:
        raise NotWaiting(f"{user.name} did not sign up, or was let in already")
    if not force:
        _require_proven(user)
    user.role = role.label
    return await enable(session, user_id)


async def change_user(session: AsyncSession, actor: Principal, user_id: str, wanted: dict[str, Any]) -> User:
    """Change what ``wanted`` names: name, email, role, enabled, allowed_workflows. Announces account.changed.

    Another email, role or enabled ends the user's sessions and tokens. Raises UserNotFound (404), RoleTooHigh (403),
    LastOwner, EmailTaken, AddressUnproven (409), Invalid (422).
    """
    user = await locked_user(session, user_id)
    require_may_change(actor, user)
    await require_standing(session, actor)
    await become_service(session)  # sessions and tokens of others are not seen by who calls
    changes = []
    if (name := wanted.get("name")) is not None and (name := valid_name(name)) != user.name:
        changes.append(f"is called {name} now")
        user.name = name
    if (email := wanted.get("email")) is not None and await move_to(session, user, email):
        await end_access(session, user.id)
        changes.append("has another email address")
    if "allowed_workflows" in wanted and (names := known_form(wanted["allowed_workflows"])) != user.allowed_workflows:
        user.allowed_workflows = names
        changes.append("may start other workflows")
    if changes:
        await session.flush()
        hint(session, TOPIC)
        publish(session, AccountChanged(subject_id=user.id, actor=actor.user_id, name=user.name, change=changes[0]))
    if (label := wanted.get("role")) is not None and label != user.role:
        require_may_give(actor, Role[label.upper()])
        await change_role(session, user_id, Role[label.upper()])
    if (enabled := wanted.get("enabled")) is not None and enabled != (user.disabled_at is None):
        if enabled and user.approval_wanted_at is not None:
            _require_proven(user)
        await (enable if enabled else disable)(session, user_id)
    await session.flush()
    return user


async def set_password(
    session: AsyncSession, actor: Principal, user_id: str, password: str, other_ways: OtherWays | None = None
) -> None:
    """Give a user another password; sessions and tokens end, passkeys and linked accounts as ``other_ways`` says.

    Announces account.changed. Raises UserNotFound (404), RoleTooHigh (403), PasswordRejected (422), WaysInRemain (409).
    """
    user = await get_user(session, user_id)
    require_may_change(actor, user)
    require_acceptable(password, user.email)
    password_hash = await hash_password(password)
    user = await locked_user(session, user_id)
    require_may_change(actor, user)
    await require_standing(session, actor)
    await become_service(session)  # ways into others' accounts are not seen by who calls
    user.password_hash = password_hash
    await settle_other_ways(session, user.id, other_ways)
    await end_access(session, user.id)
    publish(
        session, AccountChanged(subject_id=user.id, actor=actor.user_id, name=user.name, change="has a new password")
    )


async def move_to(session: AsyncSession, user: User, email: str) -> bool:
    """Give a user another email address; say whether it is another one. Raises EmailTaken (409), Invalid (422)."""
    email = normal_email(email)
    if email == user.email:
        return False
    try:
        async with session.begin_nested():  # only this is undone when somebody else has the address
            user.email = email
    except IntegrityError as error:
        raise EmailTaken(email) from error
    return True


def known_form(names: Sequence[str] | None) -> list[str] | None:
    """Return an allow list of workflows as it is stored. Raises Invalid (422) for one that is too long."""
    if names is None:
        return None
    found = sorted(set(names))
    if len(found) > _MOST_WORKFLOWS:
        why = f"At most {_MOST_WORKFLOWS} workflows; leave the list out (null) to allow all of them"
        raise Invalid(why, errors=[ProblemItem(pointer="/body/allowed_workflows", message=why)])
    return found


async def end_access(session: AsyncSession, user_id: str) -> None:
    """End every session, token and code for a new password of a user whose row is locked, on every node.

    The session has to see them: it is the user's own, or the service's.
    """
    await session.execute(delete(UserSession).where(UserSession.user_id == user_id))
    await session.execute(
        update(Token).where(Token.user_id == user_id, Token.revoked_at.is_(None)).values(revoked_at=func.now())
    )
    await end_reset_codes(session, user_id)
    hint(session, TOPIC)


async def end_reset_codes(session: AsyncSession, user_id: str) -> None:
    """Make useless what was sent by mail to set a password with: another was set since, or access ended."""
    sent = (EmailCode.user_id == user_id, EmailCode.purpose == "reset", EmailCode.used_at.is_(None))
    await session.execute(update(EmailCode).where(*sent).values(used_at=func.now()))


async def locked_user(session: AsyncSession, user_id: str) -> User:
    """Return a user, locked, under the lock for all changes of roles. Raises UserNotFound (404)."""
    # One lock: two owners who demote each other at once would leave none.
    await session.flush()
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("stormbell.accounts.owner"))))
    # And the row's: a code sent by mail, a login and a new token hold that one alone.
    user = await session.get(User, user_id, populate_existing=True, with_for_update={"key_share": True})
    if user is None:
        raise UserNotFound(user_id)
    return user


async def require_another_owner(session: AsyncSession, user: User) -> None:
    """Raise LastOwner (409) when ``user`` is the only owner who can log in."""
    others = select(User.id).where(User.role == Role.OWNER.label, User.disabled_at.is_(None), User.id != user.id)
    if user.role == Role.OWNER.label and await session.scalar(others.limit(1)) is None:
        raise LastOwner("Make somebody else owner first")


async def settle_waiting(session: AsyncSession) -> None:
    """Clear the alarm about people who wait for an account once nobody does."""
    if await session.scalar(select(User.id).where(User.approval_wanted_at.is_not(None)).limit(1)) is None:
        await clear_alarm(session, WAITING_ALARM)


def _require_proven(user: User) -> None:
    if user.verified_email != user.email:
        raise AddressUnproven(f"{user.email} may be somebody else's address")
