"""What authors can ask of the engine: fan-out and fan-in, turns, questions, children, urgency, back-off, the end."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from app.kernel.principal import Principal, Role
from app.modules.workflows import deadlines, questions
from app.modules.workflows.errors import IncidentNotFound, NotAsked
from tests.modules.workflows.gate import gate, gates
from tests.modules.workflows.house import House

WORKFLOW = """
from typing import Any
from pydantic import BaseModel
from stormbell import Answered, Finishing, Gathered, Incident, stage, workflow
from tests.modules.workflows.gate import gate


class Note(BaseModel):
    n: int = 0
    how: str = ""


class Part(BaseModel):
    square: int


class Sum(Gathered):
    title: str = ""


class Verdict(BaseModel):
    publish: bool
    words: str = ""


class Decided(Answered):
    answer: Verdict | None = None


@workflow("bell", urgency="high")
class Bell:
    class State(BaseModel):
        log: list[str] = []
        results: list[Any] = []
        inside: int = 0

    @stage(sends=("square", "total"), max_attempts=4, backoff_seconds=0.01)
    async def begin(self, incident: Incident[State], message: Note) -> None:
        how = message.how
        if how == "fan out":
            incident.fan_out([(self.square, Note(n=n)) for n in range(message.n)], then=self.total,
                             message=Sum(title="squares"), labels=[f"part {n}" for n in range(message.n)])
        if how == "first of them":
            slow = [(self.square, Note(n=n, how="never")) for n in range(2)]
            incident.fan_out([*slow, (self.square, Note(n=3))], then=self.total, wait=1, cancel_rest=True)
        if how == "a share with a deadline":
            slow = [(self.later, Note(n=n)) for n in range(3)]
            incident.fan_out([(self.square, Note(n=5)), *slow], then=self.total, wait=0.9, deadline_seconds=0.5)
        if how == "in turns":
            for n in range(message.n):
                incident.send(self.turn, Note(n=n))
        if how == "a turn that is given up":
            incident.fan_out([(self.turn, Note(n=50)), (self.square, Note(n=3, how="held"))], then=self.total, wait=1,
                             cancel_rest=True)
        if how == "ask":
            incident.ask("Publish the map?", then=self.decided)
            incident.complete("answered")
        if how == "ask the warden":
            incident.ask("Publish the map?", then=self.decided, users=["usr_warden"])
            incident.complete("answered")
        if how == "ask an operator":
            incident.ask("Publish the map?", then=self.decided, form=Verdict, roles=["operator"],
                         deadline_seconds=0.3, otherwise=self.nobody)
        if how == "child":
            incident.open_child("bell", name="Child", stage="begin", message=Note(how=message.n and "fail" or "fan out",
                                n=3), then=self.total)
        if how == "child for good":
            incident.open_child("bell", name="Child", stage="begin", message=Note(how="ask"))
            incident.state.log.append("opened")
        if how == "fail":
            incident.fail("the model makes no sense")
        if how == "clumsily" and incident.attempt < 4:
            raise ValueError("missed")
        if how == "clumsily":
            incident.send(self.urgent, Note(), urgency="critical")

    @stage(max_attempts=2, backoff_seconds=0.01)
    async def square(self, incident: Incident[State], message: Note) -> Part:
        if message.how == "never" or message.n == 13:
            raise ValueError("too hard")
        if message.how == "held":
            await gate("square").opened.wait()
        return Part(square=message.n ** 2)

    @stage
    async def later(self, incident: Incident[State], message: Note) -> Part:
        import asyncio
        await asyncio.sleep(2)
        return Part(square=-1)

    @stage
    async def total(self, incident: Incident[State], message: Sum) -> None:
        incident.state.log.append(f"{message.title} missing {message.missing} overdue {message.overdue}")
        incident.state.results = [[r.name, r.state, r.result if r.succeeded else r.error] for r in message.results]
        incident.complete("gathered")

    @stage(mutex=True)
    async def turn(self, incident: Incident[State], message: Note) -> None:
        import asyncio
        if message.n == 50:
            gate("turn").reached.set()
            await gate("turn").opened.wait()
        path = incident.definition.parent / f"{incident.id}.inside"
        assert not path.exists(), "two at once"
        path.touch()
        await asyncio.sleep(0.01)
        path.unlink()
        incident.state.log.append(str(message.n))
        if message.n == 7:
            incident.complete("turned")

    @stage
    async def decided(self, incident: Incident[State], message: Decided) -> None:
        incident.state.log.append(f"{message.answer and message.answer.words} by {message.answered_by}")

    @stage
    async def nobody(self, incident: Incident[State], message: Answered) -> None:
        incident.state.log.append(f"expired {message.expired}")
        incident.complete("nobody answered")

    @stage
    async def urgent(self, incident: Incident[State], message: Note) -> None:
        incident.state.log.append(incident.urgency)
        incident.complete("urgent")
