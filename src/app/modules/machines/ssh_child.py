"""A child of our own for large files: OpenSSH's client, with the login and the host keys of the kept connection.

The library enciphers under this process's lock, packet by packet, at half of what OpenSSH does. The child reads its key
from memory of this process, and neither a disk nor a command line ever has it; it connects where the kept connection is
connected to, and accepts the host keys which that one has accepted, no others.
"""

import asyncio
import fcntl
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass

from app.modules.credentials import SshIdentity
from app.modules.machines.sftp_pump import Pipes, Pump

_PIPE_BYTES = 1024**2
# Nothing of this account's own: no agent, no keys and no known hosts at home, and nobody to ask.
_FIXED = (
    *("BatchMode yes", "IdentitiesOnly yes", "IdentityAgent none", "PreferredAuthentications publickey"),
    *("StrictHostKeyChecking yes", "GlobalKnownHostsFile none", "UpdateHostKeys no", "VerifyHostKeyDNS no"),
    *("ControlMaster no", "ControlPath none", "ClearAllForwardings yes", "PermitLocalCommand no", "RequestTTY no"),
    *("CanonicalizeHostname no", "Compression no", "ServerAliveCountMax 3", "LogLevel QUIET"),
)


@dataclass(frozen=True)
class Hop:
    """A host on the way, the last one the machine: where it is, and the keys it may show (as in known_hosts)."""

    host: str
    port: int
    user: str
    alias: str
    host_keys: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class ChildLogin:
    """How the child gets there."""

    hops: Sequence[Hop]
    identity: SshIdentity
    ciphers: Sequence[str]
    connect_seconds: float
    keepalive_seconds: float


def is_possible() -> bool:
    """Say whether there is a client here, and memory it can read a key from."""
    return hasattr(os, "memfd_create") and hasattr(os, "splice") and shutil.which("ssh") is not None


async def exchange(login: ChildLogin, pump: Pump) -> None:
    """Start a child and have a thread move a file through it. Raises NotBegun, and what ``pump`` raises."""
    child = _Child(login)
    with ThreadPoolExecutor(1) as thread:
        moving = asyncio.get_running_loop().run_in_executor(thread, child.run, pump)
        try:
            await asyncio.shield(moving)
        except asyncio.CancelledError:
            child.stop()
            await asyncio.wait({moving})
            raise


class _Child:
    def __init__(self, login: ChildLogin) -> None:
        self._login = login
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def run(self, pump: Pump) -> None:
        with ExitStack() as stack:
            process = subprocess.Popen(
                ["ssh", "-T", "-F", _config(self._login, stack), "-s", f"hop{len(self._login.hops) - 1}", "sftp"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
                start_new_session=True,
            )
            stack.enter_context(process)
            self._process = process
            stack.callback(self.stop)
            if self._stopped:
                return
            assert process.stdin is not None
            assert process.stdout is not None
            pipes = Pipes(process.stdin.fileno(), process.stdout.fileno())
            for pipe in (pipes.to, pipes.back):
                with suppress(OSError):  # a limit of this account's pipes
                    fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
            pump(pipes)

    def stop(self) -> None:
        """End it, and the clients it has begun for the hosts on the way."""
        self._stopped = True
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)


def _config(login: ChildLogin, stack: ExitStack) -> str:
    """Return the path of the child's configuration; it and what it names are there until ``stack`` is left."""
    known = "".join(f"{line}\n" for hop in login.hops for line in hop.host_keys)
    key = login.identity.private_key.rstrip("\n") + "\n"
    lines = [
        f"IdentityFile {_in_memory(stack, key)}",
        f"UserKnownHostsFile {_in_memory(stack, known)}",
        f"Ciphers {','.join(login.ciphers)}",
        f"ConnectTimeout {max(1, round(login.connect_seconds))}",
        f"ServerAliveInterval {max(1, round(login.keepalive_seconds))}",
        *_FIXED,
    ]
    if login.identity.certificate:
        lines.append(f"CertificateFile {_in_memory(stack, login.identity.certificate.rstrip() + chr(10))}")
    for number, hop in enumerate(login.hops):
        lines += [f"Host hop{number}", f"HostName {hop.host}", f"Port {hop.port}", f"User {hop.user}"]
        lines += [f"HostKeyAlias {hop.alias}", f"ProxyJump {f'hop{number - 1}' if number else 'none'}"]
    return _in_memory(stack, "\n".join(lines) + "\n")


def _in_memory(stack: ExitStack, content: str) -> str:
    """Return a path under which the child reads it, and nobody but this account."""
    descriptor = os.memfd_create("stormbell", os.MFD_CLOEXEC)
    stack.callback(os.close, descriptor)
    os.fchmod(descriptor, 0o400)
    os.write(descriptor, content.encode())
    return f"/proc/{os.getpid()}/fd/{descriptor}"
