"""The seam of credential kinds: one file for each thing to log in with, loaded by its name.

A driver file holds ``Settings`` (what a person gives; secrets are ``SecretStr``), the class ``Kind`` that fulfils
:class:`CredentialKind` or :class:`RenewableKind`, and ``probe``. It is pure but for ``renew``.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from app.kernel.http import GuardedClient
from app.modules.credentials.errors import ReauthRequired
from app.modules.credentials.secrets import Secret

__all__ = ["KIND", "CredentialKind", "Held", "Prepared", "ReauthRequired", "RenewableKind", "SecretInvalid", "Wanted"]

KIND = "credentials.kind"


class SecretInvalid(ValueError):
    """What was given is no secret of this kind. ``member`` names the setting; the message never says its value."""

    def __init__(self, member: str, message: str) -> None:
        super().__init__(message)
        self.member = member


@dataclass(frozen=True)
class Prepared:
    """What is kept of a credential: ``public`` is shown, ``secret`` is sealed; both are JSON values."""

    public: dict[str, Any]
    secret: dict[str, Any] = field(repr=False)
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Held:
    """A credential taken from the vault."""

    name: str
    public: dict[str, Any]
    secret: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Wanted:
    """For whom and for what a credential is asked for."""

    user_id: str
    purpose: str
    now: datetime


class CredentialKind(Protocol):
    """One kind of credential."""

    def prepare(self, settings: Any) -> Prepared:
        """Return what is to be kept. May compute; runs in a thread. Raises SecretInvalid."""

    def lent(self, held: Held, wanted: Wanted) -> Secret:
        """Return what a user logs in with."""


@runtime_checkable
class RenewableKind(CredentialKind, Protocol):
    """A kind whose secret is renewed at its service before it runs out."""

    def is_due(self, held: Held, now: datetime) -> bool:
        """Say whether it has to be renewed before it is used."""

    async def renew(self, http: GuardedClient, held: Held, now: datetime) -> Prepared:
        """Ask the service for the next secret. Raises ReauthRequired (409), EgressDenied (403), RemoteProblem (502)."""
