"""The login-method seam: begin in a browser, finish there, and say who it was.

A driver file holds ``Settings``, the class ``Method`` that fulfils :class:`LoginMethod`, and ``probe``. A method only
finds out who somebody is; whether they have an account here, and opening the session, is not its business.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from pydantic import BaseModel

if TYPE_CHECKING:
    from app.kernel.node import Node

Kind = Literal["form", "redirect", "passkey"]


@dataclass(frozen=True)
class Client:
    """Where a login comes from: its address, browser, the secret of the session it still has, and of its logins."""

    ip: str
    user_agent: str | None
    old_secret: str | None
    browser: str | None = None


@dataclass(frozen=True, kw_only=True)
class Flow:
    """A login under way in one browser; with ``user_id`` that user adds a further way to log in.

    With ``subject_id`` nobody logs in here: the user lets the house in elsewhere, in their name.
    ``origin`` is where people reach us ("https://stormbell.example.org").
    """

    state: str = field(repr=False)
    method: str
    origin: str
    next_path: str = "/"
    user_id: str | None = None
    subject_id: str | None = None
    browser: str = field(repr=False)

    def derived(self, purpose: str) -> str:
        """Return 43 URL-safe characters that only this browser's login and this purpose have.

        What has to be remembered between begin and finish (nonce, code verifier, challenge) is made from the secret in
        the browser's cookie, so the database never holds it.
        """
        raw = hmac.digest(self.browser.encode(), f"{purpose}\0{self.state}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """What the browser is to do: open ``url``, or answer the WebAuthn options ``public_key``; or show a form."""

    url: str | None = None
    public_key: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class NewPasskey:
    """A passkey to add to a user: the public half, as WebAuthn names its parts."""

    name: str
    credential_id: bytes
    credential_data: bytes
    relying_party: str
    sign_count: int
    transports: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who somebody has shown to be: a user of ours, or ``subject`` as ``issuer`` names them.

    ``email_verified`` is the issuer's word. ``basis`` is the password hash a right password was checked against, and
    ``passkey_id`` the passkey that signed: the login counts only while the user still has it. ``new_passkey`` is to be
    added to the user who began.
    """

    user_id: str | None = None
    issuer: str | None = None
    subject: str | None = None
    email: str | None = None
    email_verified: bool = False
    name: str | None = None
    basis: str | None = field(default=None, repr=False)
    passkey_id: str | None = None
    new_passkey: NewPasskey | None = None


class LoginMethod(Protocol):
    """One way to log in.

    ``answer`` is what the browser sends in the end. ``guessable``: answers can be guessed, so attempts are counted,
    under the ``email`` the answer then has.
    """

    kind: Kind
    title: str
    guessable: bool
    answer: type[BaseModel]

    def __init__(self, name: str, settings: Any, node: "Node") -> None: ...

    def offered(self, origin: str) -> bool:
        """Say whether it can be used by a browser that reaches us at ``origin``."""

    async def begin(self, flow: Flow) -> Beginning:
        """Say what the browser is to do. May use the network; no transaction is open."""

    async def finish(self, flow: Flow, answer: Any) -> Identity:
        """Return who the browser's answer shows. Raises CredentialsInvalid (401) or another Problem saying why not.

        Writes nothing that opens a way in: who asked may have lost the account while this looked.
        """

    async def close(self) -> None:
        """Let go of connections; the node stops."""
