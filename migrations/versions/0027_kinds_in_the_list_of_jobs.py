"""the list of jobs that wait decides on kind and queue in its index"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_jobs_number", table_name="jobs")
    columns = ["number", "kind", "queue"]
    op.create_index("ix_jobs_number", "jobs", columns, postgresql_where=sa.text("state <> 'running'"))


def downgrade() -> None:
    op.drop_index("ix_jobs_number", table_name="jobs")
    op.create_index("ix_jobs_number", "jobs", ["number"], unique=True, postgresql_where=sa.text("state <> 'running'"))
