"""Feeds that want a login."""

import asyncio
from typing import Any

import httpx
import pytest
from feeds import Feed, page, quake
from polls import QUAKES, make_due, poll_once, source_of
from sqlalchemy import text

from app.kernel.errors import NotFound
from app.kernel.node import Node
from app.kernel.principal import HOUSE, Principal, Role
from app.modules import jobs
from app.modules.ingest.schemas import SourceChange, SourceSubmit
from app.modules.ingest.sources import change_source, register_source

TOKEN = "feed-token-canary"


async def credential(client: httpx.AsyncClient, kind: str = "bearer", **settings: Any) -> str:
    settings = settings or {"token": TOKEN}
    answer = await client.post("/api/v1/credentials", json={"name": kind, "kind": kind, "settings": settings})
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


async def add_source(client: httpx.AsyncClient, feed: Feed, credential_id: str) -> httpx.Response:
    settings = {**QUAKES, "url": feed.url, "credential": credential_id}
    return await client.post("/api/v1/sources", json={"name": "usgs", "driver": "http_json", "settings": settings})


@pytest.mark.security("S20")
@pytest.mark.parametrize(
    ("kind", "given", "sent"),
    [
        ("bearer", {"token": TOKEN}, f"Bearer {TOKEN}"),
        ("password", {"user": "ada", "password": TOKEN}, "Basic YWRhOmZlZWQtdG9rZW4tY2FuYXJ5"),
    ],
)
async def test_a_poll_logs_in_and_nobody_is_shown_with_what(
    node: Node, client: httpx.AsyncClient, feed: Feed, kind: str, given: dict[str, str], sent: str
) -> None:
    feed.body = page(quake("a"))
    one = await credential(client, kind, **given)
    source = (await add_source(client, feed, one)).json()
    [answer] = await poll_once(node)
    assert not answer.failed
    assert [headers["authorization"] for _, headers in feed.requests] == [sent]
    assert TOKEN not in (await client.get(f"/api/v1/sources/{source['id']}")).text
    [use] = (await client.get(f"/api/v1/credentials/{one}/uses")).json()["items"]
    assert (use["purpose"], use["user_id"], use["count"]) == ("source usgs", "usr_owner", 1)


async def test_a_credential_that_cannot_be_used_fails_the_poll(
    node: Node, client: httpx.AsyncClient, feed: Feed
) -> None:
    one = await credential(client)
    source = (await add_source(client, feed, one)).json()
    await client.patch(f"/api/v1/credentials/{one}", json={"expires_at": "2020-01-01T00:00:00Z"})
    [answer] = await poll_once(node)
    assert answer.failed
    assert answer.error is not None
    assert "This credential has expired" in answer.error
    assert feed.requests == []
    await client.patch(f"/api/v1/credentials/{one}", json={"expires_at": None})
    await make_due(node, source["id"])
    [answer] = await poll_once(node)
    assert not answer.failed
    assert (await source_of(node, source["id"])).failures == 0


async def test_a_source_takes_only_what_its_owner_may_use(node: Node, client: httpx.AsyncClient, feed: Feed) -> None:
    one = await credential(client)
    wanted = SourceSubmit(name="x", driver="http_json", settings={**QUAKES, "url": feed.url, "credential": one})
    eve = Principal(user_id="usr_eve", name="Eve", role=Role.OPERATOR)
    for owner_id in (eve.user_id, HOUSE):
        with pytest.raises(NotFound):
            async with node.database.transaction() as session:
                await register_source(session, wanted, owner_id=owner_id)
    key = await credential(client, "ssh_key", user="ada")
    assert (await add_source(client, feed, key)).json()["code"] == "source_settings_invalid"


@pytest.mark.security("S7")
async def test_who_may_not_use_it_cannot_send_it_elsewhere(node: Node, client: httpx.AsyncClient, feed: Feed) -> None:
    source = (await add_source(client, feed, await credential(client))).json()
    change = SourceChange(settings=source["settings"] | {"url": "https://eve.example/steal"})
    with pytest.raises(NotFound):
        async with node.database.transaction() as session:
            await change_source(session, source["id"], change, actor="usr_eve")
    assert (await client.patch(f"/api/v1/sources/{source['id']}", json={"enabled": False})).status_code == 200


async def test_one_a_source_uses_is_not_removed(running_node: Node, client: httpx.AsyncClient, feed: Feed) -> None:
    one = await credential(client)
    source = (await add_source(client, feed, one)).json()
    refused = await client.delete(f"/api/v1/credentials/{one}")
    assert (refused.status_code, refused.json()["detail"]) == (409, "bearer is used by source usgs")
    await client.delete(f"/api/v1/sources/{source['id']}")
    assert (await client.delete(f"/api/v1/credentials/{one}")).status_code == 204


@pytest.mark.parametrize("status", [200, 401])
async def test_the_test_button_asks_the_feed(
    running_node: Node, client: httpx.AsyncClient, feed: Feed, status: int
) -> None:
    feed.status, feed.body = status, page(quake("a"))
    one = await credential(client)
    await add_source(client, feed, one)
    job_id = (await client.post(f"/api/v1/credentials/{one}/test")).json()["job_id"]
    await ended(running_node, job_id)
    shown = (await client.get(f"/api/v1/credentials/{one}")).json()
    assert shown["test_passed"] is (status == 200)
    assert shown["test_text"] == (
        "usgs answered"
        if status == 200
        else "The feed does not answer to this credential: usgs: the feed answered with status 401"
    )
    async with running_node.database.transaction() as session:
        kept = await session.scalar(text("SELECT string_agg(result::text, '') FROM finished_jobs"))
    assert TOKEN not in (kept or "")


async def ended(node: Node, job_id: str) -> None:
    """Wait until a job has ended."""
    changed = asyncio.Event()
    off = node.bus.on("credentials", changed.set)
    async with asyncio.timeout(60):
        while True:
            changed.clear()
            async with node.database.transaction() as session:
                if (await jobs.get(session, job_id)).finished_at is not None:
                    break
            await node.clock.wait(changed, 0.2)
    off()
