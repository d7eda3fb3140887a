"""A provider, a page or a person in the middle that means harm."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc.jwk import RSAKey
from people import SAME_ORIGIN, Browse, add_user, log_in, run_sql
from providers import Liar

from app.kernel.node import Node
from app.kernel.settings import Settings
from app.modules.accounts.flows import safe_path
from app.modules.accounts.login_errors import NextInvalid
from app.modules.accounts.loops import sweep
from tests.conftest import settings_for

EVIL = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}


@pytest.fixture
async def liar() -> AsyncIterator[Liar]:
    made = Liar()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def other() -> AsyncIterator[Liar]:
    """A second provider, that the first one's answers are of no use to."""
    made = Liar()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
def settings(tmp_path: Path, liar: Liar, other: Liar) -> Settings:
    providers = {
        "liar": {"issuer": liar.issuer, "client_id": "stormbell", "sign_up": True},
        "other": {"issuer": other.issuer, "client_id": "stormbell", "sign_up": True},
    }
    return settings_for(tmp_path / "data", **{"accounts.oidc": providers})


async def begin(client: httpx.AsyncClient, method: str = "liar") -> dict[str, Any]:
    begun = await client.post("/logins", json={"method": method}, headers=SAME_ORIGIN)
    assert begun.status_code == 201, begun.text
    answered: dict[str, Any] = begun.json()
    return answered


async def finish(
    client: httpx.AsyncClient,
    answer: dict[str, str],
    method: str = "liar",
    headers: dict[str, str] = SAME_ORIGIN,
) -> httpx.Response:
    answer = dict(answer)
    body = {"method": method, "state": answer.pop("state"), "answer": answer}
    return await client.post("/logins/finish", json=body, headers=headers)


async def attempt(client: httpx.AsyncClient, liar: Liar) -> httpx.Response:
    """Log in, with the provider lying as it was told."""
    return await finish(client, liar.give_code((await begin(client))["url"]))


async def test_the_liar_can_be_honest(running_node: Node, browse: Browse, liar: Liar) -> None:
    done = await attempt(browse(), liar)
    assert (done.status_code, done.json()["user"]["email"]) == (201, "ada@example.org")
    [form] = liar.forms
    assert (form["grant_type"], len(form["code_verifier"])) == ("authorization_code", 43)


LIES: dict[str, tuple[dict[str, Any], str]] = {
    "issuer": ({"iss": "https://evil.example"}, "the issuer of its ID token"),
    "issuer with a slash": ({"iss": "SLASH"}, "the issuer of its ID token"),
    "audience": ({"aud": "somebody-else"}, "whom its ID token is for"),
    "no audience": ({"aud": None}, "whom its ID token is for"),
    "audience of another kind": ({"aud": {"stormbell": 1}}, "whom its ID token is for"),
    "several audiences": ({"aud": ["stormbell", "evil"]}, "who asked for its ID token"),
    "authorized party": ({"azp": "evil"}, "who asked for its ID token"),
    "nonce": ({"nonce": "0" * 43}, "the login its ID token was made for"),
    "no nonce": ({"nonce": None}, "the login its ID token was made for"),
    "nonce of another kind": ({"nonce": ["0" * 43]}, "the login its ID token was made for"),
    "expired": ({"exp": 1_700_000_000}, "too old"),
    "no expiry": ({"exp": None}, "too old"),
    "expiry of another kind": ({"exp": "9999999999"}, "too old"),
    "expiry without end": ({"exp": float("inf")}, "too old"),
    "made long ago": ({"iat": 1_700_000_000}, "not made now"),
    "made later": ({"iat": 9_999_999_999}, "not made now"),
    "not good yet": ({"nbf": 9_999_999_999}, "not good yet"),
    "nobody": ({"sub": None}, "names nobody"),
    "an empty subject": ({"sub": ""}, "names nobody"),
    "a subject of another kind": ({"sub": 7}, "names nobody"),
    "too long a subject": ({"sub": "x" * 256}, "names nobody"),
}


@pytest.mark.security("S15")
async def test_lies_in_the_id_token(running_node: Node, browse: Browse, liar: Liar) -> None:
    for lie, (claims, what) in LIES.items():
        liar.claims = {name: f"{liar.issuer}/" if value == "SLASH" else value for name, value in claims.items()}
        refused = await attempt(browse(), liar)
        assert (refused.status_code, refused.json()["code"]) == (401, "provider_refused"), lie
        assert what in refused.json()["detail"], lie
        assert "stormbell_session" not in refused.headers.get("set-cookie", ""), lie
    assert await run_sql(running_node, "SELECT 1 FROM users") == []
    [(failed,)] = await run_sql(running_node, "SELECT count(*) FROM login_history WHERE outcome = 'failed'")
    assert failed == len(LIES)


