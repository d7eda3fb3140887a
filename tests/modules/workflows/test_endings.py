"""How an incident ends: undone newest first, finalised in any case, shut down when it is cancelled."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.modules.workflows import deadlines
from tests.modules.data.test_transfer_engine import storage
from tests.modules.workflows.house import House
from tests.modules.workflows.test_engine import ended, opened

WORKFLOW = """
from pathlib import Path
from pydantic import BaseModel
from stormbell import Finishing, Gathered, Incident, Shutdown, SimulationRequest, stage, workflow


class Note(BaseModel):
    n: int = 0
    how: str = ""


@workflow("bell", shutdown="put_away")
class Bell:
    class State(BaseModel):
        log: list[str] = []

    @stage(compensate="unbook")
    async def book(self, incident: Incident[State], message: Note) -> None:
        incident.state.log.append(f"book {message.n}")
        if message.n < 3:
            incident.send(self.book, Note(n=message.n + 1, how=message.how))
        else:
            incident.send(self.begin, Note(how=message.how))

    @stage
    async def unbook(self, incident: Incident[State], message: Note) -> None:
        incident.state.log.append(f"unbook {message.n}")
        if message.n == 2 and message.how == "clumsily":
            raise ValueError("cannot be undone")

    @stage(max_attempts=1)
    async def begin(self, incident: Incident[State], message: Note) -> None:
        if message.how == "book":
            incident.send(self.book, Note(n=1, how="fail"))
        if message.how == "book clumsily":
            incident.send(self.book, Note(n=1, how="clumsily"))
        if message.how == "book and keep":
            incident.send(self.book, Note(n=3, how="complete"))
        if message.how in ("fail", "clumsily"):
            raise ValueError("no rope")
        if message.how == "complete":
            incident.complete("well")
        if message.how == "simulate":
            run = SimulationRequest(name="long", command=["/bin/sleep", "600"], memory_bytes=2**31)
            incident.simulate([run], then=self.gathered, message=Gathered())
            incident.state.log.append("simulated")
        if message.how == "file":
            (incident.scratch / "map.bin").write_bytes(bytes(200_000))
            incident.register("map.bin")
        if message.how == "wait":
            incident.send(self.begin, Note(), delay_seconds=600)

    @stage
    async def put_away(self, incident: Incident[State], message: Shutdown) -> None:
        incident.state.log.append(f"put away: {message.reason}")
        if message.reason == "and look":
            incident.fan_out([(self.look, Note(n=1))], then=self.gathered, message=Gathered())

    @stage
    async def look(self, incident: Incident[State], message: Note) -> None:
        pass

    @stage
    async def gathered(self, incident: Incident[State], message: Gathered) -> None:
        incident.state.log.append(f"gathered {len(message.results)}")

    @stage(finaliser=True)
    async def sweep(self, incident: Incident[State], message: Finishing) -> None:
        incident.state.log.append(f"sweep: {message.outcome}")
        try:
            incident.send(self.begin, Note())
        except ValueError as error:
            incident.label(str(error))

    @stage(finaliser=True)
    async def lock(self, incident: Incident[State], message: Finishing) -> None:
        incident.state.log.append("lock")
