"""A credential is connected by a person in a browser, at a certified provider and at one that counts."""

import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from consenting import BASE, Logged, begun, finish, people, waiting
from fastapi import FastAPI
from lending import ended, lent, made
from sqlalchemy import select
from token_service import TokenService

from app.kernel.alarms import Alarm
from app.kernel.node import Node
from app.kernel.principal import Role
from app.modules.credentials import Bearer, ReauthRequired
from app.modules.credentials.kind import Consent, Held, SecretInvalid
from app.modules.credentials.kind.oauth import Kind, Settings
from tests.modules.accounts.people import add_token, bearer, events_of, run_sql
from tests.modules.accounts.providers import SECRET, honest_provider, visit

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
async def logged(running_node: Node, app: FastAPI) -> AsyncIterator[Logged]:
    """Browsers that people are logged in with."""
    async with people(running_node, app) as function:
        yield function


async def token_of(node: Node, credential_id: str, user: str) -> str:
    secret = await lent(node, credential_id, user)
    assert isinstance(secret, Bearer)
    return secret.token


@pytest.mark.covers("A3")
@pytest.mark.security("S15")
async def test_a_person_connects_a_credential_at_a_certified_provider(running_node: Node, logged: Logged) -> None:
    ada = await logged("ada")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    issuer = f"http://127.0.0.1:{port}"
    settings = {
        "client_id": "stormbell",
        "client_secret": SECRET,
        "client_login": "basic",
        "authorization_url": f"{issuer}/auth?prompt=consent",
        "token_url": f"{issuer}/token",
        "issuer": issuer,
        "scopes": ["openid", "email", "offline_access"],
    }
    shown = await made(ada, "oauth", "university", **settings)
    one, user = shown["id"], shown["owner_id"]
    assert (shown["status"], shown["state_text"]) == ("reauth_required", "Nobody has connected it yet")
    with pytest.raises(ReauthRequired):
        await lent(running_node, one, user)
    async with honest_provider(f"{BASE}{shown['connect_path']}", port=port):
        consent = await begun(ada, one)
        asked = parse_qs(urlsplit(consent["url"]).query)
        assert asked["redirect_uri"] == [consent["redirect_address"]] == [f"{BASE}{shown['connect_path']}"]
        assert asked["code_challenge_method"] == ["S256"]
        assert {len(asked[name][0]) for name in ("state", "nonce", "code_challenge")} == {43}
        assert consent["binding"] is None
        query = await visit(consent["url"], "grace")
        assert query["iss"] == issuer
        done = await finish(ada, consent["service"], query)
        assert done.status_code == 200, done.text
        view = done.json()
        assert (view["status"], view["state_text"]) == ("ready", None)
        assert view["public"]["account"] == "grace"
        first = await token_of(running_node, one, user)
        assert first not in done.text
        # And it goes on by itself: the grant holds a refresh token.
        await run_sql(
            running_node,
            "UPDATE credentials SET public = jsonb_set(public, '{access_expires_at}', to_jsonb(cast(:at AS text)))",
            at=NOW.isoformat(),
        )
        assert await token_of(running_node, one, user) not in (first, "")
    assert await run_sql(running_node, "SELECT 1 FROM login_flows") == []
    said = [event.text for event in await events_of(running_node, "credential.changed")]
    assert said == ["Credential university was created", "Credential university was connected as grace"]
    actions = await run_sql(running_node, "SELECT action FROM audit_events WHERE action LIKE 'consent_%' ORDER BY 1")
    assert [action for (action,) in actions][-1] == "consent_finish"


@pytest.mark.covers("A3")
async def test_who_has_to_log_in_again_connects_it_again(
    running_node: Node, logged: Logged, token_service: TokenService
) -> None:
    ada = await logged("ada")
    one = await waiting(ada, token_service, scopes=["files.read", "files.write"])
    consent = await begun(ada, one)
    asked = dict(parse_qsl(urlsplit(consent["url"]).query))
    assert (asked["scope"], "nonce" in asked) == ("files.read files.write", False)
    token_service.lies = {"scope": "files.read"}
    done = await finish(ada, consent["service"], token_service.consent(consent["url"]))
    assert done.json()["public"]["granted_scopes"] == ["files.read"]
    assert "canary" not in done.text
    user = done.json()["owner_id"]
    assert await token_of(running_node, one, user) == "access-of-consent-canary"
    [(form, _)] = token_service.asked
    assert form.keys() == {"grant_type", "code", "redirect_uri", "code_verifier", "client_id", "client_secret"}
    # The service ends the grant, which is noticed when the token has to be renewed.
    token_service.ended = True
    await run_sql(running_node, "UPDATE credentials SET public = public - 'access_expires_at'")
    with pytest.raises(ReauthRequired):
        await lent(running_node, one, user)
    async with running_node.database.transaction() as session:
        alarm = (await session.scalars(select(Alarm).where(Alarm.cleared_at.is_(None)))).one()
    assert alarm.key == f"credential.reauth:{one}"
    assert "stormbell credentials connect 'one'" in alarm.action
    consent = await begun(ada, one)
    again = await finish(ada, consent["service"], token_service.consent(consent["url"]))
    assert (again.json()["status"], again.json()["state_text"]) == ("ready", None)
    assert await token_of(running_node, one, user) == "access-of-consent-canary"
    async with running_node.database.transaction() as session:
        assert (await session.scalars(select(Alarm).where(Alarm.cleared_at.is_(None)))).all() == []


