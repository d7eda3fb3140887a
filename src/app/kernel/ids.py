"""Prefixed, time-sortable identifiers such as ``inc_01K8Q4ZTB2M3N4P5Q6R7S8T9VW``."""

import os
import time

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base32: no I, L, O, U


def new_id(prefix: str) -> str:
    """Return ``<prefix>_<26 characters>``: 48 bits of Unix milliseconds, then 80 random bits (the ULID layout)."""
    value = (time.time_ns() // 1_000_000 << 80) | int.from_bytes(os.urandom(10), "big")
    text = ""
    for _ in range(26):
        value, digit = divmod(value, 32)
        text = _ALPHABET[digit] + text
    return f"{prefix}_{text}"


def is_id(value: str, prefix: str) -> bool:
    """Say whether ``value`` has the form :func:`new_id` gives for ``prefix``."""
    head, _, tail = value.partition("_")
    return head == prefix and len(tail) == 26 and all(c in _ALPHABET for c in tail)
