"""Bindings: what becomes of deliveries by rules that operators write."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from polls import rows

from app.kernel.node import Node
from app.main import create_app
from app.modules.workflows.expressions import ExpressionFailed, compiled, passes, search
from tests.modules.workflows.house import House

WORKFLOW = """
from pydantic import BaseModel
from stormbell import Incident, stage, workflow

class Ring(BaseModel):
    level: float
    who: str = "nobody"

@workflow("bell")
class Bell:
    class State(BaseModel):
        levels: list[float] = []

    @stage
    async def ring(self, incident: Incident[State], message: Ring) -> None:
        incident.state.levels = sorted([*incident.state.levels, message.level])
"""


@pytest.fixture
async def app(node: Node) -> FastAPI:
    """The application on a started node that has the workflow."""
    place = node.settings.data_directory / "workflows"
    place.mkdir(parents=True)
    (place / "bell.py").write_text(WORKFLOW)
    await node.start()
    return create_app(node)


@pytest.fixture
def house(node: Node, client: httpx.AsyncClient) -> House:
    """The running house."""
    return House(node, client)


@pytest.fixture
async def source(house: House) -> str:
    """The path of a source that takes anything."""
    wanted = {"name": "gauges", "driver": "push"}
    answer = await house.client.post("/api/v1/sources", json=wanted)
    return f"/api/v1/sources/{answer.raise_for_status().json()['id']}"


def binding(**fields: Any) -> dict[str, Any]:
    """A binding that opens an incident of the workflow for each delivery."""
    return {"name": "any", "target": "open", "workflow": "bell", "message": {"level": "body.level"}, **fields}


async def bind(house: House, source: str, **fields: Any) -> dict[str, Any]:
    answer = await house.client.post(f"{source}/bindings", json=binding(**fields))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def push(house: House, source: str, *bodies: dict[str, Any]) -> list[str]:
    answers = [await house.client.post(f"{source}/deliveries", json=body) for body in bodies]
    assert [a.status_code for a in answers] == [202] * len(bodies)
    return [a.json()["delivery_ids"][0] for a in answers]


async def outcome(house: House, delivery_id: str) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        shown: dict[str, Any] = await house.get(f"/deliveries/{delivery_id}")
        return shown if shown["state"] != "queued" else None

    found: dict[str, Any] = await house.until(look)
    return found


@pytest.mark.covers("V58")
async def test_one_source_has_many_bindings_each_with_its_filter_and_target(house: House, source: str) -> None:
    await bind(house, source, name="strong", filter="body.level >= `5`", title="body.place")
    await bind(
        house,
        source,
        name="region",
        target="correlate",
        key="body.region",
        message={"level": "body.level", "who": "key"},
    )
    weak, strong, other = await push(
        house,
        source,
        {"level": 2, "region": "north", "place": "Weir"},
        {"level": 7.5, "region": "north", "place": "Old bridge"},
        {"level": 1, "region": "south"},
    )
    for delivery in (weak, strong, other):
        assert (await outcome(house, delivery))["state"] == "delivered"

    async def look() -> list[dict[str, Any]] | None:
        items = (await house.get("/incidents"))["items"]
        found = {item["name"]: item["state_data"]["levels"] for item in items}
        north = next((levels for name, levels in found.items() if name.startswith("gauges") and 2.0 in levels), None)
        return items if len(items) == 3 and north == [2.0, 7.5] and found.get("Old bridge") == [7.5] else None

    assert await house.until(look)
    listed = (await house.get(f"{source.removeprefix('/api/v1')}/bindings"))["items"]
    assert [one["name"] for one in listed] == ["region", "strong"]


async def test_a_message_to_a_stage_of_one_incident(house: House, source: str) -> None:
    answer = await house.client.post(
        "/api/v1/incidents", json={"workflow": "bell", "name": "Bell", "message": {"level": 0}}
    )
    incident = answer.raise_for_status().json()["id"]
    made = await bind(
        house,
        source,
        target="stage",
        workflow=None,
        incident_id=incident,
        message=None,
        filter="contains(body.who, 'a')",
    )
    aside, taken = await push(house, source, {"level": 3, "who": "bob"}, {"level": 4, "who": "ada"})
    assert (await outcome(house, aside))["state"] == "ignored"
    assert (await outcome(house, taken))["incident_id"] == incident
    await house.incident(lambda i: i["state_data"]["levels"] == [0, 4])
    off = await house.client.patch(f"/api/v1/bindings/{made['id']}", json={"enabled": False})
    assert off.json()["enabled"] is False
    (late,) = await push(house, source, {"level": 5, "who": "ada"})
    assert (await outcome(house, late))["reason"] == "no workflow asked for it"
    assert (await house.client.delete(f"/api/v1/bindings/{made['id']}")).status_code == 204
    assert (await house.client.delete(f"/api/v1/bindings/{made['id']}")).json()["code"] == "binding_not_found"


async def test_what_a_binding_cannot_use_goes_to_quarantine_and_can_be_replayed(house: House, source: str) -> None:
    made = await bind(house, source, name="typo", message={"level": "body.lvel"})
    (delivery,) = await push(house, source, {"level": 3})
    shown = await outcome(house, delivery)
    assert shown["state"] == "quarantined"
    assert shown["reason"].startswith("binding typo: ")
    assert "level" in shown["reason"]
    await house.client.delete(f"/api/v1/bindings/{made['id']}")
    await bind(house, source)
    assert (await house.client.post(f"/api/v1/deliveries/{delivery}/replay")).status_code == 202
    assert (await outcome(house, delivery))["state"] == "delivered"
    await bind(house, source, name="whole", message=None, title="body.who")
    for who, state in (("a\0b", "quarantined"), ("a\\u0000b", "delivered")):  # the first no message can hold
        (delivery,) = await push(house, source, {"level": 3, "who": who})
        shown = await outcome(house, delivery)
        assert shown["state"] == state
        assert state == "delivered" or "U+0000" in shown["reason"]


@pytest.mark.covers("V58")
async def test_a_binding_is_tried_on_a_past_delivery_and_nothing_happens(house: House, source: str, node: Node) -> None:
    (delivery,) = await push(house, source, {"level": 3, "region": "north", "place": "Weir"})
    await outcome(house, delivery)

    async def tried(**fields: Any) -> dict[str, Any]:
        asked = {"delivery_id": delivery, "binding": binding(**fields)}
        answer = await house.client.post(f"{source}/bindings/test", json=asked)
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    opens = await tried(title="body.place")
    assert (opens["does"], opens["name"], opens["message"]) == ("opens", "Weir", {"level": 3})
    assert (await tried(filter="body.level > `3`"))["passes"] is False
    correlated = await tried(target="correlate", key="body.region", opens=False)
    assert (correlated["does"], correlated["key"]) == ("nothing", "north")
    fails = await tried(target="correlate", key="body")
    assert (fails["does"], "correlation key" in fails["reason"]) == ("fails", True)
    assert await rows(node, "SELECT count(*) FROM incidents") == [0]


@pytest.mark.security("S28")
async def test_a_hundred_copies_of_one_delivery_are_one_activation(house: House, source: str, node: Node) -> None:
    await bind(house, source)
    body = {"level": 9}
    answers = await asyncio.gather(*[house.client.post(f"{source}/deliveries", json=body) for _ in range(100)])
    assert [a.status_code for a in answers] == [202] * 100
    assert sum(a.json()["accepted"] for a in answers) == 1
    await house.incident(lambda i: i["state_data"]["levels"] == [9])
    assert await rows(node, "SELECT count(*) FROM stages") == [1]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"filter": "body.level >="}, "JMESPath"),
    ({"filter": "[@, @] | [@, @]"}, "its own"),
    ({"filter": "body." + "a." * 260 + "a"}, "500 characters"),
    ({"filter": "a" + "||a" * 120}, "at most 100 parts"),
    ({"filter": "(" * 400 + "a" + ")" * 50}, "JMESPath"),
    ({"target": "correlate"}, "key belongs"),
    ({"target": "stage"}, "incident_id"),
    ({"workflow": None}, "takes workflow"),
    ({"stage": "none"}, "no stage"),
    ({"workflow": "none"}, "no workflow"),
]


async def test_what_is_no_binding_is_refused_by_name(house: House, source: str) -> None:
    for wrong, said in WRONG:
        answer = await house.client.post(f"{source}/bindings", json=binding(**wrong))
        assert answer.status_code in (404, 422), answer.text
        assert said in answer.text


def test_expressions_read_and_cannot_multiply() -> None:
    assert passes("body.tags[?starts_with(@, 'q')] && length(body.tags) > `1`", {"body": {"tags": ["quake", "x"]}})
    assert not passes("body.level > `1`", {"body": {}})
    with pytest.raises(ValueError, match="not taken"):
        compiled("map(&[@, @], body)")


_MANY = f"`[{','.join('1' * 40)}]`"


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("to_string(to_array(" * 22 + "body.t" + "))" * 22, "longer than"),
        ("join(body.t, body.many)", "longer than"),
        (f"map(&map(&map(&map(&@, {_MANY}), {_MANY}), {_MANY}), {_MANY})", "steps"),
        ("sort(" * 60 + "body.many" + ")" * 60, "steps"),
    ],
)
def test_what_an_expression_makes_of_little_is_limited(expression: str, said: str) -> None:
    body = {"t": '"' * 2000, "many": ["x"] * 100_000}
    with pytest.raises(ExpressionFailed, match=said):
        search(expression, {"body": body})


def test_a_filter_of_a_large_feed_is_within_the_limits() -> None:
    features = [{"properties": {"mag": n % 9, "place": "Weir"}} for n in range(20_000)]
    assert passes("length(body.features[?properties.mag >= `8`]) > `1`", {"body": {"features": features}})
    assert search("to_string(body[0])", {"body": features}) == '{"properties":{"mag":0,"place":"Weir"}}'


async def test_the_expressions_of_a_binding_have_one_limit_in_all(house: House, source: str) -> None:
    some = "length(body.many[?@ == 'x'])"
    await bind(house, source, message={"level": "body.level"} | {f"n{n}": some for n in range(20)})
    delivery = (await push(house, source, {"level": 1, "many": ["x"] * 10_000}))[0]
    shown = await outcome(house, delivery)
    assert shown["state"] == "quarantined"
    assert "binding any: " in shown["reason"]
    assert "steps" in shown["reason"]


async def test_a_number_that_json_cannot_hold_is_no_message(house: House, source: str) -> None:
    json = {"Content-Type": "application/json"}
    pushed = await house.client.post(f"{source}/deliveries", content=b'{"level": 1e999}', headers=json)
    assert (pushed.status_code, pushed.json()["code"]) == (400, "delivery_not_json")
    wanted = b'{"workflow": "bell", "name": "Bell", "message": {"level": 1e999}}'
    opened = await house.client.post("/api/v1/incidents", content=wanted, headers=json)
    assert (opened.status_code, opened.json()["code"]) == (422, "message_invalid")
    assert (await house.get("/incidents"))["items"] == []
