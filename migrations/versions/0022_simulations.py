"""simulations people ask for: applications, groups, what they were and when"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

USER = "(SELECT current_setting('stormbell.user_id', true))"
SUBJECTS = "(SELECT current_setting('stormbell.subjects', true)::text[])::text[]"
SEES_ALL = "(SELECT current_setting('stormbell.sees_all', true) = 'on')"
TIME = sa.DateTime(timezone=True)
BEFORE = ("created", "queued", "running", "completing", "succeeded", "failed", "timed_out", "cancelled", "lost")
STATES = (
    "created", "prepared", "queued", "running", "unknown", "completing",
    "succeeded", "failed", "timed_out", "cancelled", "lost",
)  # fmt: skip
COLUMNS = (
    sa.Column("history_key", sa.Text(), nullable=True),
    sa.Column("application_id", sa.Text(), nullable=True),
    sa.Column("application", sa.Text(), nullable=True),
    sa.Column("parameters", postgresql.JSONB(), nullable=True),
    sa.Column("group_id", sa.Text(), nullable=True),
    sa.Column("rerun_of", sa.Text(), nullable=True),
    sa.Column("after", postgresql.ARRAY(sa.Text()), nullable=True),
    sa.Column("hold", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    sa.Column("deadline_at", TIME, nullable=True),
    sa.Column("directory", sa.Text(), nullable=True),
    sa.Column("staged_bytes", sa.BigInteger(), nullable=True),
    sa.Column("staged_seconds", sa.Double(), nullable=True),
    sa.Column("doubted_at", TIME, nullable=True),
    sa.Column("callback_states", postgresql.ARRAY(sa.Text()), nullable=True),
    sa.Column("callback_told", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
)
INDEXES = (
    ("ix_simulations_after", ["after"], "after IS NOT NULL", "gin"),
    ("ix_simulations_group", ["group_id"], "group_id IS NOT NULL", "btree"),
    ("ix_simulations_run_times", ["history_key", "finished_at"], "state = 'succeeded'", "btree"),
    ("ix_simulations_waits", ["machine_id", "started_at"], "started_at IS NOT NULL", "btree"),
)


def upgrade() -> None:
    op.create_table(
        "applications",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("definition", postgresql.JSONB(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", TIME, server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", TIME, server_default=sa.text("now()"), nullable=False),
        sa.Column("owner_id", sa.Text(), server_default=sa.text("'usr_system'"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
    )
    op.create_index("uq_applications_name", "applications", ["owner_id", "name"], unique=True)
    op.create_table(
        "simulation_groups",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("wins_on", sa.Text(), nullable=True),
        sa.Column("winner_id", sa.Text(), nullable=True),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("created_at", TIME, server_default=sa.text("now()"), nullable=False),
        sa.Column("owner_id", sa.Text(), server_default=sa.text("'usr_system'"), nullable=False),
        sa.CheckConstraint("kind IN ('instances', 'race')", name=op.f("ck_simulation_groups_kind")),
        sa.CheckConstraint("wins_on IN ('running', 'succeeded')", name=op.f("ck_simulation_groups_wins_on")),
        sa.CheckConstraint("(kind = 'race') = (wins_on IS NOT NULL)", name=op.f("ck_simulation_groups_races_are_won")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulation_groups")),
    )
    for column in COLUMNS:
        op.add_column("simulations", column)
    op.create_foreign_key(op.f("fk_simulations_group_id"), "simulations", "simulation_groups", ["group_id"], ["id"])
    _states(STATES)
    for name, columns, where, using in INDEXES:
        op.create_index(name, "simulations", columns, postgresql_where=sa.text(where), postgresql_using=using)
    op.create_table(
        "simulation_states",
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("simulation_id", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", TIME, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("machine", sa.Text(), nullable=True),
        sa.Column("native_state", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["simulation_id"], ["simulations.id"], name=op.f("fk_simulation_states_simulation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_simulation_states")),
    )
    op.create_index("ix_simulation_states_simulation", "simulation_states", ["simulation_id", "number"])
    for table in ("applications", "simulation_groups"):
        protect(
            table,
            f"({table}.owner_id IN ('usr_system', {USER}) OR EXISTS (SELECT FROM shares WHERE"
            f" shares.object_id = {table}.id AND shares.subject_id = ANY({SUBJECTS})))",
            "'id'",
        )
    protect(
        "simulation_states",
        "EXISTS (SELECT FROM simulations WHERE simulations.id = simulation_states.simulation_id)",
        "'id,incident_id', 'simulation_id', 'simulations'",
    )


def protect(table: str, seen: str, actors: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY of_service ON {table} TO stormbell_service USING (true)")
    op.execute(f"CREATE POLICY of_caller ON {table} TO stormbell_app USING ({SEES_ALL} OR {seen})")
    op.execute(
        f"CREATE TRIGGER only_actors_write BEFORE INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW"
        f" WHEN (current_user = 'stormbell_app') EXECUTE FUNCTION refuse_who_may_not_act({actors})"
    )


def _states(names: tuple[str, ...]) -> None:
    op.drop_constraint("ck_simulations_state", "simulations")
    listed = ", ".join(f"'{name}'" for name in names)
    op.create_check_constraint(op.f("ck_simulations_state"), "simulations", f"state IN ({listed})")


def downgrade() -> None:
    op.drop_table("simulation_states")
    for name, *_ in INDEXES:
        op.drop_index(name, "simulations")
    op.execute("UPDATE simulations SET state = 'queued' WHERE state = 'unknown'")
    op.execute("UPDATE simulations SET state = 'created' WHERE state = 'prepared'")
    _states(BEFORE)
    op.drop_constraint("fk_simulations_group_id", "simulations")
    for column in COLUMNS:
        op.drop_column("simulations", column.name)
    op.drop_table("simulation_groups")
    op.drop_table("applications")
