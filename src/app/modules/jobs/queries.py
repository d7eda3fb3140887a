"""The constant SQL of the queue. Payloads and results cross as text: pydantic reads and writes their JSON."""

# The slice of the queue a job is in, as the index of due jobs has it. Not a generated column: PostgreSQL reads such an
# expression anew for every row an UPDATE leaves it alone in (measured 1.2 to 4 us of a claim's 14).
SECTION = "(number % 512)::smallint"

# Archives jobs that are still what the caller believes them to be: in state $5 and, where given, in that attempt.
# A late writer's job is not among the returned ones; "watched" ones are the keeper's business (topic "jobs.gates").
# "was" is a column of a materialized set, here and below, so that the planner cannot see the constant, take the index
# of running jobs, and read through its dead entries.
END = """
), ended AS (
    DELETE FROM jobs j USING f
    WHERE j.id = f.id AND j.state = f.was AND (f.attempt IS NULL OR j.attempt = f.attempt)
    RETURNING j.*, f.state AS final, f.error, f.result
), told AS (
    INSERT INTO job_endings (job_id, batch_id, state) SELECT id, batch_id, final FROM ended WHERE followed
), kept AS (
    INSERT INTO finished_jobs (id, number, kind, queue, priority, state, run_at, created_at, started_at, attempt,
        failed_count, lost_count, max_attempts, node, unique_key, incident_id, simulation_id, batch_id, origin,
        owner_id, limit_key, options_digest, error, payload, result)
    SELECT id, number, kind, queue, priority, final, run_at, created_at, started_at, attempt,
        failed_count + (final IN ('failed', 'timed_out'))::int, lost_count + (final = 'quarantined')::int, max_attempts,
        node, unique_key, incident_id, simulation_id, batch_id, origin, owner_id, limit_key, options_digest, error,
        payload, result::jsonb
    FROM ended
)
"""
FINISH = f"""
WITH f AS MATERIALIZED (
    SELECT *, $5::text AS was FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $6::text[])
        AS f (id, attempt, state, error, result)
{END}
SELECT id, followed OR gates IS NOT NULL AS watched FROM ended
"""  # noqa: S608 (constants)
# For a whole batch of running jobs: how many there were, and which only when some were refused. Attempts cross as text
# and what is the same for all as no array: asyncpg asks of every number and None in an array whether it is a list
# (measured 1.5 us a job).
FINISH_MANY = f"""
WITH f AS MATERIALIZED (
    SELECT id, attempt::int, coalesce(state, 'succeeded') AS state, error, result, 'running' AS was
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) AS f (id, attempt, state, error, result)
{END}
SELECT count(*)::int AS count, coalesce(bool_or(followed OR gates IS NOT NULL), false) AS watched,
    CASE WHEN count(*) < cardinality($1::text[]) THEN array_agg(id) END AS ids
FROM ended
"""  # noqa: S608 (constants)

# Claims at most $2 due jobs of kinds $1. Only the database's clock is read. The attempt is counted here, before any of
# our code can crash on the job. ctid: no second look-up of the locked rows.
_TAKE = """
UPDATE jobs SET state = 'running', attempt = attempt + 1, node = $3, started_at = now(),
    lease_until = now() + $4::float8 * interval '1 second'
"""
_DUE = """
FROM jobs WHERE state = 'queued' AND run_at <= now() AND kind = ANY($1::text[]) AND lost_count < 2 {conditions}
ORDER BY priority DESC, run_at, number LIMIT $2 FOR UPDATE SKIP LOCKED
"""
_CLAIM = _TAKE + f"WHERE ctid = ANY(ARRAY(SELECT ctid {_DUE}))"
# The same from a place in the order on, and what is more urgent than all there: what was taken leaves dead entries at
# the head of the index, and as long as somebody's old snapshot may need them every claim reads through them all.
_ABOVE = _DUE.replace("{conditions}", "AND priority > {place[0]}::int {conditions}")
_BEYOND = _DUE.replace(
    "{conditions}",
    "AND priority = {place[0]}::int AND (run_at, number) > (to_timestamp({place[1]}::float8), {place[2]}::bigint) "
    "{conditions}",
).replace("LIMIT $2", "LIMIT $2 - (SELECT count(*) FROM above)")
_CLAIM_ON = f"""
WITH above AS MATERIALIZED (SELECT ctid {_ABOVE}), beyond AS MATERIALIZED (SELECT ctid {_BEYOND})
{_TAKE} WHERE ctid = ANY(ARRAY(SELECT ctid FROM above UNION ALL SELECT ctid FROM beyond))
"""  # noqa: S608 (constants)
# Of some kinds no more than there is room for. Sorting them out costs 4 to 9 us a job, so it is a statement of its own.
_CLAIM_LIMITED = f"""
WITH due AS MATERIALIZED (SELECT ctid, kind, priority, run_at, number {_DUE}), limited AS (
    SELECT ctid, kind, row_number() OVER (PARTITION BY kind ORDER BY priority DESC, run_at, number) AS place
    FROM due WHERE kind = ANY({{kinds}}::text[])
)
{_TAKE} WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM due WHERE kind <> ALL({{kinds}}::text[])
    UNION ALL
    SELECT limited.ctid FROM limited JOIN unnest({{kinds}}::text[], {{room}}::int[]) AS f (kind, free) USING (kind)
    WHERE place <= free
))
"""  # noqa: S608 (constants)
# Times as numbers: a timestamp costs 1 us to read, a tenth of what a short job costs this process.
_CLAIMED = """
RETURNING id, kind, attempt, max_attempts, failed_count, incident_id, simulation_id, payload::text AS payload,
    CASE WHEN NOT begun THEN date_part('epoch', expires_at - now()) END AS expires_in,
    date_part('epoch', deadline_at - now()) AS deadline_in, priority, date_part('epoch', run_at) AS run_at, number,
    trace
"""


