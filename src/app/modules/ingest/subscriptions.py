"""Sources that keep a connection: each is one node's at a time, for as long as it renews its lease."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import drivers
from app.kernel.alarms import clear_alarm, raise_alarm
from app.kernel.bus import publish
from app.kernel.db import DatabaseGone, is_gone
from app.kernel.errors import Problem, Unavailable
from app.kernel.failpoints import reach
from app.kernel.hot import UNREACHABLE
from app.kernel.loops import Loop
from app.kernel.node import Node
from app.modules import credentials
from app.modules.ingest.errors import IngestFull, PollFailed
from app.modules.ingest.events import SourceChanged
from app.modules.ingest.logins import SETTING
from app.modules.ingest.receiving import is_late, receiver_of
from app.modules.ingest.settings import IngestSettings
from app.modules.ingest.source import KIND, Found, Listening, ListeningSource
from app.modules.ingest.sources import SOURCES_TOPIC, alarm_key, open_driver

log = structlog.get_logger(__name__)

ALARM_AFTER = 3
_LONGEST_WAIT_SECONDS = 60.0

_DRIVERS = text("SELECT DISTINCT driver FROM sources WHERE enabled AND removed_at IS NULL AND next_poll_at IS NULL")
_CLAIM = text("""
    UPDATE sources SET poll_number = poll_number + 1, lease_boot_id = :boot_id,
                       lease_until = clock_timestamp() + make_interval(secs => :lease_seconds)
    WHERE id IN (
        SELECT id FROM sources
        WHERE enabled AND removed_at IS NULL AND next_poll_at IS NULL AND driver = ANY(:drivers)
              AND (lease_until IS NULL OR lease_until <= clock_timestamp())
        FOR UPDATE SKIP LOCKED
    )
    RETURNING id, name, driver, settings, owner_id, poll_number, cursor
""")
_RENEW = text("""
    UPDATE sources s SET lease_until = clock_timestamp() + make_interval(secs => :lease_seconds)
    FROM unnest(CAST(:ids AS text[]), CAST(:numbers AS bigint[])) AS o(id, number)
    WHERE s.id = o.id AND s.poll_number = o.number AND s.lease_boot_id = :boot_id AND s.enabled
          AND s.removed_at IS NULL
    RETURNING s.id
""")
_GIVE_BACK = text("""
    UPDATE sources SET lease_boot_id = NULL, lease_until = NULL
    WHERE id = :id AND poll_number = :number AND lease_boot_id = :boot_id
""")
_KEEP_CURSOR = text("UPDATE sources SET cursor = CAST(:cursor AS jsonb) WHERE id = :id AND poll_number = :number")
_NOTE = text("""
    UPDATE sources SET failures = CASE WHEN CAST(:error AS text) IS NULL THEN 0 ELSE failures + 1 END,
                       last_error = :error, last_polled_at = clock_timestamp()
    WHERE id = :id AND poll_number = :number
    RETURNING failures
