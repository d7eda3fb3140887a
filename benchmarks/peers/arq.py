"""arq: 50 jobs at once, polled every 10 ms, results not kept; one by one, it has no bulk."""

import asyncio
from typing import Any

from arq import create_pool
from arq.connections import RedisSettings
from arq.worker import Worker, func

from benchmarks.peers.program import Program, Runs, payload

CONCURRENCY = 50


class Arq(Program):
    async def open(self, url: str) -> None:
        self.settings = RedisSettings.from_dsn(url)
        self.pool = await create_pool(self.settings)

    async def bulk(self, count: int) -> float:
        return await self.enqueue(count, CONCURRENCY)

    async def one(self, index: int) -> None:
        await self.pool.enqueue_job("noop", **payload(index))

    async def drain(self, count: int) -> dict[str, Any]:
        runs = Runs(count)

        async def noop(_context: Any, index: int, **_: Any) -> None:
            runs.take(index)

        worker = Worker(
            functions=[func(noop, name="noop")],
            redis_settings=self.settings,
            max_jobs=CONCURRENCY,
            poll_delay=0.01,
            keep_result=0,
            handle_signals=False,
        )
        task = asyncio.create_task(worker.async_run())

        async def recorded() -> int:
            # An ended job leaves the queue, and with keep_result=0 nothing else.
            return count - int(await self.pool.zcard("arq:queue")) if worker.jobs_failed == 0 else -1

        figures = await runs.ended(recorded)
        if worker.jobs_complete != count:
            raise AssertionError(f"{worker.jobs_complete} of {count} jobs completed")
        task.cancel()
        await asyncio.wait({task}, timeout=5)
        return figures

    async def close(self) -> None:
        await self.pool.aclose()


program = Arq
