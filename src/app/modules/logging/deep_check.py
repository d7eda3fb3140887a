"""What the deep ping asks the log: does what is logged reach the disk, and from there every sink."""

import asyncio
from functools import partial

from sqlalchemy import func, select

from app.kernel import logs
from app.kernel.node import Node
from app.modules import nodes
from app.modules.logging.keeping import ALARM_AFTER, keeper_of
from app.modules.logging.models import LogSegment, LogShipment

FLUSH_SECONDS = 1.5


def register(node: Node) -> None:
    """Let the deep ping look at the log."""
    nodes.add_check(node, "log", partial(_look, node))


async def _look(node: Node) -> str:
    writer = logs.active()
    if writer is None or writer.directory is None:
        return "nothing is kept: this process writes no log"
    if writer.trouble is not None:
        raise nodes.CheckFailed(writer.trouble)
    if not await asyncio.to_thread(writer.flush, FLUSH_SECONDS):
        raise nodes.CheckFailed(writer.trouble or f"what was logged is not on disk after {FLUSH_SECONDS:g} s")
    said = "what was logged is on disk"
    sinks = list(keeper_of(node).sinks)
    if not sinks:
        return said
    async with node.database.transaction() as session:
        failing = (
            await session.execute(
                select(LogShipment.sink, func.max(LogShipment.last_error))
                .join(LogSegment, LogSegment.stem == LogShipment.stem)
                .where(
                    LogSegment.node == writer.node_name,
                    LogSegment.fault.is_(None),
                    LogShipment.sink.in_(sinks),
                    LogShipment.confirmed_at.is_(None),
                    LogShipment.failure_count >= ALARM_AFTER,
                )
                .group_by(LogShipment.sink)
                .order_by(LogShipment.sink)
            )
        ).all()
    if failing:
        raise nodes.CheckFailed("; ".join(f"{said}, and not brought to {sink}: {error}" for sink, error in failing))
    return f"{said}, and is brought to {', '.join(sinks)}"
