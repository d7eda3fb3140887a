"""Machines, the host keys they showed, logins a person is needed for, and when they are not to be used."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    func,
    select,
    text,
)
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


class MachineLogin(Base):
    """One login to a machine for which a person is or was needed, and the node whose connection it is.

    While it is open, ``expires_at`` is by when somebody answers, or until when its node is believed to hold the
    connection. ``answers`` is there from when they are given until that node takes them.
    """

    __tablename__ = "machine_logins"
    __table_args__ = (
        CheckConstraint(
            "state IN ('connecting', 'asked', 'answered', 'connected', 'refused', 'expired', 'ended')", name="state"
        ),
        CheckConstraint("(state = 'answered') = (answers IS NOT NULL)", name="answers"),
        Index(
            "uq_machine_logins_open",
            "machine_id",
            unique=True,
            postgresql_where=text("state IN ('connecting', 'asked', 'answered', 'connected')"),
        ),
        Index("ix_machine_logins_newest", "machine_id", "started_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    machine_id: Mapped[str] = mapped_column(ForeignKey("machines.id", ondelete="CASCADE"))
    revision: Mapped[int]
    node_name: Mapped[str]
    boot_id: Mapped[str]
    # Null: something needed the machine, and nobody was there.
    started_by: Mapped[str | None]
    state: Mapped[str]
    place: Mapped[str | None]
    user_name: Mapped[str | None]
    round: Mapped[int] = mapped_column(server_default=text("0"))
    instructions: Mapped[str] = mapped_column(server_default=text("''"))
    prompts: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    answers: Mapped[bytes | None] = mapped_column(LargeBinary, info={"sealed": True})
    answered_by: Mapped[str | None]
    text: Mapped[str | None]
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


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
    # Of its newest login since it was last reached otherwise; and the node that holds the connection a person opened.
    login_state: Mapped[str | None] = column_property(
        select(MachineLogin.state)
        .where(MachineLogin.machine_id == id, MachineLogin.revision == revision)  # noqa: A003 (the columns above)
        .order_by(MachineLogin.started_at.desc(), MachineLogin.id.desc())
        .limit(1)
        .correlate_except(MachineLogin)
        .scalar_subquery()
    )
    login_node: Mapped[str | None] = column_property(
        select(MachineLogin.node_name)
        .where(MachineLogin.machine_id == id, MachineLogin.state == "connected")  # noqa: A003 (the column above)
        .correlate_except(MachineLogin)
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
