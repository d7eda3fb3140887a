"""What the machine of an SFTP storage does by itself: fetch, sum up, send straight to another machine."""

import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import asyncssh

from app.modules import machines
from app.modules.credentials import Password, SshIdentity
from app.modules.data.dataset_errors import FetchFailed
from app.modules.data.errors import GrantExpired, StorageUnreachable, UploadGone
from app.modules.data.storage import Access, Door, Fetched, Upload
from app.modules.data.storage._confined import PART_PREFIX
from app.modules.data.storage._paths import plain_parts
from app.modules.data.storage._sftp_direct import DirectRefused, Keys, let_in, push, shut_out
from app.modules.data.storage._sftp_fetch import There, fetch_to, sums_of

_HEAD_BYTES = 256 * 1024


class OnMachine:
    """The part of the seam that needs commands on the machine."""

    _access: Access
    _base: str
    _host: str
    _port: int
    _user: str | None
    _place: str
    _authorized_keys: str
    _link: Any  # what machines.ssh_connection returns

    if TYPE_CHECKING:

        def _at(self, path: str) -> str: ...
        def _hidden(self, upload: Upload) -> tuple[str, str]: ...
        def _sftp(self, path: str) -> AbstractAsyncContextManager[asyncssh.SFTPClient]: ...
        async def _make(self, sftp: asyncssh.SFTPClient, parents: Sequence[str]) -> None: ...
        async def _replace(self, sftp: asyncssh.SFTPClient, source: str, target: str) -> None: ...

    async def fetch(self, url: str, path: str, *, most_bytes: int, come: Callable[[int], None]) -> Fetched:
        *parents, _leaf = plain_parts(path)
        hidden = "/".join([*parents, PART_PREFIX + hashlib.sha256(path.encode()).hexdigest()[:32]])
        part = self._at(hidden)
        async with self._sftp(path) as sftp:
            await self._make(sftp, parents)
        head = await fetch_to(self._there(path), url, part, most_bytes=most_bytes, come=come)
        sha256, blake3 = await sums_of(self._there(path), part)
        size = await self._size(path, part) or 0
        if head.total is not None and size != head.total:
            await self._remove(path, part)
            raise FetchFailed(f"{size:,} of {head.total:,} bytes came")
        async with self._sftp(path) as sftp:
            await self._replace(sftp, part, path)
        for name in (f"{part}.head", f"{part}.lock"):
            await self._remove(path, name)
        return Fetched(size, sha256, blake3, head.media_type)

    @asynccontextmanager
    async def opened_to(self, upload: Upload) -> AsyncIterator[Door]:
        keys, mark = Keys.made(), f"stormbell-{upload.token}"
        file = self._hidden(upload)[0]
        secret = await self._access.login.secret()
        user = self._user or (secret.user if isinstance(secret, SshIdentity | Password) else None)
        if user is None:
            raise DirectRefused("nobody knows which user the other machine is to log in as")
        host_keys = await self._host_keys()
        offset = await self.arrived(upload)
        await let_in(self._run, self._authorized_keys, mark, keys.public, file, offset)
        try:
            yield Door(self._host, self._port, user, host_keys, keys.private, offset)
        finally:
            await shut_out(self._run, self._authorized_keys, mark)
            await self._remove(upload.path, f"{file}.lock")

    async def push(self, path: str, door: Door) -> None:
        plain_parts(path)
        await push(self._run, self._at(path), door)

    async def arrived(self, upload: Upload) -> int:
        found = await self._size(upload.path, self._hidden(upload)[0])
        if found is None:
            raise UploadGone(f"The upload of {upload.path} is not there any more")
        return found

    async def sum_there(self, what: str | Upload) -> str:
        path = what.path if isinstance(what, Upload) else what
        plain_parts(path)
        name = self._hidden(what)[0] if isinstance(what, Upload) else self._at(path)
        return (await sums_of(self._there(path), name))[0]

    def _there(self, path: str) -> There:
        return There(self._run, partial(self._size, path), partial(self._content, path), partial(self._remove, path))

    async def _run(self, command: Sequence[str], content: bytes, seconds: float) -> machines.Completed:
        try:
            done: machines.Completed = await self._link.run(command, content=content, timeout_seconds=seconds)
        except machines.LoginRefused as error:
            await self._access.login.refused()
            raise GrantExpired(str(error)) from error
        except (ConnectionError, TimeoutError) as error:
            raise StorageUnreachable(f"{self._place}: {error}") from error
        return done

    async def _host_keys(self) -> Sequence[str]:
        try:
            found: Sequence[str] = await self._link.host_keys()
        except (ConnectionError, TimeoutError) as error:
            raise StorageUnreachable(f"{self._place}: {error}") from error
        return found

    async def _size(self, path: str, name: str) -> int | None:
        async with self._sftp(path) as sftp:
            return (await sftp.lstat(name)).size if await sftp.exists(name) else None

    async def _content(self, path: str, name: str) -> bytes:
        async with self._sftp(path) as sftp:
            if not await sftp.exists(name):
                return b""
            async with sftp.open(name, "rb") as file:
                return cast("bytes", await file.read(_HEAD_BYTES))

    async def _remove(self, path: str, name: str) -> None:
        async with self._sftp(path) as sftp:
            if await sftp.exists(name):
                await sftp.remove(name)
