"""Arrivals into the tables: deliveries without duplicates, tallies, jobs and facts, in one constant statement.

The same for one document and for ten thousand, of one source or of many; see docs/reference/benchmarks.md.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import Bus
from app.kernel.ids import new_id
from app.kernel.node import Node
from app.modules import jobs
from app.modules.ingest.items import Found, Item
from app.modules.ingest.schemas import DELIVERY_ARRIVED

Fetch = Callable[..., Awaitable[Sequence[Any]]]

QUARANTINED_BYTES = 1024**2  # of something unreadable, this much is kept
# An event each up to this many of a source in a commit; more are one event (the rows are their own record).
_EVENTS_EACH = 10
# More at once than this is a backlog (a feed's first page, a gateway that was offline): single arrivals overtake it.
BACKLOG = 100
BACKLOG_PRIORITY = -10

# Rows go in ordered by their key, so that two transactions with the same items cannot wait for each other in a circle.
# What two transactions bring at once is kept by one of them: the other's conflicts, and leaves no trace.
# The order of the whole index makes the planner walk it backwards; by its last column alone it read all revisions of an
# item and sorted them (5.4 ms of an item's push with 5,000, where this takes 0.01).
# Fingerprints cross as one value, and so do bodies, which end at $8 and are cut where they are written: of an array
# each would be copied through every sort before, and asyncpg asks of every element whether it is a list (0.4 us).
# The planner takes an array for ten rows and would compare each row of a thousand with every other; CASE keeps the
# look-up of what was inserted a table of hashes.
_LAND = f"""
WITH incoming AS (
    SELECT i.*, 'job_' || substr(i.id, 5) AS job_id, known.revision AS known_revision,
           known.top_version AS known_version,
           i.reason IS NULL AND (i.version < known.top_version) IS NOT TRUE AS is_news,
           row_number() OVER (PARTITION BY i.source_id, i.item_key, i.reason IS NULL ORDER BY i.place) AS nth,
           max(i.version) OVER (PARTITION BY i.source_id, i.item_key, i.reason IS NULL ORDER BY i.place) AS so_far
    FROM (
        SELECT u.id, coalesce(u.some_source, ($2::text[])[1]) AS source_id, item_key,
               substring($4::bytea FROM (32 * place - 31)::int FOR 32) AS fingerprint, version, title,
               coalesce(($8::int[])[place - 1], 0) AS body_begin, body_end, bytes, reason, whole, media_type,
               attributes, born, place
        FROM unnest(string_to_array($1::text, ','), $2::text[], $3::text[], $5::bigint[], $6::text[], $8::int[],
                    $9::bigint[], $10::text[], $11::boolean[], $12::text[], $13::text[], $14::boolean[])
             WITH ORDINALITY AS u (id, some_source, item_key, version, title, body_end, bytes, reason, whole,
                                   media_type, attributes, born, place)
    ) AS i
    LEFT JOIN LATERAL (
        SELECT d.revision, d.top_version FROM deliveries d
        WHERE i.reason IS NULL AND d.source_id = i.source_id AND d.item_key = i.item_key AND d.revision > 0
        ORDER BY d.source_id DESC, d.item_key DESC, d.revision DESC LIMIT 1
    ) AS known ON true
    WHERE NOT EXISTS (
        SELECT FROM deliveries d
        WHERE d.source_id = i.source_id AND d.item_key = i.item_key AND d.fingerprint = i.fingerprint
    )
), inserted AS (
    INSERT INTO deliveries (id, source_id, item_key, revision, version, top_version, fingerprint, state, reason, title,
                            bytes, whole, media_type, attributes, job_id, body)
    SELECT id, source_id, item_key, CASE WHEN reason IS NULL THEN coalesce(known_revision, 0) + nth ELSE 0 END,
           version, greatest(known_version, so_far), fingerprint,
           CASE WHEN reason IS NOT NULL THEN 'quarantined' WHEN is_news THEN 'queued' ELSE 'ignored' END,
           coalesce(reason, CASE WHEN NOT is_news THEN 'older than what had arrived before' END),
           title, coalesce(bytes, body_end - body_begin), coalesce(whole, false), media_type, attributes::jsonb,
           CASE WHEN is_news THEN job_id END, substring($7::bytea FROM body_begin + 1 FOR body_end - body_begin)
    FROM incoming
    ORDER BY source_id, item_key, fingerprint
    ON CONFLICT (source_id, item_key, fingerprint) DO NOTHING
    RETURNING id, source_id, item_key, revision, state, reason, title
), tallied AS (
    INSERT INTO source_tallies AS t (source_id, slot, deliveries, quarantined)
    SELECT source_id, pg_backend_pid() % 16, count(*), count(*) FILTER (WHERE state = 'quarantined')
    FROM inserted GROUP BY source_id ORDER BY source_id
    ON CONFLICT (source_id, slot) DO UPDATE
        SET deliveries = t.deliveries + excluded.deliveries, quarantined = t.quarantined + excluded.quarantined
), riders AS (
    SELECT i.job_id AS id, jsonb_build_object('delivery_id', i.id, 'replay', false) AS payload, s.owner_id,
           coalesce(i.born, false) AS born, i.place
    FROM incoming i JOIN sources s ON s.id = i.source_id
    WHERE i.is_news AND CASE WHEN i.id IN (SELECT id FROM inserted) THEN true ELSE false END
), queued AS ({jobs.ride(15)}), counted AS (
    SELECT n.*, count(*) OVER alike AS alike, row_number() OVER alike AS nth
    FROM inserted n
    WINDOW alike AS (PARTITION BY n.source_id, n.state = 'quarantined')
), said AS (
    INSERT INTO events (type, subject_id, text, data, owner_id, parent_id)
    SELECT CASE state WHEN 'quarantined' THEN 'delivery.quarantined' ELSE 'delivery.accepted' END,
           CASE WHEN alike > {_EVENTS_EACH} THEN source_id ELSE c.id END,
           s.name || ': ' || CASE
               WHEN state = 'quarantined' THEN
                   CASE WHEN alike > {_EVENTS_EACH} THEN alike || ' deliveries' ELSE 'a delivery' END
                   || ' in quarantine: ' || reason
               WHEN alike > {_EVENTS_EACH} THEN alike || ' deliveries'
               ELSE coalesce(title, item_key) || CASE WHEN revision > 1 THEN ', revision ' || revision ELSE '' END END,
           CASE WHEN state = 'quarantined' THEN jsonb_build_object('source_id', source_id, 'source_name', s.name,
                    'reason', reason, 'count', CASE WHEN alike > {_EVENTS_EACH} THEN alike ELSE 1 END)
                WHEN alike > {_EVENTS_EACH} THEN jsonb_build_object('source_id', source_id, 'source_name', s.name,
                    'item_key', null, 'title', null, 'revision', null, 'count', alike)
                ELSE jsonb_build_object('source_id', source_id, 'source_name', s.name, 'item_key', item_key,
                    'title', title, 'revision', revision, 'count', 1) END,
           s.owner_id, CASE WHEN alike > {_EVENTS_EACH} THEN NULL ELSE source_id END
    FROM counted c JOIN sources s ON s.id = c.source_id
    WHERE alike <= {_EVENTS_EACH} OR c.nth = 1
)
SELECT state, CASE WHEN count(*) < cardinality($8::int[]) THEN array_agg(id) END FROM inserted GROUP BY state
"""  # noqa: S608 (constants of ours)


class Row(NamedTuple):
    """A delivery before it is a row: columns of the statement, in its order. ``bytes`` is of what was cut only."""

    id: str
    source_id: str
    item_key: str
    fingerprint: bytes
    version: int | None
    title: str | None
    body: bytes
    bytes: int | None
    reason: str | None
    whole: bool | None
    media_type: str | None
    attributes: str | None


def row_of(source_id: str, one: Found) -> Row:
    """Return what a found item, or something unreadable, is as a row."""
    attributes = None if one.attributes is None else orjson.dumps(one.attributes).decode()
    # Not Row(...), for the same reason as in jobs: so many arguments cost more than all the rest.
    row: tuple[Any, ...]
    if isinstance(one, Item):
        key, body, fingerprint, version, title, media_type, _ = one
        row = (new_id("dlv"), source_id, key, fingerprint, version, title, body, None, None, None, media_type)
    else:
        kept = one.raw[:QUARANTINED_BYTES]
        cut = len(one.raw) if len(one.raw) > len(kept) else None
        key, reason, whole = one.key, one.reason, one.whole
        row = (new_id("dlv"), source_id, key, one.fingerprint, None, None, kept, cut, reason, whole, one.media_type)
    return tuple.__new__(Row, (*row, attributes))


class Landing:
    """Some rows and their jobs before the statement, and what has to be done after its commit."""

    def __init__(self, rows: Sequence[Row], riders: jobs.Riders) -> None:
        self._rows = rows
        self._queued: Sequence[str] = ()
        self.riders = riders

    async def run(self, fetch: Fetch) -> dict[str, str]:
        """Run the statement; return the state of each row it inserted, by id."""
        columns = [*zip(*self._rows, strict=True)]
        # A column of nothing is no array, and one source for all is one: each value of each array costs 0.5 µs.
        values: list[Any] = [None if column.count(None) == len(column) else list(column) for column in columns]
        ids, sources, _, fingerprints, _, _, bodies, *_ = columns
        values[0], values[3], values[6] = ",".join(ids), b"".join(fingerprints), b"".join(bodies)
        assert len(values[3]) == 32 * len(ids), "a fingerprint is a SHA-256"
        if sources.count(sources[0]) == len(sources):
            values[1] = [sources[0]]
        values.insert(7, list(accumulate(map(len, bodies))))
        states: dict[str, str] = {}
        # Of what came to the same, which is what most batches do, no ids have to be told.
        for state, some in await fetch(_LAND, *values, self.riders.born, *self.riders.arguments):
            chosen = ids if some is None else some
            states.update(dict.fromkeys(chosen, state))
            if state == "queued":
                self._queued = chosen
        return states

    def arrived(self, bus: Bus) -> None:
        """Begin the jobs here, and wake whom the commit concerns."""
        if self.riders.arrived({_job_of(delivery_id) for delivery_id in self._queued}):
            bus.wake(self.riders.topic)


async def landing(node: Node, rows: Sequence[Row]) -> Landing:
    """Prepare rows for one statement on a connection of its own; their jobs begin here at once where there is room."""
    ids = [_job_of(row.id) for row in rows]
    return Landing(rows, await jobs.riders(node, DELIVERY_ARRIVED, ids, _payloads(rows), priority=_priority(rows)))


async def landing_in(session: AsyncSession, rows: Sequence[Row]) -> Landing:
    """Prepare rows for one statement in the session's transaction."""
    ids = [_job_of(row.id) for row in rows]
    return Landing(
        rows, await jobs.riders_in(session, DELIVERY_ARRIVED, ids, _payloads(rows), priority=_priority(rows))
    )


def _job_of(delivery_id: str) -> str:
    # As the statement names it; ids of one process are never the same but for what they begin with.
    return "job_" + delivery_id[4:]


def _payloads(rows: Sequence[Row]) -> Iterator[str]:
    # As DeliveryArrived writes itself; in the table the statement writes it, of the same ids.
    return (f'{{"delivery_id":"{row.id}","replay":false}}' for row in rows)


def _priority(rows: Sequence[Row]) -> int:
    return BACKLOG_PRIORITY if len(rows) > BACKLOG else 0
