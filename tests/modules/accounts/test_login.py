"""Logging in with a password, and guessing one."""

import asyncio
import time

import pytest
from fastapi import FastAPI
from people import PASSWORD, SAME_ORIGIN, Browse, add_user, app_of, events_of, log_in, run_sql

from app.kernel.node import Node
from app.kernel.principal import Role
from app.kernel.settings import Settings
from app.modules import accounts
from app.modules.accounts import throttle


@pytest.mark.covers("V2")
async def test_the_right_password_opens_a_session(running_node: Node, browse: Browse) -> None:
    user_id = await add_user(running_node)
    client = browse(headers={"User-Agent": "Lynx"})
    answer = await log_in(client, "  ADA@example.ORG ")
    assert answer.status_code == 201
    view = answer.json()
    assert view["user"] == {"id": user_id, "email": "ada@example.org", "name": "Ada", "role": "owner"}
    assert (view["role"], view["scopes"]) == ("owner", ["*"])
    assert view["expires_at"].endswith("Z")
    assert (await client.get("/sessions/current")).json() == view
    [listed] = (await client.get("/sessions")).json()["items"]
    assert (listed["user_agent"], listed["ip"], listed["current"]) == ("Lynx", "127.0.0.1", True)
    [fact] = await events_of(running_node, "account.logged_in")
    assert (fact.subject_id, fact.text) == (user_id, "Ada logged in from 127.0.0.1")
    query = (
        "SELECT actor_id, actor_name, object_id LIKE 'ses\\_%', changes FROM audit_events"
        " WHERE action = 'session_create'"
    )
    [(actor, actor_name, is_session, changes)] = await run_sql(running_node, query)
    assert (actor, actor_name, is_session) == (user_id, "Ada", True)
    assert [change["table"] for change in changes] == ["sessions", "login_history"]


async def test_cookie_over_plain_http(running_node: Node, browse: Browse) -> None:
    await add_user(running_node)
    cookie = (await log_in(browse())).headers["set-cookie"]
    name, *attributes = cookie.split("; ")
    assert name.startswith("stormbell_session=")
    assert len(name) == len("stormbell_session=") + 43
    assert {a.lower() for a in attributes} == {"httponly", "path=/", "samesite=lax", "max-age=2592000"}


@pytest.mark.security("S19")
async def test_cookie_over_tls(running_node: Node, browse: Browse) -> None:
    await add_user(running_node)
    client = browse(base="https://localhost")
    cookie = (await log_in(client)).headers["set-cookie"]
    name, *attributes = cookie.split("; ")
    assert name.startswith("__Host-stormbell_session=")
    assert {a.lower() for a in attributes} == {"httponly", "path=/", "samesite=lax", "max-age=2592000", "secure"}
    assert (await client.get("/sessions/current")).status_code == 200
    ended = await client.delete("/sessions/current", headers={"Origin": "https://localhost"})
    assert ended.headers["set-cookie"].startswith('__Host-stormbell_session=""')
    # The unprefixed name, which a subdomain could set, does not count where there is TLS.
    secret = name.partition("=")[2]
    plain = await browse(base="https://localhost").get(
        "/sessions/current", headers={"Cookie": f"stormbell_session={secret}"}
    )
    assert plain.status_code == 401


@pytest.mark.covers("V2")
@pytest.mark.security("S18")
async def test_every_failure_looks_the_same(running_node: Node, browse: Browse) -> None:
    await add_user(running_node)
    gone = await add_user(running_node, "gone@example.org", Role.VIEWER)
    async with running_node.database.transaction() as session:
        await accounts.disable(session, gone)
    for email, password in [
        ("ada@example.org", "wrong password"),
        ("nobody@example.org", PASSWORD),
        ("gone@example.org", PASSWORD),
        ("not an address", PASSWORD),
        ("ada@example.org\u0000", PASSWORD),
        ("ada@example.org", ""),
    ]:
        failed = await log_in(browse(), email, password)
        assert failed.status_code == 401
        assert "set-cookie" not in failed.headers
        assert failed.json() | {"request_id": ""} == {
            "type": "/docs/problems#credentials_invalid",
            "title": "Email or password is wrong",
            "status": 401,
            "detail": "Check both; after several failures the next attempt has to wait",
            "code": "credentials_invalid",
            "request_id": "",
        }


