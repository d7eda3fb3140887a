"""What was on its way when a way into an account was closed does not come through it."""

import asyncio
from typing import Any

import httpx
import pytest
from authenticator import Authenticator
from people import PASSWORD, SAME_ORIGIN, Browse, add_user, log_in, run_sql
from racing import STRONG, in_the_middle, just_before, reset
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.node import Node
from app.kernel.principal import Role
from app.modules.accounts.user_changes import change_role, locked_user

HERE = "http://localhost:8000"
OURS = {"Origin": HERE}


async def thief_of(node: Node, browse: Browse) -> tuple[str, httpx.AsyncClient]:
    """Return a user's id and the browser of somebody who has got hold of the password."""
    user_id = await add_user(node, "bob@example.org", Role.RUNNER, "Bob")
    thief = browse(headers=SAME_ORIGIN)
    assert (await log_in(thief, "bob@example.org")).status_code == 201
    return user_id, thief


REQUESTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "password": ("PUT", "/profile/password", {"old_password": PASSWORD, "new_password": PASSWORD}),
    "email": ("PUT", "/profile/email", {"email": "thief@example.org", "password": PASSWORD}),
    "email after a login": ("PUT", "/profile/email", {"email": "thief@example.org"}),
    "deletion": ("POST", "/profile/deletion", {"password": PASSWORD}),
    "token": ("POST", "/tokens", {"name": "outlives"}),
    "proof": ("POST", "/sessions/current/proof", {"password": PASSWORD}),
    "archive": ("POST", "/profile/exports", {}),
}


@pytest.mark.security("S19", "S28")
@pytest.mark.parametrize(("verb", "path", "body"), REQUESTS.values(), ids=REQUESTS)
async def test_a_stolen_password_changes_nothing_once_it_is_reset(
    verb: str, path: str, body: dict[str, Any], running_node: Node, browse: Browse
) -> None:
    user_id, thief = await thief_of(running_node, browse)
    async with just_before(running_node, reset(user_id)):
        asking = asyncio.create_task(thief.request(verb, path, json=body))
    assert (await asking).status_code == 401
    assert await run_sql(running_node, "SELECT id FROM tokens UNION ALL SELECT id FROM account_exports") == []
    assert (await log_in(browse(), "bob@example.org", PASSWORD)).status_code == 401
    assert (await log_in(browse(), "bob@example.org", STRONG)).status_code == 201


async def test_a_password_that_was_changed_while_it_was_proven_proves_nothing(
    running_node: Node, browse: Browse
) -> None:
    """As when the same browser changes it twice at once: its session stands, the password does not."""
    user_id, browser = await thief_of(running_node, browse)

    async def change(session: AsyncSession) -> None:
        user = await locked_user(session, user_id)
        user.password_hash = "another"

    _, path, body = REQUESTS["password"]
    async with just_before(running_node, change):
        asking = asyncio.create_task(browser.put(path, json=body))
    refused = await asking
    assert (refused.status_code, refused.json()["code"]) == (403, "password_wrong")
    assert await run_sql(running_node, "SELECT password_hash FROM users") == [("another",)]


LETTING_IN: dict[str, tuple[str, str, dict[str, Any]]] = {
    "an account": (
        "POST",
        "/users",
        {"email": "eve@example.org", "name": "Eve", "role": "admin", "password": STRONG},
    ),
    "an invitation": ("POST", "/invitations", {"email": "eve@example.org", "role": "admin", "mail": False}),
    "an account enabled": ("PATCH", "/users/{gone}", {"enabled": True}),
    "a password": ("PUT", "/users/{gone}/password", {"password": STRONG}),
}


@pytest.mark.security("S28")
@pytest.mark.parametrize(("verb", "path", "body"), LETTING_IN.values(), ids=LETTING_IN)
async def test_who_is_no_administrator_any_more_lets_nobody_in(
    verb: str, path: str, body: dict[str, Any], running_node: Node, browse: Browse
) -> None:
    adam = await add_user(running_node, "adam@example.org", Role.ADMIN, "Adam")
    gone = await add_user(running_node, "gone@example.org", Role.ADMIN, "Gone")
    await run_sql(running_node, "UPDATE users SET disabled_at = now() WHERE id = :gone", gone=gone)
    admin = browse(headers=SAME_ORIGIN)
    assert (await log_in(admin, "adam@example.org")).status_code == 201
    people = "SELECT id, password_hash, disabled_at FROM users WHERE id <> :adam"
    before = await run_sql(running_node, people, adam=adam)
    async with just_before(running_node, lambda session: change_role(session, adam, Role.VIEWER)):
        asking = asyncio.create_task(admin.request(verb, path.format(gone=gone), json=body))
    assert (await asking).status_code == 401
    assert await run_sql(running_node, people, adam=adam) == before
    assert await run_sql(running_node, "SELECT id FROM invitations") == []


async def begun_passkey(client: httpx.AsyncClient, where: str) -> dict[str, Any]:
    begun = await client.post(f"/{where}", json={"method": "passkey"}, headers=OURS)
    assert begun.status_code == 201, begun.text
    answer: dict[str, Any] = begun.json()
    return answer


async def finish_passkey(
    client: httpx.AsyncClient, where: str, begun: dict[str, Any], answer: dict[str, Any]
) -> httpx.Response:
    body = {"method": "passkey", "state": begun["state"], "answer": answer}
    return await client.post(f"/{where}/finish", json=body, headers=OURS)


@pytest.mark.security("S28")
async def test_a_passkey_that_is_being_added_is_not_once_the_password_is_reset(
    running_node: Node, browse: Browse
) -> None:
    user_id = await add_user(running_node, "bob@example.org", Role.RUNNER, "Bob")
    thief = browse(base=HERE, headers=OURS)
    assert (await log_in(thief, "bob@example.org")).status_code == 201
    begun = await begun_passkey(thief, "identities")
    answer = Authenticator().create(begun["public_key"])
    # It has taken what was begun, and looked at the signature, when the reset comes.
    async with in_the_middle(running_node, user_id, reset(user_id)):
        adding = asyncio.create_task(finish_passkey(thief, "identities", begun, answer))
    assert (await adding).status_code == 401
    assert await run_sql(running_node, "SELECT id FROM passkeys") == []


@pytest.mark.security("S28")
async def test_a_passkey_that_is_removed_while_it_signs_opens_no_session(running_node: Node, browse: Browse) -> None:
    user_id = await add_user(running_node, "bob@example.org", Role.RUNNER, "Bob")
    bob, device = browse(base=HERE, headers=OURS), Authenticator()
    assert (await log_in(bob, "bob@example.org")).status_code == 201
    begun = await begun_passkey(bob, "identities")
    await finish_passkey(bob, "identities", begun, device.create(begun["public_key"]))
    thief = browse("10.0.0.9", base=HERE)
    begun = await begun_passkey(thief, "logins")
    answer = device.get(begun["public_key"])
    async with in_the_middle(running_node, user_id, reset(user_id)):
        entering = asyncio.create_task(finish_passkey(thief, "logins", begun, answer))
    refused = await entering
    assert (refused.status_code, refused.json()["code"]) == (401, "passkey_refused")
    assert await run_sql(running_node, "SELECT id FROM sessions") == []
