"""at what pace machines take submissions, and whose turn is when"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "submission_paces",
        sa.Column("machine_id", sa.Text(), nullable=False),
        sa.Column("per_minute", sa.Double(), nullable=True),
        sa.Column("next_at", TIME, nullable=True),
        sa.Column("slowed_at", TIME, nullable=True),
        sa.Column("slowed_by", sa.Text(), nullable=True),
        sa.Column("most_runs", sa.Integer(), nullable=True),
        sa.Column("limited_at", TIME, nullable=True),
        sa.Column("limited_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machines.id"], name=op.f("fk_submission_paces_machine_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("machine_id", name=op.f("pk_submission_paces")),
    )
    op.add_column("simulations", sa.Column("turn_at", TIME, nullable=True))


def downgrade() -> None:
    op.drop_column("simulations", "turn_at")
    op.drop_table("submission_paces")
