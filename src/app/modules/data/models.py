"""Storages, data sets and their replicas, and which data sets a data set was made from."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.scoping import BelongsTo, Owned, child_policies, owned_policies
from app.kernel.tables import Base


class Storage(Base):
    """One place for bytes."""

    __tablename__ = "storages"
    __table_args__ = (CheckConstraint("state IN ('pending', 'answers', 'unreachable')", name="state"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    driver: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    # A storage on a node's own disk can only be reached by that node; null: by every node.
    node_name: Mapped[str | None]
    state: Mapped[str] = mapped_column(server_default=text("'pending'"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Dataset(Owned, Base):
    """Bytes with a name, a checksum and an origin. Never changes once registered."""

    __tablename__ = "datasets"
    id_prefix = "dst"
    shared_by = ("id", "incident_id", "simulation_id")
    __table_args__ = (
        CheckConstraint("bytes >= 0", name="bytes"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        # What makes registering twice harmless: an output of a run, a result of a stage exist once under their name.
        Index(
            "uq_datasets_simulation_name",
            "simulation_id",
            "name",
            unique=True,
            postgresql_where=text("simulation_id IS NOT NULL"),
        ),
        Index(
            "uq_datasets_stage_name",
            "stage_id",
            "name",
            unique=True,
            postgresql_where=text("stage_id IS NOT NULL AND simulation_id IS NULL"),
        ),
        Index("ix_datasets_created", "created_at", "id"),
        Index(
            "ix_datasets_incident", "incident_id", "created_at", "id", postgresql_where=text("incident_id IS NOT NULL")
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    media_type: Mapped[str]
    bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    blake3: Mapped[str]
    role: Mapped[str | None]
    incident_id: Mapped[str | None]
    simulation_id: Mapped[str | None]
    stage_id: Mapped[str | None]
    stage: Mapped[str | None]
    machine: Mapped[str | None]
    comment: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class DatasetInput(BelongsTo, Base):
    """One data set that another was made from."""

    __tablename__ = "dataset_inputs"
    parent = ("dataset_id", Dataset)

    dataset_id: Mapped[str] = mapped_column(ForeignKey("datasets.id", ondelete="CASCADE"), primary_key=True)
    input_id: Mapped[str] = mapped_column(ForeignKey("datasets.id"), primary_key=True, index=True)


class Replica(BelongsTo, Base):
    """One physical copy of a data set."""

    __tablename__ = "replicas"
    parent = ("dataset_id", Dataset)
    __table_args__ = (
        CheckConstraint("state IN ('present', 'missing', 'damaged')", name="state"),
        Index("ix_replicas_place", "storage_id", "path"),
    )

    dataset_id: Mapped[str] = mapped_column(ForeignKey("datasets.id", ondelete="CASCADE"), primary_key=True)
    storage_id: Mapped[str] = mapped_column(ForeignKey("storages.id"), primary_key=True)
    path: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=text("'present'"))
    verified_at: Mapped[datetime] = mapped_column(server_default=func.now())


EXTRA_DDL: tuple[str, ...] = (
    """
    CREATE FUNCTION datasets_never_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'data set % never changes once registered', OLD.id USING ERRCODE = 'check_violation';
    END $$
    """,
    """
    CREATE TRIGGER datasets_never_change BEFORE UPDATE ON datasets FOR EACH ROW
    WHEN ((OLD.name, OLD.bytes, OLD.sha256, OLD.blake3, OLD.simulation_id, OLD.stage_id, OLD.created_at)
          IS DISTINCT FROM (NEW.name, NEW.bytes, NEW.sha256, NEW.blake3, NEW.simulation_id, NEW.stage_id,
                            NEW.created_at))
    EXECUTE FUNCTION datasets_never_change()
    """,
    *owned_policies(Dataset),
    *child_policies(DatasetInput),
    *child_policies(Replica),
)
