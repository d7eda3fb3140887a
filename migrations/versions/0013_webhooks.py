"""webhooks and what sources are expected to send"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

USER = "(SELECT current_setting('stormbell.user_id', true))"
SUBJECTS = "(SELECT current_setting('stormbell.subjects', true)::text[])::text[]"
SEES_ALL = "(SELECT current_setting('stormbell.sees_all', true) = 'on')"


def upgrade() -> None:
    op.add_column("sources", sa.Column("cursor", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("sources", sa.Column("tick_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "source_checks",
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("every_seconds", sa.Float(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("silent_since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_source_checks_source_id")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_source_checks")),
    )
    op.create_table(
        "webhooks",
        sa.Column("owner_id", sa.Text(), server_default=sa.text("'usr_system'"), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column(
            "exercises",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Told of exercises too",
        ),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("disabled_reason", sa.Text(), nullable=True, comment="Why the server itself disabled it"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_before", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_before_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "from_transaction",
            sa.BigInteger(),
            server_default=sa.text("(pg_current_xact_id()::text)::bigint"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column(
            "failures",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Attempts since the last delivered one",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_index("ix_webhooks_owner", "webhooks", ["owner_id", "id"], unique=False)
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("webhook_id", sa.Text(), nullable=False),
        sa.Column("event_number", sa.BigInteger(), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject_ids", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("fact_owner_id", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'pending'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True, comment="HTTP status of the last answer"),
        sa.Column("answer_head", sa.Text(), nullable=True, comment="Beginning of the last answer"),
        sa.Column("elapsed_seconds", sa.Float(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("job_id", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('pending', 'delivered', 'failed')", name=op.f("ck_webhook_deliveries_state")),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.id"], name=op.f("fk_webhook_deliveries_webhook_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
    )
    op.create_index("uq_webhook_deliveries_event", "webhook_deliveries", ["webhook_id", "event_number"], unique=True)
    op.create_index("ix_webhook_deliveries_webhook", "webhook_deliveries", ["webhook_id", "id"], unique=False)
    op.create_index(
        "ix_webhook_deliveries_failed",
        "webhook_deliveries",
        ["webhook_id", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'failed'"),
    )
    op.create_index("ix_webhook_deliveries_created", "webhook_deliveries", ["created_at"], unique=False)
    op.create_table(
        "webhook_position",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("transaction", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_position")),
    )
    protect("source_checks", "EXISTS (SELECT FROM sources WHERE sources.id = source_checks.source_id)")
    protect(
        "webhooks",
        f"(webhooks.owner_id IN ('usr_system', {USER}) OR EXISTS (SELECT FROM shares WHERE "
        f"shares.object_id = webhooks.id AND shares.subject_id = ANY({SUBJECTS})))",
    )
    protect(
        "webhook_deliveries",
        "EXISTS (SELECT FROM webhooks WHERE webhooks.id = webhook_deliveries.webhook_id)",
    )


def protect(table: str, seen: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY of_service ON {table} TO stormbell_service USING (true)")
    op.execute(f"CREATE POLICY of_caller ON {table} TO stormbell_app USING ({SEES_ALL} OR {seen})")


def downgrade() -> None:
    for table in ("webhook_position", "webhook_deliveries", "webhooks", "source_checks"):
        op.drop_table(table)
    op.drop_column("sources", "tick_at")
    op.drop_column("sources", "cursor")
