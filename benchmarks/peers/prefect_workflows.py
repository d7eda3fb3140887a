"""Prefect: a flow of three tasks with a payload as ours, results kept; its server is on the same PostgreSQL."""

import asyncio
import os
import socket
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from benchmarks.peers.program import Program, payload

START_SECONDS = 180.0  # migrations of an empty database, on a machine with other things to do


class PrefectWorkflows(Program):
    async def open(self, url: str) -> None:
        self.home = tempfile.TemporaryDirectory(prefix="prefect-")
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            port: int = bound.getsockname()[1]
        os.environ |= {
            "PREFECT_HOME": self.home.name,
            "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
            "PREFECT_API_DATABASE_CONNECTION_URL": url.replace("postgresql://", "postgresql+asyncpg://", 1),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "true",
            "PREFECT_LOGGING_LEVEL": "ERROR",
            "PREFECT_LOGGING_TO_API_ENABLED": "false",
            "DO_NOT_TRACK": "1",
        }
        command = (sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port))
        self.server = await asyncio.create_subprocess_exec(*command, stdout=sys.stderr, stderr=sys.stderr)
        await self._answers(f"http://127.0.0.1:{port}/api/health")
        from prefect import flow, task

        @task
        async def first(job: dict[str, Any]) -> int:
            return int(job["index"])

        @task
        async def second(index: int) -> int:
            return index

        @task
        async def third(index: int) -> int:
            return index

        @flow
        async def three(job: dict[str, Any]) -> int:
            return await third(await second(await first(job)))

        self.three = three

    async def drive(self, count: int, in_flight: int) -> dict[str, float]:
        """Run ``count`` flows, so many at a time; its server's CPU is the app's too."""
        open_now = asyncio.Semaphore(in_flight)
        cpu, began = time.process_time() + self._server_seconds(), time.perf_counter()

        async def one(index: int) -> int:
            async with open_now:
                return int(await self.three(payload(index)))

        results = await asyncio.gather(*[one(index) for index in range(count)])
        assert sorted(results) == list(range(count))
        seconds = time.perf_counter() - began
        spent = time.process_time() + self._server_seconds() - cpu
        return {"rate": count / seconds, "app_us": spent / count * 1e6}

    async def close(self) -> None:
        self.server.terminate()
        await self.server.wait()
        self.home.cleanup()

    def _server_seconds(self) -> float:
        fields = Path(f"/proc/{self.server.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def _answers(self, address: str) -> None:
        give_up_at = time.monotonic() + START_SECONDS
        while True:
            try:
                await asyncio.to_thread(lambda: urllib.request.urlopen(address, timeout=5).read())
            except OSError:
                if self.server.returncode is not None or time.monotonic() > give_up_at:
                    raise
                await asyncio.sleep(0.2)
            else:
                return


program = PrefectWorkflows
