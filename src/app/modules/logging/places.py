"""Where packed segments are read from: files of this node, or what a sink kept of any node's.

A place a journey away gives an index whole, checked, and of the lines only the blocks that are wanted; what was asked
for lately is kept, within bounds. A place that did not answer is left alone for a moment, and says so meanwhile.
"""

import asyncio
import hashlib
import hmac
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock

from app.kernel.errors import Problem
from app.modules.logging.index import Index, Read, indexes
from app.modules.logging.sink import Part, Reading, Sink

OPENED_SECONDS = 30.0  # keys and addresses are looked at again after it
ALONE_SECONDS = 10.0  # a place that did not answer is asked again after it
OPEN_SECONDS = 5.0
INDEX_BYTES = 32 * 1024**2  # a full segment's is a tenth of it
BLOCK_BYTES = 4 * 1024**2  # of 64 KiB, packed; a line may be longer
KEPT_BYTES = 48 * 1024**2


class NotReached(OSError):
    """A place gives nothing now."""


class _Kept:
    """What was brought from afar lately, no more than ``most_bytes`` of it."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._lock = Lock()
        self._kept: OrderedDict[tuple[str, str, int], tuple[Index | bytes, int]] = OrderedDict()
        self.size_bytes = 0

    def find(self, key: tuple[str, str, int]) -> Index | bytes | None:
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def keep(self, key: tuple[str, str, int], value: Index | bytes, size: int) -> None:
        with self._lock:
            _, before = self._kept.pop(key, (None, 0))
            self._kept[key] = (value, size)
            self.size_bytes += size - before
            while self.size_bytes > self._most_bytes:
                _, (_, gone) = self._kept.popitem(last=False)
                self.size_bytes -= gone


class Place:
    """A sink that segments are read back from."""

    def __init__(self, name: str, sink: Sink) -> None:
        self.name = name
        self.far = sink.reads_back == "far"
        self.kept = _Kept(KEPT_BYTES)
        self._sink = sink
        self._reading: Reading | None = None
        self._opened_at = 0.0
        self._trouble = ""
        self._alone_until = 0.0

    async def open(self) -> None:
        """Have the place ready to be read from; what is in the way is said when it is read."""
        now = time.monotonic()
        if now < self._alone_until or (self._reading is not None and now < self._opened_at + OPENED_SECONDS):
            return
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                self._reading = await self._sink.reading()
            self._opened_at = now
        except (OSError, Problem, ValueError) as error:
            self._reading = None
            self._leave_alone(error)

    def ask_again(self) -> None:
        """Ask the place at the next read, whatever it did before."""
        self._alone_until = 0.0

    @contextmanager
    def opened(self, node: str, stem: str, part: Part) -> Iterator[Read]:
        """Open a segment's ``lines`` or ``index``. Blocks. Raises OSError, NotReached among them."""
        if time.monotonic() < self._alone_until or self._reading is None:
            raise NotReached(self._trouble or f"{self.name} was not opened")
        try:
            with self._reading.opened(node, stem, part) as read:
                yield read
        except FileNotFoundError:
            raise
        except (OSError, Problem) as error:
            if not self.far:
                raise  # soon said, and perhaps of this file alone
            self._leave_alone(error)
            raise NotReached(self._trouble) from error

    def _leave_alone(self, error: Exception) -> None:
        said = str(error) or type(error).__name__
        self._trouble = f"{self.name} does not answer: {said}"
        self._alone_until = time.monotonic() + ALONE_SECONDS


@dataclass(frozen=True)
class Shipped:
    """A segment as a place has it. Times are those of its first and last record."""

    node: str
    stem: str
    place: Place
    index_sha256: str
    first_at: datetime
    last_at: datetime

    def index(self) -> Index:
        """Return its index. Blocks. Raises OSError, ValueError for a damaged one."""

        def opened() -> AbstractContextManager[Read]:
            return self.place.opened(self.node, self.stem, "index")

        if not self.place.far:
            return indexes.of(Path(self.place.name, self.node, f"{self.stem}.idx"), opened)
        key = (self.node, self.stem, -1)
        found = self.place.kept.find(key)
        if isinstance(found, Index):
            return found
        with opened() as read:
            content = read(0, INDEX_BYTES)
        if not hmac.compare_digest(hashlib.sha256(content).hexdigest(), self.index_sha256):
            raise ValueError(f"its index in {self.place.name} is not what was shipped")
        made = Index(Path(f"{self.stem}.idx"), lambda: _from(content))
        self.place.kept.keep(key, made, len(content))
        return made

    @contextmanager
    def lines(self) -> Iterator[Read]:
        """Open its packed lines. Blocks. Raises OSError."""
        with self.place.opened(self.node, self.stem, "lines") as read:
            yield self._remembered(read) if self.place.far else read

    def _remembered(self, read: Read) -> Read:
        def remembered(start: int, size: int) -> bytes:
            key = (self.node, self.stem, start)
            found = self.place.kept.find(key)
            if isinstance(found, bytes):
                return found
            if size > BLOCK_BYTES:
                raise ValueError(f"a block of {size} bytes is none of ours")
            found = read(start, size)
            self.place.kept.keep(key, found, len(found))
            return found

        return remembered


@contextmanager
def _from(content: bytes) -> Iterator[Read]:
    yield lambda start, size: content[start : start + size]
