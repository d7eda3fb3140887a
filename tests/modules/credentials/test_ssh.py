"""SSH keys and the certificate authority, read by OpenSSH's own tools."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from lending import lent, made

from app.kernel.node import Node
from app.modules.credentials import SshIdentity


def keygen(*arguments: str | Path) -> str:
    """Run ssh-keygen and return what it says."""
    command = ["ssh-keygen", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout


def written(directory: Path, name: str, text: str) -> Path:
    path = directory / name
    path.write_text(text + "\n")
    path.chmod(0o600)
    return path


async def test_a_key_made_here(running_node: Node, as_, tmp_path: Path) -> None:
    shown = await made(as_("ada"), "ssh_key", user="ada")
    secret = await lent(running_node, shown["id"])
    assert isinstance(secret, SshIdentity)
    assert secret.private_key not in repr(secret)
    private = written(tmp_path, "key", secret.private_key)
    assert keygen("-y", "-f", private).split()[:2] == shown["public"]["public_key"].split()[:2]
    assert shown["public"]["fingerprint"] in keygen("-l", "-f", private)


@pytest.mark.parametrize(("kind", "bits"), [("ed25519", None), ("rsa", "3072"), ("ecdsa", "256")])
@pytest.mark.parametrize("passphrase", ["", "open sesame"])
async def test_a_key_brought_along(
    running_node: Node, as_, tmp_path: Path, kind: str, bits: str | None, passphrase: str
) -> None:
    own = tmp_path / "own"
    keygen("-q", "-t", kind, *(("-b", bits) if bits else ()), "-N", passphrase, "-f", own, "-C", "me")
    given: dict[str, Any] = {"user": "ada", "private_key": own.read_text()}
    if passphrase:
        ada = as_("ada")
        for wrong in ({}, {"passphrase": "sesame open"}):
            body = {"name": "one", "kind": "ssh_key", "settings": given | wrong}
            refused = await ada.post("/credentials", json=body)
            assert refused.status_code == 422
            assert [error["pointer"] for error in refused.json()["errors"]] == ["/body/settings/passphrase"]
        given["passphrase"] = passphrase
    shown = await made(as_("ada"), "ssh_key", **given)
    assert shown["public"]["public_key"].split()[:2] == (tmp_path / "own.pub").read_text().split()[:2]
    secret = await lent(running_node, shown["id"])
    assert isinstance(secret, SshIdentity)
    private = written(tmp_path, "lent", secret.private_key)
    assert keygen("-y", "-P", "", "-f", private).split()[:2] == shown["public"]["public_key"].split()[:2]


async def test_a_key_pasted_into_one_line(as_, tmp_path: Path) -> None:
    keygen("-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "own")
    one_line = (tmp_path / "own").read_text().replace("\n", "")
    shown = await made(as_("ada"), "ssh_key", user="ada", private_key=one_line)
    assert shown["public"]["public_key"].split()[1] == (tmp_path / "own.pub").read_text().split()[1]


@pytest.mark.parametrize("weak", [rsa.generate_private_key(65537, 1024), dsa.generate_private_key(1024)])
async def test_a_weak_key_is_refused(as_, weak: Any) -> None:
    text = weak.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    body = {"name": "one", "kind": "ssh_key", "settings": {"user": "ada", "private_key": text}}
    assert (await as_("ada").post("/credentials", json=body)).status_code == 422


async def test_a_pem_key_with_a_passphrase(as_) -> None:
    key = rsa.generate_private_key(65537, 2048)
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"open sesame")).decode()
    shown = await made(as_("ada"), "ssh_key", user="ada", private_key=text, passphrase="open sesame")
    line = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    assert shown["public"]["public_key"].startswith(line)


async def test_an_authority_lends_a_key_for_the_occasion(running_node: Node, as_, tmp_path: Path) -> None:
    shown = await made(as_("ada"), "ssh_ca", users=["ada", "backup"], seconds=600)
    first, second = (
        await lent(running_node, shown["id"]),
        await lent(running_node, shown["id"], purpose="machine heron"),
    )
    assert isinstance(first, SshIdentity)
    assert isinstance(second, SshIdentity)
    assert first.private_key != second.private_key
    assert (first.user, second.user) == ("ada", "ada")
    assert second.certificate is not None
    said = keygen("-L", "-f", written(tmp_path, "key-cert.pub", second.certificate))
    assert "ssh-ed25519-cert-v01@openssh.com user certificate" in said
    assert f"Signing CA: ED25519 {shown['public']['fingerprint']}" in said
    assert 'Key ID: "one/usr_ada/machine_heron"' in said
    assert said.split("Principals:")[1].split("Critical")[0].split() == ["ada"]
    assert said.split("Extensions:")[1].split() == ["permit-pty"]


async def test_it_signs_peoples_own_keys(as_, tmp_path: Path) -> None:
    ada = as_("ada")
    shown = await made(ada, "ssh_ca", users=["ada", "backup"], seconds=600)
    keygen("-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "own")
    line = (tmp_path / "own.pub").read_text()
    path = f"/credentials/{shown['id']}/certificates"
    answer = await ada.post(path, json={"public_key": line, "users": ["backup"], "seconds": 60})
    assert answer.status_code == 201, answer.text
    said = keygen("-L", "-f", written(tmp_path, "own-cert.pub", answer.json()["certificate"]))
    assert said.split("Principals:")[1].split("Critical")[0].split() == ["backup"]
    uses = (await ada.get(f"/credentials/{shown['id']}/uses")).json()["items"]
    assert [(use["purpose"], use["user_id"]) for use in uses] == [("certificate", "usr_ada")]


@pytest.mark.parametrize(
    "wanted",
    [
        {"users": ["root"]},
        {"seconds": 601},
        {"public_key": "ssh-ed25519 AAAA"},
        {"public_key": "ssh-dss AAAAB3NzaC1kc3MAAACBAO=="},
        {"public_key": "-----BEGIN OPENSSH PRIVATE KEY-----"},
    ],
)
async def test_it_signs_nothing_else(as_, tmp_path: Path, wanted: dict[str, Any]) -> None:
    ada = as_("ada")
    shown = await made(ada, "ssh_ca", users=["ada"], seconds=600)
    keygen("-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "own")
    body = {"public_key": (tmp_path / "own.pub").read_text()} | wanted
    refused = await ada.post(f"/credentials/{shown['id']}/certificates", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "certificate_invalid")


async def test_only_an_authority_signs(as_, tmp_path: Path) -> None:
    ada = as_("ada")
    shown = await made(ada, "ssh_key", user="ada")
    body = {"public_key": shown["public"]["public_key"]}
    refused = await ada.post(f"/credentials/{shown['id']}/certificates", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "credential_kind_wrong")
