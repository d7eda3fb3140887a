"""The storage seam: bytes under relative paths. A driver file holds ``Settings``, ``Storage`` and ``probe``.

A path appears only once its whole content is there and safe from a power cut; nothing half is ever seen under it.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol

# local: `local_path` gives a file other programs of this host can open.
Capability = Literal["local", "copy", "move", "range"]


@dataclass(frozen=True)
class Digest:
    """How large a content is, and its checksums in hexadecimal."""

    bytes: int
    sha256: str
    blake3: str


@dataclass(frozen=True)
class ObjectStat:
    """One stored object."""

    path: str
    bytes: int
    modified_at: datetime


@dataclass(frozen=True)
class Space:
    """Room in a storage; ``None`` where the storage cannot say."""

    bytes_total: int | None
    bytes_free: int | None


class ObjectMissing(FileNotFoundError):
    """There is no object under this path."""


class Storage(Protocol):
    """One storage. Every method raises PathRefused for a path that leaves the storage, OSError when it is out of reach.

    Paths are relative, with ``/`` between parts, none of them empty, ``.`` or ``..``.
    """

    capabilities: frozenset[Capability]

    def __init__(self, settings: Any) -> None: ...

    async def stat(self, path: str) -> ObjectStat:
        """Raises ObjectMissing."""

    async def list(self, prefix: str = "", *, after: str = "", limit: int = 1000) -> list[ObjectStat]:
        """Return the objects below the directory ``prefix`` in the order of their paths, those past ``after``."""

    def read(self, path: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Yield the bytes from ``start`` up to but without ``end``. Raises ObjectMissing at the first step."""

    async def write(
        self, path: str, content: AsyncIterator[bytes] | Path, *, sha256: str | None = None, move: bool = False
    ) -> Digest:
        """Store the content, replacing what was there, and return what was stored.

        With ``move`` a source file may be taken instead of copied; it is gone afterwards either way. Raises
        SourceChanged (409) when the content has not the ``sha256`` given, StorageFull (507) when there is no room;
        in both cases nothing is stored and the source is left.
        """

    async def copy(self, source: str, target: str) -> None:
        """Store a second object with the same content. Raises ObjectMissing, StorageFull (507)."""

    async def move(self, source: str, target: str) -> None:
        """Give an object another path, replacing what was there. Raises ObjectMissing."""

    async def delete(self, path: str) -> None:
        """Remove an object; none is fine."""

    def local_path(self, path: str) -> Path:
        """Return the file behind an object; only with the capability ``local``."""

    async def probe(self) -> Space:
        """Ask whether the storage answers and how much room it has."""
