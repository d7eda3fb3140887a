"""Log records for people on a terminal: one line each, colour only where it can be seen, nothing that can act on it."""

import os
import re
import sys
from typing import Any, TextIO

import orjson

from app.kernel.redaction import redact_line

# C0 and C1 controls, DEL, line separators and bidirectional overrides: text in a record may neither move the cursor
# nor pass for a record of its own.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_PLAIN = re.compile(r"[^\s=\"']+")
_COLOURS = {"debug": "2", "info": "", "warning": "33", "error": "31", "critical": "1;31"}
_CONTEXT = ("incident_id", "simulation_id", "stage", "job_id", "request_id")


class ConsoleSink:
    """Writes records as people read them."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """``stream`` stays ``None`` for whatever sys.stderr is when a record comes."""
        self._stream = stream

    def due_seconds(self) -> float | None:
        """Never."""
        return None

    def take(self, lines: list[bytes], dropped: int) -> None:
        """Write ``lines``; a closed or broken terminal loses them, never the process."""
        stream = self._stream or sys.stderr
        if stream is None or not lines:
            return
        try:
            colour = wants_colour(stream)
            stream.write("".join(render(redact_line(line), colour=colour) for line in lines))
            stream.flush()
        except (OSError, ValueError):
            return

    def settle(self) -> bool:
        """Say that what was written is as permanent as a terminal gets."""
        return True

    def close(self) -> None:
        """Leave stderr open; it is not ours."""


def wants_colour(stream: TextIO) -> bool:
    """Say whether ``stream`` is a terminal whose user did not set NO_COLOR (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def clean(text: str) -> str:
    """Replace every character a terminal could act on by its escape."""
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def render(line: bytes, *, colour: bool) -> str:
    """Return an NDJSON record as text for a terminal, a traceback indented below it."""
    record: dict[str, Any] = orjson.loads(line)
    data = record.get("data", {})
    traceback = data.pop("exception", "")
    level = str(record["level"])
    pairs = [(key, record[key]) for key in _CONTEXT if key in record] + list(data.items())
    shown = " ".join(f"{clean(str(key))}={_value(value)}" for key, value in pairs)
    head = f"{record['at'][11:23]} {level:<8} {clean(str(record['module'])):<10} "
    message = clean(str(record["message"]))
    if colour:
        head = f"\x1b[2m{head[:13]}\x1b[0m\x1b[{_COLOURS.get(level, '')}m{head[13:21]}\x1b[0m{head[21:]}"
        shown = f"\x1b[2m{shown}\x1b[0m" if shown else ""
    below = "".join(f"    | {clean(part)}\n" for part in str(traceback).splitlines())
    return f"{head}{message}{'  ' if shown else ''}{shown}\n{below}"


def _value(value: Any) -> str:
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    text = clean(text)
    return text if _PLAIN.fullmatch(text) or not isinstance(value, str) else f'"{text}"'