def _claim(*, own: bool, but: bool, limited: bool = False, on: bool = False) -> str:
    numbers = iter(range(5, 10))
    # Kinds and sections are looked at in the index; a queue that was paused a moment ago is walked through until
    # its jobs are held.
    conditions = f"AND {SECTION} = ANY(${next(numbers)}::smallint[]) " if own else ""
    conditions += f"AND queue <> ALL(${next(numbers)}::text[])" if but else ""
    if on:
        return _CLAIM_ON.format(conditions=conditions, place=[f"${next(numbers)}" for _ in range(3)]) + _CLAIMED
    if limited:
        kinds, room = (f"${next(numbers)}" for _ in range(2))
        return _CLAIM_LIMITED.format(conditions=conditions, kinds=kinds, room=room) + _CLAIMED
    return _CLAIM.format(conditions=conditions) + _CLAIMED


# By (own, but, limited). After the four arguments of all: the sections to take from, the queues to leave out, the kinds
# with a limit and the room for each, as far as the statement has them.
CLAIMS = {
    (own, but, limited): _claim(own=own, but=but, limited=limited)
    for own in (False, True)
    for but in (False, True)
    for limited in (False, True)
}
# By (own, but). The place comes last: priority, run_at in seconds, number.
CLAIMS_ON = {(own, but): _claim(own=own, but=but, on=True) for own in (False, True) for but in (False, True)}

# Is there one of the kinds $3 among the first $2 that are due of the kinds $1? Read in the index.
LIMITED_AHEAD = """
SELECT 1 FROM (
    SELECT kind FROM jobs WHERE state = 'queued' AND run_at <= now() AND kind = ANY($1::text[])
    ORDER BY priority DESC, run_at, number LIMIT $2
) AS first WHERE kind = ANY($3::text[]) LIMIT 1
"""

# One that was lost twice, and whose third loss sets it aside, has its last chance with no other such job on its node:
# those that only were in the same hands as one that kills its process do not share its fate. $4 are paused queues.
CLAIM_LAST_CHANCE = """
UPDATE jobs SET state = 'running', attempt = attempt + 1, node = $1, started_at = now(),
    lease_until = now() + $2::float8 * interval '1 second'
WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM jobs
    WHERE lost_count >= 2 AND state = 'queued' AND run_at <= now() AND kind = ANY($3::text[])
        AND queue <> ALL($4::text[])
    ORDER BY priority DESC, run_at, number LIMIT 1 FOR UPDATE SKIP LOCKED
)) AND NOT EXISTS (
    SELECT FROM jobs AS other WHERE other.lost_count >= 2 AND other.node = $1 AND other.state = 'running'
)
"""
CLAIM_LAST_CHANCE += _CLAIMED

# Seconds until the first job that is not due yet.
NEXT_DUE = """
SELECT extract(epoch FROM run_at - now())::float8 FROM jobs
WHERE state = 'queued' AND run_at > created_at AND run_at > now() ORDER BY run_at LIMIT 1
"""

