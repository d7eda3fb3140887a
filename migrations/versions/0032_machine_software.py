"""software of machines, recipes and how they were installed"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "machine_recipes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("definition", postgresql.JSONB(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machine_recipes")),
        sa.UniqueConstraint("name", "version", "revision", name=op.f("uq_machine_recipes_name_version_revision")),
    )
    op.create_index(
        "uq_machine_recipes_used",
        "machine_recipes",
        ["name", "version"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "machine_software",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("machine_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("modules", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("image", sa.Text(), nullable=True),
        sa.Column("environment", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("check_command", sa.Text(), nullable=True),
        sa.Column("found_by", sa.Text(), nullable=False),
        sa.Column("recipe_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "found_by IN ('declared', 'modules', 'command', 'recipe')", name=op.f("ck_machine_software_found_by")
        ),
        sa.CheckConstraint(
            "state IN ('installed', 'installing', 'failed', 'gone')", name=op.f("ck_machine_software_state")
        ),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machines.id"], name=op.f("fk_machine_software_machine_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["recipe_id"], ["machine_recipes.id"], name=op.f("fk_machine_software_recipe_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machine_software")),
        sa.UniqueConstraint(
            "machine_id",
            "name",
            "version",
            name=op.f("uq_machine_software_machine_id_name_version"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_machine_software_name", "machine_software", ["name"], unique=False)
    op.create_table(
        "machine_installs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("machine_id", sa.Text(), nullable=False),
        sa.Column("software_id", sa.Text(), nullable=True),
        sa.Column("recipe_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'queued'"), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("modules", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("waiting_text", sa.Text(), nullable=True),
        sa.Column("next_check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("requested_by", sa.Text(), nullable=True),
        sa.Column("cancel_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("exit_code", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("prefix", sa.Text(), nullable=True),
        sa.Column("log", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("log_bytes", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("log_characters", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint(
            "(finished_at IS NULL) = (state IN ('queued', 'running'))", name=op.f("ck_machine_installs_finished")
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')", name=op.f("ck_machine_installs_state")
        ),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machines.id"], name=op.f("fk_machine_installs_machine_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["recipe_id"], ["machine_recipes.id"], name=op.f("fk_machine_installs_recipe_id")),
        sa.ForeignKeyConstraint(
            ["software_id"], ["machine_software.id"], name=op.f("fk_machine_installs_software_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machine_installs")),
    )
    op.create_index("ix_machine_installs_machine", "machine_installs", ["machine_id", "id"], unique=False)
    op.create_index(
        "uq_machine_installs_active",
        "machine_installs",
        ["machine_id", "name"],
        unique=True,
        postgresql_where=sa.text("finished_at IS NULL"),
    )


def downgrade() -> None:
    for table in ("machine_installs", "machine_software", "machine_recipes"):
        op.drop_table(table)
