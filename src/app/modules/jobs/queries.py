"""The constant SQL of the queue. Payloads and results cross as text: pydantic reads and writes their JSON."""

ENQUEUE = """
INSERT INTO jobs (id, kind, queue, priority, run_at, max_attempts, unique_key, incident_id, simulation_id, payload)
VALUES ($1, $2, $3, $4, coalesce($5::timestamptz, now() + $6::float8 * interval '1 second'), $7, $8, $9, $10,
        $11::text::jsonb)
ON CONFLICT (unique_key) WHERE unique_key IS NOT NULL DO NOTHING
RETURNING id
"""

ENQUEUE_MANY = """
INSERT INTO jobs (id, kind, queue, priority, max_attempts, incident_id, simulation_id, payload)
SELECT id, $2, $3, $4, $5, $6, $7, payload::jsonb
FROM unnest($1::text[], $8::text[]) WITH ORDINALITY AS new (id, payload, place) ORDER BY place
"""

FIND_UNIQUE = "SELECT id FROM jobs WHERE unique_key = $1"

# Archives jobs that are still what the caller believes them to be: in state $5 and, where given, in that attempt.
# A late writer's job is not among the returned ones.
FINISH = """
WITH f AS (
    SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $6::text[])
        AS f (id, attempt, state, error, result)
), ended AS (
    DELETE FROM jobs j USING f
    WHERE j.id = f.id AND j.state = $5::text AND (f.attempt IS NULL OR j.attempt = f.attempt)
    RETURNING j.*, f.state AS final, f.error, f.result
)
INSERT INTO finished_jobs (id, number, kind, queue, priority, state, run_at, created_at, started_at, attempt,
    failed_count, lost_count, max_attempts, node, unique_key, incident_id, simulation_id, error, payload, result)
SELECT id, number, kind, queue, priority, final, run_at, created_at, started_at, attempt,
    failed_count + (final IN ('failed', 'timed_out'))::int, lost_count + (final = 'quarantined')::int, max_attempts,
    node, unique_key, incident_id, simulation_id, error, payload, result::jsonb
FROM ended
RETURNING id
"""
