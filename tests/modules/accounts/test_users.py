"""People, as administrators see and change them."""

import asyncio

import httpx
import pytest
from people import PASSWORD, Browse, add_token, add_user, bearer, events_of, log_in, run_sql

from app.kernel.node import Node
from app.kernel.principal import Role
from app.modules import accounts
from app.modules.accounts import throttle

STRONG = "a password nobody else has"


async def person(node: Node, browse: Browse, email: str, role: Role, name: str = "Somebody") -> httpx.AsyncClient:
    """Add a user and return a client with a token of theirs."""
    _, raw = await add_token(node, await add_user(node, email, role, name))
    return browse(headers=bearer(raw))


@pytest.mark.covers("V6", "A2", "C22")
async def test_an_administrator_adds_reads_changes_and_deletes_people(running_node: Node, browse: Browse) -> None:
    admin = await person(running_node, browse, "adam@example.org", Role.ADMIN)
    body = {"email": "Bob@Example.org", "name": " Bob ", "role": "runner", "password": STRONG}
    made = await admin.post("/users", json=body)
    assert made.status_code == 201
    bob = made.json()
    assert (bob["email"], bob["name"], bob["role"], bob["state"]) == ("bob@example.org", "Bob", "runner", "active")
    assert "password" not in str(bob)
    assert made.headers["Location"] == f"/api/v1/users/{bob['id']}"
    assert (await admin.get(f"/users/{bob['id']}")).json() == bob
    changed = await admin.patch(f"/users/{bob['id']}", json={"name": "Robert", "email": "robert@example.org"})
    assert (changed.json()["name"], changed.json()["email"]) == ("Robert", "robert@example.org")
    assert (await admin.delete(f"/users/{bob['id']}")).status_code == 204
    assert (await admin.get(f"/users/{bob['id']}")).status_code == 404
    assert {f.text for f in await events_of(running_node, "account.deleted")} == {"Robert left"}


@pytest.mark.covers("V6")
async def test_people_are_searched_by_part_of_a_name_by_role_and_by_state(running_node: Node, browse: Browse) -> None:
    admin = await person(running_node, browse, "adam@example.org", Role.ADMIN, "Adam")
    await add_user(running_node, "per_cent@example.org", Role.VIEWER, "100% Vera")
    await add_user(running_node, "victor@example.org", Role.VIEWER, "Victor")

    async def names(**wanted: str) -> set[str]:
        answer = await admin.get("/users", params=wanted)
        return {user["name"] for user in answer.json()["items"]}

    assert await names(search="vIc") == {"Victor"}
    assert await names(search="%") == {"100% Vera"}
    assert await names(search="per_") == {"100% Vera"}
    assert await names(search="/") == set()
    assert await names(role="viewer") == {"100% Vera", "Victor"}
    assert await names(state="disabled") == set()
    assert (await admin.get("/users", params={"state": "gone"})).status_code == 422


@pytest.mark.covers("V6")
async def test_the_role_the_email_and_being_shut_out_end_every_login_at_once(
    running_node: Node, browse: Browse
) -> None:
    admin = await person(running_node, browse, "adam@example.org", Role.ADMIN)
    for number, change in enumerate(({"role": "viewer"}, {"enabled": False}, {"email": "other@example.org"})):
        email = f"bob{number}@example.org"
        user_id = await add_user(running_node, email, Role.RUNNER, "Bob")
        _, raw = await add_token(running_node, user_id)
        program, browser = browse(headers=bearer(raw)), browse()
        assert (await log_in(browser, email)).status_code == 201
        assert [(await c.get("/profile")).status_code for c in (program, browser)] == [200, 200]
        assert (await admin.patch(f"/users/{user_id}", json=change)).status_code == 200
        assert [(await c.get("/profile")).status_code for c in (program, browser)] == [401, 401]


