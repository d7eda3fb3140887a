"""SSH keys as the two kinds that have one keep them: OpenSSH's form (PROTOCOL.key), not encrypted, inside the seal."""

import base64
import hashlib
import re
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_ssh_private_key,
)
from pydantic import SecretStr

from app.modules.credentials.kind import SecretInvalid

SMALLEST_RSA_BITS = 2048  # OpenSSH's own RequiredRSASize default is 1024; NIST SP 800-131A asks for 2048

# A field of one line takes the line breaks out of what is pasted into it.
_ONE_LINE = re.compile(r"(-----BEGIN [A-Z ]+-----)\s*([A-Za-z0-9+/=\s]+?)\s*(-----END [A-Z ]+-----)")
_KINDS = (Ed25519PrivateKey, ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey)


def generated() -> Any:
    """Return a new Ed25519 key."""
    return Ed25519PrivateKey.generate()


def imported(private_key: SecretStr, passphrase: SecretStr | None) -> Any:
    """Return a key given as OpenSSH or PEM text. Raises SecretInvalid, which never says what was given."""
    text = _in_lines(private_key.get_secret_value()).encode(errors="replace")
    password = passphrase.get_secret_value().encode() if passphrase is not None else None
    load = load_ssh_private_key if b"OPENSSH PRIVATE KEY" in text else load_pem_private_key
    try:
        key = load(text, password)
        if not isinstance(key, _KINDS):
            raise SecretInvalid("private_key", "Keys of this kind are not used any more; use Ed25519")
        key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    except TypeError:
        if password is None:
            raise SecretInvalid("passphrase", "The private key is encrypted; give its passphrase") from None
        raise SecretInvalid("passphrase", "The private key is not encrypted; leave the passphrase out") from None
    except SecretInvalid:
        raise
    except (ValueError, UnsupportedAlgorithm):
        if password is not None:
            raise SecretInvalid(
                "passphrase", "The passphrase does not open the private key, or it is damaged"
            ) from None
        raise SecretInvalid("private_key", "This is no private key in OpenSSH or PEM form") from None
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size < SMALLEST_RSA_BITS:
        raise SecretInvalid("private_key", f"An RSA key has at least {SMALLEST_RSA_BITS} bits; better, use Ed25519")
    return key


def _in_lines(text: str) -> str:
    text = text.strip().replace("\r\n", "\n")
    found = _ONE_LINE.fullmatch(text)
    if found is None:
        return text + "\n"
    body = "".join(found[2].split())
    return "\n".join((found[1], *(body[at : at + 70] for at in range(0, len(body), 70)), found[3])) + "\n"


def private_text(key: Any) -> str:
    """Return a private key in OpenSSH's form."""
    written: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    return written.decode()


def opened(private_text: str) -> Any:
    """Return the key of text that :func:`private_text` wrote."""
    return load_ssh_private_key(private_text.encode(), None)


def public_line(key: Any, comment: str) -> str:
    """Return the line for authorized_keys."""
    return f"{key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()} {comment}".strip()


def fingerprint(public_line: str) -> str:
    """Return what ``ssh-keygen -l`` shows."""
    digest = hashlib.sha256(base64.b64decode(public_line.split()[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")
