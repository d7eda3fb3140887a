"""What a credential is while it is used, one type for each way to log in. None of them shows itself when printed."""

import base64
from dataclasses import dataclass, field, fields
from datetime import datetime


@dataclass(frozen=True)
class Secret:
    """What :func:`use` lends."""

    def values(self) -> list[str]:
        """Return every secret text in it, so that logs can leave them out."""
        hidden = [getattr(self, one.name) for one in fields(self) if not one.repr]
        return [value for value in hidden if isinstance(value, str) and value]


@dataclass(frozen=True)
class Password(Secret):
    """A user name and its password."""

    user: str
    password: str = field(repr=False)

    def values(self) -> list[str]:
        """Return the password, and both as HTTP writes them."""
        return [self.password, _basic(self)]


@dataclass(frozen=True)
class Bearer(Secret):
    """A token that is sent as it is; an OAuth access token is one, good until ``expires_at``."""

    token: str = field(repr=False)
    expires_at: datetime | None = None


@dataclass(frozen=True)
class SshIdentity(Secret):
    """A private key in OpenSSH's form, not encrypted; ``certificate`` says for whom when an authority signed it."""

    user: str
    private_key: str = field(repr=False)
    public_key: str
    certificate: str | None = None


@dataclass(frozen=True)
class S3Keys(Secret):
    """Keys of an S3 service."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


def http_headers(secret: Secret) -> dict[str, str]:
    """Return the headers that log an HTTP request in (RFC 7617, RFC 6750). Raises TypeError for what cannot."""
    if isinstance(secret, Bearer):
        return {"Authorization": f"Bearer {secret.token}"}
    if isinstance(secret, Password):
        return {"Authorization": f"Basic {_basic(secret)}"}
    raise TypeError(f"{type(secret).__name__} does not log in over HTTP")


def _basic(secret: Password) -> str:
    return base64.b64encode(f"{secret.user}:{secret.password}".encode()).decode()
