"""The worker's place in the life of its node."""

from collections.abc import Sequence

from app.kernel.figures import add_figures
from app.kernel.loops import Loop
from app.kernel.node import Node
from app.modules import nodes
from app.modules.jobs import (
    deep_check,
    executor,
    limits,
    policies,
    progress,
    reading,
    retention,
    schedules,
    submitting,
)
from app.modules.jobs.keeper import Keeper
from app.modules.jobs.schedule_firing import Firing
from app.modules.jobs.snapshots import Snapshots
from app.modules.jobs.worker import WORKER_KEY, Worker


async def start(node: Node) -> None:
    """Give the node its worker."""
    await retention.make_days(node)  # outcomes are recorded by day
    await limits.declare(node)
    await policies.start(node)
    worker = Worker(node)
    await worker.start()
    node.registry[WORKER_KEY] = worker
    nodes.let_change(node, "jobs.slots", worker.resize)
    nodes.let_change(node, "jobs.grace_seconds")
    await schedules.declare(node)
    add_figures(node, worker.figures)
    deep_check.register(node)


def loops(node: Node) -> Sequence[Loop]:
    """Return the loops of the worker and its executors, of history's order, and the look-out for old snapshots."""
    return (
        *worker_of(node).loops(),
        Keeper(node).loop,
        policies.policies_loop(node),
        executor.loop(node),
        progress.board_of(node).loop,
        *retention.loops(node),
        Firing(node).loop,
        Snapshots(node).loop(),
    )


async def drain(node: Node) -> None:
    """Let running jobs end, or cancel them, while the modules their handlers use still work."""
    if WORKER_KEY in node.registry:
        await worker_of(node).drain()


async def stop(node: Node) -> None:
    """Stop the worker, when there is one."""
    await submitting.stop(node)
    if WORKER_KEY in node.registry:
        await worker_of(node).stop()
        del node.registry[WORKER_KEY]
    await executor.close(node)
    await progress.close(node)
    await reading.stop(node)


def worker_of(node: Node) -> Worker:
    """Return the worker of a started node."""
    worker = node.registry[WORKER_KEY]
    assert isinstance(worker, Worker)
    return worker
