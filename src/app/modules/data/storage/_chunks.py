"""Contents as they pass."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import IO, Any

_IN_MEMORY_BYTES = 4 * 1024**2
_CHUNK_BYTES = 1024**2


async def cut(stream: AsyncIterator[Any], start: int, end: int | None) -> AsyncIterator[bytes]:
    """Yield the bytes from ``start`` up to but without ``end`` of what passes."""
    at = 0
    async for chunk in stream:
        first, at = at, at + len(chunk)
        if at > start:
            yield bytes(chunk)[max(0, start - first) : None if end is None else max(0, end - first)]
        if end is not None and at >= end:
            return


async def after_first(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield what was read to look at it, then what is left."""
    yield first
    async for chunk in rest:
        yield chunk


async def nothing() -> AsyncIterator[bytes]:
    """Yield no bytes."""
    return
    yield b""


@asynccontextmanager
async def spooled(content: AsyncIterator[bytes]) -> AsyncIterator[tuple[int, AsyncIterator[bytes]]]:
    """Take in a content whole and lend (how many bytes it has, it again)."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES) as file:
        size = 0
        async for chunk in content:
            size += len(chunk)
            await asyncio.to_thread(file.write, chunk)
        file.seek(0)
        yield size, _again(file)


async def _again(file: IO[bytes]) -> AsyncIterator[bytes]:
    while chunk := await asyncio.to_thread(file.read, _CHUNK_BYTES):
        yield chunk
