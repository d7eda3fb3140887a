"""The small examples on a real node: real simulations, a folder that files are dropped in, a wind that is polled."""

import asyncio
import json
import shutil
from typing import Any

import httpx
import pytest

from app.kernel.node import Node
from app.kernel.settings import Settings
from app.modules.workflows import example_directory
from tests.modules.ingest.feeds import Feed, serving
from tests.modules.workflows.house import House

WILDFIRE = example_directory("wildfire")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Defaults, with every small example and a feed on loopback."""
    settings.kernel.egress.allow.append("127.0.0.1")
    names = ["simple", "quicksort", "julia", "mosquito", "space_weather", "wildfire"]
    settings.sections["workflows"] = settings.sections["workflows"].model_copy(update={"examples": names})
    return settings


@pytest.fixture
def house(running_node: Node, client: httpx.AsyncClient) -> House:
    """The running house."""
    return House(running_node, client)


async def post(house: House, path: str, **body: Any) -> Any:
    answer = await house.client.post(f"/api/v1{path}", json=body, timeout=60)
    assert answer.is_success, answer.text
    return answer.json()


async def ended(house: House, incident_id: str) -> dict[str, Any]:
    async def look() -> Any:
        found = await house.get(f"/incidents/{incident_id}")
        return None if found["state"] in ("active", "completing") else found

    found: dict[str, Any] = await house.until(look, 90)
    return found


async def content(house: House, incident_id: str, name: str) -> bytes:
    data = (await house.get("/datasets", incident_id=incident_id, limit=200))["items"]
    (dataset,) = [d for d in data if d["name"] == name]
    return (await house.client.get(f"/api/v1/datasets/{dataset['id']}/content")).content


@pytest.mark.covers("V26", "V29")
async def test_the_small_examples_run_to_their_ends(house: House) -> None:
    async def run(workflow: str, stage: str, **message: Any) -> dict[str, Any]:
        opened = await post(house, "/incidents", workflow=workflow, name=workflow, stage=stage, message=message)
        return await ended(house, opened["id"])

    numbers = [7, 3, 9, 3, 1, 8, 2]
    simple, quick, julia, mosquito = await asyncio.gather(
        run("simple", "greet", name="Ada"),
        run("quicksort", "sort", numbers=numbers),
        run("julia", "scatter", tiles=2, pixels=8),
        run("mosquito", "scatter", celsius=[20.0] * 5),
    )
    assert {i["state"] for i in (simple, quick, julia, mosquito)} == {"complete"}
    assert await content(house, simple["id"], "greeting.txt") == b"Hello, Ada!\n"
    assert json.loads(await content(house, quick["id"], "sorted.json")) == sorted(numbers)
    assert (await content(house, julia["id"], "julia.png")).startswith(b"\x89PNG")
    tiles = json.loads(await content(house, mosquito["id"], "mosquitoes.geojson"))["features"]
    assert len(tiles) in (11, 12)


async def asked(house: House, incident_id: str, words: str) -> str:
    """Return the id of the open question with these words, once it is asked."""

    async def look() -> Any:
        questions = (await house.get(f"/incidents/{incident_id}/questions"))["items"]
        return next((q["id"] for q in questions if words in q["question"] and q["state"] == "asked"), None)

    found: str = await house.until(look, 60)
    return found


async def answer(house: House, incident_id: str, question_id: str, **given: Any) -> None:
    await post(house, f"/incidents/{incident_id}/questions/{question_id}/answer", answer=given)


@pytest.mark.covers("V29")
async def test_space_weather_asks_the_forecaster(house: House) -> None:
    source = await post(house, "/sources", name="ejections", driver="push", settings={"key": "/id"})
    await post(house, f"/sources/{source['id']}/deliveries", id="cme", speed_km_s=2600)
    incident = await house.incident()
    question = await asked(house, incident["id"], "Warn of")
    await answer(house, incident["id"], question, warn=True, comment="storm watch")
    over = await ended(house, incident["id"])
    assert (over["state"], over["comment"], over["state_data"]["warned"]) == ("complete", "storm watch", True)


@pytest.mark.covers("V9", "V18", "V29")
async def test_wildfire_from_a_dropped_file_to_a_map_an_analyst_publishes(house: House) -> None:
    inbox = house.node.settings.data_directory / "inbox" / "hotspots"
    inbox.mkdir(parents=True)
    wind = json.loads((WILDFIRE / "data" / "wind.json").read_text())
    async with serving(Feed(body=b"[]")) as feed:
        await post(
            house, "/sources", name="hotspots", driver="folder",
            settings={"path": "hotspots", "pattern": "*.csv", "stable_seconds": 0, "interval_seconds": 1},
        )  # fmt: skip
        shutil.copy2(WILDFIRE / "data" / "hills_viirs.csv", inbox)
        incident = (await house.incident(lambda i: bool(i["stages_done"])))["id"]
        feed.body = json.dumps(wind).encode()
        await post(
            house, "/sources", name="wind", driver="http_object", settings={"url": feed.url, "interval_seconds": 1}
        )
        await asked(house, incident, "now map 1")
    path = f"/api/v1/incidents/{incident}/data"
    perimeter = (WILDFIRE / "data" / "perimeter.geojson").read_bytes()
    query = {"name": "perimeter.geojson", "type": "perimeter", "comment": "seen from the aircraft"}
    (await house.client.post(path, params=query, content=perimeter)).raise_for_status()

    async def drawn() -> bool:
        return bool((await house.get(f"/incidents/{incident}"))["state_data"]["map"] == 2)

    await house.until(drawn)
    question = await asked(house, incident, "Publish")
    await answer(house, incident, question, publish=True, map=2, comment="agreed")

    async def published() -> Any:
        found = await house.get(f"/incidents/{incident}")
        return found if found["state"] != "active" else None

    # It is complete ten minutes after the hot spots: the stage that would have gone on without wind is still to come.
    over = await house.until(published)
    assert (over["state"], over["comment"], over["urgency"]) == ("completing", "map 2 published. agreed", "high")
    assert json.loads(await content(house, incident, "map-2.geojson"))["features"]
    assert (await content(house, incident, "map-2.png")).startswith(b"\x89PNG")
