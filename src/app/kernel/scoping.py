"""Who may see what, in one place: for SELECTs of a caller's session, for raw SQL, and for the policies behind both.

An object has an owner. Its owner sees it, and whoever it (or what it belongs to) is shared with; what the house owns
everybody sees; operators see all. The filter here is the first wall, row-level security the second: see
docs/decisions/0010-two-walls.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Table, column, event, exists, or_, select, table, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, Mapped, ORMExecuteState, Session, mapped_column, with_loader_criteria
from sqlalchemy.sql.base import ExecutableOption

from app.kernel.errors import Forbidden
from app.kernel.principal import EVERYONE, HOUSE, Principal
from app.kernel.roles import APP, SERVICE
from app.kernel.tables import Base

# Keys in the info of a session: whether what it finds is narrowed to what its caller may see; of a caller's, who it is,
# and with whom what they make is shared from the first.
FILTERED = "filtered"
CALLER = "caller"
SHARE_NEW_WITH = "share_new_with"
# Key in the execution options of a statement that says itself who sees what; the second wall stands behind it.
SCOPED = "scoped"
SHARES_TOPIC = "shares"  # somebody shared something, or took it back
SHARES = table("shares", column("object_id"), column("subject_id"), column("level"), column("shared_by"))


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


class NotYours(Forbidden):
    """This belongs to somebody else.

    You see it because it is shared with you. Its owner, or an operator, can let you act on it too.
    """

    code = "not_yours"


class Owned:
    """A table whose rows are owned. ``shared_by`` names the columns whose object, when shared, shares the row.

    ``id_prefix`` begins the ids of what can be shared by itself.
    """

    shared_by: ClassVar[tuple[str, ...]] = ("id",)
    id_prefix: ClassVar[str | None] = None

    owner_id: Mapped[str] = mapped_column(server_default=text(f"'{HOUSE}'"))

    @classmethod
    def seen_by(cls, user_id: str, subjects: Sequence[str]) -> ColumnElement[bool]:
        """Return the condition under which a user who does not see all sees a row."""
        ids = [getattr(cls, name) for name in cls.shared_by]
        shared = exists().where(or_(*[SHARES.c.object_id == i for i in ids]), SHARES.c.subject_id.in_(subjects))
        return or_(cls.owner_id.in_((HOUSE, user_id)), shared)


class OwnedFact(Owned):
    """A table of facts: one without an owner is the house's."""

    owner_id: Mapped[str | None] = mapped_column()  # type: ignore[assignment]  # narrower above on purpose

    @classmethod
    def seen_by(cls, user_id: str, subjects: Sequence[str]) -> ColumnElement[bool]:
        """Return the condition under which a user who does not see all sees a row."""
        return or_(cls.owner_id.is_(None), super().seen_by(user_id, subjects))


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
    """Make sessions of a caller find only what the caller may see, and share what they make as the settings say."""

    @event.listens_for(session_class, "do_orm_execute")
    def narrow(state: ORMExecuteState) -> None:
        caller: Caller | None = state.session.info.get(CALLER)
        if caller is None or caller.sees_all or not state.session.info[FILTERED]:
            return
        if state.is_column_load or state.is_relationship_load or state.execution_options.get(SCOPED):
            return
        if (state.is_select or state.is_update or state.is_delete) and state.is_orm_statement:
            state.statement = state.statement.options(*_options(caller.user_id, caller.subjects))

    @event.listens_for(session_class, "after_flush")  # whose it is, the database looks up
    def share_new(session: Session, _context: object) -> None:
        subject = session.info.get(SHARE_NEW_WITH)
        if subject is None:
            return
        caller: Caller = session.info[CALLER]
        rows = [
            {"object_id": row.id, "subject_id": subject, "level": "view", "shared_by": caller.user_id}  # type: ignore[attr-defined]  # what is shared has an id
            for row in session.new
            if isinstance(row, Owned) and row.id_prefix is not None and row.owner_id == caller.user_id
        ]
        if rows:
            session.connection().execute(SHARES.insert(), rows)
            session.info.setdefault("topics", set()).add(SHARES_TOPIC)


