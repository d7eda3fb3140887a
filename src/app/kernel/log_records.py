"""What a log record is: its fields, its order and its one line of JSON.

``{at, level, module, request_id?, job_id?, incident_id?, simulation_id?, stage?, node, message, data}``: text comes
last, which makes it cheap to index. Whoever logs pays for this, so it is measured (benchmarks/logging.py).
"""

import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from app.kernel.redaction import redact_line, redact_names, redact_text

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}
CONTEXT_KEYS = ("request_id", "job_id", "incident_id", "simulation_id", "stage")
MESSAGE_CHARACTERS = 4_000
LINE_BYTES = 16_384

_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE
# What JSON lets pass and a terminal, a pager or str.splitlines acts on: DEL, C1 controls, line separators, overrides.
_ACTS = re.compile(rb"\x7f|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]|\xe2\x81[\xa6-\xa9]")

# The second that was last written out, as microseconds since 1970, and its text: one tuple, so no thread sees half.
_second: tuple[int, str] = (0, "")
_modules: dict[str, str] = {}  # by logger; as many as there are loggers


def shape(logger: str, level: str, message: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record for what ``logger`` said, identifiers beside it and everything else under ``data``."""
    data = redact_names(fields)
    record: dict[str, Any] = {"at": _now(), "level": level}
    module = data.pop("module", None)
    record["module"] = str(module) if module else _modules.get(logger) or _module_of(logger)
    if len(message) > MESSAGE_CHARACTERS:
        # Redacted before it is cut: half a secret would not be known again.
        message = redact_text(message)[:MESSAGE_CHARACTERS]
    for key in CONTEXT_KEYS:
        value = data.pop(key, None)
        if value is not None:
            record[key] = value if type(value) is str else str(value)
    record["node"] = ""  # its place; the writer knows the name
    record["message"] = message
    record["data"] = data
    return record


def encode(record: Mapping[str, Any]) -> bytes:
    """Return ``record`` as one JSON line of at most 16 KiB that no terminal acts on, whatever its values are."""
    try:
        line = orjson.dumps(record, repr, _OPTIONS)
    except TypeError:  # huge integers, lone surrogates, circular values
        line = orjson.dumps({k: _plain(v) for k, v in record.items()}, option=_OPTIONS)
    if len(line) > LINE_BYTES:
        line = _cut(record)
    return inert(line)


def inert(text: bytes) -> bytes:
    """Return JSON with what a terminal acts on written as escapes, which JSON itself does not ask for."""
    if not text.isascii() or b"\x7f" in text:
        text = _ACTS.sub(lambda found: b"\\u%04x" % ord(found[0].decode()), text)
    return text


def _cut(record: Mapping[str, Any]) -> bytes:
    try:
        text = orjson.dumps(record["data"], repr, _OPTIONS) if "data" in record else b""
    except TypeError:
        text = orjson.dumps(_plain(record["data"]), option=_OPTIONS)
    shown = redact_line(text).decode()
    # A traceback says most at its two ends.
    cut = {"cut": True, "head": shown[:3_000], "tail": shown[-5_000:]}
    return orjson.dumps({**{k: _plain(v) for k, v in record.items()}, "data": cut}, option=_OPTIONS)


def _now() -> str:
    global _second
    microseconds = time.time_ns() // 1000
    began, text = _second
    rest = microseconds - began
    if not 0 <= rest < 1_000_000:
        rest = microseconds % 1_000_000
        began = microseconds - rest
        text = datetime.fromtimestamp(began // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%S.")
        _second = (began, text)
    return f"{text}{rest:06d}Z"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(_plain(str(k))): _plain(repr(v) if not isinstance(v, str) else v) for k, v in value.items()}
    return str(value).encode("utf-8", "backslashreplace").decode()


def _module_of(logger: str) -> str:
    parts = logger.split(".")
    if parts[0] != "app":
        module = parts[0]
    elif parts[1:2] == ["modules"] and len(parts) > 2:
        module = parts[2]
    else:
        module = parts[1] if len(parts) > 1 else "app"
    if len(_modules) < 10_000:
        _modules[logger] = module
    return module
