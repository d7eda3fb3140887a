"""Storages, how they answered when they were last asked, and the contents of those that are this database."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.scoping import BelongsTo, Owned, child_policies, owned_policies
from app.kernel.tables import Base


class Storage(Owned, Base):
    """One place for bytes. ``revision`` counts changes of what opens it; ``settings`` hold nothing secret."""

    __tablename__ = "storages"
    id_prefix = "sto"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'answers', 'unreachable', 'refused')", name="state"),
        CheckConstraint("quota_bytes >= 0", name="quota"),
        CheckConstraint("parallelism > 0", name="parallelism"),
        CheckConstraint("bytes_per_second > 0", name="bytes_per_second"),
        Index("uq_storages_owner_name", "owner_id", "name", unique=True),
        Index("ix_storages_credential", "credential_id", postgresql_where=text("credential_id IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    driver: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    credential_id: Mapped[str | None]
    # A storage on a node's own disk can only be reached by that node; null: by every node.
    node_name: Mapped[str | None]
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    read_only: Mapped[bool] = mapped_column(server_default=text("false"))
    quota_bytes: Mapped[int | None] = mapped_column(BigInteger)
    parallelism: Mapped[int | None] = mapped_column(comment="Requests at a time")
    bytes_per_second: Mapped[int | None] = mapped_column(BigInteger)
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    state: Mapped[str] = mapped_column(server_default=text("'pending'"))
    checked_at: Mapped[datetime | None]
    next_check_at: Mapped[datetime] = mapped_column(server_default=func.now())
    failing_since: Mapped[datetime | None]
    latency_seconds: Mapped[float | None]
    last_error: Mapped[str | None]
    bytes_total: Mapped[int | None] = mapped_column(BigInteger)
    bytes_free: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class StorageCheck(BelongsTo, Base):
    """How a storage answered once."""

    __tablename__ = "storage_checks"
    parent = ("storage_id", Storage)
    __table_args__ = (Index("ix_storage_checks_time", "checked_at"),)

    storage_id: Mapped[str] = mapped_column(ForeignKey("storages.id", ondelete="CASCADE"), primary_key=True)
    checked_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp(), primary_key=True)
    state: Mapped[str]
    latency_seconds: Mapped[float | None]
    bytes_free: Mapped[int | None] = mapped_column(BigInteger)
    error: Mapped[str | None]


class StorageBlob(BelongsTo, Base):
    """One content in a storage that is this database."""

    __tablename__ = "storage_blobs"
    parent = ("storage_id", Storage)
    __table_args__ = (
        # As other storages order their paths, whatever the database's collation is.
        Index("ix_storage_blobs_path", "storage_id", text('path COLLATE "C"')),
    )

    storage_id: Mapped[str] = mapped_column(ForeignKey("storages.id", ondelete="CASCADE"), primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    modified_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


EXTRA_DDL: tuple[str, ...] = (
    *owned_policies(Storage),
    *child_policies(StorageCheck),
    *child_policies(StorageBlob),
)
