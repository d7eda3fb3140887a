"""Logging in at an honest provider: a certified one, over real HTTP, through its own pages."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from people import SAME_ORIGIN, Browse, add_user, log_in, run_sql
from providers import BASE, SECRET, honest_provider, visit
from racing import STRONG, in_the_middle, reset

from app.kernel.node import Node
from app.kernel.principal import Role
from app.kernel.settings import Settings
from tests.conftest import settings_for


@pytest.fixture
async def issuer() -> AsyncIterator[str]:
    async with honest_provider(f"{BASE}/login/university") as running:
        yield running


@pytest.fixture
def provider() -> dict[str, Any]:
    """What the settings say about the provider beside its address; a test's parameter replaces it."""
    return {}


@pytest.fixture
def settings(tmp_path: Path, issuer: str, provider: dict[str, Any]) -> Settings:
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    university = {
        "issuer": issuer,
        "client_id": "stormbell",
        "client_secret_file": str(tmp_path / "secret"),
        **provider,
    }
    return settings_for(tmp_path / "data", **{"accounts.oidc": {"university": university}})


async def go_through(
    client: httpx.AsyncClient, person: str, where: str = "logins", next_path: str = "/"
) -> httpx.Response:
    """Begin, visit the provider, come back."""
    begun = await client.post(f"/{where}", json={"method": "university", "next": next_path}, headers=SAME_ORIGIN)
    assert begun.status_code == 201, begun.text
    query = await visit(begun.json()["url"], person)
    assert query.pop("state") == begun.json()["state"]
    body = {"method": "university", "state": begun.json()["state"], "answer": query}
    return await client.post(f"/{where}/finish", json=body, headers=SAME_ORIGIN)


@pytest.mark.covers("W6")
@pytest.mark.security("S15")
@pytest.mark.parametrize("provider", [{"sign_up": True, "role": "runner", "email_domains": ["Example.org"]}], ids=[""])
async def test_whom_the_provider_vouches_for_gets_an_account(running_node: Node, browse: Browse) -> None:
    client = browse()
    done = await go_through(client, "grace", next_path="/incidents?state=active")
    assert done.status_code == 201, done.text
    view = done.json()
    assert (view["user"]["email"], view["user"]["name"], view["role"]) == (
        "grace@example.org",
        "Grace Hopper",
        "runner",
    )
    assert view["next"] == "/incidents?state=active"
    assert (await client.get("/sessions/current")).json()["user"] == view["user"]
    assert [s["method"] for s in (await client.get("/sessions")).json()["items"]] == ["university"]
    # Once more, elsewhere: the same person, not another account.
    again = await go_through(browse("10.0.0.9"), "grace")
    assert again.json()["user"]["id"] == view["user"]["id"]
    assert await run_sql(running_node, "SELECT count(*) FROM linked_identities") == [(1,)]
    assert (await log_in(browse(), "grace@example.org", "")).status_code == 401
    # It is the only way in, so it cannot be removed.
    [identity] = (await client.get("/identities")).json()["items"]
    assert (identity["sort"], identity["name"]) == ("provider", "grace@example.org")
    removed = await client.delete(f"/identities/{identity['id']}", headers=SAME_ORIGIN)
    assert (removed.status_code, removed.json()["code"]) == (409, "last_identity")


@pytest.mark.security("S15")
async def test_nobody_signs_up_unless_settings_say_so(running_node: Node, browse: Browse) -> None:
    refused = await go_through(browse(), "grace")
    assert (refused.status_code, refused.json()["code"]) == (403, "identity_unknown")
    assert await run_sql(running_node, "SELECT 1 FROM users") == []
    assert await run_sql(running_node, "SELECT method, outcome FROM login_history") == [("university", "refused")]


@pytest.mark.parametrize(
    ("person", "provider"),
    [
        ("grace", {"sign_up": True, "email_domains": ["example.com"]}),
        ("mallory", {"sign_up": True, "email_domains": ["example.org"]}),
    ],
    ids=["another domain", "unverified"],
)
async def test_only_verified_addresses_of_the_domains_come_in(person: str, running_node: Node, browse: Browse) -> None:
    assert (await go_through(browse(), person)).json()["code"] == "identity_unknown"
    assert await run_sql(running_node, "SELECT 1 FROM users") == []


@pytest.mark.security("S15")
@pytest.mark.parametrize("provider", [{"sign_up": True, "link_by_email": True}], ids=[""])
async def test_an_address_alone_opens_no_account(running_node: Node, browse: Browse) -> None:
    """Neither an unverified address there (Mallory's) nor one we have not verified here (whoever made the account)."""
    await add_user(running_node)
    for person in ("mallory", "ada"):
        assert (await go_through(browse(), person)).json()["code"] == "identity_unknown"
    await run_sql(running_node, "UPDATE users SET verified_email = email")
    assert (await go_through(browse(), "mallory")).json()["code"] == "identity_unknown"
    assert (await go_through(browse(), "ada")).json()["user"]["email"] == "ada@example.org"


