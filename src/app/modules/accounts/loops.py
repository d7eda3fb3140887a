"""Sweeps out what has expired."""

from datetime import timedelta

from sqlalchemy import delete, func

from app.kernel.loops import Loop
from app.kernel.node import Node
from app.modules.accounts.exports import forget_exports
from app.modules.accounts.login_history import forget_logins
from app.modules.accounts.login_models import EmailCode, LoginFlow
from app.modules.accounts.models import LoginThrottle, SetupToken, UserSession
from app.modules.accounts.settings import AccountsSettings
from app.modules.accounts.setup import DONE_TOPIC, forget_link

KEPT = timedelta(days=1)


async def sweep(node: Node) -> None:
    """Delete what has expired: sessions, counters of attempts, setup tokens, archives, the history of logins."""
    settings = node.settings.of(AccountsSettings)
    idle = timedelta(seconds=settings.session_idle_seconds)
    async with node.database.transaction() as session:
        await session.execute(delete(UserSession).where(UserSession.expires_at < func.now()))
        await session.execute(delete(UserSession).where(UserSession.last_seen_at < func.now() - idle))
        await session.execute(delete(LoginThrottle).where(LoginThrottle.last_at < func.now() - KEPT))
        await forget_exports(session)
        await forget_logins(session, timedelta(days=settings.login_history_days))
        await session.execute(delete(LoginFlow).where(LoginFlow.expires_at < func.now()))
        await session.execute(delete(EmailCode).where(EmailCode.expires_at < func.now() - KEPT))
        await session.execute(delete(SetupToken).where(SetupToken.expires_at < func.now() - KEPT))


def loops(node: Node) -> list[Loop]:
    """Return the loops of this module."""

    async def run() -> None:
        await sweep(node)

    async def forget() -> None:
        await forget_link(node)

    return [
        Loop("sweep", run, every_seconds=600, leisurely=True),
        Loop("setup", forget, every_seconds=3600, topics=(DONE_TOPIC,)),
    ]
