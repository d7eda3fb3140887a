"""Reads log records back: newest first over all nodes, in a thread, with bounded work a request.

Each node's segments are one stream, read backwards; the streams are merged by time. A page's cursor says for every
stream before which byte the next page begins, so records are neither told twice nor left out, whatever the clocks do.
"""

import os
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import structlog
from pydantic import ValidationError

from app.kernel.errors import BadRequest
from app.kernel.paging import Page, decode_cursor, encode_cursor
from app.modules.logging.index import Block, Index, Opened, file_at, indexes
from app.modules.logging.log_query import LogQuery
from app.modules.logging.places import NotReached, Shipped
from app.modules.logging.schemas import LogRecordView

log = structlog.get_logger(__name__)

READ_BYTES = 256 * 1024
LINE_BYTES = 256 * 1024  # a longer one is not ours
PAUSE_BYTES = 64 * 1024
SCAN_SECONDS = 0.8
WAIT_SECONDS = 10.0  # for places that answer slowly, one after the other


@dataclass(frozen=True)
class SegmentFile:
    """One segment where it can be read: as it is written, packed with its index, or where it was shipped."""

    stem: str
    raw: Path | None
    packed: Path | None
    index: Path | None
    shipped: tuple[Shipped, ...] = ()


@dataclass(frozen=True)
class Stream:
    """The segments of one node, oldest first."""

    node: str
    segments: Sequence[SegmentFile]


@dataclass(frozen=True)
class Missed:
    """A segment that was not searched, and why. Times are those between which its records are, where they are known."""

    node: str
    stem: str
    why: str
    first_at: datetime | None = None
    last_at: datetime | None = None


@dataclass(frozen=True)
class _Search:
    query: LogQuery
    missed: list[Missed]
    wait_until: float = field(default_factory=lambda: time.monotonic() + WAIT_SECONDS)


@dataclass(frozen=True, slots=True)
class _Step:
    """How far a stream was read: up to before ``offset`` of a segment. Nothing newer than ``at`` is left in it."""

    at: str
    stem: str
    offset: int
    view: LogRecordView | None = None


def segments_at(directory: Path) -> list[SegmentFile]:
    """Return the segments in a directory, oldest first."""
    found: dict[str, SegmentFile] = {}
    for path in directory.glob("*.ndjson"):
        found[path.stem] = SegmentFile(path.stem, path, None, None)
    for path in directory.glob("*.ndjson.gz"):
        stem = path.name.removesuffix(".ndjson.gz")
        found[stem] = SegmentFile(stem, None, path, path.with_name(f"{stem}.idx"))
    return [found[stem] for stem in sorted(found)]


def search(
    streams: Sequence[Stream], query: LogQuery, cursor: str | None, limit: int, missed: list[Missed] | None = None
) -> Page[LogRecordView]:
    """Return matching records newest first. Blocks; call it in a thread.

    A page may be short, even empty, and still have a next one: that is where the work of this request ended. ``missed``
    gets the segments that could not be read on the way. Raises BadRequest (400) for a foreign cursor.
    """
    wanted = _Search(query, missed if missed is not None else [])
    give_up_at = time.monotonic() + SCAN_SECONDS
    places = _places(cursor)
    readers: dict[str, Iterator[_Step]] = {}
    heads: dict[str, _Step] = {}
    for stream in streams:
        if places is not None and stream.node not in places:
            continue  # it was not there when the first page was made
        start = places[stream.node] if places is not None else None
        reader = _read(stream, wanted, start)
        if (head := next(reader, None)) is not None:
            readers[stream.node], heads[stream.node] = reader, head
    after = {node: (head.stem, head.offset) for node, head in heads.items()}
    found: list[LogRecordView] = []
    steps, at_least = 0, len(heads) + 1  # the first step of each stream is where it starts: no progress yet
    while heads:
        steps += 1
        node = max(heads, key=lambda name: heads[name].at)
        head = heads[node]
        if head.view is not None:
            found.append(head.view)
        after[node] = (head.stem, head.offset)
        if len(found) == limit or (steps > at_least and time.monotonic() > give_up_at):
            return Page(items=found, next_cursor=encode_cursor([[[n, *place] for n, place in after.items()]]))
        step = next(readers[node], None)
        if step is None:
            del heads[node], after[node]
        else:
            heads[node] = step
    return Page(items=found)


def _places(cursor: str | None) -> dict[str, tuple[str, int]] | None:
    if cursor is None:
        return None
    [rows] = decode_cursor(cursor, [list])
    try:
        return {str(node): (str(stem), int(offset)) for node, stem, offset in rows}
    except (TypeError, ValueError) as error:
        raise BadRequest("The cursor is not one this list gave; leave it out to start again") from error


def _read(stream: Stream, wanted: _Search, start: tuple[str, int] | None) -> Iterator[_Step]:
    """Yield every wanted record of a stream newest first, and pauses; the first step is a pause where it starts."""
    query = wanted.query
    for listed in reversed(stream.segments):
        segment = listed
        if start is not None and segment.stem > start[0]:
            continue
        before = start[1] if start is not None and segment.stem == start[0] else None
        if segment.raw is not None and not segment.raw.exists():  # packed in the meantime
            packed = segment.raw.with_suffix(".ndjson.gz")
            segment = SegmentFile(segment.stem, None, packed, segment.raw.with_suffix(".idx"))
        try:
            if segment.raw is not None:
                yield from _read_raw(segment.raw, segment.stem, query, before)
            else:
                index, opened = _packed(segment, wanted)
                yield from _read_packed(opened, index, segment.stem, query, before)
                if query.first and _time(index.header.last_at) < query.first:
                    return  # older ones are older still
        except (OSError, ValueError, zlib.error) as error:
            if isinstance(error, FileNotFoundError) and not segment.shipped:
                continue  # retention was faster, or it was packed: then the next request finds it
            _miss(stream.node, segment, error, wanted.missed)


