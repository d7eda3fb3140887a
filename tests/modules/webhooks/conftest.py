"""People with webhooks, a receiver on loopback, and facts about incidents."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from receivers import Receiver
from sqlalchemy import text

from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.kernel.settings import Settings

Person = Callable[[str, Role], Awaitable[httpx.AsyncClient]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Defaults, with loopback admitted."""
    settings.kernel.egress.allow.append("127.0.0.1")
    return settings


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Somebody's server."""
    async with Receiver() as opened:
        yield opened


@pytest.fixture
async def person(app: FastAPI, node: Node) -> AsyncIterator[Person]:
    """Make a user and return a client that is them."""
    principals: dict[str, Principal] = {}

    async def authenticate(request: Request) -> Principal | None:
        return principals.get(request.headers.get("X-Test-Caller", ""))

    async with AsyncExitStack() as stack:

        async def make(name: str, role: Role) -> httpx.AsyncClient:
            node.authenticate = authenticate  # a start registers another
            user_id = f"usr_{name}"
            principals[name] = Principal(user_id, name, role)
            values: dict[str, Any] = {"id": user_id, "email": f"{name}@x.example", "name": name, "role": role.label}
            async with node.database.transaction() as session:
                sql = "INSERT INTO users (id, email, name, role) VALUES (:id, :email, :name, :role)"
                await session.execute(text(sql), values)
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
            headers = {"X-Test-Caller": name}
            client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=headers)
            return await stack.enter_async_context(client)

        yield make
