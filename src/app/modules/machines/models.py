"""The machines table: where simulations can run."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.tables import Base


class Machine(Base):
    """One place to run things: how to reach it, what it has, whether it may be used, how it was when last asked."""

    __tablename__ = "machines"
    __table_args__ = (CheckConstraint("state IN ('pending', 'answers', 'unreachable')", name="state"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    driver: Mapped[str]
    transport: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    # A machine that is a node itself can only be spoken to by that node; null: by every node.
    node_name: Mapped[str | None]
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    cordoned: Mapped[bool] = mapped_column(server_default=text("false"))
    test_mode: Mapped[bool] = mapped_column(server_default=text("false"))
    cores: Mapped[int]
    memory_bytes: Mapped[int | None] = mapped_column(BigInteger)
    cores_used: Mapped[int] = mapped_column(server_default=text("0"))
    queued_count: Mapped[int] = mapped_column(server_default=text("0"))
    running_count: Mapped[int] = mapped_column(server_default=text("0"))
    state: Mapped[str] = mapped_column(server_default=text("'pending'"))
    last_polled_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
