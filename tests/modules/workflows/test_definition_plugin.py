"""The pytest plugin in a project of a workflow's author, and the rehearsal's own rules."""

import subprocess
import sys
from pathlib import Path

import pytest

from stormbell.testing import EndlessRun, World

FLOOD = """
import json

from pydantic import BaseModel

from stormbell import Gathered, Incident, SimulationRequest, stage, workflow


class Go(BaseModel):
    tiles: int = 2


@workflow("flood", test="scatter")
class Flood:
    @stage(sends=("draw",))
    async def scatter(self, incident: Incident, message: Go) -> None:
        runs = [
            SimulationRequest(name=f"tile {n}", command=["true"], outputs=["tile.json"])
            for n in range(1, message.tiles + 1)
        ]
        incident.simulate(runs, then=self.draw, message=Gathered())

    @stage
    async def draw(self, incident: Incident, message: Gathered) -> None:
        peaks = [json.loads(incident.path(r.datasets["tile.json"]).read_text())["peak"] for r in message.succeeded]
        (incident.scratch / "map.json").write_text(json.dumps(peaks))
        incident.register("map.json")
        incident.complete(f"{len(peaks)} of {len(message.simulations)}")
"""
TEST = """
from stormbell.testing import Result, SimulationFails


def simulate(request):
    if request.name == "tile 3":
        raise SimulationFails("the machine is gone", state="lost")
    return Result({"tile.json": {"peak": 3}}, seconds=30)


def test_the_map_is_made_without_a_tile_that_is_lost(run_workflow):
    incident = run_workflow("flood", "scatter", {"tiles": 5}, simulate=simulate).run()
    assert (incident.outcome, incident.comment) == ("complete", "4 of 5")
    assert incident.path == ["scatter", "draw"]
    assert (incident.world.now - incident.opened_at).total_seconds() == 60
    assert incident.dataset("map.json").text() == "[3, 3, 3, 3]"


async def test_in_a_loop_of_its_own(run_workflow):
    assert run_workflow("flood", "scatter", simulate=simulate).run().outcome == "complete"
"""


def test_an_author_s_project_has_the_fixture(tmp_path: Path) -> None:
    (tmp_path / "flood").mkdir()
    (tmp_path / "flood" / "workflow.py").write_text(FLOOD)
    (tmp_path / "test_flood.py").write_text(TEST)
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\nfilterwarnings = error\n"
    )
    ran = subprocess.run(
        [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "2 passed" in ran.stdout
    assert not list(tmp_path.rglob("__pycache__"))


def test_the_plugin_is_inert_until_its_fixture_is_used() -> None:
    code = (
        "import sys, stormbell.testing.plugin, stormbell.testing\n"
        "heavy = {'app', 'sqlalchemy', 'fastapi', 'pydantic'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "from stormbell import Incident, stage\n"
        "assert 'app' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=100)


def write(tmp_path: Path, text: str) -> Path:
    (tmp_path / "w.py").write_text(text)
    return tmp_path / "w.py"


def test_without_a_fake_it_says_what_is_missing(tmp_path: Path) -> None:
    world = World(write(tmp_path, FLOOD))
    incident = world.open("scatter").run()
    assert incident.outcome == "error"
    assert "give simulate=" in incident.errors[0]
    assert incident.simulations == {}
    assert repr(incident).startswith("<flood error (stage scatter failed: ValueError: nothing says")
    with pytest.raises(ValueError, match="is error"):
        incident.send("scatter", {})
    world.close()


def test_a_loop_without_an_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = FLOOD.replace(
        "        runs = [",
        "        incident.send(self.scatter, message, delay_seconds=60)\n        return\n        runs = [",
    )
    world = World(write(tmp_path, text))
    incident = world.open("scatter").run(3600)
    assert len(incident.stages) == 62, "one a minute in an hour of the world's time"
    monkeypatch.setattr("app.modules.workflows.rehearsal.world.MOST_STAGES", 100)
    with pytest.raises(EndlessRun, match=r"run\(seconds=...\)"):
        incident.run()
    world.close()


def test_an_incident_ends_at_its_deadline(tmp_path: Path) -> None:
    text = FLOOD.replace('test="scatter"', "duration_seconds=60")
    world = World(write(tmp_path, text), simulate=lambda _: None)
    incident = world.open()
    incident.run(61)
    assert (incident.outcome, incident.comment) == ("complete", "its deadline was reached")
    world.close()
