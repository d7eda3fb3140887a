"""The transport seam: how commands and files reach a machine. A driver file holds ``Settings`` and ``Transport``."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True)
class Completed:
    """How a short command ended."""

    exit_code: int
    stdout: bytes
    stderr: bytes


class Transport(Protocol):
    """One machine's connection. Methods raise OSError or TimeoutError when the machine does not answer."""

    def __init__(self, settings: Any) -> None: ...

    async def run(self, command: Sequence[str], *, content: bytes = b"", timeout_seconds: float = 30.0) -> Completed:
        """Run a short command to its end, with ``content`` on its standard input; no shell takes part."""

    async def put(self, content: Path | bytes, path: str) -> None:
        """Write a file there from a local file or from bytes; the final name only ever holds the whole content."""

    async def get(self, path: str, target: Path) -> None:
        """Copy a file from there to the local path ``target``. Raises FileNotFoundError."""

    async def tail(self, path: str, tail_bytes: int) -> bytes:
        """Return the last bytes of a file there; nothing when there is no such file."""
