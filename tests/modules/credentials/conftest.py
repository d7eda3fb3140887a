"""A house with loopback admitted, and people who call it."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from fastapi import FastAPI, Request
from sqlalchemy import text
from token_service import TokenService, serving

from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.kernel.settings import Settings

As = Callable[..., httpx.AsyncClient]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Defaults, with loopback admitted."""
    settings.kernel.egress.allow.append("127.0.0.1")
    return settings


@pytest.fixture
async def as_(running_node: Node, app: FastAPI) -> AsyncIterator[As]:
    """Return a function that opens a client for a user: ``as_("ada", Role.RUNNER)``."""
    opened: list[httpx.AsyncClient] = []
    known: dict[str, Principal] = {}

    async def authenticate(request: Request) -> Principal | None:
        return known.get(request.headers.get("X-Test-Caller", ""))

    running_node.authenticate = authenticate

    def as_(name: str, role: Role = Role.RUNNER) -> httpx.AsyncClient:
        known[name] = Principal(user_id=f"usr_{name}", name=name, role=role)
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        base, headers = "http://127.0.0.1:8000/api/v1", {"X-Test-Caller": name}
        opened.append(httpx.AsyncClient(transport=transport, base_url=base, headers=headers))
        return opened[-1]

    yield as_
    for client in opened:
        await client.aclose()


@pytest.fixture
def share(running_node: Node) -> Callable[..., object]:
    """Return a function that shares an object: ``await share(id, "usr_eve", "act")``."""

    async def share(object_id: str, subject_id: str, level: str) -> None:
        async with running_node.database.transaction() as session:
            await session.execute(
                text("INSERT INTO shares (object_id, subject_id, level, shared_by) VALUES (:o, :s, :l, 'usr_owner')"),
                {"o": object_id, "s": subject_id, "l": level},
            )

    return share


@pytest.fixture
async def token_service() -> AsyncIterator[TokenService]:
    """An OAuth token endpoint on loopback."""
    async with serving(TokenService()) as served:
        yield served
