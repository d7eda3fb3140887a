"""Who may write what, in the database: the second wall's other half.

Row-level security decides what a caller sees, and so locks. Whether it may write is a trigger's question: a policy for
UPDATE would also hide rows from SELECT … FOR UPDATE, and the answer to who may see and not act is 403, not 404. The
service, which is not stopped, pays one comparison of a role's name for each row.
"""

from app.kernel.roles import APP, SERVICE

# By which of its columns an owned table's rows are shared; for the others, over which column and table one gets there.
WRITTEN_BY_ACTORS: dict[str, tuple[str, ...]] = {
    "incidents": ("id",),
    "stages": ("id", "incident_id", "incidents"),
    "gathers": ("id", "incident_id", "incidents"),
    "questions": ("id", "incident_id", "incidents"),
    "gather_members": ("id", "gather_id", "gathers", "incident_id", "incidents"),
    "simulations": ("id,incident_id",),
    "simulation_states": ("id,incident_id", "simulation_id", "simulations"),
    "simulation_groups": ("id",),
    "applications": ("id",),
    "datasets": ("id,incident_id,simulation_id",),
    "dataset_inputs": ("id,incident_id,simulation_id", "dataset_id", "datasets"),
    "replicas": ("id,incident_id,simulation_id", "dataset_id", "datasets"),
    "dataset_links": ("id,incident_id,simulation_id", "dataset_id", "datasets"),
    "sources": ("id",),
    "deliveries": ("id", "source_id", "sources"),
    "source_tallies": ("id", "source_id", "sources"),
    "credentials": ("id",),
    "transfers": ("dataset_id,incident_id",),
    "transfer_parts": ("dataset_id,incident_id", "transfer_id", "transfers"),
    "storages": ("id",),
    "storage_checks": ("id", "storage_id", "storages"),
    "storage_blobs": ("id", "storage_id", "storages"),
    "storage_scans": ("id", "storage_id", "storages"),
    "storage_entries": ("id", "storage_id", "storages"),
    "uploads": ("id",),
    "collections": ("id",),
    "collection_members": ("id", "collection_id", "collections"),
    "credential_uses": ("id", "credential_id", "credentials"),
    "bindings": ("id", "source_id", "sources"),
    "source_checks": ("id", "source_id", "sources"),
    "push_signatures": ("id", "source_id", "sources"),
    "publications": ("id", "incident_id", "incidents"),
    "job_batches": ("id",),
    "schedules": ("id",),
    "schedule_runs": ("id", "schedule_id", "schedules"),
}
# Not webhooks and their messages: they cannot be shared, so nobody but owners and operators sees one. Not jobs, their
# attempts and progress: a row trigger for UPDATE fetches and locks each row before it asks for whom it is, and jobs are
# written a thousand times as often as all of these.

_REFUSE = """
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

# Asked by policies of the tables they read: as their owner, they are not asked again (that would have no end).
_MANAGES = """
CREATE FUNCTION caller_manages(asked text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM group_members m WHERE m.group_id = asked AND m.manages
    AND m.user_id = current_setting('stormbell.user_id', true))
$$
"""
_SIZE = """
CREATE FUNCTION group_size(asked text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT count(*) FROM group_members m WHERE m.group_id = asked
$$
"""

_USER = "(SELECT current_setting('stormbell.user_id', true))"
_SUBJECTS = "(SELECT current_setting('stormbell.subjects', true)::text[])::text[]"
_SEES_ALL = "(SELECT current_setting('stormbell.sees_all', true) = 'on')"
_OWNS_SHARED = f"(scope_of(shares.object_id, NULL)).owner_id = {_USER}"
_MANAGED = f"{_SEES_ALL} OR caller_manages(group_members.group_id)"


def acting_trigger(table: str) -> str:
    """Return the DDL that stops callers who may see a row of ``table``, and not act on it, from writing it."""
    arguments = ", ".join(f"'{one}'" for one in WRITTEN_BY_ACTORS[table])
    return (
        f"CREATE TRIGGER only_actors_write BEFORE INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW"
        f" WHEN (current_user = '{APP}') EXECUTE FUNCTION refuse_who_may_not_act({arguments})"
    )


def _walls(table: str, policies: dict[str, str]) -> tuple[str, ...]:
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY of_service ON {table} TO {SERVICE} USING (true)",
        *[f"CREATE POLICY {name} ON {table} {policy}" for name, policy in policies.items()],
    )


# Who something is shared with knows it, and its owner knows all with whom; names of groups are known to all.
SHARING_WALLS = (
    *_walls(
        "shares",
        {
            "of_caller": f"FOR SELECT TO {APP} USING ({_SEES_ALL} OR subject_id = ANY({_SUBJECTS}) OR {_OWNS_SHARED})",
            "made_by_owner": f"FOR INSERT TO {APP} WITH CHECK ({_SEES_ALL} OR {_OWNS_SHARED})",
            "changed_by_owner": f"FOR UPDATE TO {APP} USING ({_SEES_ALL} OR {_OWNS_SHARED})",
            "taken_by_owner": f"FOR DELETE TO {APP} USING ({_SEES_ALL} OR {_OWNS_SHARED})",
        },
    ),
    *_walls(
        "groups",
        {
            "of_caller": f"FOR SELECT TO {APP} USING (true)",
            "made_by_those_who_see_all": f"FOR INSERT TO {APP} WITH CHECK ({_SEES_ALL})",
            "changed_by_managers": f"FOR UPDATE TO {APP} USING ({_SEES_ALL} OR caller_manages(id))",
            "removed_by_those_who_see_all": f"FOR DELETE TO {APP} USING ({_SEES_ALL})",
        },
    ),
    *_walls(
        "group_members",
        {
            "of_caller": f"FOR SELECT TO {APP} USING ({_SEES_ALL} OR user_id = {_USER} OR group_id = ANY({_SUBJECTS}))",
            "put_by_managers": f"FOR INSERT TO {APP} WITH CHECK ({_MANAGED})",
            "changed_by_managers": f"FOR UPDATE TO {APP} USING ({_MANAGED})",
            "taken_by_managers_or_leaving": f"FOR DELETE TO {APP} USING ({_MANAGED} OR user_id = {_USER})",
        },
    ),
)

EXTRA_DDL = (_REFUSE, _MANAGES, _SIZE, *map(acting_trigger, WRITTEN_BY_ACTORS))
