"""The SQL of lists of jobs: one statement for each set of filters, live and ended jobs in one snapshot.

PostgreSQL writes each job's JSON. Every branch names the one index it walks, newest number first, and the other
conditions are written so that no index fits them: a wrong guess of the planner reads through the whole history.
"""

from collections.abc import Iterator, Sequence
from functools import cache

from app.kernel.scoping import seen_sql
from app.modules.jobs.schemas import JobFilter

LIVE = ("queued", "running")
COUNTED_AMONG = 10_000  # jobs of one incident or origin, where counting goes through all of them
_ENDED = ("succeeded", "failed", "timed_out", "cancelled", "quarantined")
STATES = (*LIVE, *_ENDED)

# Values of $1 and $2; filters come after them.
NO_CURSOR = 2**63 - 1
_FILTERS = ("kind", "queue", "incident_id", "batch_id", "origin")
_BY_ORIGIN = "split_part(origin, '@', 1)"

_URGENCY = """CASE WHEN priority >= 1500 THEN 'critical' WHEN priority >= 500 THEN 'high'
    WHEN priority > -500 THEN 'normal' ELSE 'low' END AS urgency,
    priority - CASE WHEN priority >= 1500 THEN 2000 WHEN priority >= 500 THEN 1000 WHEN priority > -500 THEN 0
    ELSE -1000 END AS priority"""

LIVE_DOCUMENT = f"""row_to_json(d) FROM (SELECT id, number, kind, queue,
    CASE state WHEN 'held' THEN 'queued' ELSE state END AS state, {_URGENCY}, number % 512 AS section, attempt,
    max_attempts, failed_count, lost_count, created_at, run_at, started_at, NULL AS finished_at, expires_at,
    deadline_at, node, unique_key, limit_key, incident_id, simulation_id, batch_id, origin, owner_id,
    last_error AS error,
    (SELECT row_to_json(p) FROM (SELECT attempt, fraction, message, counters, updated_at FROM job_progress
        WHERE job_id = j.id) AS p) AS progress) AS d"""  # noqa: S608 (constants of ours)
ENDED_DOCUMENT = f"""row_to_json(d) FROM (SELECT id, number, kind, queue, state, {_URGENCY}, number % 512 AS section,
    attempt, max_attempts, failed_count, lost_count, created_at, run_at, started_at, finished_at, NULL AS expires_at,
    NULL AS deadline_at, node, unique_key, limit_key, incident_id, simulation_id, batch_id, origin, owner_id, error,
    NULL AS progress, NULL AS waiting_on) AS d"""

# What a live job's waiting_on is told from; NULL in the rows of ended ones.
_WAITS = """state, kind, run_at, created_at, started_at, attempt, failed_count, max_attempts, last_error,
    cancel_requested_at, lease_until, gates, NULL::timestamptz AS finished_at, now() AS now"""
_COLUMNS = """(number, id, document, state, kind, run_at, created_at, started_at, attempt, failed_count, max_attempts,
    last_error, cancel_requested_at, lease_until, gates, finished_at, now)"""
_ENDED_WAITS = """NULL, kind, NULL::timestamptz, created_at, NULL::timestamptz, NULL::int, NULL::int, NULL::int, NULL,
    NULL::timestamptz, NULL::timestamptz, NULL::text[], finished_at, now()"""

# $1: the id; between $2 and $3 the job ended, if its id tells the truth about when it was made.
BY_ID = f"""
SELECT number, id, (SELECT {LIVE_DOCUMENT})::text AS document, {_WAITS}, payload::text AS payload, NULL AS result
FROM jobs AS j WHERE id = $1
UNION ALL
SELECT number, id, (SELECT {ENDED_DOCUMENT})::text, {_ENDED_WAITS}, payload::text, result::text
FROM finished_jobs AS j WHERE id = $1 AND finished_at >= $2 AND finished_at < $3
"""  # noqa: S608 (constants of ours)

