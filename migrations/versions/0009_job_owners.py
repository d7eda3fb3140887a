"""job owners"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

USER = "(SELECT current_setting('stormbell.user_id', true))"
SUBJECTS = "(SELECT current_setting('stormbell.subjects', true)::text[])::text[]"
SEES_ALL = "(SELECT current_setting('stormbell.sees_all', true) = 'on')"
# What has an owner, and by whose id it is shared.
OWNED = {
    "jobs": ("incident_id", "simulation_id"),
    "finished_jobs": ("incident_id", "simulation_id"),
    "job_batches": ("id",),
    "schedules": ("id",),
}


def upgrade() -> None:
    for table in OWNED:
        op.add_column(table, sa.Column("owner_id", sa.Text(), nullable=True))
    # A batch and a schedule are whose they were made by; a job is whose its origin or its incident says.
    op.execute("UPDATE job_batches SET owner_id = created_by")
    op.execute("UPDATE schedules SET owner_id = created_by")
    op.execute("DROP TRIGGER finished_jobs_are_final ON finished_jobs")
    for table in ("jobs", "finished_jobs"):
        op.execute(
            f"UPDATE {table} AS j SET owner_id = coalesce("
            "(SELECT owner_id FROM incidents WHERE id = j.incident_id),"
            " (SELECT owner_id FROM simulations WHERE id = j.simulation_id),"
            " (SELECT owner_id FROM schedules WHERE id = split_part(j.origin, '@', 1)),"
            " (SELECT owner_id FROM job_batches WHERE id = j.batch_id), substring(j.origin FROM '^usr_.*'))"
        )
    names = sa.inspect(op.get_bind()).get_columns("finished_jobs")
    columns = ", ".join(sorted({column["name"] for column in names} - {"owner_id"}))
    op.execute(
        f"CREATE TRIGGER finished_jobs_are_final BEFORE UPDATE OF {columns} OR DELETE OR TRUNCATE ON finished_jobs"
        " FOR EACH STATEMENT EXECUTE FUNCTION finished_jobs_are_final()"
    )
    for table, ids in OWNED.items():
        columns = [f"{table}.{name}" for name in ids]
        one = f"= {columns[0]}" if len(columns) == 1 else f"IN ({', '.join(columns)})"
        protect(
            table,
            f"({table}.owner_id IS NULL OR ({table}.owner_id IN ('usr_system', {USER})"
            f" OR EXISTS (SELECT FROM shares WHERE shares.object_id {one} AND shares.subject_id = ANY({SUBJECTS}))))",
        )
    protect("schedule_runs", "EXISTS (SELECT FROM schedules WHERE schedules.id = schedule_runs.schedule_id)")
    for table in ("job_attempts", "job_progress"):
        protect(
            table,
            f"(EXISTS (SELECT FROM jobs WHERE jobs.id = {table}.job_id)"
            f" OR EXISTS (SELECT FROM finished_jobs WHERE finished_jobs.id = {table}.job_id))",
        )
    op.execute(
        """
    CREATE FUNCTION jobs_are_new(added text[], wanted int) RETURNS boolean LANGUAGE plpgsql AS $$
        BEGIN
            IF cardinality(added) = wanted AND NOT EXISTS (SELECT FROM finished_jobs WHERE id = ANY(added)) THEN
                RETURN true;
            END IF;
            DELETE FROM jobs WHERE id = ANY(added);
            RETURN false;
        END $$
        """
    )


def protect(table: str, seen: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY of_service ON {table} TO stormbell_service USING (true)")
    op.execute(f"CREATE POLICY of_caller ON {table} TO stormbell_app USING ({SEES_ALL} OR {seen})")


def downgrade() -> None:
    raise NotImplementedError("the walls stay: drop the database instead")
