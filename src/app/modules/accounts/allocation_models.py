"""What people and groups may use, and every use of it, once for each reference."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.tables import Base
from app.modules.accounts.own_rows import rows_of_subjects, rows_with

RESOURCES = ("core_hours", "bytes", "leases")
SUBJECT_KINDS = ("user", "group")
ENTRY_STATES = ("reserved", "charged", "released")
# Six places: a core for four milliseconds is the least that is told apart.
AMOUNT = Numeric(30, 6)


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Allocation(Base):
    """How much of one resource a user or a group may use from ``starts_at`` on, until ``ends_at`` if there is one.

    ``used`` may exceed ``granted``: what has been used is counted, whatever was left.
    """

    __tablename__ = "allocations"
    __table_args__ = (
        CheckConstraint(_one_of("resource", RESOURCES), name="resource"),
        CheckConstraint(_one_of("subject_kind", SUBJECT_KINDS), name="subject_kind"),
        CheckConstraint("granted >= 0 AND reserved >= 0 AND used >= 0", name="amounts"),
        CheckConstraint("ends_at > starts_at", name="period"),
        Index("ix_allocations_subject", "subject_id", "resource"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    resource: Mapped[str]
    granted: Mapped[Decimal] = mapped_column(AMOUNT)
    reserved: Mapped[Decimal] = mapped_column(AMOUNT, server_default=text("0"))
    used: Mapped[Decimal] = mapped_column(AMOUNT, server_default=text("0"))
    starts_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ends_at: Mapped[datetime | None]
    note: Mapped[str | None]
    granted_by: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    revoked_at: Mapped[datetime | None]

    @property
    def remaining(self) -> Decimal:
        """Return what can still be reserved."""
        return max(Decimal(0), self.granted - self.reserved - self.used)


class AllocationEntry(Base):
    """What one reference (a simulation, a data set, a lease) reserved or used of one resource."""

    __tablename__ = "allocation_entries"
    __table_args__ = (
        CheckConstraint(_one_of("state", ENTRY_STATES), name="state"),
        CheckConstraint("reserved >= 0 AND used >= 0", name="amounts"),
        Index("ix_allocation_entries_allocation", "allocation_id", "created_at", "reference_id"),
    )

    reference_id: Mapped[str] = mapped_column(primary_key=True)
    resource: Mapped[str] = mapped_column(primary_key=True)
    allocation_id: Mapped[str] = mapped_column(ForeignKey("allocations.id", ondelete="CASCADE"))
    user_id: Mapped[str]
    state: Mapped[str]
    reserved: Mapped[Decimal] = mapped_column(AMOUNT, server_default=text("0"))
    used: Mapped[Decimal] = mapped_column(AMOUNT, server_default=text("0"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]


EXTRA_DDL = (*rows_of_subjects("allocations"), *rows_with("allocation_entries", "allocation_id", "allocations"))