@pytest.mark.covers("V6")
@pytest.mark.security("S19")
async def test_a_password_an_administrator_sets_replaces_the_old_one_and_every_login(
    running_node: Node, browse: Browse
) -> None:
    admin = await person(running_node, browse, "adam@example.org", Role.ADMIN)
    user_id = await add_user(running_node, "bob@example.org", Role.RUNNER, "Bob")
    browser = browse()
    await log_in(browser, "bob@example.org")
    weak = await admin.put(f"/users/{user_id}/password", json={"password": "password1"})
    assert (weak.status_code, weak.json()["code"]) == (422, "password_rejected")
    assert (await admin.put(f"/users/{user_id}/password", json={"password": STRONG})).status_code == 204
    assert (await browser.get("/profile")).status_code == 401
    assert (await log_in(browse(), "bob@example.org", PASSWORD)).status_code == 401
    assert (await log_in(browse(), "bob@example.org", STRONG)).status_code == 201


async def test_an_administrator_cannot_touch_an_owner_or_make_one(running_node: Node, browse: Browse) -> None:
    admin = await person(running_node, browse, "adam@example.org", Role.ADMIN)
    owner = await add_user(running_node, "olga@example.org", Role.OWNER, "Olga")
    await add_user(running_node, "otto@example.org", Role.OWNER, "Otto")
    bob = await add_user(running_node, "bob@example.org", Role.RUNNER, "Bob")
    refused = [
        await admin.patch(f"/users/{owner}", json={"enabled": False}),
        await admin.patch(f"/users/{owner}", json={"name": "Olaf"}),
        await admin.put(f"/users/{owner}/password", json={"password": STRONG}),
        await admin.delete(f"/users/{owner}"),
        await admin.patch(f"/users/{bob}", json={"role": "owner"}),
        await admin.post("/users", json={"email": "x@y.org", "name": "X", "role": "owner", "password": STRONG}),
        await admin.post("/invitations", json={"email": "x@y.org", "role": "owner"}),
    ]
    assert [(r.status_code, r.json()["code"]) for r in refused] == [(403, "role_too_high")] * len(refused)
    assert (await admin.get(f"/users/{bob}")).json()["role"] == "runner"


async def test_there_is_always_an_owner_who_can_log_in(running_node: Node, browse: Browse) -> None:
    first, second = [await person(running_node, browse, f"o{n}@example.org", Role.OWNER) for n in (1, 2)]
    ids = {user["email"]: user["id"] for user in (await first.get("/users")).json()["items"]}
    one, two = ids["o1@example.org"], ids["o2@example.org"]
    answers = await asyncio.gather(
        first.patch(f"/users/{two}", json={"role": "viewer"}), second.patch(f"/users/{one}", json={"enabled": False})
    )
    # The loser is refused because the other was last, or because it was shut out in time to be nobody.
    assert sorted(a.status_code for a in answers) in ([200, 401], [200, 409])
    left = await run_sql(running_node, "SELECT id FROM users WHERE role = 'owner' AND disabled_at IS NULL")
    assert len(left) == 1


@pytest.mark.parametrize("change", [{"role": "admin"}, {"enabled": False}])
async def test_the_last_owner_stays(running_node: Node, browse: Browse, change: dict[str, object]) -> None:
    owner = await person(running_node, browse, "olga@example.org", Role.OWNER)
    own_id = (await owner.get("/profile")).json()["id"]
    for refused in (await owner.patch(f"/users/{own_id}", json=change), await owner.delete(f"/users/{own_id}")):
        assert (refused.status_code, refused.json()["code"]) == (409, "last_owner")
    assert (await owner.get("/profile")).status_code == 200


async def test_an_address_somebody_has_is_not_given_twice(running_node: Node, browse: Browse) -> None:
    admin = await person(running_node, browse, "adam@example.org", Role.ADMIN)
    bob = await add_user(running_node, "bob@example.org", Role.RUNNER, "Bob")
    for taken in (
        await admin.patch(f"/users/{bob}", json={"name": "Kept", "email": "ADAM@example.org"}),
        await admin.post("/users", json={"email": "adam@example.org", "name": "A", "password": STRONG}),
        await admin.post("/invitations", json={"email": "bob@example.org"}),
    ):
        assert (taken.status_code, taken.json()["code"]) == (409, "email_taken")
    assert (await admin.get(f"/users/{bob}")).json()["name"] == "Bob"


