"""What changed in a storage: from its own word where it has one, else from looking through it now and then.

Whoever asks is told what the last whole look found; when that is old, the next one is begun, as a job, once.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from sqlalchemy import collate, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.errors import BadRequest
from app.kernel.node import Node
from app.kernel.paging import decode_cursor, encode_cursor
from app.modules import jobs
from app.modules.data.errors import ContentMissing, StorageCannot, StorageNotFound
from app.modules.data.schemas import DataSettings
from app.modules.data.storage import Change, CursorLost, ObjectStat, Storage
from app.modules.data.storage_files import Files, etag_of, media_type_of
from app.modules.data.storage_scan_models import StorageEntry, StorageScan
from app.modules.data.storage_schemas import FileChange, FileChanges
from app.modules.data.storages import storage_of

SCAN_JOB = "data.scan"
_PAGE = 1000
_ELSEWHERE_SECONDS = 2.0


class Scan(BaseModel):
    """Which storage is to be looked through."""

    storage_id: str


async def list_changes(
    session: AsyncSession, files: Files, *, since: str | None, prefix: str, limit: int
) -> FileChanges:
    """Return what changed since a cursor, everything without one, and the cursor for the next time.

    Raises StorageCannot (409) for a storage that neither lists nor says what changed.
    """
    if not {"list", "changes"} & files.storage.capabilities:
        raise StorageCannot(f"{files.row.name} does not list its files")
    done = await _wanted(files.node, files.row.id)
    scan, after = (0, "") if since is None else _position(since)
    query = select(StorageEntry).where(
        StorageEntry.storage_id == files.row.id,
        StorageEntry.scan <= done.scan,
        tuple_(StorageEntry.scan, collate(StorageEntry.path, "C")) > tuple_(scan, after),
    )
    if since is None:
        query = query.where(StorageEntry.gone.is_(False))
    if below := prefix.strip("/"):
        query = query.where((StorageEntry.path == below) | StorageEntry.path.startswith(below + "/", autoescape=True))
    ordered = query.order_by(StorageEntry.scan, collate(StorageEntry.path, "C")).limit(limit + 1)
    rows = (await session.scalars(ordered)).all()
    more = len(rows) > limit
    rows = rows[:limit]
    # Behind everything of the last whole look: the next one's begin there.
    place = [rows[-1].scan, rows[-1].path] if more else [max(done.scan + 1, scan), ""]
    return FileChanges(
        items=[_shown(row) for row in rows], cursor=encode_cursor(place), more=more, scanned_at=done.scanned_at
    )


@jobs.kind(SCAN_JOB, max_attempts=3, timeout_seconds=6 * 3600, concurrency=2, retry_seconds=10)
async def scan_storage(attempt: jobs.Attempt, payload: Scan) -> None:
    """Look through a storage and note what is another than the last time."""
    node = attempt.node
    async with node.database.sessions() as session:
        known = await session.get(StorageScan, payload.storage_id)
        try:
            storage = await storage_of(session, node, payload.storage_id)
        except ContentMissing:
            raise jobs.Snooze(_ELSEWHERE_SECONDS) from None
        except StorageNotFound as error:
            raise jobs.Discard(str(error)) from error
    if known is None:
        return
    number, cursor = known.scan + 1, None
    if "changes" in storage.capabilities:
        number, cursor = await _follow(attempt, storage, known)
    else:
        await _walk(attempt, storage, payload.storage_id, number)
    async with attempt.transaction() as session:
        done = {"scan": number, "scanned_at": func.clock_timestamp(), "cursor": cursor}
        await session.execute(update(StorageScan).where(StorageScan.storage_id == payload.storage_id).values(**done))


async def _wanted(node: Node, storage_id: str) -> StorageScan:
    """Return the last whole look, and begin the next one when that is due."""
    seconds = node.settings.of(DataSettings).scan_seconds
    async with node.database.transaction() as session:
        await session.execute(insert(StorageScan).values(storage_id=storage_id).on_conflict_do_nothing())
        old = func.now() - timedelta(seconds=seconds)
        due = (StorageScan.scanned_at.is_(None)) | (StorageScan.scanned_at < old)
        row = await session.scalar(select(StorageScan).where(StorageScan.storage_id == storage_id))
        assert row is not None
        if await session.scalar(select(StorageScan.storage_id).where(StorageScan.storage_id == storage_id, due)):
            key = f"data.scan:{storage_id}"
            row.job_id = await jobs.enqueue(
                session, SCAN_JOB, Scan(storage_id=storage_id), unique_key=key, origin=storage_id
            )
        return row


async def _follow(attempt: jobs.Attempt, storage: Storage, known: StorageScan) -> tuple[int, str | None]:
    """Ask a storage what changed until it has no more to say; return the number of this look, and where it ended."""
    number, cursor = known.scan + 1, known.cursor
    try:
        if cursor is not None:
            return number, await _noted(attempt, storage, known.storage_id, number, cursor)
    except CursorLost:
        attempt.log.info("storage is looked through anew", storage_id=known.storage_id)
    mine = StorageEntry.storage_id == known.storage_id
    async with attempt.node.database.sessions() as session:
        # Behind what an attempt has noted that was killed: of that, too, something may have gone since.
        number = max(number, 1 + (await session.scalar(select(func.max(StorageEntry.scan)).where(mine)) or 0))
    cursor = await _noted(attempt, storage, known.storage_id, number, None)
    async with attempt.node.database.transaction() as session:
        unseen = update(StorageEntry).where(mine, StorageEntry.gone.is_(False), StorageEntry.scan < number)
        await session.execute(unseen.values(gone=True, scan=number))
    return number, cursor


async def _noted(
    attempt: jobs.Attempt, storage: Storage, storage_id: str, number: int, cursor: str | None
) -> str | None:
    count = 0
    while True:
        found, cursor = await storage.changes(cursor)
        if not found:
            return cursor
        for at in range(0, len(found), _PAGE):
            async with attempt.node.database.transaction() as session:
                await _apply(session, storage_id, number, found[at : at + _PAGE])
        count += len(found)
        attempt.progress(None, f"{count:,} files")


async def _walk(attempt: jobs.Attempt, storage: Storage, storage_id: str, number: int) -> None:
    node, after, count = attempt.node, "", 0
    while True:
        found = await storage.list(after=after, limit=_PAGE)
        last = found[-1].path if len(found) == _PAGE else None
        async with node.database.transaction() as session:
            ordered = collate(StorageEntry.path, "C")
            query = select(StorageEntry).where(StorageEntry.storage_id == storage_id, ordered > after)
            if last is not None:
                query = query.where(ordered <= last)
            before = {row.path: row for row in await session.scalars(query.where(StorageEntry.gone.is_(False)))}
            now = {one.path for one in found}
            changed = [Change(one.path, one) for one in found if not _is_same(before.get(one.path), one)]
            gone = [Change(path, None) for path in before if path not in now]
            await _apply(session, storage_id, number, [*changed, *gone])
        count += len(found)
        attempt.progress(None, f"{count:,} files")
        if last is None:
            return
        after = last


async def _apply(session: AsyncSession, storage_id: str, number: int, changes: Sequence[Change]) -> None:
    last = {change.path: change for change in changes}
    there = [change.stat for change in last.values() if change.stat is not None]
    gone = [change.path for change in last.values() if change.stat is None]
    if there:
        adding = insert(StorageEntry).values([_row(storage_id, number, stat) for stat in there])
        kept = {name: adding.excluded[name] for name in ("scan", "gone", "bytes", "modified_at", "etag", "media_type")}
        await session.execute(adding.on_conflict_do_update(index_elements=["storage_id", "path"], set_=kept))
    for part in _parts(gone, 200):
        # A directory that went takes with it what was below.
        paths = [StorageEntry.path == path for path in part]
        below = [StorageEntry.path.startswith(path + "/", autoescape=True) for path in part]
        condition = paths[0]
        for one in [*paths[1:], *below]:
            condition |= one
        mine = [StorageEntry.storage_id == storage_id, StorageEntry.gone.is_(False), condition]
        if there:
            mine.append(StorageEntry.path.not_in([stat.path for stat in there]))
        await session.execute(update(StorageEntry).where(*mine).values(gone=True, scan=number))


def _row(storage_id: str, number: int, stat: ObjectStat) -> dict[str, Any]:
    return {
        "storage_id": storage_id,
        "path": stat.path,
        "scan": number,
        "gone": False,
        "bytes": stat.bytes,
        "modified_at": stat.modified_at,
        "etag": stat.etag,
        "media_type": stat.media_type,
    }


def _is_same(row: StorageEntry | None, stat: ObjectStat) -> bool:
    if row is None or row.bytes != stat.bytes:
        return False
    if stat.etag is not None and row.etag is not None:
        return row.etag == stat.etag
    return row.modified_at == stat.modified_at


def _shown(row: StorageEntry) -> FileChange:
    stat = ObjectStat(row.path, row.bytes, row.modified_at, row.etag, row.media_type)
    return FileChange(
        path=row.path,
        gone=row.gone,
        bytes=None if row.gone else row.bytes,
        modified_at=None if row.gone else row.modified_at,
        etag=None if row.gone else etag_of(stat),
        media_type=None if row.gone else media_type_of(stat),
    )


def _position(cursor: str) -> tuple[int, str]:
    scan, path = decode_cursor(cursor, [int, str])
    if not 0 <= scan < 2**62 or "\x00" in path:
        raise BadRequest("The cursor is not one this list gave; leave it out to start again")
    return int(scan), str(path)


def _parts(paths: Sequence[str], size: int) -> Iterable[Sequence[str]]:
    return (paths[at : at + size] for at in range(0, len(paths), size))
