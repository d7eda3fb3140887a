"""Collections that are shared: who sees one and so what in it, who may change it, and what nobody shares by one."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request
from sqlalchemy import text

from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.modules import data
from app.modules.data.storages import default_storage_id
from tests.modules.data.test_transfer_engine import ended, storage, submit

As = Callable[[str], httpx.AsyncClient]
BEN = Principal(user_id="usr_ben", name="Ben", role=Role.RUNNER)


@pytest.fixture
def as_(running_node: Node, app: FastAPI) -> As:
    async def authenticate(request: Request) -> Principal | None:
        name = request.headers.get("X-Test-Caller", "")
        return Principal(user_id=f"usr_{name}", name=name, role=Role.RUNNER)

    running_node.authenticate = authenticate

    def as_(name: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        base = "http://127.0.0.1:8000/api/v1"
        return httpx.AsyncClient(transport=transport, base_url=base, headers={"X-Test-Caller": name})

    return as_


async def share(node: Node, object_id: str, level: str, subject: str = "ben") -> None:
    async with node.database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO shares (object_id, subject_id, level, shared_by) VALUES (:o, :s, :l, 'usr_ada')"
                " ON CONFLICT (object_id, subject_id) DO UPDATE SET level = :l"
            ),
            {"o": object_id, "s": f"usr_{subject}", "l": level},
        )


async def unshare(node: Node, object_id: str) -> None:
    async with node.database.transaction() as session:
        await session.execute(text("DELETE FROM shares WHERE object_id = :o"), {"o": object_id})


async def register(node: Node, name: str, owner: str) -> str:
    placed = await data.place_bytes(node, name.encode(), "test", name)
    async with node.database.transaction() as session:
        return (await data.register(session, placed, name=name, owner_id=f"usr_{owner}")).id


async def names(client: httpx.AsyncClient, **wanted: str) -> list[str]:
    return sorted(one["name"] for one in (await client.get("/datasets", params=wanted)).json()["items"])


@pytest.mark.security("S6")
async def test_who_sees_a_collection_reads_what_its_owner_put_there(running_node: Node, as_: As) -> None:
    ada, ben = as_("ada"), as_("ben")
    ids = [await register(running_node, name, "ada") for name in ("one", "two", "apart")]
    made = (await ada.post("/collections", json={"name": "season"})).json()
    address, content = f"/collections/{made['id']}", f"/datasets/{ids[0]}/content"
    assert (await ada.post(f"{address}/put", json={"dataset_ids": ids[:2]})).json()["dataset_count"] == 2
    for method, path in (("GET", address), ("PATCH", address), ("DELETE", address), ("POST", f"{address}/put")):
        body = {"dataset_ids": ids} if method == "POST" else {"comment": "x"} if method == "PATCH" else None
        assert (await ben.request(method, path, json=body)).status_code == 404, path
    assert (await ben.get("/collections")).json()["items"] == []
    assert (await ben.get(content)).status_code == 404

    await share(running_node, made["id"], "view")
    assert (await ben.get(address)).json()["dataset_count"] == 2
    assert await names(ben) == await names(ben, collection_id=made["id"]) == await names(ben, q="o") == ["one", "two"]
    assert (await ben.get(content)).text == "one"
    assert (await ben.get(f"/datasets/{ids[2]}")).status_code == 404
    async with running_node.database.session_of(BEN) as session:  # by the second wall alone, with what hangs on them
        seen = await session.execute(text("SELECT d.id, r.path FROM datasets d JOIN replicas r ON r.dataset_id = d.id"))
        assert sorted(row.id for row in seen) == sorted(ids[:2])
    for method, path in (("PATCH", address), ("DELETE", address), ("PATCH", f"/datasets/{ids[0]}")):
        refused = await ben.request(method, path, json={"comment": "x"} if method == "PATCH" else None)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")

    assert (await ada.post(f"{address}/take-out", json={"dataset_ids": ids[1:2]})).status_code == 200
    assert await names(ben) == ["one"]
    await unshare(running_node, made["id"])
    assert await names(ben) == []
    assert (await ben.get(content)).status_code == 404


@pytest.mark.security("S6")
async def test_nobody_but_its_owner_shares_a_data_set_by_a_collection(running_node: Node, as_: As) -> None:
    ada, ben, cem = as_("ada"), as_("ben"), as_("cem")
    adas, bens = await register(running_node, "adas", "ada"), await register(running_node, "bens", "ben")
    await share(running_node, adas, "view")
    # In a collection of his own it is seen by him, and by nobody he shows that to.
    his = (await ben.post("/collections", json={"name": "his"})).json()["id"]
    assert (await ben.post(f"/collections/{his}/put", json={"dataset_ids": [adas, bens]})).json()["dataset_count"] == 2
    await share(running_node, his, "view", "cem")
    assert await names(cem) == ["bens"]
    # In one of hers that he may act on: what is his stays his to share, what is hers he does not put there.
    hers = (await ada.post("/collections", json={"name": "hers"})).json()["id"]
    await share(running_node, hers, "act")
    await share(running_node, hers, "view", "cem")
    refused = await ben.post(f"/collections/{hers}/put", json={"dataset_ids": [adas]})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")
    assert (await ben.post(f"/collections/{hers}/put", json={"dataset_ids": [bens]})).json()["dataset_count"] == 1
    assert await names(cem, collection_id=hers) == ["bens"]  # by his own collection
    assert await names(ada) == ["adas"]
    assert (await ada.post(f"/collections/{hers}/put", json={"dataset_ids": [adas]})).json()["dataset_count"] == 1
    assert (await ben.post(f"/collections/{hers}/put", json={"dataset_ids": [adas]})).status_code == 200  # is there
    assert await names(cem) == ["adas", "bens"]
    assert (await ben.post(f"/collections/{hers}/take-out", json={"dataset_ids": [adas]})).status_code == 200
    assert await names(cem) == ["bens"]


async def test_who_cannot_see_where_a_shared_data_set_lies_is_told_what_to_do(
    running_node: Node, as_: As, tmp_path: Path
) -> None:
    """Its bytes are for whom it is shared with, wherever they are; its owner's storages are not."""
    hers = await register(running_node, "hers", "ada")
    place = await storage(running_node, tmp_path / "private", owner_id="usr_ada")
    (moving,) = await submit(running_node, kind="move", dataset_id=hers, targets=[data.Place(storage_id=place)])
    assert (await ended(running_node, moving)).state == "complete"
    await share(running_node, hers, "view")
    ben = as_("ben")
    assert (await ben.get(f"/datasets/{hers}/content")).content == b"hers"
    assert (await ben.get(f"/datasets/{hers}")).json()["replicas"] == []
    wanted = {"kind": "copy", "dataset_id": hers, "targets": [{"storage_id": default_storage_id(running_node)}]}
    refused = await ben.post("/transfers", json=wanted)
    assert (refused.status_code, refused.json()["code"]) == (503, "content_missing")
    assert "ask its owner to copy it" in refused.json()["detail"]
    assert "private" not in refused.text


@pytest.mark.security("S6")
async def test_nobody_but_its_owner_lets_anybody_in_by_a_link(running_node: Node, as_: As) -> None:
    dataset_id = await register(running_node, "hers", "ada")
    path = f"/datasets/{dataset_id}/links"
    await share(running_node, dataset_id, "act")
    refused = await as_("ben").post(path, json={})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")
    assert (await as_("ada").post(path, json={})).status_code == 201
    assert len((await as_("ben").get(path)).json()["items"]) == 1
