"""Logging in with a password: count the attempt (transaction), verify (none), record (the request's transaction)."""

from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import publish
from app.kernel.node import Node
from app.modules.accounts.errors import CredentialsInvalid
from app.modules.accounts.events import UNKNOWN_USER, LoggedIn, LoginFailed
from app.modules.accounts.models import User, UserSession
from app.modules.accounts.passwords import verify_password
from app.modules.accounts.sessions import end_session_of_secret, open_session
from app.modules.accounts.settings import AccountsSettings
from app.modules.accounts.throttle import count_attempt, forgive, is_news
from app.modules.accounts.users import find_user

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Client:
    """Where a login comes from, and the secret of the session its browser still has."""

    ip: str
    user_agent: str | None
    old_secret: str | None


async def log_in(
    node: Node, session: AsyncSession, email: str, password: str, client: Client
) -> tuple[User, UserSession, str]:
    """Open a session and return it with its secret; the session the browser had is ended.

    Unknown, disabled and wrong are one answer after one time. Announces account.logged_in or account.login_failed.
    Raises CredentialsInvalid (401), LoginThrottled (429).
    """
    email = email.strip().lower()
    async with node.database.transaction() as counting:
        await count_attempt(counting, email, client.ip)
        user = await find_user(counting, email)
    enabled = user if user is not None and user.disabled_at is None else None
    right, stronger_hash = await verify_password(password, enabled.password_hash if enabled else None)
    if enabled is None or not right:
        async with node.database.transaction() as failing:
            if await is_news(failing, email, client.ip):
                fact = LoginFailed(
                    subject_id=user.id if user else UNKNOWN_USER, name=user.name if user else None, ip=client.ip
                )
                publish(failing, fact)
        log.warning("login failed", user_id=user.id if user else None, ip=client.ip)
        raise CredentialsInvalid("Check both; after several failures the next attempt has to wait")
    user = await session.get_one(User, enabled.id, with_for_update={"key_share": True})
    if user.disabled_at is not None or user.password_hash != enabled.password_hash:
        raise CredentialsInvalid("The account changed just now")
    if stronger_hash is not None:
        user.password_hash = stronger_hash
    await forgive(session, email, client.ip)
    return user, *await start_session(node, session, user, client)


async def start_session(node: Node, session: AsyncSession, user: User, client: Client) -> tuple[UserSession, str]:
    """Open a session for somebody who has just proved who they are. Announces account.logged_in."""
    if client.old_secret is not None:
        await end_session_of_secret(session, client.old_secret)
    settings = node.settings.of(AccountsSettings)
    row, raw = await open_session(session, user, settings, ip=client.ip, user_agent=client.user_agent)
    publish(session, LoggedIn(subject_id=user.id, actor=user.id, name=user.name, ip=client.ip))
    return row, raw
