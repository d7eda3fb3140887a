"""When running handlers are out of time: one timer for all of them, instead of one for each."""

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.kernel.clock import Clock
    from app.modules.jobs.running import Running

_NEVER = float("inf")


class Timeouts:
    """Running handlers by the seconds they may take: of one such group the first in is the first out of time.

    So only the heads are looked at. To arm and cancel a timer for each job costs more than a short job does.
    """

    def __init__(self, clock: "Clock") -> None:
        self._clock = clock
        self._ends: dict[float, dict[Running, float]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._armed_for = _NEVER

    def add(self, running: "Running") -> None:
        """Count from now. A job with a deadline has a timer of its own beside."""
        seconds = running.kind.timeout_seconds
        now = self._clock.monotonic()
        ends = now + seconds
        try:
            self._ends[seconds][running] = ends
        except KeyError:
            self._ends[seconds] = {running: ends}
        if ends < self._armed_for:
            self._arm(ends, now)
        if running.deadline < _NEVER:
            delay = max(0.0, running.deadline - now)
            running.timer = asyncio.get_running_loop().call_later(delay, running.cancel, "too_late")

    def remove(self, running: "Running") -> None:
        """Forget one whose handler has ended."""
        self._ends[running.kind.timeout_seconds].pop(running, None)

    def close(self) -> None:
        """Forget all of them."""
        if self._timer is not None:
            self._timer.cancel()
        self._ends.clear()

    def _arm(self, at: float, now: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(max(0.001, at - now), self._look)
        self._armed_for = at

    def _look(self) -> None:
        self._timer, self._armed_for = None, _NEVER
        now = self._clock.monotonic()
        earliest = _NEVER
        for group in self._ends.values():
            while group:
                running, ends = next(iter(group.items()))
                if ends > now:
                    earliest = min(earliest, ends)
                    break
                del group[running]
                running.cancel("timed_out")
        if earliest < _NEVER:
            self._arm(earliest, now)
