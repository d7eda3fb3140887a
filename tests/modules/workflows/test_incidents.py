"""What arrives opens one incident; its stages take effect once, are retried, fail, wait and are cancelled."""

from typing import Any

import pytest
from fastapi import Request
from sqlalchemy import text

from app.kernel.principal import Principal, Role
from app.modules.accounts.models import User
from app.modules.ingest.schemas import SourceSubmit
from app.modules.ingest.sources import register_source
from tests.modules.workflows.house import House

WORKFLOW = """
import sys
from pydantic import BaseModel
from stormbell import Arrival, Gathered, Incident, Opening, SimulationRequest, stage, trigger, workflow


class Ring(BaseModel):
    times: int = 1
    how: str = "softly"


class Ends(Gathered):
    pass


@workflow("bell", duration_seconds=3600)
class Bell:
    class State(BaseModel):
        rings: list[str] = []
        attempts: list[int] = []
        ends: dict[str, str] = {}

    @trigger(source="bells")
    def arrives(self, arrival: Arrival) -> Opening | None:
        body = arrival.body
        if body.get("how") == "not at all":
            return None
        if body.get("how") == "with a broken trigger":
            raise ValueError("no rope")
        return Opening(
            key=body["id"].split("#")[0], name=f"Bell {body['id']}", stage=self.ring,
            message=Ring(how=body.get("how", "softly"), times=body.get("times", 1)), opens=body.get("opens", True),
        )

    @stage(sends=("echo", "gathered"), max_attempts=3)
    async def ring(self, incident: Incident[State], message: Ring) -> None:
        incident.state.rings.append(message.how)
        incident.state.attempts.append(incident.attempt)
        if message.how == "clumsily" and incident.attempt < 2:
            raise ValueError("missed")
        if message.how == "never":
            raise ValueError("always misses")
        if message.how == "with echoes":
            for n in range(message.times):
                incident.send(self.echo, Ring(times=n))
        if message.how == "later":
            incident.send(self.echo, Ring(times=0, how="last"), delay_seconds=0.3)
            incident.wait("the echo", seconds=60)
        if message.how == "in an ensemble":
            codes = {"good": "open('x.txt', 'w').write('x')", "bad": "raise SystemExit('broke')", "none": "pass"}
            incident.simulate(
                [
                    SimulationRequest(name=name, command=[sys.executable, "-I", "-S", "-c", code], outputs=["x.txt"],
                                      max_attempts=1, memory_bytes=2**31)
                    for name, code in codes.items()
                ],
                then=self.gathered, message=Ends(),
            )
        if message.how == "for long":
            incident.simulate(
                [SimulationRequest(name="long", command=["/bin/sleep", "600"], memory_bytes=2**31)],
                then=self.gathered, message=Ends(),
            )
        if message.how == "with a file":
            text = await incident.run(["/bin/cat", "params.json"], files={"params.json": {"times": message.times}})
            (incident.scratch / "bell.txt").write_text(text)
            bell = incident.register("bell.txt", role="sound")
            incident.headline("Bell", "loud", "very")
            incident.send(self.read, Named(dataset=bell))
        if message.how == "once":
            incident.complete("rung")

    @stage
    async def echo(self, incident: Incident[State], message: Ring) -> None:
        incident.state.rings.append(f"echo {message.times}")
        if message.how == "last":
            incident.complete("echoed")

    @stage
    async def gathered(self, incident: Incident[State], message: Ends) -> None:
        incident.state.ends = {r.name: r.state for r in message.simulations}
        incident.state.rings += sorted(r.datasets for r in message.succeeded)[0]
        incident.complete()

    @stage
    async def read(self, incident: Incident[State], message: "Named") -> None:
        incident.state.rings.append(incident.path(message.dataset).read_text())
        incident.complete()


class Named(BaseModel):
    dataset: str
"""


