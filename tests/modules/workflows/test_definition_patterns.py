"""The documented patterns of the ancestors, each as a small workflow and what came of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stormbell.testing import Rehearsal, run_programs
from stormbell.testing.plugin import run_workflow  # noqa: F401 (a fixture)

PATTERNS = Path(__file__).parent / "patterns"

Run = Callable[..., Rehearsal]


@pytest.fixture
def run(run_workflow: Run) -> Run:  # noqa: F811 (the fixture)
    """Open an incident of a pattern by its name."""
    return lambda name, stage, message=None, **more: run_workflow(PATTERNS / f"{name}.py", stage, message, **more)


@pytest.mark.covers("V19", "V20", "V21")
def test_a_simple_chain(run: Run) -> None:
    incident = run("chain", "first").run()
    assert incident.path == ["first", "second", "third"]
    assert [s.originator for s in incident.stages][1:] == [s.id for s in incident.stages][:2]
    assert incident.stages[1].effects.label == "in the middle"
    assert incident.comment == "2 stages before"


@pytest.mark.covers("V26")
@pytest.mark.parametrize(
    ("metres", "path"),
    [(0.5, ["assess"]), (2, ["assess", "watch"]), (4, ["assess", "warn", "watch"])],
)
def test_branching(run: Run, metres: float, path: list[str]) -> None:
    assert run("branch", "assess", {"metres": metres}).run().path == path


@pytest.mark.covers("V26")
def test_a_loop(run: Run) -> None:
    incident = run("loop", "turn", {"left": 7}).run()
    assert (incident.path, incident.state.turns) == (["turn"] * 7, 7)


@pytest.mark.covers("V23", "V26")
def test_fan_in_by_counting_in_an_atomic_stage(run: Run) -> None:
    incident = run("counting", "scatter", {"parts": 9}).run()
    assert incident.comment == "total 36"
    assert len(incident.sent("done")) == 1


@pytest.mark.covers("V24")
def test_persist_and_get_are_the_incident_s_state(run: Run) -> None:
    incident = run("keeping", "put").run()
    assert incident.errors == ["put: ValueError: not yet"]
    assert incident.state.notes == ["one, attempt 2"], "what the first attempt wrote is not there"


@pytest.mark.covers("V19", "V25")
def test_an_exception_drops_its_messages_and_ends_the_incident(run: Run) -> None:
    incident = run("failing", "book").run()
    assert incident.outcome == "error"
    assert incident.path == ["book", "pay", "unpay", "unbook", "tidy"]


@pytest.mark.covers("V22")
def test_messages_go_out_at_the_end_of_a_stage_or_not_at_all(run: Run) -> None:
    incident = run("keeping", "put").run()
    assert len(incident.sent("get")) == 1, "the attempt that failed sent nothing"


@pytest.mark.covers("V25")
def test_cancelling_stops_what_is_under_way(run: Run) -> None:
    incident = run("chain", "first").run(0)
    incident.cancel("seen enough")
    assert (incident.outcome, incident.comment) == ("cancelled", "seen enough")
    assert [s.state for s in incident.stages] == ["succeeded", "cancelled"]
    assert incident.run(10).path == ["first"]


@pytest.mark.covers("V25", "V26")
def test_the_shutdown_stage_has_the_last_word(run: Run) -> None:
    incident = run("shutdown", "begin").run(1)
    incident.cancel("enough")
    assert incident.outcome == "completing"
    incident.run()
    assert (incident.outcome, incident.state.closed, incident.path) == ("cancelled", True, ["begin", "close"])


@pytest.mark.covers("V26")
def test_fan_out_goes_on_with_enough_of_its_members(run: Run) -> None:
    incident = run("gathering", "scatter", {"members": 4, "enough": 2, "bad": [0]}).run()
    (message,) = incident.sent("gather")
    assert (len([r for r in message.results if r.succeeded]), message.missing) == (2, 1)


def test_nobody_answers(run: Run) -> None:
    incident = run("asking", "begin", {"patience_seconds": 3600}).run()
    assert incident.outcome == "active"
    incident.run(3601)
    assert (incident.outcome, incident.comment, incident.path) == ("error", "nobody answered", ["begin", "nobody"])


def test_an_answer_has_to_fit_its_form(run: Run) -> None:
    incident = run("asking", "begin").run()
    with pytest.raises(ValueError, match="publish"):
        incident.answer({"why": "because"})
    incident.answer({"publish": True, "why": "it is right"})
    assert incident.run().comment == "published: True, it is right"


def test_a_child_is_an_incident_of_its_own(run: Run) -> None:
    incident: Any = run("parent", "begin", {"left": 2}, also=[PATTERNS / "loop.py"]).run()
    (child,) = incident.children
    assert (incident.comment, child.path) == ("the child is complete after 2 turns", ["turn", "turn"])


def test_programs_run_as_simulations(run: Run) -> None:
    incident = run("ensemble", "scatter", simulate=run_programs).run()
    assert incident.comment == "2 of 3, sum 1"
    assert incident.dataset("sum.json").inputs
