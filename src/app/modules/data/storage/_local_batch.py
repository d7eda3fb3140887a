"""Many small files from one directory to another: written beside their names, synced together, then renamed.

A sync for each file, or for each directory, would take longer than everything else together: a file system is synced
as a whole, once when a batch is written and once when it has its names.
"""

import ctypes
import errno
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from itertools import groupby
from pathlib import Path

from app.kernel.ids import new_id
from app.modules.data.errors import SourceChanged, StorageFull
from app.modules.data.storage import ObjectMissing, ObjectStat
from app.modules.data.storage._confined import PART_PREFIX, parent_of

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
_FULL = (errno.ENOSPC, errno.EDQUOT)
_syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)

# Opening a FIFO may not hang.
_OLD = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

_Pair = tuple[ObjectStat, str]


def copy_files(source_root: Path, target_root: Path, pairs: Sequence[_Pair]) -> None:
    """Copy files, each to the path beside it. Blocks: call it in a thread. All appear at the end, or none does.

    Raises SourceChanged (409) when one is not what it was when it was listed, ObjectMissing, StorageFull (507).
    """
    if not pairs:
        return
    prefix = PART_PREFIX + new_id("w")
    half = (len(pairs) + 1) // 2
    # Two threads: one writes while the other is in the file system's locks; more gain nothing.
    halves = [
        _Half(source_root, target_root, pairs[:half], f"{prefix}.a"),
        _Half(source_root, target_root, pairs[half:], f"{prefix}.b"),
    ]
    try:
        with ThreadPoolExecutor(1) as other:
            for act in (_Half.write, _Half.rename):
                second = other.submit(act, halves[1])
                try:
                    act(halves[0])
                finally:
                    wait([second])
                second.result()
                _sync(target_root)
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(f"{target_root} is full ({error.strerror}); free some room") from error
        raise
    finally:
        for one in halves:
            one.remove()


def read_files(root: Path, stats: Sequence[ObjectStat]) -> list[bytes]:
    """Read small files whole. Blocks: call it in a thread.

    Raises SourceChanged (409) when one is not what it was when it was listed, ObjectMissing.
    """
    contents = []
    for _, group in groupby(stats, key=lambda stat: stat.path.rpartition("/")[0]):
        of_directory = list(group)
        try:
            with parent_of(root, of_directory[0].path) as (directory, _leaf):
                contents += [_read(directory, stat) for stat in of_directory]
        except FileNotFoundError as error:
            raise ObjectMissing(of_directory[0].path) from error
    return contents


class _Half:
    """What one thread does."""

    def __init__(self, source_root: Path, target_root: Path, pairs: Sequence[_Pair], prefix: str) -> None:
        self._source_root, self._target_root, self._pairs, self._prefix = source_root, target_root, pairs, prefix
        # A path in each directory, and what is in there without its name yet: (hidden name, name).
        self._written: list[tuple[str, list[tuple[str, str]]]] = []

    def write(self) -> None:
        """Write files beside their names, and note under which."""
        number = 0
        for group in _by_directory(self._pairs):
            names: list[tuple[str, str]] = []
            self._written.append((group[0][1], names))
            try:
                opened = parent_of(self._source_root, group[0][0].path)
                with (
                    opened as (source, _),
                    parent_of(self._target_root, group[0][1], create=True, sync=False) as (target, _),
                ):
                    for stat, path in group:
                        content = _read(source, stat)
                        part, number = f"{self._prefix}{number}", number + 1
                        descriptor = os.open(part, _NEW, 0o640, dir_fd=target)
                        names.append((part, path.rpartition("/")[2]))
                        try:
                            while content:
                                content = content[os.write(descriptor, content) :]
                        finally:
                            os.close(descriptor)
            except FileNotFoundError as error:
                raise ObjectMissing(group[0][0].path) from error

    def rename(self) -> None:
        """Give what was written its names."""
        for path, names in self._written:
            with parent_of(self._target_root, path) as (directory, _):
                while names:
                    part, leaf = names[-1]
                    os.rename(part, leaf, src_dir_fd=directory, dst_dir_fd=directory)
                    names.pop()

    def remove(self) -> None:
        """Take away what did not get its name."""
        for path, names in self._written:
            if names:
                with suppress(OSError), parent_of(self._target_root, path) as (directory, _):
                    for part, _leaf in names:
                        with suppress(FileNotFoundError):
                            os.unlink(part, dir_fd=directory)


def _read(directory: int, stat: ObjectStat) -> bytes:
    descriptor = os.open(stat.path.rpartition("/")[2], _OLD, dir_fd=directory)
    try:
        content = os.read(descriptor, stat.bytes + 1)
        found = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    # The etag the listing made of inode, size and time of the last change: a plain file then, and the same now.
    if len(content) != stat.bytes or stat.etag != f"{found.st_ino:x}-{found.st_size:x}-{found.st_mtime_ns:x}":
        raise SourceChanged(f"{stat.path} changed since it was listed")
    return content


def _by_directory(pairs: Sequence[_Pair]) -> Iterator[list[_Pair]]:
    for _, group in groupby(pairs, key=lambda pair: (pair[0].path.rpartition("/")[0], pair[1].rpartition("/")[0])):
        yield list(group)


def _sync(root: Path) -> None:
    if _syncfs is None:
        os.sync()
        return
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if _syncfs(descriptor) != 0:
            raise OSError(ctypes.get_errno(), "the file system could not be synced")
    finally:
        os.close(descriptor)
