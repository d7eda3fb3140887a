"""Who may send to a source, how much, and in which form."""

import asyncio
import base64
import gzip
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI, Request
from polls import rows

from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.kernel.rate_limits import Bucket, limits_of
from app.modules import ingest
from app.modules.ingest import signatures
from app.modules.ingest.gates import gates_of
from app.modules.ingest.schemas import SourceSubmit
from app.modules.ingest.sources import register_source
from tests.conftest import _client


@pytest.fixture
def sender(anonymous: httpx.AsyncClient) -> httpx.AsyncClient:
    """Somebody without a login."""
    return anonymous


async def make(client: httpx.AsyncClient, name: str = "pushed", **fields: Any) -> str:
    answer = await client.post("/api/v1/sources", json={"name": name, "driver": "push", **fields})
    assert answer.status_code == 201, answer.text
    return f"/api/v1/sources/{answer.json()['id']}"


async def key(client: httpx.AsyncClient, source: str, kind: str, **more: str) -> str:
    answer = await client.post(f"{source}/keys", json={"kind": kind, **more})
    assert answer.status_code == 201, answer.text
    secret: str = answer.json()["secret"]
    return secret


@pytest.mark.covers("V59")
@pytest.mark.security("S17")
async def test_a_source_has_a_token_of_its_own_and_it_opens_nothing_else(
    client: httpx.AsyncClient, sender: httpx.AsyncClient
) -> None:
    source, other = await make(client), await make(client, "other")
    token = await key(client, source, "token")
    login = {"Authorization": f"Bearer {token}"}
    taken = await sender.post(f"{source}/deliveries", json={"a": 1}, headers=login)
    assert (taken.status_code, taken.json()["accepted"]) == (202, 1)
    for path in (f"{other}/deliveries", "/api/v1/sources/src_none/deliveries"):
        refused = await sender.post(path, json={}, headers=login)
        assert (refused.status_code, refused.json()["code"]) == (401, "sender_refused")
    assert (await sender.get(source, headers=login)).status_code == 401
    assert (await client.get(source)).json()["keys"] == ["token"]
    assert token not in (await client.get(source)).text
    newer = await key(client, source, "token")
    assert (await sender.post(f"{source}/deliveries", json={"a": 2}, headers=login)).status_code == 401
    assert (await client.delete(f"{source}/keys/token")).status_code == 204
    ended = await sender.post(f"{source}/deliveries", json={"a": 2}, headers={"Authorization": f"Bearer {newer}"})
    assert ended.status_code == 401
    assert (await client.delete(f"{source}/keys/token")).json()["code"] == "source_key_missing"


@pytest.mark.security("S20")
async def test_signed_requests_altered_late_or_replayed_are_refused(
    client: httpx.AsyncClient, sender: httpx.AsyncClient, node: Node
) -> None:
    source = await make(client)
    secret = "whsec_" + base64.b64encode(b"k" * 32).decode()
    assert await key(client, source, "signature", secret=secret) == secret
    assert (await client.post(f"{source}/keys", json={"kind": "signature", "secret": "short"})).status_code == 422
    now = int(node.clock.now().timestamp())

    def signed(body: bytes, *, at: int = now, name: str = "msg_1", by: str = secret) -> dict[str, str]:
        signature = signatures.sign(signatures.key_of(by), name, at, body)
        head = {"webhook-id": name, "webhook-timestamp": str(at), "webhook-signature": f"v1,AAAA {signature}"}
        return head | {"Content-Type": "application/json"}

    async def post(body: bytes, headers: dict[str, str]) -> tuple[int, str | None]:
        answer = await sender.post(f"{source}/deliveries", content=body, headers=headers)
        return answer.status_code, answer.json().get("code")

    body = b'{"level": 3}'
    assert await post(b'{"level": 4}', signed(body)) == (401, "signature_wrong")
    assert await post(body, signed(body) | {"webhook-id": "msg_2"}) == (401, "signature_wrong")
    assert await post(body, signed(body, at=now - 3600)) == (401, "signature_stale")
    assert await post(body, signed(body, at=now + 3600)) == (401, "signature_stale")
    assert await post(body, signed(body, by=signatures.new_secret())) == (401, "signature_wrong")
    assert await post(body, signed(body) | {"webhook-timestamp": "now"}) == (401, "signature_wrong")
    at_once = await asyncio.gather(*[post(body, signed(body)) for _ in range(10)])
    assert sorted(at_once, key=str) == [(202, None)] + [(409, "signature_replayed")] * 9
    assert await post(body, signed(body)) == (409, "signature_replayed")
    assert await post(body, signed(body, at=now + 1)) == (202, None)  # the sender tries again: a duplicate
    assert await rows(node, "SELECT item_key FROM deliveries") == ["msg_1"]
    assert await rows(node, "SELECT count(*) FROM push_signatures") == [2]


