"""The disk under uploads: contents on their way in, in one directory of this node, before they are placed.

What is on the disk beyond the offset its row has was not synced; it is written again.
"""

import asyncio
import errno
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakValueDictionary

import structlog

from app.kernel.node import Node
from app.kernel.threads import to_its_end
from app.modules.data.dataset_errors import UploadTakenOver, UploadTooLarge
from app.modules.data.digests import Sums, digest_of
from app.modules.data.errors import StorageFull
from app.modules.data.schemas import DataSettings
from app.modules.data.storage import Digest

log = structlog.get_logger(__name__)
CHUNK_BYTES = 1024**2
# So many bytes are sent again at most after a kill: beyond them a sync and a row's update cost more than they save.
SYNC_BYTES = 8 * 1024**2
Synced = Callable[[int], Awaitable[None]]
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class ContentLost(Exception):
    """What came of an upload before is not on this disk any more, whoever took it away."""


@dataclass
class _Coming:
    """One content on its way to the disk: what is held comes after ``offset``. Changed by one thread at a time."""

    descriptor: int
    offset: int
    sums: Sums | None
    held: bytearray = field(default_factory=bytearray)


class Receiver:
    """What this node takes in at present. One per node: :meth:`of`."""

    def __init__(self, node: Node) -> None:
        self._folder = node.settings.data_directory / "uploads"
        self._reserve_bytes = node.settings.of(DataSettings).reserve_bytes
        self._writing: dict[str, asyncio.Task[int]] = {}
        self._sums: dict[str, Sums] = {}
        self.rowless: set[str] = set()  # contents of one request: nothing but it knows them
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @classmethod
    def of(cls, node: Node) -> "Receiver":
        """Return this node's."""
        return node.part(cls, cls)

    def path(self, upload_id: str) -> Path:
        """Return where a content is until it is placed."""
        return self._folder / upload_id

    async def make_room(self, wanted: int) -> None:
        """Raise StorageFull (507) when there is no room for so many bytes beside what is kept free."""
        await asyncio.to_thread(self._make_room, wanted)

    async def append(
        self,
        upload_id: str,
        at: int,
        end: int,
        chunks: AsyncIterator[bytes],
        *,
        check: Callable[[], Awaitable[None]] | None = None,
        synced: Synced | None = None,
        whole: bool = False,
    ) -> int:
        """Write what comes from ``at`` on, not beyond ``end``, and return how far it came; all up to there is synced.

        A request that does this for the same upload is stopped first; then ``check`` may still refuse.
        ``synced(offset)`` is awaited each time more is safe; with ``whole`` once, when all has come and ``chunks`` has
        not refused it. Raises UploadTooLarge (413), StorageFull (507), UploadTakenOver (409) when another one comes,
        ContentLost when what came before ``at`` is not here.
        """
        async with self.turn(upload_id):
            await self.stop(upload_id)
            if check is not None:
                await check()
            appending = self._append(upload_id, at, end, chunks, synced, whole=whole)
            task = asyncio.create_task(appending, name=f"upload {upload_id}")
            self._writing[upload_id] = task
        try:
            return await task
        except asyncio.CancelledError:
            if self._writing.get(upload_id) is task:  # it is this request that is stopped, not the writing alone
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
                raise
            raise UploadTakenOver("A later request goes on with it") from None
        finally:
            if self._writing.get(upload_id) is task:
                del self._writing[upload_id]

    def turn(self, upload_id: str) -> asyncio.Lock:
        """Return what keeps others from an upload; it is gone with the last who holds it."""
        return self._turns.setdefault(upload_id, asyncio.Lock())

    async def stop(self, upload_id: str) -> None:
        """Stop whoever writes to an upload, and wait until what came is safe."""
        task = self._writing.pop(upload_id, None)
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def digest(self, upload_id: str) -> Digest:
        """Return the checksums: those kept while it came, else of what is read again."""
        sums, path = self._sums.get(upload_id), self.path(upload_id)
        size = (await asyncio.to_thread(path.stat)).st_size
        if sums is not None and (digest := sums.digest()).bytes == size:
            return digest
        return await asyncio.to_thread(_digest, path)

    async def rewind(self, upload_id: str) -> None:
        """Throw away what came of an upload, which begins anew."""
        self._sums.pop(upload_id, None)
        await asyncio.to_thread(self.path(upload_id).unlink, missing_ok=True)

    def make_empty(self, upload_id: str) -> None:
        """Make the file of a content that has no bytes. Blocks."""
        os.close(self._open(upload_id, 0))

    async def forget(self, upload_id: str) -> None:
        """Remove what came of an upload."""
        await self.stop(upload_id)
        self._sums.pop(upload_id, None)
        await asyncio.to_thread(self.path(upload_id).unlink, missing_ok=True)

    def known(self) -> list[str]:
        """Return the ids of everything on the disk. Blocks."""
        with suppress(FileNotFoundError):
            return [file.name for file in self._folder.iterdir()]
        return []

    async def _append(
        self, upload_id: str, at: int, end: int, chunks: AsyncIterator[bytes], synced: Synced | None, *, whole: bool
    ) -> int:
        # Taken, not borrowed: sums of what is cut here would be taken for those of what comes in its place.
        sums = self._sums.pop(upload_id, None)
        if sums is None or sums.digest().bytes != at:
            sums = Sums() if at == 0 else None
        coming = _Coming(await asyncio.to_thread(self._open, upload_id, at), at, sums)
        safe, complete = at, False
        try:
            async for chunk in chunks:
                if coming.offset + len(coming.held) + len(chunk) > end:
                    raise UploadTooLarge(f"More than the {end:,} bytes that were announced")
                coming.held += chunk
                if len(coming.held) >= CHUNK_BYTES:
                    await to_its_end(self._write, coming)
                    if synced is not None and not whole and coming.offset - safe >= SYNC_BYTES:
                        await to_its_end(os.fdatasync, coming.descriptor)
                        await synced(coming.offset)
                        safe = coming.offset
            complete = True
        finally:
            # Also when the sender leaves or another one takes over: what came is kept.
            try:
                if coming.held:
                    await to_its_end(self._write, coming)
                await to_its_end(os.fdatasync, coming.descriptor)
            finally:
                await to_its_end(os.close, coming.descriptor)
            if sums is not None:
                self._sums[upload_id] = sums
            if synced is not None and coming.offset != safe and (complete or not whole):
                await synced(coming.offset)
        return coming.offset

    def _open(self, upload_id: str, at: int) -> int:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.path(upload_id), os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            if (there := os.fstat(descriptor).st_size) < at:  # a file made longer is filled up with zeros
                raise ContentLost(f"{there:,} of the {at:,} bytes that came of {upload_id} are left")
            os.ftruncate(descriptor, at)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def _write(self, coming: "_Coming") -> None:
        content = bytes(coming.held)
        self._make_room(len(content))
        view, at = memoryview(content), coming.offset
        try:
            while view:
                count = os.pwrite(coming.descriptor, view, at)
                at += count
                view = view[count:]
        except OSError as error:
            if error.errno in _FULL:
                raise StorageFull(f"The disk under {self._folder} is full; free some room") from error
            raise
        if coming.sums is not None:
            coming.sums.update(content)
        coming.offset = at
        coming.held.clear()

    def _make_room(self, wanted: int) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        status = os.statvfs(self._folder)
        free = status.f_bavail * status.f_frsize
        if free - wanted < self._reserve_bytes:
            raise StorageFull(
                f"{free:,} bytes are free under {self._folder}, {self._reserve_bytes:,} of them reserved "
                f"(data.reserve_bytes), and {wanted:,} are wanted; free some room"
            )


def _digest(path: Path) -> Digest:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return digest_of(descriptor)
    finally:
        os.close(descriptor)
