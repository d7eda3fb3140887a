"""what jobs keep about limits and keys, and settings of nodes that run"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DROP TRIGGER finished_jobs_are_final ON finished_jobs")
    digest = "Of the other options beside an idempotency key"
    op.add_column("jobs", sa.Column("limit_key", sa.Text(), nullable=True))
    op.add_column("jobs", sa.Column("options_digest", sa.Text(), nullable=True, comment=digest))
    op.add_column("finished_jobs", sa.Column("limit_key", sa.Text(), nullable=True))
    op.add_column("finished_jobs", sa.Column("options_digest", sa.Text(), nullable=True))
    what = "An attempt may have had effects"
    op.add_column(
        "jobs", sa.Column("begun", sa.Boolean(), nullable=False, server_default=sa.text("false"), comment=what)
    )
    op.execute("UPDATE jobs SET begun = true WHERE attempt > 0")
    names = sa.inspect(op.get_bind()).get_columns("finished_jobs")
    columns = ", ".join(sorted({column["name"] for column in names} - {"owner_id"}))
    op.execute(
        f"CREATE TRIGGER finished_jobs_are_final BEFORE UPDATE OF {columns} OR DELETE OR TRUNCATE ON finished_jobs"
        " FOR EACH STATEMENT EXECUTE FUNCTION finished_jobs_are_final()"
    )
    op.create_index(
        "ix_job_batches_untold",
        "job_batches",
        ["finished_at"],
        postgresql_where=sa.text("finished_at IS NOT NULL AND callback_kind IS NOT NULL AND callback_job_id IS NULL"),
    )
    op.create_table(
        "node_settings",
        sa.Column("node_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="module.field"),
        sa.Column("value", postgresql.JSONB(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("node_name", "name", name="pk_node_settings"),
    )
