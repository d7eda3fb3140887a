"""What people do with incidents: create, activate, send, give data, cancel, try again, run again, archive."""

import hashlib
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.modules.workflows.house import House

WORKFLOW = """
from pydantic import BaseModel, Field
from stormbell import Answered, Gathered, Incident, ManualData, SimulationRequest, stage, workflow


class Ring(BaseModel):
    how: str = "softly"
    door: str = ""


class Ends(Gathered):
    pass


class Area(BaseModel):
    rope_m: float = Field(ge=1, le=50, description="Length of the rope")
    tower: str = "west"


@workflow("bell", duration_seconds=3600, parameters=Area, urgency="high", manual_data="hear", test="probe")
class Bell:
    class State(BaseModel):
        heard: list[str] = []

    @stage(max_attempts=1, sends=("echo",))
    async def ring(self, incident: Incident[State], message: Ring) -> None:
        if message.how == "badly":
            incident.log.info("about to crack")
            raise ValueError("cracked")
        if message.how == "with echoes":
            for n in range(3):
                incident.send(self.echo, Ring(how="badly" if n == 1 else "softly"), label=f"echo {n}")
        if message.how == "in an ensemble":
            incident.ask("Go on?", then=self.go_on)
            incident.simulate(
                [SimulationRequest(name=f"m{n}", command=["/bin/sh", "-c", f"test {n} = 0 || test -e {message.door}"
                    f" || sleep 600"], memory_bytes=2**31, max_attempts=1) for n in range(2)],
                then=self.ends, message=Ends())
            incident.send(self.echo, Ring(how="badly"))
        if message.how == "once":
            incident.complete("rung")

    @stage
    async def go_on(self, incident: Incident[State], message: Answered) -> None:
        pass

    @stage
    async def ends(self, incident: Incident[State], message: Ends) -> None:
        incident.state.heard = [f"{one.name} {one.state}" for one in message.simulations]

    @stage(max_attempts=1)
    async def echo(self, incident: Incident[State], message: Ring) -> None:
        if message.how == "badly":
            raise ValueError("no echo")
        incident.state.heard.append(message.how)
        if message.how == "last":
            incident.complete("heard")

    @stage
    async def hear(self, incident: Incident[State], message: ManualData) -> None:
        words = incident.path(message.dataset).read_text()
        incident.state.heard.append(f"{message.name} {message.type} {message.comment} {words}")

    @stage(max_attempts=1)
    async def probe(self, incident: Incident[State], message: Ring) -> None:
        incident.complete("works")
"""
GOOD = {"rope_m": 12.5}


async def opened(house: House, **body: Any) -> dict[str, Any]:
    wanted = {"workflow": "bell", "name": "West bell", "parameters": GOOD, **body}
    answer = await house.client.post("/api/v1/incidents", json=wanted)
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


async def reached(house: House, incident_id: str, *states: str) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        found = await house.get(f"/incidents/{incident_id}")
        return found if found["state"] in states else None

    found: dict[str, Any] = await house.until(look)
    return found


async def post(house: House, incident: dict[str, Any], verb: str, **body: Any) -> httpx.Response:
    return await house.client.post(f"/api/v1/incidents/{incident['id']}/{verb}", json=body)


@pytest.mark.covers("V10", "V13", "V25")
async def test_an_incident_is_created_first_and_started_later(house: House) -> None:
    made = await opened(
        house, activate=False, message={"how": "once"}, bbox=[14.0, 40.5, 15.0, 41.0], urgency="critical"
    )
    assert (made["state"], made["urgency"], made["parameters"]) == (
        "pending",
        "critical",
        {"rope_m": 12.5, "tower": "west"},
    )
    assert made["area"]["type"] == "Polygon"
    assert made["waiting_on"]["text"] == "waits for somebody to activate it"
    assert made["deadline_at"] is None
    assert (await post(house, made, "messages", stage="echo")).status_code == 409
    assert (await house.get("/jobs", incident_id=made["id"]))["items"] == []
    activated = (await post(house, made, "activation")).raise_for_status().json()
    assert activated["deadline_at"] is not None
    done = await reached(house, made["id"], "complete")
    assert done["comment"] == "rung"
    again = await post(house, made, "activation")
    assert (again.status_code, again.json()["code"]) == (409, "incident_not_pending")
    messages = (await house.get(f"/incidents/{made['id']}/messages"))["items"]
    assert [(m["stage"], m["message"], m["originator"]) for m in messages] == [("ring", {"how": "once"}, "usr_owner")]


