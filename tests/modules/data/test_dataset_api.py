"""Data sets over HTTP: lists, stories, bytes and ranges of them."""

import hashlib
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import QueuePool

from app.kernel.node import Node
from app.modules import data
from app.modules.data.storages import start

CONTENT = bytes(range(256)) * 20_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


async def register(node: Node, content: bytes, name: str, **about: Any) -> str:
    placed = await data.place_bytes(node, content, "test", name.rpartition("/")[2])
    async with node.database.transaction() as session:
        return (await data.register(session, placed, name=name, **about)).id


@pytest.mark.covers("V40")
async def test_lists_filter_and_page(running_node: Node, client: httpx.AsyncClient) -> None:
    ids = [
        await register(running_node, f"{n}".encode(), f"{n}.txt", incident_id=f"inc_{n % 2}", role="member")
        for n in range(5)
    ]
    everything = (await client.get("/api/v1/datasets")).json()
    assert [item["id"] for item in everything["items"]] == ids[::-1]
    some = (await client.get("/api/v1/datasets", params={"incident_id": "inc_1", "role": "member"})).json()
    assert [item["id"] for item in some["items"]] == [ids[3], ids[1]]
    page = (await client.get("/api/v1/datasets", params={"limit": 2})).json()
    rest = (await client.get("/api/v1/datasets", params={"limit": 9, "cursor": page["next_cursor"]})).json()
    assert [item["id"] for item in page["items"] + rest["items"]] == ids[::-1]


@pytest.mark.covers("V30", "V41")
async def test_one_data_set_tells_its_story(running_node: Node, client: httpx.AsyncClient) -> None:
    given = await register(running_node, b"{}", "in.json")
    made = await register(
        running_node, CONTENT, "deep/out.nc", role="grid", incident_id="inc_1", simulation_id="sim_1",
        stage="shake", machine="local", inputs=[given],
    )  # fmt: skip
    found = (await client.get(f"/api/v1/datasets/{made}")).json()
    assert found["provenance"] == {
        "incident": "inc_1", "stage": "shake", "simulation": "sim_1", "machine": "local", "inputs": [given],
        "origin": None,
    }  # fmt: skip
    (replica,) = found["replicas"]
    assert (replica["storage"], replica["state"]) == ("local", "present")
    assert (found["bytes"], found["sha256"], found["role"]) == (len(CONTENT), SHA256, "grid")
    assert replica["path"].endswith("/out.nc")
    health = (await client.get("/api/v1/health")).json()
    assert "data" in str(health)
    missing = await client.get("/api/v1/datasets/dst_none")
    assert (missing.status_code, missing.json()["code"]) == (404, "dataset_not_found")


@pytest.mark.covers("V40")
@pytest.mark.security("S22")
async def test_the_bytes_come_as_they_are_and_may_not_act(running_node: Node, client: httpx.AsyncClient) -> None:
    path = f"/api/v1/datasets/{await register(running_node, CONTENT, 'a b/ü.html')}/content"
    answer = await client.get(path)
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["ETag"] == f'"{SHA256}"'
    assert answer.headers["Content-Type"] == "text/html"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%C3%BC.html"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    inline = await client.get(path, params={"inline": True})
    assert inline.headers["Content-Disposition"].startswith("attachment")
    head = await client.head(path)
    assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", str(len(CONTENT)))
    known = await client.get(path, headers={"If-None-Match": f'"{SHA256}"'})
    assert (known.status_code, known.content) == (304, b"")


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.json", "a.geojson", "a.txt"])
async def test_images_and_plain_documents_may_be_shown_in_place(
    running_node: Node, client: httpx.AsyncClient, name: str
) -> None:
    dataset_id = await register(running_node, b"{}", name)
    answer = await client.get(f"/api/v1/datasets/{dataset_id}/content", params={"inline": True})
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")


async def test_ranges_of_the_bytes(running_node: Node, client: httpx.AsyncClient) -> None:
    path = f"/api/v1/datasets/{await register(running_node, CONTENT, 'x.bin')}/content"
    part = await client.get(path, headers={"Range": "bytes=1000000-2999999"})
    assert (part.status_code, part.content) == (206, CONTENT[1000000:3000000])
    assert part.headers["Content-Range"] == f"bytes 1000000-2999999/{len(CONTENT)}"
    for if_range, status in ((f'"{SHA256}"', 206), ('"other"', 200)):
        answer = await client.get(path, headers={"Range": "bytes=-5", "If-Range": if_range})
        assert (answer.status_code, answer.content) == (status, CONTENT[-5:] if status == 206 else CONTENT)
    head = await client.head(path, headers={"Range": "bytes=-5"})
    assert (head.status_code, head.headers["Content-Length"]) == (206, "5")
    past = await client.get(path, headers={"Range": f"bytes={len(CONTENT)}-"})
    assert (past.status_code, past.json()["code"]) == (416, "range_unsatisfiable")
    assert past.headers["Content-Range"] == f"bytes */{len(CONTENT)}"


async def test_no_connection_is_held_while_the_bytes_are_sent(
    node: Node, app: FastAPI, client: httpx.AsyncClient
) -> None:
    await start(node)  # nothing else runs on this node, so every connection taken is the request's
    dataset_id = await register(node, CONTENT, "x.bin")
    taken: list[int] = []

    async def watching(scope: Any, receive: Any, send: Any) -> None:
        async def sent(message: Any) -> None:
            if message["type"] == "http.response.body" and message.get("body"):
                taken.append(cast("QueuePool", node.database.engine.pool).checkedout())
            await send(message)

        await app(scope, receive, sent)

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(watching), base_url="http://127.0.0.1:8000", headers=client.headers
    ) as watched:
        assert (await watched.get(f"/api/v1/datasets/{dataset_id}/content")).content == CONTENT
    assert len(taken) > 1
    assert set(taken) == {0}


async def test_storages_show_their_room(running_node: Node, client: httpx.AsyncClient) -> None:
    await register(running_node, CONTENT, "x.bin")
    (storage,) = (await client.get("/api/v1/storages")).json()["items"]
    assert (storage["name"], storage["driver"], storage["state"]) == ("local", "local", "answers")
    assert storage["bytes_used"] == len(CONTENT)
