"""consents of people to what the house may do in their name; more tables that only who may act writes"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

WRITTEN_BY_ACTORS = {
    "credential_uses": ("id", "credential_id", "credentials"),
    "bindings": ("id", "source_id", "sources"),
    "source_checks": ("id", "source_id", "sources"),
    "push_signatures": ("id", "source_id", "sources"),
    "publications": ("id", "incident_id", "incidents"),
    "job_batches": ("id",),
    "schedules": ("id",),
    "schedule_runs": ("id", "schedule_id", "schedules"),
}

REFUSE = """
CREATE OR REPLACE FUNCTION refuse_who_may_not_act() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  touched jsonb[];
  one jsonb;
  place int;
BEGIN
  IF current_setting('stormbell.sees_all', true) = 'on' THEN
    RETURN coalesce(NEW, OLD);
  END IF;
  -- Both: a row is neither taken from where one may not act nor put there.
  IF TG_OP <> 'INSERT' THEN touched := touched || to_jsonb(OLD); END IF;
  IF TG_OP <> 'DELETE' THEN touched := touched || to_jsonb(NEW); END IF;
  FOREACH one IN ARRAY touched LOOP
    place := 1;
    WHILE place < TG_NARGS LOOP
      EXECUTE format('SELECT to_jsonb(p) FROM %I p WHERE p.id = $1', TG_ARGV[place + 1])
        INTO one USING one ->> TG_ARGV[place];
      place := place + 2;
    END LOOP;
    -- What is there and has no owner is the house's; what is not there, or hidden, is nobody's.
    IF one IS NOT NULL AND coalesce(one ->> 'owner_id', 'usr_system')
       IN ('usr_system', current_setting('stormbell.user_id', true)) THEN
      CONTINUE;
    END IF;
    PERFORM FROM shares s WHERE s.level = 'act'
      AND s.object_id IN (SELECT one ->> name FROM unnest(string_to_array(TG_ARGV[0], ',')) AS name)
      AND s.subject_id = ANY(current_setting('stormbell.subjects', true)::text[]);
    IF NOT FOUND THEN
      RAISE insufficient_privilege USING MESSAGE = format('%s of %s by who may not act', TG_OP, TG_TABLE_NAME);
    END IF;
  END LOOP;
  RETURN coalesce(NEW, OLD);
END $$
"""


def upgrade() -> None:
    op.add_column(
        "login_flows",
        sa.Column("subject_id", sa.Text(), nullable=True, comment="What a consent is for, such as a credential"),
    )
    for name in ("user", "purpose"):
        op.drop_constraint(op.f(f"ck_login_flows_{name}"), "login_flows", type_="check")
    _check("purpose", "purpose IN ('login', 'link', 'consent')")
    _check("user", "(purpose = 'login') = (user_id IS NULL)")
    _check("subject", "(purpose = 'consent') = (subject_id IS NOT NULL)")
    op.execute(REFUSE)
    for table, path in WRITTEN_BY_ACTORS.items():
        arguments = ", ".join(f"'{one}'" for one in path)
        op.execute(
            f"CREATE TRIGGER only_actors_write BEFORE INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW"
            f" WHEN (current_user = 'stormbell_app') EXECUTE FUNCTION refuse_who_may_not_act({arguments})"
        )


def downgrade() -> None:
    for table in WRITTEN_BY_ACTORS:
        op.execute(f"DROP TRIGGER only_actors_write ON {table}")
    op.execute("DELETE FROM login_flows WHERE purpose = 'consent'")
    for name in ("user", "purpose", "subject"):
        op.drop_constraint(op.f(f"ck_login_flows_{name}"), "login_flows", type_="check")
    op.drop_column("login_flows", "subject_id")
    _check("purpose", "purpose IN ('login', 'link')")
    _check("user", "(purpose = 'link') = (user_id IS NOT NULL)")


def _check(name: str, rule: str) -> None:
    op.create_check_constraint(op.f(f"ck_login_flows_{name}"), "login_flows", rule)
