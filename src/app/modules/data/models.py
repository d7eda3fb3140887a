"""Data sets and their replicas, and which data sets a data set was made from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Text,
    column,
    exists,
    func,
    or_,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.scoping import SHARES, BelongsTo, Owned, child_policies, policies, seen_sql
from app.kernel.tables import Base
from app.modules.data.storage_models import Storage

__all__ = ["EXTRA_DDL", "Dataset", "DatasetInput", "Replica", "Storage", "collected"]

_COLLECTIONS = table("collections", column("id"), column("owner_id"))
_MEMBERS = table("collection_members", column("collection_id"), column("dataset_id"))


def collected(kind: Any, subjects: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition under which a data set lies in a collection of its owner that is shared with ``subjects``.

    Not in somebody else's: who may look at a data set, and put it into a collection of theirs, shares it with nobody.
    """
    return exists().where(
        _MEMBERS.c.dataset_id == kind.id,
        _COLLECTIONS.c.id == _MEMBERS.c.collection_id,
        _COLLECTIONS.c.owner_id == kind.owner_id,
        SHARES.c.object_id == _COLLECTIONS.c.id,
        SHARES.c.subject_id.in_(subjects),
    )


class Dataset(Owned, Base):
    """Bytes with a checksum and an origin, which never change once registered; what is said about them may.

    ``deleted_at`` hides it at once, ``erased_at`` says that its bytes are gone. ``east`` lies beyond 180 when the area
    crosses the date line. A trigger fills in ``registered_name``, ``series_id`` and ``search``; under the first an
    output of a run exists once, whatever it is called by now.
    """

    __tablename__ = "datasets"
    id_prefix = "dst"
    shared_by = ("id", "incident_id", "simulation_id")
    __table_args__ = (
        CheckConstraint("bytes >= 0", name="bytes"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        CheckConstraint(
            "num_nulls(west, south, east, north) IN (0, 4) AND west BETWEEN -180 AND 180 AND east BETWEEN west AND 540"
            " AND south BETWEEN -90 AND north AND north <= 90",
            name="area",
        ),
        CheckConstraint("valid_from <= valid_until", name="validity"),
        # What makes registering twice harmless: an output of a run, a result of a stage exist once under their name.
        Index(
            "uq_datasets_simulation_name",
            "simulation_id",
            "registered_name",
            unique=True,
            postgresql_where=text("simulation_id IS NOT NULL"),
        ),
        Index(
            "uq_datasets_stage_name",
            "stage_id",
            "registered_name",
            unique=True,
            postgresql_where=text("stage_id IS NOT NULL AND simulation_id IS NULL"),
        ),
        Index("ix_datasets_created", "created_at", "id"),
        Index("ix_datasets_owner", "owner_id", "created_at", "id"),
        Index("ix_datasets_tags", "tags", postgresql_using="gin"),
        Index("uq_datasets_version", "series_id", "version", unique=True),
        Index("ix_datasets_machine", "machine", "created_at", "id", postgresql_where=text("machine IS NOT NULL")),
        Index("ix_datasets_name", "name", "created_at", "id"),
        Index("ix_datasets_sha256", "sha256"),
        # Of few values each: deduplicated they are small, and find a rare one.
        Index("ix_datasets_media_type", "media_type", postgresql_ops={"media_type": "text_pattern_ops"}),
        Index("ix_datasets_role", "role", postgresql_where=text("role IS NOT NULL")),
        Index("ix_datasets_pinned", "created_at", "id", postgresql_where=text("pinned")),
        Index("ix_datasets_deleted", "deleted_at", postgresql_where=text("deleted_at IS NOT NULL")),
        Index("ix_datasets_keep", "keep_until", postgresql_where=text("keep_until IS NOT NULL")),
        Index(
            "ix_datasets_incident", "incident_id", "created_at", "id", postgresql_where=text("incident_id IS NOT NULL")
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    media_type: Mapped[str]
    bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    blake3: Mapped[str | None] = mapped_column(comment="Null: its bytes never passed here")
    role: Mapped[str | None]
    incident_id: Mapped[str | None]
    simulation_id: Mapped[str | None]
    stage_id: Mapped[str | None]
    stage: Mapped[str | None]
    machine: Mapped[str | None]
    comment: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    west: Mapped[float | None]
    south: Mapped[float | None]
    east: Mapped[float | None]
    north: Mapped[float | None]
    valid_from: Mapped[datetime | None] = mapped_column(comment="What it is about, not when it was made")
    valid_until: Mapped[datetime | None]
    pinned: Mapped[bool] = mapped_column(server_default=text("false"))
    keep_until: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    series_id: Mapped[str] = mapped_column(server_default=text("''"), comment="The id of its first version")
    version: Mapped[int] = mapped_column(server_default=text("1"))
    origin: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True), deferred=True, comment="What it was asked for with"
    )
    registered_name: Mapped[str] = mapped_column(server_default=text("''"), deferred=True)
    search: Mapped[str] = mapped_column(server_default=text("''"), deferred=True)

    @classmethod
    def seen_by(cls, user_id: str, subjects: Sequence[str]) -> ColumnElement[bool]:
        """Return the condition under which a user who does not see all sees a row; by a collection they only look."""
        return or_(super().seen_by(user_id, subjects), collected(cls, subjects))

    @property
    def area(self) -> list[float] | None:
        """Return [west, south, east, north] in degrees; west is the greater one when it crosses the date line."""
        if self.west is None or self.south is None or self.east is None or self.north is None:
            return None
        return [self.west, self.south, self.east - 360 if self.east > 180 else self.east, self.north]


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
    adopted: Mapped[bool] = mapped_column(
        server_default=text("false"), comment="Was there before: its file outlives the data set"
    )
    verified_at: Mapped[datetime] = mapped_column(server_default=func.now())


_SHARED = seen_sql("datasets.owner_id", [f"datasets.{name}" for name in Dataset.shared_by])
# Whether the caller sees the collection its own policy says.
_COLLECTED = (
    "EXISTS (SELECT FROM collection_members m JOIN collections c ON c.id = m.collection_id"
    " WHERE m.dataset_id = datasets.id AND c.owner_id = datasets.owner_id)"
)

EXTRA_DDL: tuple[str, ...] = (
    """
    CREATE FUNCTION datasets_never_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'data set % never changes once registered', OLD.id USING ERRCODE = 'check_violation';
    END $$
    """,
    """
    CREATE TRIGGER datasets_never_change BEFORE UPDATE ON datasets FOR EACH ROW
    WHEN ((OLD.registered_name, OLD.bytes, OLD.sha256, OLD.blake3, OLD.simulation_id, OLD.stage_id, OLD.created_at,
           OLD.series_id, OLD.version)
          IS DISTINCT FROM (NEW.registered_name, NEW.bytes, NEW.sha256, NEW.blake3, NEW.simulation_id, NEW.stage_id,
                            NEW.created_at, NEW.series_id, NEW.version))
    EXECUTE FUNCTION datasets_never_change()
    """,
    """
    CREATE FUNCTION datasets_words() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'INSERT' THEN
        NEW.registered_name := NEW.name;
        NEW.series_id := coalesce(nullif(NEW.series_id, ''), NEW.id);
      END IF;
      NEW.search := lower(concat_ws(' ', NEW.name, NEW.comment, NEW.role, array_to_string(NEW.tags, ' ')));
      RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER datasets_words BEFORE INSERT OR UPDATE OF name, comment, role, tags ON datasets
    FOR EACH ROW EXECUTE FUNCTION datasets_words()
    """,
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX ix_replicas_path ON replicas (path text_pattern_ops)",
    "CREATE INDEX ix_datasets_search ON datasets USING gin (search gin_trgm_ops)",
    """
    CREATE INDEX ix_datasets_area ON datasets USING gist (box(point(west, south), point(east, north)))
    WHERE west IS NOT NULL
    """,
    """
    CREATE INDEX ix_datasets_validity ON datasets USING gist (tstzrange(valid_from, valid_until, '[]'))
    WHERE valid_from IS NOT NULL OR valid_until IS NOT NULL
    """,
    *policies(f"({_SHARED} OR {_COLLECTED})", "datasets"),
    *child_policies(DatasetInput),
    *child_policies(Replica),
)
