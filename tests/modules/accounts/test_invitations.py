"""Invitations: who comes in without an administrator typing their password."""

import asyncio
import re
from datetime import timedelta

import httpx
import pytest
from people import Browse, add_token, add_user, bearer, log_in, run_sql

from app.kernel.node import Node
from app.kernel.principal import Role

STRONG = "a password nobody else has"


async def person(node: Node, browse: Browse, email: str, role: Role) -> httpx.AsyncClient:
    _, raw = await add_token(node, await add_user(node, email, role, email.partition("@")[0].title()))
    return browse(headers=bearer(raw))


async def invite(admin: httpx.AsyncClient, email: str = "ivy@example.org", role: str = "runner") -> str:
    """Invite somebody and return the code of the link."""
    made = await admin.post("/invitations", json={"email": email, "role": role})
    assert made.status_code == 201
    code = re.fullmatch(r"http://127\.0\.0\.1:8000/invitation#code=([0-9A-Za-z]{43})", made.json()["link"])
    assert code is not None
    return code[1]


def acceptance(code: str, email: str = "ivy@example.org") -> dict[str, str]:
    return {"code": code, "email": email, "name": "Ivy", "password": STRONG}


@pytest.mark.security("S14")
async def test_an_invitation_makes_one_account_with_the_role_it_was_made_for(
    running_node: Node, browse: Browse
) -> None:
    admin = await person(running_node, browse, "adam@example.org", Role.ADMIN)
    code = await invite(admin)
    assert code not in str(await run_sql(running_node, "SELECT i.*, encode(sha256, 'hex') FROM invitations i"))
    assert code not in str(await run_sql(running_node, "SELECT * FROM events"))
    [listed] = (await admin.get("/invitations")).json()["items"]
    assert (listed["email"], listed["role"]) == ("ivy@example.org", "runner")
    assert "link" not in listed
    made = await browse().post("/invitations/acceptance", json=acceptance(code, "Ivy@Example.org"))
    assert (made.status_code, made.json()["role"]) == (201, "runner")
    assert (await log_in(browse(), "ivy@example.org", STRONG)).status_code == 201
    again = await browse().post("/invitations/acceptance", json=acceptance(code))
    assert (again.status_code, again.json()["code"]) == (410, "invitation_gone")
    assert (await admin.get("/invitations")).json()["items"] == []


@pytest.mark.security("S14")
async def test_an_invitation_works_for_its_recipient_only(running_node: Node, browse: Browse) -> None:
    admin = await person(running_node, browse, "adam@example.org", Role.ADMIN)
    member = await person(running_node, browse, "mo@example.org", Role.OPERATOR)
    code = await invite(admin, role="admin")
    for client in (member, browse()):
        for body in (acceptance(code, "mallory@example.org"), acceptance("0" * 43), acceptance("no code")):
            refused = await client.post("/invitations/acceptance", json=body)
            assert (refused.status_code, refused.json()["code"]) == (404, "invitation_not_found")
    extra = {**acceptance(code), "role": "owner"}
    assert (await browse().post("/invitations/acceptance", json=extra)).status_code == 422
    assert (await member.get("/invitations")).status_code == 403
    assert (await browse().post("/invitations/acceptance", json=acceptance(code))).json()["role"] == "admin"


@pytest.mark.security("S14")
async def test_an_invitation_ends(running_node: Node, browse: Browse) -> None:
    admin = await person(running_node, browse, "adam@example.org", Role.ADMIN)
    replaced, withdrawn = await invite(admin), await invite(admin)
    [listed] = (await admin.get("/invitations")).json()["items"]
    assert (await admin.delete(f"/invitations/{listed['id']}")).status_code == 204
    assert (await admin.delete(f"/invitations/{listed['id']}")).status_code == 404
    late = await invite(admin, "late@example.org")
    [lifetime] = await run_sql(running_node, "SELECT max(expires_at - created_at) FROM invitations")
    assert lifetime[0] <= timedelta(days=1)
    await run_sql(running_node, "UPDATE invitations SET expires_at = now() WHERE email = 'late@example.org'")
    of_gone = await invite(admin, "orphan@example.org")
    [own] = await run_sql(running_node, "SELECT id FROM users WHERE email = 'adam@example.org'")
    await run_sql(running_node, "UPDATE users SET role = 'operator' WHERE id = :id", id=own[0])
    for code, email in (
        (replaced, "ivy@example.org"),
        (withdrawn, "ivy@example.org"),
        (late, "late@example.org"),
        (of_gone, "orphan@example.org"),
    ):
        gone = await browse().post("/invitations/acceptance", json=acceptance(code, email))
        assert (gone.status_code, gone.json()["code"]) == (410, "invitation_gone")


@pytest.mark.security("S14")
async def test_of_many_who_use_an_invitation_at_once_one_gets_in(running_node: Node, browse: Browse) -> None:
    code = await invite(await person(running_node, browse, "adam@example.org", Role.ADMIN))
    clients = [browse() for _ in range(6)]
    answers = await asyncio.gather(*[c.post("/invitations/acceptance", json=acceptance(code)) for c in clients])
    assert sorted(a.status_code for a in answers) == [201] + [410] * 5


async def test_nobody_signs_up_where_it_is_off(running_node: Node, browse: Browse) -> None:
    body = {"email": "sue@example.org", "name": "Sue", "password": STRONG}
    refused = await browse().post("/sign-ups", json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "sign_up_off")
    assert await run_sql(running_node, "SELECT id FROM users") == []
