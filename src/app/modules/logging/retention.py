"""Removes what was kept long enough: facts, idempotency keys, alarms nobody needs any more."""

from datetime import timedelta

from sqlalchemy import delete, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert

from app.kernel.alarms import Alarm
from app.kernel.db import Database
from app.kernel.events import EventRow
from app.kernel.idempotency import IdempotencyKey
from app.modules.logging.models import EventHorizon

BATCH_ROWS = 5_000  # short transactions: a long one would hide newer facts from every stream
KEY_LIFE = timedelta(hours=24)
_ONE_AT_A_TIME = text("SELECT pg_try_advisory_xact_lock(7305509)")


async def sweep_keys(database: Database) -> int:
    """Remove idempotency keys older than 24 h; return how many."""
    async with database.transaction() as session:
        old = func.now() - KEY_LIFE
        result = await session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < old))
    return int(result.rowcount)  # type: ignore[attr-defined]  # a CursorResult for DML


async def sweep_events(database: Database, keep: timedelta) -> int:
    """Remove facts older than ``keep`` from the front of the stream, and note how far; return how many.

    Facts leave in stream order, so a cursor is either whole or before the horizon.
    """
    removed = 0
    while True:
        async with database.transaction() as session:
            if not await session.scalar(_ONE_AT_A_TIME):
                return removed
            front = (
                select(EventRow.transaction, EventRow.number, (EventRow.at < func.now() - keep).label("old"))
                .order_by(EventRow.transaction, EventRow.number)
                .limit(BATCH_ROWS)
            )
            old = []
            for row in await session.execute(front):
                if not row.old:
                    break
                old.append(row)
            if not old:
                return removed
            last = old[-1]
            await session.execute(
                delete(EventRow).where(tuple_(EventRow.transaction, EventRow.number) <= (last.transaction, last.number))
            )
            horizon = {"transaction": last.transaction, "number": last.number, "moved_at": func.now()}
            await session.execute(
                insert(EventHorizon)
                .values(id=1, **horizon)
                .on_conflict_do_update(index_elements=[EventHorizon.id], set_=horizon)
            )
        removed += len(old)


async def sweep_alarms(database: Database, keep: timedelta) -> int:
    """Remove alarms that went and were seen longer than ``keep`` ago; return how many."""
    async with database.transaction() as session:
        old = func.now() - keep
        result = await session.execute(delete(Alarm).where(Alarm.cleared_at < old, Alarm.acknowledged_at < old))
    return int(result.rowcount)  # type: ignore[attr-defined]  # a CursorResult for DML
