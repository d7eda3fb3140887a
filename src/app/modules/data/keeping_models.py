"""Uploads that are under way, links to data sets, and collections of data sets."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.scoping import BelongsTo, Owned, child_policies, owned_policies
from app.kernel.tables import Base
from app.modules.data.models import Dataset


class Upload(Owned, Base):
    """A content that arrives in parts. The first ``offset`` bytes are safe on the disk of the node ``node_name``.

    ``about`` is what will be said of the data set. It has no id prefix: nobody else goes on with it.
    """

    __tablename__ = "uploads"
    __table_args__ = (
        CheckConstraint('bytes >= 0 AND "offset" BETWEEN 0 AND bytes', name="offset"),
        Index("ix_uploads_owner", "owner_id", "id"),
        Index("ix_uploads_expires", "expires_at", postgresql_where=text("dataset_id IS NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    about: Mapped[dict[str, Any]] = mapped_column(JSONB)
    bytes: Mapped[int] = mapped_column(BigInteger)
    offset: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    sha256: Mapped[str | None] = mapped_column(comment="What it has to be, when its sender said so")
    node_name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    dataset_id: Mapped[str | None]


class DatasetLink(BelongsTo, Base):
    """Leave to read one data set without a login, until then. What signs it is sealed."""

    __tablename__ = "dataset_links"
    parent = ("dataset_id", Dataset)
    __table_args__ = (Index("ix_dataset_links_dataset", "dataset_id", "id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    dataset_id: Mapped[str] = mapped_column(ForeignKey("datasets.id", ondelete="CASCADE"))
    note: Mapped[str | None]
    sealed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, info={"sealed": True, "secret": True})
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    use_count: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))


class Collection(Owned, Base):
    """Data sets that somebody put together. Shared, it is seen with those in it that are its owner's."""

    __tablename__ = "collections"
    id_prefix = "col"
    __table_args__ = (Index("uq_collections_name", "owner_id", "name", unique=True),)

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    comment: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class CollectionMember(BelongsTo, Base):
    """One data set in one collection."""

    __tablename__ = "collection_members"
    parent = ("collection_id", Collection)
    __table_args__ = (Index("ix_collection_members_created", "collection_id", "dataset_created_at", "dataset_id"),)

    collection_id: Mapped[str] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True)
    dataset_id: Mapped[str] = mapped_column(ForeignKey("datasets.id", ondelete="CASCADE"), primary_key=True, index=True)
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())
    dataset_created_at: Mapped[datetime] = mapped_column(comment="Never changes; a collection is listed in its order")


EXTRA_DDL: tuple[str, ...] = (
    *owned_policies(Upload),
    *child_policies(DatasetLink),
    *owned_policies(Collection),
    *child_policies(CollectionMember),
)