@pytest.mark.security("S18")
async def test_unknown_accounts_take_as_long_as_known_ones(running_node: Node, browse: Browse) -> None:
    await add_user(running_node)

    async def seconds(email: str, ip: str) -> float:
        began = time.process_time()  # what this process worked, whatever else the machine does
        assert (await log_in(browse(ip), email, "wrong password")).status_code == 401
        return time.process_time() - began

    known, unknown = [], []
    for turn in range(8):
        known.append(await seconds("ada@example.org", f"10.0.0.{turn}"))
        unknown.append(await seconds(f"nobody{turn}@example.org", f"10.0.1.{turn}"))
    # The quickest of each is the least disturbed by what else the machine does. Without the hash nobody has, unknown
    # accounts take a tenth.
    assert 0.6 < min(unknown) / min(known) < 1.7


@pytest.mark.security("S18")
async def test_a_hundred_guesses_are_throttled(running_node: Node, browse: Browse) -> None:
    await add_user(running_node)
    answers = await asyncio.gather(*[log_in(browse(), password=f"guess number {n}") for n in range(100)])
    throttled = [answer for answer in answers if answer.status_code == 429]
    looked_at = [answer for answer in answers if answer.status_code == 401]
    # Where the hundred take long, the first waits of 1 and 2 s end meanwhile.
    assert throttle.PAIR.free <= len(looked_at) <= throttle.PAIR.free + 4
    assert len(looked_at) + len(throttled) == 100
    for answer in throttled:
        assert answer.json()["code"] == "login_throttled"
        assert 1 <= answer.json()["retry_after"] == int(answer.headers["retry-after"]) <= 16
    await run_sql(
        running_node,
        "UPDATE login_throttles SET blocked_until = now() + interval '1 min' WHERE blocked_until IS NOT NULL",
    )
    # Also for the right password, or a guesser would learn it.
    assert (await log_in(browse())).status_code == 429
    # Not for the same person elsewhere, or guessing would lock people out.
    assert (await log_in(browse("10.9.9.9"))).status_code == 201


async def test_the_wait_doubles_up_to_a_quarter_of_an_hour(running_node: Node) -> None:
    waits = []
    for _ in range(throttle.PAIR.free + 14):
        async with running_node.database.transaction() as session:
            await throttle.count_attempt(session, "ada@example.org", "10.0.0.1")
        [(wait,)] = await run_sql(
            running_node,
            "SELECT max(extract(epoch FROM blocked_until - last_at)) FROM login_throttles WHERE attempts > 0",
        )
        waits.append(int(wait or 0))
        await run_sql(running_node, "UPDATE login_throttles SET blocked_until = now() - interval '1 s'")
    doubling = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900, 900]
    assert waits == [0] * (throttle.PAIR.free - 1) + doubling
    await run_sql(running_node, "UPDATE login_throttles SET last_at = now() - interval '2 hours'")
    async with running_node.database.transaction() as session:
        await throttle.count_attempt(session, "ada@example.org", "10.0.0.1")
    assert {
        tuple(row) for row in await run_sql(running_node, "SELECT attempts, blocked_until FROM login_throttles")
    } == {(1, None)}


async def test_one_address_may_not_try_many_accounts(running_node: Node) -> None:
    async def tries(count: int, ip: str) -> int:
        for number in range(count):
            try:
                async with running_node.database.transaction() as session:
                    await throttle.count_attempt(session, f"user{number}@example.org", ip.format(number))
            except throttle.LoginThrottled:
                return number
        return count

    assert await tries(200, "10.0.0.1") == throttle.ADDRESS.free
    # A whole IPv6 /64 is one customer's.
    assert await tries(200, "2001:db8::{:x}") == throttle.ADDRESS.free


async def test_many_addresses_may_not_try_one_account(running_node: Node) -> None:
    for number in range(throttle.ACCOUNT.free):
        async with running_node.database.transaction() as session:
            await throttle.count_attempt(session, "ada@example.org", f"10.0.0.{number}")
    with pytest.raises(throttle.LoginThrottled):
        async with running_node.database.transaction() as session:
            await throttle.count_attempt(session, "ada@example.org", "10.0.1.1")


