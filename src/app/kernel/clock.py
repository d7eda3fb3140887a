"""Time as an argument: code that waits or stamps takes a :class:`Clock`, so tests can own time.

Leases and due times are decided by the database's clock, never by this one.
"""

import asyncio
import time
from datetime import UTC, datetime

# A laptop that was closed for an hour has held no lease for an hour: CLOCK_MONOTONIC stands still meanwhile.
_BOOTTIME: int | None = getattr(time, "CLOCK_BOOTTIME", None)


def _elapsed() -> float:
    return time.monotonic() if _BOOTTIME is None else time.clock_gettime(_BOOTTIME)


class Clock:
    """The wall clock and the monotonic clock of this process."""

    def now(self) -> datetime:
        """Return the aware UTC time."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that only ever grow, for measuring durations; on Linux also while the machine sleeps."""
        return _elapsed()

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        """Wait for ``event`` at most ``seconds`` (``None``: for ever); say whether it was set."""
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return False
        return True
