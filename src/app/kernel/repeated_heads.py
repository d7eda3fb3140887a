"""Heads of HTTP requests that come again and again on one connection, told by their bytes.

A program that sends sends the same head each time, but for the length of the body and, perhaps, a key. What was read
and understood once has to be read only where it may differ (docs/decisions/0018).
"""

import re
from collections.abc import Mapping, MutableMapping, Set
from typing import Any

LENGTH = b"content-length"
_END = b"\r\n\r\n"
# Of a value that may differ: what a parser can see in no second way. Everything else is for the parser.
_PLAIN = re.compile(rb"[!-~]{1,1000}")
_DIGITS = re.compile(rb"[0-9]{1,9}")
_LONGEST_BYTES = 8192


class RepeatedHead:
    """The bytes of a head between the values that may differ, ``names`` of these in their order."""

    def __init__(self, pieces: list[bytes], names: list[bytes]) -> None:
        self._first, *self._others = pieces
        self._names = names

    def read(self, data: bytes) -> tuple[int, int, Mapping[bytes, bytes]] | None:
        """Return where the body begins, its length, and the other values; ``None``: it is another head, or cut."""
        if not data.startswith(self._first):
            return None
        at, length, values = len(self._first), 0, {}
        for name, piece in zip(self._names, self._others, strict=True):
            end = data.find(b"\r", at)
            if end < 0 or not data.startswith(piece, end):
                return None
            value = data[at:end]
            if name == LENGTH:
                if _DIGITS.fullmatch(value) is None:
                    return None
                length = int(value)
            elif _PLAIN.fullmatch(value) is None:
                return None
            else:
                values[name] = value
            at = end + len(piece)
        return at, length, values


def head_of(data: bytes, scope: MutableMapping[str, Any], varying: Set[bytes]) -> RepeatedHead | None:
    """Return the head at the beginning of ``data``, of which a parser made ``scope``, as one that may come again.

    ``None`` where reading it in the plainest way does not give what the parser found: then bytes alone do not tell.
    """
    end = data.find(_END, 0, _LONGEST_BYTES)
    if end < 0 or scope["http_version"] != "1.1":
        return None
    first, *lines = data[:end].split(b"\r\n")
    query: bytes = scope["query_string"]
    target = scope["raw_path"] + (b"?" + query if query else b"")
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    if first != b"%b %b HTTP/1.1" % (scope["method"].encode(), target) or len(lines) != len(headers):
        return None
    varying = varying | {LENGTH}
    pieces, names = [], []
    piece = first
    for line, (name, value) in zip(lines, headers, strict=True):
        said, _, given = line.partition(b":")
        if said.lower() != name or given.strip(b" \t") != value or name == b"upgrade":
            return None
        if name == b"connection" and value.lower() != b"keep-alive":
            return None
        piece += b"\r\n"
        if name in varying and given == b" " + value:
            pieces.append(piece + said + b": ")
            names.append(name)
            piece = b""
        else:
            piece += line
    if names.count(LENGTH) != 1 or len(set(names)) != len(names):
        return None
    return RepeatedHead([*pieces, piece + _END], names)
