"""Polling: claim due sources (transaction), ask their feeds (none), record what came (transaction).

Several nodes share the sources: a claim skips what another holds, and a lease that ran out makes the source due again.
"""

import asyncio
import random
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.alarms import clear_alarm, raise_alarm
from app.kernel.bus import publish
from app.kernel.errors import Problem
from app.kernel.loops import Loop
from app.kernel.node import Node
from app.modules.ingest import logins, queries
from app.modules.ingest.arrivals import Origin, accept
from app.modules.ingest.errors import PollFailed
from app.modules.ingest.events import SourceChanged
from app.modules.ingest.items import Quarantined
from app.modules.ingest.returning import told_again
from app.modules.ingest.settings import IngestSettings, folders_of
from app.modules.ingest.source import Polled, PollingSource, PollState, Source
from app.modules.ingest.sources import SOURCES_TOPIC, alarm_key, open_driver
from app.modules.ingest.timing import Timing, Turn, following, turn

log = structlog.get_logger(__name__)

ALARM_AFTER = 3
LONGEST_RETRY_SECONDS = 300.0
_LONGEST_WISH_SECONDS = 3600.0


@dataclass(frozen=True)
class Claim:
    """One poll that is ours until the lease ends; ``poll_number`` is the fencing token."""

    id: str
    name: str
    driver: str
    settings: dict[str, Any]
    etag: str | None
    last_modified: str | None
    failures: int
    last_error: str | None
    poll_number: int
    owner_id: str
    due_at: datetime
    claimed_at: datetime
    tick_at: datetime | None
    cursor: Any


@dataclass(frozen=True)
class Answer:
    """How a poll went. ``error`` with ``failed`` unset: it went well, but not all of it could be read.

    ``tick`` and ``next_at`` are the next poll's, of sources that are polled by a clock.
    """

    wait_seconds: float
    polled: Polled = Polled()  # noqa: RUF009 (frozen)
    error: str | None = None
    failed: bool = False
    tick: datetime | None = None
    next_at: datetime | None = None


def retry_seconds(failures: int, interval_seconds: float) -> float:
    """Return the wait after the ``failures``-th failed poll in a row: exponential with a jitter of a half."""
    longest = min(LONGEST_RETRY_SECONDS, min(interval_seconds, 5.0) * 2.0 ** min(failures - 1, 12))
    return random.uniform(longest / 2, longest)  # noqa: S311 (jitter)


class Poller:
    """The polls of one node. ``run`` is its loop; the polls run beside it, so a slow feed delays no other."""

    def __init__(self, node: Node) -> None:
        self._node = node
        settings = node.settings.of(IngestSettings)
        self._slots, self._lease_seconds = settings.poll_slots, settings.poll_lease_seconds
        self._tasks: set[asyncio.Task[None]] = set()
        self._errors: list[BaseException] = []
        self.loop = Loop("polls", self.run, every_seconds=60.0, topics=(SOURCES_TOPIC,), role="worker")

    async def run(self) -> float | None:
        """Start the polls that are due; return the seconds until the next, or ``None`` if a poll's end will tell."""
        if self._errors:  # a poll that could not be recorded shows in the loop's health; its lease makes it due again
            raise self._errors.pop()
        free = self._slots - len(self._tasks)
        if free <= 0:
            return None
        async with self._node.database.transaction() as session:
            claims = await claim(session, self._node.boot_id, self._lease_seconds, free)
            next_seconds: float | None = await session.scalar(queries.SECONDS_TO_NEXT)
        for one in claims:
            task = asyncio.create_task(self._poll(one), name=f"poll {one.name}")
            self._tasks.add(task)
            task.add_done_callback(self._ended)
        # Not zero: another node may hold the lock of what is due and be about to claim it.
        return None if next_seconds is None else max(0.02, next_seconds)

    async def stop(self) -> None:
        """End every poll and give the leases back, so another node can poll at once."""
        ending = list(self._tasks)
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        if not ending:
            return
        try:
            async with self._node.database.transaction() as session:
                await session.execute(queries.RELEASE, {"boot_id": self._node.boot_id})
        except (SQLAlchemyError, OSError) as error:  # the stop goes on; the leases end by themselves
            log.warning("leases not given back", error=str(error)[:300])

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._errors.append(error)
        self.loop.wake()

    async def _poll(self, claimed: Claim) -> None:
        # The call ends well before the lease does, so what it brings can still be recorded.
        answer = await ask(self._node, claimed, self._lease_seconds * 0.8)
        async with self._node.database.transaction() as session:
            if not await record(session, claimed, answer):
                log.info("poll discarded, the source was changed or taken over", source=claimed.name)


async def claim(session: AsyncSession, boot_id: str, lease_seconds: float, slots: int) -> list[Claim]:
    """Take at most ``slots`` due sources for this boot, until the database's clock says the lease is over."""
    rows = await session.execute(queries.CLAIM, {"boot_id": boot_id, "lease_seconds": lease_seconds, "slots": slots})
    return [Claim(*row) for row in rows]


