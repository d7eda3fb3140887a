"""Where handlers run that may not run on the event loop: threads, and processes that a crash takes alone."""

from collections.abc import Mapping
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


def room(node: "Node", executors: Mapping[str, str]) -> dict[str, int]:
    """Return how many more jobs of each kind that runs in threads could begin now; ``executors`` are the kinds'."""
    free = threads_of(node).free
    return {kind: free for kind, executor in executors.items() if executor == "thread"}


async def close(node: "Node") -> None:
    """Let go of every thread and end every process."""
    threads_of(node).close()
    await processes_of(node).close()
