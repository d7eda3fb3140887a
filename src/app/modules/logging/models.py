"""How far back the event stream still goes."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, func, text
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
