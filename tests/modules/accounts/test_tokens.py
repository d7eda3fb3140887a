"""API tokens: what they may do, and how they stop."""

import asyncio
import base64
import re
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI, Request
from people import (
    PASSWORD,
    SAME_ORIGIN,
    Browse,
    Statements,
    add_token,
    add_user,
    app_of,
    bearer,
    events_of,
    log_in,
    run_sql,
)
from racing import just_before
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.clock import Clock
from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.modules import accounts
from app.modules.accounts.credentials import digest, new_token
from app.modules.accounts.tokens import issue_token


async def test_a_token_is_shown_once_and_works(running_node: Node, browse: Browse) -> None:
    user_id = await add_user(running_node)
    client = browse()
    await log_in(client)
    made = await client.post("/tokens", json={"name": " nightly export "}, headers=SAME_ORIGIN)
    assert made.status_code == 201
    raw = made.json()["token"]
    assert re.fullmatch("sb_[0-9A-Za-z]{43}", raw)
    assert made.json()["prefix"] == raw[:9]
    assert (made.json()["name"], made.json()["scopes"], made.json()["expires_at"]) == ("nightly export", ["*"], None)
    [listed] = (await client.get("/tokens")).json()["items"]
    assert "token" not in listed
    assert raw not in str(listed)
    who = (await browse().get("/sessions/current", headers=bearer(raw))).json()
    assert (who["user"]["id"], who["role"], who["expires_at"]) == (user_id, "owner", None)
    [fact] = await events_of(running_node, "token.created")
    assert (fact.subject_id, fact.data) == (listed["id"], {"name": "nightly export", "scopes": ["*"]})


async def test_scopes_narrow_the_role(running_node: Node, browse: Browse) -> None:
    viewer = await add_user(running_node, "vera@example.org", Role.VIEWER, "Vera")
    _, narrow = await add_token(running_node, viewer, "token_list")
    _, wide = await add_token(running_node, viewer, "*", "user_list")
    client = browse()
    assert (await client.get("/tokens", headers=bearer(narrow))).status_code == 200
    refused = await client.get("/sessions", headers=bearer(narrow))
    assert (refused.status_code, refused.json()["detail"]) == (403, "This API token's scopes do not have session_list")
    assert (await client.get("/sessions", headers=bearer(wide))).status_code == 200
    refused = await client.get("/users", headers=bearer(wide))
    assert (refused.status_code, refused.json()["detail"]) == (403, "user_list needs admin; you are viewer")


async def test_a_misspelt_scope_is_said(running_node: Node, browse: Browse) -> None:
    await add_user(running_node)
    client = browse()
    await log_in(client)
    body = {"name": "x", "scopes": ["user_list", "token_lits"]}
    refused = await client.post("/tokens", json=body, headers=SAME_ORIGIN)
    assert (refused.status_code, refused.json()["code"]) == (422, "scope_invalid")
    assert refused.json()["detail"] == "'token_lits' is not an operationId; did you mean token_list?"
    assert refused.json()["errors"][0]["pointer"] == "/body/scopes/1"
    body = {"name": "x", "scopes": ["storage:archive:/reports:read"]}
    refused = await client.post("/tokens", json=body, headers=SAME_ORIGIN)
    assert (refused.status_code, refused.json()["code"]) == (422, "scope_invalid")
    assert "write storage:<its id>:/<directory>:read" in refused.json()["detail"]


async def test_a_token_makes_only_narrower_tokens(running_node: Node, browse: Browse) -> None:
    user_id = await add_user(running_node)
    _, raw = await add_token(running_node, user_id, "token_create", "token_list")
    client = browse(headers=bearer(raw))
    for scopes in (["*"], ["user_list"], ["token_list", "user_list"]):
        refused = await client.post("/tokens", json={"name": "more", "scopes": scopes})
        assert (refused.status_code, refused.json()["code"]) == (422, "scope_invalid")
    inherited = await client.post("/tokens", json={"name": "as much"})
    assert inherited.json()["scopes"] == ["token_create", "token_list"]


async def heirs_of(browse: Browse, raw: str, count: int = 3) -> list[tuple[str, str]]:
    """Make a token with a token, another with that, and so on; return ids and secrets."""
    made: list[tuple[str, str]] = []
    for number in range(count):
        answer = await browse(headers=bearer(made[-1][1] if made else raw)).post("/tokens", json={"name": f"{number}"})
        assert answer.status_code == 201, answer.text
        made.append((answer.json()["id"], answer.json()["token"]))
    return made


