"""What can go wrong with the embedded server: each message is one sentence that names the fix."""

import errno
import re
from collections.abc import Sequence
from pathlib import Path

from app.kernel.errors import StartProblem


class PostgresProblem(StartProblem):
    """The embedded PostgreSQL cannot serve."""


class BinariesMissing(PostgresProblem):
    """No usable PostgreSQL binaries were found."""


class DirectoryUnusable(PostgresProblem):
    """The data directory cannot be used by this user."""


class WrongVersion(PostgresProblem):
    """The data directory was made by another major version."""


class DiskFull(PostgresProblem):
    """The disk of the data directory is full."""


class StartFailed(PostgresProblem):
    """The server did not start; ``lines`` are the last of its log."""

    def __init__(self, message: str, lines: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.lines = tuple(lines)


def from_log(what: str, lines: Sequence[str], directory: Path, log_path: Path) -> PostgresProblem:
    """Return the problem that the last log lines of ``what`` (a short clause) tell of."""
    text = "\n".join(lines)
    if "No space left on device" in text or "Disk quota exceeded" in text:
        return DiskFull(f"The disk of {directory} is full: free some space, the data is kept.")
    last = [line.strip() for line in lines if line.strip()][-5:]
    said = f"; it said: {' | '.join(last)}" if last else ""
    return StartFailed(f"{what}{said} (log: {log_path})", last)


def from_os_error(error: OSError, directory: Path) -> PostgresProblem:
    """Return the problem an operating system error in ``directory`` means."""
    path = error.filename or directory
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(f"The disk of {directory} is full: free some space, the data is kept.")
    if error.errno == errno.EROFS:
        return DirectoryUnusable(f"{path} is on a read-only file system: choose another data_directory.")
    if error.errno in (errno.EACCES, errno.EPERM):
        return DirectoryUnusable(
            f"This user may not write {path}: run as the user it belongs to, or choose another data_directory."
        )
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return DirectoryUnusable(f"{path} is not a directory: choose another data_directory.")
    return DirectoryUnusable(f"{path} cannot be used ({error.strerror or error}): choose another data_directory.")


def different_version(made_by: str, binaries: str, bin_directory: Path, directory: Path) -> WrongVersion | None:
    """Return the problem when ``made_by`` (a PG_VERSION) and ``binaries`` (``postgres --version``) differ."""
    found = re.search(r"(\d+)(\.\d+|\w*)", binaries)
    if not found or not made_by or found[1] == made_by:
        return None
    return WrongVersion(
        f"{directory} was made by PostgreSQL {made_by}, the binaries in {bin_directory} are {found[0]}: set "
        f"database.bin_directory to the binaries of PostgreSQL {made_by}, or dump with those and restore into a new "
        "data_directory."
    )
