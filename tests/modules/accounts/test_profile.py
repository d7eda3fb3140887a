"""One's own account: changed only by who proves again who they are, left with an heir, taken along as an archive."""

import asyncio
import io
import json
import zipfile
from typing import Any

import httpx
import pytest
from people import PASSWORD, SAME_ORIGIN, Browse, add_token, add_user, bearer, log_in, run_sql

from app.kernel import belongings
from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.principal import Role

STRONG = "a password nobody else has"


async def logged_in(node: Node, browse: Browse, email: str = "bob@example.org", role: Role = Role.RUNNER) -> Any:
    """Add a user and return their id and a browser they have logged in with."""
    user_id = await add_user(node, email, role, email.partition("@")[0].title())
    client = browse(headers=SAME_ORIGIN)
    assert (await log_in(client, email)).status_code == 201
    return user_id, client


async def give_things(node: Node, user_id: str) -> None:
    """Make the user owner of two data sets."""
    for number in (1, 2):
        await run_sql(
            node,
            "INSERT INTO datasets (id, name, media_type, bytes, sha256, blake3, owner_id)"
            " VALUES (:id, :name, 'text/plain', 1, repeat('0', 64), repeat('0', 64), :owner)",
            id=new_id("dst"),
            name=f"result {number}",
            owner=user_id,
        )


async def test_one_changes_ones_own_name(running_node: Node, browse: Browse) -> None:
    _, bob = await logged_in(running_node, browse)
    assert (await bob.get("/profile")).json()["name"] == "Bob"
    assert (await bob.patch("/profile", json={"name": " Robert "})).json()["name"] == "Robert"
    assert (await bob.get("/sessions/current")).json()["user"]["name"] == "Robert"
    for wrong in ({"name": ""}, {"name": "a\x07b"}, {"role": "owner"}, {"name": "B", "role": "owner"}):
        assert (await bob.patch("/profile", json=wrong)).status_code == 422


async def test_the_address_changes_with_the_right_password(running_node: Node, browse: Browse) -> None:
    _, bob = await logged_in(running_node, browse)
    other = browse(headers=SAME_ORIGIN)
    await log_in(other, "bob@example.org")
    refused = await bob.put("/profile/email", json={"email": "rob@example.org", "password": "wrong"})
    assert (refused.status_code, refused.json()["code"]) == (403, "password_wrong")
    changed = await bob.put("/profile/email", json={"email": "Rob@example.org", "password": PASSWORD})
    assert changed.json()["email"] == "rob@example.org"
    assert (await bob.get("/profile")).status_code == 200
    assert (await other.get("/profile")).status_code == 401
    assert (await log_in(browse(), "rob@example.org")).status_code == 201


async def test_who_has_no_password_shows_who_they_are_by_having_logged_in_just_before(
    running_node: Node, browse: Browse
) -> None:
    bob_id, bob = await logged_in(running_node, browse)
    await add_user(running_node, "heidi@example.org", Role.RUNNER, "Heidi")
    await give_things(running_node, bob_id)
    await run_sql(running_node, "UPDATE users SET password_hash = NULL WHERE id = :id", id=bob_id)
    address, end = {"email": "rob@example.org"}, {"heir_email": "heidi@example.org"}
    asked = (("PUT", "/profile/email", address, 200), ("POST", "/profile/deletion", end, 204))
    program = browse(headers=bearer((await add_token(running_node, bob_id))[1]))
    await run_sql(running_node, "UPDATE sessions SET proved_at = now() - interval '301 s'")
    for verb, path, body, _ in asked:
        refused = await bob.request(verb, path, json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "proof_needed")
        refused = await bob.request(verb, path, json={**body, "password": PASSWORD})
        assert (refused.status_code, refused.json()["code"]) == (403, "password_wrong")
        refused = await program.request(verb, path, json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "needs_session")
    await run_sql(running_node, "UPDATE sessions SET proved_at = now()")
    for verb, path, body, status in asked:
        assert (await bob.request(verb, path, json=body)).status_code == status
    assert await run_sql(running_node, "SELECT email FROM users") == [("heidi@example.org",)]


@pytest.mark.security("S19")
async def test_a_new_password_ends_the_other_sessions(running_node: Node, browse: Browse) -> None:
    _, bob = await logged_in(running_node, browse)
    other = browse(headers=SAME_ORIGIN)
    await log_in(other, "bob@example.org")
    for old, new, status in (("wrong", STRONG, 403), (PASSWORD, "password1", 422), (PASSWORD, STRONG, 204)):
        answer = await bob.put("/profile/password", json={"old_password": old, "new_password": new})
        assert answer.status_code == status
    assert [(await c.get("/profile")).status_code for c in (bob, other)] == [200, 401]
    assert (await log_in(browse(), "bob@example.org", STRONG)).status_code == 201


@pytest.mark.security("S18")
async def test_guessing_the_password_from_inside_is_slowed_down_too(running_node: Node, browse: Browse) -> None:
    _, bob = await logged_in(running_node, browse)
    body = {"old_password": "wrong", "new_password": STRONG}
    statuses = [(await bob.put("/profile/password", json=body)).status_code for _ in range(12)]
    assert (statuses[0], statuses[-1]) == (403, 429)


