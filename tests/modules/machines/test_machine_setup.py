"""The script that prepares an account: run by a real shell, twice, and the key it lets in opens a real sshd."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.kernel.node import Node
from app.kernel.settings import Settings
from tests.conftest import settings_for
from tests.sites.login_node import LoginNode, login_node
from tests.sites.ssh_server import MISSING, SSHD

pytestmark = pytest.mark.skipif(SSHD is None, reason=MISSING)
API = "/api/v1/machines"


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[LoginNode]:
    # The account's own list of keys, which is empty.
    with login_node(tmp_path / "sshd") as node:
        config = (node.folder / "config").read_text()
        own = f"AuthorizedKeysFile {node.folder}/home/.ssh/authorized_keys"
        (node.folder / "config").write_text(config.replace(f"AuthorizedKeysFile {node.folder}/authorized", own))
        node.restart()
        yield node


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "data", **{"egress.allow": "127.0.0.0/8"})


def run(script: str, node: LoginNode, *, home: Path | None = None) -> "subprocess.CompletedProcess[str]":
    environment = {
        "HOME": str(home or node.folder / "home"),
        "PATH": os.environ["PATH"],
        "STORMBELL_HOST_KEYS": f"{node.folder}/host.pub",
    }
    return subprocess.run(
        ["/bin/sh"], input=script, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


async def credential(client: httpx.AsyncClient, user: str, **more: Any) -> dict[str, Any]:
    wanted = {"name": "heron key", "kind": "ssh_key", "settings": {"user": user}, **more}
    made = await client.post("/api/v1/credentials", json=wanted)
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.json()
    return found


@pytest.mark.covers("C25")
async def test_an_account_is_prepared_and_logged_in_to_with_nothing_else(
    running_node: Node, client: httpx.AsyncClient, sshd: LoginNode
) -> None:
    key = await credential(client, sshd.user)
    asked = {"name": "heron", "credential_id": key["id"], "source_address": ["127.0.0.1", "::1"]}
    answer = await client.get(f"{API}/setup-script", params=asked)
    assert answer.status_code == 200, answer.text
    setup = answer.json()
    (sshd.folder / "home" / ".ssh").mkdir()
    authorized = sshd.folder / "home" / ".ssh" / "authorized_keys"
    authorized.write_text("ssh-ed25519 AAAAother somebody's, without an end of line")
    first = run(setup["script"], sshd)
    assert (first.returncode, first.stderr) == (0, ""), first
    lines = authorized.read_text().splitlines()
    assert lines == ["ssh-ed25519 AAAAother somebody's, without an end of line", setup["public_key"]]
    assert setup["public_key"].startswith('restrict,from="127.0.0.1,::1" ssh-ed25519 ')
    modes = {path.name: path.stat().st_mode & 0o777 for path in (authorized, authorized.parent)}
    assert modes == {"authorized_keys": 0o600, ".ssh": 0o700}
    assert (sshd.folder / "home" / ".stormbell" / "runs").stat().st_mode & 0o777 == 0o750
    # Run again it finds everything as it left it.
    again = run(setup["script"], sshd)
    assert again.returncode == 0, again
    assert "made " not in again.stdout
    assert "added " not in again.stdout
    assert authorized.read_text().splitlines() == lines
    # What it says is what registering takes: the fingerprint is the host key's, the credential the right one.
    (said,) = [line for line in first.stdout.splitlines() if "stormbell machines add" in line]
    assert "--credential 'heron key' --trust SHA256:" in said
    fingerprint = said.rpartition("--trust ")[2]
    wanted = {
        "name": "heron",
        "transport_settings": {"host": "127.0.0.1", "port": sshd.port},
        "credential_id": key["id"],
    }
    at = f"{API}/{(await client.post(API, json=wanted)).json()['id']}"
    assert (await client.post(f"{at}/probe")).json()["code"] == "host_key_unknown"
    assert (await client.post(f"{at}/host-keys", json={"fingerprint": fingerprint})).status_code == 200
    assert (await client.post(f"{at}/probe")).json()["state"] == "answers"
    ran = await client.post(f"{at}/commands", json={"command": ["cat"], "stdin": "restricted, and good enough"})
    assert ran.json()["stdout"] == "restricted, and good enough"
    put = await client.put(f"{at}/files/content", params={"path": str(sshd.folder / "home" / "x")}, content=b"x")
    assert put.status_code == 200, put.text


async def test_what_is_missing_or_in_the_way_is_said(
    running_node: Node, client: httpx.AsyncClient, sshd: LoginNode, tmp_path: Path
) -> None:
    key = await credential(client, sshd.user)
    asked = {
        "name": "heron",
        "credential_id": key["id"],
        "driver": "gridengine",
        "run_directory": f"{tmp_path}/it's @key_options@",
    }
    setup = (await client.get(f"{API}/setup-script", params=asked)).json()
    assert "qacct" in setup["commands"]
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    home.chmod(0o775)
    (home / ".ssh" / "authorized_keys").write_text(f"{setup['public_key'].removeprefix('restrict ')}\n")
    done = run(setup["script"].replace("commands='bash", "commands='no-such-command bash"), sshd, home=home)
    assert done.returncode == 1, done
    assert "MISSING no-such-command" in done.stdout
    assert "others may write to" in done.stdout
    assert "has this key with other options; ours are: restrict" in done.stdout
    assert (tmp_path / "it's @key_options@").is_dir()
    jump = (await client.get(f"{API}/setup-script", params={**asked, "is_jump": True})).json()
    assert jump["public_key"].startswith("restrict,port-forwarding ")
    plain = (await client.get(f"{API}/setup-script", params={"name": "heron"})).json()
    assert plain["public_key"] is None
    authority = await credential(client, "", name="ca", kind="ssh_ca", settings={"users": ["ada", "ben"]})
    signed = (await client.get(f"{API}/setup-script", params={"name": "x", "credential_id": authority["id"]})).json()
    assert signed["public_key"].startswith('restrict,cert-authority,principals="ada,ben" ssh-')
    secret = await credential(client, "", name="pw", kind="password", settings={"user": "ada", "password": "x" * 12})
    answers = [
        (
            await client.get(f"{API}/setup-script", params={"name": "x", "credential_id": secret["id"]}),
            409,
            "setup_impossible",
        ),
        (
            await client.get(f"{API}/setup-script", params={"name": "x", "credential_id": "crd_0"}),
            404,
            "credential_not_found",
        ),
        (await client.get(f"{API}/setup-script", params={"name": "$(x)"}), 422, "request_invalid"),
        (
            await client.get(f"{API}/setup-script", params={"name": "x", "source_address": 'a"b'}),
            422,
            "request_invalid",
        ),
        (await client.get(f"{API}/setup-script", params={"name": "x", "driver": "abacus"}), 422, "driver_unavailable"),
    ]
    for answer, status, code in answers:
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
