"""A machine over the connection somebody opened with OpenSSH: passwords, codes and hardware keys stay with them.

Open it beside the server, as the account it runs as: ``ssh -fNM -S PATH machine``. Files go through commands of GNU
coreutils there, for not every master connection serves SFTP.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO

from pydantic import BaseModel, ConfigDict, Field

from app.kernel.ids import new_id
from app.modules.machines.remote_shell import ending, unwrap, wrap
from app.modules.machines.together import drain, together
from app.modules.machines.transport import (
    Completed,
    CutShort,
    Entry,
    Surroundings,
    kind_of,
)

_CHUNK_BYTES = 256 * 1024
_FILE_SECONDS = 24 * 3600.0
_END_SECONDS = 5.0
_MISSING, _NO_DIRECTORY, _THERE = 44, 45, 46
_LOOK = f'[ -e "$1" ] || [ -L "$1" ] || exit {_MISSING}; '
_FREE = _LOOK + f'if [ -e "$2" ] || [ -L "$2" ]; then exit {_THERE}; fi; '


class Settings(BaseModel):
    """Which connection to use."""

    model_config = ConfigDict(extra="forbid")

    host: str = Field(
        title="Host", max_length=253, pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.:-]*$", description="As the master names it"
    )
    control_path: str = Field(
        title="Socket of the master connection", max_length=100, pattern=r"^/[^\x00-\x1f%]+$",
        examples=["/home/ada/.ssh/archer2.sock"],
    )  # fmt: skip
    user: str | None = Field(None, max_length=64, pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*\$?$")
    channels: int = Field(6, strict=True, ge=1, le=64, description="At once; sshd admits 10 (MaxSessions)")


async def probe(_settings: Settings) -> str | None:
    """Say why this driver cannot be used here, ``None`` if it can."""
    return None if shutil.which("ssh") else "the command ssh is not installed here"


class Transport:
    """Commands through the master's socket; see the seam for what each method promises."""

    def __init__(self, settings: Settings, surroundings: Surroundings | None = None) -> None:
        self._settings = settings
        self._channels = asyncio.Semaphore(settings.channels)

    async def run(self, command: Sequence[str], *, content: bytes = b"", timeout_seconds: float = 30.0) -> Completed:
        return await self._run(command, content, timeout_seconds)

    async def put(self, content: Path | bytes, path: str) -> None:
        target = PurePosixPath(path)
        part = str(target.with_name(f".part-{os.urandom(6).hex()}"))
        script = (
            'mkdir -p -- "$(dirname -- "$1")" && cat > "$2" && sync -- "$2" && mv -f -T -- "$2" "$1" && exit 0; '
            'rm -f -- "$2"; exit 1'
        )
        if isinstance(content, bytes):
            await self._script(script, path, part, content=content)
            return
        file = await asyncio.to_thread(content.open, "rb")
        try:
            await self._script(script, path, part, content=file)
        finally:
            await asyncio.to_thread(file.close)

    async def get(self, path: str, target: Path) -> None:
        await asyncio.to_thread(target.parent.mkdir, parents=True, exist_ok=True)
        part = target.with_name(f".part-{os.urandom(6).hex()}")
        try:
            file = await asyncio.to_thread(part.open, "wb")
            try:
                async for chunk in self.read(path):
                    await asyncio.to_thread(file.write, chunk)
            finally:
                await asyncio.to_thread(file.close)
            await asyncio.to_thread(part.replace, target)
        finally:
            await asyncio.to_thread(part.unlink, missing_ok=True)

    async def tail(self, path: str, tail_bytes: int) -> bytes:
        try:
            size = (await self.stat(path)).bytes
            return b"".join([chunk async for chunk in self.read(path, start=max(0, size - tail_bytes), end=size)])
        except FileNotFoundError:
            return b""

    async def read(self, path: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        mark = new_id("mark")
        script = (
            _LOOK + 'size=$(stat -L -c %s -- "$1") && printf "%s %s\\n" "$2" "$size" && tail -c "+$3" -- "$1" '
            '| if [ -n "$4" ]; then head -c "$4"; else cat; fi'
        )
        most = "" if end is None else str(max(0, end - start))
        wrapped = wrap(("/bin/sh", "-c", script, "sh", _plain(path), mark, str(start + 1), most))
        async with self._channels, self._process(wrapped.line, asyncio.subprocess.DEVNULL) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            size = await _announced(process.stdout, process.stderr, (mark, wrapped.mark), path)
            left = max(0, min(size if end is None else end, size) - start)
            while left:
                chunk = await process.stdout.read(min(_CHUNK_BYTES, left))
                if not chunk:
                    raise CutShort(f"the connection ended {left:,} bytes before the end of {path}")
                left -= len(chunk)
                yield chunk

    async def stat(self, path: str) -> Entry:
        done = await self._script(_LOOK + 'stat -L -c "%f %s %Y" -- "$1"', _plain(path))
        mode, size, changed = done.stdout.decode().split()
        return _entry(PurePosixPath(path).name, int(mode, 16), size, changed)

    async def entries(self, path: str) -> list[Entry]:
        script = _LOOK + (
            f'[ -d "$1" ] || exit {_NO_DIRECTORY}; cd -- "$1" && '
            "find . -mindepth 1 -maxdepth 1 -exec stat --printf '%f %s %Y %n\\0' -- {} +"
        )
        done = await self._script(script, _plain(path))
        found = []
        for line in done.stdout.split(b"\x00")[:-1]:
            mode, size, changed, name = line.decode(errors="surrogateescape").split(" ", 3)
            found.append(_entry(name.removeprefix("./"), int(mode, 16), size, changed))
        return sorted(found, key=lambda entry: entry.name)

    async def make_directory(self, path: str) -> None:
        await self._script(f'if [ -e "$1" ] && [ ! -d "$1" ]; then exit {_THERE}; fi; mkdir -p -- "$1"', _plain(path))

    async def move(self, source: str, target: str) -> None:
        await self._script(_FREE + 'mv -n -T -- "$1" "$2"', _plain(source), _plain(target))

    async def copy(self, source: str, target: str) -> None:
        await self._script(_FREE + 'cp -a -n -T -- "$1" "$2"', _plain(source), _plain(target))

    async def remove(self, path: str, *, recursive: bool = False) -> None:
        how = 'rm -rf -- "$1"' if recursive else 'rmdir -- "$1"'
        script = _LOOK + f'if [ -d "$1" ] && [ ! -L "$1" ]; then {how}; else rm -f -- "$1"; fi'
        await self._script(script, _plain(path))

    async def close(self) -> None:
        """The master connection is its owner's to close."""

    async def _script(self, script: str, *arguments: str, content: bytes | IO[bytes] = b"") -> Completed:
        done = await self._run(("/bin/sh", "-c", script, "sh", *arguments), content, _FILE_SECONDS)
        if done.exit_code:
            raise _error_of(done.exit_code, arguments[0], done.stderr)
        return done

    async def _run(self, command: Sequence[str], content: bytes | IO[bytes], timeout_seconds: float) -> Completed:
        wrapped = wrap(command)
        stdout, stderr = bytearray(), bytearray()
        stdin = asyncio.subprocess.PIPE if isinstance(content, bytes) else content
        given = content if isinstance(content, bytes) else b""
        async with asyncio.timeout(timeout_seconds), self._channels, self._process(wrapped.line, stdin) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            try:
                await together(
                    drain(process.stdout.read, stdout), drain(process.stderr.read, stderr), _feed(process.stdin, given)
                )
            except BaseException:
                await self._end(ending(wrapped.mark, stdout))
                raise
            code = await process.wait()
        if code == 255 and wrapped.mark.encode() not in stdout:
            said = stderr.decode(errors="replace").strip()[-200:]
            raise ConnectionError(
                f"no master connection to {self._settings.host} at {self._settings.control_path}: log in with "
                f"'ssh -fNM -S {self._settings.control_path} {self._settings.host}' (ssh says: {said})"
            )
        return unwrap(wrapped.mark, stdout, stderr)

    async def _end(self, command: Sequence[str] | None) -> None:
        if command is not None:
            with suppress(OSError, TimeoutError):
                async with (
                    asyncio.timeout(_END_SECONDS),
                    self._process(wrap(command).line, asyncio.subprocess.DEVNULL) as process,
                ):
                    await process.communicate()

    @asynccontextmanager
    async def _process(self, line: str, stdin: int | IO[bytes]) -> AsyncIterator[asyncio.subprocess.Process]:
        settings = self._settings
        arguments = ["ssh", "-T", "-F", "none", "-S", settings.control_path]
        # Without its master ssh would log in by itself: this connection of its own goes nowhere.
        options = ("ControlMaster=no", "BatchMode=yes", "ProxyCommand=false", "ForwardAgent=no", "ForwardX11=no")
        arguments += [part for option in options for part in ("-o", option)]
        arguments += ["-l", settings.user] if settings.user else []
        process = await asyncio.create_subprocess_exec(
            *arguments,
            "--",
            settings.host,
            line,
            stdin=stdin,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(Path.home()), "LC_ALL": "C"},
            start_new_session=True,
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                with suppress(TimeoutError):  # its end is seen once what it wrote is read
                    await asyncio.wait_for(process.communicate(), 5)
                process._transport.close()  # type: ignore[attr-defined]  # the master holds the other ends for a while


async def _announced(
    stdout: asyncio.StreamReader, stderr: asyncio.StreamReader, marks: tuple[str, str], path: str
) -> int:
    """Read up to the line that says how large the file is, past whatever start-up files print."""
    (size, end), begun = marks, False
    while line := await stdout.readline():
        words = line.decode(errors="replace").split()
        if len(words) == 2 and words[0] == size:
            return int(words[1])
        if len(words) == 2 and words[0] == end:
            if not begun:
                begun = True
                continue
            raise _error_of(int(words[1]), path, await stderr.read(_CHUNK_BYTES))
    said = (await stderr.read(_CHUNK_BYTES)).decode(errors="replace").strip()[-200:]
    raise CutShort(f"the connection ended before {path} was read: {said}")


def _error_of(code: int, path: str, said: bytes) -> OSError:
    if code == _MISSING:
        return FileNotFoundError(2, "there is no such file or directory", path)
    if code == _NO_DIRECTORY:
        return NotADirectoryError(20, "this is no directory", path)
    if code == _THERE:
        return FileExistsError(17, "something is there already", path)
    lines = [line for line in said.decode(errors="replace").splitlines() if line and "stormbell-" not in line]
    return OSError(5, lines[-1][-300:] if lines else f"a command ended with {code}", path)


def _plain(path: str) -> str:
    """Return a path no command takes for an option."""
    return path if path.startswith("/") else f"./{path}"


def _entry(name: str, mode: int, size: str, changed: str) -> Entry:
    return Entry(name, kind_of(mode), int(size), datetime.fromtimestamp(int(changed), UTC), mode & 0o7777)


async def _feed(stdin: asyncio.StreamWriter | None, content: bytes) -> None:
    if stdin is None:
        return
    with suppress(BrokenPipeError, ConnectionResetError):  # a command need not read what it is given
        stdin.write(content)
        await stdin.drain()
        stdin.close()
        await stdin.wait_closed()