# Back into the queue, or before its gates, where only the keeper lets it pass: $3 says how the attempt ended, $4 how
# many seconds to wait (0: it keeps its place). A job whose cancellation was requested is left alone and not among the
# returned ones.
REQUEUE = """
WITH f AS MATERIALIZED (
    SELECT *, 'running' AS was FROM unnest($1::text[], $2::int[], $3::text[], $4::float8[], $5::text[])
        AS f (id, attempt, outcome, delay, error)
), again AS (
    UPDATE jobs j SET state = CASE WHEN gates IS NULL THEN 'queued' ELSE 'held' END, node = NULL, lease_until = NULL,
        run_at = CASE WHEN f.delay > 0 THEN now() + f.delay * interval '1 second' ELSE j.run_at END,
        failed_count = failed_count + (f.outcome IN ('failed', 'timed_out'))::int,
        last_error = coalesce(f.error, j.last_error), begun = begun OR f.outcome <> 'returned'
    FROM f
    WHERE j.id = f.id AND j.attempt = f.attempt AND j.state = f.was AND j.cancel_requested_at IS NULL
    RETURNING j.id, j.attempt, j.started_at, f.outcome, f.error, j.gates
), kept AS (
    INSERT INTO job_attempts (job_id, attempt, node, outcome, started_at, error)
    SELECT id, attempt, $6, outcome, started_at, error FROM again WHERE outcome NOT IN ('snoozed', 'returned')
)
SELECT id, gates IS NOT NULL AS watched FROM again
"""

# SKIP LOCKED: a row somebody holds is being completed or cancelled; waiting for it would endanger the other leases.
RENEW = """
WITH f AS MATERIALIZED (
    SELECT *, 'running' AS was FROM unnest($1::text[], $2::int[]) AS f (id, attempt)
)
UPDATE jobs SET lease_until = now() + $4::float8 * interval '1 second'
WHERE ctid = ANY(ARRAY(
    SELECT j.ctid FROM f JOIN jobs j ON j.id = f.id AND j.attempt = f.attempt AND j.state = f.was
    WHERE j.node = $3 FOR UPDATE OF j SKIP LOCKED
))
RETURNING id, attempt, cancel_requested_at IS NOT NULL AS cancelled
"""

# What this boot holds in the table but not in its hands: a claim whose answer was lost, or, perhaps $3 begun, all of it
# at a stop. What somebody cancelled does not begin again: its lease is over, and whoever looks for silent ones ends it.
RELEASE = """
UPDATE jobs SET state = CASE WHEN cancel_requested_at IS NOT NULL THEN state WHEN gates IS NULL THEN 'queued'
        ELSE 'held' END,
    node = CASE WHEN cancel_requested_at IS NOT NULL THEN node END,
    lease_until = CASE WHEN cancel_requested_at IS NOT NULL THEN now() - interval '1 second' END,
    begun = begun OR $3
WHERE state = 'running' AND node = $1 AND id <> ALL($2::text[]) RETURNING id
"""

EXPIRE = """
UPDATE jobs SET lease_until = now() - interval '1 second'
WHERE state = 'running' AND node = ANY($1::text[]) AND lease_until > now()
"""

# Is there any job whose node has gone silent?
SILENT = "SELECT 1 FROM jobs WHERE state = 'running' AND lease_until < now() LIMIT 1"

# Jobs whose node has gone silent, back into the queue where they keep their place.
RESCUE = """
WITH lost AS (
    SELECT id, node FROM jobs
    WHERE state = 'running' AND lease_until < now() AND lost_count + 1 < $1 AND cancel_requested_at IS NULL
    ORDER BY lease_until LIMIT 500 FOR UPDATE SKIP LOCKED
), again AS (
    UPDATE jobs j SET state = CASE WHEN gates IS NULL THEN 'queued' ELSE 'held' END, node = NULL, lease_until = NULL,
        lost_count = lost_count + 1, last_error = $2, begun = true
    FROM lost WHERE j.id = lost.id
    RETURNING j.id, j.kind, j.attempt, j.started_at, lost.node
), kept AS (
    INSERT INTO job_attempts (job_id, attempt, node, outcome, started_at, error)
    SELECT id, attempt, node, 'lost', started_at, $2 FROM again
)
SELECT id, kind, attempt, node FROM again
"""

# The ones that are not to run again: told to stop, or lost once too often.
BEYOND_RESCUE = """
SELECT id, attempt FROM jobs
WHERE state = 'running' AND lease_until < now() AND (lost_count + 1 >= $1 OR cancel_requested_at IS NOT NULL)
ORDER BY lease_until LIMIT 100
"""

# Still silent? Its node may have renewed since, or somebody else be ending it.
LOCK_SILENT = """
SELECT kind, lost_count, incident_id, cancel_requested_at IS NOT NULL AS cancelled FROM jobs
WHERE id = $1 AND attempt = $2 AND state = 'running' AND lease_until < now() FOR UPDATE SKIP LOCKED
"""