@pytest.mark.security("S17")
async def test_what_a_revoked_token_made_is_revoked_with_it(running_node: Node, browse: Browse) -> None:
    user_id = await add_user(running_node)
    stolen_id, stolen = await add_token(running_node, user_id)
    _, other = await add_token(running_node, user_id)
    (child_id, child), (middle_id, _), (leaf_id, leaf) = await heirs_of(browse, stolen)
    [(apart_id, apart)] = await heirs_of(browse, other, 1)
    owner = browse(headers=bearer(other))
    assert (await owner.delete(f"/tokens/{middle_id}")).status_code == 204
    statuses = [(await browse(headers=bearer(raw)).get("/tokens")).status_code for raw in (stolen, child, leaf)]
    assert statuses == [200, 200, 401]
    assert (await owner.delete(f"/tokens/{stolen_id}")).status_code == 204
    statuses = [(await browse(headers=bearer(raw)).get("/tokens")).status_code for raw in (stolen, child, leaf)]
    assert statuses == [401, 401, 401]
    told = [fact.subject_id for fact in await events_of(running_node, "token.revoked")]
    assert (set(told[:2]), set(told[2:])) == ({middle_id, leaf_id}, {stolen_id, child_id})
    assert (await browse(headers=bearer(apart)).get("/tokens")).status_code == 200
    assert (await owner.delete(f"/tokens/{leaf_id}")).status_code == 404
    assert apart_id in [one["id"] for one in (await owner.get("/tokens")).json()["items"]]


@pytest.mark.security("S28")
async def test_a_token_that_is_being_revoked_makes_none(running_node: Node, browse: Browse) -> None:
    user_id = await add_user(running_node)
    token_id, raw = await add_token(running_node, user_id)
    client = browse(headers=bearer(raw))
    assert (await client.get("/tokens")).status_code == 200
    async with just_before(running_node, lambda session: accounts.revoke_token(session, user_id, token_id)):
        making = asyncio.create_task(client.post("/tokens", json={"name": "outlives"}))
    assert (await making).status_code == 401
    assert await run_sql(running_node, "SELECT 1 FROM tokens WHERE revoked_at IS NULL") == []


@pytest.mark.security("S28")
async def test_a_token_that_is_just_being_made_is_revoked_with_its_parent(running_node: Node, browse: Browse) -> None:
    user_id = await add_user(running_node)
    token_id, _ = await add_token(running_node, user_id)
    _, other = await add_token(running_node, user_id)
    thief = Principal(user_id, "Ada", Role.OWNER, token_id=token_id)

    async def make(session: AsyncSession) -> None:
        await issue_token(session, thief, (), name="outlives", scopes=None, expires_at=None)

    async with just_before(running_node, make):
        revoking = asyncio.create_task(browse(headers=bearer(other)).delete(f"/tokens/{token_id}"))
    assert (await revoking).status_code == 204
    assert await run_sql(running_node, "SELECT prefix FROM tokens WHERE revoked_at IS NULL") == [(other[:9],)]


async def test_a_token_makes_none_that_outlives_it(running_node: Node, browse: Browse) -> None:
    user_id = await add_user(running_node)
    end = datetime.now(UTC) + timedelta(hours=1)
    async with running_node.database.transaction() as session:
        _, raw = await accounts.create_token(session, user_id, "hour", ["*"], end)
    client = browse(headers=bearer(raw))
    for expires_at in (None, (end + timedelta(seconds=1)).isoformat()):
        refused = await client.post("/tokens", json={"name": "longer", "expires_at": expires_at})
        assert (refused.status_code, refused.json()["code"]) == (422, "expiry_invalid")
    made = await client.post("/tokens", json={"name": "as long", "expires_at": end.isoformat()})
    assert made.status_code == 201


async def test_an_expiry_is_a_time_to_come_with_a_zone(running_node: Node, browse: Browse) -> None:
    _, raw = await add_token(running_node, await add_user(running_node))
    for when in ("2020-01-01T00:00:00Z", "2999-01-01T00:00:00", "soon"):
        refused = await browse().post("/tokens", json={"name": "x", "expires_at": when}, headers=bearer(raw))
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["pointer"] == "/body/expires_at"


