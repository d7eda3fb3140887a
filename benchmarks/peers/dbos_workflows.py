"""DBOS: a workflow of three steps with a payload as ours, started directly, so many in flight."""

import asyncio
import time
from typing import Any

from dbos import DBOS, SetWorkflowID

from benchmarks.peers.program import Program, payload


class DbosWorkflows(Program):
    async def open(self, url: str) -> None:
        DBOS(
            config={
                "name": "bench",
                "system_database_url": url.replace("postgresql://", "postgresql+psycopg://", 1),
                "sys_db_pool_size": 20,
                "run_admin_server": False,
                "log_level": "ERROR",
            }
        )

        @DBOS.step()
        async def first(job: dict[str, Any]) -> int:
            return int(job["index"])

        @DBOS.step()
        async def second(index: int) -> int:
            return index

        @DBOS.step()
        async def third(index: int) -> int:
            return index

        @DBOS.workflow()
        async def three(job: dict[str, Any]) -> int:
            return await third(await second(await first(job)))

        self.three = three
        DBOS.launch()
        self.runs = 0

    async def drive(self, count: int, in_flight: int) -> dict[str, float]:
        """Run ``count`` workflows, so many at a time."""
        self.runs += 1
        open_now = asyncio.Semaphore(in_flight)
        cpu, began = time.process_time(), time.perf_counter()

        async def one(index: int) -> int:
            async with open_now:
                with SetWorkflowID(f"{self.runs}-{index}"):
                    handle = await DBOS.start_workflow_async(self.three, payload(index))
                return int(await handle.get_result())

        results = await asyncio.gather(*[one(index) for index in range(count)])
        assert sorted(results) == list(range(count))
        seconds = time.perf_counter() - began
        return {"rate": count / seconds, "app_us": (time.process_time() - cpu) / count * 1e6}

    async def close(self) -> None:
        DBOS.destroy()


program = DbosWorkflows