def _packed(segment: SegmentFile, wanted: _Search) -> tuple[Index, Opened]:
    """Return a segment's index and what opens its lines, from the first place that gives it."""
    if (path := segment.packed) is not None and segment.index is not None:
        return indexes.of(segment.index), lambda: file_at(path)
    troubles: list[Exception] = []
    for one in segment.shipped:
        try:
            if one.place.far and time.monotonic() > wanted.wait_until:
                raise NotReached(f"{one.place.name} answers slowly")
            return one.index(), one.lines
        except (OSError, ValueError) as error:
            troubles.append(error)
    raise troubles[0] if troubles else FileNotFoundError(segment.stem)


def _miss(node: str, segment: SegmentFile, error: Exception, missed: list[Missed]) -> None:
    gone = isinstance(error, FileNotFoundError)
    why = f"it is gone from {segment.shipped[0].place.name}" if gone else str(error) or type(error).__name__
    if not isinstance(error, NotReached):
        log.warning("log segment cannot be read", segment=segment.stem, error=why)
    times = (segment.shipped[0].first_at, segment.shipped[0].last_at) if segment.shipped else (None, None)
    missed.append(Missed(node, segment.stem, why, *times))


def _read_raw(path: Path, stem: str, query: LogQuery, before: int | None) -> Iterator[_Step]:
    if _time_of_stem(stem) > query.last:
        return
    size = path.stat().st_size
    start = min(before, size) if before is not None else size
    at = "~"
    yield _Step(at, stem, start)
    scanned = 0
    for offset, line in _lines_backwards(path, start):
        scanned += len(line)
        if scanned > PAUSE_BYTES:
            scanned = 0
            yield _Step(at, stem, offset + len(line) + 1)
        if line.startswith(b'{"at":"'):
            at = line[7:34].decode("ascii", "replace")
            if at < query.first:
                return
        if (view := wanted_record(line, query)) is not None:
            yield _Step(at, stem, offset, view)


def _read_packed(opened: Opened, index: Index, stem: str, query: LogQuery, before: int | None) -> Iterator[_Step]:
    header = index.header
    start = min(before, header.raw_bytes) if before is not None else header.raw_bytes
    yield _Step(_time(header.last_at), stem, start)
    mask = query.blocks_of(index)
    if before is not None:
        mask &= (1 << (index.block_with(start) + 1)) - 1
    if not mask:
        return
    with opened() as read:
        while mask:
            number = mask.bit_length() - 1
            mask ^= 1 << number
            block = index.block(number)
            yield _Step(_time(block.last_at), stem, min(start, block.raw_offset + block.raw_bytes))
            lines = _unpacked(read(block.packed_offset, block.packed_bytes), block)[: max(0, start - block.raw_offset)]
            if not query.may_be_in(lines):
                continue
            end = len(lines)
            while end > 0:
                begin = lines.rfind(b"\n", 0, end - 1) + 1
                line = lines[begin : end - 1]
                end = begin
                if (view := wanted_record(line, query)) is not None:
                    yield _Step(line[7:34].decode("ascii", "replace"), stem, block.raw_offset + begin, view)


def _unpacked(packed: bytes, block: Block) -> bytes:
    """Return a block's lines. Raises ValueError or zlib.error when they are not what the index says."""
    member = zlib.decompressobj(31)
    lines = member.decompress(packed, block.raw_bytes + 1)  # no more, whatever they unpack to
    if len(lines) != block.raw_bytes or not member.eof:
        raise ValueError(f"block {block.number} is damaged")
    return lines


def wanted_record(line: bytes, query: LogQuery) -> LogRecordView | None:
    """Return the record on a line when it is looked for."""
    if not query.may_be_in(line):
        return None
    try:
        record: Any = orjson.loads(line)
        if isinstance(record, dict) and query.matches(record):
            return LogRecordView.model_validate(record)
    except (orjson.JSONDecodeError, ValidationError):
        return None  # the torn last line of a killed process, or nothing of ours
    return None


def _time(microseconds: int) -> str:
    try:
        moment = datetime.fromtimestamp(microseconds // 1_000_000, UTC)
    except (OverflowError, ValueError, OSError):
        return "~"
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{microseconds % 1_000_000:06d}Z"


def _time_of_stem(stem: str) -> str:
    try:
        return datetime.strptime(stem[:15], "%Y%m%dT%H%M%S").strftime("%Y-%m-%dT%H:%M:%S")  # noqa: DTZ007
    except ValueError:
        return ""


def _lines_backwards(path: Path, before: int | None) -> Iterator[tuple[int, bytes]]:
    """Yield (offset, line without its end) from the last line that ends before ``before`` to the first."""
    with path.open("rb") as file:
        position = min(before, os.fstat(file.fileno()).st_size) if before is not None else file.seek(0, os.SEEK_END)
        rest = b""
        while position > 0:
            size = min(READ_BYTES, position)
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
