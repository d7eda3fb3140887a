"""The index beside a packed segment: which of its blocks can hold what a search wants.

``SBLOG001``, length and JSON of a Header, then four tables of little-endian 64-bit numbers or bits: the blocks; every
512th posting; the postings (48 bits of an identifier and 16 of a block, sorted); a row of one bit a block for each hash
of a four-letter piece of message and data. A block may be named in vain and is never missed: every line is looked at.
"""

import os
import re
import sys
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import orjson

MAGIC = b"SBLOG001"
GRAM = 4
# Gives bytes of what is open, from where and how many: fewer at its end. Blocks.
Read = Callable[[int, int], bytes]
Opened = Callable[[], AbstractContextManager[Read]]

KEPT_INDEXES = 4_000  # in memory: the header and the blocks, 20 KiB for a full segment
_COLUMNS = 7
WORD = re.compile(rb"[0-9a-z]{4,}")
_OURS = re.compile(rb"_[0-9A-HJKMNP-TV-Z]{26}$")
_ULID = re.compile(rb"[0-9A-HJKMNP-TV-Z]{26}")


@dataclass(frozen=True)
class Header:
    """What an index begins with. Times are microseconds since 1970, masks hexadecimal with the first block lowest."""

    stem: str
    node: str
    records: int
    raw_bytes: int
    packed_bytes: int
    sha256: str
    torn_bytes: int
    first_at: int
    last_at: int
    blocks: int
    postings: int
    fence: int
    rows: int
    row_bytes: int
    levels: dict[str, str]
    modules: dict[str, str]
    opaque: str


@dataclass(frozen=True)
class Block:
    """One block: where its lines were in the segment, and where they are in the packed file."""

    number: int
    raw_offset: int
    raw_bytes: int
    packed_offset: int
    packed_bytes: int
    records: int
    first_at: int
    last_at: int


def key_of(found: bytes) -> int:
    """Return the 48 bits an identifier is posted under, from itself, its last 26 characters or ``id":"`` and itself."""
    name = found.removeprefix(b'id":"')
    tail = name[-26:]
    if _ULID.fullmatch(tail):
        return int(tail[-9:], 36)  # the end of our identifiers differs even within one millisecond
    return (zlib.crc32(name) << 16 | zlib.crc32(name, 1) & 0xFFFF) & 0xFFFFFFFFFFFF


def row_of(piece: bytes, rows: int) -> int:
    """Return the row of a four-letter piece."""
    return zlib.crc32(piece) % rows


def block_text(raw: bytes) -> bytes:
    """Return text as it is compared: in no case."""
    return raw.lower() if raw.isascii() else raw.decode("utf-8", "replace").casefold().encode()


def pieces_of(text: bytes) -> set[bytes]:
    """Return the four-letter pieces of every word of a text that was made comparable."""
    return {word[at : at + GRAM] for word in WORD.findall(text) for at in range(len(word) - GRAM + 1)}


