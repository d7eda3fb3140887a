"""The transport seam: how commands and files reach a machine. A driver holds ``Settings``, ``Transport``, ``probe``.

Paths are those of the machine; a relative one begins where a login there does.
"""

import asyncio
import stat as modes
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

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


@dataclass(frozen=True)
class Prompt:
    """One question a login asks; ``echo`` when what is typed may be seen."""

    text: str
    echo: bool


class Login(Protocol):
    """One login, told by whoever makes it how it goes; a person answers what the credential cannot."""

    asking: asyncio.Event
    """Set while a person is asked."""
    text: str
    """Says that a person is asked, and how to answer; empty until one was."""

    async def ask(self, place: str, user: str, instructions: str, prompts: Sequence[Prompt]) -> Sequence[str]:
        """Return what a person answers. Raises LoginWaits when nobody does in time, or somebody is asked already."""

    async def succeeded(self) -> None:
        """Note that it let us in."""

    async def failed(self, error: Exception) -> None:
        """Note that it did not."""

    async def lost(self, why: str) -> None:
        """Note that the connection it opened is gone."""


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a driver is given: how it logs in, which host keys are trusted, and where it may connect.

    A place is ``host:port``; ``jump`` marks one on the way, whose keys are good for nothing but itself. ``login``
    begins a login that nobody asked for; it raises what speaks against one now, such as LoginWaits. Without it nobody
    can be asked anything.
    """

    lend: Callable[[], AbstractAsyncContextManager[Secret]]
    trusted: Callable[[str, bool], Awaitable[Sequence[str]]]
    refused: Callable[[str, bool, str], Awaitable[None]]
    addresses_of: Callable[[str, int], Awaitable[Sequence[str]]]
    login: Callable[[], Awaitable[Login]] | None = None


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
    """The machine did not let us in; ``with_password`` when it was shown one."""

    def __init__(self, text: str, *, with_password: bool = False) -> None:
        super().__init__(text)
        self.with_password = with_password


class LoginWaits(ConnectionError):
    """A login waits for somebody to answer what the machine asks, or to begin it; the message says how."""


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


@runtime_checkable
class LogsIn(Protocol):
    """A transport whose login may ask questions."""

    @property
    def held(self) -> Login | None:
        """Return the login that opened the connection, while that is open and if a person was asked for it."""

    async def log_in(self, login: Login) -> None:
        """Connect for somebody who can answer; return once it is connected or waits for an answer.

        Raises as the transport's methods do.
        """


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
