"""A directory on a machine that is logged in to over SSH (SFTP version 3, as OpenSSH's sshd serves it).

A content is sent to a hidden name beside its final one and renamed when it is whole. The directory is confined by
names only: a symbolic link there is the account's own affair.
"""

import asyncio
import re
import stat as modes
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Annotated, Any, cast

import asyncssh
from blake3 import blake3
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from app.kernel.ids import new_id
from app.modules import machines
from app.modules.credentials import Secret
from app.modules.data.errors import (
    GrantExpired,
    PathRefused,
    StorageCannot,
    StorageFull,
    StorageUnreachable,
    UploadGone,
)
from app.modules.data.storage import Access, Capability, Digest, ObjectMissing, ObjectStat, Part, Space, Upload
from app.modules.data.storage._confined import PART_PREFIX
from app.modules.data.storage._paths import Child, plain_parts, tree
from app.modules.data.storage._remote import Passing
from app.modules.data.storage._sftp_machine import OnMachine
from app.modules.data.storage._sftp_steps import STEP_BYTES, free_bytes, mode_of, pour, stat_of, sync, told

CREDENTIAL_KINDS = ("ssh_key", "ssh_ca", "password")
PART_BYTES = 8 * 1024**2
_SSH_PORT = 22
_TOKEN = re.compile(r"u_[0-9A-Z]{26}")


