"""Commands about people: over the API, and by the database where nobody can log in."""

import asyncio
import csv
import io
import os
import stat
import zipfile
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.cli.house import EMAIL, Done, Live, Shell

STRONG = "a password nobody else has"


def changed(shell: Shell, *arguments: str, stdin: str | None = None) -> Any:
    """Run a command that changes something; return its document."""
    done: Done = shell(*arguments, "--json", stdin=stdin)
    assert done.code == 0, done
    return done.json


def added(shell: Shell, role: str = "runner") -> tuple[str, str]:
    """Add a person; return id and address."""
    email = f"p{os.urandom(4).hex()}@example.org"
    made = changed(shell, "users", "add", email, "Pat", "--role", role, "--password-file", "-", stdin=f"{STRONG}\n")
    return made["id"], email


def as_person(live: Live, shell: Shell, email: str) -> Shell:
    """Return the shell of a person, with a token of theirs."""
    import httpx

    with httpx.Client(base_url=str(live.api.base_url), headers={"Origin": live.server.url}, trust_env=False) as browser:
        browser.post("/sessions", json={"email": email, "password": STRONG}).raise_for_status()
        token = browser.post("/tokens", json={"name": "test"}).raise_for_status().json()["token"]
    return shell.having(STORMBELL_TOKEN=token)


@pytest.mark.covers("V6")
def test_people_are_added_changed_and_deleted(live: Live, shell: Shell) -> None:
    user_id, email = added(shell)
    assert changed(shell, "users", "change", email, "--role", "operator", "--name", "Patricia")["name"] == "Patricia"
    assert changed(shell, "users", "change", user_id, "--disable")["state"] == "disabled"
    assert changed(shell, "users", "change", user_id, "--enable")["state"] == "active"
    changed(shell, "users", "password", email, "--password-file", "-", stdin="another that nobody has\n")
    assert changed(shell, "users", "logins", email)["items"] == []
    assert shell("users", "approve", email).code == 5
    assert shell("users", "change", email).code == 2
    assert shell("users", "change", email, "--role", "king").code == 2
    assert changed(shell, "users", "delete", email, "--dry-run")["subject"] == {"id": user_id, "heir": None}
    assert changed(shell, "users", "delete", email, "--heir", EMAIL)["deleted"]["id"] == user_id
    assert shell("users", "show", email).code == 3


@pytest.mark.covers("V7")
def test_workflows_are_allowed_and_forbidden(live: Live, shell: Shell) -> None:
    _, email = added(shell)
    assert "all" in shell("users", "show", email).out
    assert shell("users", "allow", email, "gauge").code == 2
    assert shell("users", "forbid", email, "gauge").code == 2
    names = lambda *words: changed(shell, "users", *words)["allowed_workflows"]  # noqa: E731
    assert names("allow", email, "gauge", "other", "--only") == ["gauge", "other"]
    assert names("allow", email, "third") == ["gauge", "other", "third"]
    assert names("forbid", email, "gauge", "third") == ["other"]
    pat = as_person(live, shell, email)
    assert "other" in pat("profile", "show").out
    refused = pat("incidents", "open", "gauge", "assess", "--message", '{"level_m": 1}', "--name", "x")
    assert (refused.code, "workflow_not_allowed" in refused.err) == (4, True)
    assert names("allow", email, "--all") is None


def test_invitations(live: Live, shell: Shell) -> None:
    made = changed(shell, "invitations", "create", "ivy@example.org", "--role", "runner")
    assert made["link"].startswith(f"{live.server.url}/invitation#code=")
    assert [i["id"] for i in changed(shell, "invitations", "list")["items"]] == [made["id"]]
    listed = shell("invitations", "list").out
    assert made["link"] not in listed
    assert "Olga Owner" in listed
    assert changed(shell, "invitations", "send", made["id"])["mailed_at"] is not None
    assert shell("invitations", "send", made["id"]).code != 0, "not twice in a minute"
    assert shell("invitations", "revoke", "ada@example.org").code == 3
    assert changed(shell, "invitations", "revoke", "Ivy@example.org")["revoked"]["id"] == made["id"]
    assert shell("invitations", "revoke", made["id"]).code == 3
    assert changed(shell, "invitations", "list")["items"] == []


