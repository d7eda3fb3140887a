"""The statements of stages that begin and of stages that end: constant, set-based, for one stage or two hundred.

Everything in the second hangs on ``done``: the stages whose incident is open and locked, whose state is still the one
they ran on, whose job is still this one, and was still their attempt's when it was ended. Incidents are locked in the
order of their ids, before jobs, as everybody does.
"""

from app.modules import jobs
from app.modules.workflows.beginning import COLUMNS
from app.modules.workflows.group_commit import columns

# What of a stage's own its job carries through its end. The job has its incident's id and owner.
_CARRIED = (
    *("stage_id", "state_data", "headline", "waiting", "label", "completes", "comment"),
    *("incident_state", "waited", "incident_name", "revision", "last"),
)

# $1 stage ids, $2 attempts, $3 jobs. A stage that was tried again has another job than the one it had.
BEGIN = f"""
WITH f AS MATERIALIZED (SELECT * FROM unnest({columns(1, 3)}) AS f (stage_id, attempt, job_id)), s AS (
    UPDATE stages SET state = 'running', attempt = f.attempt::int, started_at = clock_timestamp()
    FROM f WHERE stages.id = f.stage_id AND stages.job_id = f.job_id AND stages.state IN ('queued', 'running')
    RETURNING stages.*
), said AS (
    INSERT INTO events (type, subject_id, incident_id, text, data, owner_id)
    SELECT 'stage.started', s.id, s.incident_id,
        'Stage ' || s.name || ' running' || CASE WHEN s.attempt > 1 THEN ', attempt ' || s.attempt ELSE '' END,
        jsonb_build_object('stage', s.name, 'state', 'running', 'attempt', s.attempt, 'label', null, 'error', null),
        i.owner_id
    FROM s JOIN incidents i ON i.id = s.incident_id
)
SELECT {COLUMNS} FROM s JOIN incidents i ON i.id = s.incident_id AND i.state IN ('active', 'completing')
"""  # noqa: S608 (constants)

