"""taskiq on Redis streams (acknowledged after the run), 50 at once, no result backend; one by one, it has no bulk."""

import asyncio
from typing import Any

from taskiq.receiver import Receiver
from taskiq_redis import RedisStreamBroker

from benchmarks.peers.program import Program, Runs, payload

CONCURRENCY = 50


class Taskiq(Program):
    runs: Runs

    async def open(self, url: str) -> None:
        self.broker = RedisStreamBroker(url, consumer_id="0")

        @self.broker.task(task_name="noop")
        async def noop(index: int, **_: Any) -> None:
            self.runs.take(index)

        self.noop = noop
        await self.broker.startup()

    async def bulk(self, count: int) -> float:
        return await self.enqueue(count, CONCURRENCY)

    async def one(self, index: int) -> None:
        await self.noop.kiq(**payload(index))

    async def drain(self, count: int) -> dict[str, Any]:
        self.runs = Runs(count)
        self.broker.is_worker_process = True
        stop = asyncio.Event()
        receiver = Receiver(self.broker, max_async_tasks=CONCURRENCY, run_startup=False)
        task = asyncio.create_task(receiver.listen(stop))

        async def recorded() -> int:
            # Acknowledged: neither pending nor still to be delivered.
            from redis.asyncio import Redis

            async with Redis(connection_pool=self.broker.connection_pool) as redis:
                (group,) = await redis.xinfo_groups(self.broker.queue_name)
                return int(group["entries-read"]) - int(group["pending"])

        figures = await self.runs.ended(recorded)
        stop.set()
        task.cancel()
        await asyncio.wait({task}, timeout=5)
        return figures

    async def close(self) -> None:
        await self.broker.shutdown()


program = Taskiq
