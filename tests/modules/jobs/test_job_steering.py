"""Queues, limits and batches over HTTP, by whom they may be steered and what is recorded."""

import asyncio
import dataclasses
from urllib.parse import quote

import httpx
from gate_probe import all_ended

from app.kernel.node import Node
from app.kernel.principal import Principal, Role

WAIT = {"milliseconds": 1}


async def test_queue_is_paused_drained_ordered_and_resumed(running_node: Node, client: httpx.AsyncClient) -> None:
    early = await client.post("/api/v1/queues/flood/pause")
    assert (early.status_code, early.json()["code"]) == (404, "queue_not_found")
    assert (await client.put("/api/v1/queues/flood", json={"fifo": False})).json()["state"] == "active"
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
    missing = await client.post("/api/v1/queues/flod/resume")
    assert (missing.status_code, missing.json()["detail"]) == (404, "There is no queue 'flod'; did you mean 'flood'?")
    events = (await client.get("/api/v1/events")).json()["items"]
    assert any(event["type"] == "queue.changed" and event["actor"] == "usr_owner" for event in events)


async def test_what_a_queue_took_before_it_was_drained_is_answered_again(
    running_node: Node, client: httpx.AsyncClient
) -> None:
    async def post(key: str, milliseconds: int = 1) -> httpx.Response:
        job = {"kind": "wait", "payload": {"milliseconds": milliseconds}, "queue": "flood"}
        return await client.post("/api/v1/jobs", json=job, headers={"Idempotency-Key": key})

    taken = await post("one")
    assert taken.status_code == 202
    assert (await client.post("/api/v1/queues/flood/drain")).status_code == 200
    for _ in range(2):  # while it lives or has just ended, and when it has ended
        again, other, new = await asyncio.gather(post("one"), post("one", 2), post("two"))
        assert (again.status_code, again.json()) == (202, taken.json())
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
        assert (new.status_code, new.json()["code"]) == (409, "queue_draining")
        await all_ended(running_node)
    listed = (await client.get("/api/v1/jobs", params={"queue": "flood"})).json()["items"]
    assert [job["id"] for job in listed] == [taken.json()["id"]]


async def test_a_queue_with_slashes_in_its_name_is_one_queue(running_node: Node, client: httpx.AsyncClient) -> None:
    for name in ("a/b", "a/b/pause", "a b"):
        url = f"/api/v1/queues/{quote(name, safe='')}"
        assert (await client.put(url, json={"fifo": True})).json()["fifo"] is True
        assert (await client.post(f"{url}/pause")).json()["name"] == name
        seen = (await client.get(url)).json()
        assert (seen["name"], seen["state"]) == (name, "paused")
        assert (await client.post(f"{url}/resume")).json()["state"] == "active"
    assert (await client.get("/api/v1/queues/a")).status_code == 404


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


NO_LIMITS = [
    ("queue/a", {}, "give concurrency, rate or both"),
    ("queue/a", {"concurrency": 1, "period_seconds": 5}, "period_seconds belongs to a rate"),
    ("queue/a", {"concurrency": -1}, "has to be at least 0"),
    ("queue/a", {"rate": 0}, "has to be more than 0"),
    ("queue/a*", {"concurrency": 1}, "* stands at the end of a key"),
    ("key/a*b", {"concurrency": 1}, "* stands at the end of a key"),
    ("table/a", {"concurrency": 1}, "'kind', 'queue' or 'key'"),
]


async def test_limit_that_cannot_be_is_refused(client: httpx.AsyncClient) -> None:
    for path, body, says in NO_LIMITS:
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
    assert wrong.json()["detail"].startswith("Payload 2 of 2: A wait job does not take this payload: /milliseconds")
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


async def test_jobs_are_counted_and_chosen(running_node: Node, client: httpx.AsyncClient) -> None:
    job = {"kind": "wait", "payload": WAIT, "queue": "later", "delay_seconds": 60}
    ids = [(await client.post("/api/v1/jobs", json=job)).json()["id"] for _ in range(3)]
    counted = (await client.get("/api/v1/job-counts", params={"queue": "later"})).json()
    assert (counted["counts"]["queued"], sum(counted["counts"].values()), counted["most"]) == (3, 3, 1000)
    body = {"filter": {"ids": ids[:2]}}
    tried = (await client.post("/api/v1/jobs/cancellations", json=body | {"dry_run": True})).json()
    assert (tried["matched"], tried["done"]) == (2, 0)
    assert (await client.post("/api/v1/jobs/cancellations", json=body)).json()["done"] == 2
    counts = (await client.get("/api/v1/job-counts", params={"queue": "later"})).json()["counts"]
    assert (counts["queued"], counts["cancelled"]) == (1, 2)
    origin = (await client.get(f"/api/v1/jobs/{ids[0]}")).json()["origin"]
    mine = (await client.get("/api/v1/job-counts", params={"origin": origin})).json()["counts"]
    assert mine == counts
    both = await client.post("/api/v1/jobs/deletions", json={"filter": {"ids": ids, "kind": "wait"}})
    assert (both.status_code, both.json()["code"]) == (422, "job_option_invalid")
    many = await client.post("/api/v1/jobs/deletions", json={"filter": {"ids": ["job_x"] * 501}})
    assert many.status_code == 422


async def test_a_batch_is_known_by_its_name(running_node: Node, client: httpx.AsyncClient) -> None:
    async def opened() -> str:
        return (await client.post("/api/v1/job-batches", json={"name": "tiles of Tuesday"})).json()["id"]

    by_name = f"/api/v1/job-batches/{quote('tiles of Tuesday')}"
    first = await opened()
    assert (await client.get(by_name)).json()["id"] == first
    added = await client.post(f"{by_name}/jobs", json={"kind": "wait", "payloads": [WAIT]})
    assert (await client.get(f"/api/v1/jobs/{added.json()['job_ids'][0]}")).json()["batch_id"] == first
    second = await opened()
    refused = await client.post(f"{by_name}/seal")
    assert (refused.status_code, refused.json()["code"]) == (409, "batch_name_ambiguous")
    assert refused.json()["detail"].endswith(f": {second}, {first}")
    assert (await client.post(f"/api/v1/job-batches/{second}/cancellation")).json()["id"] == second
    while (await client.get(f"/api/v1/job-batches/{second}")).json()["state"] != "finished":
        pass
    assert (await client.post(f"{by_name}/seal")).json()["id"] == first  # the one that goes on
    await all_ended(running_node)
    while (await client.get(f"/api/v1/job-batches/{first}")).json()["state"] != "finished":
        pass
    assert (await client.get(by_name)).json()["id"] == second  # the newest
    assert (await client.get("/api/v1/job-batches/tiles")).json()["code"] == "batch_not_found"


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
