"""Who the embedded server runs as: the user, root's stand-in inside a namespace or out of one, the data's owner."""

import os
import pwd
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
from embedded import gone, node, query, server_pids

AS_ROOT = os.geteuid() == 0

# Runs a command in a user namespace that keeps every id and may make none below it: as root finds it in a container
# with the usual seccomp filter.
WITHOUT_NAMESPACES = """
import ctypes, os, sys
told, tell = os.pipe()
parent, helper = os.getpid(), os.fork()
if helper == 0:
    os.read(told, 1)
    for ids in ("uid_map", "gid_map"):
        with open(f"/proc/{parent}/{ids}", "w") as file:
            file.write("0 0 70000")
    os._exit(0)
if ctypes.CDLL(None).unshare(0x10000000):
    sys.exit("denied")
os.write(tell, b".")
if os.waitpid(helper, 0)[1]:
    sys.exit("no mapping")
with open("/proc/sys/user/max_user_namespaces", "w") as file:
    file.write("0")
os.execvp(sys.argv[1], sys.argv[1:])
"""


def unprivileged() -> tuple[int, Path]:
    """Return a user id and an interpreter for it, or skip."""
    if not AS_ROOT:
        pytest.skip("the tests run as an unprivileged user already")
    uid = next((entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid == 1000), pwd.getpwnam("nobody").pw_uid)
    for python in (Path(sys.executable), Path("/usr/bin/python3")):
        check = f"import sys, uvloop; raise SystemExit(sys.version_info[:2] != {sys.version_info[:2]!r})"
        environment = {"PYTHONPATH": sysconfig.get_path("purelib")}
        try:
            tried = subprocess.run(
                [python, "-c", check],
                user=uid,
                group=uid,
                extra_groups=[],
                env=environment,
                cwd="/",
                check=False,
                capture_output=True,
            )
        except OSError:
            continue
        if tried.returncode == 0:
            return uid, python
    pytest.skip(f"no interpreter of this version that user {uid} can reach with these packages")


async def test_an_unprivileged_user_runs_it_as_itself(reachable: Path) -> None:
    uid, python = unprivileged()
    home = reachable / "home"
    home.mkdir()
    os.chown(home, uid, uid)
    async with node(home / "data", user=uid, python=python) as one:
        said = await one.hear()
        assert said["event"] == "started", said
        print(f"first start as user {uid}: {said['seconds']} s")
        assert Path(f"/proc/{said['pid']}").stat().st_uid == uid
        pids = server_pids(home / "data")
        await one.kill()
        await gone(pids, 2)


@pytest.mark.skipif(not AS_ROOT, reason="needs root to leave it")
async def test_root_runs_it_in_a_user_namespace_and_changes_no_directory_above(made: Path, tmp_path: Path) -> None:
    before = [(place.stat().st_mode, place.stat().st_uid) for place in tmp_path.parents]
    accounts = Path("/etc/passwd").read_bytes()
    async with node(shutil.copytree(made, tmp_path / "data")) as one:
        said = await one.hear()
        inside = Path(f"/proc/{said['pid']}/uid_map").read_text().split()
        if inside == ["0", "0", "4294967295"]:
            pytest.skip("user namespaces are denied here")
        assert inside[1:] == ["0", "1"]
        assert inside[0] != "0"
    assert [(place.stat().st_mode, place.stat().st_uid) for place in tmp_path.parents] == before
    assert Path("/etc/passwd").read_bytes() == accounts


@pytest.mark.skipif(not AS_ROOT, reason="needs root to leave it")
@pytest.mark.parametrize("first", [True, False])
async def test_root_without_user_namespaces_runs_it_as_a_stand_in_user(made: Path, tmp_path: Path, first: bool) -> None:
    denied = (sys.executable, "-I", "-S", "-c", WITHOUT_NAMESPACES)
    if subprocess.run([*denied, "true"], check=False, capture_output=True).returncode:
        pytest.skip("user namespaces are denied here already, or cannot be denied for one process")
    directory = tmp_path / "data"
    if not first:
        shutil.copytree(made, directory)
    for turn in range(2):
        async with node(directory, prefix=denied) as one:
            said = await one.hear()
            assert said["event"] == "started", said
            uid = Path(f"/proc/{said['pid']}").stat().st_uid
            assert pwd.getpwuid(uid).pw_name in {"postgres", "nobody"}
            assert (directory / "pgdata").stat().st_uid == uid
            pids = server_pids(directory)
            if turn == 0:
                assert (await one.end())["event"] == "stopped"
            else:
                await one.kill()
                await gone(pids, 2)
    assert tmp_path.parents[0].stat().st_mode & 0o077 == 0


@pytest.mark.skipif(not AS_ROOT, reason="needs root to give a directory away")
async def test_root_runs_it_as_the_user_the_directory_belongs_to(reachable: Path, started: Any) -> None:
    uid, _ = unprivileged()
    directory = reachable / "data"
    directory.mkdir(mode=0o700)
    os.chown(directory, uid, uid)
    postgres, cluster = await started(directory)
    assert Path(f"/proc/{postgres.server_pid}").stat().st_uid == uid
    assert {path.stat().st_uid for path in directory.iterdir()} == {uid}
    assert await query(cluster, "SELECT 1") == 1


async def test_a_directory_of_another_user_is_refused(reachable: Path) -> None:
    uid, python = unprivileged()
    (reachable / "closed").mkdir(mode=0o755)
    async with node(reachable / "closed", user=uid, python=python) as one:
        said = await one.hear()
    assert said["kind"] == "DirectoryUnusable"
    assert "run as the user it belongs to" in said["text"]
