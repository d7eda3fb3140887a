"""Data sets from elsewhere, by jobs: fetched from an address, or taken over where they lie in a storage."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from app.kernel.http import EgressDenied, RemoteProblem, RemoteStream
from app.kernel.node import Node
from app.modules import accounts, jobs
from app.modules.data.dataset_errors import FetchFailed, FetchRefused, UploadTooLarge
from app.modules.data.describing import MEDIA_TYPE, DatasetAbout
from app.modules.data.digests import Sums
from app.modules.data.errors import ContentMissing, SourceChanged, StorageCannot
from app.modules.data.incoming import Quota
from app.modules.data.origins import Origin, UrlOrigin
from app.modules.data.placing import place_file
from app.modules.data.receiving import Receiver
from app.modules.data.registering import register
from app.modules.data.schemas import DataSettings, Placed
from app.modules.data.storage import ObjectMissing
from app.modules.data.storages import storage_of

FETCH_JOB = "data.fetch"
ADOPT_JOB = "data.adopt"
_TRIED_AGAIN = (408, 425, 429)
_ELSEWHERE_SECONDS = 2.0
_CUT_SECONDS = 0.2  # before the next attempt, when this one came further than the one before


class Making(BaseModel):
    """A data set that a job makes."""

    dataset_id: str
    name: str
    owner_id: str
    about: DatasetAbout
    sha256: str | None = None
    # When the content is what this data set has, nothing new is made.
    same_as: str | None = None
    same_sha256: str | None = None


class Fetch(Making):
    """One that is fetched; with ``storage_id`` by that storage's own machine, which it stays on."""

    url: str
    storage_id: str | None = None

    @property
    def origin(self) -> UrlOrigin:
        """Return what it is asked for with."""
        return UrlOrigin(url=self.url, storage_id=self.storage_id)


class Adopt(Making):
    """One that lies in a storage."""

    storage_id: str
    path: str


class Made(BaseModel):
    """What became of it."""

    dataset_id: str
    bytes: int
    sha256: str
    unchanged: bool = False  # what there was before is still what is there


@dataclass(frozen=True)
class _Begun:
    """What an earlier attempt left on this node: so much is safe of the content with this validator."""

    offset: int = 0
    validator: str = ""


@jobs.kind(
    FETCH_JOB,
    max_attempts=10,
    timeout_seconds=24 * 3600,
    concurrency=4,
    retry_seconds=2,
    longest_retry_seconds=300,
)
async def fetch(attempt: jobs.Attempt, payload: Fetch) -> Made:
    """Fetch a file and make it a data set; an attempt goes on where the one before it was cut, if nothing changed."""
    if payload.storage_id is not None:
        return await _fetch_there(attempt, payload, payload.storage_id)
    node = attempt.node
    receiver, place = Receiver.of(node), "ftc_" + payload.dataset_id.removeprefix("dst_")
    note = receiver.path(place + ".json")
    begun = await asyncio.to_thread(_begun, note, receiver.path(place))
    quota = Quota(node, payload.owner_id, payload.dataset_id)
    try:
        media_type = await _download(attempt, payload, receiver, place, note, begun, quota)
        digest = await receiver.digest(place)
        if payload.sha256 is not None and digest.sha256 != payload.sha256:
            raise jobs.Discard(f"it should have sha256 {payload.sha256[:16]}… and has {digest.sha256[:16]}…")
        if (made := unchanged(payload, digest.sha256)) is not None:
            async with attempt.transaction(made) as session:
                await quota.release(session)
        else:
            placed = await place_file(node, receiver.path(place), f"uploads/{payload.dataset_id}", sha256=digest.sha256)
            made = await finish(attempt, payload, placed, quota, media_type, payload.origin)
    except BaseException as error:
        async with node.database.transaction() as session:
            await quota.release(session)
        if isinstance(error, jobs.Discard) or attempt.last:
            await _forget(receiver, place, note)
        if isinstance(error, EgressDenied | UploadTooLarge | accounts.AllocationExhausted):
            raise jobs.Discard(str(error)) from error
        if isinstance(error, RemoteProblem) and (
            (await asyncio.to_thread(_begun, note, receiver.path(place))).offset > begun.offset
        ):
            raise jobs.Failed(str(error), _CUT_SECONDS) from error
        raise
    await _forget(receiver, place, note)
    return made


