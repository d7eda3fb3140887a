"""Data sets by what is known about them, newest first, a page at a time.

Which ones is asked on the server's own session, with the condition of who may see what written out: under row-level
security no index of words, tags or areas may be used (their operators are not leakproof), and one that is ordered by
time is walked to its end for somebody who may see little. The rows are then read on the caller's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select, tuple_, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.kernel.node import Node
from app.kernel.paging import Page, decode_cursor, encode_cursor
from app.kernel.principal import HOUSE, Principal
from app.kernel.scoping import SHARES
from app.modules.data.describing import unwrapped
from app.modules.data.keeping_models import Collection, CollectionMember
from app.modules.data.models import Dataset, DatasetInput, Replica, collected
from app.modules.data.schemas import DatasetView

_WALKED = 4000  # of the newest: some 10 ms, and enough for what one data set in 80 fits


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What data sets have to be; what is ``None`` or empty leaves them as they are.

    ``name`` and ``path`` may hold ``*``, ``media_type`` may end in ``/*``; ``q`` are words, all of which occur.
    """

    q: str | None = None
    name: str | None = None
    media_type: str | None = None
    role: str | None = None
    tags: Sequence[str] = ()
    machine: str | None = None
    storage_id: str | None = None
    path: str | None = None
    sha256: str | None = None
    area: list[float] | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    created_from: datetime | None = None
    created_until: datetime | None = None
    incident_id: str | None = None
    simulation_id: str | None = None
    made_from: str | None = None
    series_id: str | None = None
    collection_id: str | None = None
    owner_id: str | None = None
    pinned: bool | None = None
    deleted: bool = False


async def list_datasets(
    session: AsyncSession, node: Node, caller: Principal, wanted: Wanted, *, cursor: str | None, limit: int
) -> Page[DatasetView]:
    """Return a page of data sets, newest first. ``session`` is the caller's, and not begun."""
    async with node.database.sessions() as own:
        for query in _queries(wanted, caller, cursor, limit + 1):
            ids = [row.id for row in await own.execute(query)]
            if len(ids) > limit:
                break
    found = (await session.scalars(select(Dataset).where(Dataset.id.in_(ids[:limit])))).all()
    rows = sorted(found, key=lambda row: (row.created_at, row.id), reverse=True)
    following = encode_cursor([rows[-1].created_at, rows[-1].id]) if len(ids) > limit and rows else None
    return Page(items=[DatasetView.model_validate(row) for row in rows], next_cursor=following)


def _queries(wanted: Wanted, caller: Principal, cursor: str | None, limit: int) -> Iterator[Any]:
    """Yield what asks for the ids, the next one for when the one before it did not find ``limit``.

    What many data sets fit is found among the newest by walking; what few fit, by the index of words, tags or areas.
    The planner cannot choose: under row-level security it has no statistics for these operators.
    """
    if not _indexed(wanted, caller, Dataset):
        yield _newest(wanted, caller, cursor, limit, Dataset)
        return
    newest = _newest(wanted, caller, cursor, _WALKED, Dataset, whole=True).subquery()
    recent: Any = aliased(Dataset, newest)
    order = (recent.created_at.desc(), recent.id.desc())
    yield select(recent.id, recent.created_at).where(*_indexed(wanted, caller, recent)).order_by(*order).limit(limit)
    if not caller.sees_all:  # the index of whose it is may be the better one, branch by branch
        yield _newest(wanted, caller, cursor, limit, Dataset, more=_indexed(wanted, caller, Dataset))
        return
    fitting = select(Dataset.__table__).where(*_indexed(wanted, caller, Dataset)).cte("fitting")
    kind: Any = aliased(Dataset, fitting.prefix_with("MATERIALIZED", dialect="postgresql"))
    yield _newest(wanted, caller, cursor, limit, kind)


