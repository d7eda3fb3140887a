"""What somebody has open closes when they may no longer see it: on real sockets, within five seconds."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from people import PASSWORD, add_token, add_user, bearer

from app.kernel.node import Node
from app.kernel.principal import Role
from app.main import create_app
from app.modules import accounts

LONGEST_SECONDS = 5.0


@pytest.fixture
def app(node: Node) -> FastAPI:
    """The whole house."""
    return create_app(node)


@pytest.fixture
async def url(running_node: Node, app: FastAPI) -> AsyncIterator[str]:
    config = uvicorn.Config(app, port=0, lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=1)
    config.load()
    server = uvicorn.Server(config)
    listener = config.bind_socket()
    task = asyncio.create_task(server.serve(sockets=[listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await task


@asynccontextmanager
async def browser(url: str, email: str = "ada@example.org") -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", headers={"Origin": url}, trust_env=False) as opened:
        logged_in = await opened.post("/sessions", json={"email": email, "password": PASSWORD})
        assert logged_in.status_code == 201, logged_in.text
        yield opened


@asynccontextmanager
async def both_streams(client: httpx.AsyncClient) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Open the events' stream and an observation's; yield what ends when they do."""
    observation = await client.post("/observations", json={"mode": "manual"})
    assert observation.status_code == 201, observation.text
    begun: list[asyncio.Event] = []

    async def read(path: str, began: asyncio.Event) -> None:
        async with client.stream("GET", path, headers={"Accept": "text/event-stream"}, timeout=30) as answer:
            assert answer.status_code == 200
            async for _ in answer.aiter_bytes():
                began.set()

    tasks = []
    for path in ("/events", f"/observations/{observation.json()['id']}/stream"):
        begun.append(asyncio.Event())
        tasks.append(asyncio.create_task(read(path, begun[-1])))
    try:
        async with asyncio.timeout(20):
            await asyncio.gather(*[began.wait() for began in begun])
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


Revoke = Callable[[Node, httpx.AsyncClient, httpx.AsyncClient], Awaitable[object]]


async def _log_out(_node: Node, ada: httpx.AsyncClient, _olga: httpx.AsyncClient) -> object:
    return await ada.delete("/sessions/current")


async def _ended_by_an_administrator(_node: Node, ada: httpx.AsyncClient, olga: httpx.AsyncClient) -> object:
    user_id = (await ada.get("/sessions/current")).json()["user"]["id"]
    [listed] = (await olga.get(f"/users/{user_id}/sessions")).json()["items"]
    assert listed["method"] == "password"
    answer = await olga.delete(f"/users/{user_id}/sessions")
    assert answer.status_code == 204
    return answer


async def _disabled(node: Node, ada: httpx.AsyncClient, _olga: httpx.AsyncClient) -> object:
    user_id = (await ada.get("/sessions/current")).json()["user"]["id"]
    async with node.database.transaction() as session:
        return await accounts.disable(session, user_id)


@pytest.mark.covers("V3", "A4")
@pytest.mark.security("S19", "S2")
@pytest.mark.parametrize("revoke", [_log_out, _ended_by_an_administrator, _disabled])
async def test_streams_of_an_ended_session_close(running_node: Node, url: str, revoke: Revoke) -> None:
    await add_user(running_node, role=Role.RUNNER)
    await add_user(running_node, "olga@example.org", Role.OWNER, "Olga")
    async with browser(url) as ada, browser(url, "olga@example.org") as olga:
        async with both_streams(ada) as streams, both_streams(olga) as others:
            await revoke(running_node, ada, olga)
            began = time.monotonic()
            await asyncio.wait_for(asyncio.gather(*streams), LONGEST_SECONDS)
            assert time.monotonic() - began < LONGEST_SECONDS
            assert not any(stream.done() for stream in others)
        assert (await ada.get("/sessions/current")).status_code == 401
        assert (await olga.get("/sessions/current")).status_code == 200


@pytest.mark.security("S17", "S19")
async def test_streams_of_a_revoked_token_close(running_node: Node, url: str) -> None:
    user_id = await add_user(running_node)
    token_id, raw = await add_token(running_node, user_id)
    async with (
        httpx.AsyncClient(base_url=f"{url}/api/v1", headers=bearer(raw), trust_env=False) as client,
        both_streams(client) as streams,
    ):
        async with running_node.database.transaction() as session:
            await accounts.revoke_token(session, user_id, token_id)
        await asyncio.wait_for(asyncio.gather(*streams), LONGEST_SECONDS)


@pytest.mark.security("S19")
async def test_nobody_ends_sessions_of_a_higher_role(running_node: Node, url: str) -> None:
    await add_user(running_node, role=Role.ADMIN)
    owner = await add_user(running_node, "olga@example.org", Role.OWNER, "Olga")
    async with browser(url) as ada, browser(url, "olga@example.org") as olga:
        refused = await ada.delete(f"/users/{owner}/sessions")
        assert (refused.status_code, refused.json()["code"]) == (403, "role_too_high")
        assert (await ada.delete("/users/usr_nobody/sessions")).json()["code"] == "user_not_found"
        assert (await olga.get("/sessions/current")).status_code == 200


@pytest.mark.covers("A4")
async def test_logging_out_everywhere_else(running_node: Node, url: str) -> None:
    await add_user(running_node)
    async with browser(url) as here, browser(url) as there:
        assert (await here.delete("/sessions")).status_code == 204
        assert (await here.get("/sessions/current")).status_code == 200
        assert (await there.get("/sessions/current")).status_code == 401
