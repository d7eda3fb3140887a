"""History by day: days are made before they come, old ones are dropped whole, strays find their day.

Dropping a day costs the same however many jobs ended in it. Every lock here is asked for only briefly and given up:
what waits for a lock on ``finished_jobs`` makes everybody else wait who wants to record an outcome.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import asyncpg
import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.loops import Loop
from app.kernel.roles import become_owner
from app.modules.jobs.schemas import JobSettings

if TYPE_CHECKING:
    from app.kernel.node import Node

log = structlog.get_logger(__name__)

# A node makes them at its start and every hour, so this is how long all of its attempts may fail.
DAYS_AHEAD = 3
LOCK_MILLISECONDS = 100
_EVERY_SECONDS = 3600.0
_AGAIN_SECONDS = 60.0
_TRIES = 10
_BATCH = 5000

# The partitioned tables, and what decides on the day.
_HISTORY = {"finished_jobs": "finished_at", "job_attempts": "ended_at"}
_IN_THE_WAY = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError)

_ATTACHED = """
SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = to_regclass($1)
"""
_TODAY = "SELECT (now() AT TIME ZONE 'UTC')::date"
_COLUMNS = """
SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""
# One number for whoever changes the days: two nodes that start at once do not make the same one.
_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('jobs.days', 0))"

# What is not of one day, oldest first. The newest run of a schedule stays as long as the schedule.
_FORGET = (
    """
    DELETE FROM job_progress WHERE job_id = ANY(ARRAY(
        SELECT job_id FROM job_progress p WHERE updated_at < now() - $1::int * interval '1 day'
        AND NOT EXISTS (SELECT FROM jobs WHERE id = p.job_id) ORDER BY updated_at LIMIT $2))
    """,
    """
    DELETE FROM schedule_runs USING (
        SELECT schedule_id, target_at FROM schedule_runs r WHERE made_at < now() - $1::int * interval '1 day'
        AND EXISTS (SELECT FROM schedule_runs n WHERE n.schedule_id = r.schedule_id AND n.target_at > r.target_at)
        ORDER BY made_at LIMIT $2
    ) AS old WHERE schedule_runs.schedule_id = old.schedule_id AND schedule_runs.target_at = old.target_at
    """,
    """
    DELETE FROM job_batches WHERE id = ANY(ARRAY(
        SELECT id FROM job_batches WHERE finished_at < now() - $1::int * interval '1 day'
        AND created_at < now() - $1::int * interval '1 day' ORDER BY created_at, id LIMIT $2))
    """,
)


def loops(node: "Node") -> Sequence[Loop]:
    """Return the loop that keeps history in order. Every node has it: the work is done once, whoever comes first."""
    keep_days = node.settings.of(JobSettings).keep_finished_days

    async def keep() -> float:
        done = [await make_days(node), await drop_days(node, keep_days), await sweep(node, keep_days)]
        await forget(node, keep_days)
        return _EVERY_SECONDS if all(done) else _AGAIN_SECONDS

    return (Loop("retention", keep, every_seconds=_EVERY_SECONDS, overdue_seconds=300.0, leisurely=True),)


async def make_days(node: "Node") -> bool:
    """Make today's partitions and those of the days ahead; say whether all of them are there now."""
    async with node.database.connection() as connection:
        today: date = (await connection.exec_driver_sql(_TODAY)).scalar_one()
        days = [today + timedelta(days=n) for n in range(DAYS_AHEAD + 1)]
        missing = [
            (table, day)
            for table in _HISTORY
            for attached in [await _attached(connection, table)]
            for day in days
            if _name(table, day) not in attached
        ]
    # Together when nobody is in the way; else each as soon as it can be, today first.
    if not missing or await _briefly(node, partial(_make, missing=missing)):
        return True
    made = [await _patiently(node, [one]) for one in sorted(missing, key=lambda one: one[1])]
    if not all(made):
        log.warning("days of history could not be made yet: their tables are locked", count=made.count(False))
    return all(made)


async def drop_days(node: "Node", keep_days: int) -> bool:
    """Drop the days that ended more than ``keep_days`` ago; say whether all of them are gone."""
    gone = True
    for table in _HISTORY:
        async with node.database.connection() as connection:
            oldest = await _oldest(connection, keep_days)
            names = [name for name in await _attached(connection, table) if name < _name(table, oldest)]
            # Detached by somebody who died before dropping it.
            rows = await connection.exec_driver_sql(
                "SELECT relname FROM pg_class c WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
                " AND NOT relispartition AND relname ~ ('^' || $1 || '_[0-9]{8}$')",
                (table,),
            )
            left = [name for name in rows.scalars() if name < _name(table, oldest)]
        for name in sorted(names):
            if await _briefly(node, partial(_detach, table=table, name=name)):
                left.append(name)
            else:
                gone = False
        for name in left:
            # Nobody but us sees it any more, so however long its files take to delete, nobody waits.
            if await _briefly(node, partial(_drop, name=name)):
                log.info("history forgotten", table=table, day=name[-8:])
            else:
                gone = False
    return gone


