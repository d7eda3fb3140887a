"""People of the accounts tests, and how they log in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
from fastapi import FastAPI
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import text
from starlette.routing import BaseRoute

from app.kernel import handlers
from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.principal import Role
from app.kernel.web_guard import WebGuard
from app.modules import accounts
from app.modules.accounts import User

BASE = "http://127.0.0.1:8000"
SAME_ORIGIN = {"Origin": BASE}
PASSWORD = "correct horse battery staple"
Browse = Callable[..., httpx.AsyncClient]


def app_of(node: Node) -> FastAPI:
    built = FastAPI()
    built.state.node = node
    handlers.install(built)
    built.router.routes.extend(_routes())
    built.add_middleware(WebGuard, node=node)
    return built


@cache
def _routes() -> tuple[BaseRoute, ...]:
    return tuple(route for router in accounts.module.routers for route in router.routes)


async def add_user(node: Node, email: str = "ada@example.org", role: Role = Role.OWNER, name: str = "Ada") -> str:
    """Add a user whose password is PASSWORD; return the id."""
    user = User(id=new_id("usr"), email=email, name=name, role=role.label, password_hash=_password_hash())
    async with node.database.transaction() as session:
        session.add(user)
    return user.id


@cache
def _password_hash() -> str:
    return PasswordHash((Argon2Hasher(time_cost=1, memory_cost=46 * 1024, parallelism=1),)).hash(PASSWORD)


async def add_token(node: Node, user_id: str, *scopes: str) -> tuple[str, str]:
    """Create a token; return its id and its secret."""
    async with node.database.transaction() as session:
        row, raw = await accounts.create_token(session, user_id, "program", scopes or ("*",))
        return row.id, raw


async def log_in(client: httpx.AsyncClient, email: str = "ada@example.org", password: str = PASSWORD) -> httpx.Response:
    return await client.post("/sessions", json={"email": email, "password": password})


def bearer(raw: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {raw}"}


async def run_sql(node: Node, statement: str, **parameters: Any) -> list[Any]:
    async with node.database.transaction() as session:
        result = await session.execute(text(statement), parameters)
        return list(result.all()) if result.returns_rows else []  # type: ignore[attr-defined]


async def events_of(node: Node, *types: str) -> list[Any]:
    return await run_sql(node, "SELECT type, subject_id, text, data FROM events WHERE type = ANY(:types)", types=types)


@dataclass
class Statements:
    """The SQL statements a node has sent since :meth:`clear`."""

    sent: list[str] = field(default_factory=list)

    def clear(self) -> None:
        self.sent.clear()
