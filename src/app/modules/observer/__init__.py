"""Observer: a read-only view of nodes and queue, started and stopped on demand.

Owns observations and observer_samples. Calls jobs and nodes.
"""

import asyncio
from collections.abc import Sequence

from app.kernel.loops import Loop
from app.kernel.module import Module
from app.kernel.node import Node
from app.modules import nodes
from app.modules.observer import deep_check, history, observing
from app.modules.observer import models as models
from app.modules.observer.node_parts import board_of
from app.modules.observer.routes import PERMISSIONS, router
from app.modules.observer.settings import ObserverSettings

__all__ = ["ObserverSettings", "module"]


async def _start(node: Node) -> None:
    async def end_streams() -> None:
        await node.draining.wait()
        board_of(node).end()

    deep_check.register(node)
    nodes.let_change(node, "observer.maximum")
    nodes.let_change(node, "observer.sample_seconds")
    node.registry["observer.off"] = node.bus.on(observing.TOPIC, board_of(node).heard)
    node.registry["observer.drain"] = asyncio.create_task(end_streams(), name="end observations")


async def _stop(node: Node) -> None:
    board = board_of(node)
    board.end()
    watcher: asyncio.Task[None] | None = node.registry.pop("observer.drain", None)
    if watcher is not None:
        watcher.cancel()
        await asyncio.gather(watcher, return_exceptions=True)
        node.registry.pop("observer.off")()
    await board.close()


def _loops(node: Node) -> Sequence[Loop]:
    board = board_of(node)
    idle = node.settings.of(ObserverSettings).idle_sample_seconds
    return [
        Loop("board", board.tend, every_seconds=15, topics=(observing.TOPIC,)),
        Loop(
            "samples",
            lambda: history.keep_sample(node, board),
            every_seconds=idle,
            topics=(observing.TOPIC, nodes.leader_topic(history.ROLE)),
        ),
    ]


module = Module(
    name="observer",
    routers=(router,),
    permissions=PERMISSIONS,
    settings=ObserverSettings,
    start=_start,
    loops=_loops,
    stop=_stop,
)
