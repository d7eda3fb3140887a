"""logins to machines people answer"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

OPEN = "state IN ('connecting', 'asked', 'answered', 'connected')"
STATES = "state IN ('connecting', 'asked', 'answered', 'connected', 'refused', 'expired', 'ended')"


def upgrade() -> None:
    op.create_table(
        "machine_logins",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("machine_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("node_name", sa.Text(), nullable=False),
        sa.Column("boot_id", sa.Text(), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("user_name", sa.Text(), nullable=True),
        sa.Column("round", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("instructions", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("prompts", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'answered') = (answers IS NOT NULL)", name=op.f("ck_machine_logins_answers")),
        sa.CheckConstraint(STATES, name=op.f("ck_machine_logins_state")),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machines.id"], name=op.f("fk_machine_logins_machine_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machine_logins")),
    )
    op.create_index("ix_machine_logins_newest", "machine_logins", ["machine_id", "started_at"])
    op.create_index(
        "uq_machine_logins_open", "machine_logins", ["machine_id"], unique=True, postgresql_where=sa.text(OPEN)
    )


def downgrade() -> None:
    op.drop_table("machine_logins")
