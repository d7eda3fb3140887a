"""``stormbell credentials`` and ``stormbell keys``."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.cli.house import Done, Live, Shell

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


def test_an_authority_signs_a_key(shell: Shell, tmp_path: Path) -> None:
    key = tmp_path / "id_ed25519"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True, timeout=20)
    changed(shell, "credentials", "add", "ca", "--kind", "ssh_ca", "--setting", 'users=["ada"]')
    done = shell("credentials", "sign", "ca", f"{key}.pub", "--seconds", "60")
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
