"""A service, a page or a person in the middle that means harm to a consent."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from consenting import Logged, begun, finish, people, waiting
from fastapi import FastAPI
from lending import lent
from token_service import TokenService, serving

from app.kernel.node import Node
from app.modules.credentials import Bearer
from app.modules.credentials.kind import SecretInvalid
from app.modules.credentials.kind.oauth import Kind, Settings
from tests.modules.accounts.people import run_sql
from tests.modules.accounts.racing import in_the_middle, reset

EVIL = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
pytestmark = pytest.mark.security("S15")


@pytest.fixture
async def logged(running_node: Node, app: FastAPI) -> AsyncIterator[Logged]:
    """Browsers that people are logged in with."""
    async with people(running_node, app) as function:
        yield function


@pytest.fixture
async def other() -> AsyncIterator[TokenService]:
    """A second service, that the first one's answers are of no use to."""
    async with serving(TokenService()) as served:
        yield served


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_states_work_once_in_the_browser_they_were_made_in(logged: Logged, token_service: TokenService) -> None:
    ada, elsewhere, eve = await logged("ada"), await logged("ada"), await logged("eve")
    one = await waiting(ada, token_service)
    consent = await begun(ada, one)
    service, answer = consent["service"], token_service.consent(consent["url"])
    for wrong in ("", "x", "0" * 43, answer["state"][:-1], answer["state"] + "0", "\u00e9" * 43):
        assert code_of(await finish(ada, service, answer | {"state": wrong})) == (410, "consent_ended")
    # Another browser of hers, somebody else's, and somebody else's who has begun a consent of their own.
    await begun(eve, await waiting(eve, token_service))
    await begun(elsewhere, one)
    for thief in (elsewhere, eve):
        assert code_of(await finish(thief, service, answer)) == (410, "consent_ended")
        assert code_of(await finish(thief, service, answer, binding=answer["state"])) == (410, "consent_ended")
    # The page of another site, in her own browser.
    assert code_of(await finish(ada, service, answer, headers=EVIL)) == (403, "csrf")
    assert code_of(await ada.post(f"/credentials/{one}/consents", json={}, headers=EVIL)) == (403, "csrf")
    assert token_service.asked == []  # and no code was spent
    assert (await finish(ada, service, answer)).status_code == 200
    token_service.consent(consent["url"])
    assert code_of(await finish(ada, service, answer)) == (410, "consent_ended")
    assert len(token_service.asked) == 1


async def test_a_consent_ends_with_its_time_and_with_what_it_was_for(
    running_node: Node, logged: Logged, token_service: TokenService
) -> None:
    ada = await logged("ada")
    one = await waiting(ada, token_service)
    consent = await begun(ada, one)
    [(seconds, kept)] = await run_sql(
        running_node, "SELECT extract(epoch FROM expires_at - now()), login_flows::text FROM login_flows"
    )
    assert 590 < seconds <= 600
    assert consent["state"] not in kept
    await run_sql(running_node, "UPDATE login_flows SET expires_at = now()")
    late = token_service.consent(consent["url"])
    assert code_of(await finish(ada, consent["service"], late)) == (410, "consent_ended")

    replaced = await begun(ada, one)
    settings = {"token_url": token_service.url, "client_id": "us", "refresh_token": "another"}
    assert (await ada.put(f"/credentials/{one}/secret", json={"settings": settings})).status_code == 200
    answer = token_service.consent(replaced["url"])
    assert code_of(await finish(ada, replaced["service"], answer)) == (410, "consent_ended")

    gone = await waiting(ada, token_service, "gone")
    removed = await begun(ada, gone)
    assert (await ada.delete(f"/credentials/{gone}")).status_code == 204
    answer = token_service.consent(removed["url"])
    assert code_of(await finish(ada, removed["service"], answer)) == (410, "consent_ended")
    assert token_service.asked == []


@pytest.mark.security("S28")
async def test_a_consent_that_is_being_finished_connects_nothing_once_its_session_ended(
    running_node: Node, logged: Logged, token_service: TokenService
) -> None:
    """Somebody who has Ada's session would have her credential lead to a place of theirs; she resets her password."""
    thief = await logged("ada")
    consent = await begun(thief, await waiting(thief, token_service))
    answer = token_service.consent(consent["url"])
    [(ada,)] = await run_sql(running_node, "SELECT id FROM users")
    async with in_the_middle(running_node, ada, reset(ada)):
        finishing = asyncio.create_task(finish(thief, consent["service"], answer))
    assert (await finishing).status_code == 401
    assert len(token_service.asked) == 1
    said = await run_sql(running_node, "SELECT text FROM events WHERE type = 'credential.changed'")
    assert said == [("Credential one was created",)]


async def test_mix_up(logged: Logged, token_service: TokenService, other: TokenService) -> None:
    """One service leads people on to another, or passes another's code off as its own."""
    ada = await logged("ada")
    liar, honest = await waiting(ada, other, "liar"), await waiting(ada, token_service, "honest")
    at_liar, at_honest = await begun(ada, liar), await begun(ada, honest)
    assert at_liar["service"] != at_honest["service"]
    # The honest service leads back to its own redirect address, with the state the liar handed on.
    led_on = token_service.consent(at_honest["url"]) | {"state": at_liar["state"]}
    assert code_of(await finish(ada, at_honest["service"], led_on)) == (410, "consent_ended")
    # The same at the liar's redirect address: its consent is spent, with a code of the honest service's.
    assert code_of(await finish(ada, at_liar["service"], led_on)) == (409, "consent_refused")
    assert token_service.asked == []
    assert len(other.asked) == 1
    # PKCE: the verifier that went with it opens nothing at the honest service.
    [(form, _)] = other.asked
    assert form["code_verifier"] not in at_honest["url"]
    named = await waiting(ada, token_service, "named", issuer=token_service.issuer)
    for iss in ("https://evil.example", f"{token_service.issuer}/", None):
        consent = await begun(ada, named)
        answer = {k: v for k, v in (token_service.consent(consent["url"]) | {"iss": iss}).items() if v is not None}
        refused = await finish(ada, consent["service"], answer)
        assert code_of(refused) == (409, "consent_refused")
        assert "another issuer" in refused.json()["detail"]
    assert token_service.asked == []
    consent = await begun(ada, named)
    assert (await finish(ada, consent["service"], token_service.consent(consent["url"]))).status_code == 200


