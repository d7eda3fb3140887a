"""Webhooks, what was sent to them, and up to where the facts were read for them."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.scoping import BelongsTo, Owned, child_policies, owned_policies
from app.kernel.tables import Base

MESSAGE_STATES = ("pending", "delivered", "failed")


class Webhook(Owned, Base):
    """An address that is told of facts. It has no id prefix for shares: it tells what its owner may see.

    Facts count from ``from_transaction`` on. The secret before the last rotation signs until ``sealed_before_until``.
    """

    __tablename__ = "webhooks"
    __table_args__ = (Index("ix_webhooks_owner", "owner_id", "id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    url: Mapped[str]
    events: Mapped[list[str]] = mapped_column(ARRAY(Text))
    exercises: Mapped[bool] = mapped_column(server_default=text("false"), comment="Told of exercises too")
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    disabled_reason: Mapped[str | None] = mapped_column(comment="Why the server itself disabled it")
    sealed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, info={"sealed": True, "secret": True})
    sealed_before: Mapped[bytes | None] = mapped_column(
        LargeBinary, deferred=True, info={"sealed": True, "secret": True}
    )
    sealed_before_until: Mapped[datetime | None]
    from_transaction: Mapped[int] = mapped_column(
        BigInteger, server_default=text("(pg_current_xact_id()::text)::bigint")
    )
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_delivered_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    failures: Mapped[int] = mapped_column(server_default=text("0"), comment="Attempts since the last delivered one")


class WebhookMessage(BelongsTo, Base):
    """One fact as it is told to one webhook: ``body`` is what is signed and sent. A test has no ``event_number``.

    ``subject_ids`` and ``fact_owner_id`` say who may see the fact: asked again before each attempt.
    """

    __tablename__ = "webhook_deliveries"
    parent = ("webhook_id", Webhook)
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in MESSAGE_STATES)})", name="state"),
        Index("uq_webhook_deliveries_event", "webhook_id", "event_number", unique=True),
        Index("ix_webhook_deliveries_webhook", "webhook_id", "id"),
        Index("ix_webhook_deliveries_failed", "webhook_id", "id", postgresql_where=text("state = 'failed'")),
        Index("ix_webhook_deliveries_created", "created_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    event_number: Mapped[int | None] = mapped_column(BigInteger)
    type: Mapped[str]
    subject_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))
    fact_owner_id: Mapped[str | None]
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    state: Mapped[str] = mapped_column(server_default=text("'pending'"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    attempted_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    status: Mapped[int | None] = mapped_column(comment="HTTP status of the last answer")
    answer_head: Mapped[str | None] = mapped_column(comment="Beginning of the last answer")
    elapsed_seconds: Mapped[float | None]
    error: Mapped[str | None]
    job_id: Mapped[str | None]
    webhook: Mapped[Webhook] = relationship(lazy="raise")


class WebhookPosition(Base):
    """The last fact that was looked at. One row."""

    __tablename__ = "webhook_position"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    transaction: Mapped[int] = mapped_column(BigInteger)
    number: Mapped[int] = mapped_column(BigInteger)


EXTRA_DDL: tuple[str, ...] = (*owned_policies(Webhook), *child_policies(WebhookMessage))
