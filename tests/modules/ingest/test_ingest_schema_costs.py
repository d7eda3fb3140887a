"""Schemas that ask about one place of a document again and again are refused when a source is registered."""

from typing import Any

import httpx
import pytest

from app.modules.ingest.schema_costs import require_bounded


def doubling(levels: int, **more: Any) -> dict[str, Any]:
    parts: dict[str, Any] = {
        f"a{n}": {"allOf": [{"$ref": f"#/$defs/a{n + 1}"}, {"$ref": f"#/$defs/a{n + 1}"}], **more}
        for n in range(levels)
    }
    return {"$defs": parts | {f"a{levels}": {"type": "object"}}, "$ref": "#/$defs/a0"}


ITSELF = {"$ref": "#"}

TOO_OFTEN: dict[str, dict[str, Any]] = {
    "doubling": doubling(27),
    "again": {
        "$defs": {f"a{n}": {"$ref": f"#/$defs/a{n + 1}", "unevaluatedProperties": False} for n in range(15)}
        | {"a15": {"type": "object"}},
        "$ref": "#/$defs/a0",
    },
    "for one place": {"allOf": [{"anyOf": [ITSELF]}]},
    "twice for a member": {"allOf": [{"properties": {"x": ITSELF}}, {"properties": {"x": ITSELF}}]},
    "by name and pattern": {"properties": {"x": ITSELF}, "patternProperties": {"^x": ITSELF}},
    "items and one of them": {"items": ITSELF, "contains": ITSELF},
    "by anchor": {
        "$dynamicAnchor": "node",
        "properties": {"x": {"allOf": [{"$ref": "#node"}, {"$dynamicRef": "#node"}]}},
    },
    "by address": {
        "$id": "https://example.org/tree",
        "properties": {"x": {"allOf": [{"$ref": "tree"}, {"$ref": "/tree#"}]}},
    },
}
WITHIN: dict[str, dict[str, Any]] = {
    "a few levels": doubling(5),
    "a tree": {"type": "object", "properties": {"left": ITSELF, "right": ITSELF}, "additionalProperties": ITSELF},
    "any JSON": {
        "anyOf": [
            {"type": ["string", "number"]},
            {"type": "array", "items": ITSELF},
            {"type": "object", "additionalProperties": ITSELF},
        ]
    },
    "conditions": {
        "oneOf": [
            {"properties": {"and": {"type": "array", "items": ITSELF}}, "required": ["and"]},
            {"properties": {"or": {"type": "array", "items": ITSELF}}, "required": ["or"]},
            {"properties": {"not": ITSELF}, "required": ["not"]},
            {"properties": {"over": {"type": "number"}}, "required": ["over"]},
        ]
    },
    "many kinds of event": {"oneOf": [{"properties": {"type": {"const": n}}} for n in range(300)]},
    "an anchor": {"$defs": {"place": {"$anchor": "place", "type": "string"}}, "properties": {"at": {"$ref": "#place"}}},
    "a member called $ref": {"properties": {"$ref": {"type": "string"}, "$id": {"type": "string"}}},
}


@pytest.mark.parametrize("name", TOO_OFTEN)
def test_a_schema_that_asks_too_often_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="of this schema"):
        require_bounded(TOO_OFTEN[name])


@pytest.mark.parametrize("name", WITHIN)
def test_a_schema_that_asks_about_each_place_a_few_times_is_taken(name: str) -> None:
    require_bounded(WITHIN[name])


async def test_a_source_is_not_registered_with_one_that_could_stop_the_node(client: httpx.AsyncClient) -> None:
    async def registered(name: str, schema: dict[str, Any]) -> httpx.Response:
        wanted = {"name": name, "driver": "push", "settings": {"key": "/id", "json_schema": schema}}
        return await client.post("/api/v1/sources", json=wanted)

    refused = await registered("stops", doubling(27))
    assert (refused.status_code, refused.json()["code"]) == (422, "source_settings_invalid")
    assert "about one place of an item" in refused.text
    taken = await registered("any", WITHIN["any JSON"])
    assert taken.status_code == 201, taken.text
    pushed = await client.post(f"/api/v1/sources/{taken.json()['id']}/deliveries", json={"id": "a", "in": [{"b": 1}]})
    assert pushed.status_code == 202, pushed.text