@lru_cache(maxsize=1000)
def _options(user_id: str, subjects: tuple[str, ...]) -> tuple[ExecutableOption, ...]:
    return tuple(
        with_loader_criteria(kind, kind.seen_by(user_id, subjects), include_aliases=True)
        for kind in (*_mapped(Owned), *_mapped(OwnedFact), *_mapped(BelongsTo))
    )


async def find_owner(session: AsyncSession, object_id: str) -> str | None:
    """Return the id of an object's owner; ``None`` when there is no such object or the session's caller sees none."""
    prefix = object_id.partition("_")[0]
    for kind in (*_mapped(Owned), *_mapped(OwnedFact)):
        if kind.id_prefix == prefix:
            found = (await session.execute(select(kind.owner_id).where(kind.id == object_id))).first()
            return None if found is None else found.owner_id or HOUSE
    return None


async def find_names(session: AsyncSession, ids: Sequence[str]) -> dict[str, str]:
    """Return the names of those of these objects that the session's caller sees and that have one, by id."""
    found: dict[str, str] = {}
    for kind in (*_mapped(Owned), *_mapped(OwnedFact)):
        wanted = [one for one in ids if kind.id_prefix == one.partition("_")[0]]
        if wanted and hasattr(kind, "name"):
            found |= {
                row.id: row.name for row in await session.execute(select(kind.id, kind.name).where(kind.id.in_(wanted)))
            }
    return found


async def require_act(session: AsyncSession, row: Owned) -> None:
    """Let the session's caller act on ``row``: its owner may, operators, and those it was shared with for that.

    The server's own sessions may always. Raises NotYours (403).
    """
    await require_act_on(session, row.owner_id, [getattr(row, name) for name in row.shared_by])


async def require_act_on(session: AsyncSession, owner_id: str, ids: Sequence[str | None]) -> None:
    """As :func:`require_act`, of a row whose owner is known and which is shared by any of ``ids``."""
    caller: Caller | None = session.info.get(CALLER)
    if caller is None or caller.sees_all or owner_id == caller.user_id:
        return
    given = (
        SHARES.c.object_id.in_([i for i in ids if i]),
        SHARES.c.subject_id.in_(caller.subjects),
        SHARES.c.level == "act",
    )
    if not await session.scalar(select(exists().where(*given))):
        raise NotYours("You see this, and may not act on it: its owner can share it with you so that you may")


async def find_shared(session: AsyncSession, subject_id: str) -> frozenset[str]:
    """Return the ids of everything that is shared with a subject."""
    rows = await session.scalars(select(SHARES.c.object_id).where(SHARES.c.subject_id == subject_id))
    return frozenset(rows)


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


