"""Reading jobs: live and ended ones as one list, each saying what it waits for."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import asyncpg
import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.db import DatabaseGone
from app.kernel.errors import BadRequest, Invalid
from app.kernel.paging import Page, decode_cursor, encode_cursor
from app.kernel.scoping import CALLER, Caller
from app.modules import nodes
from app.modules.jobs import claiming, list_queries
from app.modules.jobs.errors import JobNotFound
from app.modules.jobs.gates import waiting_texts
from app.modules.jobs.insertion import fetch_on
from app.modules.jobs.policies import policies_for, policies_of
from app.modules.jobs.reading import readers_of
from app.modules.jobs.schemas import AttemptView, JobDetail, JobFilter, JobsStatus, JobView
from app.modules.jobs.waiting import waiting_of

if TYPE_CHECKING:
    from app.kernel.node import Node

_COUNTED = 10_000
COUNTED_OF_A_STATE = 1000
_MOST_DIGITS = 18  # of a number PostgreSQL can hold
_DIGITS = {digit: value for value, digit in enumerate("0123456789ABCDEFGHJKMNPQRSTVWXYZ")}
_PREFIX = len("job_")
# Most jobs end soon after they were made, and clocks differ by less; the others are looked for in every day.
_BEFORE, _AFTER = timedelta(hours=1), timedelta(hours=25)
_RECENT = timedelta(days=3)
_LAST_SECOND = 4_000_000_000
_EVER = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))


async def find(session: AsyncSession, job_id: str) -> JobView | None:
    """Return the job, live or ended, or ``None``."""
    row = await row_of(session, job_id)
    return None if row is None else JobView.model_validate_json(_document(row, await _cause(session, row)))


async def get(session: AsyncSession, job_id: str) -> JobView:
    """Return the job, live or ended. Raises JobNotFound (404)."""
    view = await find(session, job_id)
    if view is None:
        raise JobNotFound(f"There is no job {job_id}")
    return view


async def detail(session: AsyncSession, job_id: str) -> JobDetail:
    """Return the job with its payload, result, progress and attempts. Raises JobNotFound (404)."""
    row = await row_of(session, job_id)
    if row is None:
        raise JobNotFound(f"There is no job {job_id}")
    document = orjson.loads(_document(row, await _cause(session, row)))
    document["payload"] = orjson.loads(row["payload"])
    document["result"] = orjson.loads(row["result"]) if row["result"] is not None else None
    progress = await _fetch(session, list_queries.PROGRESS, job_id)
    document["progress"] = orjson.loads(progress[0][0]) if progress else None
    ended = await _fetch(session, list_queries.ATTEMPTS, job_id, row["created_at"])
    document["attempts"] = attempts = [dict(attempt) for attempt in ended]
    last = document["attempt"]
    begun = document["started_at"] is not None and document["state"] != "queued"
    if begun and all(attempt["attempt"] != last for attempt in attempts):
        # The record of the last attempt is the job itself; one that is queued again has left a record, or snoozed.
        names = {"outcome": "state", "ended_at": "finished_at"}
        of_job = {name: document[names.get(name, name)] for name in AttemptView.model_fields}
        attempts.append({**of_job, "error": document["error"] if document["finished_at"] else None})
    return JobDetail.model_validate(document)


async def list_jobs(
    node: "Node",
    wanted: JobFilter | None = None,
    *,
    cursor: str | None = None,
    limit: int = 50,
    caller: Caller | None = None,
) -> Page[JobView]:
    """Return one page of the jobs a ``caller`` sees, newest first. Raises BadRequest (400) for a foreign cursor."""
    page = await page_json(node, wanted or JobFilter(), cursor=cursor, limit=limit, caller=caller)
    return Page[JobView].model_validate_json(page)


async def page_json(
    node: "Node", wanted: JobFilter, *, cursor: str | None, limit: int, caller: Caller | None = None
) -> str:
    """Return one page of jobs, newest first, as the JSON of ``Page[JobView]``. Raises BadRequest (400)."""
    rows = await page_rows(node, wanted, cursor=cursor, limit=limit + 1, caller=caller)
    more = "null"
    if len(rows) > limit:
        more = f'"{cursor_after(rows[limit - 1])}"'
    held = [row["id"] for row in rows[:limit] if row["state"] == "held"]
    texts = await waiting_texts(readers_of(node).fetch, policies_of(node), held)
    idle = None
    # A node that takes work itself need not ask whether any does; most pages of a busy house have a due job on them.
    takes = nodes.presence_of(node).may_claim() and claiming.FULL_NAME not in node.switched_off
    if not takes and any(map(_is_due, rows[:limit])):
        idle = await nodes.why_nobody_takes_work(readers_of(node).fetch, claiming.FULL_NAME)
    items = ",".join([_document(row, idle if _is_due(row) else texts.get(row["id"])) for row in rows[:limit]])
    return f'{{"items":[{items}],"next_cursor":{more}}}'


def cursor_after(row: asyncpg.Record) -> str:
    """Return the cursor of what follows a row."""
    return encode_cursor([row["number"], int(row["created_at"].timestamp())])


async def count(node: "Node", wanted: JobFilter, most: int) -> int:
    """Return how many jobs there are, counting to ``most``. Raises Invalid (422)."""
    arguments = _arguments(wanted)
    sql, never = list_queries.count(wanted), (list_queries.NO_CURSOR, _EVER[0])
    [row] = await readers_of(node).fetch(sql, most, *never, *arguments)
    return min(most, int(row[0]))


async def counts(node: "Node", wanted: JobFilter, *, caller: Caller | None = None) -> dict[str, int]:
    """Return how many jobs a ``caller`` sees are in each state, counting to 1,000 in each. Raises Invalid (422)."""
    scope = _scope_of(caller)
    sql = list_queries.counts(wanted, scoped=bool(scope))
    never = (list_queries.NO_CURSOR, _EVER[0])
    rows = await readers_of(node).fetch(sql, COUNTED_OF_A_STATE, *never, *_arguments(wanted), *scope, caller=caller)
    return dict.fromkeys(list_queries.STATES, 0) | {row[0]: row[1] for row in rows}


async def rows_of(node: "Node", job_ids: Sequence[str]) -> Sequence[asyncpg.Record]:
    """Return what a bulk needs of jobs, newest first; those that are not there are left out. Raises Invalid (422)."""
    _check_text(job_ids)
    return await readers_of(node).fetch(list_queries.BY_IDS, list(job_ids))


async def page_rows(
    node: "Node", wanted: JobFilter, *, cursor: str | None = None, limit: int, caller: Caller | None = None
) -> Sequence[asyncpg.Record]:
    """Return the newest ``limit`` jobs after ``cursor`` a ``caller`` sees. Raises BadRequest (400), Invalid (422)."""
    before, made = list_queries.NO_CURSOR, node.clock.now()
    if cursor is not None:
        before, seconds = decode_cursor(cursor, [int, int])
        if not (0 <= before <= list_queries.NO_CURSOR and 0 <= seconds < _LAST_SECOND):
            raise BadRequest("The cursor is not one this list gave; leave it out to start again")
        made = datetime.fromtimestamp(seconds, UTC)
    scope = _scope_of(caller)
    arguments: list[Any] = [*_arguments(wanted), *scope]
    readers, sql = readers_of(node), list_queries.page(wanted, scoped=bool(scope))
    if node.clock.now() - made < _RECENT:
        since = made.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
        rows = await readers.fetch(sql, limit, before, since, *arguments, caller=caller)
        # What ended before was made before, and numbers are given in the order of making: none of it belongs here.
        if len(rows) == limit and rows[-1]["created_at"] >= since:
            return rows
    return await readers.fetch(sql, limit, before, _EVER[0], *arguments, caller=caller)


async def status(node: "Node") -> JobsStatus:
    """Return the queue in figures, for health and the overview. What is beyond 10,000 is not counted."""
    [row] = await readers_of(node).fetch(list_queries.STATUS, _COUNTED)
    return JobsStatus(**row)


def _arguments(wanted: JobFilter) -> list[str]:
    arguments = list_queries.arguments(wanted)
    _check_text(arguments)
    return arguments


def _check_text(values: Sequence[str]) -> None:
    if any("\x00" in value for value in values):
        raise Invalid("A filter may not contain the character U+0000")


def _scope_of(caller: Caller | None) -> list[Any]:
    """Return the last arguments of a statement that is scoped, none where it need not be."""
    return [] if caller is None or caller.sees_all else [caller.user_id, list(caller.subjects)]


async def id_of(session: AsyncSession, name: str) -> str:
    """Return the id of the job with a number, or what was given where that is no number of a job."""
    if not (name.isascii() and name.isdecimal() and len(name) <= _MOST_DIGITS):
        return name
    rows = await _fetch(session, list_queries.ID_OF_NUMBER, int(name))
    return str(rows[0][0]) if rows else name


async def row_of(session: AsyncSession, job_id: str) -> asyncpg.Record | None:
    """Return a job as a row of its list has it, or ``None``; an ended one's ``state`` is only in its document."""
    caller: Caller | None = session.info.get(CALLER)
    sql = list_queries.by_id(scoped=False)
    seen_by: list[Any] = []
    if caller is not None and not caller.sees_all:
        sql, seen_by = list_queries.by_id(scoped=True), [caller.user_id, list(caller.subjects)]
    made = _made_at(job_id)
    if made is not None:
        rows = await _fetch(session, sql, job_id, made - _BEFORE, made + _AFTER, *seen_by)
        if rows:
            return rows[0]
    rows = await _fetch(session, sql, job_id, *_EVER, *seen_by)
    return rows[0] if rows else None


