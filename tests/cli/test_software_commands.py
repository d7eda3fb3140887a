"""``stormbell software`` and ``recipes`` on a real OpenSSH server."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli.house import Done, Live, Shell
from tests.sites.login_node import LoginNode, login_node
from tests.sites.ssh_server import MISSING, SSHD

pytestmark = pytest.mark.skipif(SSHD is None, reason=MISSING)
SCRIPT = r"""
echo "making $NAME"
mkdir -p "$PREFIX/bin"
printf '#!/bin/sh\necho 2.1\n' >"$PREFIX/bin/tool"
chmod +x "$PREFIX/bin/tool"
"""


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoginNode]:
    with login_node(tmp_path_factory.mktemp("sshd")) as node:
        yield node


def changed(shell: Shell, *arguments: str) -> Any:
    done: Done = shell(*arguments, "--json")
    assert done.code == 0, done
    return done.json


@pytest.fixture
def egret(live: Live, shell: Shell, sshd: LoginNode) -> Iterator[str]:
    user, key = f"user={sshd.user}", f"private_key={sshd.folder / 'key'}"
    changed(shell, "credentials", "add", "egret key", "--kind", "ssh_key", "--setting", user, "--secret-file", key)
    place = f"127.0.0.1:{sshd.port}"
    changed(shell, "machines", "add", "egret", place, "--credential", "egret key", "--host-key", sshd.host_key)
    yield "egret"
    changed(shell, "machines", "remove", "egret", "--yes")
    changed(shell, "credentials", "remove", "egret key", "--yes")


@pytest.mark.covers("V57")
def test_software_is_declared_found_installed_and_forgotten(shell: Shell, egret: str) -> None:
    declared = changed(
        shell, "software", "declare", egret, "GCC", "--version", "12.2", "--path", "/usr/bin", "--variable", "ODD=a b",
        "--check", "test -d /usr/bin && echo $ODD",
    )  # fmt: skip
    assert (declared["name"], declared["environment"]) == ("gcc", {"ODD": "a b"})
    assert changed(shell, "software", "check", egret, "gcc")["text"] == "a b"
    assert changed(shell, "software", "probe", egret, "--command", "sh")["commands_count"] == 1
    made = changed(shell, "recipes", "make", "tool", "2.1", "--script", SCRIPT, "--check", "tool", "--needs", "gcc>=12")
    assert (made["revision"], made["definition"]["needs"]) == (1, ["gcc >= 12"])
    assert changed(shell, "recipes", "show", "tool==2.1")["id"] == made["id"]
    installed = shell("software", "install", egret, "tool==2.1", "--follow")
    assert (installed.code, "making tool\n" in installed.out) == (0, True), installed
    assert "tool 2.1 is installed in " in installed.err
    (install,) = changed(shell, "software", "installs", egret)["items"]
    assert install["state"] == "succeeded"
    assert "making tool\n" in shell("software", "log", egret, install["id"]).out
    ended = shell("software", "cancel", egret, install["id"], "--yes")
    assert (ended.code, "succeeded at" in ended.err) == (5, True), ended
    table = shell("software", "list", egret).out
    assert "gcc" in table
    assert "tool" in table
    assert shell("software", "install", egret, "none").code == 3
    assert shell("software", "check", egret, "none").code == 3
    assert shell("recipes", "show", "none").code == 3
    broken = changed(shell, "recipes", "make", "tool", "2.1", "--script", "echo no; exit 3", "--check", "true")
    assert broken["revision"] == 2
    failed = shell("software", "install", egret, "tool", "--follow")
    assert (failed.code, "its script ended with 3" in failed.err) == (1, True), failed
    changed(shell, "recipes", "remove", "tool", "--yes")
    assert changed(shell, "software", "remove", egret, "gcc==12.2", "--yes")["removed"]["machine"] == egret