async def test_a_provider_that_is_refused_is_in_the_history_of_whose_account_it_is(
    running_node: Node, browse: Browse
) -> None:
    ada = await add_user(running_node)
    client = browse()
    await log_in(client)
    assert (await go_through(browse("10.0.0.8"), "ada")).json()["code"] == "identity_unknown"  # not linked yet
    assert (await go_through(client, "ada", "identities")).status_code == 201
    await run_sql(running_node, "UPDATE users SET disabled_at = now()")
    assert (await go_through(browse("10.0.0.9"), "ada")).json()["code"] == "account_disabled"
    rows = await run_sql(
        running_node, "SELECT user_id, method, ip FROM login_history WHERE outcome = 'refused' ORDER BY id"
    )
    assert rows == [(ada, "university", "10.0.0.8"), (ada, "university", "10.0.0.9")]
    written = await run_sql(
        running_node,
        "SELECT object_id, data->>'code' FROM audit_events WHERE action = 'account.login_failed' ORDER BY number",
    )
    assert written == [(ada, "identity_unknown"), (ada, "account_disabled")]


@pytest.mark.security("S15", "S28")
async def test_an_account_at_the_provider_that_is_taken_away_meanwhile_lets_nobody_in(
    running_node: Node, browse: Browse
) -> None:
    """Neither who logs in with it nor who adds another: the provider has vouched, and then the password is reset."""
    ada = await add_user(running_node)
    thief = browse()
    await log_in(thief)
    assert (await go_through(thief, "grace", "identities")).status_code == 201
    async with in_the_middle(running_node, ada, reset(ada)):
        entering = asyncio.create_task(go_through(browse("10.0.0.9"), "grace"))
    refused = await entering
    assert (refused.status_code, refused.json()["code"]) == (403, "identity_unknown")
    assert await run_sql(running_node, "SELECT 1 FROM sessions UNION ALL SELECT 1 FROM linked_identities") == []
    await log_in(thief, password=STRONG)
    async with in_the_middle(running_node, ada, reset(ada)):
        adding = asyncio.create_task(go_through(thief, "grace", "identities"))
    assert (await adding).status_code == 401
    assert await run_sql(running_node, "SELECT 1 FROM linked_identities") == []


async def test_linking_while_logged_in(running_node: Node, browse: Browse) -> None:
    ada = await add_user(running_node)
    await add_user(running_node, "eve@example.org", Role.VIEWER, "Eve")
    client, eve = browse(), browse()
    await log_in(client)
    linked = await go_through(client, "grace", "identities")  # another address there: it is she who says it is hers
    assert linked.status_code == 201, linked.text
    assert linked.json()["has_password"]
    [identity] = linked.json()["items"]
    assert (await go_through(browse(), "grace")).json()["user"]["id"] == ada
    await log_in(eve, "eve@example.org")
    taken = await go_through(eve, "grace", "identities")
    assert (taken.status_code, taken.json()["code"]) == (409, "identity_taken")
    others = await eve.delete(f"/identities/{identity['id']}", headers=SAME_ORIGIN)
    assert (others.status_code, others.json()["code"]) == (404, "identity_not_found")
    assert (await client.delete(f"/identities/{identity['id']}", headers=SAME_ORIGIN)).status_code == 204
    assert (await go_through(browse(), "grace")).json()["code"] == "identity_unknown"


@pytest.mark.parametrize("provider", [{"sign_up": True}], ids=[""])
async def test_a_disabled_account_stays_shut(running_node: Node, browse: Browse) -> None:
    await go_through(browse(), "grace")
    await run_sql(running_node, "UPDATE users SET disabled_at = now()")
    refused = await go_through(browse(), "grace")
    assert (refused.status_code, refused.json()["code"]) == (403, "account_disabled")


@pytest.mark.security("S15")
async def test_what_the_provider_is_asked(issuer: str, running_node: Node, browse: Browse) -> None:
    client = browse()
    listed = (await client.get("/login-methods")).json()
    assert [(m["name"], m["kind"]) for m in listed["items"]][:1] == [("password", "form")]
    assert {"name": "university", "title": "university", "kind": "redirect"} in listed["items"]
    assert listed["password"] == {"shortest": 8, "advised": 15, "longest": 256}
    begun = await client.post("/logins", json={"method": "university"}, headers=SAME_ORIGIN)
    url = begun.json()["url"]
    assert url.startswith(f"{issuer}/auth?")
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert query["redirect_uri"] == f"{BASE}/login/university"
    assert (query["response_type"], query["code_challenge_method"]) == ("code", "S256")
    assert query["scope"] == "openid email profile"
    assert {len(query[name]) for name in ("state", "nonce", "code_challenge")} == {43}
    assert len({query[name] for name in ("state", "nonce", "code_challenge")}) == 3
    cookie = begun.headers["set-cookie"]
    assert re.fullmatch(
        r"stormbell_login=\w{43}; HttpOnly; Max-Age=600; Path=/; SameSite=strict", cookie, re.IGNORECASE
    )
    # The database alone is no use to anybody: neither state nor nonce nor verifier is in it.
    [row] = await run_sql(running_node, "SELECT login_flows::text FROM login_flows")
    assert not any(query[name] in row[0] for name in ("state", "nonce"))
