"""A directory on this node's own disk.

Work happens in threads; a content is written beside its final name, synced, checked and renamed there.
"""

import asyncio
import errno
import os
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator

from app.kernel.ids import new_id
from app.kernel.threads import entered, to_its_end
from app.modules.data.digests import CHUNK_BYTES, Sums, digest_of
from app.modules.data.errors import SourceChanged, StorageFull
from app.modules.data.storage import (
    Access,
    Capability,
    Digest,
    ObjectMissing,
    ObjectStat,
    Part,
    Space,
    Upload,
    _local_parts,
)
from app.modules.data.storage._confined import PART_PREFIX, open_file, open_source, parent_of, resolve_under
from app.modules.data.storage._local_walk import stat_of, walk

HOUSE_ONLY = True  # a directory of this host, of whatever is in it
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Settings(BaseModel):
    """Where the files are."""

    model_config = ConfigDict(extra="forbid")

    directory: Path = Field(description="Absolute path of a directory; made when missing")
    reserve_bytes: int = Field(0, ge=0, description="Kept free on the disk")

    @field_validator("directory")
    @classmethod
    def _absolute(cls, directory: Path) -> Path:
        if not directory.is_absolute():  # it would be below wherever the server was started
            raise ValueError("the directory has to be an absolute path, such as /srv/data")
        return directory


async def probe(settings: Settings) -> str | None:
    """Say why this driver cannot be used with these settings, ``None`` if it can."""
    try:
        await asyncio.to_thread(settings.directory.mkdir, parents=True, exist_ok=True, mode=0o750)
    except OSError as error:
        return f"{settings.directory} cannot be used: {error.strerror}"
    return None


