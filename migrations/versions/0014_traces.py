"""the trace a job, and so a simulation, is part of"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    what = "W3C traceparent of what made it, while traces are taken"
    op.add_column("jobs", sa.Column("trace", sa.Text(), nullable=True, comment=what))
    op.add_column("simulations", sa.Column("trace", sa.Text(), nullable=True, comment=what))
