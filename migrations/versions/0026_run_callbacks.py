"""runs that call back: what they said last, and the keys they sign with"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
_UNFINISHED = "state NOT IN ('succeeded', 'failed', 'timed_out', 'cancelled', 'lost')"


def upgrade() -> None:
    op.create_table(
        "run_callback_keys",
        sa.Column("marker", sa.Text(), nullable=False),
        sa.Column("machine_id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", TIME, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machines.id"], name=op.f("fk_run_callback_keys_machine_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("marker", name=op.f("pk_run_callback_keys")),
    )
    op.add_column("simulations", sa.Column("called_state", sa.Text(), nullable=True))
    op.add_column("simulations", sa.Column("called_at", TIME, nullable=True))
    op.add_column("simulations", sa.Column("called_stamp", sa.Double(), nullable=True))
    op.create_check_constraint(
        op.f("ck_simulations_called_state"), "simulations", "called_state IN ('running', 'ended')"
    )
    op.create_index(
        "ix_simulations_marker", "simulations", ["marker"], unique=False, postgresql_where=sa.text(_UNFINISHED)
    )


def downgrade() -> None:
    op.drop_index("ix_simulations_marker", table_name="simulations")
    op.drop_constraint(op.f("ck_simulations_called_state"), "simulations", type_="check")
    op.drop_column("simulations", "called_stamp")
    op.drop_column("simulations", "called_at")
    op.drop_column("simulations", "called_state")
    op.drop_table("run_callback_keys")
