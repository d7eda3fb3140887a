"""Files below one directory, and only there: no path and no symbolic link leads out of it.

Each part of a path is opened relative to the one before it with O_NOFOLLOW, so a link swapped in between a check and
a use is refused as well (CWE-59, CWE-367).
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.modules.data.errors import PathRefused

PART_PREFIX = ".part-"


def parts_of(path: str) -> list[str]:
    """Split a relative path. Raises PathRefused (422) unless every part is a plain name."""
    parts = path.split("/")
    for part in parts:
        if part in ("", ".", "..") or "\x00" in part or part.startswith(PART_PREFIX):
            raise PathRefused(f"{path!r} is not a path of plain names below the storage")
        try:
            if len(os.fsencode(part)) > 255:
                raise PathRefused(f"a part of {path[:80]!r}… is longer than 255 bytes")
        except UnicodeEncodeError as error:
            raise PathRefused(f"{path!r} cannot be written as a file name") from error
    if len(path) > 3000:
        raise PathRefused("the path is longer than 3,000 characters")
    return parts


def resolve_under(root: Path, path: str) -> Path:
    """Return ``root/path``. Raises PathRefused (422) when the path, or a link on the way, would leave ``root``."""
    with parent_of(root, path) as (_directory, leaf):
        return root.joinpath(*parts_of(path)[:-1], leaf)


@contextmanager
def parent_of(root: Path, path: str, *, create: bool = False, sync: bool = True) -> Iterator[tuple[int, str]]:
    """Open the directory that holds ``path`` and yield (its descriptor, the last part).

    Without ``sync`` whoever has directories made sees to it that they outlast a power cut.

    Raises PathRefused (422) as above, FileNotFoundError when a directory is missing and not to be created.
    """
    *directories, leaf = parts_of(path)
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    descriptor = os.open(root, flags)
    try:
        for name in directories:
            descriptor = _enter(descriptor, name, flags | os.O_NOFOLLOW, create, sync)
        yield descriptor, leaf
    finally:
        os.close(descriptor)


def open_file(directory: int, leaf: str, path: str) -> int:
    """Open a plain file for reading. Raises PathRefused (422) for anything else, FileNotFoundError."""
    try:
        # O_NONBLOCK: opening a FIFO may not hang.
        descriptor = os.open(leaf, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=directory)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):
            raise PathRefused(f"{path!r} is no plain file") from error
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise PathRefused(f"{path!r} is no plain file")
    return descriptor


def open_source(source: Path) -> int:
    """Open a plain file from outside the storage. Raises PathRefused (422) when it is none, FileNotFoundError."""
    directory = os.open(source.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        return open_file(directory, source.name, str(source))
    finally:
        os.close(directory)


def _enter(descriptor: int, name: str, flags: int, create: bool, sync: bool) -> int:
    try:
        try:
            inner = os.open(name, flags, dir_fd=descriptor)
        except FileNotFoundError:
            if not create:
                raise
            try:
                os.mkdir(name, 0o750, dir_fd=descriptor)
                if sync:
                    os.fsync(descriptor)
            except FileExistsError:
                pass
            inner = os.open(name, flags, dir_fd=descriptor)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            raise PathRefused(f"{name!r} is on the way and is no directory") from error
        raise
    os.close(descriptor)
    return inner
