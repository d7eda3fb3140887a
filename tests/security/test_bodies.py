"""What a body may be: of JSON, so deep, so large, and in no disguise. Each limit, and one more."""

from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI

from app.kernel.node import Node
from app.kernel.web_guard import BODY_BYTES
from app.main import openapi

DEEPEST = 201
JSON = {"Content-Type": "application/json"}


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


async def post_token(client: httpx.AsyncClient, scopes: bytes, **headers: str) -> httpx.Response:
    body = b'{"name":"deep","scopes":' + scopes + b"}"
    return await client.post("/api/v1/tokens", content=body, headers={**JSON, **headers})


async def post_job(client: httpx.AsyncClient, payload: bytes, **headers: str) -> httpx.Response:
    body = b'{"kind":"wait","payload":' + payload + b"}"
    return await client.post("/api/v1/jobs", content=body, headers={**JSON, **headers})


@pytest.mark.security("S21")
@pytest.mark.parametrize("post", [post_token, post_job])
async def test_one_level_deeper_than_is_read_is_refused(
    running_node: Node, client: httpx.AsyncClient, post: Any
) -> None:
    for levels in (DEEPEST, 1_000, 1_000_000):
        answer = await post(client, nested(levels))
        assert (answer.status_code, answer.json()["code"]) == (400, "request_malformed"), levels
        assert len(answer.content) < 2_000
    answer = await post(client, nested(DEEPEST - 5))
    assert (answer.status_code, answer.json()["code"]) != (400, "request_malformed")


@pytest.mark.security("S21")
@pytest.mark.parametrize(
    "scopes",
    [
        b"[NaN]",
        b"Infinity",
        b'["\\ud800"]',
        b'["\xff"]',
        b"[1,]",
        b"['*']",
        b'["*"] trailing',
        b"1" * 5_000,
        b"\xef\xbb\xbf[]",
    ],
)
async def test_what_is_no_json_is_said_to_be_none(running_node: Node, client: httpx.AsyncClient, scopes: bytes) -> None:
    answer = await post_token(client, scopes)
    assert (answer.status_code, answer.json()["code"]) == (400, "request_malformed"), answer.text


@pytest.mark.security("S21", "S10")
async def test_no_operation_takes_a_form_or_an_archive(
    running_node: Node, client: httpx.AsyncClient, app: FastAPI
) -> None:
    """Where nothing takes parts, there is no number of parts to limit; a new operation that does fails here.

    Pushes take anything, and of a form its files: test_ingest_forms.py has their limits.
    """
    form = httpx.Request("POST", "http://x", files={f"f{n}": b"x" for n in range(1001)}, data={"token": "x"})
    content = form.read()
    for path, item in openapi(app)["paths"].items():
        for method, operation in item.items():
            if "requestBody" not in operation:
                continue
            kinds = set(operation["requestBody"]["content"])
            assert not any(
                kind.startswith(("multipart/", "application/x-www-form", "application/zip")) for kind in kinds
            )
            if kinds != {"application/json"}:
                continue
            target = path.replace("{", "").replace("}", "")
            for media_type in (form.headers["content-type"], "application/x-www-form-urlencoded", "text/plain"):
                answer = await client.request(method, target, content=content, headers={"Content-Type": media_type})
                assert 400 <= answer.status_code < 500, (method, path, media_type, answer.status_code)


@pytest.mark.security("S21")
async def test_no_compressed_body_is_inflated(running_node: Node, client: httpx.AsyncClient) -> None:
    """Nothing is decompressed, so no ratio can surprise; it is said instead of being taken for broken JSON."""
    for encoding in ("gzip", "br", "zstd", "deflate", "gzip, identity"):
        answer = await post_token(client, b'["*"]', **{"Content-Encoding": encoding})
        assert (answer.status_code, answer.json()["code"]) == (415, "encoding_unsupported"), encoding
    assert (await post_token(client, b'["*"]', **{"Content-Encoding": "identity"})).status_code == 201


@pytest.mark.security("S21")
async def test_one_byte_more_than_a_body_may_have(running_node: Node, client: httpx.AsyncClient) -> None:
    padding = BODY_BYTES - len(b'{"name":"deep","scopes":["*"]}')
    assert (await post_token(client, b" " * padding + b'["*"]')).status_code == 201
    answer = await post_token(client, b" " * (padding + 1) + b'["*"]')
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.security("S21")
async def test_every_list_has_a_largest_page(running_node: Node, client: httpx.AsyncClient, app: FastAPI) -> None:
    limited = 0
    for path, item in openapi(app)["paths"].items():
        parameters = {p["name"]: p["schema"] for p in item.get("get", {}).get("parameters", ())}
        if "limit" not in parameters or path == "/api/v1/audit/verify":  # how much is checked: nothing of it is listed
            continue
        limited += 1
        most = parameters["limit"]["maximum"]
        assert most <= 500, path
        target = path.replace("{", "").replace("}", "")
        for wrong in (0, most + 1, -1, 10**30, "all"):
            answer = await client.get(target, params={"limit": wrong})
            assert answer.status_code == 422, (path, wrong)
    assert limited > 10


def test_a_body_of_this_depth_can_be_written() -> None:
    """The reader's limit lies below the writer's, with room for what an answer wraps around it."""
    value: Any = []
    for _ in range(DEEPEST + 40):
        value = [value]
    orjson.dumps(value)


@pytest.mark.security("S27")
async def test_a_number_longer_than_64_bits_is_kept_or_refused(running_node: Node, client: httpx.AsyncClient) -> None:
    for number in (2**64, -(10**40)):
        made = await client.post("/api/v1/job-batches", json={"name": "b", "callback_payload": {"n": [number]}})
        assert made.status_code in (201, 422), made.text


@pytest.mark.security("S27")
async def test_what_odd_requests_once_broke_is_refused(running_node: Node, client: httpx.AsyncClient) -> None:
    made = await client.post("/api/v1/datasets", params={"name": "a.txt"}, content=b"a")
    copies = f"/api/v1/datasets/{made.json()['id']}/copies"
    nowhere = {"kind": "replicate", "storage_ids": ["sto_x"], "from_storage_id": "sto_y"}
    answers = [
        await client.get("/api/v1/simulations", params={"group_id": ""}),
        await client.get("/api/v1/storages/sto_x/files", params={"cursor": "\u00f6" * 8000}),
        await client.post("/api/v1/applications", json={"name": "a", "definition": with_parameters({"x": 2**70})}),
        await client.post(copies, json=nowhere),
        await client.get("/api/v1/datasets", params={"valid_until": "0.5"}),
        await client.post("/api/v1/uploads", json={"name": "a", "bytes": 1, "valid_from": 0.5}),
    ]
    assert [answer.status_code for answer in answers] == [422] * 6, [answer.text[:300] for answer in answers]


def with_parameters(schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "command": ["true"],
        "resources": {"walltime_seconds": 60, "cores": 1},
        "parameters": {"type": "object", "properties": {}, **schema},
    }
