"""What people do with data sets: say something else, delete, have back, keep, make versions, collect."""

import hashlib
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text

from app.kernel.audit import AuditEvent
from app.kernel.events import EventRow
from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.modules import data
from app.modules.data.erasing import sweep
from app.modules.data.models import Replica

API = "/api/v1"
BEN = Principal(user_id="usr_ben", name="Ben", role=Role.RUNNER)


async def put(client: httpx.AsyncClient, content: bytes = b"content", **said: Any) -> dict[str, Any]:
    answer = await client.post(f"{API}/datasets", params={"name": "x.txt", **said}, content=content)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def ids(client: httpx.AsyncClient, **wanted: Any) -> list[str]:
    answer = await client.get(f"{API}/datasets", params=wanted)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


@pytest.mark.covers("V40", "V41")
async def test_what_is_said_of_a_data_set_changes_and_its_bytes_do_not(
    running_node: Node, client: httpx.AsyncClient
) -> None:
    made = await put(client)
    path = f"{API}/datasets/{made['id']}"
    wanted = {
        "name": "flood map", "media_type": "text/markdown", "comment": "checked", "tags": ["a", "b", "a"],
        "area": [5, 45, 11, 48], "valid_from": "2026-01-01T00:00:00Z", "role": "map", "pinned": True,
    }  # fmt: skip
    changed = await client.patch(path, json=wanted)
    assert changed.status_code == 200, changed.text
    found = (await client.get(path)).json()
    assert {name: found[name] for name in wanted} == {
        **wanted, "tags": ["a", "b"], "valid_from": "2026-01-01T00:00:00Z"
    }  # fmt: skip
    assert (found["sha256"], found["version"]) == (made["sha256"], 1)
    back = (await client.patch(path, json={"area": None, "comment": None, "tags": None})).json()
    assert (back["area"], back["comment"], back["tags"], back["role"]) == (None, None, [], "map")
    bads: list[dict[str, Any]] = [
        {"sha256": "0" * 64}, {"name": ""}, {"area": [1, 2, 3]}, {"area": [0, 50, 1, 40]}, {"pinned": 1},
        {"tags": [""]},
        {"media_type": "text"}, {"valid_from": "2026-02-01T00:00:00Z", "valid_until": "2026-01-01T00:00:00Z"},
    ]  # fmt: skip
    for bad in bads:
        assert (await client.patch(path, json=bad)).status_code == 422, bad
    async with running_node.database.sessions() as session:
        said = (await session.scalars(select(AuditEvent).where(AuditEvent.action == "dataset_change"))).all()
        assert [row.object_id for row in said] == [made["id"]] * 2
        facts = (await session.scalars(select(EventRow).where(EventRow.type == "dataset.changed"))).all()
        assert "name" in facts[0].data["changed"]


@pytest.mark.covers("V36")
async def test_what_is_deleted_is_hidden_at_once_had_back_and_erased_in_the_end(
    running_node: Node, client: httpx.AsyncClient
) -> None:
    node = running_node
    made = await put(client)
    path = f"{API}/datasets/{made['id']}"
    link = (await client.post(f"{path}/links", json={})).json()["url"]
    assert (await client.delete(path)).status_code == 204
    assert (await client.delete(path)).status_code == 204
    assert (await client.get(f"{path}/content")).json()["code"] == "dataset_deleted"
    assert (await client.get(link)).status_code == 404
    assert (await client.patch(path, json={"comment": "x"})).status_code == 410
    assert await ids(client) == []
    assert await ids(client, deleted=True) == [made["id"]]
    assert (await client.get(path)).json()["deleted_at"] is not None
    await sweep(node)
    assert (await client.post(f"{path}/restore")).json()["deleted_at"] is None
    assert (await client.get(f"{path}/content")).content == b"content"
    async with node.database.sessions() as session:
        file = await data.path_of(session, node, made["id"])
    await client.patch(path, json={"pinned": True})
    assert (await client.delete(path)).json()["code"] == "dataset_pinned"
    past = {"pinned": False, "keep_until": "2020-01-01T00:00:00Z"}
    refused = await client.patch(path, json=past)
    assert (refused.status_code, "/body/keep_until: lies in the past" in refused.text) == (422, True)
    await client.patch(path, json=past | {"keep_until": "2999-01-01T00:00:00Z"})
    async with node.database.transaction() as session:
        await session.execute(text("UPDATE datasets SET keep_until = now()"))
    await sweep(node)
    assert (await client.get(path)).json()["deleted_at"] is not None
    assert file.exists()
    async with node.database.transaction() as session:
        await session.execute(text("UPDATE datasets SET deleted_at = now() - interval '8 days'"))
    await sweep(node)
    gone = (await client.get(path)).json()
    assert gone["erased_at"] is not None
    assert gone["replicas"] == []
    assert not file.exists()
    assert (await client.post(f"{path}/restore")).json()["code"] == "dataset_erased"
    async with node.database.sessions() as session:
        query = select(EventRow.type).where(EventRow.type.startswith("dataset.")).order_by(EventRow.number)
        facts = list(await session.scalars(query))
        assert facts == [f"dataset.{what}" for what in (
            "registered", "deleted", "restored", "changed", "changed", "deleted", "erased"
        )]  # fmt: skip