async def ask(node: Node, claimed: Claim, seconds: float) -> Answer:
    """Poll the feed. Whatever goes wrong is part of the answer."""
    due, timing = Turn(), None
    try:
        opened = open_driver(claimed.driver, claimed.settings)
        if isinstance(opened.settings, Timing) and opened.settings.by_clock:
            timing = opened.settings
            due = turn(timing, claimed.due_at, claimed.tick_at, claimed.claimed_at)
        if due.skipped:
            kept = Polled(etag=claimed.etag, last_modified=claimed.last_modified, not_modified=True)
            answer = Answer(0.0, kept, claimed.last_error)
        else:
            answer = await _answer(node, claimed, opened.source, due, seconds)
    except Problem as problem:  # the driver, or its settings
        return _failed(claimed.failures + 1, 60.0, f"{problem.title()}: {problem.detail}")
    if timing is None or answer.failed or answer.polled.unfinished:
        return replace(answer, tick=due.tick)
    tick, next_at = following(timing, claimed.id, due, claimed.claimed_at)
    return replace(answer, tick=tick, next_at=next_at)


async def _answer(node: Node, claimed: Claim, source: Source, due: Turn, seconds: float) -> Answer:
    failures, interval = claimed.failures + 1, 60.0
    try:
        if not isinstance(source, PollingSource):
            raise PollFailed(f"the driver {claimed.driver} does not poll")
        interval = source.interval_seconds
        async with asyncio.timeout(seconds):
            known = PollState(
                claimed.etag,
                claimed.last_modified,
                cursor=claimed.cursor,
                tick=due.tick,
                asked_at=claimed.claimed_at,
                folders=folders_of(node),
                seconds=seconds,
            )
            state = await logins.state_of(node, claimed.name, claimed.owner_id, claimed.settings, known)
            polled = await source.poll(node.http, state)
    except TimeoutError:
        return _failed(failures, interval, f"the poll took longer than {seconds:g} s")
    except PollFailed as failure:
        return _failed(failures, interval, str(failure), failure.retry_after_seconds)
    except Problem as problem:
        return _failed(failures, interval, f"{problem.title()}: {problem.detail}")
    except Exception as error:  # a driver's bug fails its own source, with the traceback in the log
        log.exception("poll failed", source=claimed.name)
        return _failed(failures, interval, f"{type(error).__name__}: {error}")
    bad = [one for one in polled.items if isinstance(one, Quarantined)]
    if any(one.whole for one in bad):
        unread = Polled(items=polled.items, etag=claimed.etag, last_modified=claimed.last_modified)
        return Answer(retry_seconds(failures, interval), unread, bad[0].reason, failed=True)
    wait = min(interval, polled.next_seconds or interval)
    if polled.not_modified:
        return Answer(wait, polled, claimed.last_error if claimed.failures == 0 else None)
    partly = (
        f"{len(bad)} of {len(polled.items)} items in quarantine, such as: {bad[0].reason}" if bad else polled.partly
    )
    return Answer(wait, polled, partly)


def _failed(failures: int, interval_seconds: float, error: str, wish_seconds: float | None = None) -> Answer:
    wait = max(retry_seconds(failures, interval_seconds), min(wish_seconds or 0.0, _LONGEST_WISH_SECONDS))
    return Answer(wait, error=error[:1000], failed=True)


async def record(session: AsyncSession, claimed: Claim, answer: Answer) -> bool:
    """Record a poll and what it brought, unless the claim is no longer the newest; say whether it was recorded.

    Announces what :func:`accept` does, source.changed when failing begins or ends, and raises or clears the alarm.
    """
    failures = claimed.failures + 1 if answer.failed else 0
    # A failed poll did not read a page, so the validators of the last one that was read stay.
    validators = PollState(claimed.etag, claimed.last_modified) if answer.failed else answer.polled
    settled = await session.execute(
        queries.SETTLE,
        {
            "id": claimed.id,
            "poll_number": claimed.poll_number,
            "etag": validators.etag,
            "last_modified": validators.last_modified,
            "failures": failures,
            "last_error": answer.error,
            "wait_seconds": answer.wait_seconds,
            "next_at": answer.next_at,
            "tick_at": answer.tick,
            "cursor": None if answer.polled.cursor is None else orjson.dumps(answer.polled.cursor).decode(),
        },
    )
    if settled.first() is None:
        return False
    found = answer.polled.items
    if answer.polled.as_now:
        found = await told_again(session, claimed.id, found)
    await accept(session, Origin(claimed.id, claimed.name), found)
    if failures == 1:
        _say(session, claimed, f"fails: {answer.error}")
    elif claimed.failures and not failures:
        _say(session, claimed, "answers again")
    if failures >= ALARM_AFTER:
        await raise_alarm(
            session,
            alarm_key(claimed.id),
            priority="high",
            title=f"Source {claimed.name} cannot be polled",
            consequence=f"News from {claimed.name} does not arrive, so no incident opens or is refined by it.",
            action=f"Check the feed and the source's settings, or pause the source. The last error: {answer.error}",
            subject_id=claimed.id,
        )
    elif claimed.failures >= ALARM_AFTER:
        await clear_alarm(session, alarm_key(claimed.id))
    return True


def _say(session: AsyncSession, claimed: Claim, change: str) -> None:
    publish(session, SourceChanged(subject_id=claimed.id, name=claimed.name, change=change))
