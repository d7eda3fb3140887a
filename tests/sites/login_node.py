"""A login node: a real, talkative OpenSSH server on loopback for whoever runs the tests, which a key opens."""

import getpass
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.sites.ssh_server import MISSING, SSHD

_CONFIG = """
ListenAddress 127.0.0.1:{port}
HostKey {folder}/host
PidFile none
AuthorizedKeysFile {folder}/authorized
AuthenticationMethods publickey
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PrintMotd no
PrintLastLog no
LogLevel VERBOSE
Subsystem sftp internal-sftp
SetEnv HOME={folder}/home {environment}
"""


@dataclass
class LoginNode:
    """One that runs; ``key`` is the private key that opens it, ``host_key`` its public line."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes]"
    user: str

    @property
    def key(self) -> str:
        return (self.folder / "key").read_text()

    @property
    def public_key(self) -> str:
        return (self.folder / "key.pub").read_text()

    @property
    def host_key(self) -> str:
        return " ".join((self.folder / "host.pub").read_text().split()[:2])

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    def restart(self) -> None:
        """End the server with every connection, and serve on the same port again."""
        self.stop()
        self.process = _serve(self.folder, self.port)

    def stop(self) -> None:
        if self.process.poll() is not None:
            return
        # The listener's children, which hold the connections, do not end with it.
        for child in _children(self.process.pid):
            with suppress(ProcessLookupError):  # its connection ended just now
                os.kill(child, 15)
        self.process.terminate()
        self.process.wait(10)

    def replace_host_key(self) -> None:
        """Become a server with another host key."""
        for name in ("host", "host.pub"):
            (self.folder / name).unlink()
        make_key(self.folder / "host")
        self.restart()


@contextmanager
def login_node(folder: Path, *, config: str = "", environment: Mapping[str, str] | None = None) -> Iterator[LoginNode]:
    """Serve until left; ``config`` is added to sshd's configuration, ``environment`` to that of logins."""
    assert SSHD is not None, MISSING
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "home").mkdir()
    # What a login says there; bash reads it when sshd starts it.
    (folder / "home" / ".bashrc").write_text("echo 'Welcome to the machine'; echo 'mind the step' >&2\n")
    for name in ("host", "key"):
        make_key(folder / name)
    (folder / "authorized").write_bytes((folder / "key.pub").read_bytes())
    given = " ".join(f'"{name}={value}"' for name, value in (environment or {}).items())
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where the part without privileges is shut in
    for tries_left in (3, 2, 1, 0):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        (folder / "config").write_text(_CONFIG.format(folder=folder, port=port, environment=given) + config)
        try:
            node = LoginNode(folder, port, _serve(folder, port), getpass.getuser())
        except AssertionError:  # somebody's outgoing connection has the port by now
            if not tries_left:
                raise
        else:
            break
    try:
        yield node
    finally:
        node.stop()


def make_key(path: Path) -> None:
    """Make an Ed25519 key pair."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True, timeout=20)


def _serve(folder: Path, port: int) -> "subprocess.Popen[bytes]":
    assert SSHD is not None
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen([SSHD, "-D", "-e", "-f", folder / "config"], stderr=log)
    deadline = time.monotonic() + 20
    while True:
        if process.poll() is not None:
            raise AssertionError((folder / "log").read_text())
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < deadline, "sshd does not listen"
            time.sleep(0.02)
            continue
        return process


def _children(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            if int(stat.rpartition(")")[2].split()[1]) == pid:
                found.append(int(entry.name))
    return found
