"""An SSH key, made here or brought along; its public half is shown, for authorized_keys."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from app.modules.credentials.kind import Held, Prepared, Wanted, _ssh
from app.modules.credentials.secrets import SshIdentity


class Settings(BaseModel):
    """Whose key it is. Without a private key a new Ed25519 one is made, and its private half never leaves the vault."""

    model_config = ConfigDict(extra="forbid")
    user: str = Field(
        title="User name", max_length=64, pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*\$?$", examples=["ada"],
        description="Name of the account on the other side",
    )  # fmt: skip
    private_key: SecretStr | None = Field(
        None, title="Private key", max_length=20_000, description="OpenSSH or PEM; leave out to have one made"
    )
    passphrase: SecretStr | None = Field(None, title="Passphrase", max_length=1000, description="Of an encrypted key")


class Kind:
    """Lends the private key."""

    def prepare(self, settings: Settings) -> Prepared:
        """Keep the key without its passphrase: the vault takes over what that did."""
        key = (
            _ssh.generated()
            if settings.private_key is None
            else _ssh.imported(settings.private_key, settings.passphrase)
        )
        line = _ssh.public_line(key, "stormbell")
        public = {"user": settings.user, "public_key": line, "fingerprint": _ssh.fingerprint(line)}
        return Prepared(public, {"private_key": _ssh.private_text(key)})

    def lent(self, held: Held, _wanted: Wanted) -> SshIdentity:
        """Lend the key."""
        return SshIdentity(held.public["user"], held.secret["private_key"], held.public["public_key"])


def probe() -> str | None:
    """Return why this driver cannot be used here; it always can."""
    return None
