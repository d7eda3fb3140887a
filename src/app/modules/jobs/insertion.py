"""Rows of new jobs into the table: one constant INSERT for one job and for a thousand, and what to do about keys."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from app.kernel.errors import Problem
from app.modules.jobs.errors import BatchNotFound, BatchSealed, JobAfterUnknown, JobKeyReused, UniqueKeyTaken
from app.modules.jobs.new_jobs import AFTER_GATE, SEPARATOR, NewJob

Fetch = Callable[..., Awaitable[Sequence[Any]]]

UNIQUE_SCOPE = "unique:"

_COLUMNS = NewJob._fields.index("lease_seconds") + 1

_INTO = """
INSERT INTO jobs (id, payload, kind, queue, priority, state, max_attempts, run_at, gates, unique_key, incident_id,
    simulation_id, batch_id, origin, owner_id, followed, expires_at, deadline_at, trace, limit_key,
    options_digest, attempt, node,
    started_at, lease_until)
"""
_INSERT = (
    _INTO
    + """
SELECT id, payload::jsonb, {constants}, coalesce(run_at, now() + delay * interval '1 second', now()),
    string_to_array(gates, E'\\x1f'), unique_key, incident_id, simulation_id, batch_id, origin,
    owner_id, coalesce(followed, false), coalesce(expires_at, now() + expires * interval '1 second'),
    coalesce(deadline_at, now() + deadline * interval '1 second'), trace, limit_key, digest,
    (node IS NOT NULL)::int, node,
    CASE WHEN node IS NOT NULL THEN now() END, now() + lease * interval '1 second'
