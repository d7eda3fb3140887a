"""How far back the event stream still goes; which log segments there are, where they are kept and who writes more."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.tables import Base


class EventHorizon(Base):
    """The newest fact that retention removed; one row, absent until something was. A cursor before it has a gap."""

    __tablename__ = "event_horizons"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, server_default=text("1"))
    transaction: Mapped[int] = mapped_column(BigInteger)
    number: Mapped[int] = mapped_column(BigInteger)
    moved_at: Mapped[datetime] = mapped_column(server_default=func.now())


class LogSegment(Base):
    """A finished segment of a node's log."""

    __tablename__ = "log_segments"
    __table_args__ = (Index("ix_log_segments_node", "node", "last_at"), Index("ix_log_segments_last", "last_at"))

    stem: Mapped[str] = mapped_column(primary_key=True, comment="When it was begun, and by which boot")
    node: Mapped[str] = mapped_column()
    boot_id: Mapped[str] = mapped_column()
    first_at: Mapped[datetime] = mapped_column()
    last_at: Mapped[datetime] = mapped_column()
    record_count: Mapped[int] = mapped_column(BigInteger)
    raw_bytes: Mapped[int] = mapped_column(BigInteger)
    packed_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(comment="Of the packed file")
    index_sha256: Mapped[str] = mapped_column()
    torn_bytes: Mapped[int] = mapped_column(BigInteger, comment="Of a last line that a killed process left")
    packed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    on_node: Mapped[bool] = mapped_column(server_default=text("true"), comment="The node's own copy is still there")
    fault: Mapped[str | None] = mapped_column(comment="Why the node's own copy is in no state to be shipped")


class LogShipment(Base):
    """A segment on its way to a sink, or there."""

    __tablename__ = "log_shipments"
    __table_args__ = (Index("ix_log_shipments_there", "sink", "confirmed_at"),)

    stem: Mapped[str] = mapped_column(ForeignKey("log_segments.stem", ondelete="CASCADE"), primary_key=True)
    sink: Mapped[str] = mapped_column(primary_key=True)
    reached: Mapped[int] = mapped_column(BigInteger, server_default=text("0"), comment="Where a next try starts")
    failure_count: Mapped[int] = mapped_column(server_default=text("0"))
    last_error: Mapped[str | None] = mapped_column()
    confirmed_at: Mapped[datetime | None] = mapped_column(comment="Its checksum there is that of the segment")


class LogNode(Base):
    """What a node says of its own log, so that others know how much of it they cannot see yet."""

    __tablename__ = "log_nodes"

    node: Mapped[str] = mapped_column(primary_key=True)
    boot_id: Mapped[str] = mapped_column()
    written_at: Mapped[datetime | None] = mapped_column(comment="When its newest record was written")
    dropped_count: Mapped[int] = mapped_column(BigInteger, server_default=text("0"), comment="In this boot")
    trouble: Mapped[str | None] = mapped_column()
    told_at: Mapped[datetime] = mapped_column(server_default=func.now())
