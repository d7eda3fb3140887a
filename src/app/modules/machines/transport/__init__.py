"""The transport seam: how commands and files reach a machine. A driver holds ``Settings``, ``Transport``, ``probe``.

Paths are those of the machine; a relative one begins where a login there does.
"""

import stat as modes
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from app.modules.credentials import Secret

Kind = Literal["file", "directory", "link", "other"]

OUTPUT_BYTES = 8 * 1024**2  # of stdout and of stderr each


@dataclass(frozen=True)
class Completed:
    """How a short command ended."""

    exit_code: int
    stdout: bytes
    stderr: bytes


@dataclass(frozen=True)
class Entry:
    """A file or directory; ``mode`` are its permission bits."""

    name: str
    kind: Kind
    bytes: int
    modified_at: datetime
    mode: int


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a driver is given: how it logs in, which host keys are trusted, and where it may connect.

    A place is ``host:port``; ``jump`` marks one on the way, whose keys are good for nothing but itself.
    """

    lend: Callable[[], AbstractAsyncContextManager[Secret]]
    trusted: Callable[[str, bool], Awaitable[Sequence[str]]]
    refused: Callable[[str, bool, str], Awaitable[None]]
    addresses_of: Callable[[str, int], Awaitable[Sequence[str]]]


class CutShort(ConnectionError):
    """The connection ended before the answer did; whether the command ran is not known."""


class HostKeyRefused(ConnectionError):
    """A machine showed a host key nobody has confirmed; ``known`` when another one was."""

    def __init__(self, place: str, key_type: str, fingerprint: str, known: bool) -> None:
        super().__init__(
            f"{place} shows {'another' if known else 'a'} host key: {key_type} {fingerprint}, "
            f"which nobody has confirmed"
        )
        self.place, self.fingerprint, self.known = place, fingerprint, known


class LoginRefused(ConnectionError):
    """The machine did not let us in."""


class OutputTooLarge(OSError):
    """A command wrote more than is taken; it was ended."""


class Transport(Protocol):
    """One machine's connection, kept while it is used.

    Methods raise OSError or TimeoutError when the machine does not answer, HostKeyRefused and LoginRefused among them.
    """

    def __init__(self, settings: Any, surroundings: Surroundings | None = None) -> None: ...

    async def run(self, command: Sequence[str], *, content: bytes = b"", timeout_seconds: float = 30.0) -> Completed:
        """Run a short command to its end, with ``content`` on its standard input; no shell reads its words.

        Raises CutShort, OutputTooLarge beyond OUTPUT_BYTES, and TimeoutError; what has not ended by then is ended.
        """

    async def put(self, content: Path | bytes, path: str) -> None:
        """Write a file there from a local file or from bytes; the final name only ever holds the whole content."""

    async def get(self, path: str, target: Path) -> None:
        """Copy a file from there to the local path ``target``. Raises FileNotFoundError."""

    async def tail(self, path: str, tail_bytes: int) -> bytes:
        """Return the last bytes of a file there; nothing when there is no such file."""

    def read(self, path: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Yield the bytes from ``start`` up to but without ``end``. Raises FileNotFoundError at the first step."""

    async def stat(self, path: str) -> Entry:
        """Return what a path is, links followed. Raises FileNotFoundError."""

    async def entries(self, path: str) -> list[Entry]:
        """Return what a directory holds by name, links not followed. Raises FileNotFoundError, NotADirectoryError."""

    async def make_directory(self, path: str) -> None:
        """Make a directory and those above it; one that is there is fine. Raises FileExistsError for a file."""

    async def move(self, source: str, target: str) -> None:
        """Give a file or directory another path. Raises FileNotFoundError; FileExistsError, nothing is replaced."""

    async def copy(self, source: str, target: str) -> None:
        """Copy a file, or a directory with all in it. Raises FileNotFoundError; FileExistsError as :meth:`move`."""

    async def remove(self, path: str, *, recursive: bool = False) -> None:
        """Remove a file, a link or an empty directory; with ``recursive`` what is in it. Raises FileNotFoundError."""

    async def close(self) -> None:
        """End the connection; the next call would begin another."""


def kind_of(mode: int | None) -> Kind:
    """Return what a file's mode says it is."""
    for kind, says in _KINDS:
        if mode is not None and says(mode):
            return kind
    return "other"


_KINDS: tuple[tuple[Kind, Callable[[int], bool]], ...] = (
    ("file", modes.S_ISREG),
    ("directory", modes.S_ISDIR),
    ("link", modes.S_ISLNK),
)
