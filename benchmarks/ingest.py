"""Arrivals of 1 KiB of JSON over HTTP into a real ``stormbell serve`` in the role of an API, answered after the commit.

With the source's token, its limits and deduplication; every delivery has its row, its job and its fact. Beside it
stands the limit: the same readings as one-column rows through two connections of a bare driver, 30 a commit; and a
broker that only keeps them. The peer is installed by ``python -m benchmarks.peers``.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from benchmarks.ingest_load import reading
from benchmarks.jobs_cost import process_cpu_seconds, server_cpu_seconds
from benchmarks.jobs_stage import Participant
from benchmarks.peers import INSTALL, NATS_INGEST
from benchmarks.report import Row, median_row, percentile, publish
from tools.live import Server, owner_of

CLIENTS = 64
BULK_CLIENTS = 16
LINES = 100
CEILING = """
INSERT INTO bench_readings (id, body) SELECT * FROM unnest($1::text[], $2::bytea[]) ON CONFLICT (id) DO NOTHING
"""


class Bench:
    """One server, one load, and what they came to."""

    def __init__(self, server: Server, load: Participant, client: httpx.AsyncClient, quick: bool) -> None:
        self.server, self.load, self.client = server, load, client
        self.rounds = 2 if quick else 5
        self.singles, self.posts = (6_000, 120) if quick else (40_000, 1_000)
        self.expected = 0

    async def source(self, name: str, **more: Any) -> tuple[str, str]:
        """Register a source and give it a token; return both."""
        wanted = {"name": name, "driver": "push", "settings": {"key": "/id"}, **more}
        source_id = (await self.client.post("/sources", json=wanted)).raise_for_status().json()["id"]
        answer = await self.client.post(f"/sources/{source_id}/keys", json={"kind": "token"})
        return source_id, answer.raise_for_status().json()["secret"]

    async def measure(
        self, name: str, path: str, token: str | None, *, clients: int, lines: int, targets: tuple[float, float | None]
    ) -> list[Row]:
        """Push for some rounds, the first to warm up; check that what was acknowledged is there."""
        await self.load.ask("open", port=self.server.port, token=token, connections=clients)
        rates, each_us, database_us, late = [], [], [], []
        for number in range(-1, self.rounds):
            count = self.singles if lines == 1 else self.posts
            count = max(count // 6, clients) if number < 0 else count
            app, database = process_cpu_seconds(self.server.pid), server_cpu_seconds(self.server.postgres_pid())
            said: dict[str, Any] = await self.load.ask(
                "push", path=path, count=count, lines=lines, run=f"{name}-{number}"
            )
            readings = count * lines
            app = (process_cpu_seconds(self.server.pid) - app) * 1e6 / readings
            database = (server_cpu_seconds(self.server.postgres_pid()) - database) * 1e6 / readings
            self.expected += readings
            await self._check(said, count)
            if number >= 0:
                rates.append(readings / said["seconds"])
                each_us.append(app)
                database_us.append(database)
                late += said["late"]
        rate, cost = targets
        return [
            median_row(f"{name}, {clients} clients", "deliveries/s", rates, better="higher", target=rate),
            median_row(f"{name}, CPU of the app", "us each", each_us, target=cost),
            median_row(f"{name}, CPU of PostgreSQL", "us each", database_us),
            Row(f"{name}, p50 of a request", "ms", round(percentile(late, 0.5), 2), n=len(late)),
            Row(f"{name}, p99 of a request", "ms", round(percentile(late, 0.99), 2), n=len(late)),
        ]

    async def _check(self, said: dict[str, Any], count: int) -> None:
        connection = await asyncpg.connect(host=self.server.postgres_socket(), user="stormbell", database="stormbell")
        there = await connection.fetchval("SELECT count(*) FROM deliveries d JOIN jobs j ON j.id = d.job_id")
        await connection.close()
        if said["statuses"] != {"202": count} or there != self.expected:
            raise AssertionError(f"{count} were answered {said['statuses']}; {there} of {self.expected} are there")

    async def ceiling(self) -> list[float]:
        """Return the readings a second of two bare connections, 30 a commit."""
        connections = [
            await asyncpg.connect(host=self.server.postgres_socket(), user="stormbell", database="stormbell")
            for _ in range(2)
        ]
        await connections[0].execute("CREATE TABLE bench_readings (id text PRIMARY KEY, body bytea NOT NULL)")
        rates = []
        for number in range(self.rounds):
            bodies = [(f"{number}-{n}", reading(n, str(number))) for n in range(self.singles)]
            batches = iter([bodies[first : first + 30] for first in range(0, len(bodies), 30)])

            async def work(connection: asyncpg.Connection, batches: Any = batches) -> None:
                for batch in batches:
                    await connection.fetch(CEILING, *map(list, zip(*batch, strict=True)))

            began = asyncio.get_running_loop().time()
            await asyncio.gather(*map(work, connections))
            rates.append(len(bodies) / (asyncio.get_running_loop().time() - began))
        await connections[0].execute("DROP TABLE bench_readings")
        for connection in connections:
            await connection.close()
        return rates


async def broker(rounds: int, count: int, log: Path) -> list[float]:
    """Return the readings a second a broker acknowledges."""
    peer = Participant(NATS_INGEST.name, log)
    rates = []
    try:
        await peer.start(NATS_INGEST.python, f"benchmarks.peers.{NATS_INGEST.name}")
        await peer.ask("open")
        for number in range(rounds):
            said = await peer.ask("push", count=count, clients=CLIENTS, run=str(number))
            if said["there"] != count * (number + 1):
                raise AssertionError(f"{said['there']} of {count * (number + 1)} are in the stream")
            rates.append(count / said["seconds"])
    finally:
        await peer.end()
    return rates


async def measure(quick: bool) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="stormbell-bench-") as directory:
        server = Server(
            Path(directory) / "data",
            *("--set", "server.roles=api", "--set", "ingest.by_address=true"),
            *("--set", "ingest.source_requests_per_second=1000000"),
            *("--set", "limits.stranger_requests_per_second=1000000"),
            *("--set", "limits.stranger_requests_burst=1000000"),
        )
        await server.start()
        load = Participant("load", Path(directory) / "load.log")
        try:
            await load.start(Path(sys.executable), "benchmarks.ingest_load")
            async with owner_of(server) as client:
                bench = Bench(server, load, client, quick)
                rows = await _rows(bench)
        except (AssertionError, httpx.HTTPError):
            print(server.stderr()[-3000:], file=sys.stderr)
            raise
        finally:
            await load.end()
            await server.stop()
    return rows


async def _rows(bench: Bench) -> list[Row]:
    source_id, token = await bench.source("bench")
    path = f"/api/v1/sources/{source_id}/deliveries"
    single = await bench.measure("single POST", path, token, clients=CLIENTS, lines=1, targets=(10_000, 60))
    single[0].other, single[0].other_name = round(max(await bench.ceiling())), "bare driver, one narrow table"
    beside = []
    if NATS_INGEST.version():
        rates = await broker(bench.rounds, bench.singles, bench.load.log)
        name = f"{NATS_INGEST.shown}, synced, {CLIENTS} publishers"
        beside = [
            Row(
                "the same beside a broker",
                single[0].unit,
                single[0].ours,
                better="higher",
                other=round(max(rates)),
                other_name=name,
            )
        ]
    bulk = await bench.measure(
        f"lines, {LINES} a POST", path, token, clients=BULK_CLIENTS, lines=LINES, targets=(35_000, 12)
    )
    await bench.source("by address", addresses=["127.0.0.1"])
    ordinary = await bench.measure(
        "single POST by address, the long way", "/api/v1/ingest", None, clients=CLIENTS, lines=1, targets=(3_500, None)
    )
    return [*single, *beside, *bulk, *ordinary]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer readings, about a minute")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    arguments = parser.parse_args()
    if not NATS_INGEST.version():
        print(f"{NATS_INGEST.shown} is not installed: {INSTALL}", file=sys.stderr)
    return publish("ingest", asyncio.run(measure(arguments.quick)), as_json=arguments.json)


if __name__ == "__main__":
    sys.exit(main())