""")


@dataclass(frozen=True)
class Held:
    """A source that is ours to listen to while we renew its lease; ``number`` is the fencing token."""

    id: str
    name: str
    driver: str
    settings: dict[str, Any]
    owner_id: str
    number: int
    cursor: Any


class Subscriber:
    """The connections of one node."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._lease_seconds = node.settings.of(IngestSettings).poll_lease_seconds
        self._held: dict[str, tuple[Held, asyncio.Task[None]]] = {}
        self.loop = Loop(
            "subscriptions", self.run, every_seconds=self._lease_seconds / 3, topics=(SOURCES_TOPIC,), role="worker"
        )

    async def run(self) -> float | None:
        """Renew what is ours, let go of what no longer is or what broke off, and take over what is nobody's."""
        async with self._node.database.transaction() as session:
            alive = [held for held, task in self._held.values() if not task.done() and await _may_login(session, held)]
            ours = await self._renewed(session, alive)
            for held, task in self._held.values():
                if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                    log.error("listening broke off", source=held.name, exc_info=error)
                if held.id not in ours:  # a lease of another's has another number
                    await self._give_back(session, held)
        await self._end([one for one in self._held if one not in ours])
        async with self._node.database.transaction() as session:
            names = [name for name in await session.scalars(_DRIVERS) if _listens(name)]
            values = {"boot_id": self._node.boot_id, "lease_seconds": self._lease_seconds, "drivers": names}
            claims = [Held(*row) for row in await session.execute(_CLAIM, values)] if names else []
        for held in claims:
            task = asyncio.create_task(self._keep(held), name=f"listen to {held.name}")
            self._held[held.id] = (held, task)
        return None

    async def stop(self) -> None:
        """End every connection and give the sources back, so that another node takes them over at once."""
        ended = [held for held, _ in self._held.values()]
        await self._end([held.id for held in ended])
        try:
            async with self._node.database.transaction() as session:
                for held in ended:
                    await self._give_back(session, held)
        except UNREACHABLE as error:
            log.warning("leases could not be given back and run out", error=f"{type(error).__name__}: {error}"[:300])

    async def _give_back(self, session: AsyncSession, held: Held) -> None:
        values = {"id": held.id, "number": held.number, "boot_id": self._node.boot_id}
        await session.execute(_GIVE_BACK, values)

    async def _renewed(self, session: AsyncSession, held: Sequence[Held]) -> frozenset[str]:
        if not held:
            return frozenset()
        values = {
            "ids": [one.id for one in held],
            "numbers": [one.number for one in held],
            "boot_id": self._node.boot_id,
            "lease_seconds": self._lease_seconds,
        }
        return frozenset(await session.scalars(_RENEW, values))

    async def _end(self, ids: Sequence[str]) -> None:
        for source_id in ids:
            _, task = self._held.pop(source_id)
            task.cancel()
            await asyncio.wait({task})

    async def _keep(self, held: Held) -> None:
        """Listen, again and again, for as long as the source is ours."""
        while True:
            failures = await self._ended(held, await self._listen(held))
            if failures is None:
                return  # the loop ends this; another may be connected under the same name by now
            longest = min(_LONGEST_WAIT_SECONDS, 0.5 * 2.0 ** min(failures, 10))
            await asyncio.sleep(random.uniform(longest / 2, longest))  # noqa: S311 (jitter)

    async def _ended(self, held: Held, error: str) -> int | None:
        """Note why listening ended, once the database answers; return the failures in a row, None when not ours."""
        waited = 0.1
        while True:
            try:
                async with self._node.database.transaction() as session:
                    return await _note(session, held, error) if await self._renewed(session, [held]) else None
            except UNREACHABLE as gone:
                log.warning("a source waits for the database", source=held.name, error=f"{type(gone).__name__}: {gone}")
            await asyncio.sleep(random.uniform(waited / 2, waited))  # noqa: S311 (jitter)
            waited = min(waited * 2, 5.0)

    async def _listen(self, held: Held) -> str:
        """Listen until something goes wrong, and return what."""
        try:
            source = open_driver(held.driver, held.settings).source
            if not isinstance(source, ListeningSource):
                return f"the driver {held.driver} does not listen"
            secret = None
            if credential_id := held.settings.get(SETTING):
                async with credentials.use(
                    self._node, credential_id, user=held.owner_id, purpose=f"source {held.name}"
                ) as lent:
                    secret = lent
            listening = Listening(
                f"stormbell-{held.id}",
                lambda found: self._take(held, found),
                lambda: self._begun(held),
                secret,
                held.cursor,
                lambda cursor: self._keep_cursor(held, cursor),
            )
            await source.listen(self._node.http, listening)
        except BaseExceptionGroup as group:
            return self._said(held, _first(group))
        except Exception as error:  # noqa: BLE001 (a driver's bug fails its own source)
            return self._said(held, error)
        return "the other side ended the connection"

    def _said(self, held: Held, error: BaseException) -> str:
        if isinstance(error, PollFailed):
            return str(error)
        if is_gone(error):
            return "the database did not answer"
        if isinstance(error, TimeoutError):
            return "the other side does not answer"
        if isinstance(error, Problem):
            return f"{error.title()}: {error.detail}"
        log.error("listening failed", source=held.name, exc_info=error)
        return f"{type(error).__name__}: {error}"

    async def _take(self, held: Held, found: Sequence[Found]) -> None:
        waited = 0.05
        while True:
            try:
                await receiver_of(self._node).take(held.id, found)
            except (IngestFull, Unavailable, DatabaseGone) as error:
                if is_late(error.__cause__) and len(found) > 1:  # perhaps it is too much at once
                    await self._take(held, found[: len(found) // 2])
                    found = found[len(found) // 2 :]
                # What was not acknowledged stays with the sender, which waits.
                await asyncio.sleep(random.uniform(waited / 2, waited))  # noqa: S311 (jitter)
                waited = min(waited * 2, 5.0)
            else:
                reach("ingest.heard")
                return

    async def _begun(self, held: Held) -> None:
        async with self._node.database.transaction() as session:
            await _note(session, held, None)

    async def _keep_cursor(self, held: Held, cursor: Any) -> None:
        async with self._node.database.transaction() as session:
            values = {"id": held.id, "number": held.number, "cursor": orjson.dumps(cursor).decode()}
            await session.execute(_KEEP_CURSOR, values)


async def _may_login(session: AsyncSession, held: Held) -> bool:
    """Say whether the source may still use its credential: who took that back ends the connection, too."""
    if credential_id := held.settings.get(SETTING):
        try:
            await credentials.usable(session, credential_id, held.owner_id)
        except Problem:
            return False
    return True


def _listens(driver: str) -> bool:
    try:
        return hasattr(drivers.load(KIND, driver).Source, "listen")
    except Problem:
        return False


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    inner = group.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner


async def _note(session: AsyncSession, held: Held, error: str | None) -> int:
    """Note how listening goes; return how often in a row it failed. Raises or clears the alarm of the source."""
    values = {"id": held.id, "number": held.number, "error": None if error is None else error[:1000]}
    row = (await session.execute(_NOTE, values)).first()
    if row is None:
        return 0
    if row.failures == 1:
        publish(session, SourceChanged(subject_id=held.id, name=held.name, change=f"fails: {error}"))
    if row.failures >= ALARM_AFTER:
        await raise_alarm(
            session,
            alarm_key(held.id),
            priority="high",
            title=f"Source {held.name} cannot be listened to",
            consequence=f"News from {held.name} does not arrive; its broker may keep it for a while.",
            action=f"Check the broker and the source's settings, or pause the source. The last error: {error}",
            subject_id=held.id,
        )
    elif row.failures == 0:
        await clear_alarm(session, alarm_key(held.id))
    return int(row.failures)
