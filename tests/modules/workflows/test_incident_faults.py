"""What an author or the outside gets wrong ends in a named outcome, never in an incident that waits for nothing."""

import json
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint
from app.kernel.principal import HOUSE
from app.modules import data, ingest, jobs
from app.modules.ingest import DeliveryArrived
from app.modules.workflows import gathers, incidents, triggers
from app.modules.workflows.attempts import datasets_of
from app.modules.workflows.gathers import SIMULATION_ENDED_JOB, MemberEnded
from app.modules.workflows.models import Gather, IncidentRow, StageRow
from tests.modules.workflows.house import House

WORKFLOW = """
import asyncio
from pydantic import BaseModel
from stormbell import Arrival, Gathered, Incident, Opening, SimulationRequest, stage, trigger, workflow


class Ring(BaseModel):
    how: str = "softly"


class Misfit(BaseModel):
    how: dict[str, str] = {}


class Ends(Gathered):
    needed: int


@workflow("bell")
class Bell:
    @trigger(source="bells")
    def arrives(self, arrival: Arrival) -> Opening | None:
        how = arrival.body["how"]
        if how.endswith("is no way"):
            raise ValueError(how)
        message = Misfit() if how == "misfit" else Ring(how=how)
        name = arrival.body.get("name", "Bell")
        return Opening(key=arrival.body["id"], name=name, stage=self.ring, message=message)

    @stage(max_attempts=1, timeout_seconds=0.2)
    async def ring(self, incident: Incident, message: Ring) -> None:
        if message.how == "endlessly":
            await asyncio.Event().wait()
        if message.how == "never":
            raise ValueError("always misses")
        if message.how == "twice under one name":
            (incident.scratch / "x").write_text("x")
            incident.register("x")
            incident.register("x")
        if message.how == "with ends that do not fit":
            incident.simulate([SimulationRequest(name="a", command=["/bin/true"])], then=self.ended, message=Gathered())
        if message.how == "later":
            incident.send(self.ring, Ring(), delay_seconds=600)

    @stage
    async def ended(self, incident: Incident, message: Ends) -> None:
        pass
"""


async def settled(house: House, count: int) -> list[dict[str, Any]]:
    items = (await house.get("/deliveries"))["items"]
    return items if len(items) == count and all(d["state"] != "queued" for d in items) else []


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ("endlessly", "took longer than 0.2 s"),
        ("never", "ValueError: always misses"),
        ("twice under one name", "there is a data set 'x' of this stage already"),
        ("with ends that do not fit", "Stage ended takes Ends"),
    ],
)
async def test_a_stage_has_the_time_and_the_attempts_its_author_gave_it(house: House, how: str, error: str) -> None:
    await house.push(id="a", how=how)
    incident = await house.ended()
    assert incident["state"] == "error"
    assert error in incident["comment"]
    (stage,) = (await house.get(f"/incidents/{incident['id']}/timeline"))["stages"]
    assert (stage["state"], stage["attempts"]) == ("failed", 1)
    assert (await house.get("/simulations"))["items"] == []


async def test_a_message_that_does_not_fit_its_stage_quarantines_the_delivery_at_once(house: House) -> None:
    await house.push(id="a", how="misfit")
    (delivery,) = await house.until(lambda: settled(house, 1))
    assert delivery["state"] == "quarantined"
    assert "trigger bell.arrives" in delivery["reason"]
    assert "Stage ring takes Ring" in delivery["reason"]
    assert (await house.get("/incidents"))["items"] == []


async def test_what_a_trigger_raises_is_told_also_when_it_quotes_what_no_text_can_hold(house: House) -> None:
    await house.push(id="a", how="\0 is no way")
    (delivery,) = await house.until(lambda: settled(house, 1))
    assert delivery["state"] == "quarantined"
    assert delivery["reason"] == r"trigger bell.arrives raised ValueError: \0 is no way"
    for number, odd in enumerate(({"how": "a\0b"}, {"name": "a\0b", "how": "softly"}), 2):
        await house.push(id=str(number), **odd)
        deliveries = await house.until(partial(settled, house, number))
        assert (deliveries[0]["state"], "U+0000" in deliveries[0]["reason"]) == ("quarantined", True)
    assert (await house.get("/incidents"))["items"] == []


