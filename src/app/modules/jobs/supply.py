"""How many jobs to claim: for every free slot, and so many beyond that short jobs never wait for a claim."""

from collections.abc import Set
from typing import TYPE_CHECKING

from app.modules.jobs.runners import Runners
from app.modules.jobs.running import Running

if TYPE_CHECKING:
    from app.kernel.clock import Clock

BATCH = 500
# What will probably begin within this time is claimed ahead, at the pace of the last few milliseconds: enough for short
# jobs, and hardly anything when jobs are long and another node could begin them.
_AHEAD_SECONDS = 0.1
_MOST_AHEAD = 2 * BATCH
_PACE_SECONDS = 0.005
# Outcomes that are not recorded yet hold no slot, but they may not pile up when the database is slow.
_UNRECORDED = 6 * BATCH


class Supply:
    """What is in hand against what should be. ``promised`` slots are kept for jobs that are being inserted."""

    def __init__(self, clock: "Clock", runners: Runners, in_hand: Set[Running]) -> None:
        self.promised: set[str] = set()
        self._clock = clock
        self._runners = runners
        self._in_hand = in_hand
        self._ahead = 0
        self._ended_count = 0
        self._paced_at = float("-inf")

    def count_end(self) -> None:
        """Count a job whose handler has ended."""
        self._ended_count += 1

    def wanted(self) -> int:
        """Return how many jobs to claim now."""
        now = self._clock.monotonic()
        elapsed = now - self._paced_at
        if elapsed >= _PACE_SECONDS:
            self._ahead = min(_MOST_AHEAD, int(self._ended_count / elapsed * _AHEAD_SECONDS))
            self._ended_count, self._paced_at = 0, now
        return min(self.free_slots() + self._ahead, self._runners.slots + _UNRECORDED - len(self._in_hand), BATCH)

    @property
    def room(self) -> int:
        """Return how many more can begin now: none when what has ended and is not recorded has piled up."""
        return max(0, min(self.free_slots(), self._runners.slots + _UNRECORDED - len(self._in_hand)))

    def free_slots(self) -> int:
        """Return how many slots nobody has or waits for; below 0 when more are claimed ahead than are free."""
        runners = self._runners
        return runners.slots - runners.busy - len(runners.waiting) - len(self.promised)

    def is_enough(self, ending: int = 0) -> bool:
        """Say whether more than half of what may be in hand is, so that a claim can wait until it is worth more."""
        runners = self._runners
        return 2 * (runners.busy + len(runners.waiting) - ending) > runners.slots + self._ahead
