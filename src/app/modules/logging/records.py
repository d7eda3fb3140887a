"""Reads log records back from the segments: newest first, in a thread, with bounded work a request.

Files are read backwards in blocks; a page's cursor is the segment and the offset before which the next one begins.
Scanning 69 MB this way took 0.2 to 0.35 s, so no index is kept.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError

from app.kernel.logs import LEVELS
from app.kernel.paging import Page, decode_cursor, encode_cursor
from app.kernel.segments import segments_in
from app.modules.logging.schemas import LogRecordView

BLOCK_BYTES = 256 * 1024
LINE_BYTES = 256 * 1024  # a longer one is not ours
SCAN_BYTES = 128 * 1024**2
SCAN_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class LogQuery:
    """What to look for. ``level`` is the least severity, ``text`` a substring of message or data."""

    level: str | None = None
    module: str | None = None
    job_id: str | None = None
    incident_id: str | None = None
    simulation_id: str | None = None
    request_id: str | None = None
    text: str | None = None
    since: datetime | None = None

    def needles(self) -> list[bytes]:
        """Return bytes every matching line contains, so most lines are never parsed."""
        fields = {
            "module": self.module,
            "job_id": self.job_id,
            "incident_id": self.incident_id,
            "simulation_id": self.simulation_id,
            "request_id": self.request_id,
        }
        return [b'"%b":%b' % (name.encode(), orjson.dumps(value)) for name, value in fields.items() if value]

    def matches(self, record: dict[str, Any]) -> bool:
        """Say whether a parsed record is wanted; its time is judged by the caller."""
        if self.level is not None and LEVELS.get(str(record.get("level")), 0) < LEVELS[self.level]:
            return False
        for name in ("module", "job_id", "incident_id", "simulation_id", "request_id"):
            wanted = getattr(self, name)
            if wanted is not None and record.get(name) != wanted:
                return False
        if self.text is None:
            return True
        words = f"{record.get('message')} {orjson.dumps(record.get('data')).decode()}"
        return self.text.casefold() in words.casefold()


def search(directory: Path, query: LogQuery, cursor: str | None, limit: int) -> Page[LogRecordView]:
    """Return matching records newest first. Blocks; call it in a thread.

    A page may be short, even empty, and still have a next one: that is where the work of this request ended. Raises
    BadRequest (400) for a foreign cursor.
    """
    start: tuple[str, int] | None = None
    if cursor is not None:
        segment, offset = decode_cursor(cursor, [str, int])
        start = (segment, offset)
    needles = query.needles()
    text = orjson.dumps(query.text)[1:-1].decode().casefold() if query.text else None
    since = query.since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if query.since else None
    found: list[LogRecordView] = []
    scanned = 0
    give_up_at = time.monotonic() + SCAN_SECONDS
    for path in reversed(segments_in(directory)):
        if start is not None and path.stem > start[0]:
            continue
        before = start[1] if start is not None and path.stem == start[0] else None
        for offset, line in _lines_backwards(path, before):
            scanned += len(line)
            if scanned > SCAN_BYTES or (scanned // 65_536 != (scanned - len(line)) // 65_536 and _late(give_up_at)):
                return Page(items=found, next_cursor=encode_cursor([path.stem, offset + len(line) + 1]))
            if any(needle not in line for needle in needles):
                continue
            if text is not None and text not in line.decode(errors="replace").casefold():
                continue
            record = _parsed(line)
            if record is None:
                continue
            if since is not None and str(record.get("at")) < since:
                return Page(items=found)
            if (view := _view(record)) is not None and query.matches(record):
                found.append(view)
                if len(found) == limit:
                    return Page(items=found, next_cursor=encode_cursor([path.stem, offset]))
    return Page(items=found)


def _late(give_up_at: float) -> bool:
    return time.monotonic() > give_up_at


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:  # the torn last line of a killed process
        return None
    return record if isinstance(record, dict) else None


def _view(record: dict[str, Any]) -> LogRecordView | None:
    try:
        return LogRecordView.model_validate(record)
    except ValidationError:
        return None


def _lines_backwards(path: Path, before: int | None) -> Iterator[tuple[int, bytes]]:
    """Yield (offset, line without its end) from the last line that ends before ``before`` to the first."""
    try:
        file = path.open("rb")
    except FileNotFoundError:  # retention was faster
        return
    with file:
        position = min(before, os.fstat(file.fileno()).st_size) if before is not None else file.seek(0, os.SEEK_END)
        rest = b""
        while position > 0:
            size = min(BLOCK_BYTES, position)
            position -= size
            file.seek(position)
            block = file.read(size) + rest
            lines = block.split(b"\n")
            rest = lines[0]
            end = position + len(block)
            for line in reversed(lines[1:]):
                offset = end - len(line)
                if line:
                    yield offset, line
                end = offset - 1
            if len(rest) > LINE_BYTES:
                rest = b""
        if rest:
            yield 0, rest
