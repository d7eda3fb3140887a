"""The append-only ``audit_events`` table: who did what to what, written by the commit that did it.

Every changing operation of the API leaves one row with what it changed, read from the unit of work; what was refused to
somebody known leaves one too. What a request does not show is said with :func:`note`. Sealing and reading are the audit
module's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import orjson
import structlog
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Text, event, func, insert, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, SessionTransaction, mapped_column

from app.kernel.audit_changes import Changes, plain
from app.kernel.errors import Problem
from app.kernel.ids import new_id
from app.kernel.principal import Principal
from app.kernel.tables import Base

if TYPE_CHECKING:
    from app.kernel.node import Node

log = structlog.get_logger(__name__)

AUDIT_TOPIC = "audit"
Outcome = Literal["done", "refused"]

# What one caller is refused again and again is one row a minute with a number, or refusals would fill the table.
REFUSED_SECONDS = 60.0
_REFUSED_COUNT = 1000
_LONGEST_BODY = 1024**2
_TRAIL, _NOTES, _MARKS = "audit", "audit_notes", "audit_marks"


class AuditEvent(Base):
    """One deed. Nobody may change or remove a row: see ``EXTRA_DDL``, and the seals of the audit module."""

    __tablename__ = "audit_events"
    __table_args__ = (
        CheckConstraint("outcome IN ('done', 'refused')", name="outcome"),
        Index("ix_audit_events_order", "transaction", "number"),
        Index("ix_audit_events_actor", "actor_id", "number"),
        Index("ix_audit_events_action", "action", "number"),
        Index("ix_audit_events_objects", "object_ids", postgresql_using="gin"),
        {"info": {"audited": False}},
    )

    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    transaction: Mapped[int] = mapped_column(BigInteger, server_default=text("(pg_current_xact_id()::text)::bigint"))
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp(), index=True)
    action: Mapped[str] = mapped_column(comment="The operationId, or what note() was told")
    outcome: Mapped[str]
    object_kind: Mapped[str]
    object_id: Mapped[str | None]
    object_ids: Mapped[list[str]] = mapped_column(ARRAY(Text), comment="Of everything it touched")
    actor_id: Mapped[str | None]
    actor_name: Mapped[str | None]
    session_id: Mapped[str | None]
    token_id: Mapped[str | None]
    ip: Mapped[str | None]
    request_id: Mapped[str | None]
    changes: Mapped[list[Any]] = mapped_column(JSONB)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)


# The roles lose the right and the trigger stops the schema's owner too; only the module's retention function passes it.
EXTRA_DDL = (
    """
    CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND current_setting('stormbell.audit_forgets', true) = 'on' THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END $$
    """,
    """
    CREATE TRIGGER audit_events_refuse_rows BEFORE UPDATE OR DELETE ON audit_events
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()
    """,
    """
    CREATE TRIGGER audit_events_refuse_truncate BEFORE TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()
    """,
)


@dataclass(frozen=True)
class Asked:
    """One request: which operation, of what (its path's parameters), by whom and from where."""

    operation_id: str
    path: Mapping[str, Any]
    actor: Principal | None
    ip: str | None
    request_id: str | None

    @property
    def object_id(self) -> str | None:
        """Return the id of what the path is about."""
        ids = [str(value) for name, value in self.path.items() if name.endswith("_id")]
        return ids[-1] if ids else "/".join(map(str, self.path.values())) or None

    @property
    def object_kind(self) -> str:
        """Return what the operation is about: its operationId without the verb."""
        return self.operation_id.rpartition("_")[0] or self.operation_id


class Trail:
    """What one changing request does, gathered until its commit."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.changes = Changes()
        self.made_id: str | None = None

    def answered(self, body: bytes) -> None:
        """Learn from the answer what was made, when the path does not say it."""
        if self.asked.object_id is None and 0 < len(body) <= _LONGEST_BODY:
            self.made_id = _id_in(body)


def begin(session: AsyncSession, asked: Asked) -> Trail:
    """Follow what ``session`` changes from now on; its commit writes it down, a rollback forgets it."""
    trail = session.info[_TRAIL] = Trail(asked)
    return trail


def note(
    session: AsyncSession,
    action: str,
    *,
    object_id: str | None = None,
    object_kind: str | None = None,
    actor: Principal | str | None = None,
    data: dict[str, Any] | None = None,
    outcome: Outcome = "done",
) -> None:
    """Write down a deed that no request shows, such as a failed login; kept if and only if the session commits.

    Inside a changing request its caller is the actor unless another is given. Without ``object_kind`` it is what stands
    before the dot of ``action``.
    """
    if not session.in_transaction():
        session.sync_session.begin()  # a rollback forgets notes only once a transaction has begun
    trail: Trail | None = session.info.get(_TRAIL)
    asked = trail.asked if trail is not None else None
    who = actor if actor is not None or asked is None else asked.actor
    row = _row(action, outcome, object_kind or action.partition(".")[0], object_id, data or {})
    session.info.setdefault(_NOTES, []).append(row | _by(who, asked))


class Refusals:
    """Which refusals of this node were written down lately."""

    def __init__(self, node: "Node") -> None:
        self._node = node
        self._lately: dict[tuple[str, str], tuple[float, int]] = {}

    async def write(self, asked: Asked, problem: Problem) -> None:
        """Write down that a known caller was refused; at most once a minute for each caller and operation."""
        if asked.actor is None or not (times := self._times(asked.actor.user_id, asked.operation_id)):
            return
        data = {"code": problem.code, "detail": problem.detail, "times": times}
        row = _row(asked.operation_id, "refused", asked.object_kind, asked.object_id, data)
        try:
            async with self._node.database.transaction() as session:
                session.info[_NOTES] = [row | _by(asked.actor, asked)]
        except Exception as error:  # noqa: BLE001  # the caller is refused whether or not it can be written down
            log.warning("refusal not audited", error=f"{type(error).__name__}: {error}"[:300])

    def _times(self, user_id: str, action: str) -> int:
        """Return how many refusals the row that is due now stands for, 0 when none is."""
        now = self._node.clock.monotonic()
        until, unwritten = self._lately.get((user_id, action), (0.0, 0))
        if now < until:
            self._lately[user_id, action] = (until, unwritten + 1)
            return 0
        if len(self._lately) >= _REFUSED_COUNT:
            self._lately.clear()
        self._lately[user_id, action] = (now + REFUSED_SECONDS, 0)
        return unwritten + 1


def attach(session_class: type[Session]) -> None:
    """Make sessions of ``session_class`` gather what they change and write it with their commit."""

    @event.listens_for(session_class, "after_flush")
    def gather(session: Session, _context: object) -> None:
        trail: Trail | None = session.info.get(_TRAIL)
        if trail is not None:
            trail.changes.of_flush(session)

    @event.listens_for(session_class, "do_orm_execute")
    def look_first(state: ORMExecuteState) -> None:
        if state.is_update or state.is_delete or state.is_insert:
            trail: Trail | None = state.session.info.get(_TRAIL)
            if trail is not None:
                trail.changes.of_statement(state)

    @event.listens_for(session_class, "before_commit")
    def write(session: Session) -> None:
        if session.in_nested_transaction() or not (_TRAIL in session.info or _NOTES in session.info):
            return
        rows: list[dict[str, Any]] = []
        if _TRAIL in session.info:
            session.flush()  # this hook comes before the commit's own flush
            rows.append(_row_of(session, session.info.pop(_TRAIL)))
        rows += session.info.pop(_NOTES, [])
        session.info.pop(_MARKS, None)
        session.connection().execute(insert(AuditEvent), rows)
        session.info.setdefault("topics", set()).add(AUDIT_TOPIC)

    @event.listens_for(session_class, "after_transaction_create")
    def mark(session: Session, transaction: SessionTransaction) -> None:
        if transaction.nested:
            session.info.setdefault(_MARKS, {})[transaction] = len(session.info.get(_NOTES, ()))

    @event.listens_for(session_class, "after_soft_rollback")
    def forget(session: Session, transaction: SessionTransaction) -> None:
        if transaction.nested:
            # What is left of the trail is compared with the rows at the commit; notes are cut to before the savepoint.
            before = session.info.get(_MARKS, {}).pop(transaction, None)
            del session.info.get(_NOTES, [])[before:]
        elif not session.in_nested_transaction():  # else a flush failed, and its savepoint follows
            for key in (_TRAIL, _NOTES, _MARKS):
                session.info.pop(key, None)


def _row_of(session: Session, trail: Trail) -> dict[str, Any]:
    asked, changes = trail.asked, trail.changes.listed(session)
    object_id = asked.object_id or trail.made_id or next((change["id"] for change in changes if "id" in change), None)
    data = {"path": asked.path} if len(asked.path) > 1 else {}
    row = _row(asked.operation_id, "done", asked.object_kind, object_id, data)
    ids = [row["object_id"], *(change.get("id") for change in changes)]
    # Nobody is logged in while somebody logs in; the fact the service publishes knows who it was.
    facts = [fact for fact in session.info.get("events", ()) if fact.actor is not None] if asked.actor is None else []
    by = _by(facts[0].actor if facts else asked.actor, asked)
    if facts and facts[0].subject_id == facts[0].actor:
        by["actor_name"] = plain(facts[0].data().get("name"))
    touched = {"object_ids": list(dict.fromkeys(one for one in ids if one)), "changes": changes}
    return row | touched | by


def _row(
    action: str, outcome: Outcome, object_kind: str, object_id: str | None, data: dict[str, Any]
) -> dict[str, Any]:
    return {
        "id": new_id("aud"),
        "action": action,
        "outcome": outcome,
        "object_kind": object_kind,
        "object_id": plain(object_id),
        "object_ids": [plain(object_id)] if object_id else [],
        "changes": [],
        "data": plain(data),
    }


def _by(who: Principal | str | None, asked: Asked | None) -> dict[str, Any]:
    known = who if isinstance(who, Principal) else None
    return {
        "actor_id": known.user_id if known else who,
        "actor_name": known.name if known else None,
        "session_id": known.session_id if known else None,
        "token_id": known.token_id if known else None,
        "ip": asked.ip if asked else None,
        "request_id": asked.request_id if asked else None,
    }


def _id_in(body: bytes) -> str | None:
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    found = answer.get("id") if isinstance(answer, dict) else None
    return found if isinstance(found, str) else None
