"""The page about large fleets shows what the model says today, and the model says what it said an hour ago."""

import pytest

from tools import fleet_model
from tools.fleet_simulation import simulate


def test_the_page_shows_what_the_tool_prints(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["fleet_model"])
    assert fleet_model.main() == 0
    printed = capsys.readouterr().out.strip()
    page = fleet_model.PAGE.read_text()
    shown = page.partition(fleet_model.BEGIN)[2].partition(fleet_model.END)[0].strip()
    assert shown == printed, "run: python -m tools.fleet_model --write"


def test_the_simulation_agrees_with_the_paper_where_a_fleet_keeps_up() -> None:
    fleet = fleet_model.Fleet(16, 4_000)
    lived = simulate(fleet_model.costs(), fleet.nodes, fleet.rate, hinting=True)
    assert lived.done == pytest.approx(fleet.rate, rel=0.05)
    assert lived.busy == pytest.approx(fleet_model.processors(fleet), rel=0.5)
    assert lived == simulate(fleet_model.costs(), fleet.nodes, fleet.rate, hinting=True)


def test_hints_to_everybody_are_the_wall_of_a_large_fleet() -> None:
    large = fleet_model.Fleet(fleet_model.NODES, fleet_model.MEAN)
    assert fleet_model.processors(large) > 1
    assert fleet_model.processors(fleet_model.Fleet(64, fleet_model.MEAN, hinting=False)) < 1
    lived = simulate(fleet_model.costs(), large.nodes, large.rate, hinting=True)
    assert lived.done < large.rate / 2
