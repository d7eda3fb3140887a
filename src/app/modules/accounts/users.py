"""Users: created, found, counted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import publish
from app.kernel.errors import Invalid, ProblemItem
from app.kernel.ids import new_id
from app.kernel.paging import page_of
from app.kernel.principal import PRINCIPALS_TOPIC, Role
from app.modules.accounts.errors import EmailTaken, SetupDone, UserNotFound
from app.modules.accounts.events import AccountCreated
from app.modules.accounts.models import User
from app.modules.accounts.passwords import hash_password, require_acceptable

TOPIC = PRINCIPALS_TOPIC
UserState = Literal["active", "disabled", "waiting"]
STATES: tuple[UserState, ...] = get_args(UserState)
_EMAIL = re.compile(r"[!-?A-~]{1,64}@[0-9a-zA-Z.-]{1,189}", re.ASCII)
_LIKE = re.compile(r"[%_/]")
_CONDITIONS: dict[UserState, tuple[ColumnElement[bool], ...]] = {
    "active": (User.disabled_at.is_(None),),
    "disabled": (User.disabled_at.is_not(None), User.approval_wanted_at.is_(None)),
    "waiting": (User.disabled_at.is_not(None), User.approval_wanted_at.is_not(None)),
}


@dataclass(frozen=True)
class UserTotals:
    """How many users there are."""

    total: int
    by_role: dict[str, int]
    by_state: dict[str, int]
    last_sign_up_at: datetime | None


async def create_user(session: AsyncSession, email: str, name: str, role: Role, password: str) -> User:
    """Create a user. Announces account.created.

    Raises Invalid (422), PasswordRejected (422), EmailTaken (409).
    """
    email, name = normal_email(email), valid_name(name)
    require_acceptable(password, email)
    return await insert_user(session, email, name, role, await hash_password(password))


async def create_owner(session: AsyncSession, email: str, name: str, password: str) -> User:
    """Create the first owner; of any number of concurrent calls one succeeds. Announces account.created.

    Raises SetupDone (409) when there is an owner, Invalid (422), PasswordRejected (422), EmailTaken (409).
    """
    email, name = normal_email(email), valid_name(name)
    require_acceptable(password, email)
    password_hash = await hash_password(password)  # before the lock, which others wait for
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("stormbell.accounts.owner"))))
    if await owner_exists(session):
        raise SetupDone("Log in as the owner, who can add users")
    return await insert_user(session, email, name, Role.OWNER, password_hash)


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


async def list_users(
    session: AsyncSession,
    *,
    search: str | None = None,
    role: str | None = None,
    state: UserState | None = None,
    cursor: str | None,
    limit: int,
) -> tuple[Sequence[User], str | None]:
    """Return a page of users, newest first: those whose name or email holds ``search``, with this role and state."""
    query = select(User)
    if search:
        wanted = f"%{_LIKE.sub(_escaped, search)}%"
        query = query.where(or_(User.name.ilike(wanted, escape="/"), User.email.ilike(wanted, escape="/")))
    if role is not None:
        query = query.where(User.role == role)
    if state is not None:
        query = query.where(*_CONDITIONS[state])
    return await page_of(session, query, [User.id], cursor=cursor, limit=limit)


async def totals(session: AsyncSession) -> UserTotals:
    """Return how many users there are, by role and state, and when the last of them came."""
    query = select(User.role, *[func.count().filter(*_CONDITIONS[state]) for state in STATES]).group_by(User.role)
    by_role: dict[str, int] = {}
    by_state: dict[str, int] = dict.fromkeys(STATES, 0)
    for role, *counts in await session.execute(query):
        by_role[role] = sum(counts)
        for state, count in zip(STATES, counts, strict=True):
            by_state[state] += count
    last = await session.scalar(select(func.max(User.created_at)))
    return UserTotals(sum(by_role.values()), by_role, by_state, last)


def normal_email(email: str) -> str:
    """Return the address as it is stored. Raises Invalid (422) for what cannot be one."""
    email = email.strip()
    if not _EMAIL.fullmatch(email):
        why = "An email address looks like name@example.org, in ASCII"
        raise Invalid(why, errors=[ProblemItem(pointer="/body/email", message=why)])
    return email.lower()


def valid_name(name: str) -> str:
    """Return the name as it is stored. Raises Invalid (422) for what cannot be one."""
    name = name.strip()
    if not (1 <= len(name) <= 100 and name.isprintable()):
        why = "A name has 1 to 100 printable characters"
        raise Invalid(why, errors=[ProblemItem(pointer="/body/name", message=why)])
    return name


async def insert_user(
    session: AsyncSession, email: str, name: str, role: Role, password_hash: str | None, **more: Any
) -> User:
    """Add a user whose values are checked already. Announces account.created. Raises EmailTaken (409)."""
    values = {"id": new_id("usr"), "email": email, "name": name, "role": role.label, "password_hash": password_hash}
    query = insert(User).values(**values, **more).on_conflict_do_nothing().returning(User)
    user: User | None = await session.scalar(query)
    if user is None:
        raise EmailTaken(email)
    publish(session, AccountCreated(subject_id=user.id, name=name, role=role.label))
    return user


def _escaped(found: re.Match[str]) -> str:
    return f"/{found[0]}"
