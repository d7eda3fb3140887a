"""Facts as pages, and how long they are kept."""

from datetime import timedelta

import httpx
from event_streams import ring
from sqlalchemy import text

from app.kernel import events
from app.kernel.node import Node
from app.modules.logging import retention
from app.modules.logging.facts import reach


async def test_facts_are_listed_newest_first_in_pages(node: Node, client: httpx.AsyncClient) -> None:
    for number in range(5):
        await ring(node, number, incident_id=f"inc_{number % 2}")
    page = (await client.get("/api/v1/events", params={"limit": 3})).json()
    assert [e["data"]["times"] for e in page["items"]] == [4, 3, 2]
    await ring(node, 5)
    rest = (await client.get("/api/v1/events", params={"limit": 3, "cursor": page["next_cursor"]})).json()
    assert [e["data"]["times"] for e in rest["items"]] == [1, 0]
    assert rest["next_cursor"] is None
    [event] = (await client.get("/api/v1/events", params={"incident_id": "inc_1", "limit": 1})).json()["items"]
    assert event["at"].endswith("Z")
    assert event | {"id": "", "at": ""} == {
        "id": "",
        "at": "",
        "type": "bell.rang",
        "subject_id": "bell_1",
        "incident_id": "inc_1",
        "actor": None,
        "text": "The bell rang 3 times",
        "data": {"times": 3, "pad": ""},
    }


async def test_facts_are_filtered(node: Node, client: httpx.AsyncClient) -> None:
    await ring(node, 1)

    async def count(**parameters: str) -> int:
        return len((await client.get("/api/v1/events", params=parameters)).json()["items"])

    assert await count(type="bell.rang") == await count(type="bell.*") == await count(subject_id="bell_1") == 1
    assert await count(type="bell.") == await count(type="b%") == await count(subject_id="bell_2") == 0
    assert (await client.get("/api/v1/events", params={"cursor": "x"})).status_code == 400


async def test_old_facts_go_from_the_front_and_leave_a_horizon(node: Node) -> None:
    for number in range(4):
        await ring(node, number)
    async with node.database.transaction() as session:
        await session.execute(
            text("UPDATE events SET at = now() - interval '2 days' WHERE (data->>'times')::int IN (0, 1, 3)")
        )
        rows = await events.read_after(session, events.START)
    assert await retention.sweep_events(node.database, timedelta(days=1)) == 2  # 3 is behind a fact that stays
    assert await retention.sweep_events(node.database, timedelta(days=1)) == 0
    async with node.database.transaction() as session:
        left = await events.read_after(session, events.START)
        limits = await reach(session)
    assert [row.data["times"] for row in left] == [2, 3]
    assert [limits.reaches((row.transaction, row.number)) for row in rows] == [False, True, True, True]
    assert not limits.reaches((0, 0))


async def test_idempotency_keys_live_for_a_day(node: Node) -> None:
    async with node.database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO idempotency_keys (caller, key, fingerprint, created_at)"
                " VALUES ('c', 'young', 'f', now() - interval '23 hours'),"
                " ('c', 'old', 'f', now() - interval '25 hours')"
            )
        )
    assert await retention.sweep_keys(node.database) == 1
    async with node.database.transaction() as session:
        assert await session.scalar(text("SELECT string_agg(key, ' ') FROM idempotency_keys")) == "young"
