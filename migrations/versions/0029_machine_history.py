"""how machines were over time"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "machine_samples",
        sa.Column("machine_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("latency_seconds", sa.Double(), nullable=True),
        sa.Column("cores", sa.Integer(), nullable=True),
        sa.Column("cores_used", sa.Integer(), nullable=True),
        sa.Column("node_count", sa.Integer(), nullable=True),
        sa.Column("nodes_used", sa.Integer(), nullable=True),
        sa.Column("queued_count", sa.Integer(), nullable=True),
        sa.Column("running_count", sa.Integer(), nullable=True),
        sa.Column("own_queued_count", sa.Integer(), nullable=True),
        sa.Column("own_running_count", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machines.id"], name=op.f("fk_machine_samples_machine_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("machine_id", "at", name=op.f("pk_machine_samples")),
    )


def downgrade() -> None:
    op.drop_table("machine_samples")
