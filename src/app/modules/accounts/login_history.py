"""The history of logins: who came in or tried to, how, from where."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.ids import new_id
from app.kernel.paging import page_of
from app.modules.accounts.people_models import LoginRecord

LoginOutcome = Literal["succeeded", "failed", "throttled", "refused"]
_LONGEST_AGENT = 300
# Who is throttled costs nothing and can go on as fast as the network takes it: the history must not grow at that speed.
THROTTLED_EVERY = timedelta(minutes=1)


async def record_login(
    session: AsyncSession,
    *,
    method: str,
    outcome: LoginOutcome,
    user_id: str | None,
    email: str | None = None,
    ip: str | None = None,
    user_agent: str | None = None,
) -> None:
    """Write one attempt down, in the session's transaction.

    ``method`` is the login method's name. ``email`` is what was typed when it is nobody's (``user_id`` is ``None``);
    only its SHA-256 is kept, because people type passwords into the wrong field. "refused" is right credentials of an
    account that may not come in.
    """
    email_sha256 = _digest(email) if user_id is None and email is not None else None
    session.add(
        LoginRecord(
            id=new_id("lgn"),
            user_id=user_id,
            method=method,
            email_sha256=email_sha256,
            ip=ip,
            user_agent=user_agent[:_LONGEST_AGENT] if user_agent else None,
            outcome=outcome,
        )
    )
    await session.flush()


async def lately_throttled(session: AsyncSession, *, user_id: str | None, email: str, ip: str) -> bool:
    """Say whether this minute's throttled attempt from ``ip`` is written down; others who ask wait for the answer."""
    whose = LoginRecord.user_id == user_id if user_id is not None else LoginRecord.email_sha256 == _digest(email)
    await session.execute(
        select(func.pg_advisory_xact_lock(func.hashtext(f"stormbell.accounts.throttled {email} {ip}")))
    )
    query = select(LoginRecord.id).where(
        whose,
        LoginRecord.ip == ip,
        LoginRecord.outcome == "throttled",
        LoginRecord.at > func.clock_timestamp() - THROTTLED_EVERY,
    )
    return await session.scalar(query.limit(1)) is not None


async def list_logins(
    session: AsyncSession, user_id: str, *, cursor: str | None, limit: int
) -> tuple[Sequence[LoginRecord], str | None]:
    """Return a page of a user's logins and failed attempts, newest first."""
    query = select(LoginRecord).where(LoginRecord.user_id == user_id)
    return await page_of(session, query, [LoginRecord.id], cursor=cursor, limit=limit)


async def forget_logins(session: AsyncSession, older_than: timedelta) -> None:
    """Delete the history beyond what is kept."""
    await session.execute(delete(LoginRecord).where(LoginRecord.at < func.now() - older_than))


def _digest(email: str) -> bytes:
    return hashlib.sha256(email.strip().lower().encode(errors="replace")).digest()