async def test_an_expired_token_is_nobody_and_is_told_no_more_than_an_unknown_one(
    running_node: Node, browse: Browse
) -> None:
    user_id = await add_user(running_node)
    _, raw = await add_token(running_node, user_id)
    await run_sql(running_node, "UPDATE tokens SET expires_at = now()")
    expired, unknown = [await browse().get("/tokens", headers=bearer(one)) for one in (raw, f"sb_{'0' * 43}")]
    assert (expired.status_code, expired.json()["code"]) == (401, "unauthenticated")
    assert "expired" in expired.json()["detail"]
    told = [{**answer.json(), "request_id": ""} for answer in (expired, unknown)]
    assert told[0] == told[1]
    assert "Log in" in (await browse().get("/tokens")).json()["detail"]


@pytest.mark.security("S17")
async def test_revoking_works_at_once_although_it_was_remembered(running_node: Node, browse: Browse) -> None:
    user_id = await add_user(running_node)
    token_id, raw = await add_token(running_node, user_id)
    client = browse(headers=bearer(raw))
    for _ in range(3):
        assert (await client.get("/tokens")).status_code == 200
    assert (await client.delete(f"/tokens/{token_id}")).status_code == 204
    assert (await client.get("/tokens")).status_code == 401
    assert [f.subject_id for f in await events_of(running_node, "token.revoked")] == [token_id]
    _, other = await add_token(running_node, user_id)
    gone = await browse(headers=bearer(other)).delete(f"/tokens/{token_id}")
    assert (gone.status_code, gone.json()["code"]) == (404, "token_not_found")


async def test_others_tokens_are_not_there(running_node: Node, browse: Browse) -> None:
    ada = await add_user(running_node)
    eve = await add_user(running_node, "eve@example.org", Role.ADMIN, "Eve")
    token_id, raw = await add_token(running_node, ada)
    _, eves = await add_token(running_node, eve)
    assert (await browse(headers=bearer(eves)).delete(f"/tokens/{token_id}")).status_code == 404
    assert (await browse(headers=bearer(raw)).get("/tokens")).status_code == 200
    assert len((await browse(headers=bearer(eves)).get("/tokens")).json()["items"]) == 1


async def test_a_wrong_bearer_is_nobody_whatever_else_is_sent(running_node: Node, browse: Browse) -> None:
    await add_user(running_node)
    client = browse()
    await log_in(client)
    zeros = "sb_" + "0" * 43
    for wrong in ("Bearer", "Bearer ", "Bearer sb_", "Basic YTpi", zeros, f"Bearer {zeros}", "Bearer \xe9\xff"):
        headers = {"Authorization": wrong.encode("latin-1")}
        assert (await client.get("/tokens", headers=headers)).status_code == 401
    assert (await client.get("/tokens")).status_code == 200


async def test_logging_out_with_a_token_says_what_to_do(running_node: Node, browse: Browse) -> None:
    _, raw = await add_token(running_node, await add_user(running_node))
    refused = await browse().delete("/sessions/current", headers=bearer(raw))
    assert (refused.status_code, refused.json()["code"]) == (409, "not_a_session")


async def test_a_request_costs_no_query_when_its_caller_was_here_lately(
    running_node: Node, browse: Browse, statements: Statements
) -> None:
    user_id = await add_user(running_node)
    _, raw = await add_token(running_node, user_id, "token_list")
    client = browse(headers=bearer(raw))
    assert (await client.get("/sessions")).status_code == 403
    statements.clear()
    for _ in range(5):
        assert (await client.get("/sessions")).status_code == 403  # refused by scope: no route, no query of its own
    assert statements.sent == []


async def test_strangers_cost_no_query_and_no_write(running_node: Node, browse: Browse, statements: Statements) -> None:
    client = browse()
    statements.clear()
    for headers in ({}, bearer("sb_nonsense"), {"Cookie": "stormbell_session=nonsense"}):
        answer = await client.post("/tokens", json={"name": "x"}, headers={**headers, "Idempotency-Key": "k"})
        assert answer.status_code == 401
    assert statements.sent == []


class SlowClock(Clock):
    """The monotonic clock stands until it is moved."""

    seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds


