"""A directory that all nodes see: another disk, or a network file system.

``<directory>/<node>/<segment>.ndjson.gz`` and its index. A broken-off copy is gone on with; what has its final name is
whole, synced, and was read back.
"""

import asyncio
import hashlib
import os
import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from app.kernel.http import GuardedClient
from app.modules.logging.index import Read, file_at
from app.modules.logging.sink import Parcel, Part, Reached, ReadsBack

CHUNK_BYTES = 1024**2
_PLAIN = re.compile(r"[^A-Za-z0-9_.-]|^\.")


class Settings(BaseModel):
    """Where the segments are kept."""

    model_config = ConfigDict(extra="forbid")

    directory: Path = Field(description="Absolute path of a directory that every node sees under this name")


async def probe(settings: Settings) -> str | None:
    """Say why this driver cannot be used with these settings, ``None`` if it can."""
    try:
        await asyncio.to_thread(settings.directory.mkdir, parents=True, exist_ok=True, mode=0o750)
    except OSError as error:
        return f"{settings.directory} cannot be used: {error.strerror}"
    return None if settings.directory.is_absolute() else "directory has to be an absolute path"


class Sink:
    """Copies segments into a directory."""

    reads_back: ClassVar[ReadsBack] = "near"

    def __init__(self, settings: Settings, http: GuardedClient) -> None:
        self._directory = settings.directory

    async def ship(self, parcel: Parcel, start: int, reached: Reached) -> str:
        """Copy what is missing, check all of it, and give it its name; the index first."""
        packed, index = _paths_of(self._directory, parcel.node, parcel.stem)
        await asyncio.to_thread(packed.parent.mkdir, parents=True, exist_ok=True, mode=0o750)
        await asyncio.to_thread(_bring, parcel.index_path, index, parcel.index_sha256)
        return await asyncio.to_thread(_bring, parcel.path, packed, parcel.sha256)

    async def reading(self) -> "Directory":
        """Return the directory."""
        return Directory(self._directory)

    async def remove(self, node: str, stem: str) -> None:
        """Remove both files."""
        for path in _paths_of(self._directory, node, stem):
            await asyncio.to_thread(path.unlink, missing_ok=True)


@dataclass(frozen=True)
class Directory:
    """The directory as it is read from."""

    directory: Path

    def opened(self, node: str, stem: str, part: Part) -> AbstractContextManager[Read]:
        """Open one of a segment's files. Raises OSError."""
        packed, index = _paths_of(self.directory, node, stem)
        if not self.directory.is_dir():  # else all that is on a disk that is not mounted would be said to be gone
            raise NotADirectoryError(f"there is no directory {self.directory}")
        return file_at(packed if part == "lines" else index)


def _paths_of(directory: Path, node: str, stem: str) -> tuple[Path, Path]:
    folder = directory / _PLAIN.sub("_", node)
    return folder / f"{stem}.ndjson.gz", folder / f"{stem}.idx"


def _bring(source: Path, target: Path, sha256: str) -> str:
    """Copy ``source`` to ``target``; return the checksum of what is there. What is wrong is not given the name."""
    if target.exists():
        there = _sum(target)
        if there == sha256:
            return there
        target.unlink()  # a disk that lost what it had synced
    partial = target.with_name(f"{target.name}.part")
    with source.open("rb") as read, partial.open("ab") as written:
        have = written.tell()
        if have > os.fstat(read.fileno()).st_size:
            written.truncate(0)
            have = 0
        read.seek(have)
        while chunk := read.read(CHUNK_BYTES):
            written.write(chunk)
        written.flush()
        os.fsync(written.fileno())
    there = _sum(partial)
    if there != sha256:
        partial.unlink()  # begun by something else: from its start the next time
        return there
    partial.replace(target)
    descriptor = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return there


def _sum(path: Path) -> str:
    file: BinaryIO
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
