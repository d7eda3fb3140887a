"""Deeds to seal, and hands that tamper with them: the database's superuser, whom no trigger stops."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from app.kernel import audit
from app.kernel.node import Node
from tests.conftest import TestServer


@pytest.fixture
async def tamperer(server: TestServer, database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection that can do anything to the tables."""
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""), user="postgres")
    await connection.execute("SET session_replication_role = replica")
    yield connection
    await connection.close()


async def deeds(node: Node, count: int, action: str = "probe.done") -> None:
    """Write down ``count`` deeds, each in its own transaction."""
    for number in range(count):
        async with node.database.transaction() as session:
            audit.note(session, action, object_id=f"thing_{number}", actor="usr_x", data={"n": number, "share": 0.1})
