"""A running node on a real port, and the rows nodes leave behind."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from fastapi import FastAPI
from observer_probe import listening
from sqlalchemy import text

from app.kernel.node import Node

Sql = Callable[..., Awaitable[list[tuple[object, ...]]]]


@pytest.fixture
async def url(app: FastAPI, running_node: Node, client: httpx.AsyncClient) -> AsyncIterator[str]:
    """The address of the running node. Name it before ``client``: a start registers an authenticator anew."""
    async with listening(app) as address:
        yield address


@pytest.fixture
def sql(node: Node) -> Sql:
    """Run a statement on the node's database: ``await sql("SELECT :n", n=1)``."""

    async def run(statement: str, **values: object) -> list[tuple[object, ...]]:
        async with asyncio.timeout(30), node.database.transaction() as session:
            result = await session.execute(text(statement), values)
            return [tuple(row) for row in result] if result.returns_rows else []

    return run