@pytest.mark.security("S15")
async def test_lies_in_the_signature(running_node: Node, browse: Browse, liar: Liar) -> None:
    stranger = RSAKey.generate_key(2048, {"kid": "first"})
    for lie, told in {
        "no signature": {"header": {"alg": "none"}},
        "NONE": {"header": {"alg": "none", "typ": "JWT"}},
        "the public key as a shared secret": {"header": {"alg": "HS256"}},
        "a stranger's key under a known id": {"signs_with": stranger},
        "a key nobody published": {"signs_with": stranger, "header": {"kid": "unknown"}},
        "the key in the token": {"signs_with": stranger, "header": {"jwk": stranger.as_dict(private=False)}},
        "altered after signing": {"tampered": True},
    }.items():
        liar.header, liar.signs_with, liar.tampered = {}, None, False
        for name, value in told.items():
            setattr(liar, name, value)
        refused = await attempt(browse(), liar)
        assert (refused.status_code, refused.json()["code"]) == (401, "provider_refused"), lie
    assert await run_sql(running_node, "SELECT 1 FROM users") == []


@pytest.mark.security("S15")
async def test_states_work_once_in_the_browser_they_were_made_in(
    running_node: Node, browse: Browse, liar: Liar
) -> None:
    client, thief = browse(), browse("10.0.0.9")
    begun = await begin(client)
    answer = liar.give_code(begun["url"])
    for wrong in ("", "x", "0" * 43, begun["state"][:-1], begun["state"] + "0", "\u00e9" * 43):
        assert (await finish(client, answer | {"state": wrong})).json()["code"] == "login_ended"
    # A browser that began nothing, and one that began another login: what a thief of the address bar would have.
    assert (await finish(thief, answer)).json()["code"] == "login_ended"
    await begin(thief)
    assert (await finish(thief, answer)).json()["code"] == "login_ended"
    assert liar.forms == []  # and no code was spent
    assert (await finish(client, answer)).status_code == 201
    liar.give_code(begun["url"])
    again = await finish(client, answer)
    assert (again.status_code, again.json()["code"]) == (410, "login_ended")


@pytest.mark.security("S15")
async def test_states_end_after_ten_minutes(running_node: Node, browse: Browse, liar: Liar) -> None:
    client = browse()
    begun = await begin(client)
    [(seconds,)] = await run_sql(running_node, "SELECT extract(epoch FROM expires_at - now()) FROM login_flows")
    assert 590 < seconds <= 600
    await run_sql(running_node, "UPDATE login_flows SET expires_at = now()")
    assert (await finish(client, liar.give_code(begun["url"]))).json()["code"] == "login_ended"
    await sweep(running_node)
    assert await run_sql(running_node, "SELECT 1 FROM login_flows") == []


@pytest.mark.security("S15")
async def test_a_code_of_another_login_is_no_use(running_node: Node, browse: Browse, liar: Liar) -> None:
    """The code was made for the thief's own login, with another challenge; the victim's verifier does not fit it."""
    victim, thief = browse(), browse("10.0.0.9")
    begun = await begin(victim)
    stolen = liar.give_code((await begin(thief))["url"], "thiefs-code")
    refused = await finish(victim, stolen | {"state": begun["state"]})
    assert (refused.status_code, refused.json()["code"]) == (401, "provider_refused")
    assert await run_sql(running_node, "SELECT 1 FROM users") == []
    # The login was spent with it: no second try with another code.
    assert (await finish(victim, liar.give_code(begun["url"]))).json()["code"] == "login_ended"


@pytest.mark.security("S15")
async def test_login_csrf(running_node: Node, browse: Browse, liar: Liar) -> None:
    """A page of another site begins a login, or sends the thief's answer, in the victim's browser."""
    victim, thief = browse(), browse("10.0.0.9")
    begun = await victim.post("/logins", json={"method": "liar"}, headers=EVIL)
    assert (begun.status_code, begun.json()["code"]) == (403, "csrf")
    own = liar.give_code((await begin(thief))["url"])
    await begin(victim)
    assert (await finish(victim, own, headers=EVIL)).json()["code"] == "csrf"
    assert (await finish(victim, own)).json()["code"] == "login_ended"
    # The same with linking: the thief's account at the provider must not become a way into the victim's account here.
    await add_user(running_node, "victim@example.org")
    await log_in(victim, "victim@example.org")
    body = {"method": "liar", "state": own["state"], "answer": {"code": own["code"]}}
    linked = await victim.post("/identities/finish", json=body, headers=SAME_ORIGIN)
    assert (linked.status_code, linked.json()["code"]) == (410, "login_ended")
    assert await run_sql(running_node, "SELECT 1 FROM linked_identities") == []


