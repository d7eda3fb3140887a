"""Data sets by what is known about them, newest first, a page at a time.

Which ones is asked on the server's own session, with the condition of who may see what written out: under row-level
security no index of words, tags or areas may be used (their operators are not leakproof), and one that is ordered by
time is walked to its end for somebody who may see little. The rows are then read on the caller's.

What many data sets fit is found by walking the newest; what few fit, by the index of words, tags or areas; what
somebody sees who sees little, by whose it is. The planner cannot tell them apart: of most of these conditions it has no
statistics. So each page begins with a walk, and what that found says how to go on from where it ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Text

from app.kernel.node import Node
from app.kernel.paging import Page, decode_cursor, encode_cursor
from app.kernel.principal import HOUSE, Principal
from app.kernel.scoping import SCOPED, seen_sql
from app.modules.data.list_filters import SUBJECTS, Filter, Wanted, filter_of
from app.modules.data.models import Dataset
from app.modules.data.schemas import DatasetView

_FIRST, _MOST = 2000, 16_000  # rows of one walk: 2,000 take 1 ms, and 2 where words and areas are compared
_FIRST_SEEN, _FIRST_SHARED = 1000, 500  # for who does not see all; where each row's shares are looked up
_FOUND = 4  # finding a row by an index, or whether it is shared, takes as long as walking so many

_AFTER = "(d.created_at, d.id) < (:after_at, :after_id)"
_NEWEST = "ORDER BY d.created_at DESC, d.id DESC"
_SHARED = seen_sql("d.owner_id", ["d.id", "d.incident_id", "d.simulation_id"], user=":user", subjects=SUBJECTS)
_SEEN = f"""({_SHARED} OR EXISTS (SELECT FROM collection_members AS m
    JOIN collections AS c ON c.id = m.collection_id JOIN shares AS s ON s.object_id = c.id
    WHERE m.dataset_id = d.id AND c.owner_id = d.owner_id AND s.subject_id = ANY({SUBJECTS})))"""
_ESTIMATED = text("""SELECT greatest(reltuples, 0) FROM pg_class WHERE oid = 'datasets'::regclass""")
# How many rows are read by why they are seen: ``each`` of what a caller owns and of what a thing that is shared has.
_BRANCHES = text(f"""
SELECT (SELECT count(*) FROM (SELECT FROM datasets WHERE owner_id IN ('{HOUSE}', :user) LIMIT :each) AS d)
    + coalesce(sum(CASE WHEN starts_with(object_id, 'dst_') THEN 1 ELSE least(:each, 1000) END), 0)
FROM (SELECT object_id FROM shares WHERE subject_id = ANY({SUBJECTS}) LIMIT :most) AS s
""")  # noqa: S608 (parameters' names)
_ROWS = (
    select(Dataset)
    .where(Dataset.id == func.any(bindparam("ids", type_=ARRAY(Text))))
    .execution_options(**{SCOPED: True})
)

Position = tuple[datetime, str]


async def list_datasets(
    session: AsyncSession, node: Node, caller: Principal, wanted: Wanted, *, cursor: str | None, limit: int
) -> Page[DatasetView]:
    """Return a page of data sets, newest first. ``session`` is the caller's, and not begun."""
    after = None
    if cursor is not None:
        created_at, dataset_id = decode_cursor(cursor, [datetime, str])
        after = (created_at, dataset_id)
    async with node.database.sessions() as own:
        ids = await _Search(own, filter_of(wanted, caller), caller).newest(limit + 1, after)
    found = (await session.scalars(_ROWS, {"ids": ids[:limit]})).all()
    rows = sorted(found, key=lambda row: (row.created_at, row.id), reverse=True)
    following = encode_cursor([rows[-1].created_at, rows[-1].id]) if len(ids) > limit and rows else None
    return Page(items=[DatasetView.model_validate(row) for row in rows], next_cursor=following)


@dataclass
class _Walk:
    """What a walk found: the ids, how many rows it passed, of how many each probe was true, where it ended."""

    ids: list[str]
    walked: int
    hits: list[int]
    last: Position | None