# The id of the job with a number. Of a running one there is no index by number, but few run.
ID_OF_NUMBER = """
SELECT id FROM jobs WHERE state <> 'running' AND number = $1
UNION ALL SELECT id FROM jobs WHERE state = 'running' AND number + 0 = $1
UNION ALL SELECT id FROM finished_jobs WHERE number = $1
LIMIT 1
"""

# What a bulk needs of the jobs somebody chose. Numbers are not their index's order, so these few are sorted.
BY_IDS = """
SELECT number, id, kind, created_at, NULL::timestamptz AS finished_at FROM jobs WHERE id = ANY($1::text[])
UNION ALL SELECT number, id, kind, created_at, finished_at FROM finished_jobs WHERE id = ANY($1::text[])
ORDER BY number DESC
"""

# Attempts end after their job was made: that leaves out the days before.
ATTEMPTS = """
SELECT attempt, outcome, node, started_at, ended_at, error FROM job_attempts
WHERE job_id = $1 AND ended_at >= $2 ORDER BY attempt
"""
PROGRESS = """
SELECT row_to_json(p)::text FROM (SELECT attempt, fraction, message, counters, updated_at FROM job_progress
WHERE job_id = $1) AS p
"""

# Every part stops counting at $1. Due jobs lie at the head of each priority; the priorities are found by skipping from
# one to the next.
STATUS = """
WITH RECURSIVE p (priority) AS (
    (SELECT priority FROM jobs WHERE state = 'queued' ORDER BY priority DESC LIMIT 1)
    UNION ALL
    SELECT (SELECT j.priority FROM jobs AS j WHERE j.state = 'queued' AND j.priority < p.priority
        ORDER BY j.priority DESC LIMIT 1) FROM p WHERE p.priority IS NOT NULL
), due AS (
    SELECT heads.* FROM (SELECT priority FROM p WHERE priority IS NOT NULL LIMIT 200) AS found, LATERAL (
        SELECT count(*) AS count, min(run_at) AS oldest FROM (
            SELECT run_at FROM jobs WHERE state = 'queued' AND priority = found.priority AND run_at <= now()
            ORDER BY run_at LIMIT $1
        ) AS head
    ) AS heads
)
SELECT (SELECT coalesce(sum(count), 0)::bigint FROM due) AS queued,
    (SELECT extract(epoch FROM now() - min(oldest))::float8 FROM due) AS oldest_seconds,
    (SELECT count(*) FROM (SELECT 1 FROM jobs WHERE state = 'queued' AND run_at > created_at AND run_at > now()
        ORDER BY run_at LIMIT $1) AS later) AS delayed,
    (SELECT count(*) FROM (SELECT 1 FROM jobs WHERE state = 'held' LIMIT $1) AS held) AS held,
    (SELECT count(*) FROM (SELECT 1 FROM jobs WHERE state = 'running' LIMIT $1) AS running) AS running
"""


def seen(place: int) -> str:
    """Return the condition of rows a user sees who does not see all: user and subjects are $place and the next."""
    shared = seen_sql(
        "owner_id", ["incident_id", "simulation_id"], user=f"${place}::text", subjects=f"${place + 1}::text[]"
    )
    return f"(owner_id IS NULL OR {shared})"


def by_id(*, scoped: bool) -> str:
    """Return the statement that reads one job; ``scoped`` to what the user $4 with the subjects $5 sees."""
    if not scoped:
        return BY_ID
    return BY_ID.replace("WHERE id = $1", f"WHERE id = $1 AND {seen(4)}")


def arguments(wanted: JobFilter) -> list[str]:
    """Return the values of a statement's filters, in their order."""
    values: list[str] = []
    for name in _FILTERS:
        value = getattr(wanted, name)
        if value is not None:
            values.append(value)
            if name == "origin" and "@" in value:
                values.append(value.partition("@")[0])
    return values


def page(wanted: JobFilter, *, scoped: bool = False) -> str:
    """Return the statement of one page: the first $1 jobs below number $2, of ended ones those that ended since $3.

    ``scoped`` to what one user sees: who that is comes after the filters, then the subjects.
    """
    return _page(*_shape(wanted), scoped)


