"""Pushing over HTTP: what is answered, what is kept."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson
import pytest
from polls import add_source, rows

from app.kernel.node import Node
from app.modules import ingest
from app.modules.jobs.enqueueing import READY_TOPIC


async def make(client: httpx.AsyncClient, **settings: Any) -> str:
    answer = await client.post(
        "/api/v1/sources", json={"name": f"push {len(settings)}", "driver": "push", "settings": settings}
    )
    assert answer.status_code == 201, answer.text
    return f"/api/v1/sources/{answer.json()['id']}/deliveries"


@pytest.mark.covers("V59")
async def test_a_push_is_accepted_once(client: httpx.AsyncClient, node: Node) -> None:
    path = await make(client, key="/station", title="/text")
    body = {"station": "gauge-7", "level": 3.2, "text": "Gauge 7: 3.2 m"}
    first = await client.post(path, json=body)
    assert first.status_code == 202
    again = await client.post(path, json=body)
    assert (first.json()["accepted"], first.json()["duplicates"]) == (1, 0)
    assert again.json() == {"accepted": 0, "duplicates": 1, "quarantined": 0, "delivery_ids": []}
    (delivery_id,) = first.json()["delivery_ids"]
    shown = (await client.get(f"/api/v1/deliveries/{delivery_id}")).json()
    assert shown["body"] == body
    assert (shown["item_key"], shown["title"], shown["state"]) == ("gauge-7", "Gauge 7: 3.2 m", "queued")
    assert shown["waiting_on"]["kind"] == "job"
    assert await rows(node, "SELECT kind FROM jobs") == [ingest.DELIVERY_ARRIVED]
    changed = await client.post(path, json=body | {"level": 3.3})
    assert changed.json()["accepted"] == 1
    listed = (await client.get("/api/v1/deliveries", params={"item_key": "gauge-7"})).json()["items"]
    assert [one["revision"] for one in listed] == [2, 1]


async def test_without_a_pointer_the_idempotency_key_names_the_item(client: httpx.AsyncClient) -> None:
    path = await make(client)
    answers = [
        await client.post(path, content=b'{"a": 1}', headers={"Idempotency-Key": "reading-1"}),
        await client.post(path, content=b'{"a": 1}', headers={"Idempotency-Key": "reading-1"}),
        await client.post(path, content=b'{"a": 1}', headers={"Idempotency-Key": "reading-2"}),
        await client.post(path, content=b'{"a": 1}'),
        await client.post(path, content=b'{ "a":1 }'),
    ]
    assert [a.status_code for a in answers] == [202] * 5
    assert [a.json()["duplicates"] for a in answers] == [0, 1, 0, 0, 1]
    listed = (await client.get("/api/v1/deliveries")).json()["items"]
    assert [one["item_key"] for one in listed[1:]] == ["reading-2", "reading-1"]


async def test_lines_are_one_transaction_and_the_bad_ones_are_kept(client: httpx.AsyncClient, node: Node) -> None:
    path = await make(client, key="/id")
    lines = [b'{"id": 1}', b'{"id": 2', b"", b'{"id": 3}', b'{"id": 1}', b'{"no": 1}']
    answer = await client.post(path, content=b"\n".join(lines), headers={"Content-Type": "application/x-ndjson"})
    assert answer.status_code == 202
    receipt = answer.json()
    assert (receipt["accepted"], receipt["duplicates"], receipt["quarantined"]) == (2, 1, 2)
    assert len(receipt["delivery_ids"]) == 4
    found = (await client.get("/api/v1/deliveries", params={"state": "quarantined"})).json()["items"]
    assert sorted(one["reason"][:14] for one in found) == ["an item has no", "not JSON: unex"]
    text = (await client.get(f"/api/v1/deliveries/{found[1]['id']}")).json()
    assert (text.get("body"), text["body_text"]) == (None, '{"id": 2')
    assert await rows(node, "SELECT count(*) FROM events WHERE type = 'delivery.quarantined'") == [2]


DEEP = b'{"id": 1, "deep": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"", {}, 400, "delivery_not_json"),
        (b'{"id": 1', {}, 400, "delivery_not_json"),
        (b'{"id": NaN}', {}, 400, "delivery_not_json"),
        (b'{"id": 1e999}', {}, 400, "delivery_not_json"),
        (b'{"id": "\xff"}', {}, 400, "delivery_not_utf8"),
        (DEEP, {}, 400, "delivery_too_deep"),
        (b'{"id": 1, "deep": ' + b"[" * 300 + b"]" * 300 + b"}", {}, 400, "delivery_too_deep"),
        (b"[]", {}, 422, "item_shape_wrong"),
        (b"{}", {}, 422, "item_key_missing"),
        (b'{"id": {}}', {}, 422, "item_key_missing"),
        (b'{"id": "a\\u0000"}', {}, 422, "item_key_missing"),
        (b'{"id": 1, "at": "x"}', {}, 422, "item_revision_wrong"),
        (b"x\ny\n", {"Content-Type": "application/x-ndjson"}, 400, "delivery_not_json"),
        (b'{"id": 1}', {"Content-Encoding": "br"}, 415, "encoding_unsupported"),
        (b'{"id": 1}', {"Content-Encoding": "gzip"}, 400, "content_unreadable"),
        (gzip.compress(b'{"id": 1}', mtime=0)[:-3], {"Content-Encoding": "gzip"}, 400, "content_unreadable"),
        (gzip.compress(bytes(50_000_000), mtime=0), {"Content-Encoding": "gzip"}, 413, "delivery_too_large"),
        (b"\x89PNG", {"Content-Type": "application/json"}, 400, "delivery_not_utf8"),
        (b"a,b\n1,2\n", {"Content-Type": "text/csv"}, 422, "media_type_wrong"),
        (b" " * 2_000_000, {}, 413, "delivery_too_large"),
    ],
)
async def test_what_cannot_be_used_is_refused_by_name_and_leaves_nothing(
    client: httpx.AsyncClient, node: Node, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    node.settings.of(ingest.IngestSettings).push_max_bytes = 1_000_000
    path = await make(client, key="/id", revision="/at")
    answer = await client.post(path, content=body, headers={"Content-Type": "application/json", **headers})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["detail"]
    assert await rows(node, "SELECT count(*) FROM deliveries") == [0]
    assert (await client.post(path, json={"id": 1})).status_code == 202


async def test_a_body_without_a_length_is_cut_while_it_comes(client: httpx.AsyncClient) -> None:
    path = await make(client)
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1600):
            sent += 65536
            yield bytes(65536)

    answer = await client.post(path, content=endless())
    assert (answer.status_code, answer.json()["code"]) == (413, "delivery_too_large")
    assert sent <= 9 * 1024**2  # of 100 MB


@pytest.mark.security("S21")
async def test_nested_as_deep_as_is_taken_can_be_read_again(client: httpx.AsyncClient) -> None:
    path = await make(client)
    body = b"[" * 254 + b"]" * 254
    (delivery_id,) = (await client.post(path, content=body)).json()["delivery_ids"]
    shown = await client.get(f"/api/v1/deliveries/{delivery_id}")
    assert shown.status_code == 200
    assert orjson.dumps(shown.json()["body"]) == body


@pytest.mark.security("S27")
async def test_a_character_no_table_holds_puts_its_item_aside_alone(client: httpx.AsyncClient) -> None:
    path = await make(client)
    event = {"specversion": "1.0", "id": "7", "source": "/gauges/42", "type": "level"}
    odd = [event | {"id": "8", "subject": "a\0b"}, event | {"id": "9", "extension": {"a\0b": 1}}]
    kinds = {"Content-Type": "application/cloudevents-batch+json"}
    sent = await client.post(path, content=orjson.dumps([event, *odd]), headers=kinds)
    assert sent.status_code == 202, sent.text
    assert (sent.json()["accepted"], sent.json()["quarantined"]) == (1, 2)
    binary = {f"ce-{name}": value for name, value in event.items()} | {"ce-subject": "a%00b"}
    alone = await client.post(path, content=b"a,b\n", headers=binary | {"Content-Type": "text/csv"})
    assert (alone.status_code, alone.json()["code"]) == (400, "event_invalid")

    path = await make(client, json_schema={"type": "object", "additionalProperties": {"type": "number"}})
    lines = b'{"a\\u0000b": 1}\n{"a\\u0000b": "c\\u0000d"}\n'
    sent = await client.post(path, content=lines, headers={"Content-Type": "application/x-ndjson"})
    assert sent.status_code == 202, sent.text
    assert (sent.json()["accepted"], sent.json()["quarantined"]) == (1, 1)


async def test_whom_one_may_not_push_to(client: httpx.AsyncClient, anonymous: httpx.AsyncClient, node: Node) -> None:
    missing = await client.post("/api/v1/sources/src_none/deliveries", json={})
    assert (missing.status_code, missing.json()["code"]) == (404, "source_not_found")
    polled = await add_source(node, "http://127.0.0.1:1/")
    refused = await client.post(f"/api/v1/sources/{polled}/deliveries", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "source_not_pushed")
    path = await make(client)
    assert (await anonymous.post(path, json={})).status_code == 401
    await client.patch(path.removesuffix("/deliveries"), json={"enabled": False})
    paused = await client.post(path, json={})
    assert (paused.status_code, paused.json()["code"]) == (409, "source_paused")


@pytest.mark.security("S28")
async def test_the_same_item_from_many_at_once_is_accepted_once(client: httpx.AsyncClient, node: Node) -> None:
    path = await make(client, key="/id")
    lines = b"\n".join(orjson.dumps({"id": n}) for n in range(200))
    backwards = b"\n".join(orjson.dumps({"id": n}) for n in reversed(range(200)))
    headers = {"Content-Type": "application/x-ndjson"}
    answers = await asyncio.gather(
        *[client.post(path, content=lines if n % 2 else backwards, headers=headers) for n in range(8)]
    )
    assert [a.status_code for a in answers] == [202] * 8
    assert sum(a.json()["accepted"] for a in answers) == 200
    assert sum(a.json()["duplicates"] for a in answers) == 7 * 200
    assert await rows(node, "SELECT count(*) FROM jobs") == [200]
    source = (await client.get(path.removesuffix("/deliveries"))).json()
    assert source["delivery_count"] == 200


async def test_many_pushes_share_a_statement_and_wake_the_workers(client: httpx.AsyncClient, node: Node) -> None:
    path = await make(client, key="/id")
    woken = asyncio.Event()
    node.bus.on(READY_TOPIC, woken.set)
    answers = await asyncio.gather(*[client.post(path, json={"id": n}) for n in range(40)])
    assert [a.status_code for a in answers] == [202] * 40
    assert woken.is_set()
    transactions = await rows(node, "SELECT count(DISTINCT xmin::text) FROM deliveries")
    assert transactions[0] < 40
    assert await rows(node, "SELECT count(*) FROM deliveries d JOIN jobs j ON j.id = d.job_id") == [40]
    assert await rows(node, "SELECT sum((data->>'count')::int) FROM events WHERE type = 'delivery.accepted'") == [40]


async def test_a_quarantined_delivery_is_read_anew_once_it_can_be(client: httpx.AsyncClient, node: Node) -> None:
    path = await make(client, key="/id")
    source = path.removesuffix("/deliveries")
    receipt = await client.post(
        path, content=b'{"id": 1}\n{"name": 2}', headers={"Content-Type": "application/x-ndjson"}
    )
    bad = receipt.json()["delivery_ids"][-1]
    still = await client.post(f"/api/v1/deliveries/{bad}/replay")
    assert (still.status_code, still.json()["code"]) == (422, "item_key_missing")
    await client.patch(source, json={"settings": {"key": "/name"}})
    done = await client.post(f"/api/v1/deliveries/{bad}/replay")
    assert done.status_code == 202
    assert (done.json()["state"], done.json()["reason"]) == (
        "ignored",
        "read again: 1 taken in, 0 known already or unreadable",
    )
    listed = (await client.get("/api/v1/deliveries", params={"state": "queued"})).json()["items"]
    assert {one["item_key"] for one in listed} == {"1", "2"}
    assert (await client.get(source)).json()["quarantined_count"] == 0


async def test_outcomes_and_another_go(client: httpx.AsyncClient, node: Node) -> None:
    path = await make(client, key="/id")
    (delivery_id,) = (await client.post(path, json={"id": 1})).json()["delivery_ids"]
    async with node.database.transaction() as session:
        await ingest.record_outcome(session, delivery_id, "delivered", incident_id="inc_1")
    async with node.database.transaction() as session:
        (mark,) = await ingest.list_deliveries_of(session, "inc_1")
    assert (mark.id, mark.state, mark.source_name) == (delivery_id, "delivered", "push 1")
    again = (await client.post(f"/api/v1/deliveries/{delivery_id}/replay")).json()
    assert (again["state"], again["incident_id"]) == ("queued", "inc_1")
    assert await rows(node, "SELECT payload FROM jobs ORDER BY number") == [
        {"delivery_id": delivery_id, "replay": False},
        {"delivery_id": delivery_id, "replay": True},
    ]
    async with node.database.transaction() as session:
        await ingest.record_outcome(session, delivery_id, "quarantined", reason="trigger raised KeyError")
    source = (await client.get(path.removesuffix("/deliveries"))).json()
    assert (source["delivery_count"], source["quarantined_count"]) == (1, 1)
    assert (await client.get("/api/v1/deliveries", params={"state": "accepted"})).json()["items"] == []
    missing = await client.get("/api/v1/deliveries/dlv_none")
    assert (missing.status_code, missing.json()["code"]) == (404, "delivery_not_found")
    async with node.database.transaction() as session:
        with pytest.raises(ingest.DeliveryNotFound):
            await ingest.record_outcome(session, "dlv_none", "delivered")
