"""The queue in figures at a bounded price, whatever its length and the speed at which it drains.

Up to ``HEAD`` waiting jobs are counted. Beyond, blocks spread evenly over the table are read and multiplied. The
history of a minute is found in the newest day's partition by bisection (rows lie there in the order of their ends) and
sampled likewise. What that costs and how true it is: docs/explanation/observing.md.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.modules.jobs.hot import hot_connection

if TYPE_CHECKING:
    from app.kernel.node import Node

HEAD = 1000
BLOCKS = 32
RUNNING = 5000
SHOWN_OF_A_NODE = 50
SHOWN = 1000
WINDOWS = (10, 60)

# A million rows with no statistics yet: the planner would sort them all. The index has them in order.
_PLAN = "SELECT now(), set_config('enable_sort', 'off', false), set_config('enable_bitmapscan', 'off', false)"

_WAITING = """
SELECT queue, state, run_at > now() AS delayed, count(*)::int AS count,
    extract(epoch FROM now() - min(run_at))::float8 AS oldest
FROM (
    (SELECT queue, state, run_at FROM jobs WHERE state = 'queued' ORDER BY priority DESC, run_at, number LIMIT $1)
    UNION ALL
    (SELECT queue, state, run_at FROM jobs WHERE state = 'held' ORDER BY run_at LIMIT $1)
) AS waiting GROUP BY 1, 2, 3
"""

_WAITING_SAMPLED = """
WITH size AS MATERIALIZED (
    SELECT pg_relation_size('jobs') / current_setting('block_size')::int AS blocks
), picked AS MATERIALIZED (
    SELECT i * blocks / least(blocks, $1::bigint) AS block
    FROM size, generate_series(0, least(blocks, $1::bigint) - 1) AS i
)
SELECT queue, state, run_at > now() AS delayed,
    (count(*) * (SELECT greatest(1.0, blocks / $1::float8) FROM size))::int AS count,
    extract(epoch FROM now() - min(run_at))::float8 AS oldest
FROM picked CROSS JOIN LATERAL (
    SELECT queue, state, run_at FROM jobs
    WHERE ctid >= format('(%s,0)', block)::tid AND ctid < format('(%s,0)', block + 1)::tid OFFSET 0
) AS found WHERE state <> 'running' GROUP BY 1, 2, 3
"""

_RUNNING = """
WITH running AS MATERIALIZED (
    SELECT id, number, kind, queue, node, started_at FROM jobs WHERE state = 'running' ORDER BY lease_until LIMIT $1
), placed AS (
    SELECT *, count(*) OVER (PARTITION BY node, queue)::int AS of_queue,
        row_number() OVER (PARTITION BY node ORDER BY started_at, number) AS place,
        row_number() OVER (PARTITION BY node, queue ORDER BY number) AS first
    FROM running
)
SELECT p.id, p.number, p.kind, p.queue, p.node, p.started_at, p.of_queue, p.first = 1 AS first, p.place <= $2 AS shown,
    progress.fraction
FROM placed AS p LEFT JOIN job_progress AS progress ON progress.job_id = p.id AND p.place <= $2
WHERE p.place <= $2 OR p.first = 1 ORDER BY p.place LIMIT $3
"""

_DAYS = """
SELECT c.relname::text FROM pg_inherits JOIN pg_class AS c ON c.oid = inhrelid
WHERE inhparent = 'finished_jobs'::regclass AND pg_relation_size(c.oid) > 0 AND c.relname IN ('finished_jobs_default',
    to_char(now() AT TIME ZONE 'UTC', '"finished_jobs_"YYYYMMDD'),
    to_char(now() AT TIME ZONE 'UTC' - interval '61 seconds', '"finished_jobs_"YYYYMMDD'))
