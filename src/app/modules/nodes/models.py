"""Tables: every boot of a node, what became of it, the ring of sections, and who leads."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, SmallInteger, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from app.kernel.tables import Base


class NodeBoot(Base):
    """One boot of a node. ``dead`` is final: a process that finds itself dead comes back as another boot."""

    __tablename__ = "nodes"
    __table_args__ = (
        CheckConstraint("state IN ('initializing', 'waiting', 'working', 'paused', 'dead')", name="state"),
        # Not on heartbeat_at: a heartbeat changes no index and so leaves nothing for vacuum.
        Index("ix_nodes_living", "number", postgresql_where=text("state <> 'dead'")),
        Index("ix_nodes_name", "name", "number"),
        Index("ix_nodes_started", "started_at", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, comment="Boot id")
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), comment="Order of registration")
    name: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=text("'initializing'"))
    reason: Mapped[str | None] = mapped_column(comment="unresponsive, terminated, asked, drained …")
    state_since: Mapped[datetime] = mapped_column(server_default=func.now())
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    host: Mapped[str]
    process_id: Mapped[int]
    version: Mapped[str]
    slots: Mapped[int] = mapped_column(server_default=text("0"))
    busy: Mapped[int] = mapped_column(server_default=text("0"))
    pause_requested: Mapped[bool] = mapped_column(server_default=text("false"))
    pause_forbidden: Mapped[bool] = mapped_column(server_default=text("false"))
    drain_requested: Mapped[bool] = mapped_column(server_default=text("false"))
    heartbeat_seconds: Mapped[float] = mapped_column(comment="How often it promises to be heard")
    heartbeat_at: Mapped[datetime] = mapped_column(server_default=func.now())
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]


class NodeTransition(Base):
    """A change of a boot's state. Between waiting and working only the heartbeat's view is kept."""

    __tablename__ = "node_transitions"
    __table_args__ = (Index("ix_node_transitions_node", "node_id", "number"),)

    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    node_id: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
    old_state: Mapped[str | None]
    new_state: Mapped[str]
    reason: Mapped[str | None]


class NodeSection(Base):
    """Who owns a slice of the queue. ``generation`` grows with every change of hands."""

    __tablename__ = "node_sections"

    section: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    node_id: Mapped[str | None] = mapped_column(index=True)
    generation: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    assigned_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Leader(Base):
    """Who leads a role until when. ``generation`` is the fencing token of what the leader does."""

    __tablename__ = "leaders"

    role: Mapped[str] = mapped_column(primary_key=True)
    node_id: Mapped[str | None]
    generation: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    lease_until: Mapped[datetime]
    since: Mapped[datetime] = mapped_column(server_default=func.now())


class LeaderCandidate(Base):
    """Who would lead, first come first served."""

    __tablename__ = "leader_candidates"

    role: Mapped[str] = mapped_column(primary_key=True)
    node_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True))


class NodeSetting(Base):
    """What somebody chose for a setting of a node (by name, so that it stays so over a restart)."""

    __tablename__ = "node_settings"

    node_name: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True, comment="module.field")
    value: Mapped[Any] = mapped_column(JSONB)
    changed_by: Mapped[str | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class LoopSwitch(Base):
    """A loop or role somebody stopped on a node (by name, so that it stays stopped over a restart)."""

    __tablename__ = "loop_switches"

    node_name: Mapped[str] = mapped_column(primary_key=True)
    loop: Mapped[str] = mapped_column(primary_key=True, comment="module.loop, or role:name")
    running: Mapped[bool]
    changed_by: Mapped[str | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
