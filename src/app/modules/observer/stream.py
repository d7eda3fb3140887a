"""One stream of one observation, in whichever mode it is in now."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import orjson

from app.kernel.clock import Clock
from app.modules.observer.board import Board, Shown, changed
from app.modules.observer.schemas import ObservationView

HEARTBEAT_SECONDS = 15.0
RECHECK_SECONDS = 5.0
RECHECK_SOONEST_SECONDS = 1.0  # when accounts change, and however often they do


class Stream:
    """Made by the request, seated by the response, then a generator of bytes."""

    def __init__(
        self,
        board: Board,
        clock: Clock,
        observation: ObservationView,
        *,
        after: str | None,
        allowed: Callable[[], Awaitable[bool]],
    ) -> None:
        self._board = board
        self._clock = clock
        self._allowed = allowed
        self._number = int(after) if after is not None and after.isdecimal() else 0
        self._resumes = self._number > 0
        self._change: int | None = None  # number of the last change of a node's state that was told
        self._was = observation
        self.observation = observation
        self.wake = asyncio.Event()
        self.closed = False
        self._asks_again = False

    def ask_again(self) -> None:
        """Have the stream ask soon whether the caller may go on: something about accounts changed."""
        self._asks_again = True
        self.wake.set()

    async def frames(self) -> AsyncIterator[bytes]:
        """Yield until the observation ends, the node drains, or the caller may no longer read."""
        monotonic = self._clock.monotonic
        now = checked_at = wrote_at = monotonic()
        due_at = now  # of the next batch: the first comes at once
        yield await self._greet()
        while True:
            self.wake.clear()
            # Before what is shown: a slow client may have taken long for the last of it.
            if (now := monotonic()) >= self._due_at(checked_at):
                self._asks_again = False
                if not await self._allowed():
                    return
                checked_at = now
            if self._board.ended or self.closed:
                if self.closed and not self._board.ended:
                    yield _frame("ended", self._number, {"observation_id": self.observation.id})
                return
            if changed(self._was, self.observation):
                yield self._switched()
                due_at = wrote_at = monotonic()
            now = monotonic()
            chunk = b""
            if self.observation.mode == "live":
                chunk = self._news()
            elif self.observation.mode == "periodic" and now >= due_at:
                chunk = self._batch(await self._board.current(min(1.0, self.observation.period_seconds / 2)))
                due_at = max(due_at + self.observation.period_seconds, now)
            if chunk:
                yield chunk
                wrote_at = monotonic()
            elif now - wrote_at >= HEARTBEAT_SECONDS:
                yield f": heartbeat\nid: {self._number}\n\n".encode()
                wrote_at = now
            until = min(wrote_at + HEARTBEAT_SECONDS, self._due_at(checked_at))
            if self.observation.mode == "periodic":
                until = min(until, due_at)
            await self._clock.wait(self.wake, max(0.0, until - monotonic()))

    def _due_at(self, checked_at: float) -> float:
        return checked_at + (RECHECK_SOONEST_SECONDS if self._asks_again else RECHECK_SECONDS)

    async def _greet(self) -> bytes:
        """Say hello; then, unless only asked by hand, how things stand or what was missed."""
        hello = {"server_time": datetime.now(UTC), "observation": self.observation.model_dump()}
        if self.observation.mode == "manual":
            return _frame("hello", self._number, hello)
        kept = [one for one in self._board.recent if one.number > self._number]
        missed = self._resumes and (not self._board.recent or self._board.recent[0].number > self._number)
        current = await self._board.current()
        frames = _frame("hello", self._number, hello)
        if missed:
            frames += _frame("gap", self._number, {"since": self._number, "until": current.number})
        if self.observation.mode == "periodic":
            return frames
        if self._resumes:
            self._change = _changes_until(current, self._number)
        else:
            self._change = _last_change(current)
        for one in kept if self._resumes else ():
            frames += self._live(one)
        return frames if self._number >= current.number else frames + self._live(current)

    def _news(self) -> bytes:
        """Return the newest look that nobody has been told of, with each change of a node's state up to it."""
        recent = self._board.recent
        return self._live(recent[-1]) if recent and recent[-1].number > self._number else b""

    def _live(self, shown: Shown) -> bytes:
        frames = b""
        for one in shown.fields["changes"]:
            if self._change is not None and one.number > self._change:
                frames += _frame("node_changed", shown.number, one)
        self._change = _last_change(shown, self._change or 0)
        self._number = shown.number
        head = b'{"latency_ms":%.1f,"snapshot":' % _latency_ms(shown)
        return frames + b"id: %d\nevent: snapshot\ndata: %b%b}\n\n" % (shown.number, head, shown.body)

    def _batch(self, shown: Shown) -> bytes:
        known = self._change
        changes = [one for one in shown.fields["changes"] if known is not None and one.number > known]
        self._change = _last_change(shown, known or 0)
        self._number = shown.number
        head = b'{"latency_ms":%.1f,"changes":%b,"snapshot":' % (_latency_ms(shown), _json(changes))
        return b"id: %d\nevent: batch\ndata: %b%b}\n\n" % (shown.number, head, shown.body)

    def _switched(self) -> bytes:
        before, self._was = self._was, self.observation
        modes = {"old_mode": before.mode, "new_mode": self.observation.mode}
        return _frame("mode_switched", self._number, modes | {"period_seconds": self.observation.period_seconds})


def _last_change(shown: Shown, before: int = 0) -> int:
    last: list[int] = [one.number for one in shown.fields["changes"][-1:]]
    return max([before, *last])


def _changes_until(shown: Shown, number: int) -> int:
    """Return the last change a client knew that had seen the look ``number``."""
    known = [one.number for one in shown.fields["changes"] if one.at.timestamp() * 1_000_000 <= number]
    return max(known, default=0)


def _latency_ms(shown: Shown) -> float:
    return max(0.0, datetime.now(UTC).timestamp() * 1000 - shown.number / 1000)


def _json(data: Any) -> bytes:
    return orjson.dumps(data, option=orjson.OPT_UTC_Z)


def _frame(event: str, number: int, data: Any) -> bytes:
    return b"id: %d\nevent: %b\ndata: %b\n\n" % (number, event.encode(), _json(data))