"""


async def stages(house: House, incident: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await house.get(f"/incidents/{incident['id']}/timeline"))["stages"]
    return found


async def begun(house: House, how: str) -> str:
    """Open an incident and return its id once its first stage has succeeded."""
    incident_id = await opened(house, how)

    async def look() -> bool:
        return bool((await house.get(f"/incidents/{incident_id}"))["stages_done"] == 1)

    await house.until(look)
    return incident_id


async def test_what_succeeded_is_undone_newest_first_when_the_incident_fails(house: House) -> None:
    incident = await ended(house, await opened(house, "book"))
    assert incident["state"] == "error"
    assert "no rope" in incident["comment"]
    undone = ["unbook 3", "unbook 2", "unbook 1", "sweep: error", "lock"]
    assert incident["state_data"]["log"] == ["book 1", "book 2", "book 3", *undone]
    sweep = next(s for s in await stages(house, incident) if s["name"] == "sweep")
    assert "cannot send" in sweep["label"]
    assert [a["title"] for a in (await house.get("/alarms"))["items"]] == ["book stopped with an error"]


async def test_a_compensation_that_fails_keeps_none_from_running(house: House) -> None:
    incident = await ended(house, await opened(house, "book clumsily"), seconds=60)
    assert incident["state"] == "error"
    assert incident["state_data"]["log"][3:] == ["unbook 3", "unbook 1", "sweep: error", "lock"]
    assert "cannot be undone" in incident["comment"]


@pytest.mark.covers("V25")
async def test_finalisers_run_when_it_completes_and_nothing_is_undone(house: House) -> None:
    incident = await ended(house, await opened(house, "book and keep"))
    assert (incident["state"], incident["comment"]) == ("complete", "well")
    assert incident["state_data"]["log"] == ["book 3", "sweep: complete", "lock"]


@pytest.mark.covers("V14", "V25")
async def test_a_cancelled_incident_is_shut_down_and_finalised(house: House) -> None:
    incident_id = await begun(house, "wait")
    answer = await house.client.post(f"/api/v1/incidents/{incident_id}/cancellation", json={"reason": "enough"})
    assert answer.status_code == 202
    incident = await ended(house, incident_id)
    assert (incident["state"], incident["comment"]) == ("cancelled", "enough")
    assert incident["state_data"]["log"] == ["put away: enough", "sweep: cancelled", "lock"]
    late = [s for s in await stages(house, incident) if s["state"] == "cancelled"]
    assert [s["name"] for s in late] == ["begin"]


@pytest.mark.parametrize(("reason", "gathered"), [("enough", []), ("and look", ["gathered 1"])])
async def test_nothing_comes_of_what_was_gathered_before_it_was_cancelled(
    house: House, reason: str, gathered: list[str]
) -> None:
    incident_id = await begun(house, "simulate")
    answer = await house.client.post(f"/api/v1/incidents/{incident_id}/cancellation", json={"reason": reason})
    assert answer.status_code == 202
    incident = await ended(house, incident_id)
    assert (incident["state"], incident["comment"]) == ("cancelled", reason)
    log = ["simulated", f"put away: {reason}", *gathered, "sweep: cancelled", "lock"]
    assert incident["state_data"]["log"] == log


async def test_an_end_does_not_wait_for_what_was_gathered(house: House) -> None:
    incident_id = await begun(house, "simulate")
    message = {"stage": "begin", "message": {"how": "fail"}}
    answer = await house.client.post(f"/api/v1/incidents/{incident_id}/messages", json=message)
    assert answer.status_code < 300, answer.text
    incident = await ended(house, incident_id)
    assert incident["state"] == "error"
    assert "longer" not in incident["comment"]
    assert incident["state_data"]["log"] == ["simulated", "sweep: error", "lock"]


@pytest.mark.covers("V10")
async def test_an_incident_is_complete_when_its_time_is_over_whatever_it_waits_for(house: House) -> None:
    timed, untimed = await opened(house, "wait", duration_seconds=1), await begun(house, "wait")
    async with house.node.database.transaction() as session:  # as one whose job is not there
        past = text("UPDATE incidents SET deadline_at = now() - interval '5 s' WHERE id = :id")
        await session.execute(past, {"id": untimed})
    await deadlines.watch(house.node)
    for incident_id in (timed, untimed):
        incident = await ended(house, incident_id)
        assert (incident["state"], incident["comment"]) == ("complete", "its deadline was reached")
        assert incident["state_data"]["log"] == ["sweep: complete", "lock"]
        jobs = (await house.get("/jobs", incident_id=incident_id, kind="workflows.stage"))["items"]
        assert sorted(job["state"] for job in jobs) == ["cancelled", "succeeded", "succeeded", "succeeded"]


@pytest.mark.covers("V14")
async def test_what_moves_its_data_sets_goes_with_a_cancelled_incident_and_no_other(
    house: House, tmp_path: Path
) -> None:
    place = await storage(house.node, tmp_path / "tape")
    moved = []
    for verb, body in (("messages", {"stage": "begin", "message": {"how": "complete"}}), ("cancellation", {})):
        incident_id = await begun(house, "file")
        (made,) = (await house.get("/datasets", incident_id=incident_id))["items"]
        wanted = {"storage_ids": [place], "bytes_per_second": 1024}
        answer = await house.client.post(f"/api/v1/datasets/{made['id']}/copies", json=wanted)
        (transfer,) = answer.raise_for_status().json()["items"]
        path = f"/transfers/{transfer['id']}"

        async def moves(path: str = path) -> bool:
            return bool((await house.get(path))["state"] == "running")

        await house.until(moves)
        (await house.client.post(f"/api/v1/incidents/{incident_id}/{verb}", json=body)).raise_for_status()
        incident = await ended(house, incident_id)
        moved.append((incident["state"], (await house.get(path))["state"]))
    assert moved == [("complete", "running"), ("cancelled", "cancelled")]
