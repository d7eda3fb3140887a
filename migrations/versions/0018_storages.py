"""storages as people register them"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

SEES_ALL = "(SELECT current_setting('stormbell.sees_all', true) = 'on')"
USER = "(SELECT current_setting('stormbell.user_id', true))"
SUBJECTS = "(SELECT current_setting('stormbell.subjects', true)::text[])::text[]"


def upgrade() -> None:
    for column in (
        sa.Column("owner_id", sa.Text(), server_default=sa.text("'usr_system'"), nullable=False),
        sa.Column("credential_id", sa.Text(), nullable=True),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("read_only", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("quota_bytes", sa.BigInteger(), nullable=True),
        sa.Column("parallelism", sa.Integer(), nullable=True, comment="Requests at a time"),
        sa.Column("bytes_per_second", sa.BigInteger(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_check_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("latency_seconds", sa.Double(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("bytes_total", sa.BigInteger(), nullable=True),
        sa.Column("bytes_free", sa.BigInteger(), nullable=True),
    ):
        op.add_column("storages", column)
    op.drop_constraint("ck_storages_state", "storages")
    for name, condition in (
        ("state", "state IN ('pending', 'answers', 'unreachable', 'refused')"),
        ("quota", "quota_bytes >= 0"),
        ("parallelism", "parallelism > 0"),
        ("bytes_per_second", "bytes_per_second > 0"),
    ):
        op.create_check_constraint(op.f(f"ck_storages_{name}"), "storages", condition)
    op.drop_constraint("uq_storages_name", "storages")
    op.create_index("uq_storages_owner_name", "storages", ["owner_id", "name"], unique=True)
    op.create_index(
        "ix_storages_credential",
        "storages",
        ["credential_id"],
        postgresql_where=sa.text("credential_id IS NOT NULL"),
    )
    op.create_table(
        "storage_checks",
        sa.Column("storage_id", sa.Text(), nullable=False),
        sa.Column(
            "checked_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("latency_seconds", sa.Double(), nullable=True),
        sa.Column("bytes_free", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["storage_id"], ["storages.id"], name=op.f("fk_storage_checks_storage_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("storage_id", "checked_at", name=op.f("pk_storage_checks")),
    )
    op.create_index("ix_storage_checks_time", "storage_checks", ["checked_at"])
    op.create_table(
        "storage_blobs",
        sa.Column("storage_id", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column(
            "modified_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["storage_id"], ["storages.id"], name=op.f("fk_storage_blobs_storage_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("storage_id", "path", name=op.f("pk_storage_blobs")),
    )
    op.create_index("ix_storage_blobs_path", "storage_blobs", ["storage_id", sa.text('path COLLATE "C"')])
    op.create_table(
        "storage_scans",
        sa.Column("storage_id", sa.Text(), nullable=False),
        sa.Column("scan", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cursor", sa.Text(), nullable=True, comment="The storage's own, where it says what changed"),
        sa.Column("job_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["storage_id"], ["storages.id"], name=op.f("fk_storage_scans_storage_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("storage_id", name=op.f("pk_storage_scans")),
    )
    op.create_table(
        "storage_entries",
        sa.Column("storage_id", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("scan", sa.BigInteger(), nullable=False),
        sa.Column("gone", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["storage_id"], ["storages.id"], name=op.f("fk_storage_entries_storage_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("storage_id", "path", name=op.f("pk_storage_entries")),
    )
    op.create_index("ix_storage_entries_path", "storage_entries", ["storage_id", sa.text('path COLLATE "C"')])
    op.create_index("ix_storage_entries_scan", "storage_entries", ["storage_id", "scan", sa.text('path COLLATE "C"')])
    seen = (
        f"(storages.owner_id IN ('usr_system', {USER}) OR EXISTS (SELECT FROM shares"
        f" WHERE shares.object_id = storages.id AND shares.subject_id = ANY({SUBJECTS})))"
    )
    for table, condition, actors in (
        ("storages", seen, "'id'"),
        (
            "storage_checks",
            "EXISTS (SELECT FROM storages WHERE storages.id = storage_checks.storage_id)",
            "'id', 'storage_id', 'storages'",
        ),
        (
            "storage_blobs",
            "EXISTS (SELECT FROM storages WHERE storages.id = storage_blobs.storage_id)",
            "'id', 'storage_id', 'storages'",
        ),
        *(
            (
                name,
                f"EXISTS (SELECT FROM storages WHERE storages.id = {name}.storage_id)",
                "'id', 'storage_id', 'storages'",
            )
            for name in ("storage_scans", "storage_entries")
        ),
    ):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY of_service ON {table} TO stormbell_service USING (true)")
        op.execute(f"CREATE POLICY of_caller ON {table} TO stormbell_app USING ({SEES_ALL} OR {condition})")
        op.execute(
            f"CREATE TRIGGER only_actors_write BEFORE INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW"
            f" WHEN (current_user = 'stormbell_app') EXECUTE FUNCTION refuse_who_may_not_act({actors})"
        )