async def test_what_is_refused_leaves_the_grant_as_it_was(
    running_node: Node, logged: Logged, token_service: TokenService
) -> None:
    ada = await logged("ada")
    one = await waiting(ada, token_service)
    consent = await begun(ada, one)
    done = await finish(ada, consent["service"], token_service.consent(consent["url"]))
    user, before = done.json()["owner_id"], done.json()["replaced_at"]

    async def refused(answer: dict[str, str], what: str, status: int = 409) -> None:
        begun_again = await begun(ada, one)
        own = token_service.consent(begun_again["url"])
        said = await finish(ada, begun_again["service"], {"state": own["state"]} | answer)
        assert said.status_code == status, said.text
        assert what in said.json()["detail"], said.text
        assert "canary" not in said.text

    await refused({"error": "access_denied"}, "access_denied")
    await refused({"error": "server_error", "error_description": "<b>\x1b[31mno\r\n"}, "server_error: <b> [31mno")
    await refused({}, "no code")
    await refused({"code": "a-code-of-somebody-else"}, "invalid_grant")
    await refused({"code": ""}, "/body/answer/code", 422)
    code = {"code": "the-code-canary"}
    token_service.status, token_service.body = 200, {"error": "bad_verification_code"}  # as GitHub refuses
    await refused(code, "bad_verification_code")
    token_service.status, token_service.body = 400, {"error": "x", "error_description": "no\n" * 500}
    await refused(code, "x: no no")
    for status, body in ((500, {}), (200, {}), (200, {"access_token": "x", "token_type": "mac"}), (302, {})):
        token_service.status, token_service.body = status, body
        await refused(code, "token service", 502)
    token_service.status = None
    # The code of another consent: of another browser, with another challenge.
    stolen = token_service.consent((await begun(await logged("ada"), one))["url"], "stolen-code-canary")
    await refused({"code": stolen["code"]}, "invalid_grant")
    shown = (await ada.get(f"/credentials/{one}")).json()
    assert (shown["status"], shown["replaced_at"]) == ("ready", before)
    secret = await lent(running_node, one, user)
    assert isinstance(secret, Bearer)
    assert secret.token == "access-of-consent-canary"


async def test_lies_in_the_id_token(logged: Logged, token_service: TokenService) -> None:
    ada = await logged("ada")
    one = await waiting(ada, token_service, scopes=["openid"], issuer=token_service.issuer)
    now = int(time.time())
    for lie, claims in {
        "no token": None,
        "issuer": {"iss": "https://evil.example"},
        "audience": {"aud": "somebody-else"},
        "several audiences": {"aud": ["us", "evil"]},
        "nonce": {"nonce": "0" * 43},
        "no nonce": {"nonce": None},
        "expired": {"exp": now - 3600},
        "made long ago": {"iat": now - 86_400},
        "nobody": {"sub": ""},
        "honest": {},
    }.items():
        consent = await begun(ada, one)
        nonce = dict(parse_qsl(urlsplit(consent["url"]).query))["nonce"]
        told = {"iss": token_service.issuer, "aud": "us", "exp": now + 300, "iat": now, "nonce": nonce, "sub": "ada"}
        token_service.lies = {} if claims is None else {"id_token": id_token(told | claims)}
        said = await finish(ada, consent["service"], token_service.consent(consent["url"]))
        if lie == "honest":
            assert said.json()["public"]["account"] == "ada"
        else:
            assert code_of(said) == (409, "consent_refused"), lie


def id_token(claims: dict[str, Any]) -> str:
    claims = {name: value for name, value in claims.items() if value is not None}
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in ({"alg": "none"}, claims)]
    return b".".join([*parts, b""]).decode()


async def test_no_code_goes_where_no_request_may(logged: Logged, token_service: TokenService) -> None:
    ada = await logged("ada")
    for place in ("http://169.254.169.254/latest/meta-data", "http://[::ffff:10.0.0.1]/token"):
        one = await waiting(ada, token_service, place[7:12].strip("[:"), token_url=place)
        consent = await begun(ada, one)
        said = await finish(ada, consent["service"], token_service.consent(consent["url"]))
        assert code_of(said) == (403, "egress_denied")


@pytest.mark.parametrize(
    "page",
    [
        "http://login.example.org/authorize",
        "javascript:alert(1)",
        "https://us:secret@login.example.org/authorize",
        "https://login.example.org/authorize#x",
        "https://login.example.org/authorize?redirect_uri=https://evil.example",
        "https://login.example.org/authorize?state=",
        "https://login.example.org/authorize?request_uri=https://evil.example",
    ],
)
def test_pages_that_would_mislead_are_refused(page: str) -> None:
    with pytest.raises((ValueError, SecretInvalid)):
        Kind().prepare(Settings(client_id="us", token_url="https://login.example.org/token", authorization_url=page))
