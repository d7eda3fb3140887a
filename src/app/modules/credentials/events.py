"""Facts about credentials. None says a secret; that one was used is in ``credential_uses``."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.bus import Event


@dataclass(frozen=True, kw_only=True)
class CredentialChanged(Event):
    """A credential was created, replaced, changed, removed, or is refused by its service."""

    type: ClassVar[str] = "credential.changed"
    name: str
    change: str

    def text(self) -> str:
        """Say it."""
        return f"Credential {self.name} {self.change}"


@dataclass(frozen=True, kw_only=True)
class VaultKeysRotated(Event):
    """Everything is sealed with a new key."""

    type: ClassVar[str] = "vault.keys_rotated"
    resealed_count: int

    def text(self) -> str:
        """Say it."""
        return f"The vault has a new key; {self.resealed_count} values were sealed anew"
