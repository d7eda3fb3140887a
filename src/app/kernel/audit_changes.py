"""What a session changes, row by row: as it was before, from the unit of work, and as it is at the commit.

Objects are seen when they are flushed. Rows that a statement changes are read before it runs, so nothing a module does
through its models goes by unseen. What is after is always what the database then says.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import LargeBinary, func, inspect, select, tuple_
from sqlalchemy.orm import Mapper, ORMExecuteState, Session
from sqlalchemy.sql.dml import Delete, Insert, Update

from app.kernel.redaction import redact_names, redact_text

# What one row of the audit shows: enough to see what was done, not a second copy of the database.
MOST_CHANGES = 50
LONGEST_TEXT = 500
LONGEST_JSON = 4_000
DEEPEST = 8
HIDDEN = "[changed]"
_EXACT = 2**53  # JSON readers may round beyond it

_Key = tuple[Mapper[Any], tuple[Any, ...]]


@dataclass
class _Touched:
    before: dict[str, Any] = field(default_factory=dict)
    created: bool = False
    removed: bool = False


class Changes:
    """The rows one transaction has touched so far."""

    def __init__(self) -> None:
        self._touched: dict[_Key, _Touched] = {}
        self._more = 0

    def of_flush(self, session: Session) -> None:
        """Take in what is being flushed; call it while the history is still there."""
        for instance in session.new:
            if (touched := self._touch(instance)) is not None:
                touched.created = True
        for instance in session.dirty:
            if session.is_modified(instance) and (touched := self._touch(instance)) is not None:
                state = inspect(instance)
                for name in _names(state.mapper):
                    history = state.attrs[name].history
                    if history.has_changes():
                        touched.before.setdefault(name, history.deleted[0] if history.deleted else None)
        for instance in session.deleted:
            if (touched := self._touch(instance)) is not None:
                touched.removed = True
                for name in _names(inspect(instance).mapper):
                    if name in instance.__dict__:
                        touched.before.setdefault(name, instance.__dict__[name])

    def of_statement(self, state: ORMExecuteState) -> None:
        """Read the rows a statement on a model is about to change."""
        mapper, statement = state.bind_mapper, state.statement
        if mapper is None or not _audited(mapper):
            return
        if isinstance(statement, Insert):
            self._of_insert(state, mapper, statement)
        elif isinstance(statement, Update | Delete) and not isinstance(state.parameters, list):
            query = select(*_columns(mapper)).limit(MOST_CHANGES + 1)
            if statement.whereclause is not None:
                query = query.where(statement.whereclause)
            self._found(state.session, mapper, query, state.parameters, removed=isinstance(statement, Delete))

    def _of_insert(self, state: ORMExecuteState, mapper: Mapper[Any], statement: Insert) -> None:
        given: list[Any] = state.parameters if isinstance(state.parameters, list) else [state.parameters or {}]
        # An insert of many rows holds nothing itself, and the ORM does not let it be compiled alone.
        shared = {} if isinstance(state.parameters, list) else statement.compile().params
        names = [mapper.get_property_by_column(column).key for column in mapper.primary_key]
        keys = [tuple((shared | dict(one)).get(name) for name in names) for one in given]
        keys = [key for key in keys if None not in key and (mapper, key) not in self._touched]
        self._more += max(0, len(keys) - MOST_CHANGES)
        if not keys:
            return
        keys = keys[:MOST_CHANGES]
        query = select(*_columns(mapper)).where(tuple_(*mapper.primary_key).in_(keys))
        there = self._found(state.session, mapper, query, None, removed=False)
        for key in keys:
            if key not in there:
                self._keep((mapper, key)).created = True

    def _found(
        self, session: Session, mapper: Mapper[Any], query: Any, parameters: Any, *, removed: bool
    ) -> set[tuple[Any, ...]]:
        names = _names(mapper)
        found = set()
        rows = session.execute(query, parameters or {}).all()
        self._more += len(rows) > MOST_CHANGES
        for row in rows[:MOST_CHANGES]:
            values = dict(zip(names, row, strict=True))
            key = tuple(values[mapper.get_property_by_column(column).key] for column in mapper.primary_key)
            found.add(key)
            touched = self._keep((mapper, key))
            touched.removed = touched.removed or removed
            for name, value in values.items():
                touched.before.setdefault(name, value)
        return found

    def listed(self, session: Session) -> list[dict[str, Any]]:
        """Return every change: table, id, what was done, and the columns that differ, before and after."""
        now: dict[_Key, dict[str, Any]] = {}
        for mapper in dict.fromkeys(mapper for mapper, _ in self._touched):
            keys = [key for of, key in self._touched if of is mapper]
            query = select(*_columns(mapper)).where(tuple_(*mapper.primary_key).in_(keys))
            for row in session.execute(query):
                values = dict(zip(_names(mapper), row, strict=True))
                key = tuple(values[mapper.get_property_by_column(column).key] for column in mapper.primary_key)
                now[mapper, key] = values
        changes = []
        for (mapper, key), touched in self._touched.items():
            change = _change(mapper, key, touched, now.get((mapper, key)))
            if change is not None:
                changes.append(change)
        if self._more:
            changes.append({"change": "more", "count": self._more})
        return changes

    def _touch(self, instance: object) -> _Touched | None:
        mapper = inspect(instance).mapper
        if not _audited(mapper):
            return None
        key = tuple(mapper.primary_key_from_instance(instance))
        if (mapper, key) not in self._touched and len(self._touched) >= MOST_CHANGES:
            self._more += 1
            return None
        return self._keep((mapper, key))

    def _keep(self, key: _Key) -> _Touched:
        return self._touched.setdefault(key, _Touched())


def plain(value: Any, depth: int = DEEPEST) -> Any:
    """Return ``value`` as JSON every reader reads alike: no NUL, no number beyond 2**53, long texts cut."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < _EXACT else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, str):
        value = redact_text(value.encode("utf-8", "replace").decode().replace("\x00", "\ufffd"))
        return value if len(value) <= LONGEST_TEXT else f"{value[:LONGEST_TEXT]}… ({len(value)} characters)"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes | bytearray | memoryview):
        return f"[{len(value)} bytes]"
    if depth == 0:
        return "…"
    if isinstance(value, Mapping):
        return {plain(str(key)): plain(one, depth - 1) for key, one in redact_names(value).items()}
    if isinstance(value, Sequence | set | frozenset):
        return [plain(one, depth - 1) for one in value]
    return plain(str(value))


