"""Tables: who observes, and what was observed."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.tables import Base


class Observation(Base):
    """Somebody observing, for as long as they are heard."""

    __tablename__ = "observations"
    __table_args__ = (CheckConstraint("mode IN ('live', 'periodic', 'manual')", name="mode"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    mode: Mapped[str]
    period_seconds: Mapped[float]
    user_id: Mapped[str | None]
    node_id: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ObserverSample(Base):
    """Nodes and queues at one moment; kept for the slider."""

    __tablename__ = "observer_samples"

    at: Mapped[datetime] = mapped_column(primary_key=True, server_default=func.clock_timestamp())
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
