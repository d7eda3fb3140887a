"""A machine over SSH, by a connection that is kept: commands in channels of it, files over SFTP."""

import asyncio
import os
import stat as modes
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Annotated

import asyncssh
from pydantic import BaseModel, ConfigDict, Field, field_validator

from app.kernel.egress import EgressDenied, check_host
from app.modules.machines import host_trust
from app.modules.machines.sftp_files import LARGE_BYTES, STEP_BYTES, fetch, read_at, send, step_bytes, synced_while
from app.modules.machines.sftp_pump import fetching, sending
from app.modules.machines.ssh_hop import CHANNELS, CIPHERS, Place, Route
from app.modules.machines.ssh_link import SshLink
from app.modules.machines.transport import Completed, Entry, Login, Surroundings, kind_of

_COPY_SECONDS = 3600.0

Port = Annotated[int, Field(strict=True, ge=1, le=65535)]
User = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*\$?$")]


class Jump(BaseModel):
    """A host on the way, logged in to with the same credential."""

    model_config = ConfigDict(extra="forbid")

    host: str = Field(title="Host", min_length=1, max_length=253)
    port: Port = 22
    user: User | None = Field(None, description="Unset: the one the credential names")


class Settings(BaseModel):
    """Where the machine is."""

    model_config = ConfigDict(extra="forbid")

    host: str = Field(title="Host", min_length=1, max_length=253, examples=["login.archer2.ac.uk"])
    port: Port = 22
    user: User | None = Field(None, description="Unset: the one the credential names")
    addresses: list[str] = Field(
        [], max_length=20, description="Other hosts of the same machine, as host or host:port; used when one is silent"
    )
    jumps: list[Jump] = Field([], max_length=4, description="Hosts to go through, nearest first (ProxyJump)")
    host_authorities: list[str] = Field(
        [], max_length=10, description="Public keys of authorities whose host certificates are trusted"
    )
    channels: int = Field(CHANNELS, strict=True, ge=2, le=64, description="At once; sshd admits 10 (MaxSessions)")
    connect_seconds: float = Field(15.0, strict=True, ge=1, le=60)
    keepalive_seconds: float = Field(15.0, strict=True, ge=1, le=600)

    @field_validator("host_authorities")
    @classmethod
    def _are_keys(cls, lines: list[str]) -> list[str]:
        for line in lines:
            host_trust.fingerprint_of(line)
        return lines

    @field_validator("host", "addresses")
    @classmethod
    def _are_hosts(cls, given: str | list[str]) -> str | list[str]:
        for one in [given] if isinstance(given, str) else given:
            try:
                check_host(_place(one, 22, None).host)
            except EgressDenied as denied:
                raise ValueError(denied.detail) from denied
        return given

    def route(self) -> Route:
        """Return how to get there."""
        return Route(
            places=[_place(one, self.port, self.user) for one in dict.fromkeys((self.host, *self.addresses))],
            jumps=[Place(jump.host, jump.port, jump.user) for jump in self.jumps],
            authorities=self.host_authorities,
            channels=self.channels,
            connect_seconds=self.connect_seconds,
            keepalive_seconds=self.keepalive_seconds,
            ciphers=CIPHERS,
        )


async def probe(_settings: Settings) -> str | None:
    """Say why this driver cannot be used here, ``None`` if it can."""
    return None


