"""An alarm for whoever holds an old snapshot: behind it no dead row of the queue can be removed, and claims slow down.

Measured elsewhere: 24,000 dead rows make a claim take 180 ms instead of 3 (PlanetScale, "Keeping a Postgres queue
healthy"). The usual holders are a forgotten transaction, a dump, a prepared transaction, an abandoned slot.
"""

from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select

from app.kernel.alarms import Alarm, clear_alarm, raise_alarm
from app.kernel.loops import Loop
from app.modules.jobs.schemas import JobSettings

if TYPE_CHECKING:
    from app.kernel.node import Node

log = structlog.get_logger(__name__)

KEY = "jobs.snapshot_held"

# Who keeps the oldest rows of this database from being removed. A session's backend_xmin stands still for as long as
# it keeps its snapshot and is visible to every role, unlike xact_start. VACUUM's own does not count (PostgreSQL 18
# procarray.c, PROC_IN_VACUUM).
_HOLDERS = """
SELECT 'Session ' || pid AS who, backend_xmin::text AS xmin, age(backend_xmin) AS age,
    concat_ws(', ', coalesce(usename, backend_type), nullif(application_name, ''), host(client_addr)) AS whose,
    format('SELECT pg_terminate_backend(%s)', pid) AS cure
FROM pg_stat_activity
WHERE backend_xmin IS NOT NULL AND datname = current_database() AND pid <> pg_backend_pid()
    AND backend_type <> 'autovacuum worker'
UNION ALL
SELECT 'Prepared transaction ' || gid, transaction::text, age(transaction), owner, format('ROLLBACK PREPARED %L', gid)
FROM pg_prepared_xacts WHERE database = current_database()
UNION ALL
SELECT 'Replication slot ' || slot_name, xmin::text, age(xmin), slot_type,
    format('SELECT pg_drop_replication_slot(%L)', slot_name)
FROM pg_replication_slots WHERE xmin IS NOT NULL
ORDER BY age DESC, who LIMIT 20
"""


class Snapshots:
    """The snapshots one node has seen held, and since when."""

    def __init__(self, node: "Node") -> None:
        self._node = node
        self._limit_seconds = node.settings.of(JobSettings).snapshot_alarm_seconds
        self._since: dict[tuple[str, str], float] = {}
        self._began = node.clock.monotonic()

    def loop(self) -> Loop:
        """Return the loop that looks four times in the time a snapshot may be held."""
        return Loop("snapshots", self.look, every_seconds=min(15.0, self._limit_seconds / 4))

    async def look(self) -> None:
        """Raise the alarm for the oldest snapshot that was held too long, clear it when there is none any more."""
        async with self._node.database.connection() as connection:
            holders = (await connection.exec_driver_sql(_HOLDERS)).all()
            title = await connection.scalar(select(Alarm.title).where(Alarm.key == KEY, Alarm.cleared_at.is_(None)))
        now = self._node.clock.monotonic()
        self._since = {(h.who, h.xmin): self._since.get((h.who, h.xmin), now) for h in holders}
        oldest = next((h for h in holders if now - self._since[h.who, h.xmin] > self._limit_seconds), None)
        if oldest is None:
            # What another node saw before this one began to look, this one may not call gone yet.
            if title is not None and (not holders or now - self._began > 2 * self._limit_seconds):
                async with self._node.database.transaction() as session:
                    await clear_alarm(session, KEY)
            return
        found = f"{oldest.who} ({oldest.whose}) holds an old snapshot"
        if found == title:
            return
        seconds = round(now - self._since[oldest.who, oldest.xmin])
        log.error("old snapshot held", holder=oldest.who, whose=oldest.whose, seconds=seconds, age=oldest.age)
        async with self._node.database.transaction() as session:
            await raise_alarm(
                session,
                KEY,
                priority="high",
                title=found,
                consequence=f"For more than {self._limit_seconds:g} s no dead row of the queue could be removed; taking"
                " a job gets slower the longer this lasts",
                action=f"If whoever owns it agrees, end it with: {oldest.cure}",
            )