async def _fetch_there(attempt: jobs.Attempt, payload: Fetch, storage_id: str) -> Made:
    """Have the storage's own machine fetch it; no byte of it passes here."""
    node = attempt.node
    async with node.database.sessions() as session:
        try:
            storage = await storage_of(session, node, storage_id)
        except ContentMissing:
            raise jobs.Snooze(_ELSEWHERE_SECONDS) from None
    leaf = "".join(c for c in payload.name.rpartition("/")[2] if c.isprintable() and c != "\\").lstrip(".")[:100]
    path = f"fetched/{payload.dataset_id}/{leaf or 'content'}"
    quota = Quota(node, payload.owner_id, payload.dataset_id)
    most = node.settings.of(DataSettings).upload_bytes
    try:
        fetched = await storage.fetch(
            payload.url,
            path,
            most_bytes=most,
            come=lambda count: attempt.progress(None, f"{count:,} bytes", bytes=count),
        )
        if payload.sha256 is not None and fetched.sha256 != payload.sha256:
            await storage.delete(path)
            raise jobs.Discard(f"it should have sha256 {payload.sha256[:16]}… and has {fetched.sha256[:16]}…")
        if (made := unchanged(payload, fetched.sha256)) is not None:
            await storage.delete(path)
            async with attempt.transaction(made):
                return made
        await quota.reserve(fetched.bytes)
        placed = Placed(
            storage_id=storage_id, path=path, bytes=fetched.bytes, sha256=fetched.sha256, blake3=fetched.blake3
        )
        said = fetched.media_type if MEDIA_TYPE.fullmatch(fetched.media_type or "") else None
        media_type = None if said == "application/octet-stream" else said
        return await finish(attempt, payload, placed, quota, media_type, payload.origin)
    except BaseException as error:
        async with node.database.transaction() as session:
            await quota.release(session)
        if isinstance(error, FetchRefused | UploadTooLarge | StorageCannot | accounts.AllocationExhausted):
            raise jobs.Discard(str(error)) from error
        raise


def unchanged(payload: Making, sha256: str) -> Made | None:
    """Return what a refresh ends with that found what there was before."""
    if payload.same_as is None or payload.same_sha256 != sha256:
        return None
    return Made(dataset_id=payload.same_as, bytes=0, sha256=sha256, unchanged=True)


async def finish(
    attempt: jobs.Attempt, payload: Making, placed: Placed, quota: Quota, media_type: str | None, origin: Origin
) -> Made:
    """Make placed bytes the data set that a job was for, in the commit that ends the job."""
    made = Made(dataset_id=payload.dataset_id, bytes=placed.bytes, sha256=placed.sha256)
    async with attempt.transaction(made) as session:
        await quota.release(session)
        await register(
            session,
            placed,
            name=payload.name,
            dataset_id=payload.dataset_id,
            media_type=media_type,
            owner_id=payload.owner_id,
            about=payload.about,
            origin=origin,
        )
    return made


@jobs.kind(ADOPT_JOB, max_attempts=5, timeout_seconds=24 * 3600, concurrency=2, retry_seconds=2)
async def adopt(attempt: jobs.Attempt, payload: Adopt) -> Made:
    """Read a file where it lies and make it a data set there."""
    async with attempt.node.database.sessions() as session:
        try:
            storage = await storage_of(session, attempt.node, payload.storage_id)
        except ContentMissing:  # another node's disk: that node takes the job sooner or later
            raise jobs.Snooze(_ELSEWHERE_SECONDS) from None
    try:
        before = await storage.stat(payload.path)
        sums = Sums()
        async for chunk in storage.read(payload.path):
            await asyncio.to_thread(sums.update, chunk)
        after = await storage.stat(payload.path)
    except ObjectMissing as error:
        raise jobs.Discard(f"{payload.path} is not there") from error
    digest = sums.digest()
    if digest.bytes != after.bytes or (before.modified_at, before.etag) != (after.modified_at, after.etag):
        raise SourceChanged(f"{payload.path} changed while it was read")
    if payload.sha256 is not None and digest.sha256 != payload.sha256:
        raise jobs.Discard(f"it should have sha256 {payload.sha256[:16]}… and has {digest.sha256[:16]}…")
    placed = Placed(
        storage_id=payload.storage_id,
        path=payload.path,
        bytes=digest.bytes,
        sha256=digest.sha256,
        blake3=digest.blake3,
    )
    made = Made(dataset_id=payload.dataset_id, bytes=digest.bytes, sha256=digest.sha256)
    async with attempt.transaction(made) as session:
        await register(
            session,
            placed,
            name=payload.name,
            dataset_id=payload.dataset_id,
            media_type=after.media_type if MEDIA_TYPE.fullmatch(after.media_type or "") else None,
            owner_id=payload.owner_id,
            about=payload.about,
            adopted=True,
        )
    return made


