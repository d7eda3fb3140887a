"""``/audit`` over HTTP: who may ask, the filters, the chain a part at a time."""

import asyncio

import httpx
import pytest
from fastapi import Request

from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.modules import audit
from tests.modules.audit.conftest import deeds


async def listed(client: httpx.AsyncClient, **query: str | int | bool) -> list[dict[str, object]]:
    answer = await client.get("/api/v1/audit", params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, object]] = answer.json()["items"]
    return items


@pytest.mark.covers("V61")
async def test_deeds_are_listed_and_filtered(client: httpx.AsyncClient, node: Node, owner: Principal) -> None:
    await deeds(node, 3)
    alarm = await client.post("/api/v1/job-batches", json={"name": "of a test"})
    assert alarm.status_code == 201, alarm.text
    await audit.seal(node.database)
    newest = (await listed(client))[0]
    assert (newest["action"], newest["actor_id"]) == ("job_batch_open", owner.user_id)
    assert newest["object_id"] == alarm.json()["id"]
    assert (newest["position"], newest["request_id"]) == (4, alarm.headers["X-Request-Id"])
    assert len(await listed(client, actor="usr_x")) == 3
    assert len(await listed(client, actor=owner.name)) == 1
    assert len(await listed(client, object_id="thing_1")) == 1
    assert len(await listed(client, action="job_*")) == 1
    assert len(await listed(client, action="probe.done", outcome="refused")) == 0
    assert len(await listed(client, until="2020-01-01T00:00:00Z")) == 0
    assert [one["number"] for one in await listed(client, oldest_first=True, limit=2)] == [1, 2]


@pytest.mark.security("S25")
async def test_only_admins_read_it_and_a_refusal_is_in_it(
    anonymous: httpx.AsyncClient, client: httpx.AsyncClient, node: Node
) -> None:
    before = node.authenticate

    async def authenticate(request: Request) -> Principal | None:
        if request.headers.get("X-Test-Caller") == "operator":
            return Principal(user_id="usr_op", name="Otto", role=Role.OPERATOR)
        return await before(request)

    node.authenticate = authenticate
    for path in ("audit", "audit/head", "audit/verify"):
        assert (await anonymous.get(f"/api/v1/{path}")).status_code == 401
        refused = await anonymous.get(f"/api/v1/{path}", headers={"X-Test-Caller": "operator"})
        assert refused.status_code == 403
    found = await listed(client, outcome="refused", actor="Otto")
    assert {one["action"] for one in found} == {"audit_list", "audit_head", "audit_verify"}


async def test_the_chain_is_checked_a_part_at_a_time(client: httpx.AsyncClient, node: Node) -> None:
    await deeds(node, 5)
    await audit.seal(node.database)
    head = (await client.get("/api/v1/audit/head")).json()
    assert (head["position"], head["waiting_count"]) == (5, 0)
    seen = f"{head['position']}:{head['sha256']}"
    first = (await client.get("/api/v1/audit/verify", params={"limit": 3})).json()
    assert (first["ok"], first["complete"], first["position"], first["head_position"]) == (True, False, 3, 5)
    place = f"{first['position']}:{first['sha256']}"
    last = (await client.get("/api/v1/audit/verify", params={"after": place, "seen": seen})).json()
    assert (last["ok"], last["complete"], last["checked_count"]) == (True, True, 2)
    assert last["sha256"] == head["sha256"]
    for wrong in ("x", "1:zz", "-1:" + "0" * 64):
        answer = await client.get("/api/v1/audit/verify", params={"after": wrong})
        assert (answer.status_code, answer.json()["code"]) == (422, "audit_place_invalid")


async def test_a_running_node_seals_by_itself(running_node: Node, client: httpx.AsyncClient) -> None:
    await deeds(running_node, 3)
    async with asyncio.timeout(20):
        while (head := (await client.get("/api/v1/audit/head")).json())["position"] < 3:
            await asyncio.sleep(0.05)
    assert head["waiting_count"] == 0
