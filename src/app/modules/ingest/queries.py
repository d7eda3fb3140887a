"""The set-based SQL of arrivals and polls. One statement each, however many items there are."""

from sqlalchemy import text

# Positions (from 1) of the items that are not known yet; 1,707 unchanged ones cost one index look-up each.
UNKNOWN = text("""
    SELECT i.position
    FROM unnest(CAST(:item_keys AS text[]), CAST(:fingerprints AS bytea[]))
         WITH ORDINALITY AS i(item_key, fingerprint, position)
    WHERE NOT EXISTS (
        SELECT 1 FROM deliveries d
        WHERE d.source_id = :source_id AND d.item_key = i.item_key AND d.fingerprint = i.fingerprint
    )
    ORDER BY i.position
""")

# Those whose newest state is another, though this one is known. What came back once is known by its way there: the
# fingerprint of what it was before, followed by its own; while it stays so, the newest row has just that fingerprint.
RETURNED = text("""
    SELECT i.position, sha256(newest.fingerprint || i.fingerprint)
    FROM unnest(CAST(:item_keys AS text[]), CAST(:fingerprints AS bytea[]))
         WITH ORDINALITY AS i(item_key, fingerprint, position)
    CROSS JOIN LATERAL (
        SELECT d.fingerprint, d.revision FROM deliveries d
        WHERE d.source_id = :source_id AND d.item_key = i.item_key AND d.revision > 0
        ORDER BY d.revision DESC LIMIT 1
    ) AS newest
    LEFT JOIN LATERAL (
        SELECT d.fingerprint FROM deliveries d
        WHERE d.source_id = :source_id AND d.item_key = i.item_key
              AND d.revision > 0 AND d.revision < newest.revision
        ORDER BY d.revision DESC LIMIT 1
    ) AS before ON true
    WHERE newest.fingerprint <> i.fingerprint
          AND newest.fingerprint IS DISTINCT FROM sha256(before.fingerprint || i.fingerprint)
          AND EXISTS (
              SELECT FROM deliveries d
              WHERE d.source_id = :source_id AND d.item_key = i.item_key AND d.fingerprint = i.fingerprint
          )
""")

OUTCOME = text("""
    WITH before AS (
        SELECT id, state FROM deliveries WHERE id = :id FOR UPDATE
    ), changed AS (
        UPDATE deliveries d
        SET state = :state, reason = :reason, incident_id = coalesce(:incident_id, d.incident_id)
        FROM before b WHERE d.id = b.id
        RETURNING d.source_id, d.incident_id, b.state AS was
    )
    SELECT c.source_id, c.incident_id, c.was, s.name AS source_name FROM changed c JOIN sources s ON s.id = c.source_id
""")

TALLY_QUARANTINED = text("""
    INSERT INTO source_tallies AS t (source_id, slot, quarantined) VALUES (:source_id, pg_backend_pid() % 16, :change)
    ON CONFLICT (source_id, slot) DO UPDATE SET quarantined = t.quarantined + excluded.quarantined
""")

NOTE_JOBS = text("""
    UPDATE deliveries d SET job_id = j.job_id
    FROM unnest(CAST(:ids AS text[]), CAST(:job_ids AS text[])) AS j(id, job_id)
    WHERE d.id = j.id
""")

CLAIM = text("""
    UPDATE sources SET poll_number = poll_number + 1, lease_boot_id = :boot_id,
                       lease_until = clock_timestamp() + make_interval(secs => :lease_seconds)
    WHERE id IN (
        SELECT id FROM sources
        WHERE enabled AND removed_at IS NULL AND next_poll_at <= clock_timestamp()
              AND (lease_until IS NULL OR lease_until <= clock_timestamp())
        ORDER BY next_poll_at
        LIMIT :slots
        FOR UPDATE SKIP LOCKED
    )
    RETURNING id, name, driver, settings, etag, last_modified, failures, last_error, poll_number, owner_id,
              next_poll_at, clock_timestamp(), tick_at, cursor
""")

SECONDS_TO_NEXT = text("""
    SELECT extract(epoch FROM min(greatest(next_poll_at, lease_until)) - clock_timestamp())::float8
    FROM sources
    WHERE enabled AND removed_at IS NULL AND next_poll_at IS NOT NULL
""")

SETTLE = text("""
    UPDATE sources SET etag = :etag, last_modified = :last_modified, failures = :failures, last_error = :last_error,
                       last_polled_at = clock_timestamp(),
                       next_poll_at = coalesce(CAST(:next_at AS timestamptz),
                                               clock_timestamp() + make_interval(secs => :wait_seconds)),
                       tick_at = :tick_at, cursor = coalesce(CAST(:cursor AS jsonb), cursor),
                       lease_boot_id = NULL, lease_until = NULL
    WHERE id = :id AND poll_number = :poll_number
    RETURNING id
""")

RELEASE = text("""
    UPDATE sources SET lease_boot_id = NULL, lease_until = NULL, poll_number = poll_number + 1
    WHERE lease_boot_id = :boot_id
""")

OVERTAKEN = text("""
    SELECT EXISTS (
        SELECT 1 FROM deliveries d JOIN deliveries later USING (source_id, item_key)
        WHERE d.id = :id AND later.revision > d.revision AND later.state = 'delivered'
    )
""")
