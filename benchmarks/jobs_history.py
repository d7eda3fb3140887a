"""Drain of a backlog when the tables are not empty: history, stale statistics, dead rows, somebody's old snapshot."""

from collections import defaultdict
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from benchmarks.jobs_drains import SLOTS
from benchmarks.jobs_sizes import Sizes
from benchmarks.jobs_stage import TEMPLATE, Stage
from benchmarks.report import Row, median_row

DAYS = 10  # the history is spread over

_ENDED = """
INSERT INTO finished_jobs (id, number, kind, queue, priority, state, run_at, created_at, started_at, finished_at,
    attempt, failed_count, lost_count, max_attempts, node, payload)
SELECT 'job_' || lpad(i::text, 26, '0'), i, 'bench.noop', 'default', 0,
    CASE WHEN i % 100 = 0 THEN 'failed' ELSE 'succeeded' END, at, at, at + interval '5 ms', at + interval '9 ms',
    1, (i % 100 = 0)::int, 0, 5, 'boot_of_the_past', jsonb_build_object('index', i, 'sent_at', 0, 'source',
    'seismometer-0042', 'channel', 'BHZ', 'text', repeat('magnitude ', 10))
FROM (SELECT i, $3::timestamptz + (i - $1) * ($4::timestamptz - $3::timestamptz) / ($2 - $1 + 1) AS at
      FROM generate_series($1::bigint, $2::bigint) AS i) AS past
"""
DEAD = """
INSERT INTO jobs (id, kind, queue, max_attempts, payload)
SELECT 'job_dead' || i, 'bench.noop', 'default', 5, jsonb_build_object('index', i, 'text', repeat('magnitude ', 14))
FROM generate_series(1, $1::int) AS i
"""
NO_VACUUM = "ALTER TABLE jobs SET (autovacuum_enabled = off)"


@dataclass(frozen=True)
class Case:
    """What is there before the drain. ``floor`` is its least share of the rate on empty tables."""

    name: str
    floor: float | None = None
    finished: int = 0
    dead: int = 0
    stale: bool = False
    snapshot: bool = False


def cases(sizes: Sizes) -> list[Case]:
    """Return what is measured, empty first."""
    past, dead = sizes.history, sizes.dead
    found = [
        Case("empty tables"),
        Case(f"{past:,} finished", 0.9, past),
        Case(f"{past:,} finished, statistics of the queue from when it was empty", 0.9, past, stale=True),
        Case(f"{past:,} finished, {dead:,} dead rows in the queue", 0.7, past, dead=dead, stale=True),
        Case(f"{past:,} finished, an old snapshot held open", None, past, snapshot=True),
    ]
    if sizes.long_history:
        found.append(Case(f"{sizes.long_history:,} finished", 0.9, sizes.long_history))
    return found


async def rows(stage: Stage, sizes: Sizes) -> list[Row]:
    """Drain the backlog in each case in turn, round after round."""
    rates: dict[str, list[float]] = defaultdict(list)
    lasts: list[float] = []
    async with AsyncExitStack() as stack:
        templates = {0: TEMPLATE}
        for finished in sorted({case.finished for case in cases(sizes)} - {0}):
            templates[finished] = await stack.enter_async_context(stage.database("past", template=TEMPLATE))
            await remember(stage, templates[finished], finished)
        for _ in range(sizes.rounds):
            for case in cases(sizes):
                rate, quarters = await _drain(stage, sizes, case, templates[case.finished])
                rates[case.name].append(rate)
                if case.snapshot:
                    lasts.append(quarters[-1] / quarters[0])
    found = []
    empty = median(rates[cases(sizes)[0].name])
    for case in cases(sizes):
        metric = f"drain of a backlog of {sizes.backlog:,}: {case.name}"
        beside: dict[str, Any] = {}
        if case.name != "empty tables":
            beside = {"other": round(empty), "other_name": "empty tables", "target": case.floor}
        samples = [round(rate) for rate in rates[case.name]]
        found.append(median_row(metric, "jobs/s", samples, better="higher", target_is_ratio=True, **beside))
        if case.snapshot:
            quarter = f"last quarter over first, {case.name}"
            found.append(median_row(quarter, "of the rate", lasts, better="higher", target=0.5))
    return found


async def remember(stage: Stage, database: str, count: int) -> None:
    """Make a past of ``count`` ended jobs, a partition a day as upkeep does; numbers go on after it."""
    connection = await stage.connect(database)
    today = datetime.now(UTC).date()
    for back in range(DAYS):
        day = datetime.combine(today - timedelta(days=back), datetime.min.time(), UTC)
        until = day + timedelta(days=1)
        name = f"finished_jobs_{day:%Y%m%d}"
        if not await connection.fetchval("SELECT to_regclass($1)::text", name):
            await connection.execute(
                f"CREATE TABLE {name} PARTITION OF finished_jobs FOR VALUES FROM ('{day}') TO ('{until}')"
            )
        first, last = count * (DAYS - 1 - back) // DAYS + 1, count * (DAYS - back) // DAYS
        # Today's past ends where its present began.
        until = min(until - timedelta(seconds=1), datetime.now(UTC))
        await connection.execute(_ENDED, first, last, min(day, until), until)
    await connection.execute(f"ALTER TABLE jobs ALTER COLUMN number RESTART WITH {count + 1}")
    there = await connection.fetchval("SELECT count(*) FROM finished_jobs")
    if there != count:
        raise AssertionError(f"the past has {there} of {count} jobs")
    await connection.execute("VACUUM (ANALYZE) finished_jobs")
    await connection.close()


async def _drain(stage: Stage, sizes: Sizes, case: Case, template: str) -> tuple[float, list[float]]:
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(stage.database("ours", template=template))
        ours = await stack.enter_async_context(stage.participant("benchmarks.jobs_ours"))
        await ours.ask("open", url=stage.engine_url(database), directory=str(stage.directory), slots=SLOTS)
        connection = await stage.connect(database)
        if case.stale:
            await connection.execute(f"{NO_VACUUM}; ANALYZE jobs")
        if case.dead:
            await connection.execute(DEAD, case.dead)
            await connection.execute("DELETE FROM jobs")
        await ours.ask("bulk", count=sizes.backlog)
        if not case.stale:
            await connection.execute("ANALYZE jobs")
        if case.snapshot:
            await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            await connection.fetchval("SELECT count(*) FROM job_limits")
        figures = await ours.ask("drain", count=sizes.backlog)
        await connection.close()
    return figures["rate"], figures["quarters"]