@pytest.mark.security("S15")
async def test_mix_up(running_node: Node, browse: Browse, liar: Liar, other: Liar) -> None:
    """The liar leads back to the honest provider's address, or passes the honest provider's code off as its own."""
    client = browse()
    begun = await begin(client, "liar")
    answer = liar.give_code(begun["url"])
    assert (await finish(client, answer, method="other")).json()["code"] == "login_ended"
    honest = await begin(client, "other")
    mixed = other.give_code(honest["url"]) | {"iss": liar.issuer}
    refused = await finish(client, mixed, method="other")
    assert "the issuer in its answer" in refused.json()["detail"]
    unnamed = other.give_code((await begin(client, "other"))["url"])
    unnamed.pop("iss")
    assert "the issuer in its answer" in (await finish(client, unnamed, method="other")).json()["detail"]
    assert other.forms == []
    assert liar.forms == []


@pytest.mark.security("S15", "S8")
async def test_lies_in_the_discovery_document(running_node: Node, browse: Browse, liar: Liar) -> None:
    for document in (
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "http://evil.example/auth"},
        {"authorization_endpoint": None},
        {"token_endpoint": "http://169.254.169.254/latest/meta-data"},
        {"jwks_uri": "file:///etc/passwd"},
    ):
        liar.metadata = document
        refused = await browse().post("/logins", json={"method": "liar"}, headers=SAME_ORIGIN)
        assert (refused.status_code, refused.json()["code"]) == (401, "provider_refused"), document
    # Its own port is admitted, since an administrator named it; no other of this machine.
    liar.metadata = {"jwks_uri": "http://127.0.0.1:5432/"}
    refused = await attempt(browse(), liar)
    assert (refused.status_code, refused.json()["code"]) == (403, "egress_denied")
    assert "127.0.0.1" in refused.json()["detail"]


@pytest.mark.security("S15")
async def test_userinfo_of_somebody_else(running_node: Node, browse: Browse, liar: Liar) -> None:
    liar.metadata = {"userinfo_endpoint": f"{liar.issuer}/userinfo"}
    liar.claims = {"email": None}
    assert "the subject of its userinfo" in (await attempt(browse(), liar)).json()["detail"]


async def test_refusals_and_outages_of_the_provider(running_node: Node, browse: Browse, liar: Liar) -> None:
    client = browse()
    begun = await begin(client)
    denied = {"error": "access_denied", "iss": liar.issuer, "state": begun["state"]}
    refused = await finish(client, denied)
    assert (refused.status_code, refused.json()["code"]) == (401, "provider_refused")
    assert "access_denied" in refused.json()["detail"]
    answer = liar.give_code((await begin(client))["url"])
    await liar.stop()
    gone = await finish(client, answer)
    assert (gone.status_code, gone.json()["code"]) == (401, "provider_refused")
    assert "cannot be asked" in gone.json()["detail"]
    await liar.start()


@pytest.mark.security("S16")
@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "%2f%2fevil.example",
        "/%2fevil.example",
        "/%2Fevil.example",
        "/%252fevil.example",
        "/%5cevil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        " //evil.example",
        "/%09/evil.example",
        "/x/..//evil.example",
        "/./%2fevil.example",
        "///evil.example",
        "/\u2044evil.example",
        "/ /evil.example",
        "",
        "incidents",
        "/x\x00",
        "/x%00",
    ],
)
def test_next_leads_nowhere_else(path: str) -> None:
    with pytest.raises(NextInvalid):
        safe_path(path)


@pytest.mark.security("S16")
async def test_next_is_checked_where_it_comes_in(running_node: Node, browse: Browse) -> None:
    refused = await browse().post("/logins", json={"method": "liar", "next": "//evil.example"}, headers=SAME_ORIGIN)
    assert (refused.status_code, refused.json()["code"]) == (422, "next_invalid")
    assert refused.json()["errors"][0]["pointer"] == "/body/next"
    for path in ("/", "/incidents/inc_1?stage=a%20b&x=//y", "/jobs#top"):
        assert safe_path(path) == path
