"""What this node shows to all who observe through it: one look at a time, taken once and shared.

A look is taken at most four times a second, and then not again for ``REST`` times as long as looks take, so observing
costs this node and the database at most one part in ``REST`` of their time, however many observe. Only a machine so
busy that looks take over 40 ms is looked at every ``LONGEST_SECONDS`` all the same.
"""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from app.kernel.bus import Bus
from app.kernel.clock import Clock
from app.kernel.db import Database
from app.modules import jobs
from app.modules.observer import observing
from app.modules.observer.schemas import Mode, ObservationView
from app.modules.observer.snapshot import look, substance

LEAST_SECONDS = 0.25
REST = 50
LONGEST_SECONDS = 2.0
TOUCH_SECONDS = 15.0
KEPT = 120
KEPT_BYTES = 8 * 1024**2


@dataclass(frozen=True, slots=True)
class Shown:
    """A look as it goes out. ``number`` is microseconds of the database's clock: every node counts alike."""

    number: int
    fields: dict[str, Any]
    body: bytes


class Reader(Protocol):
    """A stream as the board sees it."""

    observation: ObservationView
    wake: asyncio.Event
    closed: bool


class Board:
    """The looks of this node, and the streams that show them."""

    def __init__(self, database: Database, gauge: jobs.Gauge, clock: Clock, bus: Bus) -> None:
        self._database = database
        self._gauge = gauge
        self._clock = clock
        self._bus = bus
        self._lock = asyncio.Lock()
        self._touched_at = float("-inf")
        self._taken_at = float("-inf")
        self._costs: deque[float] = deque(maxlen=3)  # the least of them counts: the first pays for the connection
        self._substance: Any = None
        self._latest: Shown | None = None
        self.recent: deque[Shown] = deque(maxlen=KEPT)  # only those in which something had changed
        self.readers: set[Reader] = set()
        self.ended = False
        self.look_count = 0

    async def current(self, oldest_seconds: float = LEAST_SECONDS) -> Shown:
        """Return a look at most ``oldest_seconds`` old, or as old as its price demands."""
        async with self._lock:
            age = self._clock.monotonic() - self._taken_at
            if self._latest is None or age >= max(oldest_seconds, self._rest_seconds()):
                self._latest = await self._take()
            return self._latest

    async def tend(self) -> float | None:
        """Look for those who watch live and keep all observations heard. Returns seconds until the next time."""
        if not self.readers:
            self.recent.clear()
            await self.close()
            return None
        now = self._clock.monotonic()
        if now - self._touched_at >= TOUCH_SECONDS:
            await self._touch()
        if not any(reader.observation.mode == "live" for reader in self.readers):
            return TOUCH_SECONDS
        await self.current()
        return max(0.01, self._taken_at + self._rest_seconds() - self._clock.monotonic())

    def heard(self) -> None:
        """Read the observations again: one was started, changed or ended."""
        self._touched_at = float("-inf")

    @contextmanager
    def seat(self, reader: Reader) -> Iterator[None]:
        """Show to ``reader`` for as long as the block lasts; an older stream of the same observation ends."""
        for other in self.readers:
            if other.observation.id == reader.observation.id:
                other.closed = True
                other.wake.set()
        self.readers.add(reader)
        self._bus.wake(observing.TOPIC, remote=False)
        try:
            yield
        finally:
            self.readers.discard(reader)

    def end(self) -> None:
        """End every stream: this node is draining."""
        self.ended = True
        for reader in self.readers:
            reader.wake.set()

    async def close(self) -> None:
        """Let go of the connection."""
        async with self._lock:
            self._costs.clear()
            await self._gauge.close()

    async def _take(self) -> Shown:
        began_at = self._clock.monotonic()
        fields = await look(self._gauge)
        self.look_count += 1
        body = orjson.dumps(fields, option=orjson.OPT_UTC_Z)
        shown = Shown(round(fields["at"].timestamp() * 1_000_000), fields, body)
        self._taken_at = self._clock.monotonic()
        self._costs.append(self._taken_at - began_at)
        now = substance(fields)
        if now != self._substance:
            self._substance = now
            self.recent.append(shown)
            while len(self.recent) > 1 and sum(len(one.body) for one in self.recent) > KEPT_BYTES:
                self.recent.popleft()
            for reader in self.readers:
                reader.wake.set()
        return shown

    def _rest_seconds(self) -> float:
        dear = REST * min(self._costs) if len(self._costs) > 1 else 0.0
        return min(LONGEST_SECONDS, max(LEAST_SECONDS, dear))

    async def _touch(self) -> None:
        self._touched_at = self._clock.monotonic()  # before asking: a change meanwhile is asked for again
        readers = tuple(self.readers)  # others may sit down meanwhile
        async with self._database.transaction() as session:
            going_on = await observing.touch(session, [reader.observation.id for reader in readers])
        for reader in readers:
            found = going_on.get(reader.observation.id)
            if found is None:
                reader.closed = True
                reader.wake.set()
            elif changed(reader.observation, found):
                reader.observation = found
                reader.wake.set()


def changed(before: ObservationView, after: ObservationView) -> bool:
    """Say whether the stream has to go on in another way."""
    old: tuple[Mode, float] = (before.mode, before.period_seconds)
    return old != (after.mode, after.period_seconds)
