"""Signing up oneself, where it is switched on."""

from pathlib import Path

import pytest
from people import Browse, add_token, add_user, bearer, log_in, run_sql

from app.kernel.node import Node
from app.kernel.principal import Role
from app.kernel.settings import Settings
from app.modules import accounts
from tests.conftest import settings_for

STRONG = "a password nobody else has"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Sign-up is on."""
    return settings_for(tmp_path / "data", **{"accounts.sign_up": True})


@pytest.mark.covers("V1")
async def test_who_signs_up_waits_disabled_until_an_administrator_lets_them_in(
    running_node: Node, browse: Browse
) -> None:
    _, raw = await add_token(running_node, await add_user(running_node, "adam@example.org", Role.ADMIN, "Adam"))
    admin = browse(headers=bearer(raw))
    body = {"email": "sue@example.org", "name": "Sue", "password": STRONG}
    asked = await browse().post("/sign-ups", json=body)
    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    assert (await log_in(browse(), "sue@example.org", STRONG)).status_code == 401
    [waiting] = (await admin.get("/users", params={"state": "waiting"})).json()["items"]
    assert (waiting["email"], waiting["role"], waiting["state"]) == ("sue@example.org", "viewer", "waiting")
    alarms = await run_sql(running_node, "SELECT title FROM alarms WHERE cleared_at IS NULL")
    assert [alarm.title for alarm in alarms] == ["Somebody asks for an account"]
    unproven = await admin.post(f"/users/{waiting['id']}/approval", json={"role": "runner"})
    assert (unproven.status_code, unproven.json()["code"]) == (409, "address_unproven")
    enabled = await admin.patch(f"/users/{waiting['id']}", json={"enabled": True})
    assert (enabled.status_code, enabled.json()["code"]) == (409, "address_unproven")
    approved = await admin.post(f"/users/{waiting['id']}/approval", json={"role": "runner", "force": True})
    assert (approved.json()["state"], approved.json()["role"]) == ("active", "runner")
    assert (await log_in(browse(), "sue@example.org", STRONG)).status_code == 201
    assert await run_sql(running_node, "SELECT id FROM alarms WHERE cleared_at IS NULL") == []
    twice = await admin.post(f"/users/{waiting['id']}/approval", json={})
    assert (twice.status_code, twice.json()["code"]) == (409, "not_waiting")


async def test_signing_up_does_not_tell_who_has_an_account(running_node: Node, browse: Browse) -> None:
    await add_user(running_node, "bob@example.org", Role.RUNNER, "Bob")
    answers = [
        await browse().post("/sign-ups", json={"email": email, "name": "Eve", "password": STRONG})
        for email in ("bob@example.org", "new@example.org", "new@example.org")
    ]
    assert len({(a.status_code, a.text) for a in answers}) == 1
    [bob] = await run_sql(running_node, "SELECT name, disabled_at FROM users WHERE email = 'bob@example.org'")
    assert (bob.name, bob.disabled_at) == ("Bob", None)


async def test_signing_up_again_and_again_is_slowed_down(running_node: Node, browse: Browse) -> None:
    client = browse(ip="203.0.113.5")
    body = {"email": "sue@example.org", "name": "Sue", "password": STRONG}
    statuses = [(await client.post("/sign-ups", json=body)).status_code for _ in range(12)]
    assert statuses[0] == 202
    assert statuses[-1] == 429


async def test_a_line_that_lets_the_last_who_waits_in_clears_the_alarm(running_node: Node, browse: Browse) -> None:
    await add_user(running_node, "olga@example.org", Role.OWNER, "Olga")
    for name in ("sue", "tom"):
        body = {"email": f"{name}@example.org", "name": name, "password": STRONG}
        assert (await browse().post("/sign-ups", json=body)).status_code == 202
    alarms = "SELECT key FROM alarms WHERE cleared_at IS NULL"
    for name, left in (("sue", [("accounts.waiting",)]), ("tom", [])):
        text = f"email,name,role,disabled_at\n{name}@example.org,{name},runner,\n"
        async with running_node.database.transaction() as session:
            assert [row.outcome for row in await accounts.import_users(session, text)] == ["updated"]
        assert await run_sql(running_node, alarms) == left
