"""Packs a finished segment: the same lines in gzip blocks, and an index beside them. Blocks; call it in a thread.

``x.ndjson`` becomes ``x.ndjson.gz`` (a gzip member for every 64 KiB of lines, so zcat and zgrep read it and a search
reads only the blocks it needs) and ``x.idx`` (app.modules.logging.index says what is in it). Interrupted anywhere, it
is done again: the original goes last.
"""

import hashlib
import os
import re
import sys
import time
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson

from app.modules.logging.index import GRAM, MAGIC, WORD, Header, block_text, key_of, row_of

BLOCK_BYTES = 64 * 1024
LEVEL = 3  # of zlib: 18 % of the size at 90 MB/s; level 6 gets 16 % at 40
FENCE = 512  # postings between two entries of the fence
ROWS = (4_096, 131_072)
BLOCKS_WITH_ROWS = 8  # fewer are quicker read than indexed

_HEAD = re.compile(
    rb'^\{"at":"([0-9T:.\-]+)Z","level":"([a-z]+)","module":"([^"\\]*)",[^\n]*?"message":([^\n]*)$', re.MULTILINE
)
_IDS = re.compile(rb'_(id":"[^"]+|[0-9A-HJKMNP-TV-Z]{26})')


@dataclass(frozen=True)
class Packed:
    """A packed segment: its two files, their checksums, and what its index begins with."""

    path: Path
    index_path: Path
    sha256: str
    index_sha256: str
    header: Header


def pack(path: Path) -> Packed:
    """Pack the finished segment ``path`` and remove it. What follows its last whole line (a torn tail) is left out."""
    target, index_path = path.with_suffix(".ndjson.gz"), path.with_suffix(".idx")
    builder = _Builder()
    digest = hashlib.sha256()
    partial = target.with_suffix(".part")
    with path.open("rb") as source, partial.open("wb") as out:
        for block in _blocks_of(source.fileno()):
            member = zlib.compressobj(LEVEL, zlib.DEFLATED, 31)
            packed = member.compress(block) + member.flush()
            out.write(packed)
            digest.update(packed)
            builder.add(block, len(packed))
            time.sleep(0)  # lets the event loop at the interpreter's lock
        out.flush()
        os.fsync(out.fileno())
        torn = os.fstat(source.fileno()).st_size - builder.raw_bytes
    sha256 = digest.hexdigest()
    header, content = builder.finish(path.name.removesuffix(".ndjson"), sha256, torn)
    index_partial = index_path.with_suffix(".idx.part")
    with index_partial.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    index_partial.replace(index_path)
    partial.replace(target)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    path.unlink()
    return Packed(target, index_path, sha256, hashlib.sha256(content).hexdigest(), header)


def _blocks_of(descriptor: int) -> Iterator[bytes]:
    """Yield the file in blocks of whole lines."""
    rest = b""
    while data := os.read(descriptor, BLOCK_BYTES):
        end = data.rfind(b"\n") + 1
        if end:
            yield rest + data[:end]
            rest = data[end:]
        else:
            rest += data


class _Builder:
    """Gathers the index while the blocks pass."""

    def __init__(self) -> None:
        self.raw_bytes = 0
        self._packed_bytes = 0
        self._records = 0
        self._blocks = array("Q")
        self._postings: set[int] = set()
        self._levels: dict[str, int] = {}
        self._modules: dict[str, int] = {}
        self._words: dict[bytes, int] = {}
        self._opaque = 0
        self._node = ""

    def add(self, block: bytes, packed_bytes: int) -> None:
        """Take the next block in."""
        number = len(self._blocks) // 7
        bit = 1 << number
        count = block.count(b"\n")
        heads = _HEAD.findall(block)
        try:
            ats = [head[0] for head in heads]
            first, last = (_microseconds(min(ats)), _microseconds(max(ats))) if ats else (0, 2**63)
            names = {(level.decode(), module.decode()) for _, level, module, _ in heads}
        except (ValueError, OverflowError):  # damaged where nothing but a time or a name should be
            heads, first, last, names = [], 0, 2**63, set()
        if len(heads) != count:
            self._opaque |= bit  # lines of another make: this block is looked at by every search
        self._blocks.extend([self.raw_bytes, len(block), self._packed_bytes, packed_bytes, count, first, last])
        for level, module in names:
            self._levels[level] = self._levels.get(level, 0) | bit
            self._modules[module] = self._modules.get(module, 0) | bit
        self._postings.update([key_of(found) << 16 | number for found in set(_IDS.findall(block))])
        words = self._words
        for word in set(WORD.findall(block_text(b"\n".join([head[3] for head in heads])))):
            words[word] = words.get(word, 0) | bit
        if not self._node and (found := re.search(rb'"node":"([^"\\]+)"', block)):
            self._node = found[1].decode("utf-8", "replace")
        self.raw_bytes += len(block)
        self._packed_bytes += packed_bytes
        self._records += count

    def finish(self, stem: str, sha256: str, torn: int) -> tuple[Header, bytes]:
        """Return what the index begins with, and all of it."""
        blocks = len(self._blocks) // 7
        postings = array("Q", sorted(self._postings))
        fence = array("Q", postings[::FENCE])
        rows, row_bytes, matrix = self._matrix(blocks)
        opaque = self._opaque
        header = Header(
            stem=stem,
            node=self._node,
            records=self._records,
            raw_bytes=self.raw_bytes,
            packed_bytes=self._packed_bytes,
            sha256=sha256,
            torn_bytes=torn,
            first_at=min(self._blocks[5::7], default=0),
            last_at=max(self._blocks[6::7], default=0),
            blocks=blocks,
            postings=len(postings),
            fence=FENCE,
            rows=rows,
            row_bytes=row_bytes,
            levels={name: hex(mask | opaque) for name, mask in self._levels.items()},
            modules={name: hex(mask | opaque) for name, mask in self._modules.items()},
            opaque=hex(opaque),
        )
        head = orjson.dumps(header)
        parts = [MAGIC, len(head).to_bytes(4, "little"), head]
        parts += [_little(self._blocks), _little(fence), _little(postings), matrix]
        return header, b"".join(parts)

    def _matrix(self, blocks: int) -> tuple[int, int, bytes]:
        """Return a bit for every block in the rows of the four-letter pieces its text has."""
        if blocks < BLOCKS_WITH_ROWS:
            return 0, 0, b""
        masks: dict[bytes, int] = {}
        for number, (word, mask) in enumerate(self._words.items()):
            for at in range(len(word) - GRAM + 1):
                piece = word[at : at + GRAM]
                masks[piece] = masks.get(piece, 0) | mask
            if number % 10_000 == 0:
                time.sleep(0)
        filled = sum(mask.bit_count() for mask in masks.values()) // blocks
        rows = ROWS[0]
        while rows < 4 * filled and rows < ROWS[1]:
            rows *= 2
        table = [self._opaque] * rows
        for piece, mask in masks.items():
            table[row_of(piece, rows)] |= mask
        row_bytes = -(-blocks // 8)
        return rows, row_bytes, b"".join([mask.to_bytes(row_bytes, "little") for mask in table])


def _microseconds(at: bytes) -> int:
    moment = datetime.fromisoformat(at.decode()).replace(tzinfo=UTC)
    seconds = int(moment.timestamp())
    if seconds < 0:
        raise ValueError("before 1970")
    return seconds * 1_000_000 + moment.microsecond


def _little(values: "array[int]") -> bytes:
    if sys.byteorder == "big":
        values = array("Q", values)
        values.byteswap()
    return values.tobytes()
