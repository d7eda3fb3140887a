"""An incident that was opened as an exercise is its workflow's test; the health board shows the last one."""

from typing import Any

import pytest

from tests.modules.workflows.house import House

WORKFLOW = """
from pydantic import BaseModel
from stormbell import Arrival, Incident, Opening, stage, workflow


class Ring(BaseModel):
    well: bool = True


@workflow("bell", duration_seconds=3600)
class Bell:
    @stage(max_attempts=1)
    async def ring(self, incident: Incident, message: Ring) -> None:
        if not message.well:
            raise ValueError("cracked")
        incident.complete()
"""


async def drilled(house: House, *, well: bool, exercise: bool = True) -> dict[str, Any]:
    body = {"workflow": "bell", "name": "Drill", "stage": "ring", "message": {"well": well}, "exercise": exercise}
    opened = (await house.client.post("/api/v1/incidents", json=body)).raise_for_status().json()

    async def ended() -> bool:
        return (await house.get(f"/incidents/{opened['id']}"))["state"] not in ("active", "completing")

    await house.until(ended)
    (test,) = (await house.get("/health"))["workflow_tests"]
    return {**test, "is_this_one": test["incident_id"] == opened["id"]}


@pytest.mark.covers("V62")
async def test_the_board_shows_when_each_workflow_was_tested_last_and_how(house: House) -> None:
    passed = await drilled(house, well=True)
    assert (passed["workflow"], passed["result"], passed["is_this_one"]) == ("bell", "passed", True)
    assert passed["seconds"] >= 0
    failed = await drilled(house, well=False)
    assert (failed["result"], failed["is_this_one"]) == ("failed", True)
    assert failed["text"]
    assert not (await drilled(house, well=True, exercise=False))["is_this_one"], "what is no exercise is no test"
