"""incidents: created before they start, run again, published, archived"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SEES_ALL = "(SELECT current_setting('stormbell.sees_all', true) = 'on')"


def upgrade() -> None:
    for column in (
        sa.Column("urgency", sa.Text(), server_default=sa.text("'normal'"), nullable=False),
        sa.Column("duration_seconds", sa.Double(), server_default=sa.text("86400"), nullable=False),
        sa.Column("opening", postgresql.JSONB(), nullable=True),
        sa.Column("rerun_of", sa.Text(), nullable=True),
        sa.Column("ending", postgresql.JSONB(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("incidents", column)
    op.create_check_constraint(
        op.f("ck_incidents_urgency"), "incidents", "urgency IN ('critical', 'high', 'normal', 'low')"
    )
    op.create_foreign_key(op.f("fk_incidents_rerun_of"), "incidents", "incidents", ["rerun_of"], ["id"])
    op.create_table(
        "publications",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("link_hash", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("dataset_ids", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('alert', 'item', 'page')", name=op.f("ck_publications_kind")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_publications_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_publications_link_hash")),
    )
    op.create_index(op.f("ix_publications_incident_id"), "publications", ["incident_id"])
    op.execute("ALTER TABLE publications ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE publications FORCE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY of_service ON publications TO stormbell_service USING (true)")
    op.execute(
        f"CREATE POLICY of_caller ON publications TO stormbell_app USING ({SEES_ALL}"
        " OR EXISTS (SELECT FROM incidents WHERE incidents.id = publications.incident_id))"
    )
    op.execute(
        """
    CREATE OR REPLACE FUNCTION incidents_stay_ended() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF OLD.state IN ('complete', 'cancelled', 'error', 'archived') AND NEW.state <> OLD.state
         AND NEW.state <> 'archived' AND NOT (OLD.state = 'error' AND NEW.state = 'active') THEN
        RAISE EXCEPTION 'incident % has ended as %', OLD.id, OLD.state USING ERRCODE = 'restrict_violation';
      END IF;
      RETURN NEW;
    END $$
    """
    )
    op.execute(
        """
    CREATE OR REPLACE FUNCTION stages_stay_ended() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF OLD.state IN ('succeeded', 'failed', 'cancelled') AND NOT (
        OLD.state <> 'succeeded' AND NEW.state = 'queued'
        AND EXISTS (SELECT FROM incidents WHERE id = NEW.incident_id AND state = 'active')
      ) THEN
        RAISE EXCEPTION 'stage % has ended as %', OLD.id, OLD.state USING ERRCODE = 'restrict_violation';
      END IF;
      RETURN NEW;
    END $$
    """
    )


def downgrade() -> None:
    raise NotImplementedError("what was published stays known: drop the database instead")
