"""What a user owns, in every table that has owners: counted, given to somebody else, read out.

Found from the tables themselves, so that a new one cannot be forgotten when somebody leaves or asks what is kept.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, func, literal, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.errors import Problem
from app.kernel.roles import SERVICE
from app.kernel.scoping import CALLER, SHARE_NEW_WITH, Caller
from app.kernel.tables import Base

# What happened stays with the name it happened under when nobody inherits it: records keep nobody from leaving.
RECORDS = frozenset({"alarms", "audit_events", "events", "finished_jobs"})
# Who did what is never rewritten.
_FIXED = frozenset({"audit_events"})
_AT_ONCE = 500
_ROLE = text("SELECT set_config('role', :role, true)")


def owned_tables() -> list[Table]:
    """Return every table whose rows have owners, by name."""
    return sorted((t for t in Base.metadata.tables.values() if "owner_id" in t.c), key=lambda t: t.name)


def personal_columns() -> list[Column[Any]]:
    """Return the columns that say whom a row is about: those that are gone with the user, by table."""
    found = [
        key.parent
        for t in Base.metadata.tables.values()
        for key in t.foreign_keys
        if key.target_fullname == "users.id" and key.ondelete == "CASCADE"
    ]
    return sorted(found, key=lambda column: (column.table.name, column.name))


async def become_service(session: AsyncSession) -> None:
    """Let the rest of a caller's transaction see and change what others own. Check first that the caller may."""
    session.info.pop(CALLER, None)  # else a savepoint would be the caller's again
    session.info.pop(SHARE_NEW_WITH, None)
    await session.execute(_ROLE, {"role": SERVICE})


@asynccontextmanager
async def as_service(session: AsyncSession) -> AsyncIterator[None]:
    """Let the block see and change what others own; the transaction is the caller's again after it.

    A session of the server's own is left as it is, at no cost.
    """
    known = {key: session.info[key] for key in (CALLER, SHARE_NEW_WITH) if key in session.info}
    caller: Caller | None = known.get(CALLER)
    if caller is None:
        yield
        return
    await session.flush()  # what waits to be written is the caller's
    await become_service(session)
    refused: Problem | None = None
    try:
        yield
        await session.flush()
    except Problem as problem:
        refused = problem
    finally:  # whatever else was raised ends the transaction, or its savepoint, and the role with it
        session.info.update(known)
    # All of it: the transaction may have begun in the block, as nobody's.
    await (await session.connection()).exec_driver_sql(caller.sql)
    if refused is not None:
        raise refused


async def count_owned(session: AsyncSession, user_id: str) -> dict[str, int]:
    """Return, by table, how many objects a user owns; records and what there is none of are left out."""
    wanted = [t for t in owned_tables() if t.name not in RECORDS]
    if not wanted:
        return {}
    counts = [
        select(literal(t.name).label("name"), func.count().label("count")).where(t.c.owner_id == user_id)
        for t in wanted
    ]
    query = counts[0].union_all(*counts[1:]) if len(counts) > 1 else counts[0]
    return {name: count for name, count in await session.execute(query) if count}


async def hand_over(session: AsyncSession, user_id: str, heir_id: str, *, records: bool = True) -> None:
    """Make everything of one user another's, with or without records."""
    for one in owned_tables():
        if one.name not in (_FIXED if records else RECORDS):
            await session.execute(update(one).where(one.c.owner_id == user_id).values(owner_id=heir_id))


async def read_rows(session: AsyncSession, column: Column[Any], user_id: str) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield a user's rows of one table, some hundred at a time, without secrets and without raw bytes.

    ``column`` is that table's which names the user.
    """
    table = column.table
    shown = [c for c in table.c if not c.info.get("secret") and not isinstance(c.type, LargeBinary)]
    query = select(*shown).where(column == user_id).order_by(*table.primary_key.columns)
    result = await session.stream(query.execution_options(yield_per=_AT_ONCE))
    async for some in result.mappings().partitions(_AT_ONCE):
        yield [dict(row) for row in some]
