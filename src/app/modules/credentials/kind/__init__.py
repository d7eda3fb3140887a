"""The seam of credential kinds: one file for each thing to log in with, loaded by its name.

A driver file holds ``Settings`` (what a person gives; secrets are ``SecretStr``), the class ``Kind`` that fulfils
:class:`CredentialKind` (and :class:`RenewableKind`, :class:`ConsentKind` where it can), and ``probe``. It is pure but
for ``renew`` and ``consented``.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict, Field

from app.kernel.http import GuardedClient
from app.modules.credentials.errors import ReauthRequired
from app.modules.credentials.secrets import Secret

__all__ = [
    "KIND",
    "Answer",
    "Consent",
    "ConsentKind",
    "CredentialKind",
    "Held",
    "Prepared",
    "ReauthRequired",
    "RenewableKind",
    "SecretInvalid",
    "Wanted",
]

KIND = "credentials.kind"


class SecretInvalid(ValueError):
    """What was given is no secret of this kind. ``member`` names the setting; the message never says its value."""

    def __init__(self, member: str, message: str) -> None:
        super().__init__(message)
        self.member = member


@dataclass(frozen=True)
class Prepared:
    """What is kept of a credential: ``public`` is shown, ``secret`` is sealed; both are JSON values.

    ``lacks`` says why nothing can log in with it yet.
    """

    public: dict[str, Any]
    secret: dict[str, Any] = field(repr=False)
    expires_at: datetime | None = None
    lacks: str | None = None


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

    def can_renew(self, held: Held) -> bool:
        """Say whether it holds what renewing takes."""

    def is_due(self, held: Held, now: datetime) -> bool:
        """Say whether it has to be renewed before it is used."""

    async def renew(self, http: GuardedClient, held: Held, now: datetime) -> Prepared:
        """Ask the service for the next secret. Raises ReauthRequired (409), EgressDenied (403), RemoteProblem (502)."""


@dataclass(frozen=True)
class Consent:
    """A consent under way: where its service leads back to, and what shows that an answer belongs to it."""

    redirect_address: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)
    nonce: str = field(repr=False)


class Answer(BaseModel):
    """The query of the address the service led back to (RFC 6749, 4.1.2; RFC 9207), without the state."""

    model_config = ConfigDict(extra="ignore")
    code: str | None = Field(None, min_length=1, max_length=4096, repr=False)
    iss: str | None = Field(None, max_length=1000)
    error: str | None = Field(None, max_length=200)
    error_description: str | None = Field(None, max_length=1000)


@runtime_checkable
class ConsentKind(CredentialKind, Protocol):
    """A kind whose secret a person lets the house have, in a browser, at its service."""

    def consents_at(self, public: dict[str, Any]) -> str | None:
        """Return what redirect addresses call the service, no two alike; ``None`` when nobody can be asked there."""

    def consent_page(self, held: Held, consent: Consent) -> str:
        """Return the address of the service's page on which a person consents."""

    async def consented(
        self, http: GuardedClient, held: Held, consent: Consent, answer: Answer, now: datetime
    ) -> Prepared:
        """Return what the service gives for a person's answer.

        Raises ConsentRefused (409), EgressDenied (403), RemoteProblem (502).
        """
