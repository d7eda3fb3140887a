"""Steps of an SFTP storage, and what they mean when they fail."""

import asyncio
import errno
import stat as modes
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import asyncssh

from app.modules.data.errors import StorageCannot, StorageFull
from app.modules.data.storage import ObjectMissing, ObjectStat
from app.modules.data.storage._remote import Passing

STEP_BYTES = 4 * 1024**2


@contextmanager
def told(path: str) -> Iterator[None]:
    """Turn what an SFTP request meets into what the seam says."""
    try:
        yield
    except (ObjectMissing, ConnectionError, TimeoutError):
        raise
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ObjectMissing(path) from error
    except PermissionError as error:
        raise StorageCannot(f"{path}: the account may not do this there") from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise StorageFull(f"{path}: {error.strerror}") from error
        raise


async def pour(passing: Passing, file: asyncssh.SFTPClientFile) -> None:
    """Write a content step by step; while one step is on its way the next is gathered."""
    offset, gathered = 0, bytearray()
    sending: asyncio.Task[int] | None = None
    try:
        async for chunk in passing:
            gathered += chunk
            if len(gathered) >= STEP_BYTES:
                if sending is not None:
                    await sending
                sending = asyncio.create_task(file.write(bytes(gathered), offset))
                offset, gathered = offset + len(gathered), bytearray()
        if sending is not None:
            await sending
        if gathered:
            await file.write(bytes(gathered), offset)
    except BaseException:
        if sending is not None:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
        raise


async def sync(file: asyncssh.SFTPClientFile) -> None:
    """Have a file written to the disk, where the server can."""
    with suppress(asyncssh.SFTPOpUnsupported):  # an extension of OpenSSH
        await file.fsync()


async def mode_of(sftp: asyncssh.SFTPClient, path: str) -> int:
    """Return what a path is; 0 when there is nothing."""
    return (await sftp.lstat(path)).permissions or 0 if await sftp.lexists(path) else 0


async def free_bytes(sftp: asyncssh.SFTPClient, path: str) -> int | None:
    """Return the room there, where the server can say."""
    try:
        found = await sftp.statvfs(path)
    except asyncssh.SFTPOpUnsupported:
        return None
    return found.bavail * found.frsize


def stat_of(path: str, found: "asyncssh.SFTPAttrs") -> ObjectStat:
    """Return a plain file as an object. Raises ObjectMissing for anything else."""
    if not modes.S_ISREG(found.permissions or 0):
        raise ObjectMissing(path)
    return ObjectStat(path, found.size or 0, datetime.fromtimestamp(found.mtime or 0, UTC))
