"""The Platform: files in a person's own storage, with the grant they gave, through the cache of this node."""

import asyncio
import mimetypes
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from app.kernel.errors import Forbidden, PreconditionFailed
from app.kernel.node import Node
from app.kernel.paging import Page, decode_cursor, encode_cursor
from app.kernel.principal import HOUSE, Principal
from app.kernel.resource_scopes import admits, declare
from app.kernel.scoping import require_act
from app.modules.data.errors import ObjectNotFound, StorageCannot, StorageInUse
from app.modules.data.finding import find_copy
from app.modules.data.storage import ObjectMissing, ObjectStat, Storage
from app.modules.data.storage_cache import FileCache
from app.modules.data.storage_models import Storage as StorageRow
from app.modules.data.storage_opening import open_storage
from app.modules.data.storage_rows import get_storage
from app.modules.data.storage_schemas import ObjectStored, ObjectView
from app.modules.data.storage_turns import Turns
from app.modules.data.transfer_pace import Pace

SCOPE_KIND = "storage"
READING = ("storage_file_list", "storage_folder_list", "storage_file_get", "storage_file_head", "storage_change_list")
declare(SCOPE_KIND, "read", READING)
declare(SCOPE_KIND, "write", ("storage_file_put", "storage_file_delete"))


class HouseFiles(Forbidden):
    """The files in a storage of the house are no user's own.

    Data sets are read by their own address. Operators may look into the storage.
    """

    code = "house_files"


class Files:
    """The files of one storage, for one caller."""

    def __init__(self, node: Node, row: StorageRow, storage: Storage) -> None:
        self.node = node
        self.row = row
        self.storage = storage

    async def stat(self, path: str) -> ObjectStat:
        """Return what is there. Raises ObjectNotFound (404), PathRefused (422)."""
        try:
            return await self.storage.stat(path)
        except (ObjectMissing, IsADirectoryError, NotADirectoryError) as error:
            raise ObjectNotFound(f"{self.row.name} has no file {path}") from error

    async def read(self, stat: ObjectStat, start: int, end: int, *, cached: bool) -> AsyncIterator[bytes]:
        """Return the bytes from ``start`` to ``end``, from the cache where that helps."""
        cache = self.node.part(FileCache, FileCache)
        if cached and "local" not in self.storage.capabilities and cache.takes(stat):
            return await cache.read(self.row.id, self.storage, stat, start, end)
        return self._passed_through(stat.path, start, end)

    async def write(
        self, path: str, content: AsyncIterator[bytes], *, if_match: str | None, if_none_match: str | None
    ) -> tuple[ObjectStored, bool]:
        """Store a file; return it and whether it is new.

        Raises PreconditionFailed (412), StorageInUse (409) where data sets have copies, StorageReadOnly, StorageCannot
        (409), QuotaExceeded, StorageFull (507), PathRefused (422).
        """
        if "write" not in self.storage.capabilities and not self.row.read_only:
            raise StorageCannot(f"files in {self.row.name} can be read and not written")
        async with self._turn(path):
            await self._require_no_copy(path, below=True)
            before = await self._before(path)
            _require(before, if_match, if_none_match)
            digest = await self.storage.write(path, self._paced(content))
            found = await self.storage.stat(path)
        view = ObjectStored(**_shown(found), sha256=digest.sha256, blake3=digest.blake3)
        return view, before is None

    async def delete(self, path: str, *, if_match: str | None) -> None:
        """Remove a file. Raises ObjectNotFound (404), PreconditionFailed (412), StorageInUse (409)."""
        async with self._turn(path):
            found = await self.stat(path)
            _require(found, if_match, None)
            await self._require_no_copy(path, below=False)
            await self.storage.delete(path)

    async def list(self, prefix: str, *, cursor: str | None, limit: int) -> Page[ObjectView]:
        """Return one page of files below a directory, in the order of their paths."""
        after = str(decode_cursor(cursor, [str])[0]) if cursor is not None else ""
        found = await self.storage.list(prefix.strip("/"), after=after, limit=limit + 1)
        items = [ObjectView(**_shown(one)) for one in found[:limit]]
        return Page(items=items, next_cursor=encode_cursor([items[-1].path]) if len(found) > limit else None)

    def _turn(self, path: str) -> asyncio.Lock:
        return self.node.part(Turns, Turns).of(self.row.id, path)

    async def _before(self, path: str) -> ObjectStat | None:
        try:
            return await self.storage.stat(path)
        except (ObjectMissing, NotADirectoryError, StorageCannot):
            return None

    async def _require_no_copy(self, path: str, *, below: bool) -> None:
        async with self.node.database.transaction() as session:
            if await find_copy(session, self.row.id, path, below=below) is not None:
                raise StorageInUse(f"a data set has its copy at {path}; delete or move the data set instead")

    async def _passed_through(self, path: str, start: int, end: int) -> AsyncIterator[bytes]:
        reading: Any = self.storage.read(path, start=start, end=end)
        async with aclosing(reading):
            async for chunk in self._paced(reading):
                yield chunk

    async def _paced(self, content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        bucket = self.node.part(Pace, Pace).of_storage(self.row.id, self.row.bytes_per_second)
        async for chunk in content:
            if bucket is not None:
                await bucket.take(len(chunk))
            yield chunk


async def files_of(
    node: Node,
    storage_id: str,
    actor: Principal,
    *,
    change: bool = False,
    operation: str | None = None,
    path: str = "",
) -> Files:
    """Return the files of a storage that ``actor`` may read, or change.

    ``operation`` at ``path`` has to be within the scopes of a token that is for some paths only. Raises
    StorageNotFound, ObjectNotFound (404), HouseFiles, NotYours (403), StorageReadOnly (409), ContentMissing (503).
    """
    if operation is not None and not admits(actor.scopes, operation, SCOPE_KIND, storage_id, path):
        raise ObjectNotFound("There is no such place for this token")
    async with node.database.session_of(actor) as session:
        row = await get_storage(session, storage_id)
        if row.owner_id == HOUSE and not actor.sees_all:
            raise HouseFiles(f"{row.name} belongs to the house")
        if change:
            await require_act(session, row)
        return Files(node, row, await open_storage(session, node, storage_id))


def media_type_of(stat: ObjectStat) -> str:
    """Return what a file is, by what the storage says or else by its name."""
    known = (stat.media_type or "").partition(";")[0].strip().lower()
    if known and known != "application/octet-stream":
        return known
    return mimetypes.guess_type(stat.path)[0] or "application/octet-stream"


def etag_of(stat: ObjectStat) -> str:
    """Return an ETag as HTTP writes it: the storage's own, or one of size and time."""
    if stat.etag is None:
        return f'"{stat.bytes:x}-{int(stat.modified_at.timestamp() * 1e6):x}"'
    bare = stat.etag.removeprefix("W/").strip('"')
    bare = "".join(c for c in bare if "!" <= c <= "~" and c != '"')
    return f'"{bare}"'


def _shown(stat: ObjectStat) -> dict[str, Any]:
    return {
        "path": stat.path,
        "bytes": stat.bytes,
        "modified_at": stat.modified_at,
        "etag": etag_of(stat),
        "media_type": media_type_of(stat),
    }


def _require(found: ObjectStat | None, if_match: str | None, if_none_match: str | None) -> None:
    if if_none_match == "*" and found is not None:
        raise PreconditionFailed(f"There is a file {found.path} already")
    if if_match is not None and (found is None or (if_match != "*" and etag_of(found) != if_match)):
        raise PreconditionFailed("The file is another by now, or gone")