async def test_an_incident_that_somebodys_own_source_opens_is_theirs(house: House) -> None:
    async with house.node.database.transaction() as session:
        wanted = SourceSubmit(name="bells", driver="push", settings={"key": "/id"})
        await register_source(session, wanted, owner_id="usr_ann")
    await house.push(id="a")
    incident = await house.incident(lambda i: i["state_data"]["rings"] == ["softly"])
    assert incident["owner_id"] == "usr_ann"

    async def seen_by(user_id: str) -> list[str]:
        async def authenticate(_: Request) -> Principal:
            return Principal(user_id, "somebody", Role.RUNNER)

        house.node.authenticate = authenticate
        return [one["id"] for one in (await house.get("/incidents"))["items"]]

    assert await seen_by("usr_ann") == [incident["id"]]
    assert await seen_by("usr_eve") == []


async def test_a_source_of_somebody_who_may_not_start_a_workflow_opens_nothing(house: House) -> None:
    async with house.node.database.transaction() as session:
        session.add(User(id="usr_ben", email="ben@example.org", name="Ben", role="runner", allowed_workflows=["tide"]))
        wanted = SourceSubmit(name="bells", driver="push", settings={"key": "/id"})
        await register_source(session, wanted, owner_id="usr_ben")
    await house.push(id="a")

    async def followed() -> Any:
        [delivery] = (await house.get("/deliveries"))["items"]
        return delivery if delivery["state"] not in ("queued", "delivering") else None

    delivery = await house.until(followed)
    assert "may not start bell" in str(delivery)
    assert (await house.get("/incidents"))["items"] == []


@pytest.mark.covers("V10", "V12", "V17", "V21")
async def test_an_arrival_opens_an_incident_that_completes(house: House) -> None:
    delivery = await house.push(id="a", how="once")
    incident = await house.ended()
    assert (incident["state"], incident["comment"], incident["name"]) == ("complete", "rung", "Bell a")
    assert incident["waiting_on"] is None
    timeline = await house.get(f"/incidents/{incident['id']}/timeline")
    assert [d["id"] for d in timeline["deliveries"]] == [delivery]
    assert [(s["name"], s["state"], s["attempts"]) for s in timeline["stages"]] == [("ring", "succeeded", 1)]
    facts = (await house.get("/events", incident_id=incident["id"]))["items"]
    assert [f["type"] for f in reversed(facts)] == [
        "incident.opened",
        "stage.queued",
        "stage.started",
        "stage.succeeded",
        "incident.state_changed",
        "incident.state_changed",
    ]


async def test_news_goes_to_the_open_incident_and_opens_no_other(house: House) -> None:
    await house.push(id="a#1")
    first = await house.incident(lambda i: i["state_data"]["rings"] == ["softly"])
    await house.push(id="a#2", how="loudly")
    await house.push(id="b#1", opens=False)
    second = await house.incident(lambda i: i["state_data"]["rings"] == ["softly", "loudly"])
    assert second["id"] == first["id"]
    assert second["name"] == "Bell a#2"
    deliveries = await house.until(lambda: settled(house, 3))
    assert sorted(d["state"] for d in deliveries) == ["delivered", "delivered", "ignored"]


async def settled(house: House, count: int) -> list[dict[str, Any]]:
    items = (await house.get("/deliveries"))["items"]
    return items if len(items) == count and all(d["state"] != "queued" for d in items) else []


async def test_an_attempt_that_raises_changes_nothing_and_is_repeated(house: House) -> None:
    await house.push(id="a", how="clumsily")
    incident = await house.incident(lambda i: i["stages_done"] == 1 and bool(i["state_data"]["rings"]))
    assert incident["state_data"] == {"rings": ["clumsily"], "attempts": [2], "ends": {}}
    (stage,) = (await house.get(f"/incidents/{incident['id']}/timeline"))["stages"]
    assert stage["attempts"] == 2
    assert [(a["attempt"], a["error"]) for a in stage["attempts_log"]] == [(1, "ValueError: missed")]