async def test_nothing_is_remembered_longer_than_five_seconds(
    running_node: Node, browse: Browse, statements: Statements
) -> None:
    from app.modules.accounts.authentication import Authentication

    clock = SlowClock()
    running_node.clock = clock
    running_node.authenticate = Authentication(running_node)
    token_id, raw = await add_token(running_node, await add_user(running_node))
    client = browse(headers=bearer(raw))
    assert (await client.get("/tokens")).status_code == 200
    # As a node does that lost the hint: nothing tells it.
    await run_sql(running_node, "UPDATE tokens SET revoked_at = now() WHERE id = :id", id=token_id)
    clock.seconds += 4.9
    assert (await client.get("/tokens")).status_code == 200
    clock.seconds += 0.1
    assert (await client.get("/tokens")).status_code == 401


@pytest.mark.security("S28")
async def test_an_answer_older_than_a_revocation_is_not_remembered(running_node: Node) -> None:
    """A look-up that read the token before it was revoked, and came back after, may not undo the forgetting."""
    user_id = await add_user(running_node)
    token_id, raw = await add_token(running_node, user_id)
    authentication = running_node.authenticate
    query = authentication._query  # type: ignore[attr-defined]

    async def late_query(sha256: bytes, *, by_cookie: bool) -> object:
        authentication._query = query  # type: ignore[attr-defined]
        row = await query(sha256, by_cookie=by_cookie)
        async with running_node.database.transaction() as session:
            await accounts.revoke_token(session, user_id, token_id)
        return row

    authentication._query = late_query  # type: ignore[attr-defined]
    request = Request({"type": "http", "method": "GET", "headers": [(b"authorization", f"Bearer {raw}".encode())]})
    late = await authentication(request)
    assert late is not None
    assert late.token_id == token_id
    assert await authentication(request) is None


async def test_another_node_forgets_too(running_node: Node, browse: Browse, database_url: str) -> None:
    token_id, raw = await add_token(running_node, await add_user(running_node))
    other = Node(running_node.settings, running_node.modules, database_url)
    await other.start()
    try:
        heard = asyncio.Event()
        other.bus.on("accounts", heard.set)
        await asyncio.wait_for(heard.wait(), 10)  # its listener wakes everybody once, when it stands
        heard.clear()
        import httpx

        transport = httpx.ASGITransport(app=app_of(other))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1:8000/api/v1", headers=bearer(raw)
        ) as there:
            assert (await there.get("/tokens")).status_code == 200
            assert (await browse(headers=bearer(raw)).delete(f"/tokens/{token_id}")).status_code == 204
            await asyncio.wait_for(heard.wait(), 1)
            assert (await there.get("/tokens")).status_code == 401
    finally:
        await other.stop()


@pytest.mark.security("S17")
async def test_the_database_holds_no_secret(running_node: Node, browse: Browse, app: FastAPI) -> None:
    link = await accounts.setup_link(running_node)
    assert link is not None
    setup_token = link.partition("token=")[2]
    client = browse(headers={"Idempotency-Key": "one"})
    body = {"token": setup_token, "email": "ada@example.org", "name": "Ada", "password": PASSWORD}
    assert (await client.post("/setup", json=body, headers=SAME_ORIGIN)).status_code == 201
    session_secret = client.cookies["stormbell_session"]
    made = await client.post("/tokens", json={"name": "x"}, headers={**SAME_ORIGIN, "Idempotency-Key": "two"})
    token = made.json()["token"]
    await log_in(browse(), password="a wrong password")
    dump = await dump_of(running_node)
    assert "ada@example.org" in dump
    assert digest(token).hex() in dump
    for secret in (setup_token, session_secret, token, PASSWORD, "a wrong password"):
        for form in (secret, secret.encode().hex(), base64.b64encode(secret.encode()).decode()):
            assert form not in dump


async def dump_of(node: Node) -> str:
    tables = await run_sql(
        node, "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    rows = [await run_sql(node, f'SELECT t::text FROM "{table}" t') for (table,) in tables]
    return "\n".join(str(row) for table in rows for row in table)


@pytest.mark.security("S17")
def test_tokens_are_256_random_bits() -> None:
    tokens = {new_token() for _ in range(2000)}
    assert len(tokens) == 2000
    assert {len(token) for token in tokens} == {46}
    # Every place takes nearly every character: no bits are fixed. The first digit of 43 goes up to 62**43/2**256.
    for place in range(4, 46):
        assert len({token[place] for token in tokens}) == 62
