"""Log segments: NDJSON files that one thread appends to and syncs in batches. Nobody who logs ever waits.

A segment that is being written is locked (flock), so that whoever packs finished ones knows it from a dead process's.
"""

import errno
import fcntl
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.kernel.redaction import redact_line

SEGMENT_BYTES = 16 * 1024**2
SYNC_SECONDS = 0.2
SYNC_RECORDS = 5_000
RETRY_SECONDS = 1.0
PENDING_RECORDS = 10_000  # kept in memory while the disk refuses them
RESERVE_LOOK_BYTES = 1024**2  # the free space is looked at once for so many bytes
_WRITE_RECORDS = 500
_STAMP = "%Y%m%dT%H%M%S"
_sync_data = getattr(os, "fdatasync", os.fsync)  # macOS has no fdatasync


def segments_in(directory: Path) -> list[Path]:
    """Return the log segments in ``directory``, oldest first."""
    return sorted(directory.glob("*.ndjson"), key=lambda path: path.stem)


def is_being_written(path: Path) -> bool:
    """Say whether a living process, this one or another, has this segment open for writing."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


class SegmentSink:
    """Appends lines to ``<directory>/<YYYYmmddTHHMMSS>-<boot>.ndjson``; a new file by size, day and boot.

    A file is never appended to by a later boot, so only the last line of a killed boot can be torn. When the disk
    refuses a batch, or has less than ``reserve_bytes`` left, the file is cut back to its last whole line and the batch
    is tried again each second. With ``segment_seconds`` a file is also closed at that age. ``tap`` is given all that
    was written, in this thread.
    """

    reserve_bytes = 0
    segment_seconds: float | None = None
    tap: Callable[[bytes], None] | None = None

    def __init__(
        self,
        directory: Path,
        boot_id: str,
        note: Callable[[str, dict[str, object]], bytes],
        *,
        segment_bytes: int = SEGMENT_BYTES,
    ) -> None:
        """``note(message, data)`` makes the line for what the sink itself has to say."""
        self._directory = directory
        self._boot_id = boot_id
        self._note = note
        self._segment_bytes = segment_bytes
        self._fd: int | None = None
        self._opened_at = datetime.min.replace(tzinfo=UTC)
        self._size = 0
        self._began_at = 0.0
        self._look_at = 0  # the size from which the free space is looked at again
        self._pending: list[bytes] = []
        self._unsynced = 0
        self._synced_at = time.monotonic()
        self._retry_at = 0.0
        self._told_dropped = 0
        self.dropped_count = 0
        self.written_count = 0
        self.written_at: datetime | None = None
        self.trouble: str | None = None

    def due_seconds(self) -> float | None:
        """Return when the sink wants a turn although nothing came, ``None`` for never."""
        if self.trouble:
            return max(0.0, self._retry_at - time.monotonic())
        if self._unsynced:
            return max(0.0, self._synced_at + SYNC_SECONDS - time.monotonic())
        if self.segment_seconds is not None and self._fd is not None:
            return max(0.0, self._began_at + self.segment_seconds - time.monotonic())
        return None

    def take(self, lines: list[bytes], dropped: int) -> None:
        """Write ``lines``; ``dropped`` is how many the queue before this has lost so far."""
        room = PENDING_RECORDS - len(self._pending)
        self._pending += lines if len(lines) <= room else lines[:room]
        self.dropped_count += max(0, len(lines) - room)
        if time.monotonic() < self._retry_at:
            return
        lost = dropped + self.dropped_count
        if lost > self._told_dropped:
            self._pending.append(self._note("log records dropped", {"count": lost - self._told_dropped}))
            self._told_dropped = lost
        try:
            self._write()
            if self._unsynced >= SYNC_RECORDS or time.monotonic() >= self._synced_at + SYNC_SECONDS:
                self._sync()
            self._close_if_old()
        except OSError as error:
            self._refused(error)

    def settle(self) -> bool:
        """Write and sync all that was taken, now; say whether the disk has it."""
        if self.trouble is None:
            try:
                self._write()
                self._sync()
            except OSError as error:
                self._refused(error)
        return self.trouble is None

    def close(self) -> None:
        """Let go of the file."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _write(self) -> None:
        while self._pending:
            self._open_if_due()
            assert self._fd is not None
            batch = self._pending[:_WRITE_RECORDS]
            data = redact_line(b"".join(batch))
            if self._size >= self._look_at:
                self._keep_reserve()
            left = memoryview(data)
            while left:  # a nearly full disk writes less than asked before it refuses
                left = left[os.write(self._fd, left) :]
            self._size += len(data)
            self._unsynced += len(batch)
            self.written_count += len(batch)
            self.written_at = datetime.now(UTC)
            del self._pending[: len(batch)]
            if self.tap is not None:
                self.tap(data)
        self.trouble = None

    def _sync(self) -> None:
        if self._unsynced and self._fd is not None:
            self._unsynced = 0
            try:
                _sync_data(self._fd)
            except OSError:
                # Linux forgets dirty pages it could not write: a second fdatasync would say all is well
                # (Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020).
                self.close()
                raise
        self._synced_at = time.monotonic()

    def _open_if_due(self) -> None:
        now = datetime.now(UTC)
        if self._fd is not None and self._size < self._segment_bytes and now.date() <= self._opened_at.date():
            return
        self._sync()
        self.close()
        # Names sort by time even when the clock steps back or two files fall into one second.
        stamp = max(now.replace(microsecond=0), self._opened_at + timedelta(seconds=1))
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o750)
        path = self._directory / f"{stamp.strftime(_STAMP)}-{self._boot_id}.ndjson"
        self._keep_reserve()
        self._fd = _created(path)
        self._opened_at, self._size, self._look_at, self._began_at = stamp, 0, 0, time.monotonic()
        self._pending.insert(0, self._note("log segment opened", {"boot_id": self._boot_id}))
        parent = os.open(self._directory, os.O_RDONLY)
        try:
            os.fsync(parent)
        finally:
            os.close(parent)

    def _close_if_old(self) -> None:
        if (
            self.segment_seconds is not None
            and self._fd is not None
            and time.monotonic() >= self._began_at + self.segment_seconds
        ):
            self._sync()
            self.close()

    def _keep_reserve(self) -> None:
        """Refuse to fill the disk: what is left of it belongs to the database. Raises OSError (ENOSPC)."""
        self._look_at = self._size + RESERVE_LOOK_BYTES
        if self.reserve_bytes:
            disk = os.statvfs(self._directory)
            if disk.f_bavail * disk.f_frsize < self.reserve_bytes:
                self._look_at = 0
                raise OSError(errno.ENOSPC, f"less than {self.reserve_bytes // 1024**2} MiB are free on its disk")

    def _refused(self, error: OSError) -> None:
        self.trouble = f"log records cannot be written: {error.strerror or error}"
        self._retry_at = time.monotonic() + RETRY_SECONDS
        if self._fd is None:
            return
        try:
            os.ftruncate(self._fd, self._size)
        except OSError:  # not even that: leave the torn line and go on in a new file
            self.close()


def _created(path: Path) -> int:
    """Return a new segment, open and locked before it has a name by which others look for finished ones."""
    opening = path.with_suffix(".opening")
    descriptor = os.open(opening, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o640)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if path.exists():  # nobody else makes names of this boot, so nothing comes between this and the next line
            raise FileExistsError(errno.EEXIST, f"{path.name} is there already")
        opening.rename(path)
    except OSError:
        os.close(descriptor)
        opening.unlink(missing_ok=True)
        raise
    return descriptor
