"""Who may see what, in one place: for SELECTs of a caller's session, for raw SQL, and for the policies behind both.

An object has an owner. Its owner sees it, and whoever it (or what it belongs to) is shared with; what the house owns
everybody sees; operators see all. The filter here is the first wall, row-level security the second: see
docs/decisions/0010-two-walls.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Table, column, event, exists, or_, table, text
from sqlalchemy.orm import InstrumentedAttribute, Mapped, ORMExecuteState, Session, mapped_column, with_loader_criteria
from sqlalchemy.sql.base import ExecutableOption

from app.kernel.principal import EVERYONE, HOUSE, Principal
from app.kernel.roles import APP, SERVICE
from app.kernel.tables import Base

CALLER = "caller"  # key in the info of a caller's session
SHARES = table("shares", column("object_id"), column("subject_id"), column("level"))


@dataclass(frozen=True)
class Caller:
    """Whom a session asks for: the user, whom something must be shared with for them to see it, or that they see all.

    ``sql`` makes a transaction theirs.
    """

    user_id: str
    subjects: tuple[str, ...]
    sees_all: bool
    sql: str = field(compare=False, repr=False)

    @classmethod
    def of(cls, principal: Principal | None) -> "Caller":
        """Return whom ``principal`` asks for; ``None`` is nobody, who sees what is the house's."""
        if principal is None:
            return _NOBODY
        return _caller(principal.user_id, principal.subjects, principal.sees_all)


@lru_cache(maxsize=10_000)
def _caller(user_id: str, subjects: tuple[str, ...], sees_all: bool) -> Caller:
    values = {
        "role": APP,
        "stormbell.user_id": user_id,
        "stormbell.subjects": "{" + ",".join(f'"{one}"' for one in subjects) + "}",
        "stormbell.sees_all": "on" if sees_all else "off",
    }
    if any("'" in value or "\\" in value for value in values.values()):
        raise ValueError("an id of a user or group is none of ours")
    says = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in values.items())
    return Caller(user_id, subjects, sees_all, f"SELECT {says}")


_NOBODY = _caller("", (), False)


class Owned:
    """A table whose rows are owned. ``shared_by`` names the columns whose object, when shared, shares the row."""

    shared_by: ClassVar[tuple[str, ...]] = ("id",)

    owner_id: Mapped[str] = mapped_column(server_default=text(f"'{HOUSE}'"))

    @classmethod
    def seen_by(cls, user_id: str, subjects: Sequence[str]) -> ColumnElement[bool]:
        """Return the condition under which a user who does not see all sees a row."""
        ids = [getattr(cls, name) for name in cls.shared_by]
        shared = exists().where(or_(*[SHARES.c.object_id == i for i in ids]), SHARES.c.subject_id.in_(subjects))
        return or_(cls.owner_id.in_((HOUSE, user_id)), shared)


class BelongsTo:
    """A table whose rows are seen with the row of another: ``parent`` names the column and gives that table's class."""

    parent: ClassVar[tuple[str, type[Any]]]

    @classmethod
    def seen_by(cls, user_id: str, subjects: Sequence[str]) -> ColumnElement[bool]:
        """Return the condition under which a user who does not see all sees a row."""
        name, parent = cls.parent
        key: InstrumentedAttribute[str] = parent.id
        return exists().where(key == getattr(cls, name), parent.seen_by(user_id, subjects)).correlate(cls)


def attach(session_class: type[Session]) -> None:
    """Make sessions of a caller find only what the caller may see."""

    @event.listens_for(session_class, "do_orm_execute")
    def narrow(state: ORMExecuteState) -> None:
        caller: Caller | None = state.session.info.get(CALLER)
        if caller is None or caller.sees_all or state.is_column_load or state.is_relationship_load:
            return
        if (state.is_select or state.is_update or state.is_delete) and state.is_orm_statement:
            state.statement = state.statement.options(*_options(caller.user_id, caller.subjects))  # type: ignore[attr-defined]  # of all three kinds


@lru_cache(maxsize=1000)
def _options(user_id: str, subjects: tuple[str, ...]) -> tuple[ExecutableOption, ...]:
    return tuple(
        with_loader_criteria(kind, kind.seen_by(user_id, subjects), include_aliases=True)
        for kind in (*_mapped(Owned), *_mapped(BelongsTo))
    )


def _mapped(mixin: type[Any]) -> list[Any]:
    return [kind for kind in mixin.__subclasses__() if issubclass(kind, Base)]


# What row-level security compares with: an InitPlan each, read once a statement and not once a row.
USER_SETTING = "(SELECT current_setting('stormbell.user_id', true))"
# Cast once more outside: ANY of a bare subquery would be its rows.
SUBJECTS_SETTING = "(SELECT current_setting('stormbell.subjects', true)::text[])::text[]"
SEES_ALL_SETTING = "(SELECT current_setting('stormbell.sees_all', true) = 'on')"


def seen_sql(owner: str, ids: Sequence[str], *, user: str = USER_SETTING, subjects: str = SUBJECTS_SETTING) -> str:
    """Return the SQL condition under which a user who does not see all sees a row.

    ``owner`` and ``ids`` are columns (``j.owner_id``; of what it and what it belongs to can be shared by), ``user`` and
    ``subjects`` expressions: parameters such as ``$3`` and ``$4::text[]`` (:attr:`Principal.subjects`) where the
    transaction is not the caller's. Leave the condition out for a principal that ``sees_all``.
    """
    one = f"= {ids[0]}" if len(ids) == 1 else f"IN ({', '.join(ids)})"
    return (
        f"({owner} IN ('{HOUSE}', {user}) OR EXISTS (SELECT FROM shares"
        f" WHERE shares.object_id {one} AND shares.subject_id = ANY({subjects})))"
    )


def policies(seen: str, *tables: str) -> tuple[str, ...]:
    """Return the second wall around ``tables``: the service sees all rows, a caller those ``seen`` is true of."""
    return tuple(
        statement
        for name in tables
        for statement in (
            f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY of_service ON {name} TO {SERVICE} USING (true)",
            f"CREATE POLICY of_caller ON {name} TO {APP} USING ({SEES_ALL_SETTING} OR {seen})",
        )
    )


def owned_policies(kind: type[Any], *, owner: str = "owner_id") -> tuple[str, ...]:
    """Return the policies of an :class:`Owned` table."""
    described: Table = kind.__table__
    name = described.name
    return policies(seen_sql(f"{name}.{owner}", [f"{name}.{column}" for column in kind.shared_by]), name)


def child_policies(kind: type[Any]) -> tuple[str, ...]:
    """Return the policies of a :class:`BelongsTo` table: the parent's own decide in the subquery."""
    name, parent = kind.parent
    own, above = kind.__table__.name, parent.__table__.name
    return policies(f"EXISTS (SELECT FROM {above} WHERE {above}.id = {own}.{name})", own)


__all__ = [
    "CALLER",
    "EVERYONE",
    "HOUSE",
    "BelongsTo",
    "Caller",
    "Owned",
    "attach",
    "child_policies",
    "owned_policies",
    "policies",
    "seen_sql",
]