"""


async def opened(house: House, how: str, n: int = 0, **more: Any) -> str:
    body = {"workflow": "bell", "name": how, "stage": "begin", "message": {"how": how, "n": n}, **more}
    answer = await house.client.post("/api/v1/incidents", json=body)
    found: str = answer.raise_for_status().json()["id"]
    return found


async def ended(house: House, incident_id: str, seconds: float = 40) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        found: dict[str, Any] = await house.get(f"/incidents/{incident_id}")
        return found if found["state"] not in ("pending", "active", "completing") else None

    found: dict[str, Any] = await house.until(look, seconds)
    return found


@pytest.mark.covers("V26")
async def test_a_fan_out_is_gathered_once_with_what_its_members_returned(house: House) -> None:
    incident = await ended(house, await opened(house, "fan out", 15))
    assert (incident["state"], incident["comment"]) == ("complete", "gathered")
    results = incident["state_data"]["results"]
    assert results[:2] == [["part 0", "succeeded", {"square": 0}], ["part 1", "succeeded", {"square": 1}]]
    assert results[13] == ["part 13", "failed", "ValueError: too hard"]  # one that fails is told, and stops nothing
    assert incident["state_data"]["log"] == ["squares missing 0 overdue False"]
    timeline = await house.get(f"/incidents/{incident['id']}/timeline")
    assert [s["name"] for s in timeline["stages"]].count("total") == 1


async def test_the_first_is_enough_and_a_share_is_given_up_at_the_deadline(house: House) -> None:
    first, share = await opened(house, "first of them"), await opened(house, "a share with a deadline")
    incident = await ended(house, first)
    assert [r[1:] for r in incident["state_data"]["results"] if r[1] == "succeeded"] == [["succeeded", {"square": 9}]]
    incident = await ended(house, share)
    assert incident["state_data"]["log"] == [" missing 3 overdue True"]
    assert incident["state_data"]["results"] == [["square", "succeeded", {"square": 25}]]


@pytest.mark.covers("V23")
async def test_a_mutex_stage_runs_one_at_a_time_in_the_order_it_was_sent_to(house: House) -> None:
    incident = await ended(house, await opened(house, "in turns", 8))
    assert (incident["state"], incident["comment"]) == ("complete", "turned")
    assert incident["state_data"]["log"] == [str(n) for n in range(8)]


async def test_the_turn_of_a_stage_nobody_waits_for_any_more_is_the_next_ones(house: House) -> None:
    gates.clear()
    incident_id = await opened(house, "a turn that is given up")
    async with asyncio.timeout(30):
        await gate("turn").reached.wait()
    message = {"stage": "turn", "message": {"n": 8}}
    (await house.client.post(f"/api/v1/incidents/{incident_id}/messages", json=message)).raise_for_status()
    parked = text("SELECT id FROM stages WHERE incident_id = :id AND name = 'turn' AND job_id IS NULL")

    async def is_parked() -> str | None:
        async with house.node.database.transaction() as session:
            found: str | None = await session.scalar(parked, {"id": incident_id})
            return found

    await house.until(is_parked)
    gate("square").opened.set()
    try:
        incident = await ended(house, incident_id)
    finally:
        gate("turn").opened.set()
    assert incident["state"] == "complete"
    assert sorted(incident["state_data"]["log"]) == [" missing 1 overdue False", "8"]


async def test_a_question_is_answered_once_and_its_form_is_checked(house: House) -> None:
    incident_id = await opened(house, "ask")

    async def asked() -> dict[str, Any] | None:
        return next(iter((await house.get(f"/incidents/{incident_id}/questions"))["items"]), None)

    question = await house.until(asked)
    assert question["state"] == "asked"
    assert sorted(question["form"]["properties"]) == ["publish", "words"]
    path = f"/api/v1/incidents/{incident_id}/questions/{question['id']}/answer"
    wrong = await house.client.post(path, json={"answer": {"publish": "perhaps", "words": 3}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "message_invalid")
    assert sorted(e["pointer"] for e in wrong.json()["errors"]) == ["/body/answer/publish", "/body/answer/words"]
    answer = await house.client.post(path, json={"answer": {"publish": True, "words": "go"}})
    assert (answer.status_code, answer.json()["state"], answer.json()["answered_by"]) == (200, "answered", "usr_owner")
    again = await house.client.post(path, json={"answer": {"publish": False}})
    assert (again.status_code, again.json()["code"]) in [(409, "question_answered"), (409, "incident_ended")]
    incident = await ended(house, incident_id)
    assert incident["state_data"]["log"] == ["go by usr_owner"]
    missing = await house.client.post(path.replace(question["id"], "qst_0"), json={"answer": 1})
    assert (missing.status_code, missing.json()["code"]) == (404, "question_not_found")


async def test_many_answers_at_once_do_not_wait_for_each_other_s_connections(house: House) -> None:
    incident_id = await opened(house, "ask")

    async def asked() -> dict[str, Any] | None:
        return next(iter((await house.get(f"/incidents/{incident_id}/questions"))["items"]), None)

    question = await house.until(asked)
    path = f"/api/v1/incidents/{incident_id}/questions/{question['id']}/answer"
    given = {"answer": {"publish": True, "words": "go"}}
    answers = await asyncio.gather(*[house.client.post(path, json=given) for _ in range(30)])
    assert sorted(one.status_code for one in answers) == [200] + [409] * 29


async def test_those_that_wait_for_an_answer_keep_no_other_from_being_completed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadlines, "_SETTLED_AT_ONCE", 1)
    waits, idle = await opened(house, "ask"), await opened(house, "nothing")

    async def look() -> bool:
        found = [await house.get(f"/incidents/{one}") for one in (waits, idle)]
        return [(i["state"], i["stages_done"]) for i in found] == [("completing", 1), ("active", 1)]

    await house.until(look)
    async with house.node.database.transaction() as session:
        await session.execute(text("UPDATE incidents SET state = 'completing' WHERE id = :id"), {"id": idle})
    await deadlines.settle(house.node)
    assert (await house.get(f"/incidents/{idle}"))["state"] == "complete"
    assert (await house.get(f"/incidents/{waits}"))["state"] == "completing"


async def test_a_question_nobody_answers_goes_on_without_an_answer(house: House) -> None:
    incident = await ended(house, await opened(house, "ask an operator"))
    assert incident["state_data"]["log"] == ["expired True"]
    (question,) = (await house.get(f"/incidents/{incident['id']}/questions"))["items"]
    assert (question["state"], question["roles"]) == ("expired", ["operator"])


async def test_a_child_is_told_of_and_goes_with_its_parent(house: House) -> None:
    good, bad = await opened(house, "child"), await opened(house, "child", 1)
    incident = await ended(house, good)
    ((name, state, result),) = incident["state_data"]["results"]
    assert (name, state, len(result["results"])) == ("Child", "complete", 3)
    incident = await ended(house, bad)
    assert incident["state_data"]["results"] == [["Child", "error", "the model makes no sense"]]
    parent = await opened(house, "child for good")

    async def both() -> list[dict[str, Any]] | None:
        items = (await house.get("/incidents", state="active"))["items"]
        return items if len(items) == 2 else None

    (child,) = [i["id"] for i in await house.until(both) if i["id"] != parent]
    await house.client.post(f"/api/v1/incidents/{parent}/cancellation", json={})
    incident = await ended(house, child)
    assert (incident["state"], incident["comment"]) == ("cancelled", "child for good, which opened it, is cancelled")


async def test_urgency_travels_and_a_stage_has_its_own_back_off(house: House) -> None:
    incident = await ended(house, await opened(house, "clumsily"))
    assert incident["state_data"]["log"] == ["critical"]
    (first,) = [s for s in (await house.get(f"/incidents/{incident['id']}/timeline"))["stages"] if s["name"] == "begin"]
    assert first["attempts"] == 4  # the job's own back-off would have taken 7 s
    jobs = (await house.get("/jobs", incident_id=incident["id"], kind="workflows.stage"))["items"]
    assert sorted(job["urgency"] for job in jobs) == ["critical", "high"]


async def test_who_is_asked_may_answer_without_acting_on_the_incident_and_nobody_else(house: House) -> None:
    incident_id = await opened(house, "ask the warden")
    node = house.node

    async def asked() -> dict[str, Any] | None:
        return next(iter((await house.get(f"/incidents/{incident_id}/questions"))["items"]), None)

    question = await house.until(asked)

    async def answered_by(user_id: str) -> None:
        who = Principal(user_id=user_id, name=user_id, role=Role.VIEWER)
        async with node.database.transaction(who) as session:
            await questions.answer(session, node, incident_id, question["id"], {"publish": False}, who)

    with pytest.raises(IncidentNotFound):  # asked, and not shown what it is about
        await answered_by("usr_warden")
    share = text("INSERT INTO shares (object_id, subject_id, level, shared_by) VALUES (:id, 'everyone', 'view', 'x')")
    async with node.database.transaction() as session:
        await session.execute(share, {"id": incident_id})
    with pytest.raises(NotAsked):
        await answered_by("usr_guest")
    await answered_by("usr_warden")
    assert (await ended(house, incident_id))["state_data"]["log"] == [" by usr_warden"]
