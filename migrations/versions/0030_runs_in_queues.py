"""the runs that were in a machine's queue of late are found by an index"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_simulations_queued",
        "simulations",
        ["machine_id", "finished_at"],
        postgresql_where=sa.text("queued_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_simulations_queued", "simulations")
