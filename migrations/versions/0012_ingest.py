"""ingest: bindings, limits and correlation"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SEES_ALL = "(SELECT current_setting('stormbell.sees_all', true) = 'on')"


def upgrade() -> None:
    for column in (
        sa.Column("token_sha256", sa.LargeBinary(), nullable=True),
        sa.Column("signing", sa.LargeBinary(), nullable=True),
        sa.Column("addresses", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("keep_seconds", sa.Double(), nullable=True),
        sa.Column("keep_bytes", sa.BigInteger(), nullable=True),
    ):
        op.add_column("sources", column)
    op.drop_index("uq_sources_name", "sources")
    op.create_index(
        "uq_sources_owner_name",
        "sources",
        ["owner_id", "name"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    for column in (
        sa.Column("top_version", sa.BigInteger(), nullable=True),
        sa.Column(
            "kept", sa.Boolean(), server_default=sa.text("true"), nullable=False, comment="The body is still there"
        ),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("attributes", postgresql.JSONB(), nullable=True, comment="Context of a CloudEvent"),
    ):
        op.add_column("deliveries", column)
    op.execute("UPDATE deliveries SET top_version = version WHERE version IS NOT NULL")
    op.create_index("ix_deliveries_revision", "deliveries", ["source_id", "item_key", "revision"])
    op.create_index(
        "ix_deliveries_kept", "deliveries", ["source_id", "received_at"], postgresql_where=sa.text("kept")
    )
    op.create_table(
        "push_signatures",
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_push_signatures_source_id")),
        sa.PrimaryKeyConstraint("source_id", "digest", name=op.f("pk_push_signatures")),
    )
    op.create_index(op.f("ix_push_signatures_taken_at"), "push_signatures", ["taken_at"])
    op.create_table(
        "bindings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("filter", sa.Text(), nullable=True),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("workflow", sa.Text(), nullable=True),
        sa.Column("incident_id", sa.Text(), nullable=True),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("opens", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("message", postgresql.JSONB(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("target IN ('open', 'correlate', 'stage')", name=op.f("ck_bindings_target")),
        sa.CheckConstraint("(target = 'stage') = (incident_id IS NOT NULL)", name=op.f("ck_bindings_incident")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_bindings_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bindings")),
    )
    op.create_index("uq_bindings_source_name", "bindings", ["source_id", "name"], unique=True)
    for table in ("push_signatures", "bindings"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY of_service ON {table} TO stormbell_service USING (true)")
        op.execute(
            f"CREATE POLICY of_caller ON {table} TO stormbell_app"
            f" USING ({SEES_ALL} OR EXISTS (SELECT FROM sources WHERE sources.id = {table}.source_id))"
        )
