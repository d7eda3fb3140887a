"""What a transport is given to reach a login node of the tests."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from app.modules.credentials import Secret, SshIdentity
from app.modules.machines.transport import Surroundings
from tests.sites.login_node import LoginNode


@dataclass
class Refusals:
    """The host keys that were refused: place, whether of a jump, line."""

    seen: list[tuple[str, bool, str]] = field(default_factory=list)


def surroundings_of(
    node: LoginNode,
    *,
    trusted: dict[str, Sequence[str]] | None = None,
    secret: Secret | None = None,
    refusals: Refusals | None = None,
    user: str | None = None,
) -> Surroundings:
    """Return a key that opens ``node``, and its host key as the one that is trusted unless others are given."""
    lent = secret or SshIdentity(user or node.user, node.key, node.public_key)

    @asynccontextmanager
    async def lend() -> AsyncIterator[Secret]:
        yield lent

    async def known(place: str, _jump: bool) -> Sequence[str]:
        return [node.host_key] if trusted is None else trusted.get(place, [])

    async def refused(place: str, jump: bool, line: str) -> None:
        if refusals is not None:
            refusals.seen.append((place, jump, line))

    async def addresses_of(host: str, _port: int) -> Sequence[str]:
        return [host]

    return Surroundings(lend=lend, trusted=known, refused=refused, addresses_of=addresses_of)


def settings_of(node: LoginNode, **more: Any) -> dict[str, Any]:
    """Return the transport's settings for ``node``."""
    return {"host": "127.0.0.1", "port": node.port, **more}
