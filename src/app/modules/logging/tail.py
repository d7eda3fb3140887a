"""Log records as they are written here: one ring of recent batches, any number of clients on it.

The writer's thread hands batches over only while somebody watches. What comes faster than the event loop takes it, and
what a client is too slow for, is counted and told as a gap: watching never slows down the writing.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import orjson

from app.kernel import logs
from app.kernel.clock import Clock
from app.kernel.node import Node
from app.kernel.principal import Principal
from app.modules.logging.errors import TooManyReaders
from app.modules.logging.log_query import LogQuery
from app.modules.logging.log_sight import LogSight
from app.modules.logging.records import wanted_record
from app.modules.logging.schemas import LogRecordView

MAX_READERS = 100
RING_BYTES = 4 * 1024**2
UNREAD_BYTES = 1024**2  # on the way from the writer's thread to the event loop
HEARTBEAT_SECONDS = 15.0
RECHECK_SECONDS = 5.0
RECHECK_SOONEST_SECONDS = 1.0  # when accounts change, and however often they do


class Tail:
    """What was written here lately, and who watches."""

    def __init__(self, node: Node) -> None:
        self.node_name = node.name
        self._loop = asyncio.get_running_loop()
        self._ring: deque[bytes] = deque()
        self._ring_bytes = 0
        # Of what is on its way: each count has one thread that changes it, so nothing needs a lock.
        self._put_bytes = self._got_bytes = 0
        self._put_skipped = self._got_skipped = 0
        self.first = 0  # number of the ring's first batch
        self.skipped_count = 0
        self.readers: set[TailReader] = set()
        self.ended = False

    @property
    def end_number(self) -> int:
        """Return the number the next batch gets."""
        return self.first + len(self._ring)

    @contextmanager
    def seat(self, reader: "TailReader") -> Iterator[None]:
        """Count ``reader`` in for as long as the block lasts. Raises TooManyReaders (429)."""
        if len(self.readers) >= MAX_READERS:
            raise TooManyReaders()
        if not self.readers and (writer := logs.active()) is not None:
            writer.tap(self._tapped)
        self.readers.add(reader)
        try:
            yield
        finally:
            self.readers.discard(reader)
            if not self.readers:
                if (writer := logs.active()) is not None:
                    writer.tap(None)
                self.first += len(self._ring)
                self._ring.clear()
                self._ring_bytes = 0

    def end(self) -> None:
        """Let every client go."""
        self.ended = True
        for reader in self.readers:
            reader.wake.set()

    def batches_from(self, number: int) -> tuple[int, list[bytes]]:
        """Return how many batches since ``number`` are gone, and those that are there."""
        gone = max(0, self.first - number)
        return gone, list(self._ring)[max(0, number - self.first) :]

    def _tapped(self, lines: bytes) -> None:
        # In the writer's thread.
        if self._put_bytes - self._got_bytes > UNREAD_BYTES:
            self._put_skipped += lines.count(b"\n")
            return
        self._put_bytes += len(lines)
        try:
            self._loop.call_soon_threadsafe(self._arrived, lines)
        except RuntimeError:
            return  # the loop has ended before the writer

    def _arrived(self, lines: bytes) -> None:
        self._got_bytes += len(lines)
        skipped = self._put_skipped - self._got_skipped
        self._got_skipped += skipped
        self.skipped_count += skipped
        self._ring.append(lines)
        self._ring_bytes += len(lines)
        while self._ring_bytes > RING_BYTES:
            self._ring_bytes -= len(self._ring.popleft())
            self.first += 1
        for reader in self.readers:
            reader.wake.set()


class TailReader:
    """One client: made by the request, seated by the response, then a generator of bytes."""

    def __init__(
        self,
        tail: Tail,
        clock: Clock,
        query: LogQuery,
        sight: LogSight,
        allowed: Callable[[], Awaitable[Principal | None]],
    ) -> None:
        """``allowed`` says as whom the client may go on, if it may."""
        self._tail = tail
        self._clock = clock
        self._query = query
        self._sight = sight
        self._allowed = allowed
        self._number = tail.end_number
        self._skipped = tail.skipped_count
        self.wake = asyncio.Event()
        self._asks_again = False
        self._checked_at = clock.monotonic()
        self._over = False

    def ask_again(self) -> None:
        """Have the reader ask soon whether the client may go on: something about accounts changed."""
        self._asks_again = True
        self.wake.set()

    async def frames(self) -> AsyncIterator[bytes]:
        """Yield the stream until the node drains or the caller may no longer read."""
        clock = self._clock
        yield _frame("hello", {"server_time": datetime.now(UTC), "node": self._tail.node_name})
        wrote_at = clock.monotonic()
        while not self._tail.ended:
            self.wake.clear()
            async for chunk in self._take():
                yield chunk
                wrote_at = clock.monotonic()
            if not await self._may_go_on():
                return
            now = clock.monotonic()
            if now - wrote_at >= HEARTBEAT_SECONDS:
                yield b": heartbeat\n\n"
                wrote_at = now
            await clock.wait(self.wake, min(wrote_at + HEARTBEAT_SECONDS, self._due_at()) - now)

    def _due_at(self) -> float:
        return self._checked_at + (RECHECK_SOONEST_SECONDS if self._asks_again else RECHECK_SECONDS)

    async def _may_go_on(self) -> bool:
        """Ask, when it is time, whether the client may still read, and as whom."""
        if self._clock.monotonic() >= self._due_at():
            self._asks_again = False
            self._checked_at = self._clock.monotonic()
            principal = await self._allowed()
            if principal is None:
                self._over = True
            else:
                self._sight.look_as(principal)
        return not self._over

    async def _take(self) -> AsyncIterator[bytes]:
        """Yield what is new, as far as the client may see it now; the batch before may have taken it long."""
        gone, batches = self._tail.batches_from(self._number)
        self._number += gone
        skipped, self._skipped = self._tail.skipped_count - self._skipped, self._tail.skipped_count
        if gone or skipped:
            yield _frame("gap", {"skipped_records": skipped, "skipped_batches": gone})
        for lines in batches:
            if not await self._may_go_on():
                return
            self._number += 1
            if not self._query.may_be_in(lines):
                continue
            found = [view for line in lines.splitlines() if (view := wanted_record(line, self._query)) is not None]
            seen = await self._sight.visible(found)
            if seen:
                yield b"".join([_frame("record", view) for view in seen])
            await asyncio.sleep(0)  # a flood may not keep the loop from everything else


def tail_of(node: Node) -> Tail:
    """Return the tail of the node's log."""
    return node.part(Tail, Tail)


def _frame(event: str, data: object) -> bytes:
    text = data.model_dump_json().encode() if isinstance(data, LogRecordView) else orjson.dumps(data)
    return b"event: %b\ndata: %b\n\n" % (event.encode(), text)
