"""The disk under uploads: contents on their way in, in one directory of this node, before they are placed.

What is on the disk beyond the offset its row has was not synced; it is written again.
"""

import asyncio
import errno
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import structlog

from app.kernel.node import Node
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


class Receiver:
    """What this node takes in at present. One per node: :meth:`of`."""

    def __init__(self, node: Node) -> None:
        self._folder = node.settings.data_directory / "uploads"
        self._reserve_bytes = node.settings.of(DataSettings).reserve_bytes
        self._writing: dict[str, asyncio.Task[int]] = {}
        self._sums: dict[str, Sums] = {}
        self.rowless: set[str] = set()  # contents of one request: nothing but it knows them
        self._turns: dict[str, asyncio.Lock] = {}

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
    ) -> int:
        """Write what comes from ``at`` on, not beyond ``end``, and return how far it came; all up to there is synced.

        A request that does this for the same upload is stopped first; then ``check`` may still refuse.
        ``synced(offset)`` is awaited each time more is safe. Raises UploadTooLarge (413), StorageFull (507),
        UploadTakenOver (409) when another one comes.
        """
        async with self._turns.setdefault(upload_id, asyncio.Lock()):
            await self.stop(upload_id)
            if check is not None:
                await check()
            task = asyncio.create_task(self._append(upload_id, at, end, chunks, synced), name=f"upload {upload_id}")
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

    async def rewind(self, upload_id: str, to: int) -> None:
        """Throw away what came after ``to``."""
        self._sums.pop(upload_id, None)
        await asyncio.to_thread(os.truncate, self.path(upload_id), to)

    async def forget(self, upload_id: str) -> None:
        """Remove what came of an upload."""
        await self.stop(upload_id)
        self._sums.pop(upload_id, None)
        self._turns.pop(upload_id, None)
        await asyncio.to_thread(self.path(upload_id).unlink, missing_ok=True)

    def known(self) -> list[str]:
        """Return the ids of everything on the disk. Blocks."""
        with suppress(FileNotFoundError):
            return [file.name for file in self._folder.iterdir()]
        return []

    async def _append(
        self, upload_id: str, at: int, end: int, chunks: AsyncIterator[bytes], synced: Synced | None
    ) -> int:
        descriptor = await asyncio.to_thread(self._open, upload_id, at)
        offset = safe = at
        sums = self._sums.get(upload_id)
        if sums is None or sums.digest().bytes != at:
            sums = Sums() if at == 0 else None
        held = bytearray()
        try:
            async for chunk in chunks:
                if offset + len(held) + len(chunk) > end:
                    raise UploadTooLarge(f"More than the {end:,} bytes that were announced")
                held += chunk
                if len(held) >= CHUNK_BYTES:
                    await asyncio.to_thread(self._write, descriptor, bytes(held), offset, sums)
                    offset += len(held)
                    held.clear()
                    if synced is not None and offset - safe >= SYNC_BYTES:
                        await asyncio.to_thread(os.fdatasync, descriptor)
                        await synced(offset)
                        safe = offset
        finally:
            # Also when the sender leaves or another one takes over: what came is kept.
            try:
                if held:
                    await asyncio.to_thread(self._write, descriptor, bytes(held), offset, sums)
                    offset += len(held)
                await asyncio.to_thread(os.fdatasync, descriptor)
            finally:
                await asyncio.to_thread(os.close, descriptor)
            if sums is not None:
                self._sums[upload_id] = sums
            if synced is not None and offset != safe:
                await synced(offset)
        return offset

    def _open(self, upload_id: str, at: int) -> int:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.path(upload_id), os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        os.ftruncate(descriptor, at)
        return descriptor

    def _write(self, descriptor: int, content: bytes, at: int, sums: Sums | None) -> None:
        self._make_room(len(content))
        view = memoryview(content)
        try:
            while view:
                count = os.pwrite(descriptor, view, at)
                at += count
                view = view[count:]
        except OSError as error:
            if error.errno in _FULL:
                raise StorageFull(f"The disk under {self._folder} is full; free some room") from error
            raise
        if sums is not None:
            sums.update(content)

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
