"""lists of data sets"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    comment = "Never changes; a collection is listed in its order"
    time = sa.DateTime(timezone=True)
    op.add_column("collection_members", sa.Column("dataset_created_at", time, nullable=True, comment=comment))
    op.execute("""
    UPDATE collection_members SET dataset_created_at = datasets.created_at FROM datasets
    WHERE datasets.id = collection_members.dataset_id
    """)
    op.alter_column("collection_members", "dataset_created_at", nullable=False)
    op.create_index(
        "ix_collection_members_created", "collection_members", ["collection_id", "dataset_created_at", "dataset_id"]
    )
    op.create_index(
        "ix_datasets_media_type", "datasets", ["media_type"], postgresql_ops={"media_type": "text_pattern_ops"}
    )
    op.create_index("ix_datasets_role", "datasets", ["role"], postgresql_where=sa.text("role IS NOT NULL"))
    op.create_index("ix_datasets_pinned", "datasets", ["created_at", "id"], postgresql_where=sa.text("pinned"))


def downgrade() -> None:
    op.drop_index("ix_datasets_pinned", "datasets")
    op.drop_index("ix_datasets_role", "datasets")
    op.drop_index("ix_datasets_media_type", "datasets")
    op.drop_index("ix_collection_members_created", "collection_members")
    op.drop_column("collection_members", "dataset_created_at")
