"""Secrets and signatures of webhooks, as Standard Webhooks 1.0 writes them (standardwebhooks.com). Pure."""

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence

_PREFIX = "whsec_"
_BYTES = 32  # the specification asks for 24 to 64


def new_secret() -> str:
    """Return a secret as receivers are given it."""
    return _PREFIX + base64.b64encode(os.urandom(_BYTES)).decode()


def signature_of(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature of one message at one time, in seconds since 1970."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def headers_of(secrets: Sequence[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the headers a message is sent with; while a secret is being replaced, both have signed."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "Stormbell-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature_of(secret, message_id, timestamp, body) for secret in secrets),
    }
