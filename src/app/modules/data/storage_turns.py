"""Writes to one path of a storage, one after the other: what a request asked of the file still holds when it writes.

Of one node: two nodes that write the same path at once are told apart by the storage alone.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from app.kernel.node import Node


@dataclass
class _Turn:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    wanted_by: int = 0


class Turns:
    """Who writes which path at present, and who waits for it."""

    def __init__(self, _node: Node) -> None:
        self._turns: dict[tuple[str, str], _Turn] = {}

    @asynccontextmanager
    async def of(self, storage_id: str, path: str) -> AsyncIterator[None]:
        """Wait until nobody else writes the path, and keep others from it."""
        place = (storage_id, path.strip("/"))
        turn = self._turns.setdefault(place, _Turn())
        turn.wanted_by += 1
        try:
            async with turn.lock:
                yield
        finally:
            turn.wanted_by -= 1
            if not turn.wanted_by:
                del self._turns[place]
