"""Prefixed, time-sortable identifiers such as ``inc_01K8Q4ZTB2M3N4P5Q6R7S8T9VW``."""

import itertools
import os
import time
from collections.abc import Iterator

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base32: no I, L, O, U
_PAIRS = tuple(a + b for a in _ALPHABET for b in _ALPHABET)

# The millisecond, its 22 characters and what is counted on in the last four: one tuple, so that threads never see half.
_current: tuple[int, str, Iterator[int]] = (0, "", iter(()))


def new_id(prefix: str) -> str:
    """Return ``<prefix>_<26 characters>``: 48 bits of Unix milliseconds, then 80 random bits (the ULID layout).

    Those of one millisecond and process follow one another: they count on from the first one's random bits.
    """
    millisecond, head, numbers = _current
    now = time.time_ns() // 1_000_000
    if now != millisecond:
        head, numbers = _begin(now)
    number = next(numbers)
    return f"{prefix}_{head}{_PAIRS[number >> 10]}{_PAIRS[number & 1023]}"


def is_id(value: str, prefix: str) -> bool:
    """Say whether ``value`` has the form :func:`new_id` gives for ``prefix``."""
    head, _, tail = value.partition("_")
    return head == prefix and len(tail) == 26 and all(c in _ALPHABET for c in tail)


def made_at(value: str) -> float:
    """Return when :func:`new_id` gave an id, in seconds since 1970, by the clock of its process."""
    bits = 0
    for character in value.rpartition("_")[2]:
        bits = bits << 5 | _ALPHABET.index(character)
    return (bits >> 80) / 1000


def _begin(millisecond: int) -> tuple[str, Iterator[int]]:
    global _current
    bits = millisecond << 60 | int.from_bytes(os.urandom(8), "big") >> 4
    # 110 bits in 11 pairs; of the last 20 the first is left empty, so that counting never carries into the head.
    head = "".join([_PAIRS[bits >> shift & 1023] for shift in range(100, -10, -10)])
    numbers = itertools.count(int.from_bytes(os.urandom(3), "big") >> 5)
    _current = (millisecond, head, numbers)
    return head, numbers


def _forget() -> None:
    global _current
    _current = (0, "", iter(()))


os.register_at_fork(after_in_child=_forget)  # or both processes would count on from the same
