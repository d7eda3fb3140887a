"""Transfers: bytes on their way from one storage to another, and which parts of them have arrived."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.scoping import BelongsTo, Owned, child_policies, owned_policies
from app.kernel.tables import Base

KINDS = ("copy", "move", "replicate", "verify")
LIVE = ("waiting", "running", "completing")
STATES = (*LIVE, "complete", "failed", "cancelled")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


_IS_LIVE = _one_of("state", LIVE)


class Transfer(Owned, Base):
    """One movement of bytes: of a data set, or of what lies below a path. It is seen with its data set.

    ``source_version`` is the stat of the source the parts in the ledger come from. ``fence`` is the attempt of the job
    that may write here: one that lost its lease cannot. ``bytes_again`` counts what was sent more than once.
    """

    __tablename__ = "transfers"
    shared_by = ("dataset_id", "incident_id")
    __table_args__ = (
        CheckConstraint(_one_of("kind", KINDS), name="kind"),
        CheckConstraint(_one_of("state", STATES), name="state"),
        # Of two that would take the same bytes away, or write under the same path, one is first.
        Index(
            "uq_transfers_moving",
            "source_storage_id",
            "source_path",
            unique=True,
            postgresql_where=text(f"kind = 'move' AND {_IS_LIVE}"),
        ),
        Index(
            "uq_transfers_target",
            "target_storage_id",
            "target_path",
            unique=True,
            postgresql_where=text(f"target_path IS NOT NULL AND {_IS_LIVE}"),
        ),
        Index("ix_transfers_created", "created_at", "id"),
        Index("ix_transfers_dataset", "dataset_id", "created_at", postgresql_where=text("dataset_id IS NOT NULL")),
        Index(
            "ix_transfers_pair",
            "source_storage_id",
            "target_storage_id",
            "ended_at",
            postgresql_where=text("state = 'complete' AND kind <> 'verify'"),
        ),
        Index("ix_transfers_live", "id", postgresql_where=text(_IS_LIVE)),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=text("'waiting'"))
    dataset_id: Mapped[str | None]
    made_dataset_id: Mapped[str | None] = mapped_column(comment="Of a copy: the data set it makes")
    incident_id: Mapped[str | None]
    simulation_id: Mapped[str | None]
    source_storage_id: Mapped[str | None]
    source_path: Mapped[str | None]
    source_version: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    target_storage_id: Mapped[str | None]
    target_path: Mapped[str | None]
    folder: Mapped[bool] = mapped_column(server_default=text("false"), comment="Everything below source_path")
    overwrite: Mapped[bool] = mapped_column(server_default=text("false"))
    urgency: Mapped[str] = mapped_column(server_default=text("'normal'"))
    bytes_per_second: Mapped[int | None] = mapped_column(BigInteger)
    engine: Mapped[str | None]
    upload: Mapped[dict[str, Any] | None] = mapped_column(JSONB, comment="The storage's token of a write in parts")
    bytes_total: Mapped[int | None] = mapped_column(BigInteger)
    bytes_done: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    bytes_again: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    files_total: Mapped[int | None]
    files_done: Mapped[int] = mapped_column(server_default=text("0"))
    rate: Mapped[float | None] = mapped_column(comment="Bytes a second, of late")
    predicted_seconds: Mapped[float | None]
    sha256: Mapped[str | None]
    blake3: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    fence: Mapped[int] = mapped_column(server_default=text("0"))
    tries: Mapped[int] = mapped_column(server_default=text("0"), comment="Without progress, since the last of it")
    waiting_on: Mapped[str | None]
    code: Mapped[str | None] = mapped_column(comment="Of the problem it failed of")
    error: Mapped[str | None]
    job_id: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    started_at: Mapped[datetime | None]
    progress_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class TransferPart(BelongsTo, Base):
    """One part that has arrived: a range of the content, or a batch of the files below a path up to ``receipt``."""

    __tablename__ = "transfer_parts"
    parent = ("transfer_id", Transfer)

    transfer_id: Mapped[str] = mapped_column(ForeignKey("transfers.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    offset: Mapped[int] = mapped_column(BigInteger)
    bytes: Mapped[int] = mapped_column(BigInteger)
    blake3: Mapped[str | None]
    receipt: Mapped[str]


EXTRA_DDL: tuple[str, ...] = (*owned_policies(Transfer), *child_policies(TransferPart))
