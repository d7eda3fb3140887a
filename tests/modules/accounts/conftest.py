"""The accounts room behind the guard, on a started node, and people in it."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from people import BASE, Browse, Statements, app_of
from sqlalchemy import event

from app.kernel.node import Node


@pytest.fixture
def app(node: Node) -> FastAPI:
    """The accounts routes behind the guard, and nothing else."""
    return app_of(node)


@pytest.fixture
async def browse(running_node: Node, app: FastAPI) -> AsyncIterator[Browse]:
    """Return a function that opens a client, as from ``ip``, with a cookie jar of its own."""
    opened: list[httpx.AsyncClient] = []

    def browse(ip: str = "127.0.0.1", base: str = BASE, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=app, client=(ip, 40000), raise_app_exceptions=False)
        opened.append(httpx.AsyncClient(transport=transport, base_url=f"{base}/api/v1", headers=headers))
        return opened[-1]

    yield browse
    for client in opened:
        await client.aclose()


@pytest.fixture
def statements(node: Node) -> Statements:
    """Every statement the node sends from now on."""
    seen = Statements()

    @event.listens_for(node.database.engine.sync_engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.sent.append(statement)

    return seen
