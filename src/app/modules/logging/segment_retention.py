"""Removes log segments that were kept long enough: on the node, and where they were shipped."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import delete, func, or_, select, text, update

from app.kernel.errors import Problem
from app.kernel.node import Node
from app.modules.logging import faults
from app.modules.logging.keeping import Keeper
from app.modules.logging.models import LogSegment, LogShipment

log = structlog.get_logger(__name__)


async def sweep_node_copies(node: Node, keeper: Keeper, directory: Path, keep: timedelta, keep_bytes: int) -> int:
    """Remove this node's own copies that are old or beyond ``keep_bytes``, oldest first; return how many.

    With sinks, only of segments that every one of them has confirmed, and of those no sink will ever get.
    """
    names = list(keeper.sinks)
    confirmed = (
        select(func.count())
        .where(LogShipment.stem == LogSegment.stem, LogShipment.sink.in_(names), LogShipment.confirmed_at.is_not(None))
        .correlate(LogSegment)
        .scalar_subquery()
    )
    async with node.database.transaction() as session:
        may_go = or_(confirmed == len(names), LogSegment.fault.is_not(None))
        query = select(LogSegment.stem, LogSegment.last_at, LogSegment.packed_bytes, may_go)
        rows = (
            await session.execute(
                query.where(LogSegment.node == node.name, LogSegment.on_node).order_by(LogSegment.stem)
            )
        ).all()
    total = sum(row.packed_bytes for row in rows)
    oldest = datetime.now(UTC) - keep
    gone: list[str] = []
    for stem, last_at, packed_bytes, goes in rows:
        if (last_at < oldest or total > keep_bytes) and goes:
            await asyncio.to_thread(_remove, directory, stem)
            gone.append(stem)
            total -= packed_bytes
    if gone:
        async with node.database.transaction() as session:
            await session.execute(update(LogSegment).where(LogSegment.stem.in_(gone)).values(on_node=False))
            await session.execute(
                delete(LogShipment).where(LogShipment.stem.in_(gone), LogShipment.confirmed_at.is_(None))
            )
            await session.execute(_FORGET)
            await faults.settle(session, node.name)
    return len(gone)


async def sweep_shipped(node: Node, keeper: Keeper, keep: timedelta, keep_bytes: int) -> int:
    """Remove from the sinks what is old or beyond ``keep_bytes`` there, of all nodes; return how many."""
    removed = 0
    for name, sink in keeper.sinks.items():
        async with node.database.transaction() as session:
            size = func.sum(LogSegment.packed_bytes).over(order_by=LogSegment.last_at.desc())
            rows = (
                select(LogSegment.stem, LogSegment.node, LogSegment.on_node, LogSegment.last_at, size.label("newer"))
                .join(LogShipment, LogShipment.stem == LogSegment.stem)
                .where(LogShipment.sink == name, LogShipment.confirmed_at.is_not(None))
                .subquery()
            )
            old = (rows.c.last_at < func.now() - keep) | (rows.c.newer > keep_bytes)
            # What its node still has would only be shipped again.
            found = (await session.execute(select(rows.c.stem, rows.c.node).where(old, ~rows.c.on_node))).all()
        for stem, of_node in found:
            try:
                await sink.remove(of_node, stem)
            except (OSError, Problem) as error:
                log.warning("shipped log segment cannot be removed", sink=name, segment=stem, error=str(error))
                break
            async with node.database.transaction() as session:
                await session.execute(delete(LogShipment).where(LogShipment.stem == stem, LogShipment.sink == name))
            removed += 1
    if removed:
        async with node.database.transaction() as session:
            await session.execute(_FORGET)
    return removed


# Segments that are nowhere any more.
_FORGET = text(
    "DELETE FROM log_segments WHERE NOT on_node AND NOT EXISTS"
    " (SELECT FROM log_shipments WHERE log_shipments.stem = log_segments.stem)"
)


def _remove(directory: Path, stem: str) -> None:
    for path in (directory / f"{stem}.ndjson.gz", directory / f"{stem}.idx"):
        path.unlink(missing_ok=True)
