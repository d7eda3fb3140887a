"""Sources, what they delivered, and how much."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.scoping import BelongsTo, Owned, child_policies, owned_policies
from app.kernel.tables import Base
from app.modules.ingest.media import content_of

DELIVERY_STATES = ("queued", "delivered", "ignored", "quarantined")
_OPEN = text("removed_at IS NULL")


class SourceRow(Owned, Base):
    """A registered entry for data. Removed ones stay, because deliveries name them.

    ``poll_number`` counts claims and is the fencing token: only the claim that has it may record its poll.
    """

    __tablename__ = "sources"
    id_prefix = "src"
    __table_args__ = (
        Index("uq_sources_owner_name", "owner_id", "name", unique=True, postgresql_where=_OPEN),
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
    cursor: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True), deferred=True)
    tick_at: Mapped[datetime | None]  # the time of its schedule the next poll stands for
    next_poll_at: Mapped[datetime | None]  # null: not polled, data is pushed
    last_polled_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(server_default=text("0"))
    last_error: Mapped[str | None]
    poll_number: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    lease_boot_id: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    # What senders without a login prove themselves with: a token of the source's own, and a secret they sign with.
    token_sha256: Mapped[bytes | None] = mapped_column(LargeBinary, info={"secret": True})
    signing: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True, info={"sealed": True, "secret": True})
    addresses: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    # How long and how much of what came is kept; null: as the settings of this module say.
    keep_seconds: Mapped[float | None]
    keep_bytes: Mapped[int | None] = mapped_column(BigInteger)


class DeliveryRow(BelongsTo, Base):
    """One arrival. ``revision`` counts the item's arrivals from 1; ``version`` is the source's own number for it.

    ``top_version`` is the largest of the item's so far. ``body`` is what came, up to ``bytes`` when nothing was cut and
    it was not too old to be kept; load it with ``undefer``.
    """

    __tablename__ = "deliveries"
    parent = ("source_id", SourceRow)
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(s) for s in DELIVERY_STATES)})", name="state"),
        Index("uq_deliveries_item", "source_id", "item_key", "fingerprint", unique=True),
        Index("ix_deliveries_source", "source_id", "id"),
        # The newest of an item costs the same however often the item arrived.
        Index("ix_deliveries_revision", "source_id", "item_key", "revision"),
        Index("ix_deliveries_kept", "source_id", "received_at", postgresql_where=text("kept")),
        Index("ix_deliveries_incident", "incident_id", "id", postgresql_where=text("incident_id IS NOT NULL")),
        Index("ix_deliveries_quarantined", "id", postgresql_where=text("state = 'quarantined'")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id"))
    item_key: Mapped[str]
    revision: Mapped[int]
    version: Mapped[int | None] = mapped_column(BigInteger)
    top_version: Mapped[int | None] = mapped_column(BigInteger)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    state: Mapped[str]
    reason: Mapped[str | None]
    title: Mapped[str | None]
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)
    bytes: Mapped[int] = mapped_column(BigInteger)  # after body: it hides the built-in type from here on
    whole: Mapped[bool] = mapped_column(server_default=text("false"))
    kept: Mapped[bool] = mapped_column(server_default=text("true"), comment="The body is still there")
    media_type: Mapped[str | None]  # null: JSON
    attributes: Mapped[dict[str, Any] | None] = mapped_column(JSONB, comment="Context of a CloudEvent")
    incident_id: Mapped[str | None]
    job_id: Mapped[str | None]
    source: Mapped[SourceRow] = relationship(lazy="raise")

    @property
    def source_name(self) -> str:
        """Return the name of the source."""
        return self.source.name

    @property
    def content(self) -> Any:
        """Return the body parsed, of an event its data, or ``None`` when it is not JSON."""
        return content_of(self.body, self.media_type)


class PushSignature(BelongsTo, Base):
    """A signature that was taken: it is not taken again. Swept once its time is over."""

    __tablename__ = "push_signatures"
    parent = ("source_id", SourceRow)
    __table_args__ = ({"info": {"audited": False}},)

    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    taken_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)


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
    *child_policies(PushSignature),
    *child_policies(SourceTally),
)
