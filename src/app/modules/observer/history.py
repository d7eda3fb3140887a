"""Samples of the past: written by one node at a time, thinned out when read, kept for a day."""

from datetime import UTC, datetime, timedelta

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.errors import Invalid
from app.kernel.node import Node
from app.modules import nodes
from app.modules.observer import observing
from app.modules.observer.board import Board
from app.modules.observer.schemas import HistoryPoint, HistoryView
from app.modules.observer.settings import ObserverSettings
from app.modules.observer.snapshot import sample

# Due when the newest sample is old enough, with a little less than the period: loops do not run to the millisecond.
_DUE = text(
    """
    SELECT NOT EXISTS (
        SELECT FROM observer_samples WHERE at > clock_timestamp() - 0.9 * CAST(:seconds AS float8) * interval '1 second'
    )
    """
)
_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtext('observer.sample'))")
_KEEP = text("INSERT INTO observer_samples (at, data) VALUES (:at, CAST(:data AS text)::jsonb) ON CONFLICT DO NOTHING")
_FORGET = text("DELETE FROM observer_samples WHERE at < now() - :hours * interval '1 hour'")
_NOW = text("SELECT now()")

# The last sample of each of :points equal parts: one look into the index for each, whatever lies between.
_THINNED = text(
    """
    SELECT found.at, found.data FROM generate_series(0, :points - 1) AS part CROSS JOIN LATERAL (
        SELECT at, data FROM observer_samples
        WHERE at > CAST(:since AS timestamptz) + part * CAST(:step AS float8) * interval '1 second'
            AND at <= CAST(:since AS timestamptz) + (part + 1) * CAST(:step AS float8) * interval '1 second'
        ORDER BY at DESC LIMIT 1
    ) AS found ORDER BY found.at
    """
)


ROLE = "observer"


async def keep_sample(node: Node, board: Board) -> float | None:
    """Keep a sample if one is due and this node leads ROLE. Returns seconds until the next may be.

    Two that both believe to lead, in the moment of a change, are told apart by the lock and by the second look.
    """
    if nodes.leads(node, ROLE) is None:
        nodes.stand(node, ROLE)
        return None
    settings = node.settings.of(ObserverSettings)
    async with node.database.transaction() as session:
        seconds = settings.sample_seconds if await observing.count(session) else settings.idle_sample_seconds
        due = (await session.execute(_DUE, {"seconds": seconds})).scalar_one()
    if due:
        shown = await board.current(seconds / 2)
        async with node.database.transaction() as session:
            mine = (await session.execute(_LOCK)).scalar_one()
            if mine and (await session.execute(_DUE, {"seconds": seconds})).scalar_one():
                data = orjson.dumps(sample(shown.fields)).decode()
                await session.execute(_KEEP, {"at": shown.fields["at"], "data": data})
                await session.execute(_FORGET, {"hours": settings.keep_samples_hours})
    return seconds


async def history(session: AsyncSession, since: datetime | None, until: datetime | None, points: int) -> HistoryView:
    """Return the last hour, or the time asked for, in at most ``points``. Raises Invalid (422)."""
    now: datetime = (await session.execute(_NOW)).scalar_one()
    try:
        until = (until or now).astimezone(UTC)
        since = since.astimezone(UTC) if since else until - timedelta(hours=1)
    except OverflowError:
        raise Invalid("from and to lie in the years 1 to 9999, in UTC") from None
    if since >= until:
        raise Invalid("from must lie before to")
    step = (until - since).total_seconds() / points
    rows = await session.execute(_THINNED, {"points": points, "since": since, "step": step})
    found = [HistoryPoint.model_validate({"at": at, **data}) for at, data in rows]
    return HistoryView(since=since, until=until, points=found)