@pytest.mark.covers("V59")
async def test_a_source_may_be_chosen_by_the_senders_address(
    client: httpx.AsyncClient, sender: httpx.AsyncClient, node: Node
) -> None:
    settings = node.settings.of(ingest.IngestSettings)
    wide, narrow = await make(client, "wide", addresses=["127.0.0.0/8"]), await make(client, "narrow")
    off = await sender.post("/api/v1/ingest", json={"a": 1})
    assert (off.status_code, off.json()["code"]) == (404, "sender_unknown")
    settings.by_address = True
    assert (await sender.post("/api/v1/ingest", json={"a": 1})).status_code == 202
    await client.patch(narrow, json={"addresses": ["127.0.0.1"]})
    assert (await sender.post("/api/v1/ingest", json={"a": 2})).status_code == 202
    counts = [(await client.get(source)).json()["delivery_count"] for source in (wide, narrow)]
    assert counts == [1, 1]
    await client.patch(wide, json={"addresses": ["127.0.0.1", "2001:db8::/32"]})
    both = await sender.post("/api/v1/ingest", json={"a": 3})
    assert (both.status_code, both.json()["code"]) == (409, "sender_ambiguous")
    await client.patch(wide, json={"addresses": []})
    await client.patch(narrow, json={"addresses": ["192.0.2.0/24"]})
    assert (await sender.post("/api/v1/ingest", json={"a": 3})).json()["code"] == "sender_unknown"
    assert (await client.patch(wide, json={"addresses": ["192.0.2.1/24"]})).status_code == 422


@pytest.mark.security("S20")
async def test_a_page_of_another_site_is_no_sender(
    client: httpx.AsyncClient, sender: httpx.AsyncClient, node: Node
) -> None:
    node.settings.of(ingest.IngestSettings).by_address = True
    await make(client, addresses=["127.0.0.0/8"])
    for head in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}):
        refused = await sender.post("/api/v1/ingest", content=b'{"a": 1}', headers=head)
        assert (refused.status_code, refused.json()["code"]) == (403, "csrf"), head
    assert await rows(node, "SELECT count(*) FROM deliveries") == [0]
    assert (await sender.post("/api/v1/ingest", json={"a": 1})).status_code == 202