async def sweep(node: "Node", keep_days: int) -> bool:
    """Bring what fell into a default partition to its day, or forget it when it is old; say whether none is left."""
    swept = True
    for table, at in _HISTORY.items():
        async with node.database.connection() as connection:
            oldest = await _oldest(connection, keep_days)
            await connection.exec_driver_sql(
                f"DELETE FROM {table}_default WHERE {at} < $1::date::timestamp AT TIME ZONE 'UTC'",  # noqa: S608 (names of ours)
                (oldest,),
            )
            found = await connection.exec_driver_sql(
                f"SELECT DISTINCT ({at} AT TIME ZONE 'UTC')::date AS day FROM {table}_default LIMIT 100"  # noqa: S608
            )
            days: list[date] = sorted(found.scalars())
        for day in days:
            log.warning("history without a day of its own is moved", table=table, day=str(day))
            swept = await _patiently(node, [(table, day)]) and swept
    return swept


async def forget(node: "Node", keep_days: int) -> None:
    """Forget old progress, runs of schedules and batches, a few thousand in each transaction."""
    for statement in _FORGET:
        async with node.database.connection() as connection:
            full = True
            while full:
                full = (await connection.exec_driver_sql(statement, (keep_days, _BATCH))).rowcount >= _BATCH


def _name(table: str, day: date) -> str:
    return f"{table}_{day:%Y%m%d}"


async def _attached(connection: AsyncConnection, table: str) -> set[str]:
    names = (await connection.exec_driver_sql(_ATTACHED, (table,))).scalars()
    return {name for name in names if name != f"{table}_default"}


async def _oldest(connection: AsyncConnection, keep_days: int) -> date:
    """Return the first day that is kept: its end is not ``keep_days`` ago."""
    now: date = (await connection.exec_driver_sql(_TODAY)).scalar_one()
    return now - timedelta(days=keep_days)


async def _make(connection: AsyncConnection, missing: Sequence[tuple[str, date]]) -> None:
    """Make days of history, and move there what already waits in the default partition."""
    for table, day in missing:
        name, at = _name(table, day), _HISTORY[table]
        if name in await _attached(connection, table):
            continue
        # In the order in which attaching takes them; then nothing comes in between moving and attaching.
        await connection.exec_driver_sql(f"LOCK TABLE ONLY {table} IN SHARE UPDATE EXCLUSIVE MODE")
        await connection.exec_driver_sql(f"LOCK TABLE {table}_default IN ACCESS EXCLUSIVE MODE")
        # Made beside and attached: PARTITION OF would lock the whole table against everybody.
        await connection.exec_driver_sql(f"CREATE TABLE IF NOT EXISTS {name} (LIKE {table} INCLUDING ALL)")
        bounds = f"('{day} 00:00+00') TO ('{day + timedelta(days=1)} 00:00+00')"
        columns = (await connection.exec_driver_sql(_COLUMNS, (table,))).scalar_one()
        await connection.exec_driver_sql(
            f"WITH moved AS (DELETE FROM {table}_default WHERE {at} >= '{day} 00:00+00'"  # noqa: S608 (names of ours)
            f" AND {at} < '{day + timedelta(days=1)} 00:00+00' RETURNING *)"
            f" INSERT INTO {name} ({columns}) SELECT {columns} FROM moved"
        )
        await connection.exec_driver_sql(f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM {bounds}")


async def _detach(connection: AsyncConnection, table: str, name: str) -> None:
    if name in await _attached(connection, table):
        await connection.exec_driver_sql(f"ALTER TABLE {table} DETACH PARTITION {name}")


async def _drop(connection: AsyncConnection, name: str) -> None:
    await connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")


async def _patiently(node: "Node", missing: Sequence[tuple[str, date]]) -> bool:
    for wait in range(_TRIES):
        if await _briefly(node, partial(_make, missing=missing)):
            return True
        await asyncio.sleep(random.uniform(0.01, 0.05 * 2 ** min(wait, 3)))  # noqa: S311 (jitter)
    return False


async def _briefly(node: "Node", change: Callable[[AsyncConnection], Awaitable[Any]]) -> bool:
    """Run ``change`` in a transaction, alone of all nodes; ``False``: a lock was not to be had, nothing was changed."""
    try:
        async with node.database.engine.begin() as connection:
            await become_owner(connection)
            await connection.exec_driver_sql(_ALONE)
            await connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_MILLISECONDS}")
            await change(connection)
    except DBAPIError as error:
        if isinstance(getattr(error.orig, "__cause__", None), _IN_THE_WAY):
            return False
        raise
    return True