async def test_a_program_waits_on_its_own_machine(
    running_node: Node, logged: Logged, token_service: TokenService
) -> None:
    ada = await logged("ada")
    one = await waiting(ada, token_service)
    [(user,)] = await run_sql(running_node, "SELECT id FROM users")
    program = bearer((await add_token(running_node, user))[1])
    ada.cookies.clear()
    ada.headers.update(program)
    refused = await ada.post(f"/credentials/{one}/consents", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "consent_impossible")
    assert "loopback_port" in refused.json()["detail"]
    consent = await begun(ada, one, loopback_port=8123)
    assert consent["redirect_address"] == f"http://127.0.0.1:8123/connect/{consent['service']}"
    answer = token_service.consent(consent["url"])
    for binding in (None, "x", "0" * 43):
        ended = await finish(ada, consent["service"], answer, binding=binding)
        assert (ended.status_code, ended.json()["code"]) == (410, "consent_ended")
    done = await finish(ada, consent["service"], answer, binding=consent["binding"])
    assert done.json()["status"] == "ready"


async def test_who_may_ask_for_a_consent_and_for_what(
    running_node: Node, logged: Logged, token_service: TokenService
) -> None:
    ada, eve, vic = await logged("ada"), await logged("eve"), await logged("vic", Role.VIEWER)
    one = await waiting(ada, token_service)
    plain = (await made(ada, "bearer", "plain", token="a-token"))["id"]
    grant = await made(ada, "oauth", "grant", token_url=token_service.url, client_id="us", refresh_token="r")
    assert grant["connect_path"] is None
    for who, credential_id, body, status, code in (
        (eve, one, {}, 404, "credential_not_found"),
        (vic, one, {}, 403, "forbidden"),
        (ada, plain, {}, 409, "consent_impossible"),
        (ada, grant["id"], {}, 409, "consent_impossible"),
        (ada, one, {"loopback_port": 8123}, 409, "consent_impossible"),
        (ada, one, {"loopback_port": True}, 422, "request_invalid"),
        (ada, one, {"redirect_uri": "https://evil.example"}, 422, "request_invalid"),
    ):
        refused = await who.post(f"/credentials/{credential_id}/consents", json=body)
        assert (refused.status_code, refused.json()["code"]) == (status, code), body
    # Shared for use is not for change: it would be the other one's account from then on.
    [(eve_id,)] = await run_sql(running_node, "SELECT id FROM users WHERE name = 'Eve'")
    shared = await ada.put(f"/shares/{one}/{eve_id}", json={"level": "act"})
    assert shared.status_code < 300, shared.text
    refused = await eve.post(f"/credentials/{one}/consents", json={})
    assert (refused.status_code, refused.json()["code"]) == (403, "credential_not_yours")


def held(**settings: Any) -> Held:
    prepared = Kind().prepare(Settings(client_id="us", **settings))
    return Held("one", prepared.public, prepared.secret)


@pytest.mark.parametrize(
    ("service", "page", "asks"),
    [
        ("dropbox", "https://www.dropbox.com/oauth2/authorize", {"token_access_type": "offline"}),
        (
            "google",
            "https://accounts.google.com/o/oauth2/v2/auth",
            {"access_type": "offline", "prompt": "consent", "scope": "drive"},
        ),
        ("github", "https://github.com/login/oauth/authorize", {"scope": "drive"}),
    ],
)
def test_known_services_are_asked_for_what_lasts(service: str, page: str, asks: dict[str, str]) -> None:
    known = held(service=service, scopes=["drive"] if "scope" in asks else [])
    kind = Kind()
    assert kind.consents_at(known.public) == service
    url = kind.consent_page(known, Consent(f"{BASE}/connect/{service}", "the-state", "v" * 43, "n" * 43))
    assert url.partition("?")[0] == page
    asked = dict(parse_qsl(urlsplit(url).query))
    assert asked.pop("code_challenge") != "v" * 43
    assert asked == {
        "response_type": "code",
        "client_id": "us",
        "redirect_uri": f"{BASE}/connect/{service}",
        "state": "the-state",
        "code_challenge_method": "S256",
        **asks,
    }
    with pytest.raises(SecretInvalid, match="leave it out"):
        held(service=service, token_url="https://elsewhere.example.org/token")


def test_a_token_without_end_is_not_renewed() -> None:
    kind = Kind()
    lasting = held(service="github", access_token="gho_x")
    assert not kind.is_due(lasting, NOW)
    assert not kind.can_renew(lasting)
    ending = held(service="github", access_token="ghu_x", access_expires_at=NOW + timedelta(hours=1))
    assert not kind.is_due(ending, NOW)
    assert kind.is_due(ending, NOW + timedelta(hours=1))


async def test_trying_a_token_without_end_leaves_it_alone(
    running_node: Node, logged: Logged, token_service: TokenService
) -> None:
    ada = await logged("ada")
    one = await waiting(ada, token_service)
    token_service.lies = {"refresh_token": None, "expires_in": None}
    consent = await begun(ada, one)
    done = await finish(ada, consent["service"], token_service.consent(consent["url"]))
    assert done.json()["public"]["access_expires_at"] is None
    tried = await ada.post(f"/credentials/{one}/test")
    assert (await ended(running_node, tried.json()["job_id"])).state == "succeeded"
    assert (await ada.get(f"/credentials/{one}")).json()["test_passed"] is True
    assert await token_of(running_node, one, done.json()["owner_id"]) == "access-of-consent-canary"
    assert len(token_service.asked) == 1