async def test_who_proves_to_be_a_sender_is_counted_as_no_stranger(
    client: httpx.AsyncClient, sender: httpx.AsyncClient, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    strangers = Bucket(0.001, 3, monotonic=node.clock.monotonic)
    monkeypatch.setattr(limits_of(node), "_strangers", strangers)
    source = await make(client)
    secret, token = await key(client, source, "signature"), await key(client, source, "token")
    now = int(node.clock.now().timestamp())
    for number in range(5):
        gates_of(node).forget()  # as any change of any source makes it
        name, body = f"msg_{number}", b'{"number": %d}' % number
        signature = signatures.sign(signatures.key_of(secret), name, now, body)
        head = {"webhook-id": name, "webhook-timestamp": str(now), "webhook-signature": signature}
        assert (await sender.post(f"{source}/deliveries", content=body, headers=head)).status_code == 202
        gates_of(node).forget()
        login = {"Authorization": f"Bearer {token}"}
        assert (await sender.post(f"{source}/deliveries", json={"n": number}, headers=login)).status_code == 202
    wrong = {"Authorization": f"Bearer {token}x"}
    answers = [(await sender.post(f"{source}/deliveries", json={}, headers=wrong)).status_code for _ in range(5)]
    assert answers == [401, 401, 401, 429, 429]


async def test_names_are_their_owners_and_the_houses_comes_first(client: httpx.AsyncClient, node: Node) -> None:
    async with node.database.transaction() as session:
        ours = await ingest.ensure_source(session, "usgs", "push", {})
    await make(client, "usgs")
    again = await client.post("/api/v1/sources", json={"name": "usgs", "driver": "push"})
    assert (again.status_code, again.json()["code"]) == (409, "source_name_taken")
    async with node.database.transaction() as session:
        found = await ingest.find_source(session, "usgs")
        assert found is not None
        assert found.id == ours.id
        assert (await ingest.ensure_source(session, "usgs", "push", {})).id == ours.id


async def test_limits_of_a_source_are_its_own(client: httpx.AsyncClient, node: Node) -> None:
    schema = {"type": "object", "required": ["level"], "properties": {"level": {"type": "number", "maximum": 20}}}
    settings = {"requests_per_second": 2, "max_bytes": 100, "json_schema": schema}
    source = await make(client, settings=settings)
    path = f"{source}/deliveries"
    misfit = await client.post(path, json={"level": 21})
    assert (misfit.status_code, misfit.json()["code"]) == (422, "schema_mismatch")
    assert misfit.json()["detail"].startswith("/level: ")
    large = await client.post(path, json={"level": 1, "note": "x" * 100})
    assert (large.status_code, large.json()["code"]) == (413, "delivery_too_large")
    lines = await client.post(
        path, content=b'{"level": 1}\n{"level": "high"}\n', headers={"Content-Type": "application/x-ndjson"}
    )
    assert (lines.json()["accepted"], lines.json()["quarantined"]) == (1, 1)
    assert (await client.post(path, json={"level": 2})).status_code == 202
    fast = await client.post(path, json={"level": 3})
    assert (fast.status_code, fast.json()["code"], fast.headers["Retry-After"]) == (429, "source_rate_limited", "1")
    for wrong in ({"type": "nonsense"}, {"$ref": "http://127.0.0.1:1/schema.json"}):
        answer = await client.post(
            "/api/v1/sources", json={"name": "other", "driver": "push", "settings": {"json_schema": wrong}}
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "source_settings_invalid")


async def test_cloud_events_in_all_three_forms(client: httpx.AsyncClient) -> None:
    source = await make(client)
    path = f"{source}/deliveries"
    event = {"specversion": "1.0", "id": "7", "source": "/gauges/42", "type": "level", "data": {"level": 3}}

    async def sent(content: bytes, **headers: str) -> dict[str, Any]:
        found = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = await client.post(path, content=content, headers=found)
        assert answer.status_code == 202, answer.text
        receipt: dict[str, Any] = answer.json()
        return receipt

    raw = orjson.dumps(event)
    first = await sent(raw, content_type="application/cloudevents+json")
    binary = {"ce_specversion": "1.0", "ce_source": "/gauges/42", "ce_type": "level", "content_type": "text/csv"}
    assert (await sent(b"a,b\n", ce_id="7", **binary))["duplicates"] == 1  # source and id are the event
    second = await sent(b"a,b\n", ce_id="8", **binary)
    batch = orjson.dumps([event, event | {"id": "9", "subject": "high water"}, event | {"id": ""}])
    receipt = await sent(batch, content_type="application/cloudevents-batch+json")
    assert (receipt["accepted"], receipt["duplicates"], receipt["quarantined"]) == (1, 1, 1)
    shown = (await client.get(f"/api/v1/deliveries/{first['delivery_ids'][0]}")).json()
    assert (shown["item_key"], shown["title"]) == ("/gauges/42 7", "level")
    assert shown["attributes"]["type"] == "level"
    body = await client.get(f"/api/v1/deliveries/{first['delivery_ids'][0]}/raw")
    assert body.content == raw
    shown = (await client.get(f"/api/v1/deliveries/{second['delivery_ids'][0]}")).json()
    assert (shown["body_text"], shown["media_type"], shown["attributes"]["id"]) == ("a,b\n", "text/csv", "8")
    no_event = await client.post(path, content=b"{}", headers={"Content-Type": "application/cloudevents+json"})
    assert (no_event.status_code, no_event.json()["code"]) == (400, "event_invalid")


@pytest.mark.security("S23")
async def test_anything_is_kept_byte_for_byte_and_nothing_of_it_runs(client: httpx.AsyncClient) -> None:
    source = await make(client)
    page = b"<script>alert(1)</script>\xff\x00"
    for media_type, shown_as in (
        ("text/html", "application/octet-stream"),
        ("image/svg+xml", "application/octet-stream"),
        ("image/png", "image/png"),
    ):
        content = page + media_type.encode()
        head = {"Content-Type": media_type, "Content-Encoding": "gzip"}
        sent = await client.post(f"{source}/deliveries", content=gzip.compress(content), headers=head)
        assert sent.status_code == 202, sent.text
        raw = await client.get(f"/api/v1/deliveries/{sent.json()['delivery_ids'][0]}/raw")
        assert raw.content == content
        assert raw.headers["Content-Type"] == shown_as
        assert raw.headers["Content-Disposition"].startswith("attachment;")
        assert raw.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in raw.headers["Content-Security-Policy"]
    listed = (await client.get("/api/v1/deliveries", params={"media_type": "text/html"})).json()["items"]
    assert [one["media_type"] for one in listed] == ["text/html"]
    none = (await client.get("/api/v1/deliveries", params={"until": "2020-01-01T00:00:00Z"})).json()["items"]
    assert none == []


@pytest.mark.security("S21")
async def test_a_full_queue_says_when_to_come_again(client: httpx.AsyncClient, node: Node) -> None:
    settings = node.settings.of(ingest.IngestSettings)
    settings.queue_rows = 20
    source = await make(client)
    lines = [b"\n".join(b'{"id": %d}' % (n * 15 + k) for k in range(15)) for n in range(8)]
    answers = await asyncio.gather(
        *[
            client.post(f"{source}/deliveries", content=body, headers={"Content-Type": "application/x-ndjson"})
            for body in lines
        ]
    )
    full = [a for a in answers if a.status_code == 429]
    taken = [a for a in answers if a.status_code == 202]
    assert full
    assert {(a.json()["code"], a.headers["Retry-After"]) for a in full} == {("ingest_full", "1")}
    assert len(full) + len(taken) == 8
    assert await rows(node, "SELECT count(*) FROM deliveries") == [15 * len(taken)]
    assert (await client.post(f"{source}/deliveries", json={"id": -1})).status_code == 202


@pytest.mark.security("S6")
async def test_nobody_writes_into_a_source_that_is_not_theirs(app: FastAPI, node: Node) -> None:
    """The group commit runs as the service, which sees all rows: who may is decided before it."""
    ada, ben = (Principal(user_id=f"usr_{name}", name=name, role=Role.RUNNER) for name in ("ada", "ben"))
    async with node.database.transaction() as session:
        wanted = SourceSubmit(name="hers", driver="push")
        hers = (await register_source(session, wanted, owner_id=ada.user_id)).id

    async def authenticate(asked: Request) -> Principal | None:
        return {"ada": ada, "ben": ben}.get(asked.headers.get("X-Test-Caller", ""))

    node.authenticate = authenticate
    async with _client(app) as caller:

        async def push(name: str) -> httpx.Response:
            head = {"X-Test-Caller": name}
            return await caller.post(f"/api/v1/sources/{hers}/deliveries", json={"a": 1}, headers=head)

        refused = await push("ben")
        assert (refused.status_code, refused.json()["code"]) == (404, "source_not_found")
        assert await rows(node, "SELECT count(*) FROM deliveries") == [0]
        assert (await push("ada")).status_code == 202
        assert (await push("ben")).status_code == 404  # although the gate is known by now
        seen = await caller.get("/api/v1/deliveries", headers={"X-Test-Caller": "ben"})
        assert seen.json()["items"] == []
        assert await rows(node, "SELECT owner_id FROM events WHERE type = 'delivery.accepted'") == ["usr_ada"]


async def test_events_are_told_apart_by_their_whole_source_and_id(client: httpx.AsyncClient) -> None:
    path = f"{await make(client)}/deliveries"

    async def pushed(source: str, event_id: str) -> tuple[str, int]:
        event = {"specversion": "1.0", "id": event_id, "source": source, "type": "level", "data": {}}
        head = {"Content-Type": "application/cloudevents+json"}
        answer = await client.post(path, content=orjson.dumps(event), headers=head)
        assert answer.status_code == 202, answer.text
        shown = (await client.get(f"/api/v1/deliveries/{answer.json()['delivery_ids'][0]}")).json()
        return shown["item_key"], shown["revision"]

    long = "https://sensors.example/" + "u" * 500
    said = [await pushed(*one) for one in ((long, "1"), (long, "2"), ("a", "b c"), ("a b", "c"), ("a", "b"))]
    assert len({key for key, _ in said}) == 5
    assert {revision for _, revision in said} == {1}
    assert said[-1][0] == "a b"