@pytest.mark.covers("V10")
async def test_a_new_incident_says_what_is_wrong_with_it(house: House) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"parameters": {"rope_m": 0}}, "parameters_invalid"),
        ({"parameters": {}}, "parameters_invalid"),
        ({"bbox": [15, 40, 14]}, "area_invalid"),
        ({"area": {"type": "Circle"}}, "area_invalid"),
        ({"duration_seconds": 0}, "request_invalid"),
        ({"duration_seconds": "300"}, "request_invalid"),
        ({"stage": "nowhere"}, "stage_unknown"),
        ({"message": {"how": 7}}, "message_invalid"),
        ({"version": "000000000000"}, "workflow_not_found"),
    ]
    for body, code in wrong:
        wanted = {"workflow": "bell", "name": "West bell", "parameters": GOOD, **body}
        answer = await house.client.post("/api/v1/incidents", json=wanted)
        assert (answer.status_code in (404, 422), answer.json()["code"]) == (True, code), body
    assert (await house.get("/incidents"))["items"] == []


@pytest.mark.covers("V11")
async def test_incidents_are_listed_by_what_people_look_for(house: House) -> None:
    first = await opened(house, name="First 100% bell", activate=False)
    second = await opened(house, name="Second bell", exercise=True, urgency="low", activate=False)
    third = await opened(house, name="Third bell", message={"how": "once"})
    await reached(house, third["id"], "complete")

    async def names(**params: Any) -> list[str]:
        return [i["name"].split()[0] for i in (await house.get("/incidents", **params))["items"]]

    assert await names() == ["Third", "Second", "First"]
    assert await names(state=["pending", "complete"]) == ["Third", "Second", "First"]
    assert await names(state="pending") == ["Second", "First"]
    assert await names(name="100% b") == ["First"]
    assert await names(exercise=True) == ["Second"]
    assert await names(urgency="low") == ["Second"]
    assert await names(owned=False) == []
    assert await names(opened_after=first["opened_at"]) == ["Third", "Second"]
    assert second["urgency"] == "low"


@pytest.mark.covers("V9", "V18")
async def test_a_file_given_to_a_running_incident_is_a_data_set_and_a_message(house: House) -> None:
    pending = await opened(house, activate=False)
    made = await opened(house)
    params = {"name": "../reports/ear witness.txt", "type": "report", "comment": "from the bridge"}
    path = f"/api/v1/incidents/{made['id']}/data"
    assert (
        await house.client.post(f"/api/v1/incidents/{pending['id']}/data", params=params, content=b"x")
    ).status_code == 409
    answer = await house.client.post(path, params=params, content="dong ü".encode())
    assert answer.status_code == 202, answer.text
    given = answer.json()
    assert given["sha256"] == hashlib.sha256("dong ü".encode()).hexdigest()

    async def heard() -> Any:
        return (await house.get(f"/incidents/{made['id']}"))["state_data"]["heard"]

    assert await house.until(heard) == ["ear witness.txt report from the bridge dong ü"]
    dataset = await house.get(f"/datasets/{given['dataset_id']}")
    assert (dataset["role"], dataset["comment"], dataset["incident_id"]) == ("report", "from the bridge", made["id"])
    too_much = await house.client.post(path, params=params, content=bytes(101 * 1024**2))
    assert too_much.status_code == 413
    assert (await house.client.post(path, params={"name": ".."}, content=b"x")).status_code == 422


@pytest.mark.covers("V14", "V17")
async def test_a_stopped_incident_goes_on_from_what_failed(house: House) -> None:
    made = await opened(house, message={"how": "with echoes"})
    stopped = await reached(house, made["id"], "error")
    assert "no echo" in stopped["comment"]
    stages = {s["label"] or s["name"]: s for s in (await house.get(f"/incidents/{made['id']}/timeline"))["stages"]}
    failed = stages["echo 1"]
    assert failed["state"] == "failed"
    wrong = await post(house, made, "retry", message={"how": 7})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "message_invalid")
    gone_on = (
        (await post(house, made, "retry", stage_id=failed["id"], message={"how": "last"})).raise_for_status().json()
    )
    assert (gone_on["state"], gone_on["comment"], gone_on["finished_at"]) == ("active", None, None)
    done = await reached(house, made["id"], "complete", "error")
    assert (done["state"], done["comment"]) == ("complete", "heard")
    after = (await house.get(f"/incidents/{made['id']}/timeline"))["stages"]
    mended = next(s for s in after if s["id"] == failed["id"])
    assert (mended["state"], [a["error"] for a in mended["attempts_log"]]) == ("succeeded", ["ValueError: no echo"])
    assert sorted(s["name"] for s in after) == ["echo", "echo", "echo", "ring"], "what had succeeded was not repeated"
    alarms = {a["key"]: a["state"] for a in (await house.get("/alarms"))["items"]}
    assert alarms.get(f"incident.error:{made['id']}", "gone") == "gone"
    assert (await post(house, made, "retry")).json()["code"] == "nothing_to_retry"
    async with house.node.database.transaction() as session:
        with pytest.raises(DBAPIError, match="has ended"):
            await session.execute(text("UPDATE incidents SET state = 'active' WHERE id = :id"), {"id": made["id"]})


