"""Everything below a path, file by file: in batches, each of them noted, small files of one disk many at a time."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace

from app.modules import jobs
from app.modules.data.errors import SourceChanged, StorageBusy, StorageFull, StorageUnreachable
from app.modules.data.storage import ObjectMissing, ObjectStat
from app.modules.data.storage._local_batch import copy_files, read_files
from app.modules.data.transfer_errors import TargetTaken
from app.modules.data.transfer_ledger import Ledger, Part, Version
from app.modules.data.transfer_way import Way, apart, once, require_arrived, require_same, wait_or_raise

_PAGE = 5000
# A batch is what a crash sends again at most, and what one commit, or one sync of a disk, is shared by.
_BATCH_FILES = 500
_LOCAL_BATCH_FILES = 5000
_BATCH_BYTES = 8 * 1024**2
_SMALL_BYTES = 1024**2
# Of small files over the network: each is a round trip or two.
_FILES_FOR_EACH_PART = 8
# So many that have at most so many bytes are read by one thread before they are sent.
_AHEAD_FILES, _AHEAD_BYTES = 64, 64 * 1024
_TRIES = 4


async def carry_folder(attempt: jobs.Attempt, way: Way, ledger: Ledger, *, move: bool) -> None:
    """Bring over every file below the source's path, in the order of the paths, from behind the last batch on.

    With ``move`` each batch is read back and taken away before it is noted. Raises TargetTaken (409) when there is
    something at the target that the transfer did not put there, and what storages raise.
    """
    if ledger.version is None:
        if not way.overwrite and await way.target.list(way.target_path, limit=1):
            raise TargetTaken(f"there is something below {way.target_path} already; overwrite replaces it")
        await ledger.begin(Version(0, None, None), None, engine="batches", bytes_total=None)
    last = ledger.parts[max(ledger.parts)].receipt if ledger.parts else ""
    number = len(ledger.parts)
    files, size = ledger.files_done, ledger.bytes_done
    if not ledger.parts and not await way.source.list(way.source_path, limit=1):
        raise ObjectMissing(way.source_path)
    while page := await way.source.list(way.source_path, after=last, limit=_PAGE):
        ledger.files_total = files + len(page)
        ledger.bytes_total = size + sum(one.bytes for one in page)
        for batch in _batches(page, local=_is_local(way) and not move):
            await _carry_batch(way, batch, move=move)
            count = sum(one.bytes for one in batch)
            await ledger.note(Part(number, size, count, None, batch[-1].path, files=len(batch)))
            number, files, size, last = number + 1, files + len(batch), size + count, batch[-1].path
            attempt.progress(files / ledger.files_total, f"{files:,} files", bytes=size)
        if len(page) < _PAGE:
            return


def _batches(page: Sequence[ObjectStat], *, local: bool) -> Iterator[list[ObjectStat]]:
    batch: list[ObjectStat] = []
    size = 0
    most_files = _LOCAL_BATCH_FILES if local else _BATCH_FILES
    most_bytes = _BATCH_BYTES * 8 if local else _BATCH_BYTES
    for one in page:
        if batch and (len(batch) == most_files or size + one.bytes > most_bytes):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += one.bytes
    if batch:
        yield batch


async def _carry_batch(way: Way, batch: Sequence[ObjectStat], *, move: bool) -> None:
    await way.pace(sum(one.bytes for one in batch))
    rest = batch
    if _is_local(way) and not move:
        small = [one for one in batch if one.bytes <= _SMALL_BYTES]
        rest = [one for one in batch if one.bytes > _SMALL_BYTES]
        await _copy_local(way, small)
    room = asyncio.Semaphore(way.in_flight * _FILES_FOR_EACH_PART)

    async def one(stat: ObjectStat, content: bytes | None) -> None:
        try:
            await _carry_one(way, stat, content, move=move)
        finally:
            room.release()

    try:
        async with asyncio.TaskGroup() as group:
            async for stat, content in _opened(way, rest):
                await room.acquire()
                group.create_task(one(stat, content))
    except BaseExceptionGroup as several:
        found: BaseException = several
        while isinstance(found, BaseExceptionGroup):
            found = found.exceptions[0]
        raise found from several


async def _copy_local(way: Way, files: Sequence[ObjectStat]) -> None:
    free = (await way.target.probe()).bytes_free
    needed = sum(one.bytes for one in files)
    if free is not None and free < needed:
        raise StorageFull(f"the disk has {free:,} bytes to spare, and {needed:,} are needed; free some room")
    source, target = [(await asyncio.to_thread(end.local_path, "x")).parent for end in (way.source, way.target)]
    pairs = [(one, _target_of(way, one)) for one in files]
    await asyncio.to_thread(copy_files, source, target, pairs)


async def _opened(way: Way, files: Sequence[ObjectStat]) -> AsyncIterator[tuple[ObjectStat, bytes | None]]:
    """Yield files, and what is in them where that is quickly had: of a disk of this host, many by one thread."""
    small: list[ObjectStat] = []
    # What is moved is taken away afterwards: it is read as late as can be.
    if "local" in way.source.capabilities and not way.read_back:
        root = (await asyncio.to_thread(way.source.local_path, "x")).parent
        small = [one for one in files if one.bytes <= _AHEAD_BYTES]
    for stat in files:
        if not small or stat.bytes > _AHEAD_BYTES:
            yield stat, None
    for at in range(0, len(small), _AHEAD_FILES):
        some = small[at : at + _AHEAD_FILES]
        for stat, content in zip(some, await asyncio.to_thread(read_files, root, some), strict=True):
            yield stat, content


async def _carry_one(way: Way, stat: ObjectStat, content: bytes | None, *, move: bool) -> None:
    target = _target_of(way, stat)
    inside = way.source is way.target
    for tried in range(1, _TRIES + 1):
        try:
            if inside and move and "move" in way.source.capabilities:
                await way.source.move(stat.path, target)
                return
            await _write(way, stat, content, target)
            if move:  # what is taken away is what was read back at the target, and nothing that came since
                await require_same(replace(way, source_path=stat.path), stat)
            break
        except SourceChanged:
            if tried == _TRIES:
                raise
            stat, content = await way.source.stat(stat.path), None
        except (OSError, StorageUnreachable, StorageBusy) as error:
            moved = inside and move and tried > 1 and isinstance(error, ObjectMissing)
            if moved and await _is_there(way, target, stat):
                return  # only the answer did not come
            await wait_or_raise(way, error, tried)
    if move:
        await way.source.delete(stat.path)


async def _is_there(way: Way, target: str, stat: ObjectStat) -> bool:
    try:
        return (await way.target.stat(target)).bytes == stat.bytes
    except ObjectMissing:
        return False


async def _write(way: Way, stat: ObjectStat, content: bytes | None, target: str) -> None:
    if stat.bytes <= _SMALL_BYTES:
        if content is None:
            content = b"".join([chunk async for chunk in way.source.read(stat.path)])
        digest = await way.target.write(target, once(content))
    else:
        async with apart(way, _passing(way, stat)) as passing:
            digest = await way.target.write(target, passing)
    if digest.bytes != stat.bytes:
        await way.target.delete(target)
        raise SourceChanged(f"{stat.path} changed while it was read")
    await require_arrived(way, target, digest, content)


async def _passing(way: Way, stat: ObjectStat) -> AsyncIterator[bytes]:
    async for chunk in way.source.read(stat.path):
        yield chunk
    await require_same(replace(way, source_path=stat.path), stat)


def _is_local(way: Way) -> bool:
    return {"local"} <= way.source.capabilities & way.target.capabilities


def _target_of(way: Way, stat: ObjectStat) -> str:
    return way.target_path + stat.path.removeprefix(way.source_path)
