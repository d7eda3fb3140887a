"""Sweeps out what has expired."""

from datetime import timedelta

from sqlalchemy import delete, func

from app.kernel.loops import Loop
from app.kernel.node import Node
from app.modules.accounts.models import LoginThrottle, SetupToken, UserSession
from app.modules.accounts.settings import AccountsSettings

KEPT = timedelta(days=1)


async def sweep(node: Node) -> None:
    """Delete sessions that cannot be used any more, old counters of attempts, and setup tokens a day after expiry."""
    idle = timedelta(seconds=node.settings.of(AccountsSettings).session_idle_seconds)
    async with node.database.transaction() as session:
        await session.execute(delete(UserSession).where(UserSession.expires_at < func.now()))
        await session.execute(delete(UserSession).where(UserSession.last_seen_at < func.now() - idle))
        await session.execute(delete(LoginThrottle).where(LoginThrottle.last_at < func.now() - KEPT))
        await session.execute(delete(SetupToken).where(SetupToken.expires_at < func.now() - KEPT))


def loops(node: Node) -> list[Loop]:
    """Return the loops of this module."""

    async def run() -> None:
        await sweep(node)

    return [Loop("sweep", run, every_seconds=600)]
