"""What the tests of consents say often: people with browsers, and credentials that wait for a consent."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI
from lending import made
from token_service import TokenService

from app.kernel.node import Node
from app.kernel.principal import Role
from tests.modules.accounts.people import add_user, log_in

BASE = "http://127.0.0.1:8000"
Logged = Callable[..., Awaitable[httpx.AsyncClient]]


@asynccontextmanager
async def people(node: Node, app: FastAPI) -> AsyncIterator[Logged]:
    """Yield a function that opens a browser somebody is logged in with: ``await logged("ada")``."""
    opened: list[httpx.AsyncClient] = []
    known: set[str] = set()

    async def logged(name: str, role: Role = Role.RUNNER) -> httpx.AsyncClient:
        email = f"{name}@example.org"
        if name not in known:
            known.add(name)
            await add_user(node, email, role, name.title())
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        browser = httpx.AsyncClient(transport=transport, base_url=f"{BASE}/api/v1", headers={"Origin": BASE})
        opened.append(browser)
        assert (await log_in(browser, email)).status_code == 201
        return browser

    yield logged
    for browser in opened:
        await browser.aclose()


async def waiting(client: httpx.AsyncClient, service: TokenService, name: str = "one", **settings: Any) -> str:
    """Keep a credential that nobody has connected at ``service`` yet; return its id."""
    known = {"authorization_url": service.url.replace("/token", "/authorize"), "token_url": service.url}
    shown = await made(client, "oauth", name, client_id="us", client_secret="s3cret-canary", **known | settings)
    assert (shown["status"], shown["state_text"]) == ("reauth_required", "Nobody has connected it yet")
    found: str = shown["id"]
    return found


async def begun(client: httpx.AsyncClient, credential_id: str, **body: Any) -> dict[str, Any]:
    """Begin to connect it."""
    answer = await client.post(f"/credentials/{credential_id}/consents", json=body)
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.json()
    return document


async def finish(
    client: httpx.AsyncClient, service: str, answer: dict[str, str], headers: dict[str, str] | None = None, **more: Any
) -> httpx.Response:
    """Send what the service led back with, as the page does."""
    answer = dict(answer)
    body = {"service": service, "state": answer.pop("state", ""), "answer": answer, **more}
    return await client.post("/consents/finish", json=body, headers=headers)
