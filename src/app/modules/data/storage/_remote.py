"""HTTP to a storage: logged in, its refusals in the house's words, contents hashed while they pass."""

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from app.kernel.http import RemoteProblem, RemoteStream
from app.modules.credentials import http_headers
from app.modules.data.digests import CHUNK_BYTES, SMALL_BYTES, Sums
from app.modules.data.errors import (
    SourceChanged,
    StorageBusy,
    StorageCannot,
    StorageFull,
    StorageUnreachable,
)
from app.modules.data.storage import Access, Digest
from app.modules.data.storage._confined import open_source

HTTP_CREDENTIALS = ("password", "bearer", "oauth")
_BUSY_SECONDS = 5  # when it does not say
_LONGEST_BUSY_SECONDS = 3600


class Remote:
    """The other side of one storage."""

    def __init__(self, access: Access | None, name: str) -> None:
        if access is None:
            raise TypeError("a storage on another machine needs its access")
        self.access = access
        self.name = name

    async def login_headers(self) -> dict[str, str]:
        """Return the headers that log a request in."""
        secret = await self.access.login.secret()
        return http_headers(secret) if secret is not None else {}

    @asynccontextmanager
    async def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | AsyncIterator[bytes] | None = None,
        accept: Collection[int] = (),
        redirects: bool = False,
    ) -> AsyncIterator[RemoteStream]:
        """Send a request and lend its answer when it is below 300 or among ``accept``.

        A login that is refused is renewed, and the request sent once more unless its content was an iterator. Raises
        GrantExpired, StorageCannot (409), StorageBusy, StorageUnreachable (503), StorageFull (507).
        """
        for attempt in (1, 2):
            fields = {**await self.login_headers(), **(headers or {})}
            try:
                async with self.access.http.stream(
                    method, url, headers=fields, content=content, follow_redirects=redirects
                ) as answer:
                    if answer.status == 401 and 401 not in accept:
                        await self.access.login.refused()
                        if attempt == 2 or isinstance(content, AsyncIterator):
                            raise StorageBusy(f"{self.name} was logged in to anew; try again", retry_after=1)
                    else:
                        if answer.status >= 300 and answer.status not in accept:
                            raise refusal(answer, self.name)
                        yield answer
                        return
            except RemoteProblem as problem:
                raise StorageUnreachable(problem.detail) from problem


def refusal(answer: RemoteStream, name: str) -> Exception:
    """Return the problem that an answer means."""
    if answer.status == 429 or (answer.status == 503 and "retry-after" in answer.headers):
        seconds = retry_after(answer.headers.get("retry-after"))
        return StorageBusy(f"{name} asks to wait {seconds} s", retry_after=seconds)
    if answer.status == 507 or answer.status == 413:
        return StorageFull(f"{name} has no room for it (it answers {answer.status})")
    if answer.status >= 500:
        return StorageUnreachable(f"{name} answers with status {answer.status}")
    return StorageCannot(f"{name} refuses this with status {answer.status}")


def retry_after(value: str | None) -> int:
    """Return the seconds a Retry-After means (RFC 9110, 10.2.3), some when it cannot be read."""
    try:
        seconds = float(value or _BUSY_SECONDS)
    except ValueError:
        found = modified_at(value)
        seconds = found.timestamp() - time.time() if found else _BUSY_SECONDS
    return max(1, min(int(seconds), _LONGEST_BUSY_SECONDS)) if seconds == seconds else _BUSY_SECONDS


def modified_at(value: str | None) -> datetime | None:
    """Read an HTTP date."""
    try:
        found = parsedate_to_datetime(value or "")
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


async def ranged(answer: RemoteStream, start: int, end: int | None) -> AsyncIterator[bytes]:
    """Yield the bytes asked for, whether the server answered the range or with everything."""
    if answer.status == 416:
        return
    if answer.status == 206 and not answer.headers.get("content-range", f"bytes {start}-").startswith(
        f"bytes {start}-"
    ):
        raise StorageUnreachable("the server answers with another range than it was asked for")
    at = start if is_partial(answer, start) else 0
    async for chunk in answer.body:
        first, at = at, at + len(chunk)
        if at <= start:
            continue
        if end is not None and first >= end:
            return
        yield chunk[max(0, start - first) : None if end is None else max(0, end - first)]


def is_partial(answer: RemoteStream, start: int) -> bool:
    """Say whether an answer begins at ``start``, and not with the first byte."""
    if answer.status == 206:
        return True
    # rclone's S3 server (1.75) answers a range with 200, and says in the headers that it is one.
    said = re.fullmatch(r"bytes (\d+)-(\d+)/\S+", answer.headers.get("content-range", ""))
    if said is None or int(said[1]) != start:
        return False
    return answer.headers.get("content-length") == str(int(said[2]) - start + 1)


def range_header(start: int, end: int | None) -> dict[str, str]:
    """Return the Range header of a read, none for everything."""
    if end is None:
        return {"Range": f"bytes={start}-"} if start else {}
    return {"Range": f"bytes={start}-{end - 1}"}


class Passing:
    """A content on its way to a storage; what it was is known when it has passed."""

    def __init__(self, content: AsyncIterator[bytes] | Path, path: str, sha256: str | None) -> None:
        self._content = content
        self._path = path
        self._sha256 = sha256
        self._sums = Sums()
        self.digest: Digest | None = None
        self.failure: Exception | None = None  # for those who cannot let it through as it is

    async def bytes_known(self) -> int | None:
        """Return how long it is, where that is known before."""
        if isinstance(self._content, Path):
            return (await asyncio.to_thread(self._content.stat)).st_size
        return None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield it. Raises SourceChanged (409) at its end when it is not the content that was announced."""
        source = _file_chunks(self._content) if isinstance(self._content, Path) else self._content
        try:
            async for chunk in source:
                if len(chunk) < SMALL_BYTES:
                    self._sums.update(chunk)
                else:
                    await asyncio.to_thread(self._sums.update, chunk)
                yield chunk
            digest = self._sums.digest()
            if self._sha256 is not None and digest.sha256 != self._sha256:
                raise SourceChanged(
                    f"{self._path} should have sha256 {self._sha256[:16]}… and has {digest.sha256[:16]}…"
                )
        except Exception as error:
            self.failure = error
            raise
        self.digest = digest

    def stored(self) -> Digest:
        """Return what passed, once it has."""
        if self.digest is None:
            raise StorageUnreachable("the storage answered before it had everything")
        return self.digest

    async def took(self, move: bool) -> None:
        """Remove the source file of a move."""
        if move and isinstance(self._content, Path):
            await asyncio.to_thread(self._content.unlink, missing_ok=True)


async def _file_chunks(source: Path) -> AsyncIterator[bytes]:
    descriptor = await asyncio.to_thread(open_source, source)
    try:
        while chunk := await asyncio.to_thread(os.read, descriptor, CHUNK_BYTES):
            yield chunk
    finally:
        await asyncio.to_thread(os.close, descriptor)
