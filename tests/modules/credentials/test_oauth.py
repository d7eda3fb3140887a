"""An OAuth grant: renewed once, however many want it; refused for good, it says so and asks for a person."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from lending import lent, made
from sqlalchemy import func, select, update
from token_service import TokenService

from app.kernel.alarms import Alarm
from app.kernel.http import RemoteProblem
from app.kernel.node import Node
from app.main import MODULES
from app.modules.credentials import Bearer, ReauthRequired
from app.modules.credentials.models import Credential


async def grant(client: httpx.AsyncClient, service: TokenService, **settings: Any) -> str:
    settings = {"token_url": service.url, "client_id": "us", "refresh_token": service.refresh_token, **settings}
    found: str = (await made(client, "oauth", **settings))["id"]
    return found


async def token_of(node: Node, credential_id: str) -> str:
    secret = await lent(node, credential_id)
    assert isinstance(secret, Bearer)
    return secret.token


async def open_alarms(node: Node) -> list[str]:
    async with node.database.transaction() as session:
        return list(await session.scalars(select(Alarm.title).where(Alarm.cleared_at.is_(None))))


async def test_a_token_is_had_when_it_is_needed_and_kept(running_node: Node, as_, token_service: TokenService) -> None:
    one = await grant(as_("ada"), token_service, client_secret="s3cret-canary", scopes=["files"])
    assert token_service.asked == []
    assert {await token_of(running_node, one), await token_of(running_node, one)} == {"access-1-canary"}
    [(form, headers)] = token_service.asked
    assert form == {
        "grant_type": "refresh_token",
        "refresh_token": "refresh-0-canary",
        "client_id": "us",
        "client_secret": "s3cret-canary",
    }
    assert "authorization" not in headers
    shown = (await as_("ada").get(f"/credentials/{one}")).json()
    assert "canary" not in str(shown)
    assert shown["renewed_at"] is not None


async def test_a_client_may_log_in_with_basic(running_node: Node, as_, token_service: TokenService) -> None:
    one = await grant(as_("ada"), token_service, client_secret="s3:cret", client_login="basic")
    await token_of(running_node, one)
    [(form, headers)] = token_service.asked
    assert headers["authorization"] == "Basic dXM6czMlM0FjcmV0"  # us:s3%3Acret
    assert "client_secret" not in form


async def test_a_good_token_is_lent_without_asking(running_node: Node, as_, token_service: TokenService) -> None:
    ends = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    one = await grant(as_("ada"), token_service, access_token="given-token", access_expires_at=ends)
    assert await token_of(running_node, one) == "given-token"
    assert token_service.asked == []


async def test_fifty_on_two_nodes_ask_once(
    running_node: Node, as_, token_service: TokenService, database_url: str
) -> None:
    one = await grant(as_("ada"), token_service)
    other = Node(running_node.settings, MODULES, database_url)
    await other.vault.unlock()
    try:
        token_service.hold.clear()
        asking = [asyncio.create_task(token_of(node, one)) for node in (running_node, other) * 25]
        async with asyncio.timeout(20):
            await token_service.came.wait()
        token_service.hold.set()
        assert set(await asyncio.gather(*asking)) == {"access-1-canary"}
        assert len(token_service.asked) == 1
    finally:
        await other.stop()


async def test_a_grant_that_ended_asks_for_a_person_once(running_node: Node, as_, token_service: TokenService) -> None:
    ada = as_("ada")
    one = await grant(ada, token_service)
    token_service.ended = True
    for _ in range(3):
        with pytest.raises(ReauthRequired):
            await token_of(running_node, one)
    assert len(token_service.asked) == 1
    shown = (await ada.get(f"/credentials/{one}")).json()
    assert (shown["status"], shown["state_text"]) == ("reauth_required", "one: the service says invalid_grant")
    assert await open_alarms(running_node) == ["Credential one is refused"]
    token_service.ended = False
    settings = {"token_url": token_service.url, "client_id": "us", "refresh_token": token_service.refresh_token}
    again = await ada.put(f"/credentials/{one}/secret", json={"settings": settings})
    assert again.json()["status"] == "ready"
    assert await open_alarms(running_node) == []
    assert await token_of(running_node, one) == "access-1-canary"


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, {}), (503, {"error": "invalid_grant"}), (400, {"error": "slow_down"}), (302, {}), (200, {"token": "x"})],
)
async def test_a_service_in_trouble_is_no_refusal(
    running_node: Node, as_, token_service: TokenService, status: int, body: dict[str, Any]
) -> None:
    one = await grant(as_("ada"), token_service)
    token_service.status, token_service.body = status, body
    with pytest.raises(RemoteProblem):
        await token_of(running_node, one)
    token_service.status = None
    assert await token_of(running_node, one) == "access-1-canary"
    assert await open_alarms(running_node) == []


async def test_a_renewal_whose_node_died_is_taken_over(running_node: Node, as_, token_service: TokenService) -> None:
    one = await grant(as_("ada"), token_service)
    async with running_node.database.transaction() as session:
        await session.execute(update(Credential).values(renewing_until=func.now() - timedelta(seconds=1)))
    assert await token_of(running_node, one) == "access-1-canary"


async def test_what_is_replaced_while_it_is_renewed_counts(
    running_node: Node, as_, token_service: TokenService
) -> None:
    ada = as_("ada")
    one = await grant(ada, token_service)
    token_service.hold.clear()
    asking = asyncio.create_task(token_of(running_node, one))
    async with asyncio.timeout(20):
        await token_service.came.wait()
    ends = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    settings = {
        "token_url": token_service.url,
        "client_id": "us",
        "refresh_token": "another",
        "access_token": "another-token",
        "access_expires_at": ends,
    }
    assert (await ada.put(f"/credentials/{one}/secret", json={"settings": settings})).status_code == 200
    token_service.hold.set()
    assert await asking == "another-token"
    assert await token_of(running_node, one) == "another-token"


@pytest.mark.parametrize("expires_in", [None, "soon", -5, 10**15])
async def test_an_odd_lifetime(running_node: Node, as_, token_service: TokenService, expires_in: object) -> None:
    token_service.expires_in = expires_in
    one = await grant(as_("ada"), token_service)
    assert await token_of(running_node, one) == "access-1-canary"
