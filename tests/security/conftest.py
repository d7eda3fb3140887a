"""People of every role with accounts, known by a header; a house that does not count what its tests ask."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request

from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.kernel.settings import Settings
from app.modules.accounts import User
from tests.conftest import settings_for
from tests.security.operations import CALLER


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Rates have tests of their own."""
    return settings_for(tmp_path / "data", **{"limits.stranger_requests_burst": 10**6})


@pytest.fixture
async def people(running_node: Node, owner: Principal) -> dict[str, Principal]:
    """Somebody of every role, and the node knows them by the header."""
    found = {"owner": owner}
    for role in (Role.ADMIN, Role.OPERATOR, Role.RUNNER, Role.VIEWER):
        found[role.label] = await person(running_node, role)
    before = running_node.authenticate

    async def authenticate(request: Request) -> Principal | None:
        caller = request.headers.get(CALLER)
        return found[caller] if caller is not None else await before(request)

    running_node.authenticate = authenticate
    return found


@pytest.fixture
async def http(app: FastAPI, people: dict[str, Principal]) -> AsyncIterator[httpx.AsyncClient]:
    """A client that says in each request who it is."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", timeout=30) as opened:
        yield opened


@pytest.fixture
async def owner(node: Node) -> Principal:
    """The caller ``client`` is: with an account, so that what belongs to somebody can belong to the owner."""
    return await person(node, Role.OWNER)


async def person(node: Node, role: Role) -> Principal:
    """Add somebody with ``role`` who cannot log in with a password."""
    user = User(
        id=f"usr_{role.label}",
        email=f"{role.label}@example.org",
        name=f"A {role.label}",
        role=role.label,
        password_hash="",
    )
    async with node.database.transaction() as session:
        session.add(user)
    return Principal(user_id=user.id, name=user.name, role=role)
