"""What was in storages when they were last looked through, so that what changed since can be told."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.scoping import BelongsTo, child_policies
from app.kernel.tables import Base
from app.modules.data.storage_models import Storage


class StorageScan(BelongsTo, Base):
    """How far a storage was looked through. ``scan`` counts the times it was done whole."""

    __tablename__ = "storage_scans"
    parent = ("storage_id", Storage)

    storage_id: Mapped[str] = mapped_column(ForeignKey("storages.id", ondelete="CASCADE"), primary_key=True)
    scan: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    scanned_at: Mapped[datetime | None]
    cursor: Mapped[str | None] = mapped_column(comment="The storage's own, where it says what changed")
    job_id: Mapped[str | None]


class StorageEntry(BelongsTo, Base):
    """One file as it was, or that it went, in the scan that saw it change last."""

    __tablename__ = "storage_entries"
    parent = ("storage_id", Storage)
    __table_args__ = (
        Index("ix_storage_entries_path", "storage_id", text('path COLLATE "C"')),
        Index("ix_storage_entries_scan", "storage_id", "scan", text('path COLLATE "C"')),
    )

    storage_id: Mapped[str] = mapped_column(ForeignKey("storages.id", ondelete="CASCADE"), primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    scan: Mapped[int] = mapped_column(BigInteger)
    gone: Mapped[bool] = mapped_column(server_default=text("false"))
    bytes: Mapped[int] = mapped_column(BigInteger)
    modified_at: Mapped[datetime]
    etag: Mapped[str | None]
    media_type: Mapped[str | None]


EXTRA_DDL: tuple[str, ...] = (*child_policies(StorageScan), *child_policies(StorageEntry))
