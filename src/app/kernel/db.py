"""The one engine, and sessions whose commit writes facts and gives hints."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import orjson
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import Session

from app.kernel import audit, events
from app.kernel.bus import Bus

# Connection settings of every session: a forgotten transaction may not pin the oldest snapshot for long (dead tuples
# behind a pinned xmin slow the queue a hundredfold), and a planner that trusts stale statistics may not JIT.
SERVER_SETTINGS = {
    "application_name": "stormbell",
    "timezone": "UTC",
    "jit": "off",
    "idle_in_transaction_session_timeout": "30s",
    "lock_timeout": "10s",
    "statement_timeout": "60s",
}


class DatabaseGone(ConnectionError):
    """No connection to the database can be made; the message is the operating system's or the server's."""


async def _connect(*arguments: Any, **options: Any) -> asyncpg.Connection:
    """Connect, telling "there is no server" apart from whatever else an OSError may mean to a caller."""
    try:
        return await asyncpg.connect(*arguments, **options)
    except (OSError, asyncpg.CannotConnectNowError, asyncpg.InvalidCatalogNameError) as error:
        raise DatabaseGone(str(error)) from error


class Database:
    """The engine of this process and the sessions made from it."""

    def __init__(self, url: str, bus: Bus, *, pool_size: int = 10) -> None:
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=5,
            pool_timeout=10,
            hide_parameters=True,  # a statement's values may be somebody's password hash; errors are logged
            json_serializer=lambda value: orjson.dumps(value).decode(),
            json_deserializer=orjson.loads,
            connect_args={"server_settings": SERVER_SETTINGS, "timeout": 10, "async_creator_fn": _connect},
        )
        self.bus = bus
        self.sessions = sessions_on(self.engine, bus)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Open a session, commit it at the end, roll it back when the block raises."""
        async with self.sessions() as session, session.begin():
            yield session

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """Open a plain connection in autocommit, for constant SQL on hot paths."""
        async with self.engine.connect() as connection:
            yield await connection.execution_options(isolation_level="AUTOCOMMIT")

    async def close(self) -> None:
        """Close every pooled connection."""
        await self.engine.dispose()


def sessions_on(bind: AsyncEngine | AsyncConnection, bus: Bus, **options: Any) -> async_sessionmaker[AsyncSession]:
    """Return a session factory whose commits write facts and give hints on ``bus``."""

    class EventfulSession(Session):
        """One class per bus: SQLAlchemy's hooks are per class."""

    audit.attach(EventfulSession)
    events.attach(EventfulSession, bus)
    return async_sessionmaker(bind, sync_session_class=EventfulSession, expire_on_commit=False, **options)