class Storage:
    """Objects as files; see the seam for what each method promises."""

    capabilities: frozenset[Capability] = frozenset({"local", "copy", "move", "range", "write", "list", "parts"})

    def __init__(self, settings: Settings, _access: Access | None = None) -> None:
        self.root = settings.directory
        self._reserve_bytes = settings.reserve_bytes
        self.root.mkdir(parents=True, exist_ok=True, mode=0o750)

    async def stat(self, path: str) -> ObjectStat:
        return await asyncio.to_thread(self._stat, path)

    async def list(self, prefix: str = "", *, after: str = "", limit: int = 1000) -> list[ObjectStat]:
        return await asyncio.to_thread(lambda: [*islice(walk(self.root, prefix, after), limit)])

    async def read(self, path: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        descriptor = await asyncio.to_thread(self._open, path)
        try:
            at = start
            while end is None or at < end:
                wanted = CHUNK_BYTES if end is None else min(CHUNK_BYTES, end - at)
                chunk = await asyncio.to_thread(os.pread, descriptor, wanted, at)
                if not chunk:
                    return
                at += len(chunk)
                yield chunk
        finally:
            await asyncio.to_thread(os.close, descriptor)

    async def write(
        self, path: str, content: AsyncIterator[bytes] | Path, *, sha256: str | None = None, move: bool = False
    ) -> Digest:
        if isinstance(content, Path):
            return await asyncio.to_thread(self._write_file, path, content, sha256, move)
        return await self._write_chunks(path, content, sha256)

    async def copy(self, source: str, target: str) -> None:
        await asyncio.to_thread(self._copy, source, target)

    async def move(self, source: str, target: str) -> None:
        await asyncio.to_thread(self._move, source, target)

    async def delete(self, path: str) -> None:
        await asyncio.to_thread(self._delete, path)

    def local_path(self, path: str) -> Path:
        return resolve_under(self.root, path)

    async def begin(self, path: str, *, bytes: int | None = None) -> Upload:  # noqa: A002 (the seam's)
        return await asyncio.to_thread(self._begin, path, bytes)

    async def write_part(self, upload: Upload, number: int, offset: int, content: bytes) -> str:
        return await asyncio.to_thread(self._write_part, upload, number, offset, content)

    async def parts(self, upload: Upload) -> Sequence[Part]:
        return await asyncio.to_thread(_local_parts.parts, self.root, upload)

    async def finish(self, upload: Upload, parts: Sequence[Part], *, sha256: str | None = None) -> ObjectStat:
        with self._room():
            return await asyncio.to_thread(_local_parts.finish, self.root, upload, parts, sha256)

    async def abandon(self, upload: Upload) -> None:
        await asyncio.to_thread(_local_parts.abandon, self.root, upload)

    async def close(self) -> None:
        """Nothing is open between calls."""

    async def probe(self) -> Space:
        usage = await asyncio.to_thread(shutil.disk_usage, self.root)
        return Space(usage.total, max(0, usage.free - self._reserve_bytes))

    def _open(self, path: str) -> int:
        try:
            with parent_of(self.root, path) as (directory, leaf):
                return open_file(directory, leaf, path)
        except FileNotFoundError as error:
            raise ObjectMissing(path) from error

    def _stat(self, path: str) -> ObjectStat:
        descriptor = self._open(path)
        try:
            found = os.fstat(descriptor)
        finally:
            os.close(descriptor)
        return stat_of(path, found)

    def _begin(self, path: str, wanted: int | None) -> Upload:
        with self._room():
            if wanted:
                self._keep_reserve(wanted, self.root)
            return _local_parts.begin(self.root, path, wanted)

    def _write_part(self, upload: Upload, number: int, offset: int, content: bytes) -> str:
        with self._room():
            self._keep_reserve(len(content), self.root)
            return _local_parts.write_part(self.root, upload, number, offset, content)

    async def _write_chunks(self, path: str, chunks: AsyncIterator[bytes], sha256: str | None) -> Digest:
        sums = Sums()
        async with entered(self._opened_part(path)) as (directory, part, leaf, descriptor):
            async for chunk in chunks:
                await to_its_end(self._append, descriptor, chunk, sums)
            await to_its_end(os.fsync, descriptor)
            digest = sums.digest()
            await to_its_end(_publish, directory, part, leaf, digest, sha256, path)
        return digest

    @contextmanager
    def _opened_part(self, path: str) -> Iterator[tuple[int, str, str, int]]:
        with self._part(path) as (directory, part, leaf):
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640, dir_fd=directory)
            try:
                yield directory, part, leaf, descriptor
            finally:
                os.close(descriptor)

    def _append(self, descriptor: int, chunk: bytes, sums: Sums) -> None:
        with self._room():
            self._keep_reserve(len(chunk), descriptor)
            view = memoryview(chunk)
            while view:
                view = view[os.write(descriptor, view) :]
        sums.update(chunk)

    def _write_file(self, path: str, source: Path, sha256: str | None, move: bool) -> Digest:
        with self._part(path) as (directory, part, leaf):
            if not (move and _linked(source, part, directory)):
                self._copy_file(open_source(source), part, directory)
            # Read back what will be published, not what was meant to be.
            descriptor = open_file(directory, part, path)
            try:
                os.fchmod(descriptor, 0o640)
                digest = digest_of(descriptor)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            _publish(directory, part, leaf, digest, sha256, path)
        if move:
            source.unlink(missing_ok=True)
        return digest

    def _copy_file(self, source: int, part: str, directory: int) -> None:
        try:
            self._keep_reserve(os.fstat(source).st_size, directory)
            with (
                os.fdopen(source, "rb", closefd=False) as reader,
                os.fdopen(
                    os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640, dir_fd=directory), "wb"
                ) as writer,
            ):
                shutil.copyfileobj(reader, writer, CHUNK_BYTES)
        finally:
            os.close(source)

    def _keep_reserve(self, wanted: int, where: int | Path) -> None:
        if self._reserve_bytes:
            status = os.statvfs(where)
            if status.f_bavail * status.f_frsize - wanted < self._reserve_bytes:
                raise StorageFull(
                    f"{self.root} has {status.f_bavail * status.f_frsize:,} bytes free and {self._reserve_bytes:,} of "
                    "them are reserved (data.reserve_bytes); free some room"
                )

    def _copy(self, source: str, target: str) -> None:
        descriptor = self._open(source)
        with self._part(target) as (directory, part, leaf):
            self._copy_file(descriptor, part, directory)
            copied = open_file(directory, part, target)
            try:
                os.fsync(copied)
            finally:
                os.close(copied)
            os.rename(part, leaf, src_dir_fd=directory, dst_dir_fd=directory)
            os.fsync(directory)

    def _move(self, source: str, target: str) -> None:
        os.close(self._open(source))
        with (
            parent_of(self.root, source) as (source_directory, source_leaf),
            parent_of(self.root, target, create=True) as (directory, leaf),
        ):
            os.rename(source_leaf, leaf, src_dir_fd=source_directory, dst_dir_fd=directory)
            os.fsync(directory)
            os.fsync(source_directory)

    def _delete(self, path: str) -> None:
        with suppress(FileNotFoundError), parent_of(self.root, path) as (directory, leaf):
            os.unlink(leaf, dir_fd=directory)
            os.fsync(directory)

    @contextmanager
    def _part(self, path: str) -> Iterator[tuple[int, str, str]]:
        """Yield (directory, temporary name, final name); the temporary one is gone afterwards, whatever happened."""
        part = PART_PREFIX + new_id("w")
        with self._room(), parent_of(self.root, path, create=True) as (directory, leaf):
            try:
                yield directory, part, leaf
            finally:
                with suppress(FileNotFoundError):
                    os.unlink(part, dir_fd=directory)

    @contextmanager
    def _room(self) -> Iterator[None]:
        """Say in the house's words that the disk is full."""
        try:
            yield
        except OSError as error:
            if error.errno in _FULL:
                raise StorageFull(f"{self.root} is full ({error.strerror}); free some room") from error
            raise


def _publish(directory: int, part: str, leaf: str, digest: Digest, sha256: str | None, path: str) -> None:
    if sha256 is not None and digest.sha256 != sha256:
        raise SourceChanged(f"{path} should have sha256 {sha256[:16]}… and has {digest.sha256[:16]}…")
    os.rename(part, leaf, src_dir_fd=directory, dst_dir_fd=directory)
    os.fsync(directory)


def _linked(source: Path, part: str, directory: int) -> bool:
    """Take a plain file by a second link to it; say no where that cannot be (another disk, no links there)."""
    os.close(open_source(source))
    try:
        os.link(source, part, dst_dir_fd=directory, follow_symlinks=False)
    except OSError as error:
        if error.errno in (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP, errno.EACCES):
            return False
        raise
    if os.stat(part, dir_fd=directory, follow_symlinks=False).st_nlink > 2:
        # Somebody else holds a third name and could write through it later.
        os.unlink(part, dir_fd=directory)
        return False
    return True
