"""Codes sent by mail: each shows once, within the hour, that its reader has an address, or lets them set a password."""

from datetime import timedelta
from typing import Literal

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.audit import note
from app.kernel.belongings import become_service
from app.kernel.bus import publish
from app.kernel.node import Node
from app.modules.accounts.credentials import digest, is_secret, new_secret
from app.modules.accounts.events import AccountChanged
from app.modules.accounts.login_errors import CodeInvalid
from app.modules.accounts.login_models import EmailCode
from app.modules.accounts.models import User
from app.modules.accounts.other_ways import OtherWays, settle_other_ways
from app.modules.accounts.passwords import hash_password, require_acceptable
from app.modules.accounts.user_changes import end_access
from app.modules.accounts.users import find_user

CodePurpose = Literal["verify", "reset"]
MOST_CODES = 5  # that work at one time, for one purpose: a mailbox is not for others to fill


async def make_code(
    session: AsyncSession, email: str, purpose: CodePurpose, lifetime_seconds: int, *, sign_up_id: str | None = None
) -> tuple[str, str] | None:
    """Return the name of who has the address, and a code in the clear; ``None`` when nobody may be sent one.

    To reset there has to be a password: it does not become a way around the provider somebody logs in at. Who signed up
    and waits is sent one for ``sign_up_id``, the id that sign-up gave them, and then nobody else is.
    """
    found = await find_user(session, email)
    # Locked: who signs up after them with the address takes their place, and their codes'.
    lock = {"read": True, "key_share": True}
    user = await session.get(User, found.id, with_for_update=lock, populate_existing=True) if found else None
    if user is None or (purpose == "reset" and user.password_hash is None):
        return None
    waits = user.approval_wanted_at is not None and user.verified_email != user.email
    if user.disabled_at is not None if sign_up_id is None else user.id != sign_up_id or not waits:
        return None
    sent = select(func.count()).where(
        EmailCode.user_id == user.id, EmailCode.purpose == purpose, EmailCode.expires_at > func.now()
    )
    # Of sign-ups those count too that another took the place of: as many as one likes can be made.
    working = sent if sign_up_id is not None else sent.where(EmailCode.used_at.is_(None))
    if (await session.scalar(working) or 0) >= MOST_CODES:
        return None
    code = new_secret()
    session.add(
        EmailCode(
            sha256=digest(code),
            user_id=user.id,
            purpose=purpose,
            email=user.email,
            expires_at=func.now() + timedelta(seconds=lifetime_seconds),
        )
    )
    return user.name, code


async def verify_address(session: AsyncSession, code: str) -> User:
    """Note that somebody reads the address a code was sent to. Announces account.changed. Raises CodeInvalid (410)."""
    user = await _spend(session, code, "verify")
    user.verified_email = user.email
    publish(session, AccountChanged(subject_id=user.id, actor=user.id, name=user.name, change="verified the address"))
    note(session, "account.email_verified", object_id=user.id, actor=user.id)
    return user


async def reset_password(
    node: Node, session: AsyncSession, code: str, password: str, other_ways: OtherWays | None = None
) -> User:
    """Set a password with a code; sessions and tokens end, passkeys and linked accounts as ``other_ways`` says.

    Announces account.changed. Raises CodeInvalid (410), and PasswordRejected (422) and WaysInRemain (409), which leave
    the code as it is.
    """
    # Looked at before the password is hashed, so that strangers cannot make the server hash.
    async with node.database.transaction() as glance:
        email = await glance.scalar(select(EmailCode.email).where(*_usable(code, "reset")))
    if email is None:
        raise _invalid()
    require_acceptable(password, email)
    password_hash = await hash_password(password)
    await become_service(session)  # the request is nobody's, who sees no way in
    user = await _spend(session, code, "reset")
    if user.disabled_at is not None:
        raise _invalid()
    user.password_hash = password_hash
    user.verified_email = user.email
    await settle_other_ways(session, user.id, other_ways)
    await end_access(session, user.id)
    publish(session, AccountChanged(subject_id=user.id, actor=user.id, name=user.name, change="reset the password"))
    note(session, "account.password_reset", object_id=user.id, actor=user.id)
    return user


async def _spend(session: AsyncSession, code: str, purpose: CodePurpose) -> User:
    """Use a code, and with it every other of its purpose; return whose it was."""
    user_id = await session.scalar(select(EmailCode.user_id).where(*_usable(code, purpose)))
    if user_id is None:
        raise _invalid()
    # The user before the codes: two codes of one user at once would each hold what the other waits for.
    user = await session.get(User, user_id, with_for_update=True)
    if user is None:  # another sign-up took its place just now
        raise _invalid()
    spent = update(EmailCode).where(*_usable(code, purpose)).values(used_at=func.now()).returning(EmailCode.email)
    if await session.scalar(spent) != user.email:  # used by now, or sent to an address they no longer have
        raise _invalid()
    others = (EmailCode.user_id == user_id, EmailCode.purpose == purpose, EmailCode.used_at.is_(None))
    await session.execute(update(EmailCode).where(*others).values(used_at=func.now()))
    return user


def _usable(code: str, purpose: CodePurpose) -> tuple[ColumnElement[bool], ...]:
    return (
        EmailCode.sha256 == digest(code if is_secret(code) else ""),
        EmailCode.purpose == purpose,
        EmailCode.used_at.is_(None),
        EmailCode.expires_at > func.now(),
    )


def _invalid() -> CodeInvalid:
    return CodeInvalid("Ask for a new one; only the newest hour's work, and each once")
