"""Sources, what they delivered, and how much."""

from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.scoping import BelongsTo, Owned, child_policies, owned_policies
from app.kernel.tables import Base

DELIVERY_STATES = ("queued", "delivered", "ignored", "quarantined")
_OPEN = text("removed_at IS NULL")


class SourceRow(Owned, Base):
    """A registered entry for data. Removed ones stay, because deliveries name them.

    ``poll_number`` counts claims and is the fencing token: only the claim that has it may record its poll.
    """

    __tablename__ = "sources"
    id_prefix = "src"
    __table_args__ = (
        Index("uq_sources_name", "name", unique=True, postgresql_where=_OPEN),
        Index("ix_sources_due", "next_poll_at", postgresql_where=text("enabled AND removed_at IS NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    driver: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB)
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    removed_at: Mapped[datetime | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    next_poll_at: Mapped[datetime | None]  # null: not polled, data is pushed
    last_polled_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(server_default=text("0"))
    last_error: Mapped[str | None]
    poll_number: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    lease_boot_id: Mapped[str | None]
    lease_until: Mapped[datetime | None]


class DeliveryRow(BelongsTo, Base):
    """One arrival. ``revision`` counts the item's arrivals from 1; ``version`` is the source's own number for it.

    ``body`` is what came, up to ``bytes`` when nothing was cut; load it with ``undefer``.
    """

    __tablename__ = "deliveries"
    parent = ("source_id", SourceRow)
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(s) for s in DELIVERY_STATES)})", name="state"),
        Index("uq_deliveries_item", "source_id", "item_key", "fingerprint", unique=True),
        Index("ix_deliveries_source", "source_id", "id"),
        Index("ix_deliveries_incident", "incident_id", "id", postgresql_where=text("incident_id IS NOT NULL")),
        Index("ix_deliveries_quarantined", "id", postgresql_where=text("state = 'quarantined'")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id"))
    item_key: Mapped[str]
    revision: Mapped[int]
    version: Mapped[int | None] = mapped_column(BigInteger)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    state: Mapped[str]
    reason: Mapped[str | None]
    title: Mapped[str | None]
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)
    bytes: Mapped[int] = mapped_column(BigInteger)  # after body: it hides the built-in type from here on
    whole: Mapped[bool] = mapped_column(server_default=text("false"))
    incident_id: Mapped[str | None]
    job_id: Mapped[str | None]
    source: Mapped[SourceRow] = relationship(lazy="raise")

    @property
    def source_name(self) -> str:
        """Return the name of the source."""
        return self.source.name

    @property
    def content(self) -> Any:
        """Return the body parsed, or ``None`` when it is not JSON."""
        try:
            return orjson.loads(self.body.removeprefix(b"\xef\xbb\xbf"))
        except orjson.JSONDecodeError:
            return None


class SourceTally(BelongsTo, Base):
    """How much a source delivered, in slots by database connection, so that arrivals do not wait for one another."""

    __tablename__ = "source_tallies"
    parent = ("source_id", SourceRow)

    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    slot: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    deliveries: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    quarantined: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))


EXTRA_DDL: tuple[str, ...] = (
    *owned_policies(SourceRow),
    *child_policies(DeliveryRow),
    *child_policies(SourceTally),
)