@pytest.mark.covers("A2")
async def test_totals_say_how_many_there_are_and_when_the_last_came(running_node: Node, browse: Browse) -> None:
    admin = await person(running_node, browse, "adam@example.org", Role.ADMIN)
    gone = await add_user(running_node, "gone@example.org", Role.VIEWER, "Gone")
    async with running_node.database.transaction() as session:
        await accounts.disable(session, gone)
    found = (await admin.get("/users/totals")).json()
    newest = max(user["created_at"] for user in (await admin.get("/users")).json()["items"])
    assert found == {
        "total": 2,
        "by_role": {"admin": 1, "viewer": 1},
        "by_state": {"active": 1, "disabled": 1, "waiting": 0},
        "last_sign_up_at": newest,
    }


@pytest.mark.parametrize("role", [Role.VIEWER, Role.RUNNER, Role.OPERATOR])
async def test_people_are_for_administrators(running_node: Node, browse: Browse, role: Role) -> None:
    client = await person(running_node, browse, "bob@example.org", role)
    own = (await client.get("/profile")).json()["id"]
    for method, path in (
        ("GET", "/users"),
        ("POST", "/users"),
        ("GET", "/users/totals"),
        ("GET", f"/users/{own}"),
        ("PATCH", f"/users/{own}"),
        ("DELETE", f"/users/{own}"),
        ("PUT", f"/users/{own}/password"),
        ("POST", f"/users/{own}/approval"),
        ("GET", f"/users/{own}/logins"),
        ("GET", "/invitations"),
        ("POST", "/invitations"),
    ):
        assert (await client.request(method, path, json={})).status_code == 403, path


async def test_the_history_of_logins_is_ones_own_and_for_administrators(running_node: Node, browse: Browse) -> None:
    admin = await person(running_node, browse, "adam@example.org", Role.ADMIN)
    bob = await person(running_node, browse, "bob@example.org", Role.VIEWER)
    own = (await bob.get("/profile")).json()["id"]
    browser = {"User-Agent": "x" * 999}
    there = browse("10.0.0.1", headers=browser)
    assert (await log_in(there, "bob@example.org")).status_code == 201
    for _ in range(throttle.PAIR.free):
        assert (await log_in(browse("10.0.0.1", headers=browser), "bob@example.org", "wrong")).status_code == 401
    await run_sql(
        running_node,
        "UPDATE login_throttles SET blocked_until = now() + interval '1 min' WHERE blocked_until IS NOT NULL",
    )
    for password in ("wrong", PASSWORD, "wrong"):  # one row a minute, however often
        assert (await log_in(browse("10.0.0.1"), "bob@example.org", password)).status_code == 429
    assert (await log_in(browse("10.0.0.2"), "hunter2", "")).status_code == 401
    outcomes = ["throttled", *["failed"] * throttle.PAIR.free, "succeeded"]
    for found in ((await bob.get("/profile/logins")).json(), (await admin.get(f"/users/{own}/logins")).json()):
        assert [(row["outcome"], row["method"], row["ip"]) for row in found["items"]] == [
            (outcome, "password", "10.0.0.1") for outcome in outcomes
        ]
        assert len(found["items"][1]["user_agent"]) == 300
    assert "hunter2" not in str(await run_sql(running_node, "SELECT * FROM login_history"))
    written = await run_sql(
        running_node,
        "SELECT data->>'code', count(*) FROM audit_events WHERE action = 'account.login_failed' GROUP BY 1 ORDER BY 1",
    )
    assert written == [("credentials_invalid", throttle.PAIR.free), ("login_throttled", 1)]
    # Nobody's address is slowed down, and remembered, as somebody's is.
    for _ in range(throttle.PAIR.free):
        await log_in(browse("10.0.0.2"), "hunter2", "")
    await log_in(browse("10.0.0.2"), "hunter2", "")
    nobodys = "SELECT outcome FROM login_history WHERE user_id IS NULL AND outcome = 'throttled'"
    assert await run_sql(running_node, nobodys) == [("throttled",)]


@pytest.mark.covers("V4")
@pytest.mark.parametrize(
    ("role", "roles"), [(Role.VIEWER, ["viewer"]), (Role.OWNER, ["viewer", "runner", "operator", "admin", "owner"])]
)
async def test_one_is_told_ones_role_and_those_it_includes(
    running_node: Node, browse: Browse, role: Role, roles: list[str]
) -> None:
    client = await person(running_node, browse, "bob@example.org", role)
    who = (await client.get("/sessions/current")).json()
    assert (who["role"], who["roles"]) == (role.label, roles)
