"""Sources over HTTP: registered, shown, changed, removed."""

from typing import Any

import httpx
import pytest
from feeds import Feed, page, quake
from polls import QUAKES, add_source, make_due, poll_once, rows, source_of

from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.modules import ingest

URL = "https://feeds.example/all.geojson"


@pytest.mark.covers("V58")
async def test_a_source_is_registered_shown_changed_and_removed(client: httpx.AsyncClient, node: Node) -> None:
    wanted = {"name": "usgs", "driver": "http_json", "settings": {"url": URL, "items": "/features"}}
    made = await client.post("/api/v1/sources", json=wanted)
    assert made.status_code == 201
    source = made.json()
    assert made.headers["Location"] == f"/api/v1/sources/{source['id']}"
    assert source["settings"]["interval_seconds"] == 60  # what is in force, defaults included
    assert (source["state"], source["delivery_count"]) == ("waiting", 0)
    assert source["waiting_on"]["kind"] == "time"
    assert source["waiting_on"]["next_check_at"] == source["next_poll_at"]

    again = await client.post("/api/v1/sources", json=wanted)
    assert (again.status_code, again.json()["code"]) == (409, "source_name_taken")

    path = f"/api/v1/sources/{source['id']}"
    paused = (await client.patch(path, json={"enabled": False, "name": "quakes"})).json()
    assert (paused["state"], paused["name"], paused["next_poll_at"]) == ("paused", "quakes", None)
    assert paused["waiting_on"]["kind"] == "person"
    changed = (await client.patch(path, json={"enabled": True, "settings": {"url": URL, "key": "/code"}})).json()
    assert (changed["settings"]["key"], changed["settings"]["items"]) == ("/code", "")

    assert [one["name"] for one in (await client.get("/api/v1/sources")).json()["items"]] == ["quakes"]
    assert (await client.delete(path)).status_code == 204
    assert (await client.get(path)).status_code == 404
    assert (await client.get("/api/v1/sources")).json()["items"] == []
    assert (await client.post("/api/v1/sources", json=wanted | {"name": "quakes"})).status_code == 201
    assert await rows(node, "SELECT text FROM events WHERE type = 'source.changed' ORDER BY number") == [
        "Source usgs was registered",
        "Source quakes is now called quakes, was paused",
        "Source quakes has other settings, was resumed",
        "Source quakes was removed",
        "Source quakes was registered",
    ]


@pytest.mark.parametrize(
    ("wanted", "code", "pointer"),
    [
        ({"driver": "pigeon"}, "driver_unavailable", None),
        ({"driver": "http_json"}, "source_settings_invalid", "/body/settings/url"),
        ({"settings": {"keys": "/id"}}, "source_settings_invalid", "/body/settings/keys"),
        ({"settings": {"key": "id"}}, "source_settings_invalid", "/body/settings/key"),
        (
            {"driver": "http_json", "settings": {"url": "file:///etc/passwd"}},
            "source_settings_invalid",
            "/body/settings/url",
        ),
        (
            {"driver": "http_json", "settings": {"url": URL, "interval_seconds": 0}},
            "source_settings_invalid",
            "/body/settings/interval_seconds",
        ),
        ({"name": ""}, "request_invalid", "/body/name"),
        ({"name": "a\nb"}, "request_invalid", "/body/name"),
        ({"colour": "red"}, "request_invalid", "/body/colour"),
    ],
)
async def test_settings_are_the_drivers(
    client: httpx.AsyncClient, wanted: dict[str, Any], code: str, pointer: str | None
) -> None:
    answer = await client.post("/api/v1/sources", json={"name": "x", "driver": "push", **wanted})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, code)
    assert pointer is None or pointer in [error["pointer"] for error in problem["errors"]]


async def test_ensuring_a_source_twice_changes_nothing_and_keeps_it_paused(node: Node) -> None:
    source_id = await add_source(node, URL)
    before = await source_of(node, source_id)
    async with node.database.transaction() as session:
        await session.execute(
            ingest.SourceRow.__table__.update().values(enabled=False)  # type: ignore[attr-defined]
        )
    assert await add_source(node, URL) == source_id
    same = await source_of(node, source_id)
    assert (same.settings, same.poll_number, same.enabled) == (before.settings, before.poll_number, False)
    assert await add_source(node, "https://other.example/") == source_id
    moved = await source_of(node, source_id)
    assert (moved.settings["url"], moved.enabled) == ("https://other.example/", False)
    async with node.database.transaction() as session:
        found = await ingest.find_source(session, "usgs")
        assert found is not None
        assert found.id == source_id
        assert await ingest.find_source(session, "none") is None
        with pytest.raises(ingest.SourceNameTaken):
            await ingest.ensure_source(session, "usgs", "push", {})


