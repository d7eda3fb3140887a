"""Commands about logins: codes by mail, ways to log in, and everybody's sessions."""

import os
import re
from contextlib import closing
from typing import Any

import httpx

from tests.cli.house import Live, Shell, wait_for

STRONG = "a password nobody else has"
NEW = "another that nobody has"


def added(shell: Shell) -> tuple[str, str]:
    """Add a person; return id and address."""
    email = f"p{os.urandom(4).hex()}@example.org"
    arguments = ("users", "add", email, "Pat", "--role", "runner", "--password-file", "-", "--json")
    done = shell(*arguments, stdin=f"{STRONG}\n")
    assert done.code == 0, done
    return done.json["id"], email


def browser(live: Live, email: str, password: str) -> httpx.Client:
    """Log in as a browser does; the caller closes it."""
    opened = httpx.Client(base_url=str(live.api.base_url), headers={"Origin": live.server.url}, trust_env=False)
    opened.post("/sessions", json={"email": email, "password": password}).raise_for_status()
    return opened


def code_for(live: Live, email: str, purpose: str) -> str:
    """Return the newest code on the server's console for this address."""

    def newest() -> str | None:
        mail = re.findall(rf"To: {re.escape(email)}\n(.*?)\n\n", live.server.stderr(), re.DOTALL)
        codes: list[Any] = re.findall(rf"/{purpose}#code=(\w{{43}})", "".join(mail))
        return codes[-1] if codes else None

    return wait_for(live, newest)


def test_a_forgotten_password(live: Live, shell: Shell, bare: Shell) -> None:
    _, email = added(shell)
    stranger = bare.having(STORMBELL_URL=live.server.url)
    assert stranger("password", "reset", email, "--json").json == {"email": email}
    code = code_for(live, email, "reset")
    wrong = stranger("password", "redeem", stdin=f"{'0' * 43}\n{NEW}\n")
    assert (wrong.code != 0, "code_invalid" in wrong.err) == (True, True)
    assert stranger("password", "redeem", "--json", stdin=f"{code}\n{NEW}\n").json == {"reset": True}
    browser(live, email, NEW).close()
    assert stranger("password", "redeem", stdin=f"{code}\n{NEW}\n").code != 0


def test_an_address_is_verified(live: Live, shell: Shell) -> None:
    _, email = added(shell)
    with closing(browser(live, email, STRONG)) as pat:
        token = pat.post("/tokens", json={"name": "test"}).raise_for_status().json()["token"]
    person = shell.having(STORMBELL_TOKEN=token)
    assert person("identities", "send-code", "--json").json == {"sent": True}
    code = code_for(live, email, "verify")
    assert person("identities", "verify", "--json", stdin=f"{code}\n").json == {"verified": True}
    assert person("identities", "verify", stdin=f"{code}\n").code != 0


def test_ways_to_log_in(live: Live, shell: Shell) -> None:
    assert "password" in [one["name"] for one in shell("identities", "methods", "--json").json["items"]]
    assert shell("identities", "list", "--json").json["items"] == []
    assert shell("identities", "rename", "pky_nobody", "blue key").code == 3
    assert shell("identities", "remove", "pky_nobody", "--dry-run", "--json").json["dry_run"]
    assert shell("identities", "remove", "pky_nobody").code == 3


def test_somebodys_sessions(live: Live, shell: Shell) -> None:
    user_id, email = added(shell)
    with closing(browser(live, email, STRONG)) as pat:
        [listed] = shell("sessions", "list", "--user", user_id, "--json").json["items"]
        assert listed["method"] == "password"
        rehearsed = shell("sessions", "revoke-all", "--user", user_id, "--dry-run", "--json")
        assert rehearsed.json["subject"] == {"user": user_id}
        assert pat.get("/sessions/current").status_code == 200
        assert shell("sessions", "revoke-all", "--user", user_id, "--json").json == {"revoked": {"user": user_id}}
        assert pat.get("/sessions/current").status_code == 401
    assert shell("sessions", "revoke-all", "--user", "usr_nobody").code == 3