class _Search:
    """One page being found: the ids of what fits and what the caller may see."""

    def __init__(self, session: AsyncSession, asked: Filter, caller: Principal) -> None:
        self.session = session
        self.asked = asked
        self.sees_all = caller.sees_all
        self.values = {**asked.values}
        if not caller.sees_all:
            self.values |= {"user": caller.user_id, "subjects": list(caller.subjects)}

    async def newest(self, limit: int, after: Position | None) -> list[str]:
        """Return up to ``limit`` ids, newest first, of what comes after a position."""
        ids: list[str] = []
        walked, hits = 0, [0] * len(self.asked.probes)
        if self.sees_all:
            size = _FIRST if self.asked.fitting else limit
        else:
            size = _FIRST_SEEN if self.asked.fitting else _FIRST_SHARED
        while True:
            walk = await self._walk(size, after, limit - len(ids))
            ids += walk.ids
            if len(ids) == limit or walk.walked < size:
                return ids
            walked, after = walked + walk.walked, walk.last
            hits = [a + b for a, b in zip(hits, walk.hits, strict=True)]
            # A third more than if they are spread evenly; of what was not met yet, it is known only that it is rare.
            size = 4 * (limit - len(ids)) * walked // (3 * len(ids)) + 1 if ids else 4 * limit * walked
            if (way := await self._cheaper(size, limit - len(ids), hits, walked)) is not None:
                return ids + list((await self._execute(way, after, limit=limit - len(ids))).scalars())
            size = min(size, _MOST)

    async def _walk(self, size: int, after: Position | None, limit: int) -> _Walk:
        sql = walk_sql(self.asked, self.sees_all, after is not None)
        row = (await self._execute(sql, after, size=size, limit=limit)).one()
        last = None if row.walked == 0 else (row.last_at, row.last_id)
        return _Walk(list(row.ids), row.walked, list(row.hits), last)

    async def _cheaper(self, size: int, limit: int, hits: list[int], walked: int) -> str | None:
        """Return the statement that finds the rest sooner than a walk of ``size`` rows, or ``None``."""
        way, cost = None, size if self.sees_all or self.asked.fitting else size * _FOUND
        rate = (min(hits, default=walked) + 0.5) / walked
        if self.asked.probes:
            expected = int(_FOUND * rate * await self.session.scalar(_ESTIMATED))
            if expected < cost:
                # What is rare by one condition is found by that; what is only by several together, by those.
                telling = [found for (_, found), hit in zip(self.asked.probes, hits, strict=True) if 2 * hit < walked]
                probes = [found for _, found in self.asked.probes]
                probe = probes[hits.index(0)] if 0 in hits else _all(telling or probes)
                way, cost = index_sql(self.asked, probe, self.sees_all, later=True), expected
        if not self.sees_all:
            most = cost // _FOUND + 1
            mine = {name: self.values[name] for name in ("user", "subjects")}
            asked = {**mine, "most": most, "each": min(most, int(limit / rate))}
            if _FOUND * await self.session.scalar(_BRANCHES, asked) < cost:
                way = whose_sql(self.asked, later=True)
        return way

    async def _execute(self, sql: str, after: Position | None, **numbers: int) -> Any:
        values: dict[str, Any] = {**self.values, **numbers}
        if after is not None:
            values |= {"after_at": after[0], "after_id": after[1]}
        return await self.session.execute(text(sql), values)


def walk_sql(asked: Filter, sees_all: bool, later: bool) -> str:
    """Return the statement that looks at the newest rows, ``size`` of them, and says what they are."""
    columns = ["d.created_at", "d.id", f"({_all(asked.fitting)}) AS fits"]
    columns += [f"({probe}) AS probe_{number}" for number, (probe, _) in enumerate(asked.probes)]
    columns += [] if sees_all else ["d.owner_id", "d.incident_id", "d.simulation_id"]
    if asked.collection is None:
        walked = _walked(_BY_TIME, columns, asked.plain, later)
    else:
        walked = _walked(_IN_COLLECTION, columns, ["o.collection_id = :collection", *asked.plain], later)
    hits = ", ".join(f"count(*) FILTER (WHERE probe_{number})" for number in range(len(asked.probes)))
    seen = "TRUE" if sees_all else _SEEN
    return f"""
WITH walked AS MATERIALIZED ({walked} LIMIT :size)
SELECT count(*) AS walked, CAST(ARRAY[{hits}] AS bigint[]) AS hits,
    min(created_at) AS last_at,
    (SELECT min(id) FROM walked WHERE created_at = (SELECT min(created_at) FROM walked)) AS last_id,
    ARRAY(SELECT d.id FROM walked AS d WHERE d.fits AND {seen} {_NEWEST} LIMIT :limit) AS ids
FROM walked"""  # noqa: S608 (conditions of ours, values are parameters)