async def test_a_file_two_data_sets_share_goes_with_the_last_and_an_adopted_one_never(
    running_node: Node, client: httpx.AsyncClient
) -> None:
    node = running_node
    placed = await data.place_bytes(node, b"shared", "f", "x")
    async with node.database.transaction() as session:
        made = [(await data.register(session, placed, name=f"{n}", adopted=n == 2)).id for n in range(3)]
        file = await data.path_of(session, node, made[0])

    async def erase(dataset_id: str) -> None:
        async with node.database.transaction() as session:
            await session.execute(
                text("UPDATE datasets SET deleted_at = now() - interval '30 days' WHERE id = :id"), {"id": dataset_id}
            )
        await sweep(node)

    await erase(made[0])
    assert file.exists()
    await erase(made[2])
    assert file.exists()
    await erase(made[1])
    assert not file.exists()
    async with node.database.sessions() as session:
        assert (await session.scalars(select(Replica))).all() == []


async def test_an_output_is_registered_once_whatever_it_is_called_by_now(
    running_node: Node, client: httpx.AsyncClient
) -> None:
    placed = await data.place_bytes(running_node, b"out", "f", "out.nc")
    made = []
    for _ in range(2):
        async with running_node.database.transaction() as session:
            made.append((await data.register(session, placed, name="out.nc", simulation_id="sim_1")).id)
        await client.patch(f"{API}/datasets/{made[0]}", json={"name": "the flood"})
    assert made[0] == made[1]


async def test_versions_follow_one_another(running_node: Node, client: httpx.AsyncClient) -> None:
    first = await put(client, b"1")
    second = await put(client, b"2", follows=first["id"])
    third = await put(client, b"3", follows=first["id"])
    assert [one["version"] for one in (first, second, third)] == [1, 2, 3]
    assert await ids(client, series_id=first["series_id"]) == [third["id"], second["id"], first["id"]]
    unknown = await client.post(f"{API}/datasets", params={"name": "x", "follows": "dst_" + "0" * 26}, content=b"")
    assert unknown.status_code == 404


async def test_collections_hold_data_sets_and_are_their_owners(running_node: Node, client: httpx.AsyncClient) -> None:
    one, two = await put(client), await put(client, b"other")
    made = (await client.post(f"{API}/collections", json={"name": "season"})).json()
    path = f"{API}/collections/{made['id']}"
    assert (await client.post(f"{API}/collections", json={"name": "season"})).json()["code"] == "collection_name_taken"
    for _ in range(2):
        held = (await client.post(f"{path}/put", json={"dataset_ids": [one["id"], two["id"]]})).json()
    assert (held["dataset_count"], held["bytes"]) == (2, one["bytes"] + two["bytes"])
    assert await ids(client, collection_id=made["id"]) == [two["id"], one["id"]]
    left = (await client.post(f"{path}/take-out", json={"dataset_ids": [one["id"]]})).json()
    assert left["dataset_count"] == 1
    unknown = await client.post(f"{path}/put", json={"dataset_ids": ["dst_" + "0" * 26]})
    assert unknown.json()["code"] == "dataset_not_found"
    assert (await client.patch(path, json={"comment": "2026"})).json()["comment"] == "2026"

    async def authenticate(_request: object) -> Principal:
        return BEN

    before, running_node.authenticate = running_node.authenticate, authenticate
    assert (await client.get(path)).status_code == 404
    assert (await client.delete(path)).status_code == 404
    assert (await client.get(f"{API}/collections")).json()["items"] == []
    assert await ids(client, collection_id=made["id"]) == []
    running_node.authenticate = before
    assert (await client.delete(path)).status_code == 204
    assert await ids(client) == [two["id"], one["id"]]


