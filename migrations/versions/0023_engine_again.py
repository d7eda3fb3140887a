"""the end of an incident in one statement; facts with one index less"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_UNDER_WAY = """
CREATE FUNCTION incidents_under_way(incident_ids text[], stage_ids text[], job_ids text[])
RETURNS SETOF text STRICT LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY SELECT g.incident_id FROM unnest(incident_ids, stage_ids, job_ids)
    AS g (incident_id, stage_id, job_id)
  WHERE EXISTS (SELECT FROM stages o
      WHERE o.incident_id = g.incident_id AND o.id <> g.stage_id AND o.state IN ('queued', 'running'))
    OR EXISTS (SELECT FROM jobs o WHERE o.incident_id = g.incident_id AND o.id <> g.job_id)
    OR EXISTS (SELECT FROM gathers o WHERE o.incident_id = g.incident_id AND o.id <> g.job_id)
    OR EXISTS (SELECT FROM questions o
      WHERE o.incident_id = g.incident_id AND o.id <> g.job_id AND o.state = 'asked')
    OR EXISTS (SELECT FROM incidents o WHERE o.parent_id = g.incident_id AND o.id <> g.job_id);
END $$
"""


def upgrade() -> None:
    op.execute(_UNDER_WAY)


def downgrade() -> None:
    op.execute("DROP FUNCTION incidents_under_way(text[], text[], text[])")
