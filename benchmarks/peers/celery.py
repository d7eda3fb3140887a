"""Celery on Redis with the solo pool (the quickest for no-ops here), results ignored; one by one, it has no bulk.

Producer and worker block: they run on the only thread of this process, as they do in production.
"""

import time
from typing import Any

from celery import Celery
from celery.worker import state

from benchmarks.peers.program import GIVE_UP_SECONDS, Program, Runs, payload


class CelerySolo(Program):
    runs: Runs

    async def open(self, url: str) -> None:
        # The whole path of the socket is the host: redis+socket:///run/redis.sock
        self.app = Celery("bench", broker=url.replace("unix://", "redis+socket://", 1))
        self.app.conf.update(
            task_ignore_result=True,
            worker_prefetch_multiplier=200,
            worker_hijack_root_logger=False,
            broker_connection_retry_on_startup=True,
        )

        @self.app.task(name="noop")
        def noop(index: int, **_: Any) -> None:
            self.runs.take(index)
            if self.runs.all.is_set() or time.monotonic() > self.give_up_at:
                state.should_stop = 0

        self.noop = noop

    async def bulk(self, count: int) -> float:
        return await self.enqueue(count, 1)

    async def enqueue(self, count: int, callers: int) -> float:
        """One after the other: its producer blocks."""
        began = time.perf_counter()
        with self.app.producer_or_acquire() as producer:
            for index in range(count):
                self.noop.apply_async(kwargs=payload(index), producer=producer)
        return count / (time.perf_counter() - began)

    async def drain(self, count: int) -> dict[str, Any]:
        self.runs = Runs(count)
        self.give_up_at = time.monotonic() + GIVE_UP_SECONDS
        worker = self.app.Worker(
            pool="solo", loglevel="ERROR", without_heartbeat=True, without_gossip=True, without_mingle=True
        )
        worker.start()
        state.should_stop = None

        async def recorded() -> int:
            with self.app.connection_for_read() as connection:
                return count - int(connection.default_channel.client.llen("celery"))

        return await self.runs.ended(recorded)


program = CelerySolo