def index_sql(asked: Filter, probe: str, sees_all: bool, later: bool) -> str:
    """Return the statement that finds what a probe is true of by its index, and of that what fits."""
    collection = [] if asked.collection is None else [asked.collection]
    conditions = [*asked.plain, *collection, *asked.fitting, *([_AFTER] if later else [])]
    # The offset keeps the planner from walking all there is by time instead.
    return f"""
SELECT d.id FROM (SELECT d.* FROM datasets AS d WHERE {probe} OFFSET 0) AS d
WHERE {_all([*conditions, *([] if sees_all else [_SEEN])])} {_NEWEST} LIMIT :limit"""  # noqa: S608 (as above)


def whose_sql(asked: Filter, later: bool) -> str:
    """Return the statement that finds what a caller sees by why they see it, each newest first by its own index."""
    fitting = [*asked.fitting, *([] if asked.collection is None else [asked.collection])]

    def some(condition: str, order: _Order = _BY_TIME, more: str = "TRUE") -> str:
        # The offset keeps the planner from the index of a word that many have. With an ORDER BY outside, it would not
        # know inside that a few rows are enough, and sort all; they come in the order of the walk.
        rows = _walked(order, ["d.*", *order.more], [condition, *asked.plain], later)
        return f"SELECT d.created_at, d.id FROM ({rows} OFFSET 0) AS d WHERE {_all([more, *fitting])} LIMIT :limit"  # noqa: S608

    def shared(kind: str, each: str) -> str:
        return f"""SELECT d.created_at, d.id FROM shares AS s CROSS JOIN LATERAL ({each}) AS d
            WHERE s.subject_id = ANY({SUBJECTS}) AND starts_with(s.object_id, '{kind}_') {_NEWEST} LIMIT :limit"""  # noqa: S608

    branches = (
        some(f"d.owner_id = '{HOUSE}'"),
        some("d.owner_id = :user"),
        shared("dst", some("d.id = s.object_id")),
        shared("inc", some("d.incident_id = s.object_id")),
        shared("sim", some("d.simulation_id = s.object_id")),
        shared("col", some("o.collection_id = s.object_id", _IN_COLLECTION, "d.owner_id = d.collector_id")),
    )
    together = " UNION ".join(f"({branch})" for branch in branches)
    return f"SELECT d.id FROM ({together}) AS d {_NEWEST} LIMIT :limit"  # noqa: S608 (as above)


@dataclass(frozen=True)
class _Order:
    """What rows are walked by: tables with an index on two columns, when it was made and its id; what else is told."""

    tables: str
    created_at: str
    id: str
    more: tuple[str, ...] = ()


_BY_TIME = _Order("datasets AS d", "d.created_at", "d.id")
_IN_COLLECTION = _Order(
    """collection_members AS o JOIN collections AS c ON c.id = o.collection_id
    JOIN datasets AS d ON d.id = o.dataset_id""",
    "o.dataset_created_at",
    "o.dataset_id",
    ("c.owner_id AS collector_id",),
)


def _walked(order: _Order, columns: list[str], conditions: list[str], later: bool) -> str:
    after = [f"({order.created_at}, {order.id}) < (:after_at, :after_id)"] if later else []
    return (
        f"SELECT {', '.join(columns)} FROM {order.tables} WHERE {_all([*conditions, *after])}"  # noqa: S608
        f" ORDER BY {order.created_at} DESC, {order.id} DESC"
    )


def _all(conditions: Sequence[str]) -> str:
    return " AND ".join(conditions) or "TRUE"
