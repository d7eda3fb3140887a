"""The seam of log sinks: where packed segments go to be kept, one file a way, loaded by its name.

A driver file holds ``Settings``, the class ``Sink`` that fulfils :class:`Sink`, and ``probe``. A segment is shipped
until the sink says which checksum it holds; only then may the node's own copy go.
"""

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol

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


Part = Literal["lines", "index"]
ReadsBack = Literal["no", "near", "far"]


class Reading(Protocol):
    """A place as it is read from, in a thread, for some seconds."""

    def opened(self, node: str, stem: str, part: Part) -> AbstractContextManager[Callable[[int, int], bytes]]:
        """Open a part of a segment; what is given reads from a byte on at most so many, fewer at the end.

        Blocks, and no longer than some seconds a read. Raises FileNotFoundError for what is not there, OSError or a
        Problem when the place is out of reach.
        """


class Sink(Protocol):
    """One place for segments. Every method raises OSError or a Problem when the place is out of reach."""

    # Whether what is kept there can be read from every node: as files are, or each read being a journey.
    reads_back: ClassVar[ReadsBack]

    def __init__(self, settings: Any, http: GuardedClient) -> None: ...

    async def ship(self, parcel: Parcel, start: int, reached: Reached) -> str:
        """Bring the segment there, from where an earlier try ``reached``; return the SHA-256 of what is there now.

        A segment that is there already stays as it is. A sink that passes records on returns the parcel's own once all
        of them were accepted.
        """

    async def reading(self) -> Reading:
        """Return the place as it is read from; only asked of one that ``reads_back``."""

    async def remove(self, node: str, stem: str) -> None:
        """Remove a segment; none is fine."""
