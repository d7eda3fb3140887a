"""stages: gathers of more than simulations, questions, children"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SEES_ALL = "(SELECT current_setting('stormbell.sees_all', true) = 'on')"


def upgrade() -> None:
    op.add_column("incidents", sa.Column("parent_id", sa.Text(), nullable=True))
    op.add_column("incidents", sa.Column("parent_gather_id", sa.Text(), nullable=True))
    op.create_foreign_key(op.f("fk_incidents_parent_id"), "incidents", "incidents", ["parent_id"], ["id"])
    op.create_index(
        "ix_incidents_parent", "incidents", ["parent_id"], postgresql_where=sa.text("parent_id IS NOT NULL")
    )
    op.create_index(
        "ix_incidents_deadline",
        "incidents",
        ["deadline_at"],
        postgresql_where=sa.text("state IN ('active', 'completing')"),
    )
    op.add_column("stages", sa.Column("role", sa.Text(), server_default=sa.text("'stage'"), nullable=False))
    op.add_column("stages", sa.Column("urgency", sa.Text(), server_default=sa.text("'normal'"), nullable=False))
    op.add_column("stages", sa.Column("gather_id", sa.Text(), nullable=True))
    op.add_column("stages", sa.Column("max_attempts", sa.Integer(), server_default=sa.text("5"), nullable=False))
    op.create_check_constraint(
        op.f("ck_stages_role"), "stages", "role IN ('stage', 'compensation', 'shutdown', 'finaliser')"
    )
    for column in (
        sa.Column("kind", sa.Text(), server_default=sa.text("'simulation'"), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=True, comment="How many have to succeed; None: all have to end"),
        sa.Column("cancel_rest", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("gathers", column)
    op.create_check_constraint(op.f("ck_gathers_kind"), "gathers", "kind IN ('simulation', 'stage', 'child')")
    op.alter_column("gather_members", "simulation_id", new_column_name="member_id")
    op.execute(
        "ALTER TABLE gather_members"
        " RENAME CONSTRAINT gather_members_simulation_id_not_null TO gather_members_member_id_not_null"
    )
    for column in (
        sa.Column("name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "late",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Ended after the message was sent",
        ),
        sa.Column("state", sa.Text(), nullable=True, comment="It ended in"),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("result", postgresql.JSONB(), nullable=True),
    ):
        op.add_column("gather_members", column)
    op.create_table(
        "questions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("stage_id", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column(
            "form",
            postgresql.JSONB(),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="JSON Schema of an answer",
        ),
        sa.Column("then", sa.Text(), nullable=False),
        sa.Column("otherwise", sa.Text(), nullable=True),
        sa.Column("roles", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("users", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'asked'"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", postgresql.JSONB(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('asked', 'answered', 'expired', 'withdrawn')", name=op.f("ck_questions_state")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_questions_incident_id")),
        sa.ForeignKeyConstraint(["stage_id"], ["stages.id"], name=op.f("fk_questions_stage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    op.create_index("ix_questions_incident", "questions", ["incident_id", "id"])
    op.execute("ALTER TABLE questions ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE questions FORCE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY of_service ON questions TO stormbell_service USING (true)")
    op.execute(
        f"CREATE POLICY of_caller ON questions TO stormbell_app USING ({SEES_ALL}"
        " OR EXISTS (SELECT FROM incidents WHERE incidents.id = questions.incident_id))"
    )
    op.execute(
        "CREATE TRIGGER only_actors_write BEFORE INSERT OR UPDATE OR DELETE ON questions FOR EACH ROW"
        " WHEN (current_user = 'stormbell_app')"
        " EXECUTE FUNCTION refuse_who_may_not_act('id', 'incident_id', 'incidents')"
    )


def downgrade() -> None:
    raise NotImplementedError("what was asked stays asked: drop the database instead")
