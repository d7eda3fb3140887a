"""isolation: the roles' rights, groups, shares, owners of facts, row-level security"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

ROLES = "stormbell_service, stormbell_app"
USER = "(SELECT current_setting('stormbell.user_id', true))"
SUBJECTS = "(SELECT current_setting('stormbell.subjects', true)::text[])::text[]"
SEES_ALL = "(SELECT current_setting('stormbell.sees_all', true) = 'on')"
# What can be shared, and by the id of what else it is shared too.
OWNED = {
    "incidents": ("id",),
    "simulations": ("id", "incident_id"),
    "datasets": ("id", "incident_id", "simulation_id"),
    "sources": ("id",),
}
CHILDREN = {
    "stages": ("incident_id", "incidents"),
    "gathers": ("incident_id", "incidents"),
    "gather_members": ("gather_id", "gathers"),
    "dataset_inputs": ("dataset_id", "datasets"),
    "replicas": ("dataset_id", "datasets"),
    "deliveries": ("source_id", "sources"),
    "source_tallies": ("source_id", "sources"),
}

SCOPE_OF = """
CREATE FUNCTION scope_of(subject_id text, incident_id text, OUT owner_id text, OUT parent_id text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  subject ALIAS FOR $1;
  incident ALIAS FOR $2;
BEGIN
  IF incident IS NOT NULL THEN
    SELECT i.owner_id INTO owner_id FROM incidents i WHERE i.id = incident;
    owner_id := coalesce(owner_id, 'nobody');
    RETURN;
  END IF;
  CASE split_part(subject, '_', 1)
    WHEN 'inc' THEN SELECT i.owner_id INTO owner_id FROM incidents i WHERE i.id = subject;
    WHEN 'sim' THEN SELECT s.owner_id INTO owner_id FROM simulations s WHERE s.id = subject;
    WHEN 'dst' THEN SELECT d.owner_id, d.simulation_id INTO owner_id, parent_id
      FROM datasets d WHERE d.id = subject;
    WHEN 'src' THEN SELECT s.owner_id INTO owner_id FROM sources s WHERE s.id = subject;
    WHEN 'dlv' THEN SELECT s.owner_id, s.id INTO owner_id, parent_id
      FROM deliveries d JOIN sources s ON s.id = d.source_id WHERE d.id = subject;
    WHEN 'sto' THEN SELECT s.owner_id INTO owner_id FROM storages s WHERE s.id = subject;
    WHEN 'col' THEN SELECT c.owner_id INTO owner_id FROM collections c WHERE c.id = subject;
    WHEN 'xfr' THEN SELECT t.owner_id, t.dataset_id INTO owner_id, parent_id FROM transfers t WHERE t.id = subject;
    WHEN 'app' THEN SELECT a.owner_id INTO owner_id FROM applications a WHERE a.id = subject;
    WHEN 'cred' THEN SELECT c.owner_id INTO owner_id FROM credentials c WHERE c.id = subject;
    WHEN 'whk' THEN SELECT w.owner_id INTO owner_id FROM webhooks w WHERE w.id = subject;
    WHEN 'alm' THEN SELECT a.owner_id, a.subject_id INTO owner_id, parent_id FROM alarms a WHERE a.id = subject;
      RETURN;
    WHEN 'bat' THEN SELECT b.owner_id INTO owner_id FROM job_batches b WHERE b.id = subject;
      IF FOUND THEN RETURN; END IF;
    WHEN 'sch' THEN SELECT s.owner_id INTO owner_id FROM schedules s WHERE s.id = subject;
      IF FOUND THEN RETURN; END IF;
    WHEN 'job' THEN
      SELECT j.owner_id, j.simulation_id INTO owner_id, parent_id FROM jobs j WHERE j.id = subject;
      IF NOT FOUND THEN
        SELECT f.owner_id, f.simulation_id INTO owner_id, parent_id FROM finished_jobs f WHERE f.id = subject;
      END IF;
      IF FOUND THEN RETURN; END IF;
    WHEN 'tok' THEN SELECT t.user_id INTO owner_id FROM tokens t WHERE t.id = subject;
    WHEN 'ses' THEN SELECT s.user_id INTO owner_id FROM sessions s WHERE s.id = subject;
    WHEN 'usr' THEN owner_id := subject;
    ELSE RETURN;
  END CASE;
  owner_id := coalesce(owner_id, 'nobody');
END $$
"""

# What callers who may see and not act may not write, and how one gets from it to what is shared.
WRITTEN_BY_ACTORS = {
    "incidents": ("id",),
    "stages": ("id", "incident_id", "incidents"),
    "gathers": ("id", "incident_id", "incidents"),
    "gather_members": ("id", "gather_id", "gathers", "incident_id", "incidents"),
    "simulations": ("id,incident_id",),
    "datasets": ("id,incident_id,simulation_id",),
    "dataset_inputs": ("id,incident_id,simulation_id", "dataset_id", "datasets"),
    "replicas": ("id,incident_id,simulation_id", "dataset_id", "datasets"),
    "sources": ("id",),
    "deliveries": ("id", "source_id", "sources"),
    "source_tallies": ("id", "source_id", "sources"),
}

REFUSE = """
CREATE FUNCTION refuse_who_may_not_act() RETURNS trigger
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
    IF one ->> 'owner_id' IN ('usr_system', current_setting('stormbell.user_id', true)) THEN
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

MANAGES = """
CREATE FUNCTION caller_manages(asked text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM group_members m WHERE m.group_id = asked AND m.manages
    AND m.user_id = current_setting('stormbell.user_id', true))
$$
"""

GROUP_SIZE = """
CREATE FUNCTION group_size(asked text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT count(*) FROM group_members m WHERE m.group_id = asked
$$
"""

OWNS_SHARED = f"(scope_of(shares.object_id, NULL)).owner_id = {USER}"
MANAGED = f"{SEES_ALL} OR caller_manages(group_members.group_id)"
SHARING_WALLS = {
    "shares": {
        "of_caller": f"FOR SELECT TO stormbell_app USING ({SEES_ALL} OR subject_id = ANY({SUBJECTS}) OR {OWNS_SHARED})",
        "made_by_owner": f"FOR INSERT TO stormbell_app WITH CHECK ({SEES_ALL} OR {OWNS_SHARED})",
        "changed_by_owner": f"FOR UPDATE TO stormbell_app USING ({SEES_ALL} OR {OWNS_SHARED})",
        "taken_by_owner": f"FOR DELETE TO stormbell_app USING ({SEES_ALL} OR {OWNS_SHARED})",
    },
    "groups": {
        "of_caller": "FOR SELECT TO stormbell_app USING (true)",
        "made_by_those_who_see_all": f"FOR INSERT TO stormbell_app WITH CHECK ({SEES_ALL})",
        "changed_by_managers": f"FOR UPDATE TO stormbell_app USING ({SEES_ALL} OR caller_manages(id))",
        "removed_by_those_who_see_all": f"FOR DELETE TO stormbell_app USING ({SEES_ALL})",
    },
    "group_members": {
        "of_caller": (
            f"FOR SELECT TO stormbell_app USING ({SEES_ALL} OR user_id = {USER} OR group_id = ANY({SUBJECTS}))"
        ),
        "put_by_managers": f"FOR INSERT TO stormbell_app WITH CHECK ({MANAGED})",
        "changed_by_managers": f"FOR UPDATE TO stormbell_app USING ({MANAGED})",
        "taken_by_managers_or_leaving": f"FOR DELETE TO stormbell_app USING ({MANAGED} OR user_id = {USER})",
    },
}


def upgrade() -> None:
    # The roles themselves belong to the server, not to this database: app.kernel.roles makes them before this runs.
    schema = op.get_bind().exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    op.execute(f"GRANT USAGE ON SCHEMA {schema} TO {ROLES}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {ROLES}")
    op.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {ROLES}")
    op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {ROLES}")
    op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {ROLES}")

    op.create_table(
        "groups",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
    )
    op.create_index("uq_groups_name", "groups", [sa.text("lower(name)")], unique=True)
    op.create_table(
        "group_members",
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("manages", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_group_members_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_group_members_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("group_id", "user_id", name=op.f("pk_group_members")),
    )
    op.create_index("ix_group_members_user_id", "group_members", ["user_id"])
    op.create_table(
        "shares",
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("shared_by", sa.Text(), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("level IN ('view', 'act')", name=op.f("ck_shares_level")),
        sa.PrimaryKeyConstraint("object_id", "subject_id", name=op.f("pk_shares")),
    )
    op.create_index("ix_shares_subject_id", "shares", ["subject_id"])

    for table, ids in OWNED.items():
        rows = sa.table(table, sa.column("owner_id"))
        op.execute(rows.update().where(rows.c.owner_id.is_(None)).values(owner_id="usr_system"))
        op.alter_column(table, "owner_id", nullable=False, server_default=sa.text("'usr_system'"))
        columns = [f"{table}.{name}" for name in ids]
        one = f"= {columns[0]}" if len(columns) == 1 else f"IN ({', '.join(columns)})"
        protect(
            table,
            f"({table}.owner_id IN ('usr_system', {USER}) OR EXISTS (SELECT FROM shares WHERE shares.object_id {one}"
            f" AND shares.subject_id = ANY({SUBJECTS})))",
        )
    op.execute(SCOPE_OF)
    for function in (REFUSE, MANAGES, GROUP_SIZE):
        op.execute(function)
    for table, path in WRITTEN_BY_ACTORS.items():
        arguments = ", ".join(f"'{one}'" for one in path)
        op.execute(
            f"CREATE TRIGGER only_actors_write BEFORE INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW"
            f" WHEN (current_user = 'stormbell_app') EXECUTE FUNCTION refuse_who_may_not_act({arguments})"
        )
    for table, policies in SHARING_WALLS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY of_service ON {table} TO stormbell_service USING (true)")
        for name, policy in policies.items():
            op.execute(f"CREATE POLICY {name} ON {table} {policy}")
    op.add_column("events", sa.Column("owner_id", sa.Text(), nullable=True))
    op.add_column("events", sa.Column("parent_id", sa.Text(), nullable=True))
    op.add_column("alarms", sa.Column("owner_id", sa.Text(), nullable=True))
    # Whoever they were about may be gone, and what has no owner everybody sees: operators only see what is older.
    op.execute("UPDATE events SET owner_id = 'nobody'")
    op.execute("UPDATE alarms SET owner_id = 'nobody'")
    for table, ids in {"events": ("subject_id", "incident_id", "parent_id"), "alarms": ("subject_id",)}.items():
        columns = [f"{table}.{name}" for name in ids]
        one = f"= {columns[0]}" if len(columns) == 1 else f"IN ({', '.join(columns)})"
        seen = (
            f"{SEES_ALL} OR {table}.owner_id IS NULL OR ({table}.owner_id IN ('usr_system', {USER})"
            f" OR EXISTS (SELECT FROM shares WHERE shares.object_id {one} AND shares.subject_id = ANY({SUBJECTS})))"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY of_service ON {table} TO stormbell_service USING (true)")
        if table == "events":
            op.execute(f"CREATE POLICY of_caller ON {table} FOR SELECT TO stormbell_app USING ({seen})")
            op.execute(f"CREATE POLICY by_caller ON {table} FOR INSERT TO stormbell_app WITH CHECK (true)")
        else:
            op.execute(f"CREATE POLICY of_caller ON {table} TO stormbell_app USING ({seen}) WITH CHECK (true)")
    for table, (column, parent) in CHILDREN.items():
        protect(table, f"EXISTS (SELECT FROM {parent} WHERE {parent}.id = {table}.{column})")


def protect(table: str, seen: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY of_service ON {table} TO stormbell_service USING (true)")
    op.execute(f"CREATE POLICY of_caller ON {table} TO stormbell_app USING ({SEES_ALL} OR {seen})")


def downgrade() -> None:
    raise NotImplementedError("the walls stay: drop the database instead")