# $1-$12 the stages, $13-$26 what they send, then the jobs' own. With "last" the incident is over when it waits for
# nothing else and has nothing that is not plain. Whether it does is asked once all incidents are locked, by a function:
# what that reads is newer than any message that was accepted for them, and newer than what this statement itself reads.
COMMIT = f"""
WITH given AS (
    SELECT * FROM unnest({columns(1, 12)})
        AS g (job_id, attempt, stage_id, incident_id, revision, state_data, headline, waiting, label, completes,
              comment, last)
), f AS MATERIALIZED (
    SELECT g.job_id AS id, g.attempt::int AS attempt, 'succeeded'::text AS state, NULL::text AS error,
        NULL::text AS result, 'running'::text AS was, g.stage_id, g.incident_id, g.state_data, g.headline, g.waiting,
        g.label, g.completes IS NOT NULL AND i.state = 'active' AS completes, coalesce(g.comment, i.comment) AS comment,
        i.state AS incident_state, i.waiting IS NOT NULL AS waited, i.name AS incident_name, i.revision,
        g.last IS NOT NULL AND i.state = 'active' AND i.parent_gather_id IS NULL AS last
    FROM given g JOIN incidents i ON i.id = g.incident_id
    -- Locked too: a stage that is tried again while this waits for its incident has another job then.
    JOIN stages s ON s.id = g.stage_id AND s.job_id = g.job_id AND s.state IN ('queued', 'running')
    -- Not an expression an index of the open ones could answer: each is found by its id, however many are open.
    WHERE i.state || '' IN ('active', 'completing') AND i.ending IS NULL
        AND (g.state_data IS NULL OR i.revision = g.revision::int)
    ORDER BY i.id FOR UPDATE OF i, s
{jobs.end(*_CARRIED)}, busy AS MATERIALIZED (
    SELECT busy.id FROM (
        SELECT array_agg(incident_id) AS ids, array_agg(stage_id) AS stages, array_agg(id) AS jobs FROM f WHERE last
    ) AS l, incidents_under_way(l.ids, l.stages, l.jobs) AS busy (id)
), done AS (
    -- What follows reads these again and again: without the columns of the job.
    SELECT stage_id, incident_id, owner_id, attempt, state_data, headline, waiting, label, completes, comment,
        incident_state, waited, incident_name, revision, followed OR gates IS NOT NULL AS watched,
        last AND NOT EXISTS (SELECT FROM busy WHERE busy.id = ended.incident_id) AS over FROM ended
), stage AS (
    UPDATE stages s SET state = 'succeeded', finished_at = now(), error = NULL, attempt = done.attempt,
        label = coalesce(done.label, s.label)
    FROM done WHERE s.id = done.stage_id AND s.state IN ('queued', 'running')
    RETURNING s.id, s.incident_id, s.name, s.attempt, s.label, done.owner_id
), incident AS (
    UPDATE incidents i SET state_data = coalesce(done.state_data::jsonb, i.state_data),
        revision = i.revision + (done.state_data IS NOT NULL)::int,
        headline = coalesce(done.headline::jsonb, i.headline),
        waiting = CASE WHEN NOT done.over THEN done.waiting::jsonb END,
        state = CASE WHEN done.over THEN 'complete' WHEN done.completes THEN 'completing' ELSE i.state END,
        comment = CASE WHEN done.completes THEN done.comment ELSE i.comment END,
        finished_at = CASE WHEN done.over THEN now() ELSE i.finished_at END
    FROM done WHERE i.id = done.incident_id AND (done.state_data IS NOT NULL OR done.headline IS NOT NULL
        OR done.waiting IS NOT NULL OR done.waited OR done.completes)
), n AS MATERIALIZED (
    SELECT x.parent, x.stage_id, x.job_id, x.payload, x.name, x.message, x.label, x.max_attempts,
        x.urgency, x.born = 't' AS born, x.priority, x.trace, x.place, done.incident_id,
        done.owner_id,
        coalesce(x.at::timestamptz, now() + x.delay::float8 * interval '1 second') AS run_at
    FROM unnest({columns(13, 14)}) WITH ORDINALITY
        AS x (parent, stage_id, job_id, payload, name, message, label, max_attempts, delay, at, urgency, priority,
              trace, born, place) JOIN done ON done.stage_id = x.parent
), sent AS (
    INSERT INTO stages (id, incident_id, name, message, originator, state, attempt, job_id, urgency, max_attempts,
        label, due_at, started_at)
    SELECT stage_id, incident_id, name, message::jsonb, parent, CASE WHEN born THEN 'running' ELSE 'queued' END,
        born::int, job_id, urgency, max_attempts::int, label, run_at, CASE WHEN born THEN clock_timestamp() END
    FROM n ORDER BY place
), followers AS (
    SELECT job_id AS id, payload::jsonb AS payload, priority::int AS priority, max_attempts::int AS max_attempts,
        run_at, incident_id, owner_id, trace, born, place FROM n
), queued AS ({jobs.follow(27)}), said AS (
    INSERT INTO events (type, subject_id, incident_id, text, data, owner_id)
    SELECT type, subject_id, incident_id, text, data, owner_id FROM (
        SELECT 0 AS part, 0 AS place, 'stage.succeeded' AS type, stage.id AS subject_id, stage.incident_id,
            'Stage ' || stage.name || ' succeeded'
                || CASE WHEN stage.attempt > 1 THEN ', attempt ' || stage.attempt ELSE '' END
                || coalesce(': ' || stage.label, '') AS text,
            jsonb_build_object('stage', stage.name, 'state', 'succeeded', 'attempt', stage.attempt, 'label',
                stage.label, 'error', null) AS data, owner_id
        FROM stage
        UNION ALL
        SELECT 1, place, CASE WHEN born THEN 'stage.started' ELSE 'stage.queued' END, stage_id, incident_id,
            'Stage ' || name || CASE WHEN born THEN ' running' ELSE ' queued' END || coalesce(': ' || label, ''),
            jsonb_build_object('stage', name, 'state', CASE WHEN born THEN 'running' ELSE 'queued' END, 'attempt',
                born::int, 'label', label, 'error', null), owner_id
        FROM n
        UNION ALL
        SELECT 2, 0, 'incident.state_changed', incident_id, incident_id, incident_name || ' is completing',
            jsonb_build_object('name', incident_name, 'before', 'active', 'after', 'completing', 'reason', null),
            owner_id
        FROM done WHERE completes
        UNION ALL
        SELECT 3, 0, 'incident.state_changed', incident_id, incident_id,
            incident_name || ' is complete' || coalesce(': ' || nullif(comment, ''), ''),
            jsonb_build_object('name', incident_name, 'before', 'completing', 'after', 'complete', 'reason', comment),
            owner_id
        FROM done WHERE over
    ) AS facts ORDER BY part, place
)
SELECT stage_id, revision, watched,
    CASE WHEN NOT over AND (completes OR incident_state = 'completing') THEN incident_id END AS completing
FROM done
"""  # noqa: S608 (constants)

# Before SETTLE, in its transaction: what it reads is then newer than any message that was accepted for these incidents.
LOCK = "SELECT id FROM incidents WHERE id = ANY($1::text[]) ORDER BY id FOR UPDATE"

# Completes those of the incidents $1 that wait for nothing more. What is not plain is left to the slow way.
SETTLE = f"""
WITH due AS MATERIALIZED (
    SELECT i.id, i.name, i.owner_id, i.comment FROM incidents i
    WHERE i.id = ANY($1::text[]) AND i.state = 'completing' AND i.ending IS NULL AND i.parent_gather_id IS NULL
        AND NOT EXISTS (SELECT FROM stages s WHERE s.incident_id = i.id AND s.state IN ('queued', 'running'))
        AND NOT EXISTS (SELECT FROM gathers g WHERE g.incident_id = i.id)
        AND NOT EXISTS (SELECT FROM questions q WHERE q.incident_id = i.id AND q.state = 'asked')
        AND NOT EXISTS (SELECT FROM incidents c WHERE c.parent_id = i.id)
    ORDER BY i.id FOR UPDATE OF i
), f AS MATERIALIZED (
    SELECT j.id, NULL::int AS attempt, 'cancelled'::text AS state, NULL::text AS error, NULL::text AS result,
        'queued'::text AS was
    FROM due JOIN jobs j ON j.incident_id = due.id
{jobs.end()}, incident AS (
    UPDATE incidents i SET state = 'complete', finished_at = now(), waiting = NULL FROM due WHERE i.id = due.id
), said AS (
    INSERT INTO events (type, subject_id, incident_id, text, data, owner_id)
    SELECT 'incident.state_changed', id, id, name || ' is complete' || coalesce(': ' || nullif(comment, ''), ''),
        jsonb_build_object('name', name, 'before', 'completing', 'after', 'complete', 'reason', comment), owner_id
    FROM due
)
SELECT id FROM due
"""  # noqa: S608 (constants)
