"""The applications table: what people run, written down once by who installed it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.scoping import Owned, owned_policies
from app.kernel.tables import Base


class Application(Owned, Base):
    """Something to run with parameters. ``revision`` counts its changes; simulations keep what they were made of."""

    __tablename__ = "applications"
    id_prefix = "app"
    __table_args__ = (Index("uq_applications_name", "owner_id", "name", unique=True),)

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    definition: Mapped[dict[str, Any]] = mapped_column(JSONB)
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


EXTRA_DDL: tuple[str, ...] = owned_policies(Application)
