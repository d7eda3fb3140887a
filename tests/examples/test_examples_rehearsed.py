"""The small examples, each played in memory as `stormbell workflows test` does, and what is special about each."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.modules.workflows import checking, example_directory, rehearsal
from stormbell.testing import Rehearsal, Result, SimulationFails, World

NAMES = ["simple", "quicksort", "julia", "mosquito", "space_weather", "wildfire"]

Run = Callable[..., Rehearsal]


@pytest.mark.covers("V29")
@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_in_order_and_plays_to_its_end(name: str) -> None:
    folder = example_directory(name)
    assert checking.check(folder).problems == []
    for file in folder.glob("*.py"):
        assert "from app" not in file.read_text(), "examples use the public interface"
    played = rehearsal.play(folder)
    assert played.problems == []
    assert played.passed


def test_simple_greets_who_arrives() -> None:
    world = World(example_directory("simple"))
    (incident,) = world.deliver("greetings", {"name": "Ada"}, key="1")
    assert incident.run().outcome == "complete"
    assert incident.dataset("greeting.txt").text() == "Hello, Ada!\n"
    world.close()


@pytest.mark.covers("V26")
@pytest.mark.parametrize("numbers", [[], [1], [2, 2, 2], [5, -1, 3.5, 3.5, 0], list(range(30, 0, -1))])
def test_quicksort_sorts(run_workflow: Run, numbers: list[float]) -> None:
    incident = run_workflow(example_directory("quicksort"), "sort", {"numbers": numbers}).run()
    assert incident.outcome == "complete"
    assert json.loads(incident.dataset("sorted.json").text()) == sorted(numbers)


def test_julia_is_not_drawn_without_a_tile(run_workflow: Run) -> None:
    def simulate(request: Any) -> Result:
        if request.name == "tile 1,1":
            raise SimulationFails("the machine is gone", state="lost")
        return Result({"tile.json": {"row": 0, "column": 0, "counts": [[0]]}})

    incident = run_workflow(example_directory("julia"), "scatter", {"pixels": 1}, simulate=simulate).run()
    assert (incident.outcome, incident.comment) == ("error", "no picture without tile 1,1")


def test_mosquito_does_not_wait_for_the_last_tile(run_workflow: Run) -> None:
    def simulate(request: Any) -> Result:
        tile = request.files["params.json"]["tile"]
        content = {**tile, "peak": 3, "peak_day": 9, "days_above": 0}
        return Result({"tile.json": content}, seconds=10_000 if request.name == "tile 7 45" else 30)

    incident = run_workflow(example_directory("mosquito"), "scatter", simulate=simulate).run()
    assert (incident.outcome, incident.comment) == ("complete", "11 of 12 tiles")
    assert sorted(state for _, state in incident.simulations.values()) == ["cancelled"] + 11 * ["succeeded"]
    assert len(json.loads(incident.dataset("mosquitoes.geojson").text())["features"]) == 11


def ejection(speed_km_s: float) -> tuple[World, Rehearsal]:
    world = World(example_directory("space_weather"))
    (incident,) = world.deliver("ejections", {"speed_km_s": speed_km_s}, key="cme")
    world.run()
    return world, incident


def test_space_weather_warns_when_nobody_answers() -> None:
    world, incident = ejection(2600)
    assert incident.headline is not None
    assert (incident.outcome, incident.questions[0].state) == ("active", "asked")
    incident.run(1801)
    assert incident.state.warned
    assert incident.comment == "warned: nobody answered in half an hour"
    world.close()
    world, incident = ejection(600)
    assert (incident.outcome, incident.questions) == ("complete", [])
    assert world.deliver("ejections", {"speed_km_s": 300}, key="other") == []
    world.close()


def test_an_ejection_as_fast_as_the_wind_travels_with_it() -> None:
    world = World(example_directory("space_weather"))
    travel = type(world.definitions["space_weather"].spec.instance).combine.__globals__["travel"]
    hours, speed = travel(400.0001, 400)
    assert hours == pytest.approx((149_597_871 - 20 * 695_700) / 400 / 3600, rel=1e-3)
    assert speed == pytest.approx(400, rel=1e-3)
    world.close()


WILDFIRE = example_directory("wildfire")
CSV = (WILDFIRE / "data" / "hills_viirs.csv").read_text()
WIND = json.loads((WILDFIRE / "data" / "wind.json").read_text())
PERIMETER = WILDFIRE / "data" / "perimeter.geojson"


@pytest.fixture
def fires() -> Any:
    """A world with the fire, whose members are invented: half burn west of the middle, half east of it."""

    def simulate(request: Any) -> Result:
        params = request.files["params.json"]
        grid, east = params["grid"], params["member"] % 2
        middle = grid["columns"] // 2
        row = [1.0 if (x >= middle) == bool(east) else None for x in range(grid["columns"])]
        return Result({"member.json": {"member": params["member"], "hours": [row] * grid["rows"]}})

    world = World(WILDFIRE, simulate=simulate)
    yield world
    world.close()


def drop(world: World, text: str = CSV, name: str = "hills_viirs.csv") -> list[Rehearsal]:
    return world.deliver("hotspots", {"name": name, "text": text}, key=name)


def chances(incident: Rehearsal, number: int) -> list[float]:
    return [
        f["properties"]["probability"] for f in json.loads(incident.dataset(f"map-{number}.geojson").text())["features"]
    ]


@pytest.mark.covers("V9", "V18")
def test_a_perimeter_posted_later_gives_weight_to_the_members_that_fit(fires: World) -> None:
    (incident,) = drop(fires)
    fires.run(1)
    assert incident.waiting == "the wind"
    assert fires.deliver("wind", WIND) == [incident]
    fires.run(120)
    assert set(chances(incident, 1)) == {0.5}
    grid = incident.state.grid
    middle = grid.west + grid.columns // 2 * grid.step_lon
    east, north = grid.west + grid.columns * grid.step_lon, grid.south + grid.rows * grid.step_lat
    ring = [[middle, grid.south], [east, grid.south], [east, north], [middle, north], [middle, grid.south]]
    incident.give({"type": "Polygon", "coordinates": [ring]}, type="perimeter")
    fires.run(1)
    assert max(chances(incident, 2)) > 0.99
    incident.answer({"publish": True, "map": 2})
    fires.run(1)
    assert incident.comment == "map 2 published."


def test_without_wind_the_fire_is_computed_with_any_direction(fires: World) -> None:
    (incident,) = drop(fires)
    incident.run(700)
    requests = [request for request, _ in incident.simulations.values()]
    assert {r.files["params.json"]["wind_turn"] for r in requests} == {math.radians(180)}
    fires.deliver("wind", WIND)
    incident.run(120)
    assert incident.state.revision == 2


def test_whoever_looked_at_an_older_map_is_asked_again(fires: World) -> None:
    (incident,) = drop(fires)
    fires.deliver("wind", WIND)
    fires.run(120)
    assert len(fires.deliver("wind", {**WIND, "valid_at": "2026-08-22T18:00Z"})) == 1
    fires.run(120)
    assert [q.text for q in incident.questions] == [
        "Publish the newest map of Fire watch hills, 2026-08-22, now map 1?"
    ]
    incident.answer({"publish": True, "map": 1})
    fires.run(1)
    assert incident.outcome == "active"
    incident.answer({"publish": False, "map": 2, "comment": "look again"}, question="now map 2")
    fires.run(1)
    assert (incident.outcome, incident.waiting) == ("active", "more hot spots, wind or a perimeter")
    assert incident.urgency == "high"


def test_wind_before_the_first_hot_spot_is_known_when_it_comes(fires: World) -> None:
    (incident,) = fires.deliver("wind", WIND)
    fires.run(60)
    assert (incident.waiting, incident.state.revision) == ("hot spots", 0)
    assert drop(fires) == [incident]
    fires.run(120)
    assert (incident.state.map, incident.path) == (1, ["wind", "hotspots", "ensemble", "combine", "weigh"])
    incident.answer({"publish": True, "map": 1})
    assert incident.run().outcome == "complete"


def test_the_same_hot_spots_again_are_no_news(fires: World) -> None:
    (incident,) = drop(fires)
    fires.run(1)
    assert drop(fires) == [incident]
    fires.run(1)
    assert [s.label for s in incident.stages if s.name == "hotspots"] == ["9 hot spots, 164 MW", "0 hot spots, 0 MW"]


MODIS = """latitude,longitude,brightness,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,\
bright_t31,frp,daynight
41.0,26.0,340.1,1.0,1.0,2026-08-22,955,Terra,MODIS,84,6.1NRT,301.2,33.1,D
41.0,26.1,310.1,1.0,1.0,2026-08-22,955,Terra,MODIS,12,6.1NRT,299.0,5.1,D
"""


def test_modis_files_are_read_too_and_what_is_wrong_is_named(fires: World) -> None:
    (incident,) = drop(fires, MODIS, "valley_modis.csv")
    fires.run(1)
    (spot,) = incident.state.spots
    assert (spot.confidence, spot.seen_at.hour, spot.seen_at.minute) == (84, 9, 55)
    assert drop(fires, MODIS.replace(",84,", ",5,")) == [], "nobody believes what is left"
    with pytest.raises(ValueError, match="no column frp"):
        drop(fires, MODIS.replace(",frp,", ",power,"))
    with pytest.raises(ValueError, match="line 2"):
        drop(fires, MODIS.replace("41.0,26.0", "91.0,26.0"))
    assert Path(PERIMETER).exists()
