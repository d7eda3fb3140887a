"""This host itself."""

import asyncio
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import aiofiles
from pydantic import BaseModel, ConfigDict

from app.modules.machines.transport import Completed


class Settings(BaseModel):
    """Nothing to set."""

    model_config = ConfigDict(extra="forbid")


async def probe(_settings: Settings) -> str | None:
    """Say why this driver cannot be used here, ``None`` if it can."""
    return None


class Transport:
    """Commands and files of this host; see the seam for what each method promises."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def run(self, command: Sequence[str], *, content: bytes = b"", timeout_seconds: float = 30.0) -> Completed:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(timeout_seconds):
                stdout, stderr = await process.communicate(content)
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, 9)
                await process.wait()
        assert process.returncode is not None
        return Completed(process.returncode, stdout, stderr)

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
