"""DBOS: a queue of one-step workflows, 1000 at once, polled every 0.1 s (its default of 1 s is slower); no bulk."""

from typing import Any

from dbos import DBOS, DBOSClient

from benchmarks.peers.program import Program, Runs, payload

CONCURRENCY = 1000


class Dbos(Program):
    runs: Runs

    async def open(self, url: str) -> None:
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
        DBOS(
            config={
                "name": "bench",
                "system_database_url": url,
                "sys_db_pool_size": 20,
                "run_admin_server": False,
                "log_level": "ERROR",
            }
        )

        @DBOS.workflow(name="noop")
        async def noop(job: dict[str, Any]) -> None:
            self.runs.take(job["index"])

        DBOS.launch()
        self.client = DBOSClient(system_database_url=url, system_database_pool_size=20, application_name="bench")

    async def bulk(self, count: int) -> float:
        return await self.enqueue(count, 50)

    async def one(self, index: int) -> None:
        await self.client.enqueue_async({"queue_name": "bench", "workflow_name": "noop"}, payload(index))

    async def drain(self, count: int) -> dict[str, Any]:
        self.runs = Runs(count)
        await DBOS.register_queue_async("bench", worker_concurrency=CONCURRENCY, polling_interval_sec=0.1)

        async def recorded() -> int:
            states = [w.status for w in await self.client.list_workflows_async(load_input=False, load_output=False)]
            return states.count("SUCCESS")

        return await self.runs.ended(recorded)

    async def close(self) -> None:
        DBOS.destroy()


program = Dbos
