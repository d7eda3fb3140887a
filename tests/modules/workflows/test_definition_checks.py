"""What is wrong with a definition is said before it runs, with file, line and how to mend it."""

from pathlib import Path

import pytest

from app.modules.workflows import checking

GOOD = """
import asyncio
import time

from pydantic import BaseModel

from stormbell import Arrival, Gathered, Incident, Opening, stage, trigger, workflow


class Reading(BaseModel):
    level_m: float


class Other(BaseModel):
    text: str


@workflow("river")
class River:
    class State(BaseModel):
        count: int = 0

    @trigger(source="gauges")
    def arrives(self, arrival: Arrival) -> Opening | None:
        return Opening(key="k", name="n", stage=self.assess, message=Reading(level_m=1))

    @stage(sends=("warn",))
    async def assess(self, incident: Incident[State], message: Reading) -> None:
        self.tell(incident, message)

    def tell(self, incident: Incident[State], message: Reading) -> None:
        incident.send(self.warn, Reading(level_m=message.level_m))

    @stage
    async def warn(self, incident: Incident[State], message: Reading) -> None:
        incident.state.count += 1
        incident.complete()
"""


def check(tmp_path: Path, text: str) -> list[checking.Problem]:
    file = tmp_path / "river.py"
    file.write_text(text)
    found = checking.check(file)
    assert all(p.file == str(file) and p.mend for p in found.problems)
    return found.problems


def line_of(text: str, words: str) -> int:
    (found,) = [n for n, line in enumerate(text.splitlines(), 1) if words in line]
    return found


def test_a_workflow_in_order_has_no_problems(tmp_path: Path) -> None:
    assert check(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("before", "after", "at", "severity", "code", "words"),
    [
        ("incident.send(self.warn,", "incident.send(self.wran,", "self.wran", "error", "unknown-stage", "'wran'"),
        ("incident.send(self.warn,", 'incident.send("wran",', '"wran"', "error", "unknown-stage", "assess, warn"),
        ("incident.send(self.warn,", "incident.send(self.tell,", "send(self.tell", "error", "unknown-stage", "@stage"),
        ("stage=self.assess", "stage=self.asses", "self.asses,", "error", "unknown-stage", "trigger arrives"),
        ('sends=("warn",)', 'sends=("wran",)', '"wran"', "error", "unknown-stage", "says it sends to 'wran'"),
        ('@stage(sends=("warn",))', "@stage", "incident.send(", "warning", "not-declared", "lacks the arrow"),
        ("incident.send(self.warn, Reading(level_m=message.level_m))", "pass", "async def warn", "warning",
         "unreachable", "nothing sends to stage warn"),
        ("self.warn, Reading(level_m=message.level_m)", 'self.warn, Other(text="")', "Other(text", "warning",
         "other-message", "takes Reading and is sent Other"),
        ("message: Reading) -> None:\n        self.tell", "message) -> None:\n        self.tell", "async def assess",
         "error", "annotation", "has no annotation"),
        ("Incident[State], message: Reading) -> None:\n        self.tell", "Incident, message: Reading) -> None:\n"
         "        self.tell", "async def assess", "warning", "annotation", "Incident[State]"),
        ("async def warn", "def warn", "def warn", "error", "not-async", "must be 'async def'"),
        ("Incident[State], message: Reading) -> None:\n        self.tell", "Incident) -> None:\n        self.tell",
         "async def assess", "error", "signature", "(self, incident)"),
        ('@trigger(source="gauges")', "@trigger", "@trigger", "error", "bad-trigger", "names no source"),
        ('@trigger(source="gauges")', '@trigger(source="")', "@trigger", "error", "bad-trigger", "names no source"),
        ("    def arrives", "    async def arrives", "def arrives", "error", "bad-trigger", "only looks"),
        ("def arrives(self, arrival: Arrival)", "def arrives(self)", "def arrives", "error", "bad-trigger", "(self)"),
        (" -> Opening | None", "", "def arrives", "warning", "annotation", "-> Opening | None"),
        ("incident.state.count += 1", "self.count = 1", "self.count", "warning", "not-kept", "incident.state"),
        ("incident.state.count += 1", "time.sleep(1)", "time.sleep", "warning", "blocks", "delay_seconds"),
        ("incident.state.count += 1", "await asyncio.sleep(1)", "asyncio.sleep", "warning", "sleeps", "delay_seconds"),
        ("incident.state.count += 1", "await self.assess(incident, message)", "await self.assess", "warning",
         "called", "incident.send(self.assess"),
        ("    def tell(", "    def warn(", None, "error", "twice", "rename"),
    ],
)  # fmt: skip
@pytest.mark.covers("V20")
def test_a_problem_is_named_with_its_line_and_how_to_mend_it(
    tmp_path: Path, before: str, after: str, at: str | None, severity: str, code: str, words: str
) -> None:
    assert before in GOOD
    text = GOOD.replace(before, after, 1)
    found = [p for p in check(tmp_path, text) if p.code == code]
    assert found, check(tmp_path, text)
    problem = found[0]
    assert problem.severity == severity
    assert words in f"{problem.message}; {problem.mend}"
    if at is not None:
        assert problem.line == line_of(text, at)


def test_what_does_not_import_is_named_once(tmp_path: Path) -> None:
    (problem,) = check(tmp_path, "import nowhere_to_be_found\n" + GOOD)
    assert (problem.line, problem.code) == (1, "does-not-load")
    assert "install it" in problem.mend
    (problem,) = check(tmp_path, GOOD + "\n\nx = (\n")
    assert problem.code == "does-not-load"
    assert "never closed" in problem.message


def test_a_reading_problem_is_not_said_twice(tmp_path: Path) -> None:
    problems = check(tmp_path, GOOD.replace("async def warn", "def warn"))
    assert [p.code for p in problems if p.severity == "error"] == ["not-async"]


def test_stages_behind_fan_out_ask_and_comprehensions_are_seen(tmp_path: Path) -> None:
    sends = (
        "incident.fan_out([(self.warn, message) for _ in range(3)], then=self.nobody, message=Gathered())\n"
        '        incident.ask("Go?", then=self.nowhere, otherwise=self.never)'
    )
    text = GOOD.replace("incident.send(self.warn, Reading(level_m=message.level_m))", sends)
    unknown = {p.message.split("'")[1] for p in check(tmp_path, text) if p.code == "unknown-stage"}
    assert unknown == {"nobody", "nowhere", "never"}
    assert not [p for p in check(tmp_path, text) if p.code == "unreachable"]


def test_a_folder_is_checked_definition_by_definition(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.py").write_text(GOOD)
    found = checking.check(tmp_path)
    assert [p.code for p in found.problems] == ["same-name"]
    (tmp_path / "empty").mkdir()
    (problem,) = checking.check(tmp_path / "empty").problems
    assert problem.code == "nothing-here"
    (tmp_path / "b.py").write_text(GOOD.replace('"river"', '"brook"'))
    found = checking.check(tmp_path)
    assert (sorted(d.spec.name for d in found.definitions), found.problems) == (["brook", "river"], [])
