"""Which segments can be read here, of which nodes, and how far each node's log goes beyond them."""

import asyncio
from collections import defaultdict

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import logs
from app.kernel.node import Node
from app.modules.logging.keeping import keeper_of
from app.modules.logging.log_query import LogQuery, aware
from app.modules.logging.models import LogNode, LogSegment, LogShipment
from app.modules.logging.places import Place, Shipped
from app.modules.logging.records import SegmentFile, Stream, segments_at
from app.modules.logging.schemas import LogBehindView, LogNodeView


async def streams_of(session: AsyncSession, node: Node, query: LogQuery, only: str | None) -> list[Stream]:
    """Return a stream for every node whose log can be read here, or for ``only`` that one.

    Own segments come from the own disk, also those nobody has registered yet; the rest from the sinks, whose places
    are to be opened first (:func:`places_of`).
    """
    writer = logs.active()
    own: dict[str, SegmentFile] = {}
    name = writer.node_name if writer is not None else node.name
    if writer is not None and writer.directory is not None and only in (None, name):
        own = {segment.stem: segment for segment in await asyncio.to_thread(segments_at, writer.directory)}
    found: dict[str, dict[str, SegmentFile]] = defaultdict(dict)
    found[name] |= own
    keeper = keeper_of(node)
    if keeper.places:
        times = (LogSegment.first_at, LogSegment.last_at)
        wanted = (
            select(LogSegment.node, LogSegment.stem, LogShipment.sink, LogSegment.index_sha256, *times)
            .join(LogShipment, LogShipment.stem == LogSegment.stem)
            .where(LogShipment.confirmed_at.is_not(None), LogShipment.sink.in_(list(keeper.places)))
        )
        if only is not None:
            wanted = wanted.where(LogSegment.node == only)
        if query.since is not None:
            wanted = wanted.where(LogSegment.last_at >= aware(query.since))
        if query.until is not None:
            wanted = wanted.where(LogSegment.first_at <= aware(query.until))
        for row in await session.execute(wanted):
            listed = found[row.node].get(row.stem)
            if listed is not None and not listed.shipped:
                continue  # on the own disk
            one = Shipped(row.node, row.stem, keeper.places[row.sink], row.index_sha256, row.first_at, row.last_at)
            others = listed.shipped if listed is not None else ()
            found[row.node][row.stem] = SegmentFile(row.stem, None, None, None, _nearest_first(*others, one))
    return [Stream(of, [files[stem] for stem in sorted(files)]) for of, files in sorted(found.items()) if files]


def places_of(streams: list[Stream]) -> set[Place]:
    """Return the places that segments of ``streams`` are read from."""
    return {one.place for stream in streams for segment in stream.segments for one in segment.shipped}


def _nearest_first(*shipped: Shipped) -> tuple[Shipped, ...]:
    return tuple(sorted(shipped, key=lambda one: (one.place.far, one.place.name)))


async def list_nodes(session: AsyncSession, node: Node) -> list[LogNodeView]:
    """Return every node that has said something of its log, and how much of it can be read here."""
    keeper = keeper_of(node)
    readable = list(keeper.places)
    there = and_(LogShipment.stem == LogSegment.stem, LogShipment.confirmed_at.is_not(None))
    newest = (
        select(LogSegment.node, func.max(LogSegment.last_at))
        .join(LogShipment, there)
        .where(LogShipment.sink.in_(readable))
        .group_by(LogSegment.node)
    )
    reached = {row[0]: row[1] for row in await session.execute(newest)}
    confirmed = select(func.count()).where(there, LogShipment.sink.in_(list(keeper.sinks))).correlate(LogSegment)
    errors = select(func.max(LogShipment.last_error)).where(LogShipment.stem == LogSegment.stem).correlate(LogSegment)
    waiting = {
        row.node: row
        for row in await session.execute(
            select(
                LogSegment.node,
                func.count().label("count"),
                func.sum(LogSegment.packed_bytes).label("bytes"),
                func.max(errors.scalar_subquery()).label("error"),
            )
            .where(confirmed.scalar_subquery() < len(keeper.sinks), LogSegment.on_node, LogSegment.fault.is_(None))
            .group_by(LogSegment.node)
        )
    }
    damaged = (
        select(LogSegment.node, func.count())
        .where(LogSegment.fault.is_not(None), LogSegment.on_node)
        .group_by(LogSegment.node)
    )
    lost_counts = {row[0]: row[1] for row in await session.execute(damaged)}
    views = []
    for row in (await session.scalars(select(LogNode).order_by(LogNode.node))).all():
        answers = row.node == node.name
        until = row.written_at if answers else reached.get(row.node)
        behind = 0.0
        if row.written_at is not None and not answers:
            behind = max(0.0, (row.written_at - until).total_seconds()) if until is not None else 0.0
        left = waiting.get(row.node)
        lost = lost_counts.get(row.node, 0)
        views.append(
            LogNodeView(
                node=row.node,
                answers=answers,
                written_at=row.written_at,
                readable_until=until,
                behind_seconds=behind,
                waiting_count=left.count if left is not None else 0,
                waiting_bytes=int(left.bytes) if left is not None else 0,
                lost_count=lost,
                dropped_count=row.dropped_count,
                trouble=row.trouble or (left.error if left is not None else None) or _said_of(lost),
                told_at=row.told_at,
            )
        )
    return views


def _said_of(lost_count: int) -> str | None:
    return f"{lost_count} of its segments are gone or damaged and in no sink" if lost_count else None


def behind(nodes: list[LogNodeView]) -> list[LogBehindView]:
    """Return the nodes of which something is missing here."""
    return [
        LogBehindView(node=view.node, readable_until=view.readable_until, behind_seconds=view.behind_seconds)
        for view in nodes
        if not view.answers and view.written_at is not None and (view.readable_until is None or view.behind_seconds > 0)
    ]
