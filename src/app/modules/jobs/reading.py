"""A few connections for reading lists, whose planner walks the index a statement names and plans it once.

On an ordinary connection it plans anew for every page, over all indexes of all days (measured 6 ms of 7), or believes
that a kind has one job and sorts the 200,000 it has.
"""

import asyncio
from typing import TYPE_CHECKING, Any

import asyncpg

from app.kernel.db import DatabaseGone
from app.kernel.hot import UNREACHABLE, HotConnection
from app.kernel.scoping import Caller

if TYPE_CHECKING:
    from app.kernel.node import Node

_CONNECTIONS = 4
_SETTINGS = (
    "SET plan_cache_mode = force_generic_plan; SET enable_sort = off; SET enable_incremental_sort = off;"
    " SET enable_bitmapscan = off; SET default_transaction_read_only = on"
)


class _Reader(HotConnection):
    async def fetch_for(self, caller: Caller, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        """Run one statement in a transaction that sees what ``caller`` may see."""
        try:
            if self._raw is None or self._raw.is_closed():
                await self.fetch("SELECT")
            assert self._raw is not None
            async with asyncio.timeout(10):
                await self._raw.execute(f"BEGIN; {caller.sql}")
                rows: list[asyncpg.Record] = await self._raw.fetch(sql, *arguments)
                await self._raw.execute("COMMIT")
        except BaseException:
            self.drop()
            raise
        return rows

    async def _open(self) -> asyncpg.Connection:
        raw = await super()._open()
        await raw.execute(_SETTINGS)
        return raw


class Readers:
    """The connections of one node. Who comes when all are in use waits for its turn."""

    def __init__(self, node: "Node") -> None:
        self._node = node
        self._turns = asyncio.Semaphore(_CONNECTIONS)
        self._free: list[_Reader] = []

    async def fetch(self, sql: str, *arguments: Any, caller: Caller | None = None) -> list[asyncpg.Record]:
        """Run one constant statement and return its rows, for a ``caller`` as that one. Raises DatabaseGone (503)."""
        async with self._turns:
            reader = self._free.pop() if self._free else _Reader(self._node.database)
            try:
                if caller is None or caller.sees_all:
                    return await reader.fetch(sql, *arguments)
                return await reader.fetch_for(caller, sql, *arguments)
            except UNREACHABLE as error:
                raise DatabaseGone(f"{type(error).__name__}: {error}") from error
            finally:
                self._free.append(reader)

    async def close(self) -> None:
        """Close them."""
        while self._free:
            await self._free.pop().close()


def readers_of(node: "Node") -> Readers:
    """Return the node's connections for lists; they are opened as they are needed."""
    return node.part(Readers, Readers)


async def stop(node: "Node") -> None:
    """Close what was opened."""
    if (readers := node.part_with(Readers)) is not None:
        await readers.close()
