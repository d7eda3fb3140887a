"""Where handlers run that may not run on the event loop: threads, and processes that a crash takes alone."""

from typing import TYPE_CHECKING

from app.kernel.loops import Loop
from app.modules.jobs.executor.processes import processes_of
from app.modules.jobs.executor.threads import threads_of

if TYPE_CHECKING:
    from app.kernel.node import Node

__all__ = ["close", "loop", "room"]


def loop(node: "Node") -> Loop:
    """Return the loop that lets idle threads and processes go, and says what is wrong with them."""
    threads, processes = threads_of(node), processes_of(node)

    async def run() -> None:
        threads.reap()
        processes.reap()
        made.health.blocked_text = threads.trouble()

    made = Loop("executors", run, every_seconds=15.0)
    threads.changed = made.wake
    return made


def room(node: "Node", slots: int) -> int | None:
    """Return how many more jobs of kinds that run in threads could begin now; ``None`` while there are plenty.

    A job claimed beyond that would hold a slot, and spend its time, in the line for a thread.
    """
    free = threads_of(node).free
    return None if free >= slots else max(0, free)


async def close(node: "Node") -> None:
    """Let go of every thread and end every process."""
    threads_of(node).close()
    await processes_of(node).close()
