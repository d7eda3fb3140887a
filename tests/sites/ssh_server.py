"""A real OpenSSH server on loopback, as whoever runs the tests: its own host key, and logins by certificate only."""

import asyncio
import getpass
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

SSHD = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/sbin")
MISSING = "OpenSSH's server is not installed (apt-get install openssh-server)"
_CONFIG = """
ListenAddress 127.0.0.1:{port}
HostKey {folder}/host
PidFile none
TrustedUserCAKeys {folder}/user_ca.pub
AuthorizedKeysFile none
AuthenticationMethods publickey
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
LogLevel VERBOSE
"""


@dataclass
class SshServer:
    """One that runs; ``log`` is what sshd said so far."""

    folder: Path
    port: int
    user: str

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    async def run(self, key: Path, *command: str, user: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command there with a private key, whose certificate lies beside it; no other way in is tried."""
        options = {
            "UserKnownHostsFile": self.folder / "known_hosts",
            "GlobalKnownHostsFile": "none",
            "StrictHostKeyChecking": "yes",
            "IdentitiesOnly": "yes",
            "IdentityAgent": "none",
            "BatchMode": "yes",
            "ConnectTimeout": "10",
        }
        arguments = ["ssh", "-F", "none", "-p", str(self.port), "-i", str(key)]
        arguments += [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
        process = await asyncio.create_subprocess_exec(
            *arguments,
            f"{user or self.user}@127.0.0.1",
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(30):
            out, err = await process.communicate()
        return subprocess.CompletedProcess(arguments, process.returncode or 0, out.decode(), err.decode())


@asynccontextmanager
async def ssh_server(folder: Path, trusted: str) -> AsyncIterator[SshServer]:
    """Serve whoever shows a certificate signed by the authority whose public key is ``trusted``."""
    assert SSHD is not None, MISSING
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "host"], check=True, timeout=20)
    (folder / "user_ca.pub").write_text(trusted + "\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "config").write_text(_CONFIG.format(folder=folder, port=port))
    host = " ".join((folder / "host.pub").read_text().split()[:2])
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {host}\n")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where the part without privileges is shut in
    log = (folder / "log").open("w")
    process = await asyncio.create_subprocess_exec(SSHD, "-D", "-e", "-f", folder / "config", stderr=log)
    try:
        await _listening(process, port, folder / "log")
        yield SshServer(folder, port, getpass.getuser())
    finally:
        log.close()
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _listening(process: asyncio.subprocess.Process, port: int, log: Path) -> None:
    async with asyncio.timeout(20):
        while True:
            assert process.returncode is None, log.read_text()
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            await writer.wait_closed()
            return
