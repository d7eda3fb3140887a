"""The worker's place in the life of its node."""

from collections.abc import Sequence

from app.kernel.loops import Loop
from app.kernel.node import Node
from app.modules.jobs import retention
from app.modules.jobs.worker import Worker

_KEY = "jobs.worker"


async def start(node: Node) -> None:
    """Give the node its worker."""
    await retention.make_days(node)  # outcomes are recorded by day
    worker = Worker(node)
    await worker.start()
    node.registry[_KEY] = worker


def loops(node: Node) -> Sequence[Loop]:
    """Return the worker's loops, and the one that keeps history in order."""
    return (*worker_of(node).loops(), *retention.loops(node))


async def drain(node: Node) -> None:
    """Let running jobs end, or cancel them, while the modules their handlers use still work."""
    if _KEY in node.registry:
        await worker_of(node).drain()


async def stop(node: Node) -> None:
    """Stop the worker, when there is one."""
    if _KEY in node.registry:
        await worker_of(node).stop()
        del node.registry[_KEY]


def worker_of(node: Node) -> Worker:
    """Return the worker of a started node."""
    worker = node.registry[_KEY]
    assert isinstance(worker, Worker)
    return worker
