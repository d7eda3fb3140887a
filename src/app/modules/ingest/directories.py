"""A directory tree read through open directories: each name is looked up in the one above it, and no link is followed.

What somebody swaps for a link while we look leads nowhere (POSIX.1-2017 openat, O_NOFOLLOW).
"""

import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK


class Tree:
    """An open directory. Names are relative to it; whatever is asked raises OSError."""

    def __init__(self, root: Path, directory: Path) -> None:
        """Open ``directory`` from ``root`` down; only the way to ``root`` itself may have links."""
        top = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            self._top = _down(top, directory.relative_to(root).parts)
        finally:
            os.close(top)
        self._below, self._last = "", os.dup(self._top)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        os.close(self._last)
        os.close(self._top)

    def entries(self, below: str) -> Iterator["os.DirEntry[str]"]:
        """Yield what is in a directory, in no order."""
        with os.scandir(self._opened(below)) as entries:
            yield from entries

    def stat(self, name: str) -> os.stat_result:
        """Return what a name is; of a link, the link's."""
        below, _, last = name.rpartition("/")
        return os.stat(last, dir_fd=self._opened(below), follow_symlinks=False)

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading; a pipe without a writer is not waited for."""
        below, _, last = name.rpartition("/")
        return os.fdopen(os.open(last, _FILE, dir_fd=self._opened(below)), "rb")

    def _opened(self, below: str) -> int:
        # The last one stays open: the names of a directory are asked for one after the other.
        if below != self._below:
            opened = _down(self._top, below.split("/") if below else ())
            os.close(self._last)
            self._below, self._last = below, opened
        return self._last


def _down(top: int, names: "tuple[str, ...] | list[str]") -> int:
    """Return a descriptor of its own of the directory these names lead to."""
    opened = os.dup(top)
    for name in names:
        try:
            below = os.open(name, _DIRECTORY, dir_fd=opened)
        finally:
            os.close(opened)
        opened = below
    return opened