async def test_a_stage_that_fails_for_good_stops_its_incident_and_raises_an_alarm(house: House) -> None:
    await house.push(id="a", how="never")
    incident = await house.ended()
    assert incident["state"] == "error"
    assert "stage ring failed: ValueError: always misses" in incident["comment"]
    alarms = (await house.get("/alarms"))["items"]
    assert [a["title"] for a in alarms] == ["Bell a stopped with an error"]
    assert (await house.get("/jobs", incident_id=incident["id"], state="queued"))["items"] == []


@pytest.mark.covers("V24", "V26")
async def test_stages_that_change_the_state_at_the_same_time_lose_nothing(house: House) -> None:
    await house.push(id="a", how="with echoes", times=12)
    await house.incident(lambda i: i["stages_done"] == 13)
    incident = await house.incident()  # read anew: one answer takes several statements, and stages commit between them
    assert sorted(incident["state_data"]["rings"][1:]) == sorted(f"echo {n}" for n in range(12))


async def test_a_durable_delay_and_what_it_waits_for(house: House) -> None:
    await house.push(id="a", how="later")
    incident = await house.ended()
    assert incident["comment"] == "echoed"


async def test_the_ends_of_an_ensemble_are_gathered_once_whatever_they_are(house: House) -> None:
    await house.push(id="a", how="in an ensemble")
    incident = await house.ended()
    assert incident["state"] == "complete", incident["comment"]
    assert incident["state_data"]["ends"] == {"bad": "failed", "good": "succeeded", "none": "failed"}
    assert incident["state_data"]["rings"][1:] == ["x.txt"]
    timeline = await house.get(f"/incidents/{incident['id']}/timeline")
    assert [s["name"] for s in timeline["stages"]] == ["ring", "gathered"]


async def test_a_file_becomes_a_data_set_that_the_next_stage_reads(house: House) -> None:
    await house.push(id="a", how="with a file", times=7)
    incident = await house.ended()
    assert incident["state"] == "complete", incident["comment"]
    assert incident["state_data"]["rings"][1:] == ['{"times":7}']
    assert incident["headline"] == {"label": "Bell", "value": "loud", "detail": "very"}
    (dataset,) = (await house.get("/datasets", incident_id=incident["id"]))["items"]
    detail = await house.get(f"/datasets/{dataset['id']}")
    assert (dataset["role"], detail["provenance"]["stage"]) == ("sound", "ring")


@pytest.mark.covers("V14")
async def test_cancelling_ends_its_jobs_and_simulations_and_nothing_runs_on(house: House) -> None:
    await house.push(id="a", how="for long")
    running = await house.incident(lambda i: i["simulations_running"] == 1)
    assert running["waits"][0]["subject"] == "long"
    cancellation = f"/api/v1/incidents/{running['id']}/cancellation"
    rehearsal = await house.client.post(cancellation, params={"dry_run": True}, json={"reason": "enough"})
    assert (rehearsal.status_code, rehearsal.json()["state"]) == (202, "active")
    answer = await house.client.post(cancellation, json={"reason": "enough"})
    assert (answer.status_code, answer.json()["state"]) == (202, "cancelled")

    async def stopped() -> bool:
        items = (await house.get("/simulations", incident_id=running["id"]))["items"]
        return [s["state"] for s in items] == ["cancelled"]

    await house.until(stopped)
    for params in ({"dry_run": True}, {}):
        again = await house.client.post(cancellation, params=params, json={})
        assert (again.status_code, again.json()["code"]) == (409, "incident_ended")
    late = await house.push(id="a#again")
    (delivery,) = [d for d in await house.until(lambda: settled(house, 2)) if d["id"] == late]
    assert delivery["state"] == "ignored"
    assert "already cancelled" in delivery["reason"]


