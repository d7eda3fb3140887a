"""How often a source is expected to deliver."""

from datetime import datetime

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.scoping import BelongsTo, child_policies
from app.kernel.tables import Base
from app.modules.ingest.models import SourceRow


class SourceCheck(BelongsTo, Base):
    """A dead-man's switch: a source from which nothing new came for ``every_seconds`` is silent, and people are told.

    Silence counts from ``since`` when nothing came after it.
    """

    __tablename__ = "source_checks"
    parent = ("source_id", SourceRow)

    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    every_seconds: Mapped[float]
    since: Mapped[datetime] = mapped_column(server_default=func.now())
    silent_since: Mapped[datetime | None]


EXTRA_DDL: tuple[str, ...] = child_policies(SourceCheck)
