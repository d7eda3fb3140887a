"""Bandwidth: how many bytes may go now, per storage, per transfer, and by the hour of the day."""

import asyncio
from collections.abc import Sequence

from app.kernel.clock import Clock
from app.kernel.node import Node
from app.modules.data.transfer_settings import Hours

# What may go at once after a pause: less would cost speed on timers, more would be felt by others.
_BURST_SECONDS = 0.25


class Bucket:
    """A rate. Whoever takes bytes waits until they may go; many takers share the rate in the order they came."""

    def __init__(self, clock: Clock, bytes_per_second: float) -> None:
        self._clock = clock
        self._rate = bytes_per_second
        self._free_at = clock.monotonic()
        self._never = asyncio.Event()

    def change(self, bytes_per_second: float) -> None:
        """Go on at another rate."""
        self._rate = bytes_per_second

    @property
    def rate(self) -> float:
        """Return the bytes a second."""
        return self._rate

    async def take(self, count: int) -> None:
        """Wait until ``count`` more bytes may go."""
        now = self._clock.monotonic()
        self._free_at = max(self._free_at, now - _BURST_SECONDS) + count / self._rate
        if (wait := self._free_at - now) > 0:
            await self._clock.wait(self._never, wait)


class Pace:
    """The rates of one node: of each storage that has one, and of all transfers in some hours of the day."""

    def __init__(self, node: Node) -> None:
        self._clock = node.clock
        self._buckets: dict[str, Bucket] = {}

    def of_storage(self, storage_id: str, bytes_per_second: int | None) -> Bucket | None:
        """Return the bucket all transfers of this node from and to a storage share."""
        return self._bucket(storage_id, bytes_per_second)

    def of_hours(self, hours: Sequence[Hours]) -> Bucket | None:
        """Return the bucket of the present hour, ``None`` when none has a rate."""
        at = self._clock.now().time()
        rate = next((entry.bytes_per_second for entry in hours if entry.has(at)), None)
        return self._bucket("hours", rate)

    def of_transfer(self, bytes_per_second: int | None) -> Bucket | None:
        """Return a bucket of one transfer's own."""
        return None if bytes_per_second is None else Bucket(self._clock, bytes_per_second)

    def _bucket(self, name: str, rate: int | None) -> Bucket | None:
        if rate is None:
            self._buckets.pop(name, None)
            return None
        if name in self._buckets:
            self._buckets[name].change(rate)
        else:
            self._buckets[name] = Bucket(self._clock, rate)
        return self._buckets[name]