async def _download(
    attempt: jobs.Attempt,
    payload: Fetch,
    receiver: Receiver,
    place: str,
    note: Path,
    begun: _Begun,
    quota: Quota,
) -> str | None:
    """Have the whole content on the disk; return what type the server says it is of."""
    headers = {"Range": f"bytes={begun.offset}-", "If-Range": begun.validator} if begun.offset else {}
    most = attempt.node.settings.of(DataSettings).upload_bytes
    async with attempt.node.http.stream("GET", payload.url, headers=headers, follow_redirects=True) as answer:
        at = await _accepted(answer, begun, receiver, place, note)
        validator = _validator(answer)
        length = answer.headers.get("content-length", "")
        total = at + int(length) if length.isdigit() else None
        if (total or 0) > most:
            raise UploadTooLarge(f"{total:,} bytes; at most {most:,} are taken (data.upload_bytes)")
        await receiver.make_room((total or at) - at)
        await quota.reserve(total or 0)

        async def synced(offset: int) -> None:
            said = json.dumps({"offset": offset, "validator": validator}) if validator else "{}"
            await asyncio.to_thread(note.write_text, said)

        def come(offset: int) -> None:
            attempt.progress(offset / total if total else None, f"{offset:,} bytes", bytes=offset)

        chunks = _passing(answer.body, at, come)
        came = await receiver.append(place, at, most if total is None else total, chunks, synced=synced)
    if total is not None and came != total:
        raise FetchFailed(f"{came:,} of {total:,} bytes came")
    said = answer.headers.get("content-type", "").partition(";")[0].strip()
    return said if MEDIA_TYPE.fullmatch(said) and said != "application/octet-stream" else None


async def _accepted(answer: RemoteStream, begun: _Begun, receiver: Receiver, place: str, note: Path) -> int:
    """Return where the answer's bytes begin. Raises Discard, Failed or FetchFailed for one that has none."""
    status = answer.status
    if status == 206 and answer.headers.get("content-range", "").startswith(f"bytes {begun.offset}-"):
        return begun.offset
    if status in (206, 416):  # not what was asked for: begin anew
        await _forget(receiver, place, note)
        raise jobs.Failed(f"the server answered a range with status {status}", 0.1)
    if status == 200:
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise jobs.Discard("the server sends it compressed, which was not asked for")
        return 0
    text = f"the server answered with status {status}"
    wish = answer.headers.get("retry-after", "")
    if wish.isascii() and wish.isdigit() and len(wish) < 5:
        raise jobs.Failed(text, float(wish) + 0.1)
    raise jobs.Discard(text) if 400 <= status < 500 and status not in _TRIED_AGAIN else FetchFailed(text)


def _validator(answer: RemoteStream) -> str:
    """Return what If-Range may name: a strong tag, or when it was changed (RFC 9110, 13.1.5)."""
    tag = answer.headers.get("etag", "")
    return tag if tag.startswith('"') else answer.headers.get("last-modified", "")


async def _passing(chunks: AsyncIterator[bytes], at: int, come: Callable[[int], None]) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        at += len(chunk)
        come(at)
        yield chunk


def _begun(note: Path, file: Path) -> _Begun:
    with suppress(FileNotFoundError, ValueError, TypeError):
        begun = _Begun(**json.loads(note.read_text()))
        if file.stat().st_size >= begun.offset:  # else somebody took some of it away
            return begun
    return _Begun()


async def _forget(receiver: Receiver, place: str, note: Path) -> None:
    await receiver.forget(place)
    await asyncio.to_thread(note.unlink, missing_ok=True)


def files_of_nobody(node: Node) -> list[str]:
    """Return the names of what fetches left here that nobody went on with. Blocks."""
    receiver, old = Receiver.of(node), node.clock.now().timestamp() - node.settings.of(DataSettings).upload_seconds
    found = []
    for name in receiver.known():
        with suppress(FileNotFoundError):
            if name.startswith("ftc_") and receiver.path(name).stat().st_mtime < old:
                found.append(name)
    return found
