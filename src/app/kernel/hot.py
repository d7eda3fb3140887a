"""A raw asyncpg connection out of the pool, kept for one loop's constant SQL."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

import asyncpg
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.db import Database

# What asking a database that is not there, or goes away, raises. TimeoutError is an OSError.
UNREACHABLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, SQLAlchemyError)


class HotConnection:
    """Opened when first used; thrown away after any error, so no run meets the doubtful state of another.

    One loop's only: an asyncpg connection does one thing at a time. ``settings`` are SET statements for it.
    """

    def __init__(self, database: Database, *, settings: Sequence[str] = ()) -> None:
        self._database = database
        self._settings = settings
        # Kept although only the raw one is used: SQLAlchemy closes a connection nobody refers to.
        self._connection: AsyncConnection | None = None
        self._raw: asyncpg.Connection | None = None

    async def fetch(self, sql: str, *arguments: Any, timeout: float = 10.0) -> list[asyncpg.Record]:
        """Run one statement in a transaction of its own and return its rows."""
        try:
            if self._raw is not None and self._raw.is_closed():
                self.drop()  # the server went away while nobody asked; another may be there by now
            async with asyncio.timeout(timeout):
                raw = self._raw or await self._open()
                rows: list[asyncpg.Record] = await raw.fetch(sql, *arguments)
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
        self._raw = raw  # from here on nobody else closes it, should a setting fail
        for setting in self._settings:
            await raw.execute(setting)
        return raw
