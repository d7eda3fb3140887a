"""One hop of an SSH connection: whom we log in as, which host key is accepted, what it means when it fails."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import asyncssh

from app.modules.credentials import Password, Secret, SshIdentity
from app.modules.machines import host_trust
from app.modules.machines.ssh_child import ChildLogin, Hop
from app.modules.machines.ssh_login import LoginClient
from app.modules.machines.transport import HostKeyRefused, Login, LoginRefused, LoginWaits, Surroundings

# AES in hardware, one core: 1.9 times what ChaCha20, OpenSSH's first choice, carries.
CIPHERS = (
    *("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com"),
    *("aes256-ctr", "aes192-ctr", "aes128-ctr"),
)
# OpenSSH admits 10 (MaxSessions) and frees one a little after we see its end: with 8 in use some were refused, with 6
# none.
CHANNELS = 6

_PLAIN = re.compile(r"[A-Za-z0-9_:][A-Za-z0-9_.:@+-]*\$?")  # what a configuration of OpenSSH takes as it is


@dataclass(frozen=True)
class Place:
    """A host to connect to; ``user`` when it is not the one the credential names."""

    host: str
    port: int = 22
    user: str | None = None

    @property
    def text(self) -> str:
        """Return it as host keys are filed."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, kw_only=True)
class Route:
    """How to get there: addresses of the same machine, and the hosts to jump over, nearest first."""

    places: Sequence[Place]
    jumps: Sequence[Place] = ()
    authorities: Sequence[str] = ()
    channels: int = CHANNELS
    connect_seconds: float = 15.0
    keepalive_seconds: float = 15.0
    ciphers: Sequence[str] = CIPHERS


async def connect(
    route: Route,
    place: Place,
    surroundings: Surroundings,
    secret: Secret,
    *,
    through: asyncssh.SSHClientConnection | None,
    jump: bool,
    login: Login | None = None,
) -> asyncssh.SSHClientConnection:
    """Connect to a place, through the connection to the one before it if there is one.

    What the credential does not answer is asked of ``login``; time a person takes counts for none.
    Raises HostKeyRefused, LoginRefused, LoginWaits, ConnectionError, TimeoutError.
    """
    trusted = await surroundings.trusted(place.text, jump)
    # Beyond a jump the name is the jump's to resolve; what may be reached from there is that host's affair.
    hosts = [place.host] if through else await surroundings.addresses_of(place.host, place.port)
    watcher = LoginClient(trusted, place.text, _user(place, secret), secret, login)
    problem: Exception | None = None
    for host in hosts:
        try:
            async with asyncio.timeout(route.connect_seconds) as limit:
                watcher.limit = limit
                return await asyncssh.connect(
                    host,
                    place.port,
                    tunnel=through or (),
                    host_key_alias=place.host,
                    client_factory=lambda: watcher,
                    encryption_algs=route.ciphers,
                    compression_algs=None,
                    login_timeout=0,  # ours above knows when a person is asked
                    keepalive_interval=route.keepalive_seconds,
                    keepalive_count_max=3,
                    **host_trust.options(trusted, route.authorities),
                    **_login(place, secret),
                )
        except asyncssh.HostKeyNotVerifiable as error:
            if watcher.shown is None:
                raise ConnectionError(f"{place.text} shows a bad certificate: {error.reason}") from error
            line = host_trust.line_of(watcher.shown)
            await surroundings.refused(place.text, jump, line)
            kind, fingerprint, _ = host_trust.fingerprint_of(line)
            raise HostKeyRefused(place.text, kind, fingerprint, bool(trusted)) from error
        except asyncssh.PermissionDenied as error:
            if watcher.problem is not None:
                raise watcher.problem from error
            raise LoginRefused(
                f"{place.text} does not let {_user(place, secret)} in: {error.reason}",
                with_password=watcher.gave_password,
            ) from error
        except TimeoutError as error:
            problem = TimeoutError(f"{place.text} does not answer within {route.connect_seconds:g} s")
            problem.__cause__ = error
        except (asyncssh.Error, OSError) as error:
            said = error.reason if isinstance(error, asyncssh.Error) else error.strerror or str(error)
            problem = ConnectionError(f"{place.text} cannot be reached: {said}")
            problem.__cause__ = error
        if watcher.asked:  # another address would ask the same again
            raise LoginWaits(f"{place.text} ended the connection after it had asked: {problem}")
    raise problem or ConnectionError(f"{place.text} has no address")


def child_login(
    route: Route, place: Place | None, opened: Sequence[asyncssh.SSHClientConnection], secret: Secret
) -> ChildLogin | None:
    """Return how OpenSSH's client gets where the open connections got; ``None`` without a key, or with odd names."""
    if not isinstance(secret, SshIdentity) or place is None or not opened:
        return None
    hops = []
    for number, (at, connection) in enumerate(zip([*route.jumps, place], opened, strict=True)):
        # Where the first one is connected to was vetted; beyond it names are the jump's to resolve.
        host = at.host if number else str(connection.get_extra_info("peername")[0])
        shown = connection.get_server_host_key()
        alias = f"hop{number}" if shown else at.host
        signers = [f"@cert-authority {alias} {host_trust.fingerprint_of(line)[2]}" for line in route.authorities]
        known = [f"{alias} {host_trust.line_of(shown)}"] if shown else signers
        user = _user(at, secret)
        if not (_PLAIN.fullmatch(host) and _PLAIN.fullmatch(at.host) and _PLAIN.fullmatch(user)):
            return None
        hops.append(Hop(host, at.port, user, alias, known))
    return ChildLogin(
        hops=hops,
        identity=secret,
        ciphers=route.ciphers,
        connect_seconds=route.connect_seconds,
        keepalive_seconds=route.keepalive_seconds,
    )


def _user(place: Place, secret: Secret) -> str:
    named = secret.user if isinstance(secret, (Password, SshIdentity)) else ""
    return place.user or named


def _login(place: Place, secret: Secret) -> dict[str, Any]:
    """Return what logs in, and nothing of this account's own: no configuration, no agent, no keys at home."""
    options: dict[str, Any] = {"username": _user(place, secret), "config": None, "agent_path": None, "gss_host": None}
    if isinstance(secret, SshIdentity):
        key = asyncssh.import_private_key(secret.private_key)
        pair = (key, asyncssh.import_certificate(secret.certificate)) if secret.certificate else key
        return options | {"client_keys": [pair], "preferred_auth": "publickey,keyboard-interactive"}
    if isinstance(secret, Password):
        # keyboard-interactive first: to a server that also wants a code, a password alone is a login that failed.
        return options | {"client_keys": None, "preferred_auth": "keyboard-interactive,password"}
    raise LoginRefused(f"a credential of the kind {type(secret).__name__} does not log in over SSH")
