"""The life of an alarm: new, acknowledged, shelved, gone, and seen or not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request

from app.kernel import events
from app.kernel.alarms import Alarm, clear_alarm, raise_alarm
from app.kernel.node import Node
from app.kernel.principal import Principal, Role


async def raise_(node: Node, key: str = "machine.heron") -> None:
    async with node.database.transaction() as session:
        await raise_alarm(
            session,
            key,
            priority="high",
            title="heron does not answer",
            consequence="2 simulations wait",
            action="Check the login node",
            subject_id="mch_1",
        )


async def clear(node: Node, key: str = "machine.heron") -> None:
    async with node.database.transaction() as session:
        await clear_alarm(session, key)


async def listed(client: httpx.AsyncClient, state: str = "open") -> list[dict[str, Any]]:
    answer = await client.get("/api/v1/alarms", params={"state": state})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def facts(node: Node) -> list[tuple[str, str, str | None]]:
    async with node.database.transaction() as session:
        rows = await events.read_after(session, events.START)
    return [(row.type, row.text, row.actor) for row in rows]


async def test_new_acknowledged_gone(node: Node, client: httpx.AsyncClient) -> None:
    await raise_(node)
    await raise_(node)
    [alarm] = await listed(client)
    assert (alarm["state"], alarm["seen"], alarm["count"]) == ("new", False, 2)
    assert (alarm["priority"], alarm["consequence"], alarm["action"], alarm["subject_id"]) == (
        "high",
        "2 simulations wait",
        "Check the login node",
        "mch_1",
    )
    path = f"/api/v1/alarms/{alarm['id']}/acknowledgement"
    seen = (await client.post(path, json={"note": "  calling them "})).json()
    assert (seen["state"], seen["seen"], seen["note"]) == ("acknowledged", True, "calling them")
    assert seen["acknowledged_by"] == "Olga Owner"
    again = (await client.post(path)).json()
    assert again == seen
    assert [a["state"] for a in await listed(client)] == ["acknowledged"]
    await clear(node)
    assert await listed(client) == []
    assert [(a["state"], a["seen"]) for a in await listed(client, "all")] == [("gone", True)]
    assert await facts(node) == [
        ("alarm.raised", "Alarm, high: heron does not answer", None),
        ("alarm.acknowledged", "Olga Owner acknowledged: heron does not answer", "usr_owner"),
        ("alarm.cleared", "Alarm gone: heron does not answer", None),
    ]


async def test_an_acknowledgement_can_be_taken_back(node: Node, client: httpx.AsyncClient) -> None:
    await raise_(node)
    [alarm] = await listed(client)
    path = f"/api/v1/alarms/{alarm['id']}/acknowledgement"
    await client.post(path, json={"note": "n"})
    back = (await client.delete(path)).json()
    assert (back["state"], back["seen"], back["note"], back["acknowledged_by"]) == ("new", False, None, None)
    assert (await client.delete(path)).json() == back
    assert [kind for kind, _, _ in await facts(node)] == ["alarm.raised", "alarm.acknowledged", "alarm.acknowledged"]


async def test_gone_before_seen_stays_until_seen_and_chatter_is_one_line(node: Node, client: httpx.AsyncClient) -> None:
    for _ in range(3):
        await raise_(node)
        await clear(node)
    await raise_(node, "other")
    other, alarm = await listed(client)
    assert (other["key"], other["count"]) == ("other", 1)
    assert (alarm["state"], alarm["seen"], alarm["count"]) == ("gone", False, 3)
    assert len(await listed(client, "all")) == 4
    path = f"/api/v1/alarms/{alarm['id']}/acknowledgement"
    assert (await client.post(path)).json()["seen"] is True
    assert [a["key"] for a in await listed(client)] == ["other"]
    assert {a["seen"] for a in await listed(client, "all")} == {True, False}
    assert (await client.delete(path)).json()["count"] == 3
    assert [a["count"] for a in await listed(client)] == [1, 3]
    await raise_(node)
    assert [(a["key"], a["state"], a["count"]) for a in await listed(client)] == [
        ("machine.heron", "new", 4),
        ("other", "new", 1),
    ]


async def test_shelved_for_a_time_with_a_reason(node: Node, client: httpx.AsyncClient) -> None:
    await raise_(node)
    [alarm] = await listed(client)
    path = f"/api/v1/alarms/{alarm['id']}/shelf"
    until = datetime.now(UTC) + timedelta(hours=2)
    shelved = (await client.post(path, json={"until": until.isoformat(), "reason": "maintenance"})).json()
    assert (shelved["state"], shelved["seen"], shelved["shelved_reason"]) == ("shelved", True, "maintenance")
    assert datetime.fromisoformat(shelved["shelved_until"]) == until
    assert [a["state"] for a in await listed(client)] == ["shelved"]
    back = (await client.delete(path)).json()
    assert (back["state"], back["seen"], back["shelved_until"]) == ("new", False, None)
    await client.post(path, json={"until": until.isoformat(), "reason": "maintenance"})
    await clear(node)
    assert await listed(client) == []
    gone = await client.post(path, json={"until": until.isoformat(), "reason": "again"})
    assert (gone.status_code, gone.json()["code"]) == (409, "alarm_gone")
    shown = until.isoformat(timespec="seconds").replace("+00:00", "Z")
    assert [said for kind, said, _ in await facts(node) if kind == "alarm.shelved"] == [
        f"Olga Owner shelved until {shown}: heron does not answer (maintenance)",
        "Olga Owner took from the shelf: heron does not answer",
        f"Olga Owner shelved until {shown}: heron does not answer (maintenance)",
    ]


async def test_when_its_time_on_the_shelf_is_over_it_is_new_again(node: Node, client: httpx.AsyncClient) -> None:
    await raise_(node)
    [alarm] = await listed(client)
    async with node.database.transaction() as session:
        row = await session.get_one(Alarm, alarm["id"])
        row.shelved_until, row.shelved_reason = datetime.now(UTC) - timedelta(seconds=1), "maintenance"
    [back] = await listed(client)
    assert (back["state"], back["seen"], back["shelved_until"], back["shelved_reason"]) == ("new", False, None, None)
    await clear(node)
    assert [(a["state"], a["seen"]) for a in await listed(client)] == [("gone", False)]


@pytest.mark.parametrize(
    ("hours", "reason", "status"),
    [(25, "r", 422), (-1, "r", 422), (1, " ", 422), (1, "r" * 501, 422), (23.9, "r", 200)],
)
async def test_a_shelf_needs_an_end_within_a_day_and_a_reason(
    node: Node, client: httpx.AsyncClient, hours: float, reason: str, status: int
) -> None:
    await raise_(node)
    [alarm] = await listed(client)
    until = (datetime.now(UTC) + timedelta(hours=hours)).isoformat()
    answer = await client.post(f"/api/v1/alarms/{alarm['id']}/shelf", json={"until": until, "reason": reason})
    assert answer.status_code == status, answer.text


async def test_unknown_alarms_and_too_small_roles(node: Node, app: FastAPI, client: httpx.AsyncClient) -> None:
    missing = await client.post("/api/v1/alarms/alm_0/acknowledgement")
    assert (missing.status_code, missing.json()["code"]) == (404, "alarm_not_found")
    await raise_(node)
    [alarm] = await listed(client)

    async def runner(_request: Request) -> Principal:
        return Principal(user_id="usr_r", name="Rune Runner", role=Role.RUNNER)

    node.authenticate = runner
    refused = await client.post(f"/api/v1/alarms/{alarm['id']}/acknowledgement")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert len(await listed(client)) == 1


async def test_pages_are_stable(node: Node, client: httpx.AsyncClient) -> None:
    for number in range(5):
        await raise_(node, f"key {number}")
    first = (await client.get("/api/v1/alarms", params={"limit": 2})).json()
    await raise_(node, "key 9")
    rest = (await client.get("/api/v1/alarms", params={"limit": 9, "cursor": first["next_cursor"]})).json()
    assert [a["key"] for a in first["items"] + rest["items"]] == [f"key {n}" for n in (4, 3, 2, 1, 0)]
