"""The append-only ``events`` table, written at commit, and its commit-ordered cursor.

A sequence alone is not commit-ordered: a slow transaction can publish a low number late, behind a reader's back. Rows
therefore carry their transaction id and are read in (transaction, number) order, and only once every transaction that
could still come before them has ended (``pg_snapshot_xmin``). A reader that keeps its cursor misses nothing.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import BigInteger, Identity, Index, event, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from app.kernel.bus import EVENTS_TOPIC, Bus
from app.kernel.errors import BadRequest
from app.kernel.scoping import OwnedFact, fact_policies
from app.kernel.tables import Base


class EventRow(OwnedFact, Base):
    """One fact. Who sees its subject sees it; ``parent_id`` is what a subject belongs to beside the incident."""

    __tablename__ = "events"
    shared_by = ("subject_id", "incident_id", "parent_id")
    __table_args__ = (
        Index("ix_events_order", "transaction", "number"),
        Index(
            "ix_events_incident",
            "incident_id",
            "transaction",
            "number",
            postgresql_where=text("incident_id IS NOT NULL"),
        ),
        Index("ix_events_subject", "subject_id", "transaction", "number"),
    )

    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    transaction: Mapped[int] = mapped_column(BigInteger, server_default=text("(pg_current_xact_id()::text)::bigint"))
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    type: Mapped[str]
    subject_id: Mapped[str]
    incident_id: Mapped[str | None]
    parent_id: Mapped[str | None]
    actor: Mapped[str | None]
    text: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)

    @property
    def cursor(self) -> str:
        """Return the position of this fact in the stream."""
        return f"{self.transaction}-{self.number}"


START = "0-0"
_CURSOR = re.compile(r"[0-9]{1,18}-[0-9]{1,18}")  # ASCII, and no number a bigint cannot hold
_ENDED = text("transaction < (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint")


def parse_cursor(cursor: str) -> tuple[int, int]:
    """Split a stream cursor. Raises BadRequest (400) when it is not one of ours."""
    if not _CURSOR.fullmatch(cursor):
        raise BadRequest(f"{cursor[:50]!r} is not an event cursor; leave it out to start at the present")
    head, tail = cursor.split("-")
    return int(head), int(tail)


async def read_after(
    session: AsyncSession, cursor: str, *, incident_id: str | None = None, limit: int = 500
) -> Sequence[EventRow]:
    """Return the facts after ``cursor`` in commit order, at most ``limit``."""
    query = (
        select(EventRow)
        .where(tuple_(EventRow.transaction, EventRow.number) > parse_cursor(cursor), _ENDED)
        .order_by(EventRow.transaction, EventRow.number)
        .limit(limit)
    )
    if incident_id is not None:
        query = query.where(EventRow.incident_id == incident_id)
    return (await session.scalars(query)).all()


async def present_cursor(session: AsyncSession) -> str:
    """Return the cursor of the newest fact whose order is settled."""
    newest = (
        await session.scalars(
            select(EventRow).where(_ENDED).order_by(EventRow.transaction.desc(), EventRow.number.desc()).limit(1)
        )
    ).first()
    return newest.cursor if newest else START


# Constant SQL past the unit of work: every request and every stage pays for this one.
_INSERT = """
INSERT INTO events (type, subject_id, incident_id, actor, text, data, owner_id, parent_id)
SELECT type, e.subject_id, e.incident_id, actor, text, data::jsonb, s.owner_id, s.parent_id
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) WITH ORDINALITY
     AS e (type, subject_id, incident_id, actor, text, data, place),
     scope_of(e.subject_id, e.incident_id) AS s
ORDER BY place
"""
EXTRA_DDL = fact_policies(EventRow, final=True)


# In the info of a session: whom its hints are for.
BUS = "bus"


def attach(session_class: type[Session]) -> None:
    """Make sessions of ``session_class`` write their facts before commit and give their hints after it."""

    @event.listens_for(session_class, "before_commit")
    def write_events(session: Session) -> None:
        if session.in_nested_transaction():
            return  # a savepoint let go is not the end: a rollback may still take all of it back
        session.info.pop("event_marks", None)
        events = session.info.pop("events", [])
        if events:
            session.flush()  # whose a fact is, is read from the rows it is about
            columns = zip(
                *[
                    (e.type, e.subject_id, e.incident_id, e.actor, e.text(), orjson.dumps(e.data()).decode())
                    for e in events
                ],
                strict=True,
            )
            session.connection().exec_driver_sql(_INSERT, tuple(map(list, columns)))
            session.info.setdefault("topics", set()).add(EVENTS_TOPIC)

    @event.listens_for(session_class, "after_commit")
    def give_hints(session: Session) -> None:
        if session.in_nested_transaction():
            return
        bus: Bus = session.info[BUS]
        for topic in session.info.pop("topics", ()):
            bus.wake(topic)

    @event.listens_for(session_class, "after_transaction_create")
    def mark(session: Session, transaction: SessionTransaction) -> None:
        if transaction.nested:
            session.info.setdefault("event_marks", {})[transaction] = len(session.info.get("events", ()))

    @event.listens_for(session_class, "after_soft_rollback")
    def forget(session: Session, transaction: SessionTransaction) -> None:
        if transaction.nested:  # what was said before the savepoint stands; a hint too many does no harm
            before = session.info.get("event_marks", {}).pop(transaction, None)
            del session.info.get("events", [])[before:]
        elif not session.in_nested_transaction():  # else a flush failed, and its savepoint follows
            for name in ("events", "topics", "event_marks"):
                session.info.pop(name, None)