def test_ones_own_account(live: Live, shell: Shell, tmp_path: Path) -> None:
    _, email = added(shell)
    pat = as_person(live, shell, email)
    assert changed(pat, "profile", "rename", "Patrick")["name"] == "Patrick"
    assert shell("profile", "rename", "").code == 2
    moved = f"new-{email}"
    assert changed(pat, "profile", "email", moved, "--password-file", "-", stdin=f"{STRONG}\n")["email"] == moved
    fresh = tmp_path / "fresh"
    fresh.write_text("another that nobody has\n")
    assert (
        pat("profile", "password", "--password-file", "-", "--new-password-file", str(fresh), stdin="wrong\n").code == 4
    )
    arguments = ("profile", "password", "--password-file", "-", "--new-password-file", str(fresh))
    assert changed(pat, *arguments, stdin=f"{STRONG}\n")
    assert changed(pat, "profile", "logins")["items"] is not None
    file = tmp_path / "me.zip"
    assert changed(pat, "profile", "export", str(file), "--timeout", "60")["state"] == "ready"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert moved in zipfile.ZipFile(file).read("account.json").decode()
    assert pat("profile", "export", str(file)).code == 5
    assert pat("profile", "delete", "--dry-run").code == 0
    assert changed(pat, "profile", "delete", "--password-file", str(fresh))["deleted"] == {"heir": None}
    assert pat("profile", "show").code == 4


async def without_password(live: Live, email: str) -> None:
    """Make an account one that is logged in to at a provider only."""
    connection = await asyncpg.connect(host=live.server.postgres_socket(), user="stormbell", database="stormbell")
    try:
        done = await connection.execute("UPDATE users SET password_hash = NULL WHERE email = $1", email)
    finally:
        await connection.close()
    assert done == "UPDATE 1"


def test_a_password_is_asked_for_only_where_there_is_one(live: Live, shell: Shell) -> None:
    _, email = added(shell)
    pat = as_person(live, shell, email)
    for verb in (("email", f"new-{email}"), ("delete", "--yes")):
        asked = pat("profile", *verb)
        assert (asked.code, "--password-file" in asked.err) == (2, True), asked
    asyncio.run(without_password(live, email))
    for verb in (("email", f"new-{email}"), ("delete", "--yes")):
        told = pat("profile", *verb)
        assert (told.code, "in a browser, logged in" in told.err) == (4, True), told
    changed(shell, "users", "delete", email)


@pytest.mark.covers("C22")
def test_allocations(live: Live, shell: Shell) -> None:
    user_id, email = added(shell)
    made = changed(
        shell, "allocations", "grant", "core_hours", "100", "--user", email, "--until", "2099-01-01", "--note", "spring"
    )
    assert (made["subject_id"], made["remaining"], made["ends_at"][:10]) == (user_id, 100, "2099-01-01")
    assert changed(shell, "allocations", "change", made["id"], "--amount", "200")["granted"] == 200
    pat = as_person(live, shell, email)
    assert "200" in pat("allocations", "list").out
    assert changed(shell, "allocations", "list", "--user", email)["items"][0]["id"] == made["id"]
    assert changed(pat, "allocations", "show", made["id"])["items"] == []
    assert pat("allocations", "revoke", made["id"], "--yes").code == 4
    assert shell("allocations", "grant", "core_hours", "1").code == 2
    assert shell("allocations", "grant", "gold", "1", "--user", email).code == 2
    assert changed(shell, "allocations", "revoke", made["id"])["revoked"]["id"] == made["id"]


@pytest.mark.covers("V8")
def test_people_go_to_a_file_and_back_where_nobody_can_log_in(live: Live, shell: Shell, stranger: Shell) -> None:
    _, email = added(shell)
    place = ("--data", str(live.server.data))
    file = stranger.home / "users.csv"
    document = changed(stranger, "users", "export", str(file), *place)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    rows = list(csv.DictReader(io.StringIO(file.read_text())))
    assert len(rows) == document["count"]
    assert stranger("users", "export", str(file), *place).code == 5
    found = next(row for row in rows if row["email"] == email)
    assert found["password_hash"].startswith("$argon2id$")

    outcomes = lambda *more: {  # noqa: E731
        row["email"]: row["outcome"] for row in changed(stranger, "users", "import", str(file), *place, *more)["rows"]
    }
    assert set(outcomes().values()) == {"unchanged"}
    changed(shell, "users", "delete", email)
    assert outcomes("--dry-run")[email] == "created"
    assert outcomes()[email] == "created"
    assert as_person(live, shell, email)("profile", "show").code == 0

    file.write_text("email,name,role\nx@example.org,X,king\n")
    refused = stranger("users", "import", str(file), *place)
    assert (refused.code, "role 'king'" in refused.out) == (1, True)
    assert stranger("users", "import", str(stranger.home / "none.csv"), *place).code == 2
    nowhere = stranger("users", "export", str(stranger.home / "u.csv"), "--data", str(stranger.home / "nothing"))
    assert (nowhere.code, "there is no database" in nowhere.err) == (5, True)