def _newest(
    wanted: Wanted,
    caller: Principal,
    cursor: str | None,
    limit: int,
    kind: Any,
    *,
    more: Sequence[ColumnElement[bool]] = (),
    whole: bool = False,
) -> Any:
    """Return what selects the newest of ``kind`` that fit and that the caller may see, newest first."""
    conditions = [*_plain(wanted, kind), *more]
    if cursor is not None:
        values = decode_cursor(cursor, [datetime, str])
        after = tuple_(literal(values[0], Dataset.created_at.type), literal(values[1], Dataset.id.type))
        conditions.append(tuple_(kind.created_at, kind.id) < after)
    columns = [Dataset.__table__] if whole else [kind.id, kind.created_at]

    def some(*seen: ColumnElement[bool]) -> Any:
        query = select(*columns).where(*conditions, *seen)
        return query.order_by(kind.created_at.desc(), kind.id.desc()).limit(limit)

    if caller.sees_all:
        return some()
    # Each by an index of its own; the newest of all are among the newest of each.
    shared = select(SHARES.c.object_id).where(SHARES.c.subject_id.in_(caller.subjects))
    branches = (
        some(kind.owner_id == HOUSE),
        some(kind.owner_id == caller.user_id),
        *[some(one.in_(shared)) for one in (kind.id, kind.incident_id, kind.simulation_id)],
        some(collected(kind, caller.subjects)),
    )
    together = union(*[select(branch.subquery()) for branch in branches]).subquery()
    chosen = select(together) if whole else select(together.c.id, together.c.created_at)
    return chosen.order_by(together.c.created_at.desc(), together.c.id.desc()).limit(limit)


def _plain(wanted: Wanted, kind: Any) -> list[ColumnElement[bool]]:
    """Return the conditions that row-level security lets an ordered index be walked with."""
    found = [kind.deleted_at.is_not(None) if wanted.deleted else kind.deleted_at.is_(None)]
    equal = ("role", "machine", "sha256", "incident_id", "simulation_id", "series_id", "owner_id", "pinned")
    found += [getattr(kind, name) == value for name in equal if (value := getattr(wanted, name)) is not None]
    found += [
        getattr(kind, name) == value
        for name in ("name", "media_type")
        if (value := getattr(wanted, name)) is not None and "*" not in value
    ]
    if wanted.created_from is not None:
        found.append(kind.created_at >= wanted.created_from)
    if wanted.created_until is not None:
        found.append(kind.created_at < wanted.created_until)
    return found


def _indexed(wanted: Wanted, caller: Principal, kind: Any) -> list[ColumnElement[bool]]:
    """Return the conditions that have an index of their own, or need another table."""
    found: list[ColumnElement[bool]] = []
    for column, pattern in ((kind.name, wanted.name), (kind.media_type, wanted.media_type)):
        if pattern is not None and "*" in pattern:
            found.append(_like(column, pattern))
    found += [kind.search.like(f"%{_escaped(word)}%") for word in (wanted.q or "").lower().split()[:20]]
    if wanted.tags:
        found.append(kind.tags.contains(list(wanted.tags)))
    if wanted.area is not None:
        found.append(_meets(wanted.area, kind))
    if wanted.valid_from is not None or wanted.valid_until is not None:
        span = func.tstzrange(kind.valid_from, kind.valid_until, "[]")
        given = func.tstzrange(wanted.valid_from, wanted.valid_until, "[]")
        dated = or_(kind.valid_from.is_not(None), kind.valid_until.is_not(None))
        found += [dated, span.op("&&", is_comparison=True)(given)]
    if wanted.storage_id is not None or wanted.path is not None:
        place: list[ColumnElement[bool]] = []
        if wanted.storage_id is not None:
            place.append(Replica.storage_id == wanted.storage_id)
        if wanted.path is not None:
            place.append(_like(Replica.path, wanted.path))
        found.append(kind.id.in_(select(Replica.dataset_id).where(*place)))
    if wanted.made_from is not None:
        found.append(kind.id.in_(select(DatasetInput.dataset_id).where(DatasetInput.input_id == wanted.made_from)))
    if wanted.collection_id is not None:
        seen = [] if caller.sees_all else [Collection.seen_by(caller.user_id, caller.subjects)]
        mine = exists().where(Collection.id == CollectionMember.collection_id, *seen)
        members = select(CollectionMember.dataset_id).where(CollectionMember.collection_id == wanted.collection_id)
        found.append(kind.id.in_(members.where(mine)))
    return found


def _meets(area: list[float], kind: Any) -> ColumnElement[bool]:
    west, south, east, north = unwrapped(area) or area
    box = func.box(func.point(kind.west, kind.south), func.point(kind.east, kind.north))
    # A box that crosses the date line lies in [-180, 540]: the same place once more around the globe is the same place.
    around = [
        box.op("&&", is_comparison=True)(func.box(func.point(west + turn, south), func.point(east + turn, north)))
        for turn in (-360.0, 0.0, 360.0)
    ]
    return and_(kind.west.is_not(None), or_(*around))


def _like(column: Any, text: str) -> ColumnElement[bool]:
    if "*" not in text:
        return column == text  # type: ignore[no-any-return]
    return column.like(_escaped(text).replace("*", "%"))  # type: ignore[no-any-return]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
