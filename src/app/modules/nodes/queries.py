"""The heartbeat: one statement that says this boot lives and brings back all that concerns it.

Constant SQL, because every node of the fleet runs it every few seconds: an idle node costs nothing else.
"""

# $1 boot, $2 busy, $3 slots, $4 figures or null, $5 lease of what it leads in seconds, $6 node name, $7 misses allowed.
# No row: this boot is dead, unknown or was marked unresponsive.
BEAT = """
WITH before AS (
    SELECT state, CASE WHEN state NOT IN ('waiting', 'working') THEN state
                       WHEN $2::int > 0 THEN 'working' ELSE 'waiting' END AS next
    FROM nodes WHERE id = $1 AND state <> 'dead' AND reason IS DISTINCT FROM 'unresponsive' FOR UPDATE
), beat AS (
    UPDATE nodes SET heartbeat_at = clock_timestamp(), busy = $2, slots = $3, figures = coalesce($4::jsonb, figures),
        state = before.next,
        state_since = CASE WHEN before.next = before.state THEN state_since ELSE clock_timestamp() END
    FROM before WHERE id = $1
    RETURNING nodes.state, reason, roles, pause_requested, drain_requested
), noted AS (
    INSERT INTO node_transitions (node_id, at, old_state, new_state)
    SELECT $1, clock_timestamp(), state, next FROM before WHERE next <> state
), renewed AS (
    UPDATE leaders SET lease_until = clock_timestamp() + make_interval(secs => $5)
    FROM beat WHERE node_id = $1
    RETURNING role, generation
)
SELECT beat.*,
    ARRAY(SELECT section FROM node_sections WHERE node_id = $1 ORDER BY section) AS sections,
    NOT EXISTS (SELECT FROM nodes WHERE state <> 'dead' AND id <> $1) AS alone,
    ARRAY(SELECT role FROM renewed ORDER BY role) AS leads,
    ARRAY(SELECT generation FROM renewed ORDER BY role) AS generations,
    ARRAY(SELECT role FROM leader_candidates WHERE node_id = $1) AS stands,
    ARRAY(SELECT loop FROM loop_switches WHERE node_name = $6 AND NOT running) AS switched_off,
    (SELECT jsonb_object_agg(name, value) FROM node_settings WHERE node_name = $6)::text AS chosen,
    CASE WHEN EXISTS (SELECT FROM renewed WHERE role = 'watch') THEN (
        SELECT extract(epoch FROM min(
            CASE WHEN reason = 'unresponsive' THEN state_since + make_interval(secs => heartbeat_seconds)
                 WHEN state = 'initializing' THEN least(
                     heartbeat_at + make_interval(secs => $7 * heartbeat_seconds),
                     started_at + make_interval(secs => ($7 + 1) * heartbeat_seconds))
                 ELSE heartbeat_at + make_interval(secs => $7 * heartbeat_seconds) END) - clock_timestamp())::float8
        FROM nodes WHERE state <> 'dead' AND id <> $1
    ) END AS watch_seconds,
    (SELECT extract(epoch FROM min(lease_until) - clock_timestamp())::float8 FROM leaders
     WHERE node_id IS DISTINCT FROM $1
       AND role IN (SELECT role FROM leader_candidates WHERE node_id = $1)) AS election_seconds
FROM beat
"""

# What is due for the watch: $1 boot, $2 misses allowed. Locked, because a heartbeat may come in the same moment.
OVERDUE = """
SELECT id, CASE WHEN reason = 'unresponsive' THEN 'lost'
                WHEN state = 'initializing' AND started_at + make_interval(secs => ($2 + 1) * heartbeat_seconds)
                     < clock_timestamp() THEN 'unacknowledged'
                ELSE 'silenced' END AS happening,
    extract(epoch FROM clock_timestamp() - heartbeat_at)::float8 AS silent_seconds
FROM nodes
WHERE state <> 'dead' AND id <> $1 AND CASE
    WHEN reason = 'unresponsive' THEN state_since + make_interval(secs => heartbeat_seconds) < clock_timestamp()
    WHEN state = 'initializing' AND started_at + make_interval(secs => ($2 + 1) * heartbeat_seconds)
         < clock_timestamp() THEN true
    ELSE heartbeat_at + make_interval(secs => $2 * heartbeat_seconds) < clock_timestamp() END
ORDER BY number
FOR UPDATE
"""

# Old boots, their history and their switches do not matter for ever; a batch at a time. $1 days.
FORGET = """
WITH old AS (
    DELETE FROM nodes WHERE id IN (
        SELECT id FROM nodes WHERE state = 'dead' AND ended_at < now() - make_interval(days => $1) LIMIT 1000)
), noted AS (
    DELETE FROM node_transitions WHERE number IN (
        SELECT number FROM node_transitions WHERE at < now() - make_interval(days => $1) ORDER BY at LIMIT 5000)
)
SELECT 1
"""