def count(wanted: JobFilter, *, scoped: bool = False) -> str:
    """Return the statement that counts up to $1 live jobs, and as many ended ones; the rest as in :func:`page`."""
    return _count(*_shape(wanted), scoped)


def counts(wanted: JobFilter, *, scoped: bool = False) -> str:
    """Return the statement that counts the jobs in each state, whatever state is wanted, each up to $1 (bigint).

    The other arguments as in :func:`page`.
    """
    return _counts(*_shape(wanted)[1:], scoped)


def _shape(wanted: JobFilter) -> tuple[tuple[str, ...], tuple[str, ...], bool, bool]:
    given = tuple(name for name in _FILTERS if getattr(wanted, name) is not None)
    one_target = wanted.origin is not None and "@" in wanted.origin
    return tuple(dict.fromkeys(wanted.state)), given, one_target, wanted.queue == "default"


@cache
def _count(states: tuple[str, ...], given: tuple[str, ...], one_target: bool, default_queue: bool, scoped: bool) -> str:
    conditions = _Conditions(given, one_target, default_queue, scoped)
    branches = [f"(SELECT 1 FROM jobs WHERE {where} LIMIT $1)" for where in conditions.live(states)]  # noqa: S608
    branches += [
        f"(SELECT 1 FROM finished_jobs WHERE finished_at >= $3 AND {where} LIMIT $1)"  # noqa: S608 (constants of ours)
        for where in conditions.ended(states)
    ]
    return f"SELECT count(*) FROM ({' UNION ALL '.join(branches)}) AS c WHERE $3::timestamptz IS NOT NULL"  # noqa: S608


@cache
def _counts(given: tuple[str, ...], one_target: bool, default_queue: bool, scoped: bool) -> str:
    conditions = _Conditions(given, one_target, default_queue, scoped)
    parts = []
    states: tuple[str, ...] = STATES
    if "incident_id" in given or "origin" in given:  # no index has their states: counted among the newest
        states = LIVE
        [where] = conditions.ended(())
        head = f"SELECT state FROM finished_jobs WHERE finished_at >= $3 AND {where} LIMIT {COUNTED_AMONG}"  # noqa: S608
        parts.append(f"SELECT state, least(count(*), $1) FROM ({head}) AS c GROUP BY state")  # noqa: S608
    for state in states:
        source = "jobs WHERE" if state in LIVE else "finished_jobs WHERE finished_at >= $3 AND"
        [where] = (*conditions.live((state,)), *conditions.ended((state,)))
        parts.append(f"SELECT '{state}', count(*) FROM (SELECT 1 FROM {source} {where} LIMIT $1) AS c")  # noqa: S608
    return " UNION ALL ".join(parts)


@cache
def _page(states: tuple[str, ...], given: tuple[str, ...], one_target: bool, default_queue: bool, scoped: bool) -> str:
    conditions = _Conditions(given, one_target, default_queue, scoped)
    branches = [_live(where) for where in conditions.live(states)]
    branches += [_ended(where) for where in conditions.ended(states)]
    # Said once more, because live jobs alone have no use for $3, and a parameter without a use has no type.
    return (
        f"SELECT * FROM ({' UNION ALL '.join(branches)}) AS page {_COLUMNS} WHERE $3::timestamptz IS NOT NULL"  # noqa: S608
        " ORDER BY number DESC LIMIT $1"
    )


def _live(where: str) -> str:
    return (
        f"(SELECT number, id, (SELECT {LIVE_DOCUMENT})::text AS document, {_WAITS}"  # noqa: S608 (constants of ours)
        f" FROM (SELECT * FROM jobs WHERE {where} LIMIT $1) AS j)"
    )


def _ended(where: str) -> str:
    return (
        f"(SELECT number, id, (SELECT {ENDED_DOCUMENT})::text, {_ENDED_WAITS}"  # noqa: S608 (constants of ours)
        f" FROM (SELECT * FROM finished_jobs WHERE finished_at >= $3 AND {where} LIMIT $1) AS j)"
    )