async def test_a_login_takes_its_own_attempts_back_and_no_others(running_node: Node, browse: Browse) -> None:
    await add_user(running_node)
    for _ in range(throttle.PAIR.free - 1):
        assert (await log_in(browse(), password="wrong password")).status_code == 401
    assert (await log_in(browse(), "eve@example.org", "wrong password")).status_code == 401
    for _ in range(3):
        assert (await log_in(browse())).status_code == 201
    [(address,), (eve_account,), (eve_pair,)] = await run_sql(
        running_node, "SELECT attempts FROM login_throttles ORDER BY attempts DESC"
    )
    assert (address, eve_account, eve_pair) == (throttle.PAIR.free, 1, 1)


@pytest.mark.security("S25")
async def test_failures_are_announced_once_a_minute_and_name_nobody_unknown(running_node: Node, browse: Browse) -> None:
    user_id = await add_user(running_node)
    for password in ("wrong password", "another one"):
        await log_in(browse("10.0.0.1"), password=password)
    await log_in(browse("10.0.0.2"), "my-secret-in-the-wrong-field", "ada@example.org")
    known, unknown = await events_of(running_node, "account.login_failed")
    assert (known.subject_id, known.text) == (user_id, "Login failed for Ada from 10.0.0.1")
    assert (unknown.subject_id, unknown.text) == ("usr_unknown", "Login failed for an unknown account from 10.0.0.2")
    assert unknown.data == {"name": None, "ip": "10.0.0.2"}


@pytest.mark.security("S19")
async def test_a_login_replaces_the_session_the_browser_had(running_node: Node, browse: Browse) -> None:
    await add_user(running_node)
    client = browse()
    first = (await log_in(client)).cookies["stormbell_session"]
    assert (await client.get("/sessions/current")).status_code == 200
    second = (await log_in(client)).cookies["stormbell_session"]
    assert first != second
    replayed = await browse().get("/sessions/current", headers={"Cookie": f"stormbell_session={first}"})
    assert replayed.status_code == 401
    assert len((await client.get("/sessions")).json()["items"]) == 1


@pytest.mark.security("S19")
async def test_a_session_secret_that_somebody_planted_is_not_taken_over(running_node: Node, browse: Browse) -> None:
    await add_user(running_node)
    client = browse(headers={"Cookie": f"stormbell_session={'A' * 43}"})
    assert (await log_in(client)).cookies["stormbell_session"] != "A" * 43


async def test_no_other_site_may_log_a_browser_in(running_node: Node, browse: Browse) -> None:
    await add_user(running_node)
    body = {"email": "ada@example.org", "password": PASSWORD}
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        refused = await browse().post("/sessions", json=body, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
    assert (await browse().post("/sessions", json=body, headers=SAME_ORIGIN)).status_code == 201


async def test_an_idempotency_key_stores_neither_password_nor_answer(running_node: Node, browse: Browse) -> None:
    await add_user(running_node)
    client = browse(headers={"Idempotency-Key": "once"})
    first, second = await log_in(client), await log_in(client)
    assert first.status_code == second.status_code == 201
    assert first.cookies["stormbell_session"] != second.cookies["stormbell_session"]
    assert await run_sql(running_node, "SELECT 1 FROM idempotency_keys") == []


class TestBehindATlsProxy:
    """``server.public_url`` says how people reach us, whatever the connection to us is."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        settings.kernel.server.public_url = "https://storm.example.org"
        return settings

    @pytest.fixture
    def app(self, node: Node) -> FastAPI:
        return app_of(node)

    async def test_cookie_and_origin_follow_the_public_address(self, running_node: Node, browse: Browse) -> None:
        await add_user(running_node)
        client = browse(base="http://storm.example.org")
        assert (await log_in(client)).headers["set-cookie"].startswith("__Host-stormbell_session=")
        secret = client.cookies["__Host-stormbell_session"]
        cookie = {"Cookie": f"__Host-stormbell_session={secret}"}
        for origin, status in [("https://evil.example", 403), ("https://storm.example.org", 204)]:
            ended = await client.delete("/sessions/current", headers={"Origin": origin, **cookie})
            assert ended.status_code == status
        link = await accounts.setup_link(running_node, "http://127.0.0.1:8000")
        assert link is None
