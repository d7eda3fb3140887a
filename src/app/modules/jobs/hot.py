"""A raw asyncpg connection from the engine, kept for one hot loop's constant SQL."""

import contextlib
from typing import Any

import asyncpg
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.db import Database

# What asking a database that is not there, or goes away, raises. TimeoutError is an OSError.
UNREACHABLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError)


class HotConnection:
    """Opened when first used; thrown away after any error, so no run meets the doubtful state of another.

    One loop's only: an asyncpg connection does one thing at a time.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        # Kept although only the raw one is used: SQLAlchemy closes a connection nobody refers to.
        self._connection: AsyncConnection | None = None
        self._raw: asyncpg.Connection | None = None

    async def fetch(self, sql: str, *arguments: Any, timeout: float = 10.0) -> list[asyncpg.Record]:
        """Run one statement in a transaction of its own and return its rows."""
        try:
            if self._raw is None:
                self._raw = await self._open()
            rows: list[asyncpg.Record] = await self._raw.fetch(sql, *arguments, timeout=timeout)
        except BaseException:
            self.drop()
            raise
        return rows

    async def close(self) -> None:
        """Close the connection in good order."""
        raw = self._raw
        if raw is not None:
            with contextlib.suppress(*UNREACHABLE):
                await raw.close(timeout=2)
        self.drop()

    def drop(self) -> None:
        """Cut the connection."""
        if self._raw is not None:
            self._raw.terminate()
        self._raw = self._connection = None

    async def _open(self) -> asyncpg.Connection:
        self._connection = await self._database.engine.connect()
        raw: asyncpg.Connection = (await self._connection.get_raw_connection()).driver_connection
        # Out of the pool: its settings are not for requests, and requests may not be short of it.
        await self._connection.run_sync(lambda connection: connection.detach())
        # Statistics of a table that is empty now and has a million rows a minute later are never right: with them the
        # planner scans the table once per job of a batch (measured 4.8k against 8.7k stages/s).
        await raw.execute("SET enable_seqscan = off")
        return raw
