"""By when an incident is complete: from its simulations, from its stage, or not known and why."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.kernel.ids import new_id
from app.modules.simulation import Simulation
from app.modules.workflows.models import IncidentRow, StageRow
from tests.modules.workflows.house import House

WORKFLOW = """
from pydantic import BaseModel
from stormbell import Gathered, Incident, SimulationRequest, stage, workflow


class Ring(BaseModel):
    pass


class Ends(Gathered):
    pass


@workflow("bell")
class Bell:
    @stage(sends=("gathered",))
    async def ring(self, incident: Incident, message: Ring) -> None:
        incident.simulate(
            [SimulationRequest(name="toll", command=["sleep", "300"])], then=self.gathered, message=Ends()
        )

    @stage
    async def gathered(self, incident: Incident, message: Ends) -> None:
        pass
"""


async def completed_before(house: House, history_key: str, count: int) -> None:
    """Write down incidents: the n-th simulated for (n + 1) * 100 s, and took 60 s for the rest."""
    now = datetime.now(UTC)
    async with house.node.database.transaction() as session:
        for n in range(count):
            began, took = now - timedelta(hours=n + 1), (n + 1) * 100.0
            ended = began + timedelta(seconds=took)
            row = IncidentRow(
                id=new_id("inc"), name="before", workflow="bell", workflow_version="1", state="complete",
                opened_at=began, activated_at=began, finished_at=ended + timedelta(seconds=60),
            )  # fmt: skip
            session.add(row)
            await session.flush()
            for name, at in (("ring", began), ("gathered", ended)):
                session.add(
                    StageRow(
                        id=new_id("stg"), incident_id=row.id, name=name, message={}, originator="test",
                        state="succeeded", queued_at=at, started_at=at, finished_at=at,
                    )
                )  # fmt: skip
            session.add(
                Simulation(
                    id=new_id("sim"), incident_id=row.id, stage="ring", name="toll", history_key=history_key,
                    max_attempts=1, state="succeeded", run_seconds=took, started_at=began, finished_at=ended,
                    spec={"command": ["sleep", "300"], "resources": {"cores": 1, "walltime_seconds": 3600.0}},
                )
            )  # fmt: skip


@pytest.mark.covers("V51")
async def test_a_forecast_goes_by_simulations_then_by_stages_and_says_why_there_is_none(house: House) -> None:
    body = {"workflow": "bell", "name": "west", "duration_seconds": 3600}
    pending = (await house.client.post("/api/v1/incidents", json=body | {"activate": False})).raise_for_status().json()
    incident = (await house.client.post("/api/v1/incidents", json=body)).raise_for_status().json()
    path = f"/incidents/{incident['id']}/forecast"

    async def running() -> Any:
        async with house.node.database.sessions() as session:
            query = select(Simulation).where(Simulation.incident_id == incident["id"], Simulation.state == "running")
            return await session.scalar(query)

    run = await house.until(running)
    first = await house.get(path)
    assert (first["p50_at"], first["basis"], first["count"]) == (None, None, 0)
    assert first["reason"] == "0 earlier incidents of bell completed; 3 are needed to go by"
    assert first["simulations"][0]["reason"] == "nothing like it has ended before"
    assert (await house.get(f"/incidents/{pending['id']}/forecast"))["reason"] == "it is not activated"

    await completed_before(house, run.history_key, 9)
    made = datetime.now(UTC)
    found = await house.get(path)
    assert (found["basis"], found["count"], found["reason"]) == ("simulations", 9, None)
    after = [(datetime.fromisoformat(found[f"p{n}_at"]) - made).total_seconds() for n in (10, 50, 90)]
    assert after == sorted(after)
    # 100 to 900 s for the simulation, but it may take no more than 600; 60 s for what follows.
    assert 100 < after[0] < 400 < after[1] < 620 < after[2] < 670
    assert 0.9 <= found["in_time"] <= 1.0
    assert (await house.get(path))["p50_at"][:16] == found["p50_at"][:16], "asking again says the same"
    (shown,) = found["simulations"]
    assert (shown["simulation_id"], shown["reason"]) == (run.id, None)
    assert shown["p10_at"] < shown["p50_at"] < shown["p90_at"]

    # It runs for longer than each before it: what is left to go by is how long others took from this stage on.
    async with house.node.database.transaction() as session:
        late = datetime.now(UTC) - timedelta(seconds=950)
        await session.execute(update(Simulation).where(Simulation.id == run.id).values(started_at=late))
    by_stage = await house.get(path)
    assert (by_stage["basis"], by_stage["count"]) == ("stages", 9)
    assert by_stage["simulations"][0]["reason"] == "it has run longer than each before it"
    async with house.node.database.transaction() as session:
        session.add(
            StageRow(
                id=new_id("stg"), incident_id=incident["id"], name="ring", message={}, originator="test",
                state="succeeded", queued_at=datetime.now(UTC) - timedelta(seconds=1000),
            )
        )  # fmt: skip
    unknown = await house.get(path)
    assert unknown["p50_at"] is None
    assert unknown["reason"].endswith("since ring began it has taken longer than each of 9 before it")

    await house.client.post(f"/api/v1/incidents/{incident['id']}/cancellation", json={})

    async def ended() -> Any:
        return (await house.get(f"/incidents/{incident['id']}"))["state"] == "cancelled"

    await house.until(ended)
    assert (await house.get(path))["reason"] == "it has ended"
