"""Keeps secrets out of log records: by value, by key name, and by the shape of our own tokens.

Values are replaced in the finished line, so it does not matter where a secret hides: in a message, in a nested value
or in a library's traceback. What could also match outside a JSON string is not looked for: whoever may store a secret
could otherwise break every line.
"""

import json
import re
import sys
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, quote_plus

REDACTED = "[redacted]"
SHORTEST_SECRET = 6  # a shorter one would blank out ordinary words, and hides nothing anybody could not guess
DEEPEST = 8  # levels of nesting shown; also what ends a circular value
KNOWN_NAMES = 10_000
SEARCHED_SINGLY = 32
LENT_COUNT = 500
WORD_SURELY = 15  # a text of 15 bytes holds a whole eight-byte word wherever it begins
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

# Numbers, times and what stands between strings; ids of ours, which are no secrets and tell records apart.
_OUTSIDE_STRINGS = re.compile(r"(?:[\[\]{}:,0-9.+\-eETZ\s]|true|false|null)+|[a-z]{2,6}_[0-9A-Z]{26}")

_lock = threading.Lock()
_lasting: frozenset[bytes] = frozenset()
_lent: OrderedDict[str, frozenset[bytes]] = OrderedDict()
# The long ones, every eight bytes of each of them when they are many, the short ones: one tuple, so that threads never
# see half.
_search: tuple[tuple[bytes, ...], frozenset[int], tuple[bytes, ...]] = ((), frozenset(), ())
_harmless: set[str] = set()  # keys that name no secret
_SCALARS = frozenset({str, int, float, bool, type(None)})
_REDACTED = REDACTED.encode()


def register_secret(value: str, *, lent: bool = False) -> None:
    """Replace ``value`` in every log line from now on, as JSON or a URL writes it.

    One that is ``lent`` to work for a moment, and may be another next time, is forgotten again after 500 others. A
    value shorter than 6 characters is ignored, and one made of digits and JSON's own marks alone.
    """
    global _lasting, _search
    if len(value) < SHORTEST_SECRET or _OUTSIDE_STRINGS.fullmatch(value):
        return
    with _lock:
        if value in _lent:
            _lent.move_to_end(value)
            return
        forms = _forms(value)
        if forms <= _lasting:
            return
        if lent:
            _lent[value] = forms
            if len(_lent) > LENT_COUNT:
                _lent.popitem(last=False)
        else:
            _lasting |= forms
        _search = _arranged(_lasting.union(*_lent.values()))


def redact_text(text: str) -> str:
    """Return plain text without what :func:`redact_line` takes out of JSON."""
    shown: str = json.loads(redact_line(json.dumps(text).encode()))
    return shown


def redact_line(line: bytes) -> bytes:
    """Return ``line``, or any number of lines at once, without a registered secret, token of ours or URL password."""
    # To look for one secret in 500 lines at once costs 0.04 µs a line, to look in each line 0.25 µs. Beyond some thirty
    # it is cheaper to look up every eighth byte's word among all words of all secrets: 0.8 µs a line for any number.
    long_ones, words, short_ones = _search
    if long_ones and not (words and words.isdisjoint(memoryview(line)[: len(line) // 8 * 8].cast("Q"))):
        for secret in long_ones:
            if secret in line:
                line = line.replace(secret, _REDACTED)
    for secret in short_ones:
        if secret in line:
            line = line.replace(secret, _REDACTED)
    if b"sb_" in line:
        line = _OUR_TOKEN.sub(b"sb_" + _REDACTED, line)
    if b"://" in line and b"@" in line:
        line = _USERINFO.sub(rb"\1" + _REDACTED + b"@", line)
    return line


def _forms(value: str) -> frozenset[bytes]:
    # Not the value as it is: JSON writes the quotes and backslashes in it otherwise; only its own frame has them so.
    forms = {json.dumps(value, ensure_ascii=False)[1:-1], json.dumps(value)[1:-1]}
    forms |= {quote(value, safe="", errors="replace"), quote_plus(value, errors="replace")}
    return frozenset(one for form in forms if (one := form.encode("utf-8", "replace")) not in _FRAME)


def _arranged(known: frozenset[bytes]) -> tuple[tuple[bytes, ...], frozenset[int], tuple[bytes, ...]]:
    """Return what to search for, longest first, so a secret that contains another does not leave its rest behind."""
    ordered = sorted(known, key=len, reverse=True)
    if len(ordered) <= SEARCHED_SINGLY:
        return tuple(ordered), frozenset(), ()
    long_ones = tuple(secret for secret in ordered if len(secret) >= WORD_SURELY)
    words = frozenset(
        int.from_bytes(secret[at : at + 8], sys.byteorder) for secret in long_ones for at in range(len(secret) - 7)
    )
    return long_ones, words, tuple(ordered[len(long_ones) :])


def redact_names(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``fields`` with the value of every key that names a secret replaced, in nested mappings too."""
    shown = {}
    for key, value in fields.items():
        if type(value) in _SCALARS and key in _harmless:
            shown[key] = value
        else:
            shown[key] = _redacted(key, value, DEEPEST)
    return shown


def _redacted(key: object, value: Any, depth: int) -> Any:
    if isinstance(key, str) and key not in _harmless:
        if _BY_NAME.search(key):
            return REDACTED if value is not None else None
        if len(_harmless) < KNOWN_NAMES:
            _harmless.add(key)
    if isinstance(value, Mapping | list | tuple) and depth == 0:
        return "…"
    if isinstance(value, Mapping):
        return {str(k): _redacted(k, v, depth - 1) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(None, item, depth - 1) for item in value]
    return value
