"""Trying again what stopped: what was cancelled with it goes on, and a gather it waited for sends its message."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.modules.jobs.models import Job
from app.modules.simulation.models import Simulation
from app.modules.workflows.gathers import SIMULATION_ENDED_JOB
from app.modules.workflows.models import Gather, GatherMember, IncidentRow, StageRow
from app.modules.workflows.retries import _stopped
from app.modules.workflows.revival import revive
from tests.modules.workflows.gate import gate
from tests.modules.workflows.house import House

WORKFLOW = """
from pydantic import BaseModel
from stormbell import Gathered, Incident, stage, workflow
from tests.modules.workflows.gate import gate


class Ring(BaseModel):
    how: str = ""


@workflow("bell")
class Bell:
    @stage(sends=("part", "side", "gathered"))
    async def ring(self, incident: Incident, message: Ring) -> None:
        incident.send(self.side, Ring())
        incident.fan_out([(self.part, Ring(how=how)) for how in ("bad", "good")], then=self.gathered,
            message=Gathered(), labels=["bad", "good"])

    @stage(max_attempts=1)
    async def part(self, incident: Incident, message: Ring) -> None:
        if message.how == "bad":
            raise ValueError("cracked")
        gate("part").reached.set()
        await gate("part").opened.wait()

    @stage
    async def side(self, incident: Incident, message: Ring) -> None:
        await gate("side").opened.wait()
        incident.fail("the rope broke")

    @stage
    async def gathered(self, incident: Incident, message: Gathered) -> None:
        incident.complete(", ".join(f"{one.name} {one.state}" for one in message.results))
"""


async def test_a_gather_is_waited_for_again_with_what_failed_before_the_incident_did(house: House) -> None:
    made = await house.client.post("/api/v1/incidents", json={"workflow": "bell", "name": "x", "message": {}})
    path = f"/incidents/{made.raise_for_status().json()['id']}"

    async def counted() -> bool:
        async with house.node.database.sessions() as session:
            return (await session.scalar(select(GatherMember).where(GatherMember.ended))) is not None

    await house.until(counted)
    await gate("part").reached.wait()
    gate("side").opened.set()
    assert (await house.ended())["comment"] == "the rope broke"
    gate("part").opened.set()
    (await house.client.post(f"/api/v1{path}/retry", json={})).raise_for_status()

    async def done() -> Any:
        found = await house.get(path)
        return found if found["state"] not in ("active", "completing") else None

    assert (await house.until(done))["comment"] == "bad failed, good succeeded"


async def stopped(session: AsyncSession, at: datetime) -> IncidentRow:
    incident = IncidentRow(
        id="inc_1", name="Bell", workflow="bell", workflow_version="0", state="error", owner_id="usr_1", finished_at=at
    )
    session.add(incident)
    await session.flush()
    session.add(StageRow(id="stg_1", incident_id="inc_1", name="ring", message={}, originator="x", state="succeeded"))
    await session.flush()
    return incident


async def test_the_last_end_of_an_ensemble_that_nobody_counted_in_is_told_again(session: AsyncSession) -> None:
    now = datetime.now(UTC)
    incident = await stopped(session, now)
    session.add(Gather(id="gat_1", incident_id="inc_1", stage_id="stg_1", then="ended", message={}))
    run = Simulation(id="sim_1", name="m", spec={}, state="succeeded", exit_code=0, max_attempts=1, incident_id="inc_1")
    run.finished_at = now - timedelta(seconds=1)
    session.add(run)
    await session.flush()
    member = GatherMember(gather_id="gat_1", member_id="sim_1", name="m")
    session.add(member)
    await session.flush()
    await revive(session, incident, now, now)
    assert not member.ended
    (job,) = (await session.scalars(select(Job).where(Job.kind == SIMULATION_ENDED_JOB))).all()
    assert (job.payload["simulation_id"], job.payload["state"]) == ("sim_1", "succeeded")


async def test_what_a_gather_did_not_wait_for_any_more_stays_cancelled(session: AsyncSession) -> None:
    now = datetime.now(UTC)
    earlier = now - timedelta(seconds=5)
    incident = await stopped(session, now)
    session.add(Gather(id="gat_1", incident_id="inc_1", stage_id="stg_1", kind="stage", then="e", message={}, wanted=1))
    await session.flush()
    for number, (name, state, at) in enumerate(
        [("told", "failed", earlier), ("dropped", "cancelled", earlier), ("running", "cancelled", now)], 2
    ):
        row = StageRow(id=f"stg_{number}", incident_id="inc_1", name=name, message={}, originator="stg_1", state=state)
        row.finished_at = at
        session.add(row)
        ended = name != "running"
        session.add(
            GatherMember(gather_id="gat_1", member_id=row.id, name=name, ended=ended, state=state if ended else None)
        )
    (await session.get_one(Gather, "gat_1")).sent_stage_id = "stg_9"
    await session.flush()
    failed, cancelled, at = await _stopped(session, incident)
    assert (failed, [one.name for one in cancelled], at) == ([], ["running"], now)
