"""Queues, limits and batches over HTTP, by whom they may be steered and what is recorded."""

import dataclasses

import httpx
import pytest
from gate_probe import all_ended

from app.kernel.node import Node
from app.kernel.principal import Principal, Role

WAIT = {"milliseconds": 1}


async def test_queue_is_paused_drained_ordered_and_resumed(running_node: Node, client: httpx.AsyncClient) -> None:
    paused = await client.post("/api/v1/queues/flood/pause", json={"reason": "the river is rising"})
    assert paused.status_code == 200
    seen = paused.json()
    assert (seen["state"], seen["reason"], seen["changed_by"]) == ("paused", "the river is rising", "Olga Owner")
    job = (await client.post("/api/v1/jobs", json={"kind": "wait", "payload": WAIT, "queue": "flood"})).json()
    waiting = (await client.get(f"/api/v1/jobs/{job['id']}")).json()["waiting_on"]
    assert waiting["text"] == "Queue flood is paused by Olga Owner: the river is rising"
    assert (await client.get("/api/v1/queues/flood")).json()["held"] == 1

    assert (await client.put("/api/v1/queues/flood", json={"fifo": True})).json()["fifo"] is True
    assert (await client.post("/api/v1/queues/flood/drain")).json()["state"] == "draining"
    refused = await client.post("/api/v1/jobs", json={"kind": "wait", "payload": WAIT, "queue": "flood"})
    assert (refused.status_code, refused.json()["code"]) == (409, "queue_draining")
    resumed = (await client.post("/api/v1/queues/flood/resume")).json()
    assert (resumed["state"], resumed["reason"]) == ("active", None)
    await all_ended(running_node)
    names = [queue["name"] for queue in (await client.get("/api/v1/queues")).json()["items"]]
    assert {"default", "flood"} <= set(names)
    missing = await client.post("/api/v1/queues/nowhere/resume")
    assert (missing.status_code, missing.json()["code"]) == (404, "queue_not_found")
    events = (await client.get("/api/v1/events")).json()["items"]
    assert any(event["type"] == "queue.changed" and event["actor"] == "usr_owner" for event in events)


async def test_limit_is_set_shown_and_removed(running_node: Node, client: httpx.AsyncClient) -> None:
    set_ = await client.put("/api/v1/job-limits/key/machine:*", json={"concurrency": 2, "rate": 10})
    assert set_.status_code == 200
    seen = set_.json()
    assert (seen["concurrency"], seen["rate"], seen["period_seconds"], seen["used"]) == (2, 10, 1, 0)
    assert (seen["declared"], seen["changed_by"]) == (False, "Olga Owner")
    listed = (await client.get("/api/v1/job-limits")).json()["items"]
    assert [limit["name"] for limit in listed if not limit["declared"]] == ["machine:*"]
    assert (await client.delete("/api/v1/job-limits/key/machine:*")).status_code == 204
    gone = await client.delete("/api/v1/job-limits/key/machine:*")
    assert (gone.status_code, gone.json()["code"]) == (404, "job_limit_not_found")


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("queue/a", {}, "give concurrency, rate or both"),
        ("queue/a", {"concurrency": 1, "period_seconds": 5}, "period_seconds belongs to a rate"),
        ("queue/a", {"concurrency": -1}, "greater than or equal to 0"),
        ("queue/a", {"rate": 0}, "greater than 0"),
        ("queue/a*", {"concurrency": 1}, "* stands at the end of a key"),
        ("key/a*b", {"concurrency": 1}, "* stands at the end of a key"),
        ("table/a", {"concurrency": 1}, "'kind', 'queue' or 'key'"),
    ],
)
async def test_limit_that_cannot_be_is_refused(client: httpx.AsyncClient, path: str, body: dict, says: str) -> None:
    refused = await client.put(f"/api/v1/job-limits/{path}", json=body)
    assert refused.status_code == 422
    assert says in refused.text


async def test_batch_from_open_to_finished(running_node: Node, client: httpx.AsyncClient) -> None:
    opened = await client.post("/api/v1/job-batches", json={"name": "nightly"})
    assert opened.status_code == 201
    batch = opened.json()
    path = opened.headers["Location"]
    assert path == f"/api/v1/job-batches/{batch['id']}"
    added = await client.post(f"{path}/jobs", json={"kind": "wait", "payloads": [WAIT] * 20})
    assert added.status_code == 202
    assert len(set(added.json()["job_ids"])) == 20
    wrong = await client.post(f"{path}/jobs", json={"kind": "wait", "payloads": [WAIT, {"seconds": "x"}]})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "job_payload_invalid")
    assert (await client.post(f"{path}/seal")).json()["total"] == 20
    late = await client.post(f"{path}/jobs", json={"kind": "wait", "payloads": [WAIT]})
    assert (late.status_code, late.json()["code"]) == (409, "batch_sealed")
    await all_ended(running_node)
    seen = (await client.get(path)).json()
    while seen["state"] != "finished":
        seen = (await client.get(path)).json()
    assert (seen["ended"], seen["counts"], seen["fraction"]) == (20, {"succeeded": 20}, 1)
    assert (await client.get("/api/v1/job-batches")).json()["items"][0]["id"] == batch["id"]
    assert (await client.get("/api/v1/job-batches/bat_none")).status_code == 404


async def test_batch_is_cancelled_whole(running_node: Node, client: httpx.AsyncClient) -> None:
    path = (await client.post("/api/v1/job-batches", json={"name": "mistake"})).headers["Location"]
    await client.post(f"{path}/jobs", json={"kind": "wait", "payloads": [{"milliseconds": 60_000}] * 5})
    assert (await client.post(f"{path}/cancellation")).status_code == 202
    await all_ended(running_node)
    assert (await client.get(path)).json()["total"] == 5


async def test_who_may_steer(running_node: Node, client: httpx.AsyncClient, owner: Principal) -> None:
    least = {operation: running_node.permissions[operation] for operation in ("queue_pause", "job_limit_set")}
    assert least == {"queue_pause": Role.OPERATOR, "job_limit_set": Role.ADMIN}
    assert not dataclasses.replace(owner, role=Role.VIEWER).may("queue_pause", least["queue_pause"])