async def test_who_owns_something_leaves_it_to_an_heir_or_stays(running_node: Node, browse: Browse) -> None:
    bob_id, bob = await logged_in(running_node, browse)
    heir_id = await add_user(running_node, "heidi@example.org", Role.RUNNER, "Heidi")
    await give_things(running_node, bob_id)
    refused = await bob.post("/profile/deletion", json={"password": PASSWORD})
    assert (refused.status_code, refused.json()["code"]) == (409, "account_owns_things")
    assert refused.json()["detail"] == "Bob owns 2 datasets; name who gets them"
    assert refused.json()["errors"] == [{"pointer": "/datasets", "message": "2 owned"}]
    for heir in ("nobody@example.org", "bob@example.org"):
        wrong = await bob.post("/profile/deletion", json={"password": PASSWORD, "heir_email": heir})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "heir_invalid")
    unproven = await bob.post("/profile/deletion", json={"password": "wrong", "heir_email": "heidi@example.org"})
    assert unproven.status_code == 403
    left = await bob.post("/profile/deletion", json={"password": PASSWORD, "heir_email": "heidi@example.org"})
    assert left.status_code == 204
    assert (await bob.get("/profile")).status_code == 401
    assert (await log_in(browse(), "bob@example.org")).status_code == 401
    owners = await run_sql(running_node, "SELECT DISTINCT owner_id FROM datasets")
    assert [row.owner_id for row in owners] == [heir_id]
    [deed] = await run_sql(running_node, "SELECT * FROM audit_events WHERE action = 'user.hand_over'")
    assert (deed.object_id, deed.actor_id) == (bob_id, bob_id)
    assert deed.data == {"heir_id": heir_id, "owned": {"datasets": 2}}
    assert await run_sql(running_node, "SELECT id FROM users WHERE id = :id", id=bob_id) == []


async def test_an_administrator_names_the_heir_of_somebody_who_left(running_node: Node, browse: Browse) -> None:
    _, raw = await add_token(running_node, await add_user(running_node, "adam@example.org", Role.ADMIN, "Adam"))
    admin = browse(headers=bearer(raw))
    bob_id = await add_user(running_node, "bob@example.org", Role.RUNNER, "Bob")
    gone = await add_user(running_node, "gone@example.org", Role.RUNNER, "Gone")
    assert (await admin.patch(f"/users/{gone}", json={"enabled": False})).status_code == 200
    await give_things(running_node, bob_id)
    assert (await admin.delete(f"/users/{bob_id}")).status_code == 409
    for heir in (gone, "usr_nobody", bob_id):
        assert (await admin.delete(f"/users/{bob_id}", params={"heir": heir})).status_code == 422
    heir = (await admin.get("/profile")).json()["id"]
    assert (await admin.delete(f"/users/{bob_id}", params={"heir": heir})).status_code == 204
    owners = await run_sql(running_node, "SELECT DISTINCT owner_id FROM datasets")
    assert [row.owner_id for row in owners] == [heir]


def test_every_table_with_owners_is_known_to_who_leaves() -> None:
    names = {table.name for table in belongings.owned_tables()}
    assert {"incidents", "simulations", "datasets", "sources"} <= names
    assert {column.table.name for column in belongings.personal_columns()} >= {"sessions", "tokens", "login_history"}


async def exported(client: httpx.AsyncClient) -> dict[str, Any]:
    """Ask for an archive and wait until it is there."""
    row: dict[str, Any] = (await client.post("/profile/exports", json={})).json()
    async with asyncio.timeout(60):
        while row["state"] == "queued":
            row = (await client.get(f"/profile/exports/{row['id']}")).json()
    return row


async def test_an_archive_holds_what_is_kept_about_one_and_what_one_owns(running_node: Node, browse: Browse) -> None:
    bob_id, bob = await logged_in(running_node, browse)
    await give_things(running_node, bob_id)
    _, raw = await add_token(running_node, bob_id)
    other_id, other = await logged_in(running_node, browse, "eve@example.org", Role.OPERATOR)
    await give_things(running_node, other_id)
    row = await exported(bob)
    assert row["state"] == "ready", row
    answer = await bob.get(f"/profile/exports/{row['id']}/content")
    assert (answer.headers["Content-Type"], len(answer.content)) == ("application/zip", row["bytes"])
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    account = json.loads(archive.read("account.json"))
    assert (account["id"], account["email"]) == (bob_id, "bob@example.org")
    assert "password_hash" not in account
    owned = [json.loads(line) for line in archive.read("owned/datasets.ndjson").splitlines()]
    assert [(d["name"], d["owner_id"]) for d in owned] == [("result 1", bob_id), ("result 2", bob_id)]
    assert {"about/sessions.ndjson", "about/tokens.ndjson"} <= set(archive.namelist())
    everything = b"".join(archive.read(name) for name in archive.namelist())
    for secret in (raw.encode(), b"argon2", b'sha256":"\\', other_id.encode(), b"eve@example.org"):
        assert secret not in everything
    assert (await other.get(f"/profile/exports/{row['id']}")).status_code == 404
    assert (await other.get(f"/profile/exports/{row['id']}/content")).status_code == 404
    newer = await exported(bob)
    assert [one["id"] for one in (await bob.get("/profile/exports")).json()["items"]] == [newer["id"]]
    assert (await bob.get(f"/profile/exports/{row['id']}/content")).status_code == 404
