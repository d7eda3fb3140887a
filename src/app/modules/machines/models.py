"""Machines, the host keys they showed, and when they are not to be used."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, column_property, mapped_column

from app.kernel.tables import Base


class MaintenanceWindow(Base):
    """A time in which nothing new is sent to a machine, and its silence is no alarm."""

    __tablename__ = "machine_maintenance"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index("ix_machine_maintenance_machine", "machine_id", "ends_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    machine_id: Mapped[str] = mapped_column(ForeignKey("machines.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str]
    created_by: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Machine(Base):
    """One place to run things: how to reach it, what it has, whether it may be used, how it was when last asked.

    ``revision`` counts what changes how it is reached: a connection opened for another one is closed.
    """

    __tablename__ = "machines"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'answers', 'unreachable')", name="state"),
        Index("uq_machines_name", "name", unique=True, postgresql_where=text("removed_at IS NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    # Null: it has no batch system we speak to; files and commands only.
    driver: Mapped[str | None]
    transport: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    transport_settings: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    credential_id: Mapped[str | None]
    # For whose work the credential is lent.
    registered_by: Mapped[str | None]
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    # A machine that is a node itself can only be spoken to by that node; null: by every node.
    node_name: Mapped[str | None]
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    cordoned: Mapped[bool] = mapped_column(server_default=text("false"))
    test_mode: Mapped[bool] = mapped_column(server_default=text("false"))
    # What may be brought there, by the tags of data sets: none of the refused; with only_tags, one of those.
    refused_tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    only_tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    cores: Mapped[int]
    memory_bytes: Mapped[int | None] = mapped_column(BigInteger)
    cores_used: Mapped[int] = mapped_column(server_default=text("0"))
    queued_count: Mapped[int] = mapped_column(server_default=text("0"))
    running_count: Mapped[int] = mapped_column(server_default=text("0"))
    state: Mapped[str] = mapped_column(server_default=text("'pending'"))
    last_polled_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    report: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    reported_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    removed_at: Mapped[datetime | None]
    # Read with every machine: until when it is being maintained, if it is.
    maintenance_until: Mapped[datetime | None] = column_property(
        select(func.max(MaintenanceWindow.ends_at))
        .where(
            MaintenanceWindow.machine_id == id,  # noqa: A003 (the column above)
            MaintenanceWindow.starts_at <= func.now(),
            MaintenanceWindow.ends_at > func.now(),
        )
        .correlate_except(MaintenanceWindow)
        .scalar_subquery()
    )


class HostKey(Base):
    """A host key a machine showed, or one it was registered with; ``jump`` is a host on the way to it."""

    __tablename__ = "machine_host_keys"
    __table_args__ = (
        CheckConstraint("state IN ('shown', 'trusted')", name="state"),
        UniqueConstraint("machine_id", "place", "public_key"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    machine_id: Mapped[str] = mapped_column(ForeignKey("machines.id", ondelete="CASCADE"))
    place: Mapped[str]
    jump: Mapped[bool] = mapped_column(server_default=text("false"))
    key_type: Mapped[str]
    fingerprint: Mapped[str]
    public_key: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=text("'shown'"))
    first_shown_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_shown_at: Mapped[datetime] = mapped_column(server_default=func.now())
    trusted_at: Mapped[datetime | None]
    trusted_by: Mapped[str | None]
