"""Dead-man checks: a source silent for longer than expected raises an alarm, and the next arrival clears it."""

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import clear_alarm, raise_alarm
from app.kernel.bus import hint, publish
from app.kernel.loops import Loop
from app.kernel.node import Node
from app.kernel.scoping import require_act
from app.modules.ingest.check_models import SourceCheck
from app.modules.ingest.errors import SourceNotFound
from app.modules.ingest.events import SourceChanged
from app.modules.ingest.models import SourceRow
from app.modules.ingest.sources import SOURCES_TOPIC

_FLOOR_SECONDS = 60.0
_WHILE_SILENT_SECONDS = 1.0

# Who is paused or removed owes nothing; the time counts anew when it is resumed.
_EXCUSE = text("""
    UPDATE source_checks c SET since = now(), silent_since = NULL
    FROM sources s WHERE s.id = c.source_id AND (NOT s.enabled OR s.removed_at IS NOT NULL)
    RETURNING c.source_id
""")
# The newest delivery of a source is the first of one index, however many there are.
_LOOK = text("""
    SELECT c.source_id, s.name, c.every_seconds, c.silent_since,
           l.last_at, extract(epoch FROM l.last_at - clock_timestamp())::float8 + c.every_seconds AS left_seconds
    FROM source_checks c
    JOIN sources s ON s.id = c.source_id AND s.enabled AND s.removed_at IS NULL,
    LATERAL (
        SELECT greatest(c.since, (
            SELECT d.received_at FROM deliveries d WHERE d.source_id = c.source_id ORDER BY d.id DESC LIMIT 1
        )) AS last_at
    ) AS l
    FOR UPDATE OF c SKIP LOCKED
""")


def alarm_key(source_id: str) -> str:
    """Return the key of the alarm that a source is silent."""
    return f"source.silent:{source_id}"


async def expect(session: AsyncSession, source_id: str, every_seconds: float) -> SourceCheck:
    """Expect something new from a source at least so often, counted from now. Raises SourceNotFound (404), NotYours."""
    await _source(session, source_id)
    values = {"every_seconds": every_seconds, "since": func.now(), "silent_since": None}
    wanted = insert(SourceCheck).values(source_id=source_id, **values)
    await session.execute(wanted.on_conflict_do_update(index_elements=["source_id"], set_=values))
    await clear_alarm(session, alarm_key(source_id))
    hint(session, SOURCES_TOPIC)
    row: SourceCheck = await session.get_one(SourceCheck, source_id, populate_existing=True)
    return row


async def expect_nothing(session: AsyncSession, source_id: str) -> None:
    """Expect nothing of a source any more. Raises SourceNotFound (404), NotYours (403)."""
    await _source(session, source_id)
    row = await session.get(SourceCheck, source_id)
    if row is not None:
        await session.delete(row)
        await clear_alarm(session, alarm_key(source_id))


async def find_expected(session: AsyncSession, source_id: str) -> SourceCheck | None:
    """Return what is expected of a source, ``None`` for nothing. Raises SourceNotFound (404)."""
    found = await session.scalar(select(SourceRow.id).where(SourceRow.id == source_id, SourceRow.removed_at.is_(None)))
    if found is None:
        raise SourceNotFound(f"There is no source {source_id}")
    return await session.get(SourceCheck, source_id)


class Listener:
    """Notices silence, and its end, for the whole house; each check is looked at by one node at a time."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self.loop = Loop("silence", self.run, every_seconds=_FLOOR_SECONDS, topics=(SOURCES_TOPIC,), role="worker")

    async def run(self) -> float | None:
        """Look at every source something is expected of; return the seconds until one of them may be silent."""
        soonest = _FLOOR_SECONDS
        async with self._node.database.transaction() as session:
            for source_id in await session.scalars(_EXCUSE):
                await clear_alarm(session, alarm_key(source_id))
            for row in (await session.execute(_LOOK)).all():
                silent = row.left_seconds <= 0
                soonest = min(soonest, _WHILE_SILENT_SECONDS if silent else row.left_seconds)
                if silent and row.silent_since is None:
                    await _raise(
                        session, row.source_id, row.name, row.every_seconds, f"{row.last_at:%Y-%m-%d %H:%M:%S}"
                    )
                elif not silent and row.silent_since is not None:
                    await clear_alarm(session, alarm_key(row.source_id))
                    publish(session, SourceChanged(subject_id=row.source_id, name=row.name, change="delivers again"))
                else:
                    continue
                noted = update(SourceCheck).where(SourceCheck.source_id == row.source_id)
                await session.execute(noted.values(silent_since=row.last_at if silent else None))
        return max(0.05, soonest)


async def _raise(session: AsyncSession, source_id: str, name: str, every_seconds: float, last: str) -> None:
    publish(session, SourceChanged(subject_id=source_id, name=name, change=f"is silent since {last} UTC"))
    await raise_alarm(
        session,
        alarm_key(source_id),
        priority="high",
        title=f"Source {name} is silent",
        consequence=f"Nothing new came since {last} UTC, where something is expected every {every_seconds:g} s: what "
        "happens there now is not seen.",
        action="Look at what sends or at the feed. If it may be silent for longer, expect less of it, or pause it.",
        subject_id=source_id,
    )


async def _source(session: AsyncSession, source_id: str) -> SourceRow:
    row: SourceRow | None = await session.scalar(
        select(SourceRow).where(SourceRow.id == source_id, SourceRow.removed_at.is_(None))
    )
    if row is None:
        raise SourceNotFound(f"There is no source {source_id}")
    await require_act(session, row)
    return row
