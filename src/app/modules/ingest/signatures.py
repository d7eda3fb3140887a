"""Signed requests as Standard Webhooks writes them (standardwebhooks.com, 1.0): id, time and body under an HMAC."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping

from app.modules.ingest.errors import SignatureStale, SignatureWrong

PREFIX = "whsec_"
HEADER = "webhook-signature"
_LEAST_BYTES, _MOST_BYTES = 24, 64
_MOST_SIGNATURES = 10


def new_secret() -> str:
    """Return a new signing secret as senders are given it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def key_of(secret: str) -> bytes:
    """Return the key a secret stands for. Raises ValueError."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError(f"a signing secret is {PREFIX} and base64") from error
    if not secret.startswith(PREFIX) or not _LEAST_BYTES <= len(key) <= _MOST_BYTES:
        raise ValueError(f"a signing secret is {PREFIX} and the base64 of {_LEAST_BYTES} to {_MOST_BYTES} bytes")
    return key


def sign(key: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a request."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def verify(key: bytes, headers: Mapping[str, str], body: bytes, *, now: float, tolerance_seconds: float) -> bytes:
    """Return what tells this request from every other one.

    Raises SignatureWrong, SignatureStale (401).
    """
    message_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message_id or not (stamp.isascii() and stamp.isdigit()) or len(stamp) > 12:
        raise SignatureWrong("a signed request has webhook-id, webhook-timestamp and webhook-signature")
    expected = sign(key, message_id, int(stamp), body)
    given = headers.get(HEADER, "").split()[:_MOST_SIGNATURES]
    if not any(hmac.compare_digest(one.encode(), expected.encode()) for one in given):
        raise SignatureWrong("the signature was made with another secret, or what was signed was altered")
    # Told only to who knows the secret.
    if abs(now - int(stamp)) > tolerance_seconds:
        raise SignatureStale(f"the request was signed {now - int(stamp):.0f} s ago by this server's clock")
    return hashlib.sha256(expected.encode()).digest()
