"""Carrying one content from one storage to another: in parts at once where the target can, else as one stream.

What arrives is the content that was there at the beginning or nothing: the source is asked again before the object
appears, and what was sent over a break is read back whole.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import cast

from blake3 import blake3

from app.modules.data.errors import SourceChanged, StorageBusy, StorageUnreachable, UploadGone
from app.modules.data.storage import Digest, ObjectMissing, ObjectStat, Storage, Upload
from app.modules.data.storage import Part as StoredPart
from app.modules.data.storage._past_cache import aligned
from app.modules.data.transfer_direct import carry_direct, goes_direct
from app.modules.data.transfer_here import carry_here, is_here
from app.modules.data.transfer_ledger import Ledger, Part, Version
from app.modules.data.transfer_sums import ArrivedDamaged, ParallelSums, is_md5_of, md5_of, read_back
from app.modules.data.transfer_way import (
    TRIES,
    SourceDamaged,
    Way,
    apart,
    begin_upload,
    once,
    patiently,
    require_arrived,
    require_same,
    wait_or_raise,
)

# A content of one part is sent whole again sooner than it is cut.
WHOLE_BYTES = 8 * 1024**2


async def carry(way: Way, ledger: Ledger) -> Digest:
    """Bring the content over, from where the ledger says an earlier attempt was.

    Raises ObjectMissing, SourceChanged (409) when the source is not what it was at the beginning (begin again),
    SourceDamaged, ArrivedDamaged, Superseded, and what the storages raise. Whatever is raised, the parts that arrived
    stay with the target until they are abandoned.
    """
    found = await way.source.stat(way.source_path)
    if ledger.version is not None and not ledger.version.is_of(found):
        await abandon(way.target, ledger)
        ledger.version = ledger.upload = None
    if found.bytes > WHOLE_BYTES and is_here(way):
        return await carry_here(way, ledger, found)
    if (
        found.bytes > WHOLE_BYTES
        and goes_direct(way)
        and (digest := await carry_direct(way, ledger, found)) is not None
    ):
        return digest
    in_parts = "parts" in way.target.capabilities and "range" in way.source.capabilities
    if in_parts and found.bytes > WHOLE_BYTES:
        try:
            return await _in_parts(way, ledger, found)
        except _NoRanges:
            ledger.again(ledger.bytes_done)
    if ledger.upload is not None:
        await abandon(way.target, ledger)
    return await _as_stream(way, ledger, found)


async def rename(way: Way, ledger: Ledger) -> None:
    """Give an object its other path in the same storage. Raises ObjectMissing."""
    try:
        found = await way.source.stat(way.source_path)
    except ObjectMissing:
        # An attempt before this one may have done it, and died before it could say so.
        if ledger.version is None or (await way.target.stat(way.target_path)).bytes != ledger.version.bytes:
            raise
        return
    await ledger.begin(Version.of(found), None, engine="rename", bytes_total=found.bytes)
    await way.source.move(way.source_path, way.target_path)


async def abandon(target: Storage, ledger: Ledger) -> None:
    """Leave nothing of an unfinished upload at the target."""
    if ledger.upload is not None:
        await target.abandon(ledger.upload)


async def _in_parts(way: Way, ledger: Ledger, found: ObjectStat) -> Digest:
    upload = await _upload(way, ledger, found)
    size = upload.part_bytes
    plan = [(number, at, min(size, found.bytes - at)) for number, at in enumerate(range(0, found.bytes, size))]
    missing = [one for one in plan if one[0] not in ledger.parts]
    resumed = len(missing) < len(plan)
    sending = _Sending(way, ledger, upload, sums=None if resumed else ParallelSums())
    await sending.run(missing)
    await require_same(way, found)
    stored = [StoredPart(p.number, p.offset, p.bytes, p.receipt) for _, p in sorted(ledger.parts.items())]
    await patiently(way, lambda: way.target.finish(upload, stored))
    digest = None if sending.sums is None else sending.sums.digest()
    if digest is None or way.read_back or not (way.trusted or sending.vouched):
        digest = await _compared(way, ledger, digest)
    if way.sha256 is not None and digest.sha256 != way.sha256:
        await way.target.delete(way.target_path)
        raise SourceDamaged(f"{way.source_path} has sha256 {digest.sha256[:16]}… and not {way.sha256[:16]}…")
    return digest


async def _upload(way: Way, ledger: Ledger, found: ObjectStat) -> Upload:
    """Return the upload an earlier attempt began, if the storage still has it, or a new one."""
    if (kept := ledger.upload) is not None:
        try:
            have = await patiently(way, lambda: way.target.parts(kept))
        except UploadGone:
            # Finished, it may be, by an attempt that died before it could say so: finishing again tells.
            if sum(part.bytes for part in ledger.parts.values()) == found.bytes:
                return kept
        else:
            await ledger.keep({part.number: part.receipt for part in have})
            return kept
    return await begin_upload(way, ledger, found, engine="parts")


class _NoRanges(Exception):
    """The source sends what is before each part too, as it turns out: read once, from its first byte, it is quicker."""


class _Sending:
    """Parts on their way: read, summed up in their order, written, noted; so many at once and no more in memory."""

    def __init__(self, way: Way, ledger: Ledger, upload: Upload, *, sums: ParallelSums | None) -> None:
        self._way, self._ledger, self._upload, self.sums = way, ledger, upload, sums
        self._room = asyncio.Semaphore(1 if upload.sequential else way.in_flight)
        self._memory: list[memoryview] = []  # that a disk of this host is written from, and is free
        self.vouched = True

    async def run(self, plan: Sequence[tuple[int, int, int]]) -> None:
        turn = asyncio.Event()
        turn.set()
        try:
            async with asyncio.TaskGroup() as group:
                for number, offset, size in plan:
                    await self._room.acquire()
                    following = asyncio.Event()
                    group.create_task(self._one(number, offset, size, turn, following))
                    turn = following
        except BaseExceptionGroup as several:
            raise _first(several) from several

    async def _one(self, number: int, offset: int, size: int, turn: asyncio.Event, following: asyncio.Event) -> None:
        try:
            content = await self._read(offset, size)
            _, receipt, hashed = await asyncio.gather(
                self._summed(content, turn, following), self._write(number, offset, content), self._hashed(content)
            )
            if not self._way.trusted and self.vouched:
                self.vouched = is_md5_of(receipt, await asyncio.to_thread(md5_of, content))
            await self._ledger.note(Part(number, offset, size, hashed or receipt, receipt))
            if isinstance(content, memoryview):
                self._memory.append(content)
        finally:
            self._room.release()

    async def _summed(self, content: bytes | memoryview, turn: asyncio.Event, following: asyncio.Event) -> None:
        await turn.wait()
        if self.sums is not None:
            await self.sums.update(content)
        following.set()

    async def _hashed(self, content: bytes | memoryview) -> str | None:
        """Return the BLAKE3 of a part; ``None`` when the target's receipt for it is that, as a disk's of this host."""
        return None if self._way.trusted else await asyncio.to_thread(lambda: blake3(content).hexdigest())

    async def _read(self, offset: int, size: int) -> bytes | memoryview:
        """Read one range; when the connection breaks, go on at the byte it had come to."""
        way, chunks, got = self._way, [], 0
        memory = self._free(size) if way.trusted else None
        for tried in range(1, TRIES + 1):
            try:
                async for chunk in way.source.read(way.source_path, start=offset + got, end=offset + size):
                    if "range" not in way.source.capabilities:
                        raise _NoRanges
                    if memory is None:
                        chunks.append(chunk)
                    elif got + len(chunk) <= size:
                        memory[got : got + len(chunk)] = chunk
                    got += len(chunk)
                break
            except (OSError, StorageUnreachable, StorageBusy) as error:
                await wait_or_raise(way, error, tried)
        if got != size:
            raise SourceChanged(f"{way.source_path} became shorter while it was read")
        return memory if memory is not None else chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _free(self, size: int) -> memoryview:
        """Return memory that was used before, if there is some: new pages cost as much as what is done with them."""
        memory = self._memory.pop() if self._memory and len(self._memory[-1]) == size else None
        return aligned(size) if memory is None else memory

    async def _write(self, number: int, offset: int, content: bytes | memoryview) -> str:
        way = self._way
        await way.pace(len(content))
        for tried in range(1, TRIES + 1):
            try:
                # A disk takes any memory.
                return await way.target.write_part(self._upload, number, offset, cast("bytes", content))
            except (OSError, StorageUnreachable, StorageBusy) as error:
                await wait_or_raise(way, error, tried)
                self._ledger.again(len(content))
        raise AssertionError("the last try raises")


async def _as_stream(way: Way, ledger: Ledger, found: ObjectStat) -> Digest:
    await ledger.begin(Version.of(found), None, engine="stream", bytes_total=found.bytes)
    try:
        if found.bytes <= WHOLE_BYTES:
            digest = await patiently(way, lambda: _whole(way, found))
        else:
            async with apart(way, _passing(way, ledger, found)) as content:
                digest = await way.target.write(way.target_path, content, sha256=way.sha256)
    except SourceChanged as changed:
        await require_same(way, found)
        raise SourceDamaged(str(changed)) from changed
    if digest.bytes != found.bytes:
        await way.target.delete(way.target_path)
        raise SourceChanged(f"{way.source_path} has {found.bytes:,} bytes, and {digest.bytes:,} arrived")
    if found.bytes > WHOLE_BYTES:
        await require_arrived(way, way.target_path, digest)
    return digest


async def _whole(way: Way, found: ObjectStat) -> Digest:
    """Read first, then write: a storage that answers one request at a time may be both."""
    content = b"".join([chunk async for chunk in way.source.read(way.source_path)])
    await require_same(way, found)
    await way.pace(len(content))
    digest = await way.target.write(way.target_path, once(content), sha256=way.sha256)
    await require_arrived(way, way.target_path, digest, content)
    return digest


async def _passing(way: Way, ledger: Ledger, found: ObjectStat) -> AsyncIterator[bytes]:
    async for chunk in way.source.read(way.source_path):
        await way.pace(len(chunk))
        yield chunk
        await ledger.moved(len(chunk))
    # Asked before the target publishes what it got.
    await require_same(way, found)


async def _compared(way: Way, ledger: Ledger, sent: Digest | None) -> Digest:
    """Read what arrived; take it away again when it is not what was sent."""
    try:
        parts = [part for _, part in sorted(ledger.parts.items())]
        digest = await read_back(way.target, way.target_path, parts)
        if sent is not None and digest != sent:
            raise ArrivedDamaged(f"{way.target_path} differs from what was sent")
    except ArrivedDamaged:
        await way.target.delete(way.target_path)
        raise
    return digest


def _first(several: BaseExceptionGroup[BaseException]) -> BaseException:
    found: BaseException = several
    while isinstance(found, BaseExceptionGroup):
        found = next((e for e in found.exceptions if not isinstance(e, asyncio.CancelledError)), found.exceptions[0])
    return found
