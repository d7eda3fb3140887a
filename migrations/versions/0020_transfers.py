"""movements of bytes and their parts"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

USER = "(SELECT current_setting('stormbell.user_id', true))"
SUBJECTS = "(SELECT current_setting('stormbell.subjects', true)::text[])::text[]"
SEES_ALL = "(SELECT current_setting('stormbell.sees_all', true) = 'on')"
LIVE = "state IN ('waiting', 'running', 'completing')"


def upgrade() -> None:
    op.create_table(
        "transfers",
        sa.Column("owner_id", sa.Text(), server_default=sa.text("'usr_system'"), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("dataset_id", sa.Text(), nullable=True),
        sa.Column("made_dataset_id", sa.Text(), nullable=True, comment="Of a copy: the data set it makes"),
        sa.Column("incident_id", sa.Text(), nullable=True),
        sa.Column("simulation_id", sa.Text(), nullable=True),
        sa.Column("source_storage_id", sa.Text(), nullable=True),
        sa.Column("source_path", sa.Text(), nullable=True),
        sa.Column("source_version", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("target_storage_id", sa.Text(), nullable=True),
        sa.Column("target_path", sa.Text(), nullable=True),
        sa.Column(
            "folder",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Everything below source_path",
        ),
        sa.Column("overwrite", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("urgency", sa.Text(), server_default=sa.text("'normal'"), nullable=False),
        sa.Column("bytes_per_second", sa.BigInteger(), nullable=True),
        sa.Column("engine", sa.Text(), nullable=True),
        sa.Column(
            "upload",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="The storage's token of a write in parts",
        ),
        sa.Column("bytes_total", sa.BigInteger(), nullable=True),
        sa.Column("bytes_done", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("bytes_again", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("files_total", sa.Integer(), nullable=True),
        sa.Column("files_done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rate", sa.Float(), nullable=True, comment="Bytes a second, of late"),
        sa.Column("predicted_seconds", sa.Float(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("blake3", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("fence", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "tries",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Without progress, since the last of it",
        ),
        sa.Column("waiting_on", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True, comment="Of the problem it failed of"),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("job_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("progress_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('copy', 'move', 'replicate', 'verify')", name=op.f("ck_transfers_kind")),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'completing', 'complete', 'failed', 'cancelled')",
            name=op.f("ck_transfers_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers")),
    )
    for name, columns, unique, where in (
        ("uq_transfers_moving", ["source_storage_id", "source_path"], True, f"kind = 'move' AND {LIVE}"),
        (
            "uq_transfers_target",
            ["target_storage_id", "target_path"],
            True,
            f"target_path IS NOT NULL AND {LIVE}",
        ),
        ("ix_transfers_created", ["created_at", "id"], False, None),
        ("ix_transfers_dataset", ["dataset_id", "created_at"], False, "dataset_id IS NOT NULL"),
        (
            "ix_transfers_pair",
            ["source_storage_id", "target_storage_id", "ended_at"],
            False,
            "state = 'complete' AND kind <> 'verify'",
        ),
        ("ix_transfers_live", ["id"], False, LIVE),
    ):
        op.create_index(name, "transfers", columns, unique=unique, postgresql_where=sa.text(where) if where else None)
    op.create_table(
        "transfer_parts",
        sa.Column("transfer_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("blake3", sa.Text(), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["transfers.id"], name=op.f("fk_transfer_parts_transfer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("transfer_id", "number", name=op.f("pk_transfer_parts")),
    )
    protect(
        "transfers",
        f"(transfers.owner_id IN ('usr_system', {USER}) OR EXISTS (SELECT FROM shares WHERE "
        f"shares.object_id IN (transfers.dataset_id, transfers.incident_id) AND shares.subject_id = ANY({SUBJECTS})))",
    )
    protect("transfer_parts", "EXISTS (SELECT FROM transfers WHERE transfers.id = transfer_parts.transfer_id)")
    for table, actors in (
        ("transfers", "'dataset_id,incident_id'"),
        ("transfer_parts", "'dataset_id,incident_id', 'transfer_id', 'transfers'"),
    ):
        op.execute(
            f"CREATE TRIGGER only_actors_write BEFORE INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW"
            f" WHEN (current_user = 'stormbell_app') EXECUTE FUNCTION refuse_who_may_not_act({actors})"
        )


def protect(table: str, seen: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY of_service ON {table} TO stormbell_service USING (true)")
    op.execute(f"CREATE POLICY of_caller ON {table} TO stormbell_app USING ({SEES_ALL} OR {seen})")


def downgrade() -> None:
    op.drop_table("transfer_parts")
    op.drop_table("transfers")
