"""NATS JetStream: readings into a stream on disk, each answered once it is synced, without duplicates of an id."""

import asyncio
import os
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import nats
from nats.js.api import StorageType, StreamConfig

from benchmarks.ingest_load import reading
from benchmarks.peers.program import Program


class NatsIngest(Program):
    async def open(self) -> None:
        """Start a server that syncs before it answers, as a database does; its default is every two minutes."""
        self.home = tempfile.TemporaryDirectory(prefix="nats-")
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            port: int = bound.getsockname()[1]
        config = Path(self.home.name) / "nats.conf"
        config.write_text(
            f'listen: "127.0.0.1:{port}"\njetstream {{ store_dir: "{self.home.name}/store"\n sync_interval: always }}\n'
        )
        program = Path(sys.executable).with_name("nats-server")
        self.server = await asyncio.create_subprocess_exec(
            *(str(program), "-c", str(config)), stdout=asyncio.subprocess.DEVNULL, stderr=sys.stderr
        )
        self.client = await nats.connect(
            f"nats://127.0.0.1:{port}", max_reconnect_attempts=200, reconnect_time_wait=0.1
        )
        self.stream = self.client.jetstream(publish_async_max_pending=100_000)
        await self.stream.add_stream(StreamConfig("bench", subjects=["bench.>"], storage=StorageType.FILE))

    async def push(self, count: int, clients: int, run: str) -> dict[str, Any]:
        """Publish ``count`` readings, one in flight a client; say how long each took."""
        bodies = iter([(f"{run}-{number}", reading(number, run)) for number in range(count)])
        late: list[float] = []

        async def work() -> None:
            for key, body in bodies:
                began = time.perf_counter()
                await self.stream.publish("bench.reading", body, headers={"Nats-Msg-Id": key})
                late.append((time.perf_counter() - began) * 1000)

        cpu, began = self._server_seconds(), time.perf_counter()
        await asyncio.gather(*[work() for _ in range(clients)])
        seconds = time.perf_counter() - began
        there = (await self.stream.stream_info("bench")).state.messages
        return {
            "seconds": seconds,
            "late": late,
            "there": there,
            "server_us": (self._server_seconds() - cpu) / count * 1e6,
        }

    async def close(self) -> None:
        await self.client.close()
        self.server.terminate()
        await self.server.wait()
        self.home.cleanup()

    def _server_seconds(self) -> float:
        fields = Path(f"/proc/{self.server.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


program = NatsIngest
