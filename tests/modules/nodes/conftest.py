"""Nodes with nothing but this module, on one database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app.kernel import settings as settings_sources
from app.kernel.clock import Clock
from app.kernel.node import Node
from app.modules import nodes
from tests.conftest import share_compiled

MakeNode = Callable[..., Awaitable[Node]]

# Quick enough for tests, slow enough for two busy cores.
QUICK = {"nodes.heartbeat_seconds": 0.25, "nodes.misses": 3}


@pytest.fixture
async def make_node(database_url: str, tmp_path: Path) -> AsyncIterator[MakeNode]:
    """Make nodes on this test's database: ``await make_node("heron", **{"nodes.misses": 2})``."""
    made: list[Node] = []

    async def make(name: str, *, start: bool = True, clock: Clock | None = None, **flags: Any) -> Node:
        settings = settings_sources.load(
            {"nodes": nodes.NodeSettings},
            flags={"data_directory": str(tmp_path / name), "server.node_name": name, **QUICK, **flags},
            environ={},
            toml_paths=(),
        )
        node = share_compiled(Node(settings, (nodes.module,), database_url, clock=clock))
        made.append(node)
        if start:
            await node.start()
        return node

    yield make
    for node in made:
        await node.stop()


class Database:
    """Plain SQL beside the nodes, and waiting for what it should say."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection

    async def value(self, sql: str, *arguments: Any) -> Any:
        return await self.connection.fetchval(sql, *arguments)

    async def column(self, sql: str, *arguments: Any) -> list[Any]:
        return [row[0] for row in await self.connection.fetch(sql, *arguments)]

    async def until(self, sql: str, *arguments: Any, seconds: float = 30) -> None:
        """Return once ``sql`` gives true."""
        async with asyncio.timeout(seconds):
            while not await self.connection.fetchval(sql, *arguments):
                await asyncio.sleep(0.01)

    async def owned(self) -> dict[str, int]:
        """Return how many sections each boot owns."""
        rows = await self.connection.fetch("SELECT node_id, count(*) FROM node_sections GROUP BY 1")
        return {row[0]: row[1] for row in rows}

    async def history(self, boot_id: str) -> list[tuple[str | None, str, str | None]]:
        """Return the transitions of a boot."""
        sql = "SELECT old_state, new_state, reason FROM node_transitions WHERE node_id = $1 ORDER BY number"
        return [tuple(row) for row in await self.connection.fetch(sql, boot_id)]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The test's database, without a node."""
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    yield Database(connection)
    await connection.close()


async def until_open(node: Node, wanted: bool = True, seconds: float = 20) -> None:
    """Return once the node may claim, or may not."""
    async with asyncio.timeout(seconds):
        while nodes.presence_of(node).may_claim() is not wanted:
            await asyncio.sleep(0.002)