class Settings(BaseModel):
    """Where the directory is."""

    model_config = ConfigDict(extra="forbid")

    host: str = Field(title="Host", min_length=1, max_length=253, pattern=r"^[A-Za-z0-9_:][A-Za-z0-9_.:-]*$")
    port: int = Field(_SSH_PORT, strict=True, ge=1, le=65535)
    user: str | None = Field(None, max_length=64, pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*\$?$")
    directory: str = Field(
        ".", title="Directory", min_length=1, max_length=1000, pattern=r"^[^\x00-\x1f]+$",
        description="A relative one begins where a login there does; made when missing",
    )  # fmt: skip
    host_keys: list[Annotated[str, Field(pattern=r"^(SHA256:[A-Za-z0-9+/]{43}|[a-z0-9@.-]+ [A-Za-z0-9+/=]+.*)$")]] = (
        Field(
            [], title="Host keys", max_length=20,
            description="Fingerprints or public keys the server may show; with none, what it shows is said and refused",
        )
    )  # fmt: skip
    direct: StrictBool = Field(
        False, title="Direct transfers",
        description="Files may go straight to and from another machine whose storage says so too: for minutes, a key "
        "that may append to one file stands in the account's authorized_keys",
    )  # fmt: skip
    authorized_keys: str = Field(
        ".ssh/authorized_keys", title="File of keys", max_length=1000, pattern=r"^[^\x00-\x1f]+$",
        description="Which sshd there reads, for direct transfers",
    )  # fmt: skip


async def probe(_settings: Settings) -> str | None:
    """Say why this driver cannot be used with these settings, ``None`` if it can."""
    return None


class Storage(OnMachine):
    """Objects as files; see the seam for what each method promises."""

    capabilities: frozenset[Capability] = frozenset({"move", "range", "write", "list", "parts", "fetch"})

    def __init__(self, settings: Settings, access: Access | None = None) -> None:
        if access is None:
            raise TypeError("a storage on another machine needs its access")
        self._access = access
        self._place = f"{settings.host}:{settings.port}"
        self._host, self._port, self._user = settings.host, settings.port, settings.user
        self._authorized_keys = settings.authorized_keys
        if settings.direct:
            self.capabilities = self.capabilities | {"direct"}
        self._base = settings.directory.rstrip("/") or "/"
        self._keys = settings.host_keys
        self._made: set[str] = set()
        surroundings = machines.TransportSurroundings(
            lend=self._lend, trusted=self._trusted, refused=self._refused, addresses_of=self._addresses_of
        )
        self._link = machines.ssh_connection(settings.host, settings.port, settings.user, surroundings)

    async def stat(self, path: str) -> ObjectStat:
        plain_parts(path)
        async with self._sftp(path) as sftp:
            return stat_of(path, await sftp.lstat(self._at(path)))

    async def list(self, prefix: str = "", *, after: str = "", limit: int = 1000) -> list[ObjectStat]:
        if prefix:
            plain_parts(prefix)
        return await tree(self._children, prefix, after, limit)

    async def read(self, path: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        plain_parts(path)
        async with self._sftp(path) as sftp:
            stat_of(path, await sftp.lstat(self._at(path)))
            async with sftp.open(self._at(path), "rb") as file:
                at = start
                while end is None or at < end:
                    with told(path):
                        wanted = STEP_BYTES if end is None else min(STEP_BYTES, end - at)
                        chunk = cast("bytes", await file.read(wanted, at))
                    if not chunk:
                        return
                    at += len(chunk)
                    yield chunk

    async def write(
        self, path: str, content: AsyncIterator[bytes] | Path, *, sha256: str | None = None, move: bool = False
    ) -> Digest:
        *parents, _leaf = plain_parts(path)
        hidden = "/".join([*parents, PART_PREFIX + new_id("w")])
        passing = Passing(content, path, sha256)
        try:
            await self._send(path, hidden, parents, passing)
        except StorageUnreachable:
            if passing.failure is not None:  # it was the source, not the storage
                raise passing.failure from None
            raise
        await passing.took(move)
        return passing.stored()

    async def copy(self, source: str, target: str) -> None:
        plain_parts(source)
        plain_parts(target)
        raise StorageCannot("SFTP cannot copy on the other side; read it and write it")

    async def move(self, source: str, target: str) -> None:
        plain_parts(source)
        *parents, _leaf = plain_parts(target)
        async with self._sftp(source) as sftp:
            stat_of(source, await sftp.lstat(self._at(source)))
            await self._make(sftp, parents)
            await self._replace(sftp, self._at(source), target)

    async def delete(self, path: str) -> None:
        plain_parts(path)
        with suppress(ObjectMissing):  # a directory of this name is no object, and what is in it stays
            async with self._sftp(path) as sftp:
                stat_of(path, await sftp.lstat(self._at(path)))
                await sftp.remove(self._at(path))

    async def begin(self, path: str, *, bytes: int | None = None) -> Upload:  # noqa: A002 (as in Digest)
        *parents, _leaf = plain_parts(path)
        upload = Upload(path, new_id("u"), PART_BYTES, sequential=False)
        async with self._sftp(path) as sftp:
            await self._make(sftp, parents)
            free = await free_bytes(sftp, self._base)
            if bytes is not None and free is not None and free < bytes:
                raise StorageFull(f"{self._place} has {free:,} bytes free, {bytes:,} are wanted")
            for name in self._hidden(upload):
                async with sftp.open(name, "xb"):
                    pass
        return upload

    async def write_part(self, upload: Upload, number: int, offset: int, content: bytes) -> str:
        part, notes = self._hidden(upload)
        receipt = blake3(content).hexdigest()
        async with self._upload(upload) as sftp:
            try:
                async with sftp.open(part, "r+b") as file:
                    await file.write(content, offset)
                async with sftp.open(notes, "ab") as file:
                    await file.write(f"{number} {offset} {len(content)} {receipt}\n".encode())
            except BaseException as error:
                await self._raise_full(sftp, error)
                raise
        return receipt

    async def parts(self, upload: Upload) -> Sequence[Part]:
        found: dict[int, Part] = {}
        async with self._upload(upload) as sftp, sftp.open(self._hidden(upload)[1], "rb") as file:
            written = cast("bytes", await file.read()).decode()
        for line in written.splitlines(keepends=True):
            fields = line.split()
            if line.endswith("\n") and len(fields) == 4:
                number, offset, size = map(int, fields[:3])
                found[number] = Part(number, offset, size, fields[3])
        return sorted(found.values(), key=lambda one: one.number)

    async def finish(self, upload: Upload, parts: Sequence[Part], *, sha256: str | None = None) -> ObjectStat:
        part, notes = self._hidden(upload)
        wanted = max((one.offset + one.bytes for one in parts), default=0)
        async with self._sftp(upload.path) as sftp:
            if not await sftp.exists(part):
                return await self._finished(sftp, upload, wanted)
            async with sftp.open(part, "r+b") as file:
                await file.truncate(wanted)
                await sync(file)
            await self._replace(sftp, part, upload.path)
            if await sftp.exists(notes):
                await sftp.remove(notes)
        return await self.stat(upload.path)

    async def abandon(self, upload: Upload) -> None:
        async with self._sftp(upload.path) as sftp:
            for name in self._hidden(upload):
                if await sftp.exists(name):
                    await sftp.remove(name)

    async def probe(self) -> Space:
        async with self._sftp(self._base) as sftp:
            await self._make(sftp, [])
            try:
                found = await sftp.statvfs(self._base)
            except asyncssh.SFTPOpUnsupported:  # an extension of OpenSSH
                return Space(None, None)
            return Space(found.blocks * found.frsize, found.bavail * found.frsize)

    async def close(self) -> None:
        await self._link.close()

    def local_path(self, path: str) -> Path:
        raise StorageCannot("files on another machine have no path here")

    async def sign(self, path: str, *, seconds: int) -> str:
        raise StorageCannot("SFTP gives no addresses")

    async def changes(self, cursor: str | None = None) -> Any:
        raise StorageCannot("SFTP does not say what changed")

    def _at(self, path: str) -> str:
        return f"{self._base}/{path}"

    def _hidden(self, upload: Upload) -> tuple[str, str]:
        *parents, _leaf = plain_parts(upload.path)
        if not _TOKEN.fullmatch(upload.token):
            raise PathRefused(f"{upload.token[:40]!r} is no upload of this storage")
        name = self._at("/".join([*parents, PART_PREFIX + upload.token]))
        return name, f"{name}.notes"

    async def _send(self, path: str, hidden: str, parents: Sequence[str], passing: Passing) -> None:
        async with self._sftp(path) as sftp:
            await self._make(sftp, parents)
            try:
                async with sftp.open(self._at(hidden), "xb") as file:
                    await pour(passing, file)
                    await sync(file)
                await self._replace(sftp, self._at(hidden), path)
            except BaseException as error:
                await self._tidy(sftp, hidden)
                await self._raise_full(sftp, error)
                raise

    async def _finished(self, sftp: asyncssh.SFTPClient, upload: Upload, wanted: int) -> ObjectStat:
        """Return the object when an earlier call finished it and died before it could say so."""
        with suppress(FileNotFoundError):
            found = await self.stat(upload.path)
            if found.bytes == wanted:
                return found
        raise UploadGone(f"The upload of {upload.path} is not there any more")

    async def _children(self, directory: str) -> Sequence[Child]:
        found: Any = []  # a list: `list` is a method here
        try:
            async with self._sftp(directory) as sftp:
                async for one in sftp.scandir(self._at(directory) if directory else self._base):
                    name, mode = str(one.filename), one.attrs.permissions or 0
                    if name in (".", ".."):
                        continue
                    path = f"{directory}/{name}" if directory else name
                    if modes.S_ISDIR(mode):
                        found.append(Child(name, None))
                    elif modes.S_ISREG(mode):
                        found.append(Child(name, stat_of(path, one.attrs)))
        except ObjectMissing:
            return []
        return cast("Sequence[Child]", found)

    async def _make(self, sftp: asyncssh.SFTPClient, parents: Sequence[str]) -> None:
        whole = "/".join([self._base, *parents])
        if whole not in self._made:
            await sftp.makedirs(whole, exist_ok=True)
            if len(self._made) > 10_000:
                self._made.clear()
            self._made.add(whole)

    async def _replace(self, sftp: asyncssh.SFTPClient, source: str, target: str) -> None:
        if modes.S_ISDIR(await mode_of(sftp, self._at(target))):
            raise PathRefused(f"{target!r} is a directory")
        await sftp.posix_rename(source, self._at(target))

    async def _tidy(self, sftp: asyncssh.SFTPClient, hidden: str) -> None:
        self._made.clear()  # perhaps somebody removed a directory
        with suppress(asyncssh.Error, OSError):  # it is hidden, and the first error matters
            await asyncio.shield(sftp.remove(self._at(hidden)))

    async def _raise_full(self, sftp: asyncssh.SFTPClient, error: BaseException) -> None:
        """OpenSSH says no more than Failure when a disk is full."""
        if isinstance(error, asyncssh.SFTPFailure) and await free_bytes(sftp, self._base) == 0:
            raise StorageFull(f"{self._place} has no room left") from error

    @asynccontextmanager
    async def _sftp(self, path: str) -> AsyncIterator[asyncssh.SFTPClient]:
        try:
            with told(path):
                async with self._link.sftp() as sftp:
                    yield sftp
        except machines.LoginRefused as error:
            await self._access.login.refused()
            raise GrantExpired(str(error)) from error
        except machines.HostKeyRefused as error:
            raise StorageUnreachable(f"{error}; if it is the right one, add it to host_keys") from error
        except (ConnectionError, TimeoutError) as error:
            raise StorageUnreachable(f"{self._place}: {error}") from error

    @asynccontextmanager
    async def _upload(self, upload: Upload) -> AsyncIterator[asyncssh.SFTPClient]:
        try:
            async with self._sftp(upload.path) as sftp:
                yield sftp
        except ObjectMissing as error:
            raise UploadGone(f"The upload of {upload.path} is not there any more") from error

    def _lend(self) -> AbstractAsyncContextManager[Secret]:
        @asynccontextmanager
        async def lent() -> AsyncIterator[Secret]:
            secret = await self._access.login.secret()
            if secret is None:
                raise machines.LoginRefused(f"{self._place} needs a credential")
            yield secret

        return lent()

    async def _trusted(self, _place: str, _jump: bool) -> Sequence[str]:
        return self._keys

    async def _refused(self, _place: str, _jump: bool, _line: str) -> None:
        """What was shown is in the problem; nothing is kept."""

    async def _addresses_of(self, host: str, port: int) -> Sequence[str]:
        return await self._access.http.addresses_of(host, port, usual=(_SSH_PORT,))