async def test_what_a_stopped_incident_waited_for_is_brought_back(house: House, tmp_path: Path) -> None:
    door = tmp_path / "door"
    made = await opened(house, message={"how": "in an ensemble", "door": str(door)})
    await reached(house, made["id"], "error")
    (asked,) = (await house.get(f"/incidents/{made['id']}/questions"))["items"]
    assert asked["state"] == "withdrawn"
    door.touch()
    (await post(house, made, "retry", message={"how": "softly"})).raise_for_status()

    async def gathered() -> Any:
        found = (await house.get(f"/incidents/{made['id']}"))["state_data"]["heard"]
        return found if "m1 succeeded" in found else None

    assert sorted(one for one in await house.until(gathered) if one != "softly") == ["m0 succeeded", "m1 succeeded"]
    (asked,) = (await house.get(f"/incidents/{made['id']}/questions"))["items"]
    assert asked["state"] == "asked"


@pytest.mark.covers("V15")
async def test_an_ended_incident_is_put_away_and_run_again_on_its_version(house: House) -> None:
    made = await opened(house, message={"how": "once"}, key="west", area={"type": "Point", "coordinates": [14.2, 40.8]})
    assert (await post(house, made, "archival")).status_code in (200, 409)
    await reached(house, made["id"], "complete", "archived")
    away = (await post(house, made, "archival")).raise_for_status().json()
    assert (away["state"], away["outcome"]) == ("archived", "complete")
    assert away["archived_at"] is not None
    place = house.node.settings.data_directory / "workflows" / "bell.py"
    place.write_text(WORKFLOW.replace('"rung"', '"rung anew"'))

    async def newer() -> bool:
        return bool((await house.get("/workflows"))["items"][0]["version"] != made["workflow_version"])

    await house.until(newer)
    answer = await post(house, made, "rerun")
    assert answer.status_code == 201
    again = await reached(house, answer.json()["id"], "complete")
    assert (again["workflow_version"], again["comment"]) == (made["workflow_version"], "rung")
    assert (again["rerun_of"], again["area"], again["parameters"]) == (made["id"], made["area"], made["parameters"])


@pytest.mark.covers("V14", "V28")
async def test_incidents_are_cancelled_by_what_they_have_in_common(house: House) -> None:
    ids = [(await opened(house, name=f"Drill {n}"))["id"] for n in range(3)]
    kept = await opened(house, name="Real")
    path = "/api/v1/incidents/cancellations"
    assert (await house.client.post(path, json={})).json()["code"] == "incident_filter_empty"
    told = (await house.client.post(path, json={"name": "drill", "dry_run": True})).raise_for_status().json()
    assert (told["count"], sorted(told["incident_ids"]), told["dry_run"]) == (3, sorted(ids), True)
    assert (await house.get(f"/incidents/{ids[0]}"))["state"] == "active"
    done = (await house.client.post(path, json={"name": "drill", "reason": "over"})).raise_for_status().json()
    assert (done["count"], done["more"]) == (3, False)
    for incident_id in ids:
        found = await house.get(f"/incidents/{incident_id}")
        assert (found["state"], found["comment"]) == ("cancelled", "over")
    assert (await house.get(f"/incidents/{kept['id']}"))["state"] == "active"


@pytest.mark.covers("V27")
async def test_a_workflow_is_tested_from_outside_and_the_board_says_how_it_went(house: House) -> None:
    assert (await house.get("/workflows/bell"))["test"] == "probe"
    path = "/api/v1/workflows/bell/tests"
    assert (await house.client.post(path)).json()["code"] == "parameters_invalid"
    answer = await house.client.post(path, json={"parameters": GOOD})
    assert answer.status_code == 201, answer.text
    done = await reached(house, answer.json()["id"], "complete", "error")
    assert (done["state"], done["exercise"], done["comment"]) == ("complete", True, "works")
    (test,) = (await house.get("/health"))["workflow_tests"]
    assert (test["workflow"], test["result"], test["incident_id"]) == ("bell", "passed", done["id"])
    assert (await house.client.post("/api/v1/workflows/none/tests")).status_code == 404
