"""Files below a directory in the order of their paths, read only as far as they are asked for."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from app.modules.data.storage import ObjectStat
from app.modules.data.storage._confined import PART_PREFIX, parent_of

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def stat_of(path: str, found: os.stat_result) -> ObjectStat:
    """Return a plain file as an object."""
    modified_at = datetime.fromtimestamp(found.st_mtime, UTC)
    return ObjectStat(path, found.st_size, modified_at, f"{found.st_ino:x}-{found.st_size:x}-{found.st_mtime_ns:x}")


def walk(root: Path, prefix: str, after: str) -> Iterator[ObjectStat]:
    """Yield plain files below the directory ``prefix`` whose paths come after ``after``. Blocks: call it in a thread.

    Links are neither followed nor listed. A directory nothing of which is wanted is not opened.
    """
    try:
        top = top_of(root, prefix)
    except (FileNotFoundError, NotADirectoryError):
        return
    yield from _below(top, prefix + "/" if prefix else "", after)


def top_of(root: Path, prefix: str) -> int:
    if not prefix:
        return os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    with parent_of(root, prefix) as (directory, leaf):
        try:
            return os.open(leaf, _DIRECTORY, dir_fd=directory)
        except OSError as error:
            raise NotADirectoryError(prefix) from error


def _below(directory: int, prefix: str, after: str) -> Iterator[ObjectStat]:
    """Own the descriptor of a directory and yield what is below it."""
    try:
        with os.scandir(directory) as entries:
            # A directory sorts as what is in it does: "a.txt" before "a/1".
            names = sorted(
                entry.name + "/" if entry.is_dir(follow_symlinks=False) else entry.name
                for entry in entries
                if not entry.name.startswith(PART_PREFIX) and is_text(entry.name)
            )
        for name in names:
            path = prefix + name
            if path <= after and not after.startswith(path):
                continue
            if name.endswith("/"):
                with suppress(OSError):  # gone, or a link by now
                    yield from _below(os.open(name[:-1], _DIRECTORY, dir_fd=directory), path, after)
            elif path > after:
                with suppress(FileNotFoundError):
                    found = os.stat(name, dir_fd=directory, follow_symlinks=False)
                    if stat.S_ISREG(found.st_mode):
                        yield stat_of(path, found)
    finally:
        os.close(directory)


def is_text(name: str) -> bool:
    """Say whether a name can be written in JSON: names of other encodings hold surrogates."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
