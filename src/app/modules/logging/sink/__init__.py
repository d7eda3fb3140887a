"""The seam of log sinks: where packed segments go to be kept, one file a way, loaded by its name.

A driver file holds ``Settings``, the class ``Sink`` that fulfils :class:`Sink`, and ``probe``. A segment is shipped
until the sink says which checksum it holds; only then may the node's own copy go.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from app.kernel.http import GuardedClient

KIND = "logging.sink"

# Told how far a segment has got, in the sink's own measure; the next try starts from there.
Reached = Callable[[int], Awaitable[None]]


@dataclass(frozen=True)
class Parcel:
    """One packed segment on its way: gzip members of NDJSON, and the index beside them."""

    node: str
    boot_id: str
    stem: str
    path: Path
    index_path: Path
    packed_bytes: int
    sha256: str
    index_sha256: str


class Sink(Protocol):
    """One place for segments. Every method raises OSError or a Problem when the place is out of reach."""

    def __init__(self, settings: Any, http: GuardedClient) -> None: ...

    async def ship(self, parcel: Parcel, start: int, reached: Reached) -> str:
        """Bring the segment there, from where an earlier try ``reached``; return the SHA-256 of what is there now.

        A segment that is there already stays as it is. A sink that passes records on returns the parcel's own once all
        of them were accepted.
        """

    def place_of(self, node: str, stem: str) -> tuple[Path, Path] | None:
        """Return the packed file and its index, to be read from here; ``None`` where they cannot be."""

    async def remove(self, node: str, stem: str) -> None:
        """Remove a segment; none is fine."""
