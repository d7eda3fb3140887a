"""Sessions end: by hand, by time, by what happens to the account."""

import pytest
from people import (
    BASE,
    PASSWORD,
    SAME_ORIGIN,
    Browse,
    Statements,
    add_token,
    add_user,
    bearer,
    events_of,
    log_in,
    run_sql,
)

from app.kernel.node import Node
from app.kernel.principal import Role
from app.modules import accounts
from app.modules.accounts.errors import LastOwner
from app.modules.accounts.loops import sweep


@pytest.mark.security("S19")
async def test_logging_out_ends_the_session_at_once(running_node: Node, browse: Browse) -> None:
    await add_user(running_node)
    client = browse()
    secret = (await log_in(client)).cookies["stormbell_session"]
    assert (await client.get("/sessions/current")).status_code == 200
    ended = await client.delete("/sessions/current", headers=SAME_ORIGIN)
    assert ended.status_code == 204
    assert 'stormbell_session=""' in ended.headers["set-cookie"]
    replayed = await browse().get("/sessions/current", headers={"Cookie": f"stormbell_session={secret}"})
    assert (replayed.status_code, replayed.json()["code"]) == (401, "unauthenticated")


async def test_other_sessions_are_listed_and_ended(running_node: Node, browse: Browse) -> None:
    await add_user(running_node)
    here, there = browse(), browse("10.0.0.9")
    await log_in(there)
    await log_in(here)
    newest, other = (await here.get("/sessions")).json()["items"]
    assert (newest["current"], other["current"], other["ip"]) == (True, False, "10.0.0.9")
    assert "sha256" not in other
    assert (await there.get("/sessions/current")).status_code == 200
    assert (await here.delete(f"/sessions/{other['id']}", headers=SAME_ORIGIN)).status_code == 204
    assert (await there.get("/sessions/current")).status_code == 401
    assert (await here.get("/sessions/current")).status_code == 200
    again = await here.delete(f"/sessions/{other['id']}", headers=SAME_ORIGIN)
    assert (again.status_code, again.json()["code"]) == (404, "session_not_found")


async def test_others_sessions_are_not_there(running_node: Node, browse: Browse) -> None:
    await add_user(running_node)
    await add_user(running_node, "eve@example.org", Role.ADMIN, "Eve")
    ada, eve = browse(), browse()
    await log_in(ada)
    await log_in(eve, "eve@example.org")
    [session] = (await ada.get("/sessions")).json()["items"]
    assert (await eve.delete(f"/sessions/{session['id']}", headers=SAME_ORIGIN)).status_code == 404
    assert (await ada.get("/sessions/current")).status_code == 200


