"""Logging: what happened and how it is, for people and machines.

Owns the event horizon and what is known of log segments, packs them and ships them to sinks; serves the kernel's events
(as list and stream), log records and alarms, health, probes, metrics, the version and the drivers; sweeps what was kept
long enough. Calls machines and jobs. Announces alarm.acknowledged and alarm.shelved.
"""

import asyncio
from collections.abc import Sequence
from functools import partial

from app.kernel.figures import add_figures
from app.kernel.loops import Loop
from app.kernel.module import Module
from app.kernel.node import Node
from app.modules.logging import deep_check, faults, loops
from app.modules.logging.board import tell_of_workflow_tests
from app.modules.logging.driver_list import list_drivers
from app.modules.logging.keeping import keeper_of
from app.modules.logging.models import EventHorizon, LogSegment
from app.modules.logging.node_parts import hub_of
from app.modules.logging.routes import PERMISSIONS, RequestMeter, router, system_router
from app.modules.logging.schemas import TestResult, WorkflowTestView
from app.modules.logging.settings import LoggingSettings
from app.modules.logging.tail import tail_of

__all__ = [
    "EventHorizon",
    "LogSegment",
    "LoggingSettings",
    "RequestMeter",
    "TestResult",
    "WorkflowTestView",
    "list_drivers",
    "module",
    "system_router",
    "tell_of_workflow_tests",
]


async def _start(node: Node) -> None:
    keeper_of(node).set_up()
    add_figures(node, partial(faults.figures, node))
    deep_check.register(node)

    async def end_streams() -> None:
        await node.draining.wait()
        hub_of(node).end()
        tail_of(node).end()

    node.registry["logging.drain"] = asyncio.create_task(end_streams(), name="end event streams")


async def _stop(node: Node) -> None:
    hub_of(node).end()
    tail_of(node).end()
    watcher: asyncio.Task[None] | None = node.registry.pop("logging.drain", None)
    if watcher is not None:
        watcher.cancel()
        await asyncio.gather(watcher, return_exceptions=True)


def _loops(node: Node) -> Sequence[Loop]:
    return loops.loops(node, hub_of(node), keeper_of(node))


module = Module(
    name="logging",
    routers=(router,),
    permissions=PERMISSIONS,
    settings=LoggingSettings,
    loops=_loops,
    start=_start,
    stop=_stop,
)