"""

# Rows of a day lie in the order in which they ended: the first block of the window is found like a word in a book.
_ENDED = """
WITH RECURSIVE size AS MATERIALIZED (
    SELECT pg_relation_size('{day}') / current_setting('block_size')::int AS blocks
), search (low, high) AS (
    SELECT 0::bigint, blocks FROM size
    UNION ALL
    SELECT CASE WHEN early THEN middle + 1 ELSE low END, CASE WHEN early THEN high ELSE middle END
    FROM (
        SELECT low, high, (low + high) / 2 AS middle, coalesce((
            SELECT finished_at FROM {day} WHERE ctid >= format('(%s,0)', (low + high) / 2)::tid
                AND ctid < format('(%s,0)', (low + high) / 2 + 20)::tid LIMIT 1
        ) < now() - $1::float8 * interval '1 second', false) AS early
        FROM search WHERE low < high
    ) AS step
), span AS MATERIALIZED (
    SELECT greatest(max(low) - 1, 0) AS first, (SELECT blocks FROM size) AS last FROM search WHERE low >= high
), picked AS MATERIALIZED (
    SELECT first + i * (last - first) / least(last - first, $2::bigint) AS block
    FROM span, generate_series(0, least(last - first, $2::bigint) - 1) AS i
)
SELECT queue, state, ended.count * greatest(1.0, (last - first) / $2::float8) AS count, start_seconds
FROM span, LATERAL (
    SELECT queue, state, count(*) AS count, array_agg(start_seconds) FILTER (WHERE start_seconds IS NOT NULL)
        AS start_seconds
    FROM picked CROSS JOIN LATERAL (
        SELECT queue, state, finished_at,
            extract(epoch FROM started_at - greatest(run_at, created_at))::float4 AS start_seconds
        FROM {day} WHERE ctid >= format('(%s,0)', block)::tid AND ctid < format('(%s,0)', block + 1)::tid OFFSET 0
    ) AS found
    WHERE finished_at >= now() - $1::float8 * interval '1 second' GROUP BY 1, 2
) AS ended
"""

_QUEUES = "SELECT name, state FROM job_queues"


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """One queue. ``depth`` is due and not running, ``held`` is due and waits at a gate or for a job."""

    name: str
    state: str
    depth: int
    delayed: int
    held: int
    running: int
    oldest_seconds: float | None
    finished_per_second: float
    start_p50_seconds: float | None
    start_p95_seconds: float | None


@dataclass(frozen=True, slots=True)
class RunningJob:
    """A job in the hands of a node."""

    id: str
    number: int
    kind: str
    since: datetime
    progress: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """The whole queue. ``finished`` is jobs a second by state, for each of ``WINDOWS`` seconds."""

    at: datetime
    estimated: bool
    queues: list[QueueFigures]
    finished: dict[int, dict[str, float]]
    start_p50_seconds: float | None
    start_p95_seconds: float | None
    busy: dict[str, int]
    running: dict[str, list[RunningJob]]


@dataclass(slots=True)
class _Tally:
    depth: int = 0
    delayed: int = 0
    held: int = 0
    running: int = 0
    oldest: float | None = None
    finished: float = 0.0
    starts: list[float] = field(default_factory=list)


class Gauge:
    """Reads the figures over a connection of its own, opened when first used."""

    def __init__(self, node: "Node") -> None:
        self._connection = hot_connection(node.database)
        # For what is shown beside the figures, over the same connection.
        self.fetch = self._connection.fetch

    async def read(self) -> Figures:
        """Return the figures of this moment. Not to be called by two at once."""
        fetch = self._connection.fetch
        at: datetime = (await fetch(_PLAN))[0][0]
        tallies: dict[str, _Tally] = defaultdict(_Tally)
        waiting = await fetch(_WAITING, HEAD)
        _add_waiting(tallies, waiting)
        estimated = sum(row["count"] for row in waiting) >= HEAD
        if estimated:
            counted = dict(tallies)
            tallies.clear()
            _add_waiting(tallies, await fetch(_WAITING_SAMPLED, BLOCKS))
            _keep_what_was_counted(tallies, counted)
        running = await fetch(_RUNNING, RUNNING, SHOWN_OF_A_NODE, SHOWN)
        busy: dict[str, int] = defaultdict(int)
        shown: dict[str, list[RunningJob]] = defaultdict(list)
        for row in running:
            if row["first"]:
                tallies[row["queue"]].running += row["of_queue"]
                busy[row["node"]] += row["of_queue"]
            if row["shown"]:
                job = RunningJob(row["id"], row["number"], row["kind"], row["started_at"], row["fraction"])
                shown[row["node"]].append(job)
        finished, starts = await self._finished(tallies)
        states = {row["name"]: row["state"] for row in await fetch(_QUEUES)}
        return Figures(
            at=at,
            estimated=estimated,
            queues=[_queue(name, states.get(name, "active"), tallies[name]) for name in sorted({*tallies, *states})],
            finished=finished,
            start_p50_seconds=_percentile(starts, 0.5),
            start_p95_seconds=_percentile(starts, 0.95),
            busy=dict(busy),
            running=dict(shown),
        )

    async def close(self) -> None:
        """Let go of the connection; the next reading opens another."""
        await self._connection.close()

    async def _finished(self, tallies: dict[str, _Tally]) -> tuple[dict[int, dict[str, float]], list[float]]:
        finished: dict[int, dict[str, float]] = {}
        starts: list[float] = []
        days = [row[0] for row in await self._connection.fetch(_DAYS)]
        for seconds in WINDOWS:
            by_state: dict[str, float] = defaultdict(float)
            for day in days:
                assert re.fullmatch(r"finished_jobs_(default|\d{8})", day)
                for row in await self._connection.fetch(_ENDED.format(day=day), seconds, BLOCKS):
                    by_state[row["state"]] += row["count"] / seconds
                    if seconds == max(WINDOWS):
                        tally = tallies[row["queue"]]
                        tally.finished += row["count"] / seconds
                        tally.starts += row["start_seconds"] or ()
                        starts += row["start_seconds"] or ()
            finished[seconds] = dict(by_state)
        return finished, starts


def _add_waiting(tallies: dict[str, _Tally], rows: Iterable[Any]) -> None:
    for row in rows:
        tally = tallies[row["queue"]]
        if row["delayed"]:  # whatever else it will wait for, as in the list of queues
            tally.delayed += row["count"]
        elif row["state"] == "held":
            tally.held += row["count"]
        else:
            tally.depth += row["count"]
            tally.oldest = max(tally.oldest or 0.0, row["oldest"])


def _keep_what_was_counted(tallies: dict[str, _Tally], counted: dict[str, _Tally]) -> None:
    """A queue too small for the sample to meet is still known from the head of the line, and so is the oldest."""
    for name, seen in counted.items():
        tally = tallies[name]
        tally.depth = max(tally.depth, seen.depth)
        tally.delayed = max(tally.delayed, seen.delayed)
        tally.held = max(tally.held, seen.held)
        if seen.oldest is not None:
            tally.oldest = max(tally.oldest or 0.0, seen.oldest)


def _queue(name: str, state: str, tally: _Tally) -> QueueFigures:
    return QueueFigures(
        name=name,
        state=state,
        depth=tally.depth,
        delayed=tally.delayed,
        held=tally.held,
        running=tally.running,
        oldest_seconds=tally.oldest,
        finished_per_second=tally.finished,
        start_p50_seconds=_percentile(tally.starts, 0.5),
        start_p95_seconds=_percentile(tally.starts, 0.95),
    )


def _percentile(values: Sequence[float], share: float) -> float | None:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else None
