"""The machine_samples table: how machines were, minute by minute at first and thinned with age."""

from datetime import datetime

from sqlalchemy import Double, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.tables import Base


class MachineSample(Base):
    """How a machine answered in one minute and how busy it was. A silent one has no figures."""

    __tablename__ = "machine_samples"

    machine_id: Mapped[str] = mapped_column(ForeignKey("machines.id", ondelete="CASCADE"), primary_key=True)
    # The beginning of the minute: of several nodes that ask, the first writes.
    at: Mapped[datetime] = mapped_column(primary_key=True)
    answered: Mapped[bool]
    latency_seconds: Mapped[float | None] = mapped_column(Double)
    cores: Mapped[int | None]
    cores_used: Mapped[int | None]
    node_count: Mapped[int | None]
    nodes_used: Mapped[int | None]
    queued_count: Mapped[int | None]
    running_count: Mapped[int | None]
    own_queued_count: Mapped[int | None]
    own_running_count: Mapped[int | None]
