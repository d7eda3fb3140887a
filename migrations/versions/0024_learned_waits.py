"""what is learned of how long jobs wait on machines"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "queue_looks",
        sa.Column("machine_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("begun_at", TIME, server_default=sa.text("now()"), nullable=False),
        sa.Column("looked_at", TIME, nullable=True),
        sa.Column("followed", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint("source IN ('jobs', 'runs')", name=op.f("ck_queue_looks_source")),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machines.id"], name=op.f("fk_queue_looks_machine_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("machine_id", name=op.f("pk_queue_looks")),
    )
    op.create_table(
        "wait_models",
        sa.Column("machine_id", sa.Text(), nullable=False),
        sa.Column("partition", sa.Text(), nullable=False),
        sa.Column("learned_count", sa.Integer(), nullable=False),
        sa.Column("errors", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("model", postgresql.JSONB(), nullable=False),
        sa.Column("learned_at", TIME, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machines.id"], name=op.f("fk_wait_models_machine_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("machine_id", "partition", name=op.f("pk_wait_models")),
    )


def downgrade() -> None:
    op.drop_table("wait_models")
    op.drop_table("queue_looks")
