"""Files of other machines kept on this node's disk while they are read often: bounded, checked, fetched once.

A file is known by its storage, its path and what the storage says it is now: its ETag, or its size and time. When that
changes, what is kept is another file's and goes when its turn comes.
"""

import asyncio
import hashlib
import os
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import structlog

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.threads import to_its_end
from app.modules.data.digests import CHUNK_BYTES
from app.modules.data.errors import StorageUnreachable
from app.modules.data.storage import ObjectStat, Storage

log = structlog.get_logger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

LARGEST_BYTES = 64 * 1024**2  # of one file; a larger one is read from where it is
_SHARE = 4  # no file takes more than this part of the room


class _NotKept(Exception):
    """This disk does not take the file; its storage has it all the same."""


@dataclass
class _Fetch:
    lock: asyncio.Lock
    waiting: int = 0


class FileCache:
    """The cache of one node; it is emptied when the node starts."""

    def __init__(self, node: Node) -> None:
        from app.modules.data.schemas import DataSettings

        self._directory = node.settings.data_directory / "cache" / "files"
        self._limit = node.settings.of(DataSettings).cache_bytes
        self._kept: OrderedDict[str, int] = OrderedDict()  # the one read last at the end
        self._bytes = 0
        self._fetches: dict[str, _Fetch] = {}
        self._preparing = asyncio.Lock()
        self._ready = False
        self.hits = self.misses = 0

    def takes(self, stat: ObjectStat) -> bool:
        """Say whether a file is worth its room."""
        return stat.bytes <= min(LARGEST_BYTES, self._limit // _SHARE)

    async def read(
        self, storage_id: str, storage: Storage, stat: ObjectStat, start: int, end: int
    ) -> AsyncIterator[bytes]:
        """Return the bytes of a file that is as ``stat`` says, fetched when it is not here.

        However many ask at once, it is fetched once; what this disk has no room for is passed through. Raises what the
        storage raises.
        """
        try:
            return _chunks(await self._opened(_key(storage_id, stat), storage, stat), start, end)
        except _NotKept as trouble:
            log.warning("file not cached", path=stat.path, error=str(trouble))
            return storage.read(stat.path, start=start, end=end)

    async def _opened(self, key: str, storage: Storage, stat: ObjectStat) -> int:
        descriptor = await self._open(key)
        if descriptor is None:
            fetch = self._fetches.setdefault(key, _Fetch(asyncio.Lock()))
            fetch.waiting += 1
            try:
                async with fetch.lock:
                    descriptor = await self._open(key)
                    if descriptor is None:
                        self.misses += 1
                        descriptor = await self._fetch(key, storage, stat)
                    else:
                        self.hits += 1
            finally:
                fetch.waiting -= 1
                if not fetch.waiting:
                    self._fetches.pop(key, None)
        else:
            self.hits += 1
        return descriptor

    async def _open(self, key: str) -> int | None:
        if key not in self._kept:
            return None
        try:
            descriptor = await asyncio.to_thread(os.open, self._directory / key, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            self._bytes -= self._kept.pop(key, 0)
            return None
        if key in self._kept:
            self._kept.move_to_end(key)
        return descriptor

    async def _fetch(self, key: str, storage: Storage, stat: ObjectStat) -> int:
        await self._prepare()
        part = self._directory / new_id("w")
        descriptor = await _kept(os.open, part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            received = 0
            reading: Any = storage.read(stat.path)
            async with aclosing(reading):
                async for chunk in reading:
                    received += len(chunk)
                    if received > stat.bytes:
                        break
                    await _kept(_write, descriptor, chunk)
            if received != stat.bytes:
                raise StorageUnreachable(f"{stat.path} changed while it was read; ask again", retry_after=1)
            await _kept(os.rename, part, self._directory / key)
        except BaseException:
            await to_its_end(os.close, descriptor)
            with suppress(OSError):
                await asyncio.to_thread(part.unlink, missing_ok=True)
            raise
        self._kept[key] = stat.bytes
        self._bytes += stat.bytes
        while self._bytes > self._limit:
            oldest, size = self._kept.popitem(last=False)
            self._bytes -= size
            with suppress(OSError):
                await asyncio.to_thread((self._directory / oldest).unlink, missing_ok=True)
        return descriptor

    async def _prepare(self) -> None:
        async with self._preparing:  # nobody writes what is being emptied
            if not self._ready:
                await _kept(_emptied, self._directory)
                self._ready = True


async def _kept(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return await to_its_end(function, *args, **kwargs)
    except OSError as error:
        raise _NotKept(str(error)) from error


def _key(storage_id: str, stat: ObjectStat) -> str:
    said = "\n".join((storage_id, stat.path, stat.etag or "", str(stat.bytes), stat.modified_at.isoformat()))
    return hashlib.sha256(said.encode()).hexdigest()


def _emptied(directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in directory.iterdir():
        path.unlink(missing_ok=True)


def _write(descriptor: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(descriptor, view) :]


async def _chunks(descriptor: int, start: int, end: int) -> AsyncIterator[bytes]:
    try:
        while start < end:
            chunk = await asyncio.to_thread(os.pread, descriptor, min(CHUNK_BYTES, end - start), start)
            if not chunk:
                return
            start += len(chunk)
            yield chunk
    finally:
        await asyncio.to_thread(os.close, descriptor)
