"""Webhooks: what is told, to whom, signed how, and what happens when nobody listens."""

import asyncio
from typing import Any

import pytest
from receivers import Receiver, add_incident, add_webhook, change_state, end_stage, ended, eventually, hurry, messages
from sqlalchemy import text

from app.kernel import failpoints
from app.kernel.node import Node
from app.kernel.principal import Role
from app.modules.webhooks.signing import signature_of
from app.modules.webhooks.telling import Teller
from conftest import Person


async def told(node: Node) -> None:
    """Read the facts once, as the loop does."""
    await Teller(node).run()


def test_signatures_are_those_of_the_specification() -> None:
    """The example of Standard Webhooks' own libraries."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    signed = signature_of(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.covers("V20")
async def test_transitions_are_told_signed_and_once(running_node: Node, person: Person, receiver: Receiver) -> None:
    ann = await person("ann", Role.RUNNER)
    await add_incident(running_node, "inc_fire", "ann")
    hook = await add_webhook(ann, receiver.url)
    await change_state(running_node, "inc_fire")
    await end_stage(running_node, "inc_fire")
    requests = {one.content["type"]: one for one in await receiver.wait(2)}
    fire = requests["incident.state_changed"]
    assert fire.is_signed_with(hook["secret"])
    assert not fire.is_signed_with("whsec_" + "A" * 43 + "=")
    assert fire.headers["content-type"] == "application/json"
    data = fire.content["data"]
    assert (data["incident_id"], data["after"], data["exercise"]) == ("inc_fire", "complete", False)
    assert requests["stage.succeeded"].content["data"]["stage"] == "assess"
    for message in await messages(ann, hook["id"]):
        found = await ended(ann, message["id"])
        assert (found["state"], found["status"], found["answer_head"], found["attempts"]) == (
            "delivered",
            200,
            "taken",
            1,
        )
        assert found["content"]["type"] == message["type"]
    assert len(receiver.requests) == 2
    view = (await ann.get(f"/api/v1/webhooks/{hook['id']}")).json()
    assert (view["failures"], view["last_error"]) == (0, None)
    assert view["last_delivered_at"]


async def test_only_what_was_asked_for_from_then_on_is_told(node: Node, person: Person, receiver: Receiver) -> None:
    ann = await person("ann", Role.RUNNER)
    await add_incident(node, "inc_fire", "ann")
    await add_incident(node, "inc_drill", "ann", exercise=True)
    await change_state(node, "inc_fire", "before")
    hook = await add_webhook(ann, receiver.url, events=["incident.state_changed"])
    drills = await add_webhook(ann, receiver.url, name="drills", events=["*"], exercises=True)
    await end_stage(node, "inc_fire")
    await change_state(node, "inc_fire", "after")
    await change_state(node, "inc_drill", "drilled")
    await told(node)
    await told(node)
    assert [one["type"] for one in await messages(ann, hook["id"])] == ["incident.state_changed"]
    types = [one["type"] for one in await messages(ann, drills["id"])]
    assert types == ["incident.state_changed", "incident.state_changed", "stage.succeeded"]
    [newest, *_] = await messages(ann, drills["id"])
    content = (await ann.get(f"/api/v1/webhook-messages/{newest['id']}")).json()["content"]
    assert content["data"]["exercise"] is True


async def test_a_webhook_made_while_facts_are_being_read_misses_none(
    node: Node, person: Person, receiver: Receiver
) -> None:
    ann = await person("ann", Role.RUNNER)
    await add_incident(node, "inc_fire", "ann")
    await add_webhook(ann, receiver.url)
    async with node.database.transaction() as session, asyncio.timeout(20):
        # The first position waits for this one, which stands between reading the webhooks and reading the facts.
        await session.execute(text("INSERT INTO webhook_position (id, transaction, number) VALUES (1, 0, 0)"))
        waiting = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND transactionid = pg_current_xact_id()::xid)"
        task = asyncio.create_task(told(node))
        while not await session.scalar(text(waiting)):
            assert not task.done()
        made = await add_webhook(ann, receiver.url, name="late")
        await change_state(node, "inc_fire")
        await session.rollback()
    await task
    await told(node)
    assert [one["type"] for one in await messages(ann, made["id"])] == ["incident.state_changed"]


@pytest.mark.security("S6")
async def test_nobody_is_told_what_they_may_not_see(node: Node, person: Person, receiver: Receiver) -> None:
    ann, bob, olga = [
        await person(n, r) for n, r in (("ann", Role.RUNNER), ("bob", Role.RUNNER), ("olga", Role.OPERATOR))
    ]
    for name in ("inc_hers", "inc_shared", "inc_late"):
        await add_incident(node, name, "ann")
    async with node.database.transaction() as session:
        for name in ("inc_shared", "inc_late"):
            sql = (
                "INSERT INTO shares (object_id, subject_id, level, shared_by) VALUES (:o, 'usr_bob', 'view', 'usr_ann')"
            )
            await session.execute(text(sql + " ON CONFLICT DO NOTHING"), {"o": name})
    hooks = [await add_webhook(one, receiver.url, events=["incident.*"]) for one in (ann, bob, olga)]
    for name in ("inc_hers", "inc_shared", "inc_late"):
        await change_state(node, name)
    await told(node)
    seen = []
    for client, hook in zip((ann, bob, olga), hooks, strict=True):
        got = [await client.get(f"/api/v1/webhook-messages/{m['id']}") for m in await messages(client, hook["id"])]
        seen.append(sorted(one.json()["content"]["data"]["incident_id"] for one in got))
    everything = ["inc_hers", "inc_late", "inc_shared"]
    assert seen == [everything, ["inc_late", "inc_shared"], everything]
    # What is taken back before it is sent is not sent.
    async with node.database.transaction() as session:
        await session.execute(text("DELETE FROM shares WHERE object_id = 'inc_late'"))
        await session.execute(text("UPDATE webhooks SET enabled = false WHERE owner_id <> 'usr_bob'"))
    authenticate = node.authenticate
    await node.start()
    node.authenticate = authenticate
    states = {}
    for message in await messages(bob, hooks[1]["id"]):
        found = await ended(bob, message["id"])
        states[found["content"]["data"]["incident_id"]] = (found["state"], found["error"])
    assert states["inc_shared"] == ("delivered", None)
    assert states["inc_late"][0] == "failed"
    assert "may no longer see" in states["inc_late"][1]
    assert [one.content["data"]["incident_id"] for one in receiver.requests] == ["inc_shared"]


@pytest.mark.security("S6")
async def test_a_webhook_is_its_owners(node: Node, person: Person, receiver: Receiver) -> None:
    ann, bob, olga = [
        await person(n, r) for n, r in (("ann", Role.RUNNER), ("bob", Role.RUNNER), ("olga", Role.OPERATOR))
    ]
    viewer = await person("vic", Role.VIEWER)
    hook = await add_webhook(ann, receiver.url)
    path = f"/api/v1/webhooks/{hook['id']}"
    assert (await viewer.post("/api/v1/webhooks", json={"name": "x", "url": receiver.url})).status_code == 403
    for method, where, body in (
        ("GET", path, None),
        ("GET", f"{path}/messages", None),
        ("PATCH", path, {"enabled": False}),
        ("POST", f"{path}/test", None),
        ("POST", f"{path}/secret", {}),
        ("POST", f"{path}/replay", None),
        ("DELETE", path, None),
    ):
        answer = await bob.request(method, where, json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "webhook_not_found"), where
    assert (await bob.get("/api/v1/webhooks")).json()["items"] == []
    sent = (await ann.post(f"{path}/test")).json()["id"]
    for method, where in (("GET", sent), ("POST", f"{sent}/replay")):
        answer = await bob.request(method, f"/api/v1/webhook-messages/{where}")
        assert (answer.status_code, answer.json()["code"]) == (404, "webhook_message_not_found")
    # An operator sees it and may stop it, and decides neither where it goes nor what vouches for it.
    assert (await olga.get(path)).status_code == 200
    assert (await olga.patch(path, json={"url": "https://elsewhere.example"})).json()["code"] == "not_yours"
    assert (await olga.post(f"{path}/secret", json={})).json()["code"] == "not_yours"
    assert (await olga.patch(path, json={"enabled": False})).json()["enabled"] is False
    async with node.database.transaction() as session:
        owners = await session.execute(text("SELECT DISTINCT owner_id FROM events WHERE type = 'webhook.changed'"))
        assert owners.all() == [("usr_ann",)]


@pytest.mark.security("S7")
async def test_the_secret_is_shown_once_sealed_and_rotated_with_an_overlap(
    running_node: Node, person: Person, receiver: Receiver
) -> None:
    ann = await person("ann", Role.RUNNER)
    hook = await add_webhook(ann, receiver.url)
    path = f"/api/v1/webhooks/{hook['id']}"
    key = {"Idempotency-Key": "once"}
    rotated = (await ann.post(f"{path}/secret", json={}, headers=key)).json()
    assert rotated["secret"] != hook["secret"]
    for answer in (await ann.get(path), await ann.get("/api/v1/webhooks"), await ann.patch(path, json={"name": "o"})):
        assert "whsec_" not in answer.text
    async with running_node.database.transaction() as session:
        kept = (await session.execute(text("SELECT w::text FROM webhooks w"))).scalar_one()
        kept += str((await session.execute(text("SELECT * FROM audit_events"))).all())
        kept += str((await session.execute(text("SELECT * FROM events"))).all())
    for secret in (hook["secret"], rotated["secret"]):
        assert secret not in kept
        assert secret.encode().hex() not in kept
    await ann.post(f"{path}/test")
    [both] = await receiver.wait(1)
    assert both.is_signed_with(hook["secret"])
    assert both.is_signed_with(rotated["secret"])
    last = (await ann.post(f"{path}/secret", json={"overlap_seconds": 0})).json()
    await ann.post(f"{path}/test")
    [_, one] = await receiver.wait(2)
    assert one.is_signed_with(last["secret"])
    assert not one.is_signed_with(rotated["secret"])
    assert not one.is_signed_with(hook["secret"])


async def test_what_is_refused_is_tried_again_then_given_up_and_can_be_replayed(
    running_node: Node, person: Person, receiver: Receiver
) -> None:
    ann = await person("ann", Role.RUNNER)
    await add_incident(running_node, "inc_fire", "ann")
    hook = await add_webhook(ann, receiver.url, events=["incident.state_changed"])
    path = f"/api/v1/webhooks/{hook['id']}"
    receiver.status, receiver.answer = 503, b"out \x00 to lunch"
    await change_state(running_node, "inc_fire")
    await receiver.wait(1)

    async def waits() -> Any:
        async with running_node.database.transaction() as session:
            later = "SELECT bool_or(run_at > now() + interval '4 s') FROM jobs WHERE kind = 'webhook.deliver'"
            return await session.scalar(text(later))

    assert await eventually(waits)
    [message] = await messages(ann, hook["id"])
    assert (message["state"], message["status"], message["answer_head"]) == ("pending", 503, "out   to lunch")
    assert (await ann.post(f"/api/v1/webhook-messages/{message['id']}/replay")).json()[
        "code"
    ] == "webhook_message_pending"
    await hurry(running_node)
    running_node.bus.wake_all()
    failed = await ended(ann, message["id"], "failed")
    assert failed["error"] == "the receiver answered with status 503"
    assert failed["attempts"] == len(receiver.requests)
    alarms = (await ann.get("/api/v1/alarms")).json()["items"]
    assert [one["title"] for one in alarms] == ["Webhook ops does not get its messages"]
    receiver.status = 204
    receiver.answer = b""
    assert (await ann.post(f"{path}/replay")).json() == {"count": 1}
    assert (await ended(ann, message["id"], "delivered"))["status"] == 204
    assert (await ann.post(f"/api/v1/webhook-messages/{message['id']}/replay")).status_code == 202
    requests = await receiver.wait(failed["attempts"] + 2)
    assert {one.headers["webhook-id"] for one in requests} == {message["id"]}
    assert len({one.body for one in requests}) == 1
    cleared = (await ann.get("/api/v1/alarms")).json()["items"]
    assert [one for one in cleared if one.get("cleared_at") is None] == []


async def test_a_receiver_that_is_gone_ends_its_webhook(running_node: Node, person: Person, receiver: Receiver) -> None:
    ann = await person("ann", Role.RUNNER)
    hook = await add_webhook(ann, receiver.url)
    receiver.status = 410
    sent = (await ann.post(f"/api/v1/webhooks/{hook['id']}/test")).json()
    assert (await ended(ann, sent["id"]))["state"] == "failed"
    view = (await ann.get(f"/api/v1/webhooks/{hook['id']}")).json()
    assert view["enabled"] is False
    assert "410" in view["disabled_reason"]
    assert (await ann.post(f"/api/v1/webhooks/{hook['id']}/test")).json()["code"] == "webhook_disabled"
    again = (await ann.patch(f"/api/v1/webhooks/{hook['id']}", json={"enabled": True})).json()
    assert again["disabled_reason"] is None


@pytest.mark.security("S8")
async def test_no_webhook_reaches_into_the_house(running_node: Node, person: Person, receiver: Receiver) -> None:
    ann = await person("ann", Role.RUNNER)
    for url in ("http://user@1.1.1.1/", "http://127.1/", "http://1.1.1.1:22/", "gopher://x.example/"):
        answer = await ann.post("/api/v1/webhooks", json={"name": "x", "url": url})
        assert answer.status_code in (403, 422), url
    hook = await add_webhook(ann, "http://[::1]:8080/")
    sent = (await ann.post(f"/api/v1/webhooks/{hook['id']}/test")).json()
    failed = await ended(ann, sent["id"])
    assert "may not connect" in failed["error"]
    # A receiver that redirects sends the message nowhere else.
    other = await add_webhook(ann, receiver.url, name="other")
    receiver.status, receiver.location = 307, "http://169.254.169.254/latest/"
    sent = (await ann.post(f"/api/v1/webhooks/{other['id']}/test")).json()
    assert (await ended(ann, sent["id"]))["error"] == "the receiver answered with status 307"


async def test_a_crash_between_facts_and_messages_loses_and_doubles_nothing(
    node: Node, person: Person, receiver: Receiver
) -> None:
    ann = await person("ann", Role.RUNNER)
    await add_incident(node, "inc_fire", "ann")
    hook = await add_webhook(ann, receiver.url, events=["incident.state_changed"])
    for _ in range(3):
        await change_state(node, "inc_fire")
    failpoints.arm("webhooks.tell=raise@1")
    try:
        with pytest.raises(failpoints.FailpointReached):
            await told(node)
    finally:
        failpoints.arm("")
    assert await messages(ann, hook["id"]) == []
    await told(node)
    await told(node)
    assert len(await messages(ann, hook["id"])) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"events": []},
        {"events": ["webhook.changed"]},
        {"events": ["Incident"]},
        {"url": "ftp://x.example"},
        {"name": ""},
        {"secret": "x"},
    ],
)
async def test_what_makes_no_sense_is_refused(node: Node, person: Person, wrong: dict[str, Any]) -> None:
    ann = await person("ann", Role.RUNNER)
    body = {"name": "ops", "url": "https://ops.example", **wrong}
    assert (await ann.post("/api/v1/webhooks", json=body)).status_code == 422


@pytest.mark.parametrize(
    ("pattern", "near"),
    [
        ("incidents.*", "did you mean incident.*"),
        ("stage.succeded", "did you mean stage.succeeded"),
        ("dataset.made", "dataset.registered"),
        ("nosuch.zzzzzz", "there are account.*"),
    ],
)
async def test_a_pattern_that_nothing_fits_is_refused_and_near_ones_are_named(
    node: Node, person: Person, pattern: str, near: str
) -> None:
    ann = await person("ann", Role.RUNNER)
    body = {"name": "ops", "url": "https://ops.example", "events": ["incident.opened", pattern]}
    refused = await ann.post("/api/v1/webhooks", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "webhook_event_unknown")
    assert near in refused.json()["detail"]
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/body/events/1"]
    made = await add_webhook(ann, "https://ops.example", events=["*", "job.*"])
    changed = await ann.patch(f"/api/v1/webhooks/{made['id']}", json={"events": [pattern]})
    assert changed.json()["code"] == "webhook_event_unknown"
    # One from before a type was renamed can still be renamed and switched off.
    async with node.database.transaction() as session:
        await session.execute(text("UPDATE webhooks SET events = ARRAY['gone.*']"))
    assert (await ann.patch(f"/api/v1/webhooks/{made['id']}", json={"enabled": False})).status_code == 200


async def test_names_are_taken_once_and_there_is_an_end_to_webhooks(node: Node, person: Person) -> None:
    ann = await person("ann", Role.RUNNER)
    await add_webhook(ann, "https://ops.example")
    again = await ann.post("/api/v1/webhooks", json={"name": "ops", "url": "https://ops.example"})
    assert again.json()["code"] == "webhook_name_taken"
    for number in range(49):
        await add_webhook(ann, "https://ops.example", name=f"n{number}")
    full = await ann.post("/api/v1/webhooks", json={"name": "more", "url": "https://ops.example"})
    assert full.json()["code"] == "too_many_webhooks"
