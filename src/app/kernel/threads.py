"""Work in threads that holds something, such as a descriptor: whoever leaves meanwhile waits until it lets go."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def to_its_end(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call in a thread; cancelled, end only when the thread has.

    `asyncio.to_thread` ends at once: what its thread still writes to a descriptor that is closed meanwhile goes into
    whatever file has that number next.
    """
    running = asyncio.ensure_future(asyncio.to_thread(function, *args, **kwargs))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        while not running.done():
            try:
                await asyncio.wait({running})
            except asyncio.CancelledError:
                continue
        if not running.cancelled():
            running.exception()  # nobody is left to tell
        raise


@asynccontextmanager
async def entered(manager: AbstractContextManager[T]) -> AsyncIterator[T]:
    """Enter what blocks in a thread, and leave it in one."""
    stack = ExitStack()
    lent = await to_its_end(stack.enter_context, manager)
    try:
        yield lent
    finally:
        await to_its_end(stack.close)
