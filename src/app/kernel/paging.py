"""Keyset pages: stable under inserts, no offset, an opaque cursor over the sort values."""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

import orjson
from fastapi import Query
from pydantic import BaseModel
from sqlalchemy import Select, literal, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.kernel.errors import BadRequest

MAX_LIMIT = 500

Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Most items to return")]
# Of a cursor: whatever else it holds, its address fits into what is read of a request's first line.
PRINTED = r"^[!-~]*$"
Cursor = Annotated[str | None, Query(max_length=400, description="`next_cursor` of the page before")]
# Of a list that is merged from many: one place for each.
LongCursor = Annotated[
    str | None, Query(max_length=8000, pattern=PRINTED, description="`next_cursor` of the page before")
]


T = TypeVar("T")
Row = TypeVar("Row")


class Page(BaseModel, Generic[T]):
    """One page of a list."""

    items: list[T]
    next_cursor: str | None = None


def encode_cursor(values: Sequence[Any]) -> str:
    """Pack the sort values of a page's last row."""
    return base64.urlsafe_b64encode(orjson.dumps(list(values))).decode().rstrip("=")


def decode_cursor(cursor: str, types: Sequence[type]) -> list[Any]:
    """Unpack a cursor into values of ``types``. Raises BadRequest (400) for anything else."""
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(types):
            raise ValueError("wrong shape")
        return [
            datetime.fromisoformat(v) if t is datetime else _same_type(v, t) for v, t in zip(values, types, strict=True)
        ]
    except (ValueError, TypeError, binascii.Error, orjson.JSONDecodeError) as error:
        raise BadRequest("The cursor is not one this list gave; leave it out to start again") from error


def _same_type(value: Any, wanted: type) -> Any:
    if type(value) is not wanted:
        raise ValueError("wrong type")
    return value


async def page_of(
    session: AsyncSession,
    query: Select[Any],
    keys: Sequence[InstrumentedAttribute[Any]],
    *,
    cursor: str | None,
    limit: int,
    descending: bool = True,
) -> tuple[list[Row], str | None]:
    """Return the rows of one page, newest first unless told, and the next page's cursor.

    ``keys`` are the sort columns; the last must be unique. Raises BadRequest (400) for a foreign cursor.
    """
    if cursor is not None:
        values = decode_cursor(cursor, [key.type.python_type for key in keys])
        after = tuple_(*[literal(v, key.type) for v, key in zip(values, keys, strict=True)])
        query = query.where(tuple_(*keys) < after if descending else tuple_(*keys) > after)
    query = query.order_by(*[k.desc() if descending else k.asc() for k in keys]).limit(limit + 1)
    rows: list[Row] = list((await session.scalars(query)).all())
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], encode_cursor([getattr(last, key.key) for key in keys])
