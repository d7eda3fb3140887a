"""The data directory on disk: locks, log, socket directory, and what a running server says of itself there."""

import contextlib
import fcntl
import hashlib
import os
import re
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from app.kernel.postgres.problems import DirectoryUnusable
from app.kernel.postgres.tuning import PORT

LOG_BYTES = 8 * 1024**2
# sun_path holds 108 bytes on Linux and 104 on macOS, the closing zero included.
_SOCKET_PATH_BYTES = 103
# PostgreSQL splits unix_socket_directories and SQLAlchemy splits ?host= at commas, both have a way with quotes and
# blanks: a directory with other characters than these gets a short socket directory as well.
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._+=@~-]+")


class FileLock:
    """An exclusive flock. Whoever inherits the descriptor holds it too, so it tells who is left alive."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.descriptor: int | None = None

    def acquire(self) -> bool:
        """Take the lock if it is free; return whether this process has it."""
        if self.descriptor is not None:
            return True
        descriptor = open_private(self.path, os.O_RDWR)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        except BaseException:
            os.close(descriptor)
            raise
        self.descriptor = descriptor
        return True

    def release(self) -> None:
        """Close this process's descriptor; children that inherited it go on holding the lock."""
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None


@dataclass(frozen=True)
class Postmaster:
    """What postmaster.pid says."""

    pid: int
    socket_directory: Path
    ready: bool


class DataDirectory:
    """Names and files below one data directory. Every method blocks: call them in a thread."""

    def __init__(self, root: Path) -> None:
        self.root = root.expanduser().absolute()
        self.pgdata = self.root / "pgdata"
        self.unfinished = self.root / "pgdata.unfinished"
        self.log = self.root / "postgres.log"
        self.socket = self.root / "socket"
        # Held by the process that supervises.
        self.supervisor_lock = FileLock(self.root / "supervisor.lock")
        # Held by every process of the server: free means none is left, whoever's child it was.
        self.server_lock = FileLock(self.root / "server.lock")

    def create(self) -> None:
        """Make the directory (0700) unless it exists. Raises DirectoryUnusable when another user's server owns it."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(self.root, os.W_OK | os.X_OK):
            raise PermissionError(13, "Permission denied", str(self.root))
        if os.geteuid() != 0 and self.pgdata.exists() and self.pgdata.stat().st_uid != os.geteuid():
            raise DirectoryUnusable(
                f"{self.pgdata} belongs to user {self.pgdata.stat().st_uid} and this process runs as "
                f"{os.geteuid()}: run as that user, or choose another data_directory."
            )

    def made_by(self) -> str:
        """Return the major version that made the cluster, or an empty string."""
        try:
            return (self.pgdata / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            return ""

    def make_private(self, path: Path) -> None:
        """Make a directory that only the server's user may enter (for root: the user of the data)."""
        path.mkdir(mode=0o700, exist_ok=True)
        found = path.lstat()
        owner = self._server_owner()
        if os.geteuid() == 0 and found.st_uid == 0 and owner[0] != 0:
            os.chown(path, *owner, follow_symlinks=False)
            found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), owner[0]) or found.st_mode & 0o077:
            raise DirectoryUnusable(f"{path} must be a directory of this user that nobody else may enter: remove it.")

    def socket_directory(self) -> Path:
        """Return the 0700 directory of the socket, made if missing.

        It is ``socket`` in the data directory or, where that path is too long for a socket, a short one named by the
        hash of the data directory; a symbolic link tells the next process which.
        """
        plain = _PLAIN_PATH.fullmatch(str(self.socket)) is not None
        if plain and len(os.fsencode(self.socket / f".s.PGSQL.{PORT}")) <= _SOCKET_PATH_BYTES:
            self.make_private(self.socket)
            return self.socket
        if self.socket.is_symlink() and (linked := self.socket.readlink()).parent.is_dir():
            self.make_private(linked)
            return linked
        name = "stormbell-" + hashlib.sha256(os.fsencode(self.root.resolve())).hexdigest()[:16]
        short = _runtime_directory() / name
        try:
            self.make_private(short)
        except DirectoryUnusable:  # taken by somebody else, who gains nothing by it
            short = Path(tempfile.mkdtemp(prefix="stormbell-", dir="/tmp"))
            self.make_private(short)
        self.socket.unlink(missing_ok=True)
        self.socket.symlink_to(short)
        return short

    def remove_socket_directory(self) -> None:
        """Remove the empty directory of the socket; the link to a short one stays, so its name does."""
        target = self.socket.readlink() if self.socket.is_symlink() else self.socket
        with contextlib.suppress(OSError):
            target.rmdir()

    def postmaster(self) -> Postmaster | None:
        """Return what the server of this directory says of itself, if it says anything yet."""
        try:
            lines = (self.pgdata / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return None
        if len(lines) < 5 or not lines[0].strip().isdigit() or not lines[4].strip():
            return None
        ready = len(lines) > 7 and lines[7].strip() == "ready"
        return Postmaster(int(lines[0]), Path(lines[4].strip()), ready)

    def open_log(self) -> tuple[int, int]:
        """Open the server's log for appending, put aside when it has grown; return (descriptor, size)."""
        with contextlib.suppress(FileNotFoundError):
            if self.log.lstat().st_size > LOG_BYTES:
                self.log.replace(self.log.with_suffix(".log.1"))
        descriptor = open_private(self.log, os.O_WRONLY | os.O_APPEND)
        return descriptor, os.fstat(descriptor).st_size

    def log_lines(self, offset: int, count: int = 40) -> list[str]:
        """Return at most the last ``count`` lines written to the log since it had ``offset`` bytes."""
        with self.log.open("rb") as file:
            file.seek(max(offset, file.seek(0, os.SEEK_END) - 64 * 1024))
            return file.read().decode(errors="replace").splitlines()[-count:]

    def _server_owner(self) -> tuple[int, int]:
        found = (self.pgdata if self.pgdata.exists() else self.root).stat()
        return found.st_uid, found.st_gid


def _runtime_directory() -> Path:
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or "/nowhere")
    # Root's is closed to the user the server may run as.
    usable = os.geteuid() != 0 and runtime.is_dir() and os.access(runtime, os.W_OK)
    short = len(os.fsencode(runtime)) <= 50 and _PLAIN_PATH.fullmatch(str(runtime)) is not None
    return runtime if usable and short else Path("/tmp")  # noqa: S108


def open_private(path: Path, flags: int) -> int:
    """Open ``path`` (0600, made if missing, no symbolic link); root gives a new file to its directory's owner."""
    descriptor = os.open(path, flags | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    if os.geteuid() == 0 and os.fstat(descriptor).st_uid == 0 and (owner := path.parent.stat()).st_uid != 0:
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
    return descriptor
