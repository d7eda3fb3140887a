"""One client of the event stream: from its cursor through the table into the ring, without gap or duplicate."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

from app.kernel import events
from app.kernel.clock import Clock
from app.kernel.db import Database
from app.kernel.principal import Principal
from app.modules.logging.facts import Key, reach
from app.modules.logging.sight import Sight
from app.modules.logging.stream import PAGE_FACTS, Hub, cursor_of, frame, frame_of

WRITE_BYTES = 64 * 1024
HEARTBEAT_SECONDS = 15.0
RECHECK_SECONDS = 5.0
RECHECK_SOONEST_SECONDS = 1.0  # when accounts change, and however often they do


class Reader:
    """Made by the request, seated by the response, then a generator of bytes."""

    def __init__(
        self,
        hub: Hub,
        database: Database,
        clock: Clock,
        *,
        after: str | None,
        incident_id: str | None,
        sight: Sight,
        allowed: Callable[[], Awaitable[Principal | None]],
    ) -> None:
        """``after`` is a cursor, ``None`` for the present; ``allowed`` says as whom the client may go on, if it may.

        Raises BadRequest (400) for a cursor that is not ours.
        """
        self._sight = sight
        self._hub = hub
        self._database = database
        self._clock = clock
        self._after = events.parse_cursor(after) if after is not None else None
        self._incident_id = incident_id
        self._allowed = allowed
        self._position: Key = (0, 0)
        self.number: int | None = None  # of the next fact in the ring, once the ring is reached
        self.wake = asyncio.Event()
        self._asks_again = False
        self._checked_at = clock.monotonic()
        self._over = False

    def ask_again(self) -> None:
        """Have the reader ask soon whether the client may go on: something about accounts changed."""
        self._asks_again = True
        self.wake.set()

    async def frames(self) -> AsyncIterator[bytes]:
        """Yield the stream until the node drains, the caller may no longer read, or the ring has passed by."""
        clock = self._clock
        yield await self._greet()
        async for chunk in self._backlog():
            yield chunk
        wrote_at = clock.monotonic()
        while not self._over:
            self.wake.clear()
            while chunk := await self._news():
                yield chunk
                wrote_at = clock.monotonic()
            if self._over or self._hub.ended or self not in self._hub.readers:
                return
            now = clock.monotonic()
            if now - wrote_at >= HEARTBEAT_SECONDS:
                # An id without data moves the browser's last event id and raises no event there, so a filtered stream
                # that was quiet for a day does not resume a day back (HTML standard, section 9.2.6).
                yield f": heartbeat\nid: {cursor_of(self._position)}\n\n".encode()
                wrote_at = now
            until = min(wrote_at + HEARTBEAT_SECONDS, self._due_at())
            await clock.wait(self.wake, until - now)

    def _due_at(self) -> float:
        return self._checked_at + (RECHECK_SOONEST_SECONDS if self._asks_again else RECHECK_SECONDS)

    async def _may_go_on(self) -> bool:
        """Ask whether the client may still read, and as whom. What it may not is over."""
        self._asks_again = False
        self._checked_at = self._clock.monotonic()
        principal = await self._allowed()
        if principal is None:
            self._over = True
        else:
            self._sight.look_as(principal)
        return not self._over

    async def _news(self) -> bytes:
        """Return what is new in the ring, as far as the client may see it now; the last may have taken it long."""
        if self._clock.monotonic() >= self._due_at() and not await self._may_go_on():
            return b""
        await self._sight.refresh()
        return self._take()

    async def _greet(self) -> bytes:
        self._position = await self._hub.position()
        gap = b""
        if self._after is not None:
            async with self._database.transaction() as session:
                limits = await reach(session)
            if limits.reaches(self._after):
                self._position = self._after
            else:
                self._position = limits.present
                gap = frame("gap", cursor_of(self._position), {"cursor": cursor_of(self._position)})
        greeting = {"server_time": datetime.now(UTC), "cursor": cursor_of(self._position)}
        return frame("hello", cursor_of(self._position), greeting) + gap

    async def _backlog(self) -> AsyncIterator[bytes]:
        while (number := self._hub.number_after(self._position)) is None:
            # Before every page: a backlog of days takes a slow client long, and somebody may lose a right meanwhile.
            if self._hub.ended or not await self._may_go_on():
                return
            settled = await self._hub.position()
            async with self._database.transaction(self._sight.principal) as session:
                rows = await events.read_after(
                    session, cursor_of(self._position), incident_id=self._incident_id, limit=PAGE_FACTS
                )
            if rows:
                self._position = (rows[-1].transaction, rows[-1].number)
                yield b"".join(frame_of(row) for row in rows)
            if len(rows) < PAGE_FACTS:
                # Whatever the hub had read before this query was settled, so the page had it.
                self._position = max(self._position, settled)
        self.number = number

    def _take(self) -> bytes:
        """Return what is new in the ring for this client, at most about 64 KiB; empty when there is nothing."""
        if self.number is None or self.number < self._hub.first:
            return b""
        frames: list[bytes] = []
        size = 0
        for fact in self._hub.facts_from(self.number):
            self.number += 1
            if fact.key <= self._position:
                continue  # the table was ahead of the ring
            self._position = fact.key
            if (self._incident_id is None or fact.incident_id == self._incident_id) and self._sight.sees(fact):
                frames.append(fact.frame)
                size += len(fact.frame)
                if size >= WRITE_BYTES:
                    break
        return b"".join(frames)