@pytest.mark.security("S9")
async def test_a_link_leads_to_one_data_set_for_a_time(
    running_node: Node, client: httpx.AsyncClient, anonymous: httpx.AsyncClient
) -> None:
    made = await put(client, b"0123456789")
    path = f"{API}/datasets/{made['id']}/links"
    answer = await client.post(path, json={"seconds": 60, "note": "for the press"})
    assert answer.status_code == 201, answer.text
    link = answer.json()
    read = await anonymous.get(link["url"])
    assert (read.status_code, read.content) == (200, b"0123456789")
    assert read.headers["Content-Disposition"].startswith("attachment")
    part = await anonymous.get(link["url"], headers={"Range": "bytes=5-"})
    assert (part.status_code, part.content) == (206, b"56789")
    assert (await anonymous.head(link["url"])).headers["Content-Length"] == "10"
    head, _, signature = link["url"].rpartition(".")
    for wrong in (
        f"{head}.{'A' * len(signature)}",
        f"{head}.",
        head,
        f"{API}/dataset-links/lnk_{'0' * 26}.{signature}",
    ):
        answer = await anonymous.get(wrong)
        assert (answer.status_code, answer.json()["code"]) == (404, "link_not_found"), wrong
    (known,) = (await client.get(path)).json()["items"]
    assert (known["use_count"], known["note"]) == (1, "for the press")
    assert "url" not in known
    assert (await client.post(path, json={"seconds": 86400 * 365})).status_code == 422
    async with running_node.database.transaction() as session:
        await session.execute(text("UPDATE dataset_links SET expires_at = expires_at + interval '1 year'"))
    assert (await anonymous.get(link["url"])).status_code == 404  # its time is signed
    short = (await client.post(path, json={"seconds": 60})).json()
    assert (await anonymous.get(short["url"])).status_code == 200
    assert (await client.delete(f"{path}/{short['id']}")).status_code == 204
    assert (await anonymous.get(short["url"])).status_code == 404
    async with running_node.database.sessions() as session:
        used = list(
            await session.scalars(
                select(AuditEvent.action)
                .where(AuditEvent.action.startswith("dataset_link"))
                .order_by(AuditEvent.number)
            )
        )
        assert used == ["dataset_link_make", "dataset_link.used", "dataset_link_make", "dataset_link.used",
                        "dataset_link_revoke"]  # fmt: skip


async def test_provenance_is_a_graph_in_three_forms(running_node: Node, client: httpx.AsyncClient) -> None:
    given = await put(client, b"given", name="given.csv")
    placed = await data.place_bytes(running_node, b"out", "f", "out.nc")
    async with running_node.database.transaction() as session:
        made = await data.register(
            session, placed, name="out.nc", simulation_id="sim_1", stage_id="stg_1", stage="shake",
            incident_id="inc_1", machine="heron", inputs=[given["id"]],
        )  # fmt: skip
    onward = await put(client, b"map", name="map.png", made_from=[made.id])
    assert await ids(client, made_from=given["id"]) == [made.id]
    path = f"{API}/datasets/{made.id}/provenance"
    graph = (await client.get(path)).json()
    edges = {(edge["source"], edge["relation"], edge["target"]) for edge in graph["edges"]}
    assert {
        (made.id, "wasDerivedFrom", given["id"]), (onward["id"], "wasDerivedFrom", made.id),
        (made.id, "wasGeneratedBy", "sim_1"), ("sim_1", "used", given["id"]), ("sim_1", "wasInformedBy", "stg_1"),
        ("sim_1", "wasInformedBy", "inc_1"), (given["id"], "wasAttributedTo", "usr_owner"),
    } <= edges  # fmt: skip
    assert graph["complete"]
    near = (await client.get(f"{API}/datasets/{given['id']}/provenance", params={"depth": 1})).json()
    assert onward["id"] not in {one["id"] for one in near["nodes"]}
    assert not near["complete"]
    prov = (await client.get(f"{path}/prov")).json()
    assert prov["entity"][f"stormbell:{made.id}"]["stormbell:sha256"] == hashlib.sha256(b"out").hexdigest()
    assert "stormbell:sim_1" in prov["activity"]
    names = {*prov["entity"], *prov["activity"], *prov["agent"]}
    relations = ("wasDerivedFrom", "wasGeneratedBy", "used", "wasAttributedTo", "wasInformedBy")
    ends = {end for relation in relations for said in prov[relation].values() for end in said.values()}
    assert ends <= names
    crate = (await client.get(f"{path}/crate")).json()
    things = {one["@id"]: one for one in crate["@graph"]}
    assert things["ro-crate-metadata.json"]["conformsTo"]["@id"] == "https://w3id.org/ro/crate/1.1"
    assert things["#sim_1"]["result"] == [{"@id": f"{made.id}/out.nc"}]
    assert all(part["@id"] in things for part in things["./"]["hasPart"])
