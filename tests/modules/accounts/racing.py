"""Requests caught on their way: what ends an account's ways in is written while they wait, and they see it or lose."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.node import Node
from app.kernel.principal import SYSTEM
from app.modules.accounts.user_changes import locked_user, set_password
from tests.modules.accounts.people import run_sql

STRONG = "a password nobody else has"
Change = Callable[[AsyncSession], Awaitable[Any]]
WAITS = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


async def somebody_waits(node: Node) -> None:
    """Return once a transaction waits for a lock."""
    async with asyncio.timeout(20):
        while not await run_sql(node, WAITS):
            pass


@asynccontextmanager
async def just_before(node: Node, change: Change) -> AsyncIterator[None]:
    """Let the block start a request while ``change`` is written and not committed; commit once the request waits."""
    async with node.database.transaction() as session:
        await change(session)
        await session.flush()
        yield
        await somebody_waits(node)


@asynccontextmanager
async def in_the_middle(node: Node, user_id: str, change: Change) -> AsyncIterator[None]:
    """Let the block start a request, which goes on until it needs the user; then ``change`` and commit."""
    async with node.database.transaction() as session:
        await locked_user(session, user_id)
        yield
        await somebody_waits(node)
        await change(session)


def reset(user_id: str) -> Change:
    """An administrator's reset of a password, which takes the other ways in away."""
    return lambda session: set_password(session, SYSTEM, user_id, STRONG, "remove")
