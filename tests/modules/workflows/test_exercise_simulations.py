"""What a stage's simulations are told of their incident: when they are needed; that an exercise climbs nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app.modules import simulation
from tests.modules.workflows.house import House

WORKFLOW = """
from pydantic import BaseModel
from stormbell import Gathered, Incident, SimulationRequest, stage, workflow


class Start(BaseModel):
    hours: float = 1


@workflow("bell")
class Bell:
    @stage(sends=("ends",), max_attempts=1)
    async def ring(self, incident: Incident, message: Start) -> None:
        run = SimulationRequest(name="run", command=["true"])
        incident.simulate([run], then=self.ends, message=Gathered(), deadline_seconds=message.hours * 3600)

    @stage
    async def ends(self, incident: Incident, message: Gathered) -> None:
        incident.complete()
"""


async def run_of(house: House, *, exercise: bool) -> simulation.Simulation:
    """Open an incident and return its simulation once it has ended."""
    body: dict[str, Any] = {"workflow": "bell", "name": "Drill", "stage": "ring", "message": {}, "exercise": exercise}
    opened = (await house.client.post("/api/v1/incidents", json=body)).raise_for_status().json()

    async def ended() -> bool:
        return (await house.get(f"/incidents/{opened['id']}"))["state"] not in ("active", "completing")

    await house.until(ended)
    async with house.node.database.sessions() as session:
        (row,) = await simulation.list_of_incident(session, opened["id"])
    return row


async def test_simulations_know_when_they_are_needed_and_those_of_an_exercise_never_climb(house: House) -> None:
    for exercise in (True, False):
        row = await run_of(house, exercise=exercise)
        assert row.state == "succeeded", row.error
        assert row.spec["escalate"] is not exercise
        assert row.deadline_at is not None
        assert timedelta(minutes=50) < row.deadline_at - datetime.now(UTC) <= timedelta(hours=1)