class _Conditions:
    """The conditions on one statement's branches: the first is the index that is walked, the rest only filter."""

    def __init__(self, given: Sequence[str], one_target: bool, default_queue: bool, scoped: bool) -> None:
        self._places: dict[str, int] = {}
        self._one_target: int | None = None
        self._default_queue = default_queue
        place = 4
        for name in given:
            self._places[name] = place
            place += 1
            if name == "origin" and one_target:
                self._one_target = place
                place += 1
        self._seen = [seen(place)] if scoped else []

    def live(self, states: Sequence[str]) -> Iterator[str]:
        if states and not set(states) & set(LIVE):
            return
        driver = next((name for name in ("incident_id", "batch_id", "origin") if name in self._places), None)
        if "running" in states or not states:
            # Few run, however many wait: through the index of leases, and sorted.
            yield f"state = 'running' AND number < $2 AND {self._filters(None)} ORDER BY number + 0 DESC"
        if "queued" in states or not states:
            within = () if driver else ("kind", "queue")
            yield f"state <> 'running' AND {self._walk(driver, within=within)}"

    def ended(self, states: Sequence[str]) -> Iterator[str]:
        wanted = [state for state in states if state in _ENDED] if states else list(_ENDED)
        narrow = next((name for name in ("incident_id", "batch_id", "origin") if name in self._places), None)
        wide = next((name for name in ("kind", "queue") if name in self._places), None)
        if len(wanted) == len(_ENDED):
            yield self._walk(narrow or wide)
            return
        # Of what did not succeed there is little: by batch, kind or queue it has indexes of its own.
        trouble = next(
            (name for name in ("batch_id", "incident_id", "origin", "kind", "queue") if name in self._places), None
        )
        for state in wanted:
            if state == "succeeded" or trouble in ("incident_id", "origin"):
                yield f"state || '' = '{state}' AND {self._walk(narrow or wide)}"
            else:
                yield f"state <> 'succeeded' AND {self._walk(trouble, state)}"

    def _walk(self, driver: str | None, state: str | None = None, within: Sequence[str] = ()) -> str:
        """Return conditions and an order that one index alone gives: rows, not equality, which others would do for.

        What the index has ``within`` its rows is decided on there.
        """
        columns, values = [], []
        if driver == "queue" and self._default_queue:
            driver = None
        if driver is not None:
            columns.append(_BY_ORIGIN if driver == "origin" else driver)
            values.append(self._value(driver))
        if state is not None:
            columns.append("state")
            values.append(f"'{state}'")
        row, at = ", ".join([*columns, "number"]), ", ".join([*values, "$2::bigint"])
        order = ", ".join(f"{column} DESC" for column in [*columns, "number"])
        conditions = [f"({row}) < ({at})", self._filters(driver, within)]
        if columns:
            conditions.append(f"({', '.join(columns)}) >= ({', '.join(values)})")
        if driver == "queue":
            conditions.append("queue <> 'default'")
        if driver in ("incident_id", "batch_id", "origin"):
            conditions.append(f"{driver} IS NOT NULL")
        return f"{' AND '.join(conditions)} ORDER BY {order}"

    def _filters(self, driver: str | None, within: Sequence[str] = ()) -> str:
        conditions = [
            f"{name} = {self._value(name)}" if name in within else self._filter(name)
            for name in self._places
            if name != driver
        ]
        if self._one_target is not None:
            conditions.append(f"origin || '' = ${self._places['origin']}::text")
        return " AND ".join(["true", *conditions, *self._seen])

    def _filter(self, name: str) -> str:
        return f"{_BY_ORIGIN if name == 'origin' else name} || '' = {self._value(name)}"

    def _value(self, name: str) -> str:
        """Return the parameter an index is entered with; an origin's is what stands before its target time."""
        place = self._one_target if name == "origin" and self._one_target is not None else self._places[name]
        return f"${place}::text"
