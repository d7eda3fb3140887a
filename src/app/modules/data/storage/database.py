"""Small contents in Stormbell's own database: backed up with it, seen by every node, gone with the storage."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, collate, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.modules.data.digests import CHUNK_BYTES
from app.modules.data.errors import StorageFull
from app.modules.data.storage import Access, Capability, Digest, ObjectMissing, ObjectStat, Space
from app.modules.data.storage._paths import plain_parts
from app.modules.data.storage._remote import Passing
from app.modules.data.storage_models import StorageBlob

_LARGEST_BYTES = 256 * 1024**2
HOUSE_ONLY = True  # what it takes up, everything else has less of


class Settings(BaseModel):
    """How much it takes."""

    model_config = ConfigDict(extra="forbid")

    largest_bytes: int = Field(
        16 * 1024**2, strict=True, ge=1, le=_LARGEST_BYTES, description="Of one content; it is in memory as a whole"
    )


async def probe(_settings: Settings) -> str | None:
    """Say why this driver cannot be used with these settings, ``None`` if it can."""
    return None


class Storage:
    """Objects as rows; see the seam for what each method promises."""

    capabilities: frozenset[Capability] = frozenset({"copy", "move", "range", "write", "list"})

    def __init__(self, settings: Settings, access: Access | None = None) -> None:
        if access is None:
            raise TypeError("a storage in the database needs its access")
        self._settings = settings
        self._database = access.database
        self._id = access.storage_id

    async def stat(self, path: str) -> ObjectStat:
        plain_parts(path)
        async with self._database.transaction() as session:
            row = await session.scalar(select(StorageBlob).where(self._is(path)))
        if row is None:
            raise ObjectMissing(path)
        return _stat(row)

    async def list(self, prefix: str = "", *, after: str = "", limit: int = 1000) -> list[ObjectStat]:
        ordered = collate(StorageBlob.path, "C")
        query = select(StorageBlob).where(StorageBlob.storage_id == self._id, ordered > after)
        if prefix:
            plain_parts(prefix)
            # All that begins so: "/" is followed by "0".
            query = query.where(ordered > prefix + "/", ordered < prefix + "0")
        async with self._database.transaction() as session:
            return [_stat(row) for row in await session.scalars(query.order_by(ordered).limit(limit))]

    async def read(self, path: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        plain_parts(path)
        start = min(start, _LARGEST_BYTES)
        most = max(0, min(_LARGEST_BYTES, _LARGEST_BYTES if end is None else end) - start)
        wanted = func.substr(StorageBlob.content, start + 1, most)
        async with self._database.transaction() as session:
            content: bytes | None = await session.scalar(select(wanted).where(self._is(path)))
        if content is None:
            raise ObjectMissing(path)
        for at in range(0, len(content), CHUNK_BYTES):
            yield bytes(content[at : at + CHUNK_BYTES])

    async def write(
        self, path: str, content: AsyncIterator[bytes] | Path, *, sha256: str | None = None, move: bool = False
    ) -> Digest:
        plain_parts(path)
        passing = Passing(content, path, sha256)
        body = bytearray()
        async for chunk in passing:
            body += chunk
            if len(body) > self._settings.largest_bytes:
                raise StorageFull(
                    f"{path} has more than {self._settings.largest_bytes:,} bytes, the most this storage takes"
                )
        digest = passing.stored()
        await self._put(path, bytes(body), digest.sha256)
        await passing.took(move)
        return digest

    async def copy(self, source: str, target: str) -> None:
        plain_parts(source), plain_parts(target)
        content = b"".join([chunk async for chunk in self.read(source)])
        await self._put(target, content, await asyncio.to_thread(lambda: hashlib.sha256(content).hexdigest()))

    async def move(self, source: str, target: str) -> None:
        plain_parts(source), plain_parts(target)
        if source == target:
            await self.stat(source)
            return
        async with self._database.transaction() as session:
            found = select(StorageBlob.bytes).where(self._is(source)).with_for_update()
            if await session.scalar(found) is None:
                raise ObjectMissing(source)
            await session.execute(delete(StorageBlob).where(self._is(target)))
            await session.execute(update(StorageBlob).where(self._is(source)).values(path=target))

    async def delete(self, path: str) -> None:
        plain_parts(path)
        async with self._database.transaction() as session:
            await session.execute(delete(StorageBlob).where(self._is(path)))

    async def probe(self) -> Space:
        async with self._database.transaction() as session:
            await session.scalar(
                select(func.count()).select_from(StorageBlob).where(StorageBlob.storage_id == self._id)
            )
        return Space(None, None)

    async def close(self) -> None:
        """The connections are the house's."""

    def _is(self, path: str) -> ColumnElement[bool]:
        return (StorageBlob.storage_id == self._id) & (StorageBlob.path == path)

    async def _put(self, path: str, content: bytes, sha256: str) -> None:
        values = {"content": content, "bytes": len(content), "sha256": sha256}
        adding = insert(StorageBlob).values(storage_id=self._id, path=path, **values)
        async with self._database.transaction() as session:
            await session.execute(
                adding.on_conflict_do_update(
                    index_elements=["storage_id", "path"], set_={**values, "modified_at": func.clock_timestamp()}
                )
            )


def _stat(row: StorageBlob) -> ObjectStat:
    return ObjectStat(row.path, row.bytes, row.modified_at, row.sha256[:32])
