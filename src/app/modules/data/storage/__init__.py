"""The storage seam: bytes under relative paths. A driver file holds ``Settings``, ``Storage`` and ``probe``.

A path appears only once its whole content is there and safe from a power cut; nothing half is ever seen under it.
A driver that users may not point anywhere they like, because it reaches into this host, says ``HOUSE_ONLY = True``;
``CREDENTIAL_KINDS`` names the kinds of credentials it is logged in to with.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from app.kernel.db import Database
    from app.kernel.http import GuardedClient
    from app.modules.credentials import Secret

KIND = "data.storage"

# local: `local_path` gives a file other programs of this host can open. copy, move: done there, no byte passes here.
# range: read from the middle without what is before. direct: `opened_to`, `push` and what goes with them. write, list,
# parts, sign, changes, query, fetch: the methods are there at all.
Capability = Literal[
    "local", "copy", "move", "range", "write", "list", "parts", "sign", "changes", "query", "fetch", "direct"
]
QueryFormat = Literal["csv", "ndjson"]


@dataclass(frozen=True)
class Digest:
    """How large a content is, and its checksums in hexadecimal; ``etag`` where the storage that took it named one."""

    bytes: int
    sha256: str
    blake3: str
    etag: str | None = field(default=None, compare=False)


@dataclass(frozen=True)
class ObjectStat:
    """One stored object. ``etag`` changes with the content, where the storage has one."""

    path: str
    bytes: int
    modified_at: datetime
    etag: str | None = None
    media_type: str | None = None


@dataclass(frozen=True)
class Fetched:
    """What a storage's own machine fetched; ``blake3`` and ``media_type`` where they are known there."""

    bytes: int
    sha256: str
    blake3: str | None
    media_type: str | None


@dataclass(frozen=True)
class Door:
    """Where another machine may append to an upload from ``offset`` on, and the key it may do so with."""

    host: str
    port: int
    user: str
    host_keys: Sequence[str]
    private_key: str = field(repr=False)
    offset: int


@dataclass(frozen=True)
class Space:
    """Room in a storage; ``None`` where the storage cannot say."""

    bytes_total: int | None
    bytes_free: int | None


@dataclass(frozen=True)
class Upload:
    """A content that is being written in parts. Keep it in a row: it outlives the process that began it.

    Every part but the last has ``part_bytes`` bytes; numbers count from 0. ``sequential``: one after the other only.
    """

    path: str
    token: str
    part_bytes: int
    sequential: bool


@dataclass(frozen=True)
class Part:
    """One part the storage has; ``receipt`` is its own word for it."""

    number: int
    offset: int
    bytes: int
    receipt: str


@dataclass(frozen=True)
class Change:
    """What became of one path; ``None`` is gone."""

    path: str
    stat: ObjectStat | None


class Login(Protocol):
    """What a storage is logged in to with, fresh whenever it is asked for."""

    async def secret(self) -> "Secret | None":
        """Return the secret, renewed when it is about to run out. Raises as ``credentials.use``."""

    async def refused(self) -> None:
        """Say that the storage does not accept the secret any more: the next one is another. Raises GrantExpired."""


@dataclass(frozen=True)
class Access:
    """What a driver gets beside its settings."""

    http: "GuardedClient"
    login: Login
    database: "Database"
    storage_id: str


class ObjectMissing(FileNotFoundError):
    """There is no object under this path."""


class CursorLost(Exception):
    """The storage does not know any more what changed since a cursor: all of it is to be asked for again."""


class Storage(Protocol):
    """One storage. Paths are relative, with ``/`` between parts, none of them empty, ``.`` or ``..``.

    Every method raises PathRefused (422) for a path that is none or leaves the storage, StorageUnreachable and
    StorageBusy (503) when it does not answer or asks to be asked later, GrantExpired (409) when it does not accept the
    login; a local one may raise OSError. What a storage has no capability for raises StorageCannot (409).
    """

    @property
    def capabilities(self) -> frozenset[Capability]:
        """Return what it can; some learn only from an answer what they cannot."""

    def __init__(self, settings: Any, access: Access | None = None) -> None: ...

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

    async def begin(self, path: str, *, bytes: int | None = None) -> Upload:  # noqa: A002 (as in Digest)
        """Begin a content of ``bytes`` that comes in parts. Raises StorageFull (507)."""

    async def write_part(self, upload: Upload, number: int, offset: int, content: bytes) -> str:
        """Store one part and return its receipt; the same part again is fine. Raises UploadGone (409)."""

    async def parts(self, upload: Upload) -> Sequence[Part]:
        """Return the parts the storage has whole, in order. Raises UploadGone (409)."""

    async def finish(self, upload: Upload, parts: Sequence[Part], *, sha256: str | None = None) -> ObjectStat:
        """Make the object of its parts; it appears now. The same again after a success is fine.

        With ``sha256`` a storage that can checks the whole and raises SourceChanged (409), storing nothing; one that
        cannot leaves that to the caller, who reads it back. Raises UploadGone (409).
        """

    async def abandon(self, upload: Upload) -> None:
        """Forget an upload and its parts; none is fine."""

    async def sign(self, path: str, *, seconds: int) -> str:
        """Return an address that gives the object to whoever has it, for that long."""

    async def changes(self, cursor: str | None = None) -> tuple[Sequence[Change], str]:
        """Return some of what changed since ``cursor``, of everything without one, and the cursor to go on from.

        Nothing: there is no more. Raises CursorLost.
        """

    def query(self, sql: str, *, form: QueryFormat, most_rows: int) -> AsyncIterator[bytes]:
        """Yield the answer to one query that changes nothing. Raises QueryRefused (422), QueryTooLarge (413)."""

    async def fetch(self, url: str, path: str, *, most_bytes: int, come: Callable[[int], None]) -> Fetched:
        """Have the storage's own machine fetch a web address, going on where an earlier call was cut.

        ``come`` is told how many bytes are there. Raises FetchRefused (502) for what asking again cannot mend,
        FetchFailed (502) for the rest, UploadTooLarge (413).
        """

    def opened_to(self, upload: Upload) -> AbstractAsyncContextManager[Door]:
        """Let another machine append to an upload, as long as it is lent. Raises DirectRefused."""

    async def push(self, path: str, door: Door) -> None:
        """Have this storage's machine append an object to an upload of another. Raises DirectRefused."""

    async def arrived(self, upload: Upload) -> int:
        """Return how many bytes an upload has that another machine appends to. Raises UploadGone (409)."""

    async def sum_there(self, what: str | Upload) -> str:
        """Return the SHA-256 of an object, or of an upload that another machine appended to, read by its machine."""

    async def probe(self) -> Space:
        """Ask whether the storage answers and how much room it has."""

    async def close(self) -> None:
        """Let go of connections; the storage is not used afterwards."""