async def test_a_workflow_that_does_not_want_an_arrival_hides_nothing_of_one_that_does(house: House) -> None:
    deaf = """
from stormbell import Arrival, Incident, Opening, stage, trigger, workflow
from pydantic import BaseModel
class Nothing(BaseModel):
    pass
@workflow("zither")
class Zither:
    @trigger(source="bells")
    def arrives(self, arrival: Arrival) -> Opening | None:
        return Opening(key="z", name="z", stage=self.play, message=Nothing(), opens=False)
    @stage
    async def play(self, incident: Incident, message: Nothing) -> None:
        pass
"""
    (house.node.settings.data_directory / "workflows" / "zither.py").write_text(deaf)

    async def known() -> bool:
        return "zither" in [w["name"] for w in (await house.get("/workflows"))["items"]]

    await house.until(known)
    await house.push(id="a", how="softly")
    (delivery,) = await house.until(lambda: settled(house, 1))
    incident = await house.incident()
    assert (delivery["state"], delivery["incident_id"]) == ("delivered", incident["id"])


async def test_a_key_that_is_taken_is_a_conflict(house: House) -> None:
    body = {"workflow": "bell", "name": "x", "stage": "ring", "key": "k", "message": {}}
    first = await house.client.post("/api/v1/incidents", json=body)
    second = await house.client.post("/api/v1/incidents", json=body)
    assert (first.status_code, second.status_code) == (201, 409)
    assert first.json()["id"] in second.json()["detail"]


async def test_somebody_s_incident_of_a_trigger_s_key_gets_nothing_and_is_an_alarm(house: House) -> None:
    body = {"workflow": "bell", "name": "x", "stage": "ring", "key": "k", "message": {}}
    mine = (await house.client.post("/api/v1/incidents", json=body)).raise_for_status().json()
    async with house.node.database.transaction() as session:
        await session.execute(update(IncidentRow).where(IncidentRow.id == mine["id"]).values(owner_id="usr_eve"))
    await house.push(id="k", how="softly")
    (delivery,) = await house.until(lambda: settled(house, 1))
    assert delivery["state"] == "quarantined", "it can be replayed when the key is free"
    assert "belongs to somebody else" in delivery["reason"]
    stages = (await house.get(f"/incidents/{mine['id']}/timeline"))["stages"]
    assert len(stages) == 1, "only what its owner sent"
    assert f"trigger.key_taken:{mine['id']}" in [a["key"] for a in (await house.get("/alarms"))["items"]]


async def test_a_job_of_an_incident_is_cancelled_with_it_and_not_from_under_it(house: House) -> None:
    await house.push(id="a", how="later")
    incident = await house.incident(lambda i: i["stages_done"] == 1)
    waiting = (await house.get("/jobs", incident_id=incident["id"], state="queued"))["items"]
    assert sorted(job["kind"] for job in waiting) == ["workflows.deadline", "workflows.stage"]
    for job in waiting:
        refused = await house.client.post(f"/api/v1/jobs/{job['id']}/cancellation")
        assert refused.status_code == 409
        assert "cancel the incident" in refused.json()["detail"]
    await house.client.post(f"/api/v1/incidents/{incident['id']}/cancellation", json={})
    assert (await house.get("/jobs", incident_id=incident["id"], state="queued"))["items"] == []


async def test_a_stage_reads_the_data_sets_its_incident_s_owner_sees(house: House) -> None:
    node = house.node
    async with node.database.transaction() as session:
        ids = {}
        for owner in ("usr_eve", "usr_ann", HOUSE):
            file = node.settings.data_directory / owner
            file.write_text(owner)
            placed = await data.place_file(node, file, "given")
            made = await data.register(
                session, placed, name=owner, role=None, media_type=None, owner_id=owner, incident_id=None
            )
            ids[owner] = made.id
    message = json.dumps(list(ids.values()))
    async with datasets_of(node, message, "usr_eve") as hers:
        assert set(hers) == {ids["usr_eve"], ids[HOUSE]}
    async with datasets_of(node, message, HOUSE) as of_the_house:
        assert set(of_the_house) == {ids[HOUSE]}


