"""Files over SFTP: errors as this host's own files give them, contents in large steps that overlap."""

import asyncio
import errno
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar, cast

import asyncssh

from app.modules.machines.transport import CutShort

# The library cuts a step into as many requests as the server takes at once; with two steps on the way it never waits
# for the last of one.
STEP_BYTES = 4 * 1024**2
_STEPS_AT_ONCE = 3
# Between syncs of a file that is still on its way; whoever else asks this session waits for half of the time at most.
_SYNC_EVERY_SECONDS = 0.2
# From here on a connection of its own costs less than it gains.
LARGE_BYTES = 32 * 1024**2
_LEAST_STEP_BYTES, _LARGEST_STEP_BYTES = 32 * 1024, 255 * 1024

T = TypeVar("T")


@contextmanager
def files_told() -> Iterator[None]:
    """Turn what an SFTP request meets into the OSError this host's own files would give."""
    try:
        yield
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath) as error:
        raise FileNotFoundError(errno.ENOENT, error.reason) from error
    except (asyncssh.SFTPPermissionDenied, asyncssh.SFTPWriteProtect) as error:
        raise PermissionError(errno.EACCES, error.reason) from error
    except asyncssh.SFTPFileAlreadyExists as error:
        raise FileExistsError(errno.EEXIST, error.reason) from error
    except (asyncssh.SFTPNoSpaceOnFilesystem, asyncssh.SFTPQuotaExceeded) as error:
        raise OSError(errno.ENOSPC, error.reason) from error
    except asyncssh.SFTPNotADirectory as error:
        raise NotADirectoryError(errno.ENOTDIR, error.reason) from error
    except (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection) as error:
        raise CutShort(f"the connection ended: {error.reason}") from error
    except asyncssh.SFTPError as error:
        raise OSError(errno.EIO, error.reason) from error
    except asyncssh.Error as error:
        raise CutShort(f"the connection ended: {error.reason}") from error


async def read_at(file: asyncssh.SFTPClientFile, wanted: int, offset: int) -> bytes:
    """Read from a file opened as binary, which the library's annotations do not know of."""
    return cast("bytes", await file.read(wanted, offset))


def step_bytes(sftp: asyncssh.SFTPClient) -> int:
    """Return how much one request may carry each way, 0 when the server does not say (OpenSSH before 8.5)."""
    limits = sftp.limits
    said = min(limits.max_read_len, limits.max_write_len)
    return min(said, _LARGEST_STEP_BYTES) if said >= _LEAST_STEP_BYTES else 0


async def synced_while(moving: Awaitable[T], target: asyncssh.SFTPClientFile) -> T:
    """Have the disk there write what has come while the rest is on its way, so that the last sync has little to do.

    A sync that fails ends it: the disk says so once, and the last one might find nothing wrong.
    """
    arriving = asyncio.ensure_future(moving)
    clock = asyncio.get_running_loop().time
    pause_seconds = _SYNC_EVERY_SECONDS
    try:
        while not (await asyncio.wait({arriving}, timeout=pause_seconds))[0]:
            began = clock()
            try:
                await target.fsync()
            except asyncssh.SFTPOpUnsupported:  # an extension of OpenSSH
                break
            pause_seconds = max(_SYNC_EVERY_SECONDS, clock() - began)
        return await arriving
    finally:
        arriving.cancel()
        await asyncio.wait({arriving})


async def send(descriptor: int, size: int, target: asyncssh.SFTPClientFile) -> None:
    """Write ``size`` bytes of a local file to an open one."""

    async def step(offset: int, wanted: int) -> None:
        chunk = await asyncio.to_thread(os.pread, descriptor, wanted, offset)
        if len(chunk) != wanted:
            raise OSError(errno.EIO, "the file became shorter while it was read")
        await target.write(chunk, offset)

    await _in_steps(size, step)


async def fetch(source: asyncssh.SFTPClientFile, size: int, descriptor: int) -> None:
    """Write ``size`` bytes of an open file to a local one."""

    async def step(offset: int, wanted: int) -> None:
        chunk = await read_at(source, wanted, offset)
        if len(chunk) != wanted:
            raise OSError(errno.EIO, "the file became shorter while it was read")
        await asyncio.to_thread(os.pwrite, descriptor, chunk, offset)

    await _in_steps(size, step)


async def _in_steps(size: int, step: Callable[[int, int], Awaitable[None]]) -> None:
    offsets = iter(range(0, size, STEP_BYTES))

    async def work() -> None:
        for offset in offsets:
            try:
                await step(offset, min(STEP_BYTES, size - offset))
            except BaseException:
                for _ in offsets:  # the others need not go on
                    pass
                raise

    done = await asyncio.gather(*[work() for _ in range(_STEPS_AT_ONCE)], return_exceptions=True)
    for outcome in done:
        if outcome is not None:
            raise outcome
