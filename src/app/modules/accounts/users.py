"""Users: created, given another role, disabled."""

import re
from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint, publish
from app.kernel.errors import Invalid, ProblemItem
from app.kernel.ids import new_id
from app.kernel.paging import page_of
from app.kernel.principal import Role
from app.modules.accounts.errors import EmailTaken, LastOwner, SetupDone, UserNotFound
from app.modules.accounts.events import AccountChanged, AccountCreated
from app.modules.accounts.models import User, UserSession
from app.modules.accounts.passwords import hash_password, require_acceptable

TOPIC = "accounts"  # clears what every node remembers of principals
_EMAIL = re.compile(r"[!-?A-~]{1,64}@[0-9a-zA-Z.-]{1,189}", re.ASCII)


async def create_user(session: AsyncSession, email: str, name: str, role: Role, password: str) -> User:
    """Create a user. Announces account.created.

    Raises Invalid (422), PasswordRejected (422), EmailTaken (409).
    """
    email, name = normal_email(email), _valid_name(name)
    require_acceptable(password, email)
    return await _insert(session, email, name, role, await hash_password(password))


async def create_owner(session: AsyncSession, email: str, name: str, password: str) -> User:
    """Create the first owner; of any number of concurrent calls one succeeds. Announces account.created.

    Raises SetupDone (409) when there is an owner, Invalid (422), PasswordRejected (422), EmailTaken (409).
    """
    email, name = normal_email(email), _valid_name(name)
    require_acceptable(password, email)
    password_hash = await hash_password(password)  # before the lock, which others wait for
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("stormbell.accounts.owner"))))
    if await owner_exists(session):
        raise SetupDone("Log in as the owner, who can add users")
    return await _insert(session, email, name, Role.OWNER, password_hash)


async def owner_exists(session: AsyncSession) -> bool:
    """Say whether the setup has been done."""
    return await session.scalar(select(User.id).where(User.role == Role.OWNER.label).limit(1)) is not None


async def get_user(session: AsyncSession, user_id: str) -> User:
    """Return the user. Raises UserNotFound (404)."""
    user = await session.get(User, user_id)
    if user is None:
        raise UserNotFound(user_id)
    return user


async def find_user(session: AsyncSession, email: str) -> User | None:
    """Return the user with this email address, in whatever case it is written."""
    try:
        email = normal_email(email)
    except Invalid:
        return None
    return await session.scalar(select(User).where(User.email == email))


async def list_users(session: AsyncSession, *, cursor: str | None, limit: int) -> tuple[Sequence[User], str | None]:
    """Return a page of users, newest first."""
    return await page_of(session, select(User), [User.id], cursor=cursor, limit=limit)


async def change_role(session: AsyncSession, user_id: str, role: Role) -> User:
    """Give a user another role and end their sessions. Announces account.changed.

    Raises UserNotFound (404), LastOwner (409).
    """
    user = await _locked(session, user_id)
    if role is not Role.OWNER:
        await _require_another_owner(session, user)
    user.role = role.label
    await _end_sessions(session, user)
    publish(session, AccountChanged(subject_id=user.id, name=user.name, change=f"is now {role.label}"))
    return user


async def disable(session: AsyncSession, user_id: str) -> User:
    """Shut a user out: sessions end, tokens stop working, no login. Announces account.changed.

    Raises UserNotFound (404), LastOwner (409).
    """
    user = await _locked(session, user_id)
    await _require_another_owner(session, user)
    user.disabled_at = await session.scalar(select(func.now()))
    await _end_sessions(session, user)
    publish(session, AccountChanged(subject_id=user.id, name=user.name, change="was disabled"))
    return user


def normal_email(email: str) -> str:
    """Return the address as it is stored. Raises Invalid (422) for what cannot be one."""
    email = email.strip()
    if not _EMAIL.fullmatch(email):
        why = "An email address looks like name@example.org, in ASCII"
        raise Invalid(why, errors=[ProblemItem(pointer="/body/email", message=why)])
    return email.lower()


def _valid_name(name: str) -> str:
    name = name.strip()
    if not (1 <= len(name) <= 100 and name.isprintable()):
        why = "A name has 1 to 100 printable characters"
        raise Invalid(why, errors=[ProblemItem(pointer="/body/name", message=why)])
    return name


async def _insert(session: AsyncSession, email: str, name: str, role: Role, password_hash: str) -> User:
    values = {"id": new_id("usr"), "email": email, "name": name, "role": role.label, "password_hash": password_hash}
    user: User | None = await session.scalar(insert(User).values(**values).on_conflict_do_nothing().returning(User))
    if user is None:
        raise EmailTaken(email)
    publish(session, AccountCreated(subject_id=user.id, name=name, role=role.label))
    return user


async def _locked(session: AsyncSession, user_id: str) -> User:
    # One lock for all changes of roles: two owners who demote each other at once would leave none.
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("stormbell.accounts.owner"))))
    user = await session.get(User, user_id, populate_existing=True)
    if user is None:
        raise UserNotFound(user_id)
    return user


async def _require_another_owner(session: AsyncSession, user: User) -> None:
    others = select(User.id).where(User.role == Role.OWNER.label, User.disabled_at.is_(None), User.id != user.id)
    if user.role == Role.OWNER.label and await session.scalar(others.limit(1)) is None:
        raise LastOwner("Make somebody else owner first")


async def _end_sessions(session: AsyncSession, user: User) -> None:
    await session.execute(delete(UserSession).where(UserSession.user_id == user.id))
    hint(session, TOPIC)
