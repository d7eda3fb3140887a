"""Secrets that this server makes: 256 random bits each, of which only the SHA-256 is kept.

A fast hash is right for these (and only these): 256 random bits cannot be guessed, however fast the guessing.
"""

import hashlib
import re
import secrets
import string

TOKEN_PREFIX = "sb_"  # noqa: S105 (the public part that lets scanners and people recognise a token)
SHOWN_CHARACTERS = 9  # of a token, in lists: the prefix and 6 of its 43 characters
_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_LENGTH = 43  # 62**43 > 2**256
_TOKEN = re.compile(rf"{TOKEN_PREFIX}[0-9A-Za-z]{{{_LENGTH}}}")
_SECRET = re.compile(rf"[0-9A-Za-z]{{{_LENGTH}}}")


def new_secret() -> str:
    """Return 256 random bits as 43 base 62 characters, so that a double click selects all of it."""
    value, text = int.from_bytes(secrets.token_bytes(32)), ""
    for _ in range(_LENGTH):
        value, digit = divmod(value, 62)
        text = _BASE62[digit] + text
    return text


def new_token() -> str:
    """Return a new API token in the clear; it is shown once."""
    return TOKEN_PREFIX + new_secret()


def digest(raw: str) -> bytes:
    """Return what is stored of a secret."""
    return hashlib.sha256(raw.encode()).digest()


def is_token(raw: str) -> bool:
    """Say whether ``raw`` has the form of an API token, so that nonsense costs no query."""
    return _TOKEN.fullmatch(raw) is not None


def is_secret(raw: str) -> bool:
    """Say whether ``raw`` has the form :func:`new_secret` gives."""
    return _SECRET.fullmatch(raw) is not None
