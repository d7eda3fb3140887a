"""Alarms: open conditions that need a person. Any module raises and clears them by key; logging serves them.

The same key raised again counts on the same row, so a chattering condition is one line with a number (ISA-18.2).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from sqlalchemy import CheckConstraint, Index, column, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.bus import Event, publish
from app.kernel.ids import new_id
from app.kernel.scoping import OwnedFact, fact_policies
from app.kernel.tables import Base

Priority = Literal["critical", "high", "low"]


class Alarm(OwnedFact, Base):
    """One condition. At most one open row per key."""

    __tablename__ = "alarms"
    shared_by = ("subject_id",)
    __table_args__ = (
        CheckConstraint("priority IN ('critical', 'high', 'low')", name="priority"),
        Index("uq_alarms_open_key", "key", unique=True, postgresql_where=text("cleared_at IS NULL")),
        Index("ix_alarms_raised", "raised_at", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str]
    priority: Mapped[str]
    title: Mapped[str]
    consequence: Mapped[str]
    action: Mapped[str]
    subject_id: Mapped[str | None]
    raised_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_raised_at: Mapped[datetime] = mapped_column(server_default=func.now())
    count: Mapped[int] = mapped_column(server_default=text("1"))
    cleared_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None]
    acknowledged_at: Mapped[datetime | None]
    note: Mapped[str | None]
    shelved_until: Mapped[datetime | None]
    shelved_reason: Mapped[str | None]


EXTRA_DDL = fact_policies(Alarm, final=False)


@dataclass(frozen=True, kw_only=True)
class AlarmRaised(Event):
    """A condition that needs a person began."""

    type: ClassVar[str] = "alarm.raised"
    key: str
    priority: str
    title: str

    def text(self) -> str:
        """Say it."""
        return f"Alarm, {self.priority}: {self.title}"


@dataclass(frozen=True, kw_only=True)
class AlarmCleared(Event):
    """A condition that needed a person ended."""

    type: ClassVar[str] = "alarm.cleared"
    key: str
    title: str

    def text(self) -> str:
        """Say it."""
        return f"Alarm gone: {self.title}"


async def raise_alarm(
    session: AsyncSession,
    key: str,
    *,
    priority: Priority,
    title: str,
    consequence: str,
    action: str,
    subject_id: str | None = None,
    incident_id: str | None = None,
) -> None:
    """Open the alarm ``key``, or count it again when it is open. Announces alarm.raised when it opens.

    ``title`` says what is so ("heron does not answer"), ``consequence`` what follows, ``action`` the next step.
    """
    alarm_id = new_id("alm")
    row = (
        await session.execute(
            insert(Alarm)
            .values(
                id=alarm_id,
                key=key,
                priority=priority,
                title=title,
                consequence=consequence,
                action=action,
                subject_id=subject_id,
                owner_id=select(column("owner_id"))
                .select_from(func.scope_of(subject_id, incident_id))
                .scalar_subquery(),
            )
            .on_conflict_do_update(
                index_elements=[Alarm.key],
                index_where=Alarm.cleared_at.is_(None),
                set_={
                    "count": Alarm.count + 1,
                    "last_raised_at": func.now(),
                    "title": title,
                    "consequence": consequence,
                    "action": action,
                },
            )
            .returning(Alarm.id)
        )
    ).scalar_one()
    if row == alarm_id:
        publish(
            session,
            AlarmRaised(subject_id=alarm_id, incident_id=incident_id, key=key, priority=priority, title=title),
        )


async def clear_alarm(session: AsyncSession, key: str) -> None:
    """Close the alarm ``key`` if it is open. Announces alarm.cleared."""
    for alarm in (await session.scalars(select(Alarm).where(Alarm.key == key, Alarm.cleared_at.is_(None)))).all():
        await session.execute(update(Alarm).where(Alarm.id == alarm.id).values(cleared_at=func.now()))
        publish(session, AlarmCleared(subject_id=alarm.id, key=key, title=alarm.title))
