"""A storage as its row allows: so many requests at once, nothing written where it may not be, no quota passed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.modules.data.errors import QuotaExceeded, StorageReadOnly
from app.modules.data.storage import (
    Capability,
    Change,
    Digest,
    Door,
    Fetched,
    ObjectStat,
    Part,
    QueryFormat,
    Space,
    Storage,
    Upload,
)

Used = Callable[[], Awaitable[int]]
_WRITES: frozenset[Capability] = frozenset({"write", "copy", "move", "parts", "fetch"})


@dataclass(frozen=True)
class Limits:
    """What the row says."""

    name: str
    enabled: bool
    read_only: bool
    quota_bytes: int | None
    parallelism: int | None


class LimitedStorage:
    """The driver behind its row's limits. ``used`` counts what the quota is about."""

    def __init__(self, driver: Storage, limits: Limits, used: Used) -> None:
        self.driver = driver
        self._limits = limits
        self._used = used
        self._places = asyncio.Semaphore(limits.parallelism) if limits.parallelism else None

    @property
    def capabilities(self) -> frozenset[Capability]:
        return self.driver.capabilities - (_WRITES if self._limits.read_only else frozenset())

    async def stat(self, path: str) -> ObjectStat:
        async with self._place():
            return await self.driver.stat(path)

    async def list(self, prefix: str = "", *, after: str = "", limit: int = 1000) -> list[ObjectStat]:
        async with self._place():
            return await self.driver.list(prefix, after=after, limit=limit)

    async def read(self, path: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        async with self._place():
            reading: Any = self.driver.read(path, start=start, end=end)
            async with aclosing(reading):  # or a reader that leaves keeps its connection until it is collected
                async for chunk in reading:
                    yield chunk

    async def write(
        self, path: str, content: AsyncIterator[bytes] | Path, *, sha256: str | None = None, move: bool = False
    ) -> Digest:
        left = await self._room()
        if left is not None:
            if isinstance(content, Path):
                self._need((await asyncio.to_thread(content.stat)).st_size, left)
            else:
                content = self._counted(content, left)
        async with self._place():
            return await self.driver.write(path, content, sha256=sha256, move=move)

    async def copy(self, source: str, target: str) -> None:
        left = await self._room()
        if left is not None:
            self._need((await self.stat(source)).bytes, left)
        async with self._place():
            await self.driver.copy(source, target)

    async def move(self, source: str, target: str) -> None:
        self._may_write()
        async with self._place():
            await self.driver.move(source, target)

    async def delete(self, path: str) -> None:
        self._may_write()
        async with self._place():
            await self.driver.delete(path)

    def local_path(self, path: str) -> Path:
        return self.driver.local_path(path)

    async def begin(self, path: str, *, bytes: int | None = None) -> Upload:  # noqa: A002 (the seam's)
        left = await self._room()
        if left is not None:
            self._need(bytes or 0, left)
        async with self._place():
            return await self.driver.begin(path, bytes=bytes)

    async def write_part(self, upload: Upload, number: int, offset: int, content: bytes) -> str:
        left = await self._room()
        if left is not None:
            self._need(offset + len(content), left)
        async with self._place():
            return await self.driver.write_part(upload, number, offset, content)

    async def parts(self, upload: Upload) -> Sequence[Part]:
        async with self._place():
            return await self.driver.parts(upload)

    async def finish(self, upload: Upload, parts: Sequence[Part], *, sha256: str | None = None) -> ObjectStat:
        self._may_write()
        async with self._place():
            return await self.driver.finish(upload, parts, sha256=sha256)

    async def abandon(self, upload: Upload) -> None:
        async with self._place():
            await self.driver.abandon(upload)

    async def sign(self, path: str, *, seconds: int) -> str:
        return await self.driver.sign(path, seconds=seconds)

    async def changes(self, cursor: str | None = None) -> tuple[Sequence[Change], str]:
        async with self._place():
            return await self.driver.changes(cursor)

    async def query(self, sql: str, *, form: QueryFormat, most_rows: int) -> AsyncIterator[bytes]:
        async with self._place():
            answer: Any = self.driver.query(sql, form=form, most_rows=most_rows)
            async with aclosing(answer):
                async for chunk in answer:
                    yield chunk

    async def fetch(self, url: str, path: str, *, most_bytes: int, come: Callable[[int], None]) -> Fetched:
        left = await self._room()
        async with self._place():
            most = most_bytes if left is None else min(most_bytes, left)
            return await self.driver.fetch(url, path, most_bytes=most, come=come)

    def opened_to(self, upload: Upload) -> AbstractAsyncContextManager[Door]:
        return self.driver.opened_to(upload)

    async def push(self, path: str, door: Door) -> None:
        async with self._place():
            await self.driver.push(path, door)

    async def arrived(self, upload: Upload) -> int:
        return await self.driver.arrived(upload)

    async def sum_there(self, what: str | Upload) -> str:
        async with self._place():
            return await self.driver.sum_there(what)

    async def probe(self) -> Space:
        return await self.driver.probe()

    async def close(self) -> None:
        await self.driver.close()

    def _place(self) -> AbstractAsyncContextManager[object]:
        return self._places or nullcontext()

    def _may_write(self) -> None:
        if not self._limits.enabled or self._limits.read_only:
            raise StorageReadOnly(f"{self._limits.name} is {'read-only' if self._limits.enabled else 'switched off'}")

    async def _room(self) -> int | None:
        self._may_write()
        if self._limits.quota_bytes is None:
            return None
        left = self._limits.quota_bytes - await self._used()
        self._need(0, left)
        return left

    def _need(self, wanted: int, left: int) -> None:
        if wanted > left:
            quota = self._limits.quota_bytes or 0
            raise QuotaExceeded(
                f"{self._limits.name} has {max(0, left):,} bytes left of its quota of {quota:,}; this needs {wanted:,}"
            )

    async def _counted(self, content: AsyncIterator[bytes], left: int) -> AsyncIterator[bytes]:
        passed = 0
        async for chunk in content:
            passed += len(chunk)
            self._need(passed, left)
            yield chunk
