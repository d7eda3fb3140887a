"""Keys with which runs sign that they began and ended."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.tables import Base


class RunCallbackKey(Base):
    """The key of one run, or of all members of an array; it is there until they have ended."""

    __tablename__ = "run_callback_keys"

    marker: Mapped[str] = mapped_column(primary_key=True)
    machine_id: Mapped[str] = mapped_column(ForeignKey("machines.id", ondelete="CASCADE"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, info={"sealed": True, "secret": True})
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
