"""``stormbell credentials`` and ``stormbell keys``."""

import asyncio
import json
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from tests.cli.house import EMAIL, Done, Live, Shell
from tests.modules.credentials.token_service import TokenService, serving

SECRET = "cli-canary-secret"


def changed(shell: Shell, *arguments: str, stdin: str | None = None) -> Any:
    done: Done = shell(*arguments, "--json", stdin=stdin)
    assert done.code == 0, done
    assert SECRET not in done.out + done.err
    return done.json


def test_a_credential_from_its_first_day_to_its_last(live: Live, shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "token.txt"
    file.write_text(SECRET + "\n")
    made = changed(shell, "credentials", "add", "feed", "--kind", "bearer", "--secret-file", f"token={file}")
    assert (made["name"], made["kind"], made["status"]) == ("feed", "bearer", "ready")
    assert [one["id"] for one in changed(shell, "credentials", "list", "--kind", "bearer")["items"]] == [made["id"]]
    feed = ("--driver", "http_json", "--setting", "url=https://feed.example.org/items", "--paused")
    source = changed(shell, "sources", "add", "logged in", *feed, "--credential", "feed")
    assert source["settings"]["credential"] == made["id"]
    changed(shell, "sources", "remove", "logged in", "--yes")
    assert changed(shell, "credentials", "show", "feed")["id"] == made["id"]
    after = changed(
        shell, "credentials", "change", "feed", "--replace-after-days", "90", "--until", "2099-01-31T00:00Z"
    )
    assert (after["replace_after_days"], after["expires_at"]) == (90, "2099-01-31T00:00:00Z")
    again = changed(
        shell, "credentials", "replace", "feed", "--settings", "@-", stdin=json.dumps({"token": SECRET + "2"})
    )
    assert again["replaced_at"] > made["replaced_at"]
    tried = changed(shell, "credentials", "test", "feed")
    assert shell("jobs", "watch", tried["job_id"], "--json").lines[-1]["state"] == "succeeded"
    assert [use["purpose"] for use in changed(shell, "credentials", "uses", "feed")["items"]] == ["test"]
    would = changed(shell, "credentials", "remove", "feed", "--dry-run")
    assert would["dry_run"] is True
    assert changed(shell, "credentials", "remove", "feed", "--yes")["removed"]["id"] == made["id"]
    assert shell("credentials", "show", "feed").code == 3


def test_secrets_are_not_taken_from_arguments(shell: Shell) -> None:
    done = shell("credentials", "add", "x", "--kind", "bearer", "--settings", '{"token": "x"}')
    assert done.code == 2
    assert "@FILE" in done.err


def test_what_is_refused_for_want_of_a_secret_says_how_secrets_are_given(shell: Shell) -> None:
    refused = shell("credentials", "add", "x", "--kind", "bearer")
    assert refused.code == 2
    assert "--secret-file token=FILE" in refused.err
    assert len(refused.err.splitlines()) == 1
    token = next(
        line for line in shell("drivers", "show", "credentials.kind", "bearer").out.splitlines() if "token" in line
    )
    assert "yes" in token
    assert "bearer" in shell("drivers", "show", "credentials.kind", "barer").err


def test_an_authority_signs_a_key(shell: Shell, tmp_path: Path) -> None:
    key = tmp_path / "id_ed25519"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True, timeout=20)
    changed(shell, "credentials", "add", "ca", "--kind", "ssh_ca", "--setting", 'users=["ada"]')
    done = shell("credentials", "sign", "ca", f"{key}.pub", "--seconds", "1m30s")
    assert done.code == 0, done
    certificate = tmp_path / "id_ed25519-cert.pub"
    certificate.write_text(done.out)
    said = subprocess.run(
        ["ssh-keygen", "-L", "-f", str(certificate)], check=True, timeout=20, capture_output=True, text=True
    ).stdout
    assert "user certificate" in said
    changed(shell, "credentials", "remove", "ca", "--yes")


def test_the_vaults_keys(live: Live, shell: Shell) -> None:
    [old] = changed(shell, "keys", "list")["items"]
    assert old["state"] == "sealing"
    file = live.server.data / "vault.key"
    before = file.read_text().splitlines()[-1]
    renewed = changed(shell, "keys", "renew", "--data", str(live.server.data))
    assert renewed["file"] == str(file)
    assert before in file.read_text().splitlines()
    started = changed(shell, "keys", "rotate")
    assert shell("jobs", "watch", started["job_id"], "--json").lines[-1]["state"] == "succeeded"
    new, *_ = changed(shell, "keys", "list")["items"]
    assert (new["id"], new["file_key"]) == (started["key_id"], renewed["file_key"])


@pytest.mark.covers("A3")
async def test_a_credential_is_connected_with_a_browser(live: Live, shell: Shell) -> None:
    async with serving(TokenService()) as service, httpx.AsyncClient(trust_env=False) as browser:
        pages = (f"token_url={service.url}", f"authorization_url={service.url}/authorize", "client_id=us")
        given = [word for setting in pages for word in ("--setting", setting)]
        made = await asyncio.to_thread(changed, shell, "credentials", "add", "box", "--kind", "oauth", *given)
        assert made["status"] == "reauth_required"

        async def said(process: "subprocess.Popen[str]") -> str:
            assert process.stderr is not None
            line = await asyncio.to_thread(process.stderr.readline)
            return next(word for word in line.split() if word.startswith("http"))

        async def done(process: "subprocess.Popen[str]") -> Any:
            out, err = await asyncio.to_thread(process.communicate, timeout=60)
            assert process.returncode == 0, err
            assert "canary" not in out + err
            return json.loads(out)

        # On this machine: the command itself waits for the answer.
        process = shell.start("credentials", "connect", "box", "--loopback", "--json")
        page = await said(process)
        back = dict(parse_qsl(urlsplit(page).query))["redirect_uri"]
        assert urlsplit(back).hostname == "127.0.0.1"
        answer = service.consent(page)
        for wrong in ({"state": "x"}, {}):
            assert (await browser.get(back, params=answer | wrong if wrong else {})).status_code == 404
        assert (await browser.get(f"{back}x", params=answer)).status_code == 404
        assert "closed" in (await browser.get(back, params=answer)).text
        assert (await done(process))["status"] == "ready"

        # Anywhere: on the credential's page, in a browser that is logged in.
        process = shell.start("credentials", "connect", "box", "--json")
        assert await said(process) == f"{live.server.url}/credentials?show={made['id']}"
        api, browser.headers["Origin"] = f"{live.server.url}/api/v1", live.server.url
        (await browser.post(f"{api}/sessions", json={"email": EMAIL, "password": live.password})).raise_for_status()
        begun = (await browser.post(f"{api}/credentials/{made['id']}/consents", json={})).raise_for_status().json()
        answer = service.consent(begun["url"])
        finish = {"service": begun["service"], "state": answer.pop("state"), "answer": answer}
        (await browser.post(f"{api}/consents/finish", json=finish)).raise_for_status()
        assert (await done(process))["replaced_at"] > made["replaced_at"]
    waited = await asyncio.to_thread(shell, "credentials", "connect", "box", "--timeout", "1")
    assert waited.code == 6
    await asyncio.to_thread(changed, shell, "credentials", "remove", "box", "--yes")
