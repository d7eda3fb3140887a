"""An SSH certificate authority: signs user certificates that are good for minutes or hours.

Written against OpenSSH's PROTOCOL.certkeys and sshd_config(5), TrustedUserCAKeys (OpenSSH 10).
"""

import os
import re
from datetime import timedelta
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    SSHCertificateBuilder,
    SSHCertificateType,
    load_ssh_public_key,
)
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from app.modules.credentials.errors import CertificateInvalid
from app.modules.credentials.kind import Held, Prepared, Wanted, _ssh
from app.modules.credentials.secrets import SshIdentity

_USER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}\$?")
_CLOCKS_DIFFER_SECONDS = 60
_SIGNABLE = (ed25519.Ed25519PublicKey, ec.EllipticCurvePublicKey, rsa.RSAPublicKey)


class Settings(BaseModel):
    """Whom it may sign for, and for how long. Without a private key a new Ed25519 one is made."""

    model_config = ConfigDict(extra="forbid")
    users: list[str] = Field(
        title="User names", min_length=1, max_length=50, examples=[["ada"]],
        description="Accounts a certificate may open; the first is whom Stormbell itself logs in as",
    )  # fmt: skip
    seconds: int = Field(
        3600, title="Good for, in seconds", ge=60, le=7 * 86_400, description="A certificate's longest life"
    )
    private_key: SecretStr | None = Field(
        None, title="Private key", max_length=20_000, description="OpenSSH or PEM; leave out to have one made"
    )
    passphrase: SecretStr | None = Field(None, title="Passphrase", max_length=1000, description="Of an encrypted key")

    @field_validator("users")
    @classmethod
    def _names(cls, users: list[str]) -> list[str]:
        if not all(_USER.fullmatch(user) for user in users):
            raise ValueError("a user name is made of letters, digits and _ . -, and does not begin with a digit")
        return list(dict.fromkeys(users))


class Kind:
    """Lends a key made for the occasion, with a certificate for the first user."""

    def prepare(self, settings: Settings) -> Prepared:
        """Keep the authority's key; its public half is the line for TrustedUserCAKeys."""
        key = (
            _ssh.generated()
            if settings.private_key is None
            else _ssh.imported(settings.private_key, settings.passphrase)
        )
        line = _ssh.public_line(key, "stormbell-user-ca")
        public = {
            "users": settings.users,
            "seconds": settings.seconds,
            "public_key": line,
            "fingerprint": _ssh.fingerprint(line),
        }
        return Prepared(public, {"private_key": _ssh.private_text(key)})

    def lent(self, held: Held, wanted: Wanted) -> SshIdentity:
        """Make a key pair, sign it, and lend both: nothing has to be kept or revoked."""
        key = _ssh.generated()
        line = _ssh.public_line(key, "stormbell")
        user = held.public["users"][0]
        return SshIdentity(user, _ssh.private_text(key), line, self.certificate(held, wanted, line, [user]))

    def certificate(
        self, held: Held, wanted: Wanted, public_key: str, users: list[str], seconds: int | None = None
    ) -> str:
        """Return a certificate for somebody's public key. Raises CertificateInvalid (422).

        It forwards nothing and may have a terminal. Its key id, which sshd logs, says who asked and for what.
        """
        allowed, longest = held.public["users"], held.public["seconds"]
        if strange := [user for user in users if user not in allowed]:
            raise CertificateInvalid(f"{held.name} signs for {', '.join(allowed)}, not for {strange[0][:64]!r}")
        if seconds is not None and seconds > longest:
            raise CertificateInvalid(f"{held.name} signs for at most {longest} seconds")
        told = "".join(c if 32 < ord(c) < 127 else "_" for c in f"{held.name}/{wanted.user_id}/{wanted.purpose}")
        builder = (
            SSHCertificateBuilder()
            .public_key(_public(public_key))
            .serial(int.from_bytes(os.urandom(8), "big"))
            .type(SSHCertificateType.USER)
            .key_id(told[:200].encode())
            .valid_principals([user.encode() for user in users or allowed[:1]])
            .valid_after(int((wanted.now - timedelta(seconds=_CLOCKS_DIFFER_SECONDS)).timestamp()))
            .valid_before(int((wanted.now + timedelta(seconds=seconds or longest)).timestamp()))
            .add_extension(b"permit-pty", b"")
        )
        return builder.sign(_ssh.opened(held.secret["private_key"])).public_bytes().decode()


def probe() -> str | None:
    """Return why this driver cannot be used here; it always can."""
    return None


def _public(line: str) -> Any:
    try:
        key = load_ssh_public_key(line.strip().encode())
    except (ValueError, UnsupportedAlgorithm):
        raise CertificateInvalid("public_key is no OpenSSH public key, such as the line of id_ed25519.pub") from None
    if not isinstance(key, _SIGNABLE):
        raise CertificateInvalid("public_key is of a kind that is not signed; use Ed25519")
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < _ssh.SMALLEST_RSA_BITS:
        raise CertificateInvalid(f"an RSA key has at least {_ssh.SMALLEST_RSA_BITS} bits; better, use Ed25519")
    return key