@contextmanager
def file_at(path: Path) -> Iterator[Read]:
    """Open a file of this machine to be read in parts. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        yield lambda start, size: os.pread(descriptor, size, start)
    finally:
        os.close(descriptor)


class Index:
    """One index, its head and blocks in memory, the rest read when asked for."""

    def __init__(self, path: Path, opened: Opened | None = None) -> None:
        """Read the head of ``path``, or of what ``opened`` opens and ``path`` names.

        Raises ValueError for what is no index, OSError.
        """
        self._opened = opened if opened is not None else lambda: file_at(path)
        with self._opened() as read:
            start = read(0, len(MAGIC) + 4)
            if start[: len(MAGIC)] != MAGIC:
                raise ValueError(f"{path.name} is no index of log records")
            length = int.from_bytes(start[len(MAGIC) :], "little")
            try:
                self.header = Header(**orjson.loads(read(len(start), length)))
                blocks_bytes = 8 * _COLUMNS * self.header.blocks
                fence_bytes = 8 * -(-self.header.postings // self.header.fence)
                tables = read(len(start) + length, blocks_bytes + fence_bytes)
                self._blocks = _numbers(tables[:blocks_bytes])
                self._fence = _numbers(tables[blocks_bytes:])
                whole = len(tables) == blocks_bytes + fence_bytes
            except (TypeError, ArithmeticError, MemoryError) as error:
                raise ValueError(f"{path.name} is damaged") from error
            if not whole:
                raise ValueError(f"{path.name} is cut off")
            self._postings_at = len(start) + length + len(tables)
        self._rows_at = self._postings_at + 8 * self.header.postings
        self.all_blocks = (1 << self.header.blocks) - 1

    def block(self, number: int) -> Block:
        """Return a block by its number."""
        return Block(number, *self._blocks[number * _COLUMNS : (number + 1) * _COLUMNS])

    def block_with(self, raw_offset: int) -> int:
        """Return the number of the block that holds the byte before ``raw_offset`` of the segment; -1 for none."""
        return bisect_left(self._blocks[0::_COLUMNS], raw_offset) - 1

    def candidates(
        self,
        *,
        since: int | None,
        until: int | None,
        levels: Iterable[str] | None,
        module: str | None,
        ids: Sequence[str],
        mentioned: Sequence[str],
        text: bytes,
    ) -> int:
        """Return the mask of the blocks that can hold a wanted record.

        ``ids`` stand in fields of their own, ``mentioned`` ones anywhere; ``text`` is comparable. Raises OSError.
        """
        header = self.header
        mask = self.all_blocks
        opaque = int(header.opaque, 16)
        if levels is not None:
            found = opaque
            for level in levels:
                found |= int(header.levels.get(level, "0"), 16)
            mask &= found
        if module is not None:
            mask &= int(header.modules.get(module, "0"), 16) | opaque
        if mask and (since is not None or until is not None):
            mask &= self._between(since, until)
        if mask and (ids or mentioned or text):
            with self._opened() as read:
                for name in ids:
                    mask = mask and mask & (self._posted(read, key_of(name.encode())) | opaque)
                for name in mentioned:
                    mask = mask and mask & (self._mentioned(read, name.encode()) | opaque)
                mask = mask and mask & self._with_text(read, text)
        return mask

    def _mentioned(self, read: Read, name: bytes) -> int:
        posted = self._posted(read, key_of(name))
        # Ours are posted wherever they stand; others only where a field's name says what they are.
        return posted if _OURS.search(name) else posted | self._with_text(read, block_text(name))

    def _with_text(self, read: Read, text: bytes) -> int:
        header = self.header
        mask = self.all_blocks
        for piece in pieces_of(text) if header.rows else ():
            at = self._rows_at + row_of(piece, header.rows) * header.row_bytes
            mask &= int.from_bytes(read(at, header.row_bytes), "little")
            if not mask:
                break
        return mask

    def _between(self, since: int | None, until: int | None) -> int:
        mask = 0
        for number in range(self.header.blocks):
            first, last = self._blocks[number * _COLUMNS + 5], self._blocks[number * _COLUMNS + 6]
            if (since is None or last >= since) and (until is None or first <= until):
                mask |= 1 << number
        return mask

    def _posted(self, read: Read, key: int) -> int:
        low, high = key << 16, key << 16 | 0xFFFF
        start = max(0, bisect_right(self._fence, low) - 1) * self.header.fence
        end = min(self.header.postings, bisect_right(self._fence, high) * self.header.fence)
        part = _numbers(read(self._postings_at + 8 * start, 8 * (end - start)))
        mask = 0
        for posting in part[bisect_left(part, low) : bisect_right(part, high)]:
            mask |= 1 << (posting & 0xFFFF)
        return mask


class Indexes:
    """The indexes asked for lately."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[Path, Index] = OrderedDict()

    def of(self, path: Path, opened: Opened | None = None) -> Index:
        """Return the index in ``path``, or that ``opened`` opens and ``path`` names. Raises ValueError, OSError."""
        with self._lock:
            found = self._kept.get(path)
            if found is not None:
                self._kept.move_to_end(path)
                return found
        made = Index(path, opened)
        with self._lock:
            self._kept[path] = made
            while len(self._kept) > KEPT_INDEXES:
                self._kept.popitem(last=False)
        return made


indexes = Indexes()


def _numbers(content: bytes) -> "array[int]":
    values = array("Q")
    values.frombytes(content)
    if sys.byteorder == "big":
        values.byteswap()
    return values