def _change(
    mapper: Mapper[Any], key: tuple[Any, ...], touched: _Touched, now: dict[str, Any] | None
) -> dict[str, Any] | None:
    before, after = touched.before, now or {}
    if touched.created:
        if now is None:
            return None  # undone within the transaction
        what, names = "created", [name for name, value in after.items() if value is not None]
    elif now is None:
        # A row the caller may no longer see was changed all the same.
        what = "removed" if touched.removed else "changed"
        names = [name for name, value in before.items() if value is not None]
    else:
        what, names = "changed", [name for name, value in before.items() if value != after[name]]
        if not names:
            return None
    change = {"table": mapper.local_table.description, "id": "/".join(str(plain(part)) for part in key), "change": what}
    shown = {
        "before": {name: _shown(mapper, name, before[name]) for name in names if name in before},
        "after": {name: _shown(mapper, name, after[name]) for name in names if name in after},
    }
    return change | {side: values for side, values in shown.items() if values}


def _shown(mapper: Mapper[Any], name: str, value: Any) -> Any:
    column = mapper.column_attrs[name].columns[0]
    if value is not None and (column.info.get("secret") or name.endswith("_hash") or _is_bytes(mapper, name)):
        return HIDDEN
    shown = next(iter(redact_names({name: plain(value)}).values()))
    if isinstance(shown, dict | list):
        encoded = orjson.dumps(shown)
        if len(encoded) > LONGEST_JSON:
            return f"{encoded[:LONGEST_TEXT].decode(errors='ignore')}… ({len(encoded)} bytes)"
    return shown


def _audited(mapper: Mapper[Any]) -> bool:
    return mapper.local_table.info.get("audited") is not False  # type: ignore[attr-defined]  # a Table


def _names(mapper: Mapper[Any]) -> list[str]:
    return [attribute.key for attribute in mapper.column_attrs]


def _columns(mapper: Mapper[Any]) -> list[Any]:
    # Of bytes only the hash is read: they may be many, and are not shown.
    return [
        func.sha256(getattr(mapper.class_, name)) if _is_bytes(mapper, name) else getattr(mapper.class_, name)
        for name in _names(mapper)
    ]


def _is_bytes(mapper: Mapper[Any], name: str) -> bool:
    column = mapper.column_attrs[name].columns[0]
    return isinstance(column.type, LargeBinary) and not column.primary_key
