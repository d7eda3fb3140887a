"""The one engine, and sessions whose commit writes facts and gives hints.

Connections are of the role ``stormbell_service``. A session made for a caller is of ``stormbell_app`` in each of its
transactions, which say who calls in the message that begins them: it costs no round trip.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import orjson
from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import Session

from app.kernel import audit, events, scoping
from app.kernel.bus import Bus
from app.kernel.principal import Principal
from app.kernel.roles import SERVICE

# Connection settings of every session: a forgotten transaction may not pin the oldest snapshot for long (dead tuples
# behind a pinned xmin slow the queue a hundredfold), and a planner that trusts stale statistics may not JIT.
SERVER_SETTINGS = {
    "application_name": "stormbell",
    "role": SERVICE,
    "timezone": "UTC",
    "jit": "off",
    "idle_in_transaction_session_timeout": "30s",
    "lock_timeout": "10s",
    "statement_timeout": "60s",
}


class DatabaseGone(ConnectionError):
    """No connection to the database can be made; the message is the operating system's or the server's."""


_GONE = (ConnectionError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError)


def is_gone(error: BaseException | None) -> bool:
    """Say whether an error only says that the database went away, as it does when it is restarted or killed."""
    while error is not None:
        if isinstance(error, _GONE) or (isinstance(error, DBAPIError) and error.connection_invalidated):
            return True
        error = error.__cause__ or (error.orig if isinstance(error, DBAPIError) else None)
    return False


class _Connection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg has no types
    """A connection whose next BEGIN says more, in the same message."""

    preamble: str | None = None

    async def execute(self, query: str, *args: Any, timeout: float | None = None) -> str:
        """Run a query, as asyncpg does."""
        if self.preamble is not None and query.startswith("BEGIN"):
            query, self.preamble = f"{query} {self.preamble}", None
        status: str = await super().execute(query, *args, timeout=timeout)
        return status


async def _connect(*arguments: Any, **options: Any) -> asyncpg.Connection:
    """Connect, telling "there is no server" apart from whatever else an OSError may mean to a caller."""
    try:
        return await asyncpg.connect(*arguments, connection_class=_Connection, **options)
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
            json_serializer=_json_text,
            json_deserializer=orjson.loads,
            connect_args={"server_settings": SERVER_SETTINGS, "timeout": 10, "async_creator_fn": _connect},
        )
        event.listen(self.engine.sync_engine, "reset", _forget_preamble)
        self.bus = bus
        self.sessions = sessions_on(self.engine, bus)
        # With whom what callers make is shared from the first; None: it is private.
        self.share_new_with: str | None = None

    def session_of(self, caller: Principal | None) -> AsyncSession:
        """Return a session that sees what ``caller`` may see; nobody (``None``) sees no object that has an owner."""
        info: dict[str, object] = {scoping.CALLER: scoping.Caller.of(caller)}
        if self.share_new_with is not None and caller is not None:
            info[scoping.SHARE_NEW_WITH] = self.share_new_with
        return self.sessions(info=info)

    @asynccontextmanager
    async def transaction(self, caller: Principal | None = None) -> AsyncIterator[AsyncSession]:
        """Open a session, commit it at the end, roll it back when the block raises.

        Without a caller it is the server's own and sees everything.
        """
        async with self.sessions() if caller is None else self.session_of(caller) as session, session.begin():
            yield session

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """Open a plain connection in autocommit, for constant SQL on hot paths."""
        async with self.engine.connect() as connection:
            yield await connection.execution_options(isolation_level="AUTOCOMMIT")

    async def close(self) -> None:
        """Close every pooled connection."""
        await self.engine.dispose()


def _json_text(value: Any) -> str:
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # an integer of more than 64 bits, which jsonb takes
        return json.dumps(value, allow_nan=False)


class _EventfulSession(Session):
    """What hooks are on. One class for all engines: SQLAlchemy keeps what it was told of a class for ever."""


def sessions_on(
    bind: AsyncEngine | AsyncConnection, bus: Bus, *, filtered: bool = True, **options: Any
) -> async_sessionmaker[AsyncSession]:
    """Return a session factory whose commits write facts and give hints on ``bus``.

    Not ``filtered``, a caller's session shows what the database alone lets it see; a test of that wall asks for it.
    """
    info = {events.BUS: bus, scoping.FILTERED: filtered}
    return async_sessionmaker(bind, sync_session_class=_EventfulSession, expire_on_commit=False, info=info, **options)


def _say_who_calls(session: Session, _transaction: object, connection: Connection) -> None:
    """Have the transaction that begins now become the caller's, if the session is a caller's."""
    caller: scoping.Caller | None = session.info.get(scoping.CALLER)
    raw = connection.connection.driver_connection
    assert isinstance(raw, _Connection)
    if not raw.is_in_transaction():
        raw.preamble = None if caller is None else caller.sql
    elif caller is not None:  # it joins one that others began
        connection.exec_driver_sql(caller.sql)


def _forget_preamble(connection: DBAPIConnection, *_: object) -> None:
    """Leave nothing of a transaction that never began to whoever has the connection next."""
    raw = getattr(connection, "driver_connection", None)
    if isinstance(raw, _Connection):
        raw.preamble = None


audit.attach(_EventfulSession)
events.attach(_EventfulSession)
scoping.attach(_EventfulSession)
event.listen(_EventfulSession, "after_begin", _say_who_calls)
