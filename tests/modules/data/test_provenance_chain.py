"""The way back from an output: simulation, stages, incident, delivery, source; and as PROV-JSON and RO-Crate."""

from typing import Any

import httpx
import pytest

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.modules import data
from app.modules.ingest.models import DeliveryRow, SourceRow
from app.modules.workflows.models import IncidentRow, StageRow

API = "/api/v1"


async def output_of_a_delivery(node: Node) -> dict[str, str]:
    """Make a data set whose stage was sent by another, which a delivery opened; return the ids of all."""
    ids = {name: new_id(prefix) for name, prefix in (("source", "src"), ("delivery", "dlv"), ("incident", "inc"))}
    ids |= {"first": new_id("stg"), "second": new_id("stg"), "simulation": new_id("sim")}
    async with node.database.transaction() as session:
        session.add(SourceRow(id=ids["source"], name="gauges", driver="push", settings={}))
        session.add(IncidentRow(id=ids["incident"], name="Flood", workflow="f", workflow_version="0", state="complete"))
        await session.flush()
        about = {
            "item_key": "bern",
            "revision": 1,
            "fingerprint": b"f",
            "state": "delivered",
            "body": b"{}",
            "bytes": 2,
        }
        session.add(
            DeliveryRow(id=ids["delivery"], source_id=ids["source"], incident_id=ids["incident"], title="4 m", **about)
        )
        for name, originator in (("first", ids["delivery"]), ("second", ids["first"])):
            stage = {"incident_id": ids["incident"], "message": {}, "state": "succeeded", "originator": originator}
            session.add(StageRow(id=ids[name], name=name, **stage))
    raw = await data.place_bytes(node, b"raw", "test", "raw.csv")
    placed = await data.place_bytes(node, b"map", "test", "map.tif")
    of = {"incident_id": ids["incident"], "stage": "second", "stage_id": ids["second"]}
    async with node.database.transaction() as session:
        source = await data.register(session, raw, name="raw.csv")
        made = await data.register(
            session, placed, name="map.tif", simulation_id=ids["simulation"], machine="heron", inputs=[source.id], **of
        )
    return ids | {"raw": source.id, "map": made.id}


def reached(edges: list[dict[str, Any]], start: str) -> set[str]:
    """Return everything that can be come to from ``start``, from the later to the earlier."""
    found, frontier = set(), {start}
    while frontier:
        found |= frontier
        frontier = {edge["target"] for edge in edges if edge["source"] in frontier} - found
    return found


@pytest.mark.covers("V41")
async def test_a_graph_reaches_from_the_source_to_the_output(running_node: Node, client: httpx.AsyncClient) -> None:
    ids = await output_of_a_delivery(running_node)
    address = f"{API}/datasets/{ids['map']}/provenance"
    graph = (await client.get(address)).json()
    kinds = {one["id"]: one["kind"] for one in graph["nodes"]}
    labels = {one["id"]: one["label"] for one in graph["nodes"]}
    assert {*ids.values()} <= reached(graph["edges"], ids["map"])
    assert (kinds[ids["source"]], kinds[ids["delivery"]], labels[ids["incident"]]) == ("source", "delivery", "Flood")
    edges = {(edge["source"], edge["relation"], edge["target"]) for edge in graph["edges"]}
    assert {
        (ids["delivery"], "wasAttributedTo", ids["source"]),
        (ids["first"], "used", ids["delivery"]),
        (ids["second"], "wasInformedBy", ids["first"]),
        (ids["simulation"], "wasInformedBy", ids["second"]),
        (ids["map"], "wasGeneratedBy", ids["simulation"]),
        (ids["map"], "wasDerivedFrom", ids["raw"]),
    } <= edges

    prov = (await client.get(f"{address}/prov")).json()
    assert f"stormbell:{ids['delivery']}" in prov["entity"]
    assert {f"stormbell:{ids[name]}" for name in ("first", "second", "incident")} <= {*prov["activity"]}
    assert f"stormbell:{ids['source']}" in prov["agent"]
    for relation, (later, earlier) in {
        "used": ("prov:activity", "prov:entity"),
        "wasGeneratedBy": ("prov:entity", "prov:activity"),
        "wasInformedBy": ("prov:informed", "prov:informant"),
        "wasAttributedTo": ("prov:entity", "prov:agent"),
    }.items():
        for one in prov[relation].values():  # every end is there, and is what its relation needs
            for end in (later, earlier):
                word = end.partition(":")[2]
                assert one[end] in prov["activity" if word.startswith("inform") else word], (relation, one)

    crate = (await client.get(f"{address}/crate")).json()["@graph"]
    things = {one["@id"]: one for one in crate}
    assert things[f"#{ids['delivery']}"]["provider"] == [{"@id": f"#{ids['source']}"}]
    assert {"@id": f"#{ids['delivery']}"} in things[f"#{ids['first']}"]["object"]
    output = things[f"{ids['map']}/map.tif"]
    assert {"@id": f"{ids['raw']}/raw.csv"} in output["isBasedOn"]
    for one in crate:  # nothing is named that is not described
        for value in one.values():
            for name in value if isinstance(value, list) else [value]:
                if isinstance(name, dict) and not name["@id"].startswith("https:"):
                    assert name["@id"] in things, (one["@id"], name)
