"""What a broker sent, on its way into the tables: batches, two of them at once, acknowledged in the order they came."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

from app.modules.ingest.mqtt_client import Message
from app.modules.ingest.source import Found, Take

_AT_ONCE = 2  # one waits for the disk while the next is made
_MOST = 500
_MOST_BYTES = 16 * 1024**2


class Batches:
    """The messages of one connection that are not acknowledged; a batch is what came while others were committed.

    ``landed`` is called with the messages of a batch once these, and all that came before, are committed.
    """

    def __init__(
        self, read: Callable[[Message], Found], take: Take, landed: Callable[[Sequence[Message]], None]
    ) -> None:
        self._read, self._take, self._landed = read, take, landed
        self._came: deque[Message] = deque()
        self._landing: deque[asyncio.Task[None]] = deque()
        self._keys: set[str] = set()  # of what is being committed
        self._wake = asyncio.Event()
        self.held_bytes = 0

    def hear(self, messages: Sequence[Message]) -> None:
        """Take in what came."""
        self._came.extend(messages)
        self.held_bytes += sum(map(_size_of, messages))
        self._wake.set()

    async def run(self, tasks: asyncio.TaskGroup) -> None:
        """Commit what comes, for ever. Raises what committing raises."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._came and len(self._landing) < _AT_ONCE:
                batch, items = self._next()
                if not batch:
                    break  # its turn comes when the same item's earlier message is committed
                self._keys |= _keys_of(items)
                before = self._landing[-1] if self._landing else None
                self._landing.append(tasks.create_task(self._land(batch, items, before)))

    async def _land(self, batch: list[Message], items: list[Found], before: "asyncio.Task[None] | None") -> None:
        await self._take(items)
        if before is not None:
            await asyncio.shield(before)  # acknowledged in the order they came (MQTT 5.0, 4.6)
        self._landing.popleft()
        self._keys -= _keys_of(items)
        self.held_bytes -= sum(map(_size_of, batch))
        self._landed(batch)
        self._wake.set()

    def _next(self) -> tuple[list[Message], list[Found]]:
        """Return the next messages and what they are: none of an item that is being committed, which is to be first."""
        batch: list[Message] = []
        items: list[Found] = []
        size = 0
        while self._came and len(batch) < _MOST:
            message = self._came[0]
            size += _size_of(message)
            if batch and size > _MOST_BYTES:
                break
            item = self._read(message)
            if item.key and item.key in self._keys:
                break
            batch.append(self._came.popleft())
            items.append(item)
        return batch, items


def _keys_of(items: Sequence[Found]) -> set[str]:
    return {one.key for one in items if one.key}  # what could not be read has none


def _size_of(message: Message) -> int:
    return len(message.payload) + 256  # what a small one takes in memory: with QoS 0 any number may come
