"""Bindings: what becomes of a source's deliveries without a line of code."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.scoping import BelongsTo, child_policies
from app.kernel.tables import Base
from app.modules.ingest import SourceRow

TARGETS = ("open", "correlate", "stage")


class BindingRow(BelongsTo, Base):
    """A rule: deliveries of the source that pass ``filter`` go to ``target``. Expressions are JMESPath.

    ``message`` gives the stage's message by field, each an expression; null: the delivery's body is the message.
    """

    __tablename__ = "bindings"
    parent = ("source_id", SourceRow)
    __table_args__ = (
        CheckConstraint(f"target IN ({', '.join(repr(one) for one in TARGETS)})", name="target"),
        CheckConstraint("(target = 'stage') = (incident_id IS NOT NULL)", name="incident"),
        Index("uq_bindings_source_name", "source_id", "name", unique=True),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id"))
    name: Mapped[str]
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    filter: Mapped[str | None]
    target: Mapped[str]
    workflow: Mapped[str | None]
    incident_id: Mapped[str | None]
    key: Mapped[str | None]
    opens: Mapped[bool] = mapped_column(server_default=text("true"))
    stage: Mapped[str]
    message: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    title: Mapped[str | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


EXTRA_DDL = child_policies(BindingRow)