def _made_at(job_id: str) -> datetime | None:
    """Return when an id says it was made. One made from an idempotency key says nothing true, so it only is a hint."""
    try:
        milliseconds = 0
        for digit in job_id[_PREFIX : _PREFIX + 10]:
            milliseconds = milliseconds * 32 + _DIGITS[digit]
        return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds < 2**42 else None
    except KeyError:
        return None


async def _cause(session: AsyncSession, row: asyncpg.Record) -> str | None:
    if _is_due(row):
        return await nodes.why_nobody_takes_work(fetch_on(session), claiming.FULL_NAME)
    if row["state"] != "held":
        return None
    texts = await waiting_texts(fetch_on(session), await policies_for(session), [row["id"]])
    return texts.get(row["id"])


def _is_due(row: asyncpg.Record) -> bool:
    return bool(row["state"] == "queued" and row["run_at"] <= row["now"])


def _document(row: asyncpg.Record, cause: str | None = None) -> str:
    document: str = row["document"]
    if row["state"] is None:  # it has ended
        return document
    waiting = orjson.dumps(waiting_of(row, cause).model_dump(mode="json")).decode()
    return f'{document[:-1]},"waiting_on":{waiting}}}'


async def _fetch(session: AsyncSession, sql: str, *arguments: Any) -> list[asyncpg.Record]:
    """Run one constant statement on the session's own connection, past the unit of work: a tenth of its price."""
    connection = await session.connection()
    raw = (await connection.get_raw_connection()).driver_connection
    assert isinstance(raw, asyncpg.Connection)
    if CALLER in session.info and not raw.is_in_transaction():
        await connection.exec_driver_sql("SELECT")  # the transaction becomes the caller's with its first statement
    try:
        rows: list[asyncpg.Record] = await raw.fetch(sql, *arguments)
    except asyncpg.DataError as error:
        raise Invalid("A value is out of the range the database can hold") from error
    except (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        await connection.invalidate(error)  # or the pool would hand the dead connection out again
        raise DatabaseGone(str(error)) from error
    return rows