FROM {source} AS new (id, payload, kind, queue, priority, state, max_attempts, run_at, delay, gates, unique_key,
    incident_id, simulation_id, batch_id, origin, owner_id, followed, expires_at, expires, deadline_at, deadline, trace,
    limit_key, digest, node, lease{end}
"""
)
_TYPES = ["text", "text", "text", "text", "int", "text", "int", "timestamptz", "float8", *["text"] * 7, "bool"]
_TYPES += ["timestamptz", "float8", "timestamptz", "float8", *["text"] * 4, "float8"]
# One row crosses as it is: of arrays the planner would make a new plan each time (measured 0.2 ms).
_ONE = _INSERT.format(
    constants="kind, queue, priority, state, max_attempts",
    source=f"(VALUES ({', '.join(f'${n}::{kind}' for n, kind in enumerate(_TYPES, 1))}))",
    end=")",
)
# Jobs that differ in their payloads only, as those of a bulk and most of a moment do: 26 arrays cost as much as the
# rest of the statement, here and there. A function's rows come in their order, and so do the numbers.
_ALIKE = (
    _INTO
    + """
SELECT id, payload::jsonb, $3::text, $4::text, $5::int, $6::text, $7::int,
    coalesce($8::timestamptz, now() + $9::float8 * interval '1 second', now()),
    string_to_array($10::text, E'\\x1f'), $11::text, $12::text, $13::text, $14::text, $15::text, $16::text,
    coalesce($17::bool, false), coalesce($18::timestamptz, now() + $19::float8 * interval '1 second'),
    coalesce($20::timestamptz, now() + $21::float8 * interval '1 second'), $22::text,
    $23::text, $24::text, ($25::text IS NOT NULL)::int, $25::text, CASE WHEN $25::text IS NOT NULL THEN now() END,
    now() + $26::float8 * interval '1 second'
FROM unnest($1::text[], $2::text[]) AS new (id, payload)
"""
)
# Columns with one value for all cross as one element, those without any as none: unnest fills up with NULL.
# Identity numbers are given in the order of the rows.
_MANY = _INSERT.format(
    constants="coalesce(kind, ($3::text[])[1]), coalesce(queue, ($4::text[])[1]), coalesce(priority, ($5::int[])[1]), "
    "coalesce(state, ($6::text[])[1]), coalesce(max_attempts, ($7::int[])[1])",
    source=f"unnest({', '.join(f'${n}::{kind}[]' for n, kind in enumerate(_TYPES, 1))}) WITH ORDINALITY",
    end=", place) ORDER BY place",
)
# Of rows with a key in the way nothing is inserted or returned.
_SQL = {sql: sql + "ON CONFLICT DO NOTHING RETURNING id" for sql in (_ONE, _ALIKE, _MANY)}

# The same with keys, where nearly always all are new: then nothing has to be asked. In a commit of its own.
_ALL_NEW = {
    sql: f"WITH added AS ({keyed}) SELECT jobs_are_new(array_agg(id), {count}) FROM added"  # noqa: S608 (constants)
    for (sql, keyed), count in zip(_SQL.items(), ("1", *["cardinality($1::text[])"] * 2), strict=True)
}

# So often the job in the way may come and go between two looks; one that is never seen is somebody else's.
_MEETINGS = 20

_NOT_NULL = frozenset(range(2, 7))

# Shares the batch with others that add to it; sealing waits for all of them.
_LOCK_BATCHES = "SELECT id, sealed_at IS NULL FROM job_batches WHERE id = ANY($1::text[]) ORDER BY id FOR KEY SHARE"

# In one snapshot: a job moves from the one table to the other in one commit.
_STATES = """
SELECT id, NULL FROM jobs WHERE id = ANY($1::text[])
UNION ALL SELECT id, state FROM finished_jobs WHERE id = ANY($1::text[])
"""

_DEPEND = """
INSERT INTO job_dependencies (job_id, after_id, on_failure) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
"""

# The jobs that have the ids by now: the place in the arrays, and what is not the same.
_SAME_ID = """
SELECT place, CASE WHEN j.kind <> n.kind THEN 'another kind' WHEN j.payload <> n.payload::jsonb THEN 'another payload'
    WHEN j.options_digest IS DISTINCT FROM n.digest THEN 'other options' END
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS n (id, kind, payload, digest, place)
    JOIN {table} j USING (id)
"""
_SAME_ID_ENDED = _SAME_ID.format(table="finished_jobs")
_SAME_ID_LIVE = _SAME_ID.format(table="jobs")
_TAKE_BACK = "DELETE FROM jobs WHERE id = ANY($1::text[])"

_FIND_UNIQUE = "SELECT id, state, kind FROM jobs WHERE unique_key = $1"
# The first held job whose first gate is this one, when there is any; the caller looks.
_FIND_WAITING = (
    "SELECT id, gates[1], kind FROM jobs WHERE state = 'held' AND gates >= ARRAY[$1::text] ORDER BY gates LIMIT 1"
)
_REPLACE = """
UPDATE jobs SET payload = $2::text::jsonb, priority = $3, max_attempts = $4,
    run_at = coalesce($5::timestamptz, now() + $6::float8 * interval '1 second', now()),
    expires_at = coalesce($7::timestamptz, now() + $8::float8 * interval '1 second'),
    deadline_at = coalesce($9::timestamptz, now() + $10::float8 * interval '1 second')
WHERE id = $1 AND state <> 'running' AND NOT begun RETURNING id
"""


def fetch_on(session: AsyncSession) -> Fetch:
    """Return what runs a constant statement in a session's transaction and returns its rows."""

    async def fetch(sql: str, *arguments: Any) -> Sequence[Any]:
        return await session.run_sync(_run, sql, arguments)  # one change of greenlets for connection and statement

    return fetch


def _run(session: Session, sql: str, arguments: tuple[Any, ...]) -> Sequence[Any]:
    result = session.connection().exec_driver_sql(sql, arguments)
    return result.all() if result.returns_rows else []


def statement(rows: Sequence[NewJob], *, keyed: bool) -> tuple[str, Sequence[Any]]:
    """Return the INSERT of some rows and its arguments. ``keyed``, it returns the id of each row it inserted."""
    sql, values = _insertion(rows)
    return (_SQL[sql] if keyed else sql), values


def _insertion(rows: Sequence[NewJob]) -> tuple[str, Sequence[Any]]:
    first = rows[0][2:_COLUMNS]
    sql: str
    values: Sequence[Any]
    if len(rows) == 1:
        sql, values = _ONE, rows[0][:_COLUMNS]
    elif all(row[2:_COLUMNS] == first for row in rows):
        sql, values = _ALIKE, ([row[0] for row in rows], [row[1] for row in rows], *first)
    else:
        sql, values = _MANY, _columns(rows)
    return sql, values


def _columns(rows: Sequence[NewJob]) -> list[list[Any]]:
    found: list[list[Any]] = []
    for place, column in enumerate(zip(*[row[:_COLUMNS] for row in rows], strict=True)):
        first = column[0]
        if (first is None or place in _NOT_NULL) and column.count(first) == len(column):
            found.append([] if first is None else [first])
        else:
            found.append(list(column))
    return found


async def insert(fetch: Fetch, rows: Sequence[NewJob]) -> list[str | Problem]:
    """Insert rows, and return, in their order, the id each job is known by, or why it was refused.

    In a transaction, unless every row is plain. Of a row that was refused nothing remains.
    """
    outcomes: list[str | Problem] = [row.id for row in rows]
    made: set[str] = set()
    if any(row.after or row.batch_id is not None or row.refusal is not None for row in rows):
        rows = await _admit(fetch, rows, outcomes)
        made = await _made_before(fetch, rows, outcomes)
    admitted = [
        row
        for row, outcome in zip(rows, outcomes, strict=True)
        if not isinstance(outcome, Problem) and row.id not in made
    ]
    keyed = bool(made) or any(row.unique_key is not None or row.idempotent for row in admitted)
    added = await _add(fetch, admitted, keyed=keyed) if admitted else set()
    if keyed:
        added = added - await _settle(fetch, rows, added, outcomes)
    dependent = {row.id: row for row in reversed(admitted) if row.after and row.id in added}
    if dependent:
        await _depend(fetch, list(dependent.values()))
    return outcomes


async def insert_new(fetch: Fetch, rows: Sequence[NewJob]) -> bool:
    """Insert rows with idempotency keys and no other ties, if all of them are new; else none, and say so.

    One round trip and a commit of its own, where :func:`insert` takes four and a transaction.
    """
    sql, values = _insertion(rows)
    [answer] = await fetch(_ALL_NEW[sql], *values)
    return bool(answer[0])


async def _add(fetch: Fetch, rows: Sequence[NewJob], *, keyed: bool) -> set[str]:
    sql, arguments = statement(rows, keyed=keyed)
    answers = await fetch(sql, *arguments)
    return {answer[0] for answer in answers} if keyed else {row.id for row in rows}


async def _admit(fetch: Fetch, rows: Sequence[NewJob], outcomes: list[str | Problem]) -> list[NewJob]:
    """Refuse rows of a drained queue, a batch or parents that are not there; return all, freed of succeeded parents."""
    batch_ids = sorted({row.batch_id for row in rows if row.batch_id is not None})
    open_batches = {row[0]: row[1] for row in await fetch(_LOCK_BATCHES, batch_ids)} if batch_ids else {}
    parent_ids = sorted({parent for row in rows for parent in row.after})
    states = {row[0]: row[1] for row in await fetch(_STATES, parent_ids)} if parent_ids else {}
    admitted: list[NewJob] = []
    for place, row in enumerate(rows):
        unknown = [parent for parent in row.after if parent not in states]
        if row.refusal is not None:
            outcomes[place] = row.refusal
        elif row.batch_id is not None and row.batch_id not in open_batches:
            outcomes[place] = BatchNotFound(f"There is no batch {row.batch_id}")
        elif row.batch_id is not None and not open_batches[row.batch_id]:
            outcomes[place] = BatchSealed(f"{row.batch_id} is sealed and takes no more jobs")
        elif unknown:
            outcomes[place] = JobAfterUnknown(f"after names {unknown[0]}, which does not exist")
        admitted.append(_wait_for(row, states))
    return admitted


async def _made_before(fetch: Fetch, rows: Sequence[NewJob], outcomes: list[str | Problem]) -> set[str]:
    """Take back the refusal of what was made by an earlier request; return those ids.

    Its queue may be drained and its batch sealed by now, and what it was to run after be forgotten.
    """
    refused = [place for place, row in enumerate(rows) if row.idempotent and isinstance(outcomes[place], Problem)]
    # The live ones first: a job that ends between the two is seen twice, and not never.
    found = [
        refused[place - 1]
        for sql in ((_SAME_ID_LIVE, _SAME_ID_ENDED) if refused else ())
        for place, _ in await fetch(sql, *_work_of([rows[place] for place in refused]))
    ]
    for place in found:
        outcomes[place] = rows[place].id
    return {rows[place].id for place in found}


def _work_of(rows: Sequence[NewJob]) -> list[list[Any]]:
    return [[getattr(row, name) for row in rows] for name in ("id", "kind", "payload", "options_digest")]


def _wait_for(row: NewJob, states: Mapping[str, str | None]) -> NewJob:
    # What has failed is kept: the keeper cancels the one job, and lets the other run, as it would have later.
    waited = tuple(parent for parent in dict.fromkeys(row.after) if states.get(parent) != "succeeded")
    if waited or not row.after:
        return row._replace(after=waited)
    gates = [gate for gate in (row.gates or "").split(SEPARATOR) if gate != AFTER_GATE]
    return row._replace(after=(), gates=SEPARATOR.join(gates) or None, state="held" if gates else "queued")


async def _depend(fetch: Fetch, rows: Sequence[NewJob]) -> None:
    pairs = [(row.id, parent, row.on_failure) for row in rows for parent in row.after]
    await fetch(_DEPEND, *[list(column) for column in zip(*pairs, strict=True)])


async def _settle(fetch: Fetch, rows: Sequence[NewJob], added: set[str], outcomes: list[str | Problem]) -> set[str]:
    """Say what became of rows with keys; return the ids of those that were taken back."""
    back: set[str] = set()
    idempotent = [place for place, row in enumerate(rows) if row.idempotent and isinstance(outcomes[place], str)]
    if idempotent:
        back = await _settle_ids(fetch, rows, idempotent, added, outcomes)
    for place, row in enumerate(rows):
        if row.unique_key is not None and row.id not in added and isinstance(outcomes[place], str):
            outcomes[place] = await _meet(fetch, row)
    return back


async def _settle_ids(
    fetch: Fetch, rows: Sequence[NewJob], places: Sequence[int], added: set[str], outcomes: list[str | Problem]
) -> set[str]:
    some = [rows[place] for place in places]
    work = _work_of(some)
    # Seen by a statement of its own, after the INSERT: a job that ended while it waited for the key is found now.
    differs = {places[place - 1]: what for place, what in await fetch(_SAME_ID_ENDED, *work)}
    back = sorted({rows[place].id for place in differs} & added)
    if back:
        await fetch(_TAKE_BACK, back)
    once = Counter(row.id for row in some)
    if any(row.id not in added or once[row.id] > 1 for row in some):
        differs.update({places[place - 1]: what for place, what in await fetch(_SAME_ID_LIVE, *work)})
    for place, what in differs.items():
        if what is not None:
            outcomes[place] = JobKeyReused(f"{rows[place].id} was enqueued under this idempotency key with {what}")
    # A job that was live for the INSERT, had ended by the first look and is not there either has been deleted between.
    return set(back)


async def _meet(fetch: Fetch, row: NewJob) -> str | Problem:
    """Do what a row's ``on_conflict`` says about the job that holds its unique key."""
    for _ in range(_MEETINGS):
        holder = next(iter(await fetch(_FIND_UNIQUE, row.unique_key)), None)
        if holder is not None:
            holder_id, state, kind = holder
            if row.on_conflict == "drop":
                return str(holder_id)
            if row.on_conflict == "wait":
                return await _wait_turn(fetch, row)
            if kind != row.kind:
                return UniqueKeyTaken(f"{holder_id}, a {kind} job, holds the unique key {row.unique_key!r}")
            if state != "running" and await _replace(fetch, holder_id, row):
                return str(holder_id)
            waiting = next(iter(await fetch(_FIND_WAITING, UNIQUE_SCOPE + str(row.unique_key))), None)
            if waiting is None or waiting[1] != UNIQUE_SCOPE + str(row.unique_key):
                return await _wait_turn(fetch, row)
            if waiting[2] != row.kind:
                return UniqueKeyTaken(f"{waiting[0]}, a {waiting[2]} job, waits for the unique key {row.unique_key!r}")
            if await _replace(fetch, waiting[0], row):
                return str(waiting[0])
        # The one in the way may have ended between the two statements; then there is room for this one.
        elif await _add(fetch, [row], keyed=True):
            if row.after:
                await _depend(fetch, [row])
            return row.id
    return UniqueKeyTaken(f"another job holds the unique key {row.unique_key!r}, one that you do not see")


async def _replace(fetch: Fetch, job_id: str, row: NewJob) -> bool:
    """Give a job that has not begun the work of a newer one; its own id and place in line by number stay."""
    times = (row.run_at, row.delay_seconds, row.expires_at, row.expires_seconds, row.deadline_at, row.deadline_seconds)
    return bool(await fetch(_REPLACE, job_id, row.payload, row.priority, row.max_attempts, *times))


async def _wait_turn(fetch: Fetch, row: NewJob) -> str:
    gates = SEPARATOR.join([UNIQUE_SCOPE + str(row.unique_key), *([row.gates] if row.gates else [])])
    waiting = row._replace(unique_key=None, gates=gates, state="held")
    await _add(fetch, [waiting], keyed=False)
    if row.after:
        await _depend(fetch, [row])
    return row.id