async def test_what_an_attempt_that_was_killed_left_goes_with_the_next(house: House) -> None:
    scratch = house.node.settings.data_directory / "scratch"

    await house.push(id="a", how="later")
    await house.incident(lambda i: i["stages_done"] == 1)
    async with house.node.database.transaction() as session:
        stage = await session.scalar(select(StageRow).where(StageRow.state == "queued"))
        assert stage is not None
        (scratch / f"{stage.id}-1").mkdir(parents=True)
        await session.execute(text("UPDATE jobs SET attempt = 1, run_at = now() WHERE id = :id"), {"id": stage.job_id})
        hint(session, "jobs")
    await house.incident(lambda i: i["stages_done"] == 2)
    assert list(scratch.iterdir()) == []


async def completing(session: AsyncSession) -> tuple[IncidentRow, Gather]:
    """Write an incident that is to complete, whose only simulation has ended and is not counted in yet."""
    incident = IncidentRow(
        id="inc_1", name="Bell", workflow="bell", workflow_version="0", state="completing", owner_id="usr_1"
    )
    session.add(incident)
    await session.flush()
    session.add(StageRow(id="stg_1", incident_id="inc_1", name="ring", message={}, originator="x", state="succeeded"))
    await session.flush()
    gather = Gather(id="gat_1", incident_id="inc_1", stage_id="stg_1", then="ended", message={})
    session.add(gather)
    await session.flush()
    return incident, gather


async def test_an_incident_does_not_complete_before_its_ensembles_are_gathered(session: AsyncSession) -> None:
    incident, gather = await completing(session)
    await incidents.settle(session, incident)
    assert incident.state == "completing"
    gather.sent_stage_id = "stg_2"
    await session.flush()
    await incidents.settle(session, incident)
    assert incident.state == "complete"


async def test_an_end_that_cannot_be_counted_in_stops_the_incident(session: AsyncSession) -> None:
    incident, _ = await completing(session)
    ended = MemberEnded(
        simulation_id="sim_1", name="long", state="succeeded", exit_code=0, error=None, gather_id="gat_1"
    )
    await gathers.exhausted(session, failed(SIMULATION_ENDED_JOB, ended.model_dump(mode="json")))
    await session.refresh(incident)
    assert incident.state == "error"
    assert incident.comment == "the end of long could not be counted in: OSError: no luck"


async def test_the_job_of_a_delivery_is_not_cancelled_from_under_it(house: House) -> None:
    (await house.client.post("/api/v1/queues/default/pause")).raise_for_status()
    await house.push(id="a", how="softly")
    (job,) = (await house.get("/jobs", kind=ingest.DELIVERY_ARRIVED))["items"]
    refused = await house.client.post(f"/api/v1/jobs/{job['id']}/cancellation")
    assert refused.status_code == 409
    assert "part of its delivery" in refused.json()["detail"]
    (await house.client.post("/api/v1/queues/default/resume")).raise_for_status()
    (delivery,) = await house.until(lambda: settled(house, 1))
    assert delivery["state"] == "delivered"


async def test_an_arrival_nobody_could_follow_is_in_quarantine(house: House) -> None:
    delivery_id = await house.push(id="a", how="softly")
    await house.until(lambda: settled(house, 1))
    payload = DeliveryArrived(delivery_id=delivery_id).model_dump(mode="json")
    async with house.node.database.transaction() as session:
        await ingest.record_outcome(session, delivery_id, "queued")
        await triggers.exhausted(session, failed(ingest.DELIVERY_ARRIVED, payload))
    (delivery,) = (await house.get("/deliveries"))["items"]
    assert delivery["state"] == "quarantined"
    assert "OSError: no luck" in delivery["reason"]
    assert [a["priority"] for a in (await house.get("/alarms"))["items"]] == ["high"]


def failed(kind: str, payload: dict[str, Any]) -> jobs.FinishedJob:
    """Return a job that failed for good, as its kind's callback gets it."""
    return jobs.FinishedJob(id="job_1", kind=kind, state="failed", payload=payload, error="OSError: no luck")
