"""Reading and feeding a process at once."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from app.modules.machines.transport import OUTPUT_BYTES, OutputTooLarge


async def together(*work: Coroutine[Any, Any, None]) -> None:
    """Wait for all; when one fails the others are cancelled and have ended before it is raised."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


async def drain(read: Callable[[int], Awaitable[bytes]], taken: bytearray) -> None:
    """Add to ``taken`` until the end. Raises OutputTooLarge."""
    while chunk := await read(65536):
        taken += chunk
        if len(taken) > OUTPUT_BYTES:
            raise OutputTooLarge(f"the command wrote more than {OUTPUT_BYTES:,} bytes")
