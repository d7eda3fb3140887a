"""Sessions: opened at login, always with a new secret; listed and ended."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint
from app.kernel.ids import new_id
from app.kernel.paging import page_of
from app.modules.accounts.credentials import digest, new_secret
from app.modules.accounts.errors import SessionNotFound
from app.modules.accounts.models import User, UserSession
from app.modules.accounts.settings import AccountsSettings
from app.modules.accounts.users import TOPIC


async def open_session(
    session: AsyncSession,
    user: User,
    settings: AccountsSettings,
    *,
    ip: str,
    user_agent: str | None,
    method: str = "password",
) -> tuple[UserSession, str]:
    """Open a session for ``user`` and return it with its secret in the clear, for the cookie only."""
    raw = new_secret()
    row = UserSession(
        id=new_id("ses"),
        user_id=user.id,
        sha256=digest(raw),
        expires_at=func.now() + timedelta(seconds=settings.session_seconds),
        user_agent=user_agent[:300] if user_agent else None,
        ip=ip,
        method=method,
    )
    session.add(row)
    await session.flush()
    await session.refresh(row)
    return row, raw


async def get_session(session: AsyncSession, user_id: str, session_id: str) -> UserSession:
    """Return a session of this user. Raises SessionNotFound (404), for others' sessions too."""
    row = await session.get(UserSession, session_id)
    if row is None or row.user_id != user_id:
        raise SessionNotFound(session_id)
    return row


async def list_sessions(
    session: AsyncSession, user_id: str, settings: AccountsSettings, *, cursor: str | None, limit: int
) -> tuple[Sequence[UserSession], str | None]:
    """Return a page of this user's living sessions, newest first."""
    query = select(UserSession).where(
        UserSession.user_id == user_id,
        UserSession.expires_at > func.now(),
        UserSession.last_seen_at > func.now() - timedelta(seconds=settings.session_idle_seconds),
    )
    return await page_of(session, query, [UserSession.id], cursor=cursor, limit=limit)


async def end_session(session: AsyncSession, user_id: str, session_id: str) -> None:
    """End a session of this user, on every node. Raises SessionNotFound (404), for others' sessions too."""
    ended = delete(UserSession).where(UserSession.id == session_id, UserSession.user_id == user_id)
    if await session.scalar(ended.returning(UserSession.id)) is None:
        raise SessionNotFound(session_id)
    hint(session, TOPIC)


async def end_all_sessions(session: AsyncSession, user_id: str, *, but: str | None = None) -> None:
    """End every session of this user, on every node, except the one ``but`` names."""
    ended = delete(UserSession).where(UserSession.user_id == user_id)
    await session.execute(ended if but is None else ended.where(UserSession.id != but))
    hint(session, TOPIC)


async def end_session_of_secret(session: AsyncSession, raw: str) -> None:
    """End the session a cookie names, if there is one: a login replaces it."""
    await session.execute(delete(UserSession).where(UserSession.sha256 == digest(raw)))
    hint(session, TOPIC)
