"""The way of a transfer: both ends, opened, and what is asked of each time and again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from app.kernel.clock import Clock
from app.modules.data.digests import SMALL_BYTES
from app.modules.data.errors import SourceChanged, StorageBusy, StorageUnreachable
from app.modules.data.storage import Digest, ObjectMissing, ObjectStat, Storage, Upload
from app.modules.data.storage._chunks import spooled
from app.modules.data.transfer_ledger import Ledger, Superseded, Version
from app.modules.data.transfer_pace import Bucket
from app.modules.data.transfer_sums import ArrivedDamaged, is_md5_of, md5_of, read_digest

T = TypeVar("T")

TRIES = 4
_BACK_OFF_SECONDS = 0.2
_LONGEST_BUSY_SECONDS = 30


class SourceDamaged(Exception):
    """What was read is not what the checksum says; nothing is left at the target."""


@dataclass(frozen=True)
class Way:
    """Both ends of a transfer, opened, and how it may go. ``sha256`` is what the content has to have, if it is known.

    ``read_back``: read the target whole before saying that it arrived. ``trusted``: it is a disk of this host. What
    another storage does not vouch for by an MD5, as S3 does, is read back all the same. ``limited``: both ends take so
    many requests at a time.
    """

    source: Storage
    source_path: str
    target: Storage
    target_path: str
    clock: Clock
    sha256: str | None = None
    read_back: bool = False
    trusted: bool = True
    in_flight: int = 4
    overwrite: bool = False
    limited: bool = False
    buckets: Sequence[Bucket] = field(default=())

    async def pace(self, count: int) -> None:
        """Wait until so many bytes may go."""
        for bucket in self.buckets:
            await bucket.take(count)

    async def pause(self, seconds: float) -> None:
        """Wait."""
        await self.clock.wait(asyncio.Event(), seconds)


async def begin_upload(way: Way, ledger: Ledger, found: ObjectStat, *, engine: str) -> Upload:
    """Begin an upload at the target and write down which; Superseded when the transfer is another's or cancelled."""
    upload = await patiently(way, lambda: way.target.begin(way.target_path, bytes=found.bytes))
    try:
        await ledger.begin(Version.of(found), upload, engine=engine, bytes_total=found.bytes)
    except Superseded:  # whoever tidies up after the transfer does not know of it
        await way.target.abandon(upload)
        raise
    return upload


async def require_same(way: Way, found: ObjectStat) -> None:
    """Raises SourceChanged (409) when the source is another content by now, or gone."""
    try:
        now = await way.source.stat(way.source_path)
    except ObjectMissing as missing:
        raise SourceChanged(f"{way.source_path} went away while it was read") from missing
    if not Version.of(found).is_of(now):
        raise SourceChanged(f"{way.source_path} changed while it was read")


async def require_arrived(way: Way, path: str, sent: Digest, content: bytes | None = None) -> None:
    """Take away again what arrived otherwise than it was sent. Raises ArrivedDamaged."""
    if way.trusted and not way.read_back:
        return
    if content is not None and not way.read_back:
        md5 = md5_of(content) if len(content) < SMALL_BYTES else await asyncio.to_thread(md5_of, content)
        if is_md5_of(sent.etag, md5) or is_md5_of((await way.target.stat(path)).etag, md5):
            return
    if await read_digest(way.target, path) != sent:
        await way.target.delete(path)
        raise ArrivedDamaged(f"{path} differs from what was sent")


@asynccontextmanager
async def apart(way: Way, content: AsyncIterator[bytes]) -> AsyncIterator[AsyncIterator[bytes]]:
    """Lend what is read from the source so that it can be written.

    Where both ends are limited it is read whole first: else transfers that each have the place they write in would wait
    for one to read in that another of them has, or the same one.
    """
    if not way.limited:
        yield content
        return
    async with spooled(content) as (_, kept):
        yield kept


async def once(content: bytes) -> AsyncIterator[bytes]:
    """Yield a content in one piece."""
    yield content


async def patiently(way: Way, call: Callable[[], Awaitable[T]]) -> T:
    """Call until it answers; not for ever."""
    for tried in range(1, TRIES + 1):
        try:
            return await call()
        except (OSError, StorageUnreachable, StorageBusy) as error:
            await wait_or_raise(way, error, tried)
    raise AssertionError("the last try raises")


async def wait_or_raise(way: Way, error: Exception, tried: int) -> None:
    """Wait for the next try, as long as a busy storage asks; raise what stands in the way of one."""
    asked = getattr(error, "retry_after", None) or 0
    if isinstance(error, ObjectMissing) or tried == TRIES or asked > _LONGEST_BUSY_SECONDS:
        raise error
    await way.pause(max(asked, _BACK_OFF_SECONDS * 2 ** (tried - 1)))
