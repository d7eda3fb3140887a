"""Large files go by a child of ours, OpenSSH's client; where that cannot be, over the kept connection as any other."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import asyncssh
import pytest

from app.modules.machines.sftp_files import LARGE_BYTES, synced_while
from app.modules.machines.transport import CutShort
from app.modules.machines.transport.ssh import Settings, Transport
from tests.sites.cut_line import CutLine
from tests.sites.login_node import LoginNode, login_node
from tests.sites.machine_login import settings_of, surroundings_of
from tests.sites.ssh_server import MISSING, SSHD

pytestmark = pytest.mark.skipif(SSHD is None, reason=MISSING)
CONTENT = os.urandom(LARGE_BYTES + 4097)


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoginNode]:
    with login_node(tmp_path_factory.mktemp("sshd")) as node:
        yield node


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large"
    path.write_bytes(CONTENT)
    return path


def transport_to(node: LoginNode, *, settings: dict[str, Any] | None = None, **surroundings: Any) -> Transport:
    given = settings_of(node, **(settings or {}))
    return Transport(Settings.model_validate(given), surroundings_of(node, **surroundings))


def logins(node: LoginNode) -> int:
    return node.log.count("Accepted publickey")


def children() -> list[str]:
    """Return the command lines of this process's clients."""
    said = subprocess.run(["ps", "-o", "args=", "--ppid", str(os.getpid())], capture_output=True, text=True, timeout=20)
    return [line for line in said.stdout.splitlines() if line.startswith("ssh ")]


def left(directory: Path) -> list[str]:
    return [path.name for path in directory.glob(".part-*")]


@pytest.mark.covers("V53")
async def test_a_large_file_goes_and_comes_by_a_login_of_its_own(sshd: LoginNode, large: Path, tmp_path: Path) -> None:
    before = logins(sshd)
    transport = transport_to(sshd)
    there, back = tmp_path / 'there of " * ? %h $x', tmp_path / "back"
    await transport.put(large, str(there))
    assert there.read_bytes() == CONTENT
    assert logins(sshd) == before + 2
    await transport.get(str(there), back)
    assert back.read_bytes() == CONTENT
    assert logins(sshd) == before + 3
    await transport.put(b"small", str(there))
    assert logins(sshd) == before + 3
    assert (children(), left(tmp_path)) == ([], [])
    with pytest.raises(FileNotFoundError):
        await transport.get(str(tmp_path / "missing"), back)
    await transport.close()


async def test_over_a_jump_the_child_accepts_what_the_kept_connection_accepted(
    sshd: LoginNode, large: Path, tmp_path: Path
) -> None:
    with login_node(tmp_path / "inner") as inner:
        (inner.folder / "authorized").write_text(sshd.public_key)
        settings = {"port": inner.port, "jumps": [{"host": "127.0.0.1", "port": sshd.port}]}
        places = {f"127.0.0.1:{inner.port}": [inner.host_key], f"127.0.0.1:{sshd.port}": [sshd.host_key]}
        transport = transport_to(sshd, settings=settings, trusted=places)
        await transport.put(large, str(tmp_path / "there"))
        assert (tmp_path / "there").read_bytes() == CONTENT
        assert logins(inner) == 2
        await transport.close()


@pytest.mark.security("S9")
async def test_a_server_with_another_host_key_by_now_gets_no_login(tmp_path: Path, large: Path) -> None:
    with login_node(tmp_path / "sshd") as node:
        transport = transport_to(node)
        await transport.run(["true"])
        # The kept connection stays with the part of the server it has; new ones meet another key.
        make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", node.folder / "other"]
        subprocess.run(make, check=True, timeout=20)
        config = (node.folder / "config").read_text()
        (node.folder / "config").write_text(config.replace(f"{node.folder}/host\n", f"{node.folder}/other\n"))
        node.process.send_signal(1)
        async with asyncio.timeout(20):
            while not await _shows(node, (node.folder / "other.pub").read_text().split()[1]):
                await asyncio.sleep(0.01)
        before = logins(node)
        await transport.put(large, str(tmp_path / "there"))
        assert (tmp_path / "there").read_bytes() == CONTENT
        assert logins(node) == before
        await transport.close()


async def _shows(node: LoginNode, key: str) -> bool:
    scan = ["ssh-keyscan", "-T", "5", "-p", str(node.port), "127.0.0.1"]
    done = await asyncio.to_thread(subprocess.run, scan, capture_output=True, text=True, timeout=20)
    return key in done.stdout


async def test_a_machine_that_lets_in_only_once_is_served_over_the_kept_connection(tmp_path: Path, large: Path) -> None:
    with login_node(tmp_path / "sshd") as node:
        transport = transport_to(node)
        await transport.run(["true"])
        (node.folder / "authorized").write_text("")
        for name in ("one", "two"):
            await transport.put(large, str(tmp_path / name))
            assert (tmp_path / name).read_bytes() == CONTENT
        assert logins(node) == 1
        assert node.log.count("Connection closed by authenticating user") == 1  # it is not tried again
        await transport.close()


async def test_what_is_cut_or_cancelled_leaves_nothing_there_and_no_child(sshd: LoginNode, tmp_path: Path) -> None:
    large, target = tmp_path / "large", tmp_path / "there"
    with large.open("wb") as file:
        file.truncate(512 * 1024**2)
    async with CutLine(sshd.port) as line:
        trusted = {f"127.0.0.1:{line.port}": [sshd.host_key]}
        transport = transport_to(sshd, settings={"port": line.port}, trusted=trusted)
        putting = asyncio.create_task(transport.put(large, str(target)))
        await _under_way(tmp_path)
        putting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await putting
        assert (children(), left(tmp_path), target.exists()) == ([], [], False)
        getting = asyncio.create_task(transport.get(str(large), target))
        await _under_way(tmp_path)
        line.cut()
        with pytest.raises(CutShort):
            await getting
        assert (children(), left(tmp_path), target.exists()) == ([], [], False)
        await transport.put(b"after", str(target))
        await transport.close()


class Disk:
    """A file over there whose syncs are counted, and end as they are told to."""

    def __init__(self, error: asyncssh.SFTPError | None = None) -> None:
        self.error, self.syncs, self.synced_twice = error, 0, asyncio.Event()

    async def fsync(self) -> None:
        self.syncs += 1
        if self.error is not None:
            raise self.error
        if self.syncs == 2:
            self.synced_twice.set()


async def test_what_has_come_is_synced_while_the_rest_is_on_its_way() -> None:
    async def until(event: asyncio.Event) -> str:
        await event.wait()
        return "moved"

    async with asyncio.timeout(60):
        disk = Disk()
        assert await synced_while(until(disk.synced_twice), cast("Any", disk)) == "moved"
        failing, moving = (
            Disk(asyncssh.SFTPFailure("the disk is broken")),
            asyncio.ensure_future(until(asyncio.Event())),
        )
        with pytest.raises(asyncssh.SFTPFailure, match="broken"):
            await synced_while(moving, cast("Any", failing))
        assert moving.cancelled()
        old, done = Disk(asyncssh.SFTPOpUnsupported("unknown")), asyncio.Event()
        moving = asyncio.ensure_future(until(done))
        waiting = asyncio.ensure_future(synced_while(moving, cast("Any", old)))
        while not old.syncs:
            await asyncio.sleep(0)
        done.set()
        assert (await waiting, old.syncs) == ("moved", 1)


async def _under_way(directory: Path) -> None:
    async with asyncio.timeout(30):
        while not any(path.stat().st_size for path in directory.glob(".part-*")):
            await asyncio.sleep(0)
