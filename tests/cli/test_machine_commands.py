"""``stormbell machines`` on a real OpenSSH server: its host key, its files and its commands."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.house import Done, Live, Shell
from tests.sites.login_node import LoginNode, login_node
from tests.sites.ssh_server import MISSING, SSHD

pytestmark = pytest.mark.skipif(SSHD is None, reason=MISSING)


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoginNode]:
    with login_node(tmp_path_factory.mktemp("sshd")) as node:
        yield node


def changed(shell: Shell, *arguments: str) -> Any:
    done: Done = shell(*arguments, "--json")
    assert done.code == 0, done
    return done.json


@pytest.fixture
def heron(live: Live, shell: Shell, sshd: LoginNode) -> Iterator[str]:
    """A machine added with its host key confirmed by its fingerprint."""
    user, key = f"user={sshd.user}", f"private_key={sshd.folder / 'key'}"
    changed(shell, "credentials", "add", "heron key", "--kind", "ssh_key", "--setting", user, "--secret-file", key)
    first = shell("machines", "add", "heron", f"127.0.0.1:{sshd.port}", "--credential", "heron key", "--json")
    assert first.code == 5
    assert "which nobody has confirmed" in first.err
    (shown,) = changed(shell, "machines", "keys", "heron")["items"]
    assert shown["fingerprint"] in first.err
    wrong = shell("machines", "trust", "heron", "SHA256:wrong")
    assert wrong.code == 5
    probed = changed(shell, "machines", "probe", "heron", "--trust", shown["fingerprint"])
    assert probed["state"] == "answers"
    assert changed(shell, "machines", "trust", "heron", shown["fingerprint"])["items"][0]["state"] == "trusted"
    yield "heron"
    assert "heron" in shell("machines", "remove", "heron", "--dry-run").out
    changed(shell, "machines", "remove", "heron", "--yes")
    changed(shell, "credentials", "remove", "heron key", "--yes")


@pytest.mark.covers("V50")
def test_a_machine_from_its_first_day_to_its_last(shell: Shell, heron: str, sshd: LoginNode) -> None:
    assert sshd.user in shell("machines", "show", heron).out
    for verb, member, value in (
        ("disable", "enabled", False),
        ("enable", "enabled", True),
        ("cordon", "cordoned", True),
    ):
        assert changed(shell, "machines", verb, heron)[member] is value
    assert changed(shell, "machines", "uncordon", heron)["cordoned"] is False
    assert changed(shell, "machines", "change", heron, "--setting", "channels=4")["transport_settings"]["channels"] == 4
    planned = changed(shell, "machines", "maintain", heron, "--until", "2126-01-31T18:00Z", "--reason", "New disks")
    assert planned["reason"] == "New disks"


@pytest.mark.covers("V53")
def test_files_and_commands_on_a_machine(shell: Shell, heron: str, tmp_path: Path) -> None:
    there = str(tmp_path / "there")
    changed(shell, "machines", "mkdir", heron, there)
    (shell.home / "in.txt").write_text("quake\n")
    assert changed(shell, "machines", "put", heron, "in.txt", f"{there}/a.txt")["bytes"] == 6
    changed(shell, "machines", "cp", heron, f"{there}/a.txt", f"{there}/b.txt")
    changed(shell, "machines", "mv", heron, f"{there}/b.txt", f"{there}/c.txt")
    assert [one["name"] for one in changed(shell, "machines", "files", heron, there)["items"]] == ["a.txt", "c.txt"]
    assert shell("machines", "get", heron, f"{there}/c.txt").code == 0
    assert (shell.home / "c.txt").read_text() == "quake\n"
    assert shell("machines", "get", heron, f"{there}/c.txt").code == 5
    got = changed(shell, "machines", "get", heron, f"{there}/c.txt", "-o", "again.txt")
    assert got == {"path": f"{there}/c.txt", "file": "again.txt", "bytes": 6}
    assert shell("machines", "get", heron, f"{there}/c.txt", "-o", "-", "--json").code == 2
    assert shell("machines", "get", heron, f"{there}/c.txt", "-o", "-", "--tail", "3").out == "ke\n"
    ran = shell("machines", "run", heron, "--directory", there, "--", "sh", "-c", "ls; echo sad >&2; exit 4")
    assert (ran.code, ran.out, ran.err.strip()) == (4, "a.txt\nc.txt\n", "sad")
    assert "Would remove" in shell("machines", "rm", heron, there, "--recursive", "--dry-run").out
    changed(shell, "machines", "rm", heron, there, "--recursive", "--yes")
    assert not Path(there).exists()
    assert shell("machines", "files", heron, there).code == 3


def test_a_machine_that_was_added_but_not_reached_says_that_it_is_there(live: Live, shell: Shell) -> None:
    refused = shell("machines", "add", "crane", "127.0.0.1:9")
    assert refused.code == 5, refused
    assert "crane is registered all the same" in refused.err
    changed(shell, "machines", "remove", "crane", "--yes")