class Transport:
    """One kept connection; see the seam for what each method promises."""

    def __init__(self, settings: Settings, surroundings: Surroundings | None = None) -> None:
        if surroundings is None:
            raise ValueError("a machine over SSH needs a credential")
        self.link = SshLink(settings.route(), surroundings)

    @property
    def held(self) -> Login | None:
        return self.link.held

    async def log_in(self, login: Login) -> None:
        await self.link.log_in(login)

    async def run(self, command: Sequence[str], *, content: bytes = b"", timeout_seconds: float = 30.0) -> Completed:
        return await self.link.run(command, content=content, timeout_seconds=timeout_seconds)

    async def put(self, content: Path | bytes, path: str) -> None:
        target = PurePosixPath(path)
        part = str(target.with_name(f".part-{os.urandom(6).hex()}"))
        async with self.link.sftp() as sftp:
            await _make_directory(sftp, str(target.parent))
            try:
                async with sftp.open(part, "wb") as file:
                    if isinstance(content, Path):
                        await self._send(content, file, part, step_bytes(sftp))
                    else:
                        await file.write(content)
                    with suppress(asyncssh.SFTPOpUnsupported):
                        await file.fsync()
                await sftp.posix_rename(part, path)
            except BaseException:
                with suppress(asyncssh.Error, OSError):
                    await asyncio.shield(sftp.remove(part))
                raise

    async def get(self, path: str, target: Path) -> None:
        part = target.with_name(f".part-{os.urandom(6).hex()}")
        await asyncio.to_thread(target.parent.mkdir, parents=True, exist_ok=True)
        async with self.link.sftp() as sftp, sftp.open(path, "rb") as file:
            size = (await file.stat()).size or 0
            descriptor = await asyncio.to_thread(os.open, part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
            try:
                step = step_bytes(sftp)
                if not (step and size >= LARGE_BYTES and await self.link.pump(fetching(path, size, descriptor, step))):
                    await fetch(file, size, descriptor)
                await asyncio.to_thread(part.replace, target)
            finally:
                await asyncio.to_thread(os.close, descriptor)
                await asyncio.to_thread(part.unlink, missing_ok=True)

    async def tail(self, path: str, tail_bytes: int) -> bytes:
        try:
            async with self.link.sftp() as sftp, sftp.open(path, "rb") as file:
                size = (await file.stat()).size or 0
                return await read_at(file, tail_bytes, max(0, size - tail_bytes))
        except FileNotFoundError:
            return b""

    async def read(self, path: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        async with self.link.sftp() as sftp, sftp.open(path, "rb") as file:
            at = start
            while end is None or at < end:
                chunk = await read_at(file, STEP_BYTES if end is None else min(STEP_BYTES, end - at), at)
                if not chunk:
                    return
                at += len(chunk)
                yield chunk

    async def stat(self, path: str) -> Entry:
        async with self.link.sftp() as sftp:
            return _entry(PurePosixPath(path).name, await sftp.stat(path))

    async def entries(self, path: str) -> list[Entry]:
        async with self.link.sftp() as sftp:
            if not modes.S_ISDIR((await sftp.stat(path)).permissions or 0):
                raise NotADirectoryError(20, "this is no directory", path)
            found = [_entry(str(one.filename), one.attrs) async for one in sftp.scandir(path)]
        return sorted((one for one in found if one.name not in (".", "..")), key=lambda entry: entry.name)

    async def make_directory(self, path: str) -> None:
        async with self.link.sftp() as sftp:
            await _make_directory(sftp, path)

    async def move(self, source: str, target: str) -> None:
        async with self.link.sftp() as sftp:
            await _require(sftp, source, target)
        # Not SFTP's rename: between file systems that fails.
        await self._coreutils("mv", "-n", "-T", "--", source, target)

    async def copy(self, source: str, target: str) -> None:
        async with self.link.sftp() as sftp:
            await _require(sftp, source, target)
        await self._coreutils("cp", "-a", "-n", "-T", "--", source, target)

    async def remove(self, path: str, *, recursive: bool = False) -> None:
        async with self.link.sftp() as sftp:
            found = await sftp.lstat(path)
            if not modes.S_ISDIR(found.permissions or 0):
                await sftp.remove(path)
                return
            if not recursive:
                try:
                    await sftp.rmdir(path)
                except asyncssh.SFTPFailure as error:
                    raise OSError(39, "the directory is not empty", path) from error
                return
        await self._coreutils("rm", "-rf", "--", path)

    async def close(self) -> None:
        await self.link.close()

    async def _send(self, source: Path, target: asyncssh.SFTPClientFile, path: str, step: int) -> None:
        descriptor = await asyncio.to_thread(os.open, source, os.O_RDONLY | os.O_CLOEXEC)
        try:
            size = (await asyncio.to_thread(os.fstat, descriptor)).st_size
            pump = sending(descriptor, size, path, step)
            if not (step and size >= LARGE_BYTES and await synced_while(self.link.pump(pump), target)):
                await send(descriptor, size, target)
        finally:
            await asyncio.to_thread(os.close, descriptor)

    async def _coreutils(self, *command: str) -> None:
        done = await self.run(command, timeout_seconds=_COPY_SECONDS)
        if done.exit_code:
            raise OSError(5, done.stderr.decode(errors="replace").strip()[-300:] or f"{command[0]} failed")


async def _make_directory(sftp: asyncssh.SFTPClient, path: str) -> None:
    try:
        if modes.S_ISDIR((await sftp.stat(path)).permissions or 0):
            return
        raise FileExistsError(17, "a file is there", path)
    except asyncssh.SFTPNoSuchFile:
        above = str(PurePosixPath(path).parent)
        if above != path:
            await _make_directory(sftp, above)
        try:
            await sftp.mkdir(path)
        except asyncssh.SFTPFailure:  # somebody else was quicker
            if not modes.S_ISDIR((await sftp.stat(path)).permissions or 0):
                raise


async def _require(sftp: asyncssh.SFTPClient, source: str, target: str) -> None:
    await sftp.lstat(source)
    try:
        await sftp.lstat(target)
    except asyncssh.SFTPNoSuchFile:
        return
    raise FileExistsError(17, "something is there already", target)


def _entry(name: str, found: asyncssh.SFTPAttrs) -> Entry:
    mode = found.permissions or 0
    changed = datetime.fromtimestamp(found.mtime or 0, UTC)
    return Entry(name, kind_of(mode), found.size or 0, changed, modes.S_IMODE(mode))


def _place(text: str, port: int, user: str | None) -> Place:
    host, colon, number = text.rpartition(":")
    if colon and "]" not in number and (":" not in host or host.endswith("]")):
        if not (number.isdigit() and 0 < int(number) < 65536):
            raise ValueError(f"{text!r} is neither a host nor host:port")
        return Place(host.strip("[]"), int(number), user)
    return Place(text.strip("[]"), port, user)
