"""This host itself."""

import asyncio
import os
import shutil
import stat as modes
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import aiofiles
from pydantic import BaseModel, ConfigDict

from app.modules.machines.together import drain, together
from app.modules.machines.transport import Completed, Entry, Surroundings, kind_of

_CHUNK_BYTES = 1024**2


class Settings(BaseModel):
    """Nothing to set."""

    model_config = ConfigDict(extra="forbid")


async def probe(_settings: Settings) -> str | None:
    """Say why this driver cannot be used here, ``None`` if it can."""
    return None


class Transport:
    """Commands and files of this host; see the seam for what each method promises."""

    def __init__(self, settings: Settings, surroundings: Surroundings | None = None) -> None:
        self._settings = settings

    async def run(self, command: Sequence[str], *, content: bytes = b"", timeout_seconds: float = 30.0) -> Completed:
        stdout, stderr = bytearray(), bytearray()
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(Path.home()), "LC_ALL": "C"},
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(timeout_seconds):
                assert process.stdout is not None
                assert process.stderr is not None
                await together(
                    drain(process.stdout.read, stdout),
                    drain(process.stderr.read, stderr),
                    _feed(process.stdin, content),
                )
                await process.wait()
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, 9)
                with suppress(TimeoutError):  # its end is seen once what it wrote is read
                    await asyncio.wait_for(process.communicate(), 5)
                process._transport.close()  # type: ignore[attr-defined]  # somebody else may hold the other ends
        assert process.returncode is not None
        return Completed(process.returncode, bytes(stdout), bytes(stderr))

    async def put(self, content: Path | bytes, path: str) -> None:
        await asyncio.to_thread(_put, content, Path(path))

    async def get(self, path: str, target: Path) -> None:
        await asyncio.to_thread(_put, Path(path), target)

    async def tail(self, path: str, tail_bytes: int) -> bytes:
        found = b""
        # What no longer fits moves to `.old` once, so the two together always hold the end (see _local_runner.Stream).
        for name in (path, f"{path}.old"):
            wanted = tail_bytes - len(found)
            if wanted > 0:
                with suppress(FileNotFoundError):
                    async with aiofiles.open(name, "rb") as file:
                        size = await file.seek(0, os.SEEK_END)
                        await file.seek(max(0, size - wanted))
                        found = await file.read(wanted) + found
        return found

    async def read(self, path: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        async with aiofiles.open(path, "rb") as file:
            await file.seek(start)
            at = start
            while end is None or at < end:
                chunk = await file.read(_CHUNK_BYTES if end is None else min(_CHUNK_BYTES, end - at))
                if not chunk:
                    return
                at += len(chunk)
                yield chunk

    async def stat(self, path: str) -> Entry:
        return await asyncio.to_thread(lambda: _entry(Path(path).name, Path(path).stat()))

    async def entries(self, path: str) -> list[Entry]:
        def look() -> list[Entry]:
            found = []
            for child in Path(path).iterdir():
                with suppress(FileNotFoundError):
                    found.append(_entry(child.name, child.lstat()))
            return sorted(found, key=lambda entry: entry.name)

        return await asyncio.to_thread(look)

    async def make_directory(self, path: str) -> None:
        await asyncio.to_thread(Path(path).mkdir, parents=True, exist_ok=True)

    async def move(self, source: str, target: str) -> None:
        def rename() -> None:
            _require_free(target)
            shutil.move(source, target)

        await asyncio.to_thread(rename)

    async def copy(self, source: str, target: str) -> None:
        def duplicate() -> None:
            _require_free(target)
            if Path(source).is_dir():
                shutil.copytree(source, target, symlinks=True)
            else:
                shutil.copy2(source, target)

        await asyncio.to_thread(duplicate)

    async def remove(self, path: str, *, recursive: bool = False) -> None:
        def unlink() -> None:
            found = Path(path)
            if not found.is_dir() or found.is_symlink():
                found.unlink()
            elif recursive:
                shutil.rmtree(found)
            else:
                found.rmdir()

        await asyncio.to_thread(unlink)

    async def close(self) -> None:
        """Nothing is kept open."""


def _entry(name: str, found: os.stat_result) -> Entry:
    changed = datetime.fromtimestamp(found.st_mtime, UTC)
    return Entry(name, kind_of(found.st_mode), found.st_size, changed, modes.S_IMODE(found.st_mode))


def _require_free(target: str) -> None:
    if os.path.lexists(target):
        raise FileExistsError(17, "something is there already", target)


async def _feed(stdin: asyncio.StreamWriter | None, content: bytes) -> None:
    assert stdin is not None
    # A command need not read what it is given. Of a pipe that is closed already uvloop says RuntimeError.
    with suppress(BrokenPipeError, ConnectionResetError, RuntimeError):
        stdin.write(content)
        await stdin.drain()
        stdin.close()
        await stdin.wait_closed()


def _put(content: Path | bytes, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".part-{os.urandom(6).hex()}")
    try:
        if isinstance(content, Path):
            shutil.copyfile(content, part)
        else:
            part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
