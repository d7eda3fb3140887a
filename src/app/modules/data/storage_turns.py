"""Writes to one path of a storage, one after the other: what a request asked of the file still holds when it writes.

Of one node: two nodes that write the same path at once are told apart by the storage alone.
"""

import asyncio
from weakref import WeakValueDictionary

from app.kernel.node import Node


class Turns:
    """A lock for each path that somebody writes at present, or waits to; it is gone with the last of them."""

    def __init__(self, _node: Node) -> None:
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    def of(self, storage_id: str, path: str) -> asyncio.Lock:
        """Return what keeps others from the path; hold on to it while it is locked or waited for."""
        return self._locks.setdefault((storage_id, path.strip("/")), asyncio.Lock())