async def test_a_trigger_that_raises_puts_the_delivery_in_quarantine_with_the_reason(house: House) -> None:
    await house.push(id="a", how="with a broken trigger")
    (delivery,) = await house.until(lambda: settled(house, 1))
    assert delivery["state"] == "quarantined"
    assert delivery["reason"] == "trigger bell.arrives raised ValueError: no rope"
    await house.push(id="b", how="not at all")
    deliveries = await house.until(lambda: settled(house, 2))
    assert deliveries[0]["state"] == "ignored"


@pytest.mark.covers("V13")
async def test_a_person_opens_an_incident(house: House) -> None:
    body = {"workflow": "bell", "name": "By hand", "stage": "ring", "message": {"how": "once"}}
    answer = await house.client.post("/api/v1/incidents", json=body, headers={"Idempotency-Key": "k"})
    again = await house.client.post("/api/v1/incidents", json=body, headers={"Idempotency-Key": "k"})
    assert answer.status_code == 201
    assert again.json() == answer.json()
    assert answer.headers["Location"] == f"/api/v1/incidents/{answer.json()['id']}"
    assert (await house.ended())["name"] == "By hand"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"workflow": "gong"}, 404, "workflow_not_found"),
        ({"stage": "gong"}, 422, "stage_unknown"),
        ({"message": {"times": "many"}}, 422, "message_invalid"),
        ({"name": ""}, 422, "request_invalid"),
        ({"colour": "red"}, 422, "request_invalid"),
    ],
)
async def test_what_cannot_be_opened_is_named(house: House, change: dict[str, Any], status: int, code: str) -> None:
    body = {"workflow": "bell", "name": "x", "stage": "ring", "message": {}, **change}
    answer = await house.client.post("/api/v1/incidents", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await house.get("/incidents"))["items"] == []


async def test_a_workflow_with_an_error_is_listed_with_file_and_line(house: House) -> None:
    place = house.node.settings.data_directory / "workflows"
    (place / "gong.py").write_text("x = 1\nraise ValueError('no gong')\n")

    async def broken() -> dict[str, Any] | None:
        return next((w for w in (await house.get("/workflows"))["items"] if w["state"] == "broken"), None)

    found = await house.until(broken)
    assert found["error"] == {"file": str(place / "gong.py"), "line": 2, "message": "ValueError: no gong"}
    assert [a["title"] for a in (await house.get("/alarms"))["items"]] == [f"{place / 'gong.py'} does not load"]
    await house.push(id="a", how="once")
    assert (await house.ended())["state"] == "complete"


async def test_an_incident_that_is_unknown_is_404(house: House) -> None:
    for path in ("/incidents/inc_nope", "/incidents/inc_nope/timeline"):
        answer = await house.client.get(f"/api/v1{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "incident_not_found")


async def test_older_news_that_comes_late_does_not_undo_newer(house: House) -> None:
    await house.push(id="a#1")
    first = await house.incident(lambda i: i["state_data"]["rings"] == ["softly"])
    (old,) = (await house.get("/deliveries"))["items"]
    async with house.node.database.transaction() as session:
        # The second arrival of the same item, delivered before the first one was tried again.
        await session.execute(
            text(
                "INSERT INTO deliveries (id, source_id, item_key, revision, fingerprint, state, body, bytes, whole)"
                " SELECT 'dlv_later', source_id, item_key, 2, '\\x02', 'delivered', body, bytes, whole"
                " FROM deliveries WHERE id = :id"
            ),
            {"id": old["id"]},
        )
    (await house.client.post(f"/api/v1/deliveries/{old['id']}/replay")).raise_for_status()

    async def told() -> bool:
        items = (await house.get("/deliveries"))["items"]
        return any(d["id"] == old["id"] and "a later arrival" in (d["reason"] or "") for d in items)

    await house.until(told)
    incident = await house.incident()
    assert (incident["id"], incident["state_data"]["rings"]) == (first["id"], ["softly"])
