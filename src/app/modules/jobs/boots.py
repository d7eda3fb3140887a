"""Which boots on this data directory are dead, proven by the locks the kernel releases when a process ends.

Each running node holds a flock on ``boots/<boot id>`` for as long as it lives. Whoever can lock another's file knows
that process is gone, however it went, and need not wait for its leases to run out.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


class Boots:
    """The boots that share a data directory."""

    def __init__(self, directory: Path, boot_id: str) -> None:
        self._directory = directory
        self._boot_id = boot_id
        self._descriptor: int | None = None

    def enter(self) -> None:
        """Say that this boot lives. Raises OSError when the directory cannot be written."""
        self._directory.mkdir(parents=True, exist_ok=True)
        unready = self._directory / f".{self._boot_id}"
        self._descriptor = os.open(unready, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        # Named only once it is locked: nobody may find it free before.
        unready.rename(self._directory / self._boot_id)

    def become(self, boot_id: str) -> None:
        """Live on as another boot. The one before is dead from here on, and whoever looks finds it so."""
        before = self._descriptor
        self._boot_id = boot_id
        self.enter()
        if before is not None:
            os.close(before)

    def leave(self) -> None:
        """Say that this boot holds nothing any more."""
        (self._directory / self._boot_id).unlink(missing_ok=True)

    def let_go(self) -> None:
        """Release the lock, as the end of the process does: without :meth:`leave` before, this boot is dead."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def dead(self) -> Iterator[str]:
        """Yield each boot id whose process is gone; it is forgotten when the caller asks for the next one."""
        for path in sorted(self._directory.glob("boot_*")):
            if path.name == self._boot_id:
                continue
            with contextlib.suppress(FileNotFoundError):  # it has just left
                descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                else:
                    yield path.name
                    path.unlink(missing_ok=True)
                finally:
                    os.close(descriptor)
