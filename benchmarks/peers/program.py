"""A participant of a benchmark: a process of its own that is asked, over pipes, to queue and to run jobs.

Started as ``python -m benchmarks.peers.program MODULE`` with that participant's own Python. One line of JSON in, one
out: ``{"do": "drain", "count": 1000}``, ``{"value": ...}`` or ``{"error": ...}``. Needs the standard library only.
"""

import asyncio
import importlib
import json
import os
import sys
import time
import traceback
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

_TEXT = "Magnitude 4.6, depth 11 km, 23 km WSW of Ridgecrest; shaking reported by 142 people so far, none hurt"
GIVE_UP_SECONDS = 300.0


def payload(index: int, sent_at: float = 0.0) -> dict[str, Any]:
    """Return the payload of job ``index``: about 200 bytes as JSON."""
    return {"index": index, "sent_at": sent_at, "source": "seismometer-0042", "channel": "BHZ", "text": _TEXT}


class Runs:
    """What a no-op handler did: which jobs, and when the first of them began."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.began = 0.0
        self.all = asyncio.Event()
        self.quarters: list[float] = []
        self.twice = 0
        self.seen = bytearray(count)
        self._left = count
        self._quarter = max(1, count // 4)

    def take(self, index: int) -> None:
        """Note that the handler runs job ``index``."""
        if not self.began:
            self.began = time.perf_counter()
        if self.seen[index]:
            self.twice += 1
            return
        self.seen[index] = 1
        self._left -= 1
        if self._left % self._quarter == 0:
            self.quarters.append(time.perf_counter())
            if not self._left:
                self.all.set()

    async def ended(self, recorded: Callable[[], Awaitable[int]]) -> dict[str, Any]:
        """Wait until every job ran and ``recorded()`` counts as many; return the figures, or raise.

        The time counts from the first handler's first line, so nobody's start-up is in it, to the last record.
        """
        try:
            await asyncio.wait_for(self.all.wait(), GIVE_UP_SECONDS)
        except TimeoutError:
            raise AssertionError(f"{self._left} of {self.count} jobs did not run") from None
        give_up_at = time.monotonic() + GIVE_UP_SECONDS
        while (there := await recorded()) != self.count:
            if time.monotonic() > give_up_at or there > self.count:
                raise AssertionError(f"{self.count} jobs ran, {there} are recorded as succeeded")
            await asyncio.sleep(0.005)
        seconds = time.perf_counter() - self.began
        if self.twice:
            raise AssertionError(f"{self.twice} jobs ran twice")
        times = [self.began, *self.quarters[-4:]]
        return {
            "seconds": seconds,
            "rate": self.count / seconds,
            "quarters": [self._quarter / (b - a) for a, b in pairwise(times) if b > a],
        }


class Program:
    """What a participant is asked; each verb that is timed returns jobs per second."""

    async def open(self, *args: Any, **named: Any) -> None:
        """Make the schema in an empty database, or connect to an empty Redis: a queue is given its ``url``."""
        raise NotImplementedError

    async def bulk(self, count: int) -> float:
        """Queue ``count`` jobs the quickest way its manual knows."""
        raise NotImplementedError

    async def enqueue(self, count: int, callers: int) -> float:
        """Queue ``count`` jobs one by one from ``callers`` at once, each waiting for its own to be durable."""
        began = time.perf_counter()
        share = count // callers
        await asyncio.gather(*[self._one_by_one(caller * share, share) for caller in range(callers)])
        return share * callers / (time.perf_counter() - began)

    async def one(self, index: int) -> None:
        """Queue one job."""
        raise NotImplementedError

    async def drain(self, count: int) -> dict[str, Any]:
        """Run the ``count`` jobs that are queued to their recorded end; see :meth:`Runs.ended`."""
        raise NotImplementedError

    async def close(self) -> None:
        """Let go."""

    async def _one_by_one(self, first: int, count: int) -> None:
        for index in range(first, first + count):
            await self.one(index)


async def in_thousands(count: int, queue: Callable[[range], Awaitable[Any]]) -> float:
    """Call ``queue`` with a thousand indexes at a time; return jobs per second."""
    began = time.perf_counter()
    for first in range(0, count, 1000):
        await queue(range(first, min(first + 1000, count)))
    return count / (time.perf_counter() - began)


async def answer(program: Any) -> None:
    """Do what is asked until the pipe closes."""
    # Libraries print; only answers may go where answers are read.
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    print(json.dumps({"value": os.getpid()}), file=out)
    while line := await asyncio.to_thread(sys.stdin.readline):
        asked = json.loads(line)
        verb = asked.pop("do")
        try:
            said = {"value": await getattr(program, verb)(**asked)}
        except Exception as error:  # noqa: BLE001 (whatever it is, the one who asked shows it)
            traceback.print_exc()
            said = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(said), file=out)
        if verb == "close":
            break


def main() -> None:
    module = importlib.import_module(sys.argv[1])
    run: Callable[[Any], Any] = asyncio.run
    try:
        import uvloop

        run = uvloop.run
    except ImportError:
        pass
    run(answer(module.program()))
    os._exit(0)  # some leave threads behind that nothing stops


if __name__ == "__main__":
    main()
