"""The rehearsal and the engine agree: the same small workflows, told the same, end the same."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from app.kernel.node import Node
from app.main import create_app
from stormbell.testing import Rehearsal, World, run_programs
from tests.modules.workflows.house import House

PATTERNS = Path(__file__).parent / "patterns"


@dataclass
class Case:
    """A workflow, its first message, and what is said to it once a stage has ended well."""

    workflow: str
    stage: str
    message: dict[str, Any] = field(default_factory=dict)
    after: str | None = None
    answer: Any = None
    cancel: str | None = None
    seconds: float | None = None


CASES = [
    Case("chain", "first"),
    Case("branch", "assess", {"metres": 4}),
    Case("branch", "assess", {"metres": 0.5}),
    Case("loop", "turn", {"left": 4}),
    Case("counting", "scatter", {"parts": 6}),
    Case("keeping", "put"),
    Case("failing", "book"),
    Case("shutdown", "begin", after="begin", cancel="enough seen", seconds=1),
    Case("gathering", "scatter", {"members": 5}),
    Case("gathering", "scatter", {"members": 4, "bad": [1, 2]}),
    Case("gathering", "scatter", {"members": 3, "enough": 2, "bad": [0, 1, 2]}),
    Case("asking", "begin", after="begin", answer={"publish": True, "why": "it is right"}),
    Case("asking", "begin", {"patience_seconds": 0.2}, seconds=1),
    Case("parent", "begin"),
    Case("ensemble", "scatter"),
]


def rehearsed(case: Case, place: Path) -> dict[str, Any]:
    world = World(PATTERNS / f"{case.workflow}.py", PATTERNS / "loop.py", place=place, simulate=run_programs)
    try:
        incident = world.open(case.stage, case.message).run(case.seconds)
        if case.answer is not None:
            incident.answer(case.answer)
        if case.cancel is not None:
            incident.cancel(case.cancel)
        incident.run()
        return in_memory(incident)
    finally:
        world.close()


def in_memory(incident: Rehearsal) -> dict[str, Any]:
    return {
        "state": incident.outcome,
        "comment": incident.comment,
        "kept": incident.state.model_dump(mode="json"),
        "headline": incident.headline and incident.headline.model_dump(),
        "stages": sorted((s.name, s.state, s.attempt, s.label or "", s.error or "") for s in incident.stages),
        "questions": [(q.text, q.state, q.answer) for q in incident.questions],
        "data": sorted((d.name, d.role) for d in incident.datasets),
    }


async def on_the_node(house: House, case: Case) -> Callable[[], Any]:
    """Begin the case on the node; return what awaits its end."""
    opened = await house.client.post(
        "/api/v1/incidents",
        json={"workflow": case.workflow, "name": "case", "stage": case.stage, "message": case.message},
    )
    path = f"/incidents/{opened.raise_for_status().json()['id']}"

    async def ended() -> dict[str, Any]:
        if case.after is not None:

            async def passed() -> bool:
                stages = (await house.get(f"{path}/messages"))["items"]
                return any((s["stage"], s["state"]) == (case.after, "succeeded") for s in stages)

            await house.until(passed)
        if case.answer is not None:
            (question,) = (await house.get(f"{path}/questions"))["items"]
            answered = f"/api/v1{path}/questions/{question['id']}/answer"
            (await house.client.post(answered, json={"answer": case.answer})).raise_for_status()
        if case.cancel is not None:
            cancelled = f"/api/v1{path}/cancellation"
            (await house.client.post(cancelled, json={"reason": case.cancel})).raise_for_status()

        async def over() -> Any:
            found = await house.get(path)
            return None if found["state"] in ("active", "completing") else found

        incident = await house.until(over, 60)
        return await in_database(house, path, incident)

    return ended


async def in_database(house: House, path: str, incident: dict[str, Any]) -> dict[str, Any]:
    stages = (await house.get(f"{path}/messages", limit=200))["items"]
    data = (await house.get("/datasets", incident_id=incident["id"], limit=200))["items"]
    return {
        "state": incident["state"],
        "comment": incident["comment"],
        "kept": incident["state_data"],
        "headline": incident["headline"],
        "stages": sorted((s["stage"], s["state"], s["attempts"], s["label"] or "", s["error"] or "") for s in stages),
        "questions": [
            (q["question"], q["state"], q["answer"]) for q in (await house.get(f"{path}/questions"))["items"]
        ],
        "data": sorted((d["name"], d["role"]) for d in data),
    }


@pytest.fixture
async def app(node: Node) -> FastAPI:
    """The application on a node that was started with every pattern."""
    shutil.copytree(PATTERNS, node.settings.data_directory / "workflows")
    await node.start()
    return create_app(node)


@pytest.mark.covers("V19", "V20", "V21", "V25", "V26")
async def test_engine_and_rehearsal_agree(house: House, tmp_path: Path) -> None:
    under_way = [await on_the_node(house, case) for case in CASES]
    apart = await on_the_node(house, Case("apart", "begin"))
    for number, (case, ended) in enumerate(zip(CASES, under_way, strict=True)):
        assert rehearsed(case, tmp_path / str(number)) == await ended(), case
    found = await apart()
    assert found["kept"] == {"apart": True}
    assert ("heavy", "succeeded", 2, "", "") in found["stages"], "a crash of the process is one failed attempt"