def fact_policies(kind: type[Any], *, final: bool) -> tuple[str, ...]:
    """Return the policies of facts: whose owner is null is the house's, and a caller may state what they do not see.

    What is ``final`` no caller changes or removes.
    """
    name = kind.__table__.name
    shared = seen_sql(f"{name}.owner_id", [f"{name}.{column}" for column in kind.shared_by])
    seen = f"{SEES_ALL_SETTING} OR {name}.owner_id IS NULL OR {shared}"
    return (
        f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY of_service ON {name} TO {SERVICE} USING (true)",
        f"CREATE POLICY of_caller ON {name} {'FOR SELECT ' if final else ''}TO {APP} USING ({seen})"
        + ("" if final else " WITH CHECK (true)"),
        *([f"CREATE POLICY by_caller ON {name} FOR INSERT TO {APP} WITH CHECK (true)"] if final else []),
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


# Whose an id's object is, and what it belongs to beside its incident: who sees a fact about it. Nobody but operators
# sees one about a thing of an owner that is not there any more. Runs as the schema's owner, who sees every row.
EXTRA_DDL = (
    """
    CREATE FUNCTION scope_of(subject_id text, incident_id text, OUT owner_id text, OUT parent_id text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
      subject ALIAS FOR $1;
      incident ALIAS FOR $2;
    BEGIN
      IF incident IS NOT NULL THEN
        SELECT i.owner_id INTO owner_id FROM incidents i WHERE i.id = incident;
        owner_id := coalesce(owner_id, 'nobody');
        RETURN;
      END IF;
      CASE split_part(subject, '_', 1)
        WHEN 'inc' THEN SELECT i.owner_id INTO owner_id FROM incidents i WHERE i.id = subject;
        WHEN 'sim' THEN SELECT s.owner_id INTO owner_id FROM simulations s WHERE s.id = subject;
        WHEN 'dst' THEN SELECT d.owner_id, d.simulation_id INTO owner_id, parent_id
          FROM datasets d WHERE d.id = subject;
        WHEN 'src' THEN SELECT s.owner_id INTO owner_id FROM sources s WHERE s.id = subject;
        WHEN 'dlv' THEN SELECT s.owner_id, s.id INTO owner_id, parent_id
          FROM deliveries d JOIN sources s ON s.id = d.source_id WHERE d.id = subject;
        WHEN 'sto' THEN SELECT s.owner_id INTO owner_id FROM storages s WHERE s.id = subject;
        WHEN 'col' THEN SELECT c.owner_id INTO owner_id FROM collections c WHERE c.id = subject;
        WHEN 'xfr' THEN SELECT t.owner_id, t.dataset_id INTO owner_id, parent_id FROM transfers t WHERE t.id = subject;
        WHEN 'app' THEN SELECT a.owner_id INTO owner_id FROM applications a WHERE a.id = subject;
        WHEN 'cred' THEN SELECT c.owner_id INTO owner_id FROM credentials c WHERE c.id = subject;
        WHEN 'whk' THEN SELECT w.owner_id INTO owner_id FROM webhooks w WHERE w.id = subject;
        WHEN 'alm' THEN SELECT a.owner_id, a.subject_id INTO owner_id, parent_id FROM alarms a WHERE a.id = subject;
          RETURN;
        WHEN 'bat' THEN SELECT b.owner_id INTO owner_id FROM job_batches b WHERE b.id = subject;
          IF FOUND THEN RETURN; END IF;
        WHEN 'sch' THEN SELECT s.owner_id INTO owner_id FROM schedules s WHERE s.id = subject;
          IF FOUND THEN RETURN; END IF;
        WHEN 'job' THEN
          SELECT j.owner_id, j.simulation_id INTO owner_id, parent_id FROM jobs j WHERE j.id = subject;
          IF NOT FOUND THEN
            SELECT f.owner_id, f.simulation_id INTO owner_id, parent_id FROM finished_jobs f WHERE f.id = subject;
          END IF;
          IF FOUND THEN RETURN; END IF;
        WHEN 'tok' THEN SELECT t.user_id INTO owner_id FROM tokens t WHERE t.id = subject;
        WHEN 'ses' THEN SELECT s.user_id INTO owner_id FROM sessions s WHERE s.id = subject;
        WHEN 'usr' THEN owner_id := subject;
        ELSE RETURN;
      END CASE;
      owner_id := coalesce(owner_id, 'nobody');
    END $$
    """,
)

__all__ = [
    "CALLER",
    "EVERYONE",
    "HOUSE",
    "SCOPED",
    "SHARES_TOPIC",
    "SHARE_NEW_WITH",
    "BelongsTo",
    "Caller",
    "NotYours",
    "Owned",
    "OwnedFact",
    "attach",
    "child_policies",
    "fact_policies",
    "find_names",
    "find_owner",
    "find_shared",
    "owned_policies",
    "policies",
    "require_act",
    "require_act_on",
    "seen_sql",
]
