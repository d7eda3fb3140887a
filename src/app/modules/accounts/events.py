"""Facts about accounts. None carries a secret."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.bus import Event

UNKNOWN_USER = "usr_unknown"


@dataclass(frozen=True, kw_only=True)
class AccountCreated(Event):
    """A user was created."""

    type: ClassVar[str] = "account.created"
    name: str
    role: str

    def text(self) -> str:
        return f"{self.name} joined as {self.role}"


@dataclass(frozen=True, kw_only=True)
class AccountChanged(Event):
    """Something about a user changed."""

    type: ClassVar[str] = "account.changed"
    name: str
    change: str

    def text(self) -> str:
        return f"{self.name} {self.change}"


@dataclass(frozen=True, kw_only=True)
class AccountDeleted(Event):
    """A user is gone; what was theirs is their heir's."""

    type: ClassVar[str] = "account.deleted"
    name: str

    def text(self) -> str:
        return f"{self.name} left"


@dataclass(frozen=True, kw_only=True)
class LoggedIn(Event):
    """A user logged in."""

    type: ClassVar[str] = "account.logged_in"
    name: str
    ip: str

    def text(self) -> str:
        return f"{self.name} logged in from {self.ip}"


@dataclass(frozen=True, kw_only=True)
class LoginFailed(Event):
    """Logins from one address fail. Announced at most once a minute for each address.

    An unknown account is not named: people type passwords into the wrong field.
    """

    type: ClassVar[str] = "account.login_failed"
    name: str | None
    ip: str

    def text(self) -> str:
        return f"Login failed for {self.name or 'an unknown account'} from {self.ip}"


@dataclass(frozen=True, kw_only=True)
class TokenCreated(Event):
    """An API token was created."""

    type: ClassVar[str] = "token.created"
    name: str
    scopes: list[str]

    def text(self) -> str:
        return f"API token {self.name} created"


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(Event):
    """An API token was revoked."""

    type: ClassVar[str] = "token.revoked"
    name: str

    def text(self) -> str:
        return f"API token {self.name} revoked"