async def test_sessions_come_in_pages(running_node: Node, browse: Browse) -> None:
    await add_user(running_node)
    for _ in range(3):
        await log_in(client := browse())
    first = (await client.get("/sessions", params={"limit": 2})).json()
    rest = (await client.get("/sessions", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (2, 1, None)
    assert len({item["id"] for item in first["items"] + rest["items"]}) == 3


@pytest.mark.parametrize(
    "passed",
    ["expires_at = now()", "last_seen_at = now() - interval '7 days 1 second'"],
    ids=["absolute", "idle"],
)
@pytest.mark.security("S19")
async def test_sessions_expire(running_node: Node, browse: Browse, passed: str) -> None:
    await add_user(running_node)
    client = browse()
    await log_in(client)
    await run_sql(running_node, f"UPDATE sessions SET {passed}")
    assert (await client.get("/sessions/current")).status_code == 401
    await sweep(running_node)
    assert await run_sql(running_node, "SELECT 1 FROM sessions") == []


async def test_what_is_remembered_does_not_outlive_the_session(running_node: Node, browse: Browse) -> None:
    await add_user(running_node)
    client = browse()
    await log_in(client)
    await run_sql(running_node, "UPDATE sessions SET expires_at = now() + interval '20 milliseconds'")
    statuses = {(await client.get("/tokens")).status_code for _ in range(1)}
    while (status := (await client.get("/tokens")).status_code) == 200:
        statuses.add(status)
    assert status == 401


async def test_use_is_noted_at_most_once_a_minute(running_node: Node, browse: Browse, statements: Statements) -> None:
    user_id = await add_user(running_node)
    client = browse()
    await log_in(client)
    _, raw = await add_token(running_node, user_id)
    await run_sql(running_node, "UPDATE sessions SET last_seen_at = now() - interval '61 seconds'")
    authentication = running_node.authenticate
    statements.clear()
    for _ in range(3):
        authentication.forget()  # type: ignore[attr-defined]  # it is ours
        assert (await client.get("/tokens")).status_code == 200
        assert (await browse().get("/tokens", headers=bearer(raw))).status_code == 200
    written = [s.split()[1] for s in statements.sent if s.startswith("UPDATE")]
    assert written == ["sessions", "tokens"]
    [(recent,)] = await run_sql(running_node, "SELECT last_seen_at > now() - interval '10 s' FROM sessions")
    assert recent


@pytest.mark.parametrize("change", ["role", "disable"])
@pytest.mark.security("S19")
async def test_a_changed_account_is_logged_out_at_once(running_node: Node, browse: Browse, change: str) -> None:
    await add_user(running_node)
    user_id = await add_user(running_node, "bob@example.org", Role.ADMIN, "Bob")
    client = browse()
    await log_in(client, "bob@example.org")
    _, raw = await add_token(running_node, user_id)
    assert (await client.get("/users")).status_code == 200
    assert (await browse().get("/users", headers=bearer(raw))).status_code == 200
    async with running_node.database.transaction() as session:
        if change == "role":
            await accounts.change_role(session, user_id, Role.VIEWER)
        else:
            await accounts.disable(session, user_id)
    assert (await client.get("/users")).status_code == 401
    with_token = await browse().get("/users", headers=bearer(raw))
    assert with_token.status_code == 401


async def test_there_is_always_an_owner(running_node: Node) -> None:
    only = await add_user(running_node)
    for verb in (accounts.disable, lambda s, u: accounts.change_role(s, u, Role.ADMIN)):
        with pytest.raises(LastOwner):
            async with running_node.database.transaction() as session:
                await verb(session, only)
    await add_user(running_node, "bob@example.org", Role.OWNER, "Bob")
    async with running_node.database.transaction() as session:
        await accounts.disable(session, only)


async def test_users_are_for_administrators(running_node: Node, browse: Browse) -> None:
    await add_user(running_node)
    await add_user(running_node, "bob@example.org", Role.OPERATOR, "Bob")
    ada, bob = browse(), browse()
    await log_in(ada)
    await log_in(bob, "bob@example.org")
    listed = (await ada.get("/users")).json()["items"]
    assert [(u["email"], u["role"], u["disabled_at"]) for u in listed] == [
        ("bob@example.org", "operator", None),
        ("ada@example.org", "owner", None),
    ]
    assert "password" not in str(listed)
    refused = await bob.get("/users")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


async def test_an_address_is_one_account_in_any_case(running_node: Node) -> None:
    async with running_node.database.transaction() as session:
        made = await accounts.create_user(session, " Bob@Example.org", "Bob", Role.RUNNER, PASSWORD)
    assert (made.email, made.role) == ("bob@example.org", "runner")
    with pytest.raises(accounts.EmailTaken):
        async with running_node.database.transaction() as session:
            await accounts.create_user(session, "BOB@EXAMPLE.ORG", "Bob", Role.RUNNER, PASSWORD)
    async with running_node.database.transaction() as session:
        assert (await accounts.find_user(session, "bob@EXAMPLE.org")) is not None
    [fact] = await events_of(running_node, "account.created")
    assert (fact.subject_id, fact.text) == (made.id, "Bob joined as runner")


WRITES = [
    ("DELETE", "/sessions/current"),
    ("DELETE", "/sessions/ses_0"),
    ("POST", "/tokens"),
    ("DELETE", "/tokens/tok_0"),
]


FOREIGN: list[dict[str, str]] = [
    {},
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:9000"},
    {"Origin": "https://127.0.0.1:8000"},
    {"Origin": "http://127.0.0.1:8000.evil.example"},
    {"Origin": "http://evil@127.0.0.1:8000"},
    {"Sec-Fetch-Site": "cross-site", "Origin": BASE},
    {"Sec-Fetch-Site": "same-site", "Origin": BASE},
    {"Sec-Fetch-Site": "none"},
]
OWN: list[dict[str, str]] = [{"Sec-Fetch-Site": "same-origin"}, {"Origin": BASE}, {"Origin": BASE.upper()}]


@pytest.mark.security("S3")
async def test_only_our_own_pages_may_use_the_cookie_to_write(running_node: Node, browse: Browse) -> None:
    await add_user(running_node)
    client = browse()
    await log_in(client)
    for method, path in WRITES:
        for headers in FOREIGN:
            refused = await client.request(method, path, headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (403, "csrf"), (method, path, headers)
            assert (await client.get("/sessions/current", headers=headers)).status_code == 200
    for method, path in WRITES:
        for headers in OWN:
            await log_in(client)
            answer = await client.request(method, path, headers=headers)
            assert answer.status_code in (204, 404, 422), (method, path, headers)


@pytest.mark.security("S3")
async def test_a_token_may_write_from_anywhere(running_node: Node, browse: Browse) -> None:
    _, raw = await add_token(running_node, await add_user(running_node))
    client = browse(headers=bearer(raw))
    for method, path in WRITES:
        for headers in FOREIGN:
            answer = await client.request(method, path, headers=headers)
            assert answer.status_code in (404, 409, 422), (method, path, headers)
