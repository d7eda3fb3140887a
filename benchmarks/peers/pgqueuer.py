"""pgqueuer: asyncpg, a pool of 10, 200 jobs a batch (500 is no faster), its own log table as the record."""

import asyncio
import json
from typing import Any

import asyncpg
from pgqueuer import PgQueuer
from pgqueuer.adapters.drivers.asyncpg import AsyncpgPoolDriver
from pgqueuer.queries import Queries

from benchmarks.peers.program import Program, Runs, in_thousands, payload

BATCH = 200


class Pgqueuer(Program):
    async def open(self, url: str) -> None:
        self.pool = await asyncpg.create_pool(url, min_size=10, max_size=10)
        self.queries = Queries(AsyncpgPoolDriver(self.pool))
        await self.queries.install()

    async def bulk(self, count: int) -> float:
        async def queue(indexes: range) -> None:
            bodies: list[bytes | None] = [json.dumps(payload(i)).encode() for i in indexes]
            await self.queries.enqueue(["noop"] * len(bodies), bodies, [0] * len(bodies))

        return await in_thousands(count, queue)

    async def one(self, index: int) -> None:
        await self.queries.enqueue("noop", json.dumps(payload(index)).encode())

    async def drain(self, count: int) -> dict[str, Any]:
        runs = Runs(count)
        worker = PgQueuer.from_asyncpg_pool(self.pool)

        @worker.entrypoint("noop")
        async def noop(job: Any) -> None:
            runs.take(json.loads(job.payload)["index"])

        task = asyncio.create_task(worker.qm.run(batch_size=BATCH))
        watcher = asyncio.create_task(self._ended(runs))
        done, _ = await asyncio.wait({task, watcher}, return_when=asyncio.FIRST_COMPLETED)
        figures = watcher.result() if watcher in done else task.result()
        worker.shutdown.set()
        await asyncio.wait({task}, timeout=5)
        return figures or {}

    async def _ended(self, runs: Runs) -> dict[str, Any]:
        async def recorded() -> int:
            if await self.pool.fetchval("SELECT EXISTS (SELECT FROM pgqueuer)"):
                return -1
            done: int = await self.pool.fetchval("SELECT count(*) FROM pgqueuer_log WHERE status = 'successful'")
            return done

        return await runs.ended(recorded)

    async def close(self) -> None:
        self.pool.terminate()


program = Pgqueuer