async def test_the_deliveries_of_a_removed_source_stay(client: httpx.AsyncClient, node: Node, feed: Feed) -> None:
    feed.body = page(quake("a"))
    source_id = await add_source(node, feed.url)
    await poll_once(node)
    await client.delete(f"/api/v1/sources/{source_id}")
    (delivery,) = (await client.get("/api/v1/deliveries", params={"source_id": source_id})).json()["items"]
    assert delivery["source_name"] == "usgs"
    assert (await client.get(f"/api/v1/deliveries/{delivery['id']}")).json()["body"]["id"] == "a"
    await make_due(node, source_id)
    assert await poll_once(node) == []


async def test_a_failing_source_says_why_and_when_it_tries_again(
    client: httpx.AsyncClient, node: Node, feed: Feed
) -> None:
    feed.status = 500
    source_id = await add_source(node, feed.url)
    await poll_once(node)
    source = (await client.get(f"/api/v1/sources/{source_id}")).json()
    assert (source["state"], source["failures"]) == ("failing", 1)
    assert source["last_error"] == "the feed answered with status 500"
    assert source["waiting_on"]["text"] == "Failed 1 times in a row; tries again: the feed answered with status 500"
    assert source["waiting_on"]["next_check_at"] == source["next_poll_at"] > source["last_polled_at"]


async def test_pages_go_through_everything_once(client: httpx.AsyncClient, node: Node, feed: Feed) -> None:
    feed.body = page(*[quake(f"q{n}") for n in range(25)])
    await add_source(node, feed.url)
    await poll_once(node)
    seen: list[str] = []
    cursor = None
    while True:
        params = {"limit": 10} | ({"cursor": cursor} if cursor else {})
        answer = (await client.get("/api/v1/deliveries", params=params)).json()
        seen += [one["item_key"] for one in answer["items"]]
        if (cursor := answer["next_cursor"]) is None:
            break
    assert seen == [f"q{n}" for n in reversed(range(25))]


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.VIEWER, {"GET"}),
        (Role.RUNNER, {"GET"}),  # to push into a source that is not one's own, its owner shares it to be acted on
        (Role.OPERATOR, {"GET", "PUSH", "POST", "PATCH", "REPLAY", "DELETE"}),
    ],
)
async def test_who_may(client: httpx.AsyncClient, node: Node, role: Role, allowed: set[str]) -> None:
    made = (await client.post("/api/v1/sources", json={"name": "x", "driver": "push"})).json()
    path = f"/api/v1/sources/{made['id']}"
    (delivery_id,) = (await client.post(f"{path}/deliveries", json={})).json()["delivery_ids"]

    async def somebody(_request: object) -> Principal:
        return Principal(user_id="usr_x", name="X", role=role)

    node.authenticate = somebody
    answers = {
        "GET": await client.get("/api/v1/sources"),
        "PUSH": await client.post(f"{path}/deliveries", json={"a": 1}),
        "POST": await client.post("/api/v1/sources", json={"name": "y", "driver": "push"}),
        "PATCH": await client.patch(path, json={"name": "z"}),
        "REPLAY": await client.post(f"/api/v1/deliveries/{delivery_id}/replay"),
        "DELETE": await client.delete(path),
    }
    assert {name for name, answer in answers.items() if answer.is_success} == allowed
    assert {answer.status_code for answer in answers.values() if not answer.is_success} <= {403, 404}


def test_every_shipped_driver_describes_itself() -> None:
    from app.kernel.drivers import available

    drivers = {info.name: info for info in available("ingest.source")}
    assert {"http_json", "push"} <= set(drivers)
    assert all(info.error is None for info in drivers.values())
    schema = drivers["http_json"].settings_schema
    assert schema is not None
    assert schema["required"] == ["url"]
    assert all("description" in field for field in schema["properties"].values())
    assert QUAKES.keys() <= schema["properties"].keys()
