"""An SSH server on loopback that asks: the other side of keyboard-interactive, with commands run for whoever is let in.

sshd leaves the asking to PAM, which is the whole machine's; this server asks what a test tells it to.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncssh

PASSWORD, CODE = "of no worth", "c4n4ry-code-0815"
Round = Sequence[tuple[str, bool, str]]  # prompt, echo, the right answer

TWO_STEPS: Sequence[Round] = (
    [("Password: ", False, PASSWORD)],
    [("One-time password (OATH) for `ada': ", False, CODE)],
)


@dataclass
class AskingServer:
    """One that listens; ``rounds`` is what it asks, and ``answered`` what it was told."""

    key: asyncssh.SSHKey
    rounds: Sequence[Round]
    port: int = 0
    answered: list[list[str]] = field(default_factory=list)
    refused_count: int = 0
    accepted_count: int = 0
    connections: list[asyncssh.SSHServerConnection] = field(default_factory=list)
    acceptor: Any = None

    @property
    def host_key(self) -> str:
        return self.key.export_public_key().decode().strip()

    async def listen(self) -> None:
        self.acceptor = await asyncssh.listen(
            "127.0.0.1",
            self.port,
            server_factory=lambda: _Asks(self),
            server_host_keys=[self.key],
            process_factory=_run,
            encoding=None,
        )
        self.port = self.acceptor.get_port()

    async def cut(self) -> None:
        """End every connection, as a restart does."""
        for connection in self.connections:
            connection.abort()
        self.connections.clear()

    async def close(self) -> None:
        self.acceptor.close()
        await self.cut()
        await self.acceptor.wait_closed()


class _Asks(asyncssh.SSHServer):
    def __init__(self, server: AskingServer) -> None:
        self._server, self._round = server, 0

    def connection_made(self, connection: asyncssh.SSHServerConnection) -> None:
        self._server.connections.append(connection)

    def begin_auth(self, _username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return False

    def kbdint_auth_supported(self) -> bool:
        return True

    def get_kbdint_challenge(self, _username: str, _lang: str, _submethods: str) -> Any:
        self._round = 0
        return self._challenge()

    def validate_kbdint_response(self, _username: str, responses: Any) -> Any:
        given = list(responses)
        self._server.answered.append(given)
        if given != [answer for _, _, answer in self._server.rounds[self._round]]:
            self._server.refused_count += 1
            return False
        self._round += 1
        if self._round == len(self._server.rounds):
            self._server.accepted_count += 1
            return True
        return self._challenge()

    def _challenge(self) -> Any:
        return "", "Bring your \x1b[31mtoken", "", [(text, echo) for text, echo, _ in self._server.rounds[self._round]]


async def _run(process: "asyncssh.SSHServerProcess[bytes]") -> None:
    child = await asyncio.create_subprocess_exec(
        "sh", "-c", process.command or "true",
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await child.communicate()
    process.stdout.write(out)
    process.stderr.write(err)
    process.exit(child.returncode or 0)


@asynccontextmanager
async def asking_server(rounds: Sequence[Round] = TWO_STEPS) -> AsyncIterator[AskingServer]:
    """Listen until left."""
    server = AskingServer(asyncssh.generate_private_key("ssh-ed25519"), rounds)
    await server.listen()
    try:
        yield server
    finally:
        await server.close()
