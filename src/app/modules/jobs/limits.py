"""Limits of kinds, queues and keys, over all nodes together: declared by the program, set by people."""

import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import hint, publish
from app.modules.jobs.errors import JobLimitNotFound, JobOptionInvalid
from app.modules.jobs.events import JobLimitChanged
from app.modules.jobs.insertion import fetch_on
from app.modules.jobs.kinds import Limit, registered
from app.modules.jobs.models import JobAllowance, JobLimit
from app.modules.jobs.new_jobs import GATES_TOPIC
from app.modules.jobs.policies import POLICIES_TOPIC
from app.modules.jobs.queue_schemas import LimitSet, LimitView, Scope

if TYPE_CHECKING:
    from app.kernel.node import Node

_COUNTED = 100_000

_USE = """
SELECT gate, count(*) AS used FROM (
    SELECT unnest(gates) AS gate FROM jobs WHERE state <> 'held' AND gates IS NOT NULL LIMIT $1
) AS admitted GROUP BY gate
"""

# What the program says, unless a person has said otherwise; what it no longer says is taken back.
_DECLARE = """
WITH said AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::float8[], $5::float8[])
        AS n (scope, name, concurrency, rate, period_seconds)
), taken_back AS (
    DELETE FROM job_limits l
    WHERE declared AND NOT EXISTS (SELECT FROM said s WHERE (s.scope, s.name) = (l.scope, l.name))
        AND (scope = 'kind' AND name = ANY($6::text[]) OR scope = 'key' AND name = ANY($7::text[]))
    RETURNING 1
), declared AS (
    INSERT INTO job_limits AS l (scope, name, concurrency, rate, period_seconds, declared)
    SELECT scope, name, concurrency, rate, period_seconds, true FROM said
    ON CONFLICT (scope, name) DO UPDATE SET concurrency = excluded.concurrency, rate = excluded.rate,
        period_seconds = excluded.period_seconds, changed_at = now()
    WHERE l.declared AND (l.concurrency, l.rate, l.period_seconds)
        IS DISTINCT FROM (excluded.concurrency, excluded.rate, excluded.period_seconds)
    RETURNING 1
)
SELECT (SELECT count(*) FROM taken_back) + (SELECT count(*) FROM declared)
"""


async def declare(node: "Node") -> None:
    """Write down the limits of the kinds this node knows. A limit a person has set stays as it is."""
    said: list[tuple[str, str, int | None, float | None, float | None]] = []
    for kind in registered.values():
        for scope, name, limit in (("kind", kind.name, kind.limit), ("key", f"{kind.name}:*", kind.key_limit)):
            if limit is not None:
                said.append((scope, name, limit.concurrency, limit.rate, _period(limit)))
    kinds = list(registered)
    async with node.database.transaction() as session:
        arguments: list[list[Any]] = [list(column) for column in zip(*said, strict=True)] if said else [[]] * 5
        changed = await fetch_on(session)(_DECLARE, *arguments, kinds, [f"{name}:*" for name in kinds])
        if changed[0][0]:
            _tell(session)


async def set_limit(
    session: AsyncSession, scope: Scope, name: str, limit: LimitSet, *, by: str | None, actor: str | None = None
) -> LimitView:
    """Set a limit, instead of the declared one where there is one. Announces job_limit.changed.

    Jobs that are queued already wait for it too, from the keeper's next pass on. Raises JobOptionInvalid (422).
    """
    if "*" in name and (scope != "key" or name.index("*") != len(name) - 1):
        raise JobOptionInvalid("* stands at the end of a key, as in machine:*, and nowhere else")
    if not name.isprintable():
        raise JobOptionInvalid("a name has printable characters only")
    period_seconds = None if limit.rate is None else limit.period_seconds or 1.0
    values = {
        "concurrency": limit.concurrency,
        "rate": limit.rate,
        "period_seconds": period_seconds,
        "declared": False,
        "changed_by": by,
        "changed_at": func.now(),
        "adopted_at": None,
    }
    await session.execute(
        insert(JobLimit)
        .values(scope=scope, name=name, **values)
        .on_conflict_do_update(index_elements=[JobLimit.scope, JobLimit.name], set_=values)
    )
    _tell(session)
    publish(
        session,
        JobLimitChanged(
            subject_id=f"{scope}:{name}",
            actor=actor,
            scope=scope,
            name=name,
            concurrency=limit.concurrency,
            rate=limit.rate,
            period_seconds=period_seconds,
        ),
    )
    return await get_limit(session, scope, name)


async def remove_limit(session: AsyncSession, scope: Scope, name: str, *, actor: str | None = None) -> None:
    """Remove a limit; the declared one, where there is one, is in force again. Announces job_limit.changed.

    Raises JobLimitNotFound (404).
    """
    row = await session.get(JobLimit, (scope, name), with_for_update=True)
    if row is None:
        raise JobLimitNotFound(f"There is no limit of {scope} {name}")
    await session.execute(delete(JobLimit).where(JobLimit.scope == scope, JobLimit.name == name))
    kind = registered.get(name if scope == "kind" else name.removesuffix(":*"))
    declared = None if kind is None else kind.limit if scope == "kind" else kind.key_limit if scope == "key" else None
    if declared is not None:
        values = {"concurrency": declared.concurrency, "rate": declared.rate, "period_seconds": _period(declared)}
        await session.execute(insert(JobLimit).values(scope=scope, name=name, declared=True, **values))
    _tell(session)
    publish(
        session,
        JobLimitChanged(subject_id=f"{scope}:{name}", actor=actor, scope=scope, name=name, removed=True),
    )


async def get_limit(session: AsyncSession, scope: Scope, name: str) -> LimitView:
    """Return a limit and its use. Raises JobLimitNotFound (404)."""
    views = [view for view in await list_limits(session) if (view.scope, view.name) == (scope, name)]
    if not views:
        raise JobLimitNotFound(f"There is no limit of {scope} {name}")
    return views[0]


async def list_limits(session: AsyncSession) -> list[LimitView]:
    """Return every limit with its use, by scope and name."""
    used = {row[0]: row[1] for row in await fetch_on(session)(_USE, _COUNTED)}
    now = time.time()
    allowances = {row.gate: row.recent for row in await session.scalars(select(JobAllowance))}
    rows = await session.scalars(
        select(JobLimit).order_by(JobLimit.scope, JobLimit.name).execution_options(populate_existing=True)
    )
    views: list[LimitView] = []
    for row in rows:
        gate = f"{row.scope}:{row.name}"
        gates = [g for g in {*used, *allowances} if g.startswith(gate[:-1])] if gate.endswith("*") else [gate]
        since = now - (row.period_seconds or 0)
        begun = [sum(int(group[1]) for group in allowances.get(g, ()) if group[0] > since) for g in gates]
        views.append(
            LimitView(
                scope=row.scope,
                name=row.name,
                concurrency=row.concurrency,
                rate=row.rate,
                period_seconds=row.period_seconds,
                used=max((used.get(g, 0) for g in gates), default=0),
                begun=max(begun, default=0),
                declared=row.declared,
                changed_by=row.changed_by,
                changed_at=row.changed_at,
            )
        )
    return views


def _tell(session: AsyncSession) -> None:
    hint(session, POLICIES_TOPIC)
    hint(session, GATES_TOPIC)


def _period(limit: Limit) -> float | None:
    return None if limit.rate is None else limit.period_seconds
