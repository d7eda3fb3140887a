"""procrastinate: psycopg's async pool, 10 jobs at once (more are slower), bulk through ``batch_defer_async``."""

import asyncio
from typing import Any

import procrastinate

from benchmarks.peers.program import Program, Runs, in_thousands, payload

CONCURRENCY = 10


class Procrastinate(Program):
    runs: Runs

    async def open(self, url: str) -> None:
        self.app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url, min_size=10, max_size=20))

        @self.app.task(name="noop")
        async def noop(index: int, **_: Any) -> None:
            self.runs.take(index)

        self.noop = noop
        await self.app.open_async()
        await self.app.schema_manager.apply_schema_async()

    async def bulk(self, count: int) -> float:
        return await in_thousands(count, lambda some: self.noop.batch_defer_async(*[payload(i) for i in some]))

    async def one(self, index: int) -> None:
        await self.noop.defer_async(**payload(index))

    async def drain(self, count: int) -> dict[str, Any]:
        self.runs = Runs(count)
        task = asyncio.create_task(
            self.app.run_worker_async(concurrency=CONCURRENCY, install_signal_handlers=False, listen_notify=True)
        )

        async def recorded() -> int:
            row = await self.app.connector.execute_query_one_async(
                "SELECT count(*) AS done FROM procrastinate_jobs WHERE status = 'succeeded'"
            )
            return int(row["done"])

        figures = await self.runs.ended(recorded)
        task.cancel()
        await asyncio.wait({task}, timeout=5)
        return figures

    async def close(self) -> None:
        await self.app.close_async()


program = Procrastinate
