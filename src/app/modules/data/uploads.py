"""Uploads in parts: begun, gone on with after any cut, finished as a data set, forgotten when nobody goes on."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import audit
from app.kernel.bus import hint
from app.kernel.errors import Problem
from app.kernel.ids import is_id, new_id
from app.kernel.node import Node
from app.kernel.paging import page_of
from app.kernel.principal import Principal
from app.kernel.scoping import require_act
from app.modules import accounts
from app.modules.data.dataset_errors import (
    UploadChecksum,
    UploadElsewhere,
    UploadNotFound,
    UploadOffset,
    UploadTooLarge,
)
from app.modules.data.describing import DatasetAbout, UploadBegin
from app.modules.data.fetching import files_of_nobody
from app.modules.data.keeping_models import Upload
from app.modules.data.models import Dataset
from app.modules.data.placing import place_file
from app.modules.data.receiving import ContentLost, Receiver
from app.modules.data.registering import register, require_about
from app.modules.data.schemas import DataSettings, Placed

log = structlog.get_logger(__name__)
UPLOADS_TOPIC = "uploads"
CHECKSUMS = ("md5", "sha1", "sha256")


async def begin(session: AsyncSession, node: Node, actor: Principal, wanted: UploadBegin) -> Upload:
    """Begin an upload; its bytes are reserved.

    Raises UploadTooLarge (413), AllocationExhausted (409), StorageFull (507); DatasetNotFound (404) and NotYours (403)
    for what it follows or was made from.
    """
    await require_about(session, wanted)  # before the bytes come, and again when they are a data set
    settings = node.settings.of(DataSettings)
    if wanted.bytes > settings.upload_bytes:
        raise UploadTooLarge(f"{wanted.bytes:,} bytes; at most {settings.upload_bytes:,} are taken (data.upload_bytes)")
    await Receiver.of(node).make_room(wanted.bytes)
    row = Upload(
        id=new_id("upl"),
        owner_id=actor.user_id,
        name=wanted.name,
        about=wanted.model_dump(mode="json", include={*DatasetAbout.model_fields}, exclude_defaults=True),
        bytes=wanted.bytes,
        offset=0,
        sha256=wanted.sha256,
        node_name=node.name,
        expires_at=await _expiry(session, node),
        dataset_id=None,
    )
    session.add(row)
    await session.flush()
    await session.refresh(row)
    await accounts.reserve(session, actor.user_id, "bytes", {row.id: row.bytes})
    return row


async def get(session: AsyncSession, node: Node, upload_id: str, *, here: bool = True) -> Upload:
    """Return an upload. Raises UploadNotFound (404), NotYours (403), UploadElsewhere (409) if it has to be ``here``."""
    row = await session.get(Upload, upload_id)
    if row is None:
        raise UploadNotFound(f"There is no upload {upload_id}")
    await require_act(session, row)
    if here and row.dataset_id is None and row.node_name != node.name:
        raise UploadElsewhere(f"It is on the disk of the node {row.node_name}")
    return row


async def list_uploads(session: AsyncSession, *, cursor: str | None, limit: int) -> tuple[list[Upload], str | None]:
    """Return a page of the uploads under way, newest first."""
    query = select(Upload).where(Upload.dataset_id.is_(None))
    return await page_of(session, query, [Upload.id], cursor=cursor, limit=limit)


async def go_on(
    node: Node, row: Upload, at: int, chunks: AsyncIterator[bytes], *, checksum: tuple[str, bytes] | None = None
) -> int:
    """Take in what comes from ``at`` on and return how far it is; with a checksum, all of it or nothing.

    Raises UploadOffset (409), UploadChecksum (460), and what :meth:`Receiver.append` does.
    """

    async def check() -> None:
        if at != (have := await _offset(node, row.id)):
            raise UploadOffset(f"It has {have:,} bytes", headers={"Upload-Offset": str(have)})

    async def synced(offset: int) -> None:
        async with node.database.transaction() as session:
            values = {"offset": offset, "expires_at": await _expiry(session, node)}
            await session.execute(update(Upload).where(Upload.id == row.id).values(values))

    if at == row.bytes:  # all of it is there, and may be in its place already
        await check()
        row.offset = at
        return at
    if checksum is not None:
        chunks = _vouched(chunks, *checksum, at)
    whole = checksum is not None
    try:
        offset = await Receiver.of(node).append(row.id, at, row.bytes, chunks, check=check, synced=synced, whole=whole)
    except ContentLost as lost:
        raise await _begun_anew(node, row, str(lost)) from lost
    row.offset = offset
    return offset


async def finish(session: AsyncSession, node: Node, row: Upload) -> Dataset:
    """Make a data set of an upload that is whole. Again returns the one there is. Announces dataset.registered.

    Raises UploadChecksum (460) when it is not what it had to be, UploadOffset (409) when it is not on the disk any
    more: then it begins anew.
    """
    receiver = Receiver.of(node)
    async with receiver.turn(row.id):  # two that place one file would each take it from the other
        placed = await _placed(node, row)
    locked = await session.get(Upload, row.id, with_for_update=True, populate_existing=True)
    if locked is None:
        raise UploadNotFound(f"There is no upload {row.id} any more")
    if locked.dataset_id is not None:
        return await session.get_one(Dataset, locked.dataset_id)
    await accounts.release(session, row.id, "bytes")
    dataset = await register(
        session, placed, name=row.name, owner_id=row.owner_id, about=DatasetAbout.model_validate(row.about)
    )
    locked.dataset_id = dataset.id
    await session.flush()
    hint(session, UPLOADS_TOPIC)
    return dataset


async def _placed(node: Node, row: Upload) -> Placed:
    receiver, file = Receiver.of(node), Receiver.of(node).path(row.id)
    async with node.database.sessions() as own:
        sha256 = await own.scalar(select(Upload.sha256).where(Upload.id == row.id))
    if row.bytes == 0 and not await asyncio.to_thread(file.exists):
        await asyncio.to_thread(receiver.make_empty, row.id)
    if await asyncio.to_thread(file.exists):
        digest = await receiver.digest(row.id)
        if digest.bytes != row.bytes:
            raise await _begun_anew(node, row, f"{digest.bytes:,} of the {row.bytes:,} bytes that came are left")
        if sha256 is not None and digest.sha256 != sha256:
            await _begun_anew(node, row, "")
            raise UploadChecksum(
                f"It should have sha256 {sha256[:16]}… and has {digest.sha256[:16]}…; it begins anew",
                headers={"Upload-Offset": "0"},
            )
        if sha256 is None:  # kept first: when the file is moved and nothing else is done, it is found again by it
            async with node.database.transaction() as own:
                await own.execute(update(Upload).where(Upload.id == row.id).values(sha256=digest.sha256))
            sha256 = digest.sha256
    try:
        placed = await place_file(node, file, f"uploads/{row.id}", sha256=sha256)
    except FileNotFoundError as error:
        raise await _begun_anew(node, row, "What came of it is not there any more") from error
    await receiver.forget(row.id)
    return placed


async def _begun_anew(node: Node, row: Upload, why: str) -> UploadOffset:
    """Have an upload begin at its first byte; return what says so."""
    await Receiver.of(node).rewind(row.id)
    async with node.database.transaction() as own:
        unmade = update(Upload).where(Upload.id == row.id, Upload.dataset_id.is_(None))
        await own.execute(unmade.values(offset=0))
    log.warning("upload begins anew", upload_id=row.id, reason=why)
    return UploadOffset(f"{why}: it begins anew", headers={"Upload-Offset": "0"})


async def end(session: AsyncSession, node: Node, upload_id: str) -> None:
    """Forget an upload and what came of it. Raises as :func:`get`."""
    row = await get(session, node, upload_id)
    await Receiver.of(node).forget(row.id)
    if row.dataset_id is None:
        await accounts.release(session, row.id, "bytes")
    await session.delete(row)


async def sweep(node: Node) -> None:
    """Finish what is whole, forget what expired, remove files nobody knows."""
    async with node.database.sessions() as session:
        mine = Upload.node_name == node.name
        whole = select(Upload).where(mine, Upload.dataset_id.is_(None), Upload.offset == Upload.bytes)
        rows = (await session.scalars(whole)).all()
    for row in rows:
        try:
            async with node.database.transaction() as session:
                dataset = await finish(session, node, row)
                audit.note(session, "dataset.uploaded", object_id=dataset.id, actor=row.owner_id)
        except (Problem, OSError) as problem:  # the others go on
            log.warning("upload not finished", upload_id=row.id, error=str(problem))
    for name in await asyncio.to_thread(files_of_nobody, node):
        await Receiver.of(node).forget(name)
    there = await asyncio.to_thread(Receiver.of(node).known)  # before the rows: a row is older than its file
    async with node.database.transaction() as session:
        over = delete(Upload).where(mine, Upload.expires_at <= func.now()).returning(Upload.id, Upload.dataset_id)
        for upload_id, dataset_id in (await session.execute(over)).all():
            await Receiver.of(node).forget(upload_id)
            if dataset_id is None:
                await accounts.release(session, upload_id, "bytes")
        known = set(await session.scalars(select(Upload.id).where(mine)))
    for name in there:
        if is_id(name, "upl") and name not in known and name not in Receiver.of(node).rowless:
            await Receiver.of(node).forget(name)


async def _offset(node: Node, upload_id: str) -> int:
    async with node.database.sessions() as session:
        found = await session.scalar(select(Upload.offset).where(Upload.id == upload_id))
    if found is None:
        raise UploadNotFound(f"There is no upload {upload_id}")
    return found


async def _expiry(session: AsyncSession, node: Node) -> datetime:
    now: datetime = (await session.execute(select(func.now()))).scalar_one()
    return now + timedelta(seconds=node.settings.of(DataSettings).upload_seconds)


async def _vouched(chunks: AsyncIterator[bytes], name: str, wanted: bytes, at: int) -> AsyncIterator[bytes]:
    """Yield what comes. Raises UploadChecksum (460) at its end when it is something else."""
    seen = hashlib.new(name, usedforsecurity=False)
    async for chunk in chunks:
        seen.update(chunk)
        yield chunk
    if seen.digest() != wanted:
        raise UploadChecksum(f"The {name} of what came is another one", headers={"Upload-Offset": str(at)})
