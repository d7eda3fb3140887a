"""Keeps secrets out of log records: by value, by key name, and by the shape of our own tokens.

Values are replaced in the finished line, so it does not matter where a secret hides: in a message, in a nested value
or in a library's traceback.
"""

import json
import re
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, quote_plus

REDACTED = "[redacted]"
SHORTEST_SECRET = 6  # a shorter one would blank out ordinary words, and hides nothing anybody could not guess
DEEPEST = 8  # levels of nesting shown; also what ends a circular value
# A secret that is a word of the record's own frame would make it unreadable.
_FRAME = (
    b'{"at":"","level":"warning","module":"message","request_id":"job_id","incident_id":"simulation_id","stage":'
    b'"critical","node":"data","exception":"debug"}'
)

_BY_NAME = re.compile(
    r"(^|[_\-.])(password|passwd|passphrase|secret|token|authorization|cookie|api_?key|private_?key|credential)s?$",
    re.IGNORECASE,
)
_OUR_TOKEN = re.compile(rb"\bsb_[A-Za-z0-9_\-]{16,}")
_USERINFO = re.compile(rb"(://[^/\s:@\"]*:)[^/\s@\"]+@")

_lock = threading.Lock()
_known: frozenset[bytes] = frozenset()
_longest_first: tuple[bytes, ...] = ()


def register_secret(value: str) -> None:
    """Replace ``value`` in every log line from now on, also as JSON or a URL would write it.

    For long-lived secrets (credentials, keys, the setup token); a value shorter than 6 characters is ignored.
    """
    global _known, _longest_first
    if len(value) < SHORTEST_SECRET:
        return
    forms = {value, json.dumps(value, ensure_ascii=False)[1:-1], json.dumps(value)[1:-1]}
    forms |= {quote(value, safe="", errors="replace"), quote_plus(value, errors="replace")}
    encoded = {form.encode("utf-8", "replace") for form in forms}
    with _lock:
        _known |= {form for form in encoded if form not in _FRAME}
        # Longest first, so a secret that contains another does not leave its rest behind.
        _longest_first = tuple(sorted(_known, key=len, reverse=True))


def redact_line(line: bytes) -> bytes:
    """Return ``line`` without any registered secret, token of ours or password in an address."""
    for secret in _longest_first:
        if secret in line:
            line = line.replace(secret, REDACTED.encode())
    if b"sb_" in line:
        line = _OUR_TOKEN.sub(b"sb_" + REDACTED.encode(), line)
    if b"://" in line and b"@" in line:
        line = _USERINFO.sub(rb"\1" + REDACTED.encode() + b"@", line)
    return line


def redact_names(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``fields`` with the value of every key that names a secret replaced, in nested mappings too."""
    return {key: _redacted(key, value, DEEPEST) for key, value in fields.items()}


def _redacted(key: object, value: Any, depth: int) -> Any:
    if isinstance(key, str) and value is not None and _BY_NAME.search(key):
        return REDACTED
    if isinstance(value, Mapping | list | tuple) and depth == 0:
        return "…"
    if isinstance(value, Mapping):
        return {str(k): _redacted(k, v, depth - 1) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(None, item, depth - 1) for item in value]
    return value
