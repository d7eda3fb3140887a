"""The server itself: how soon it answers, how soon an arrival is worked on, what it costs when nothing happens.

Beside the arrival stands the limit: the same number of dependent commits on the same PostgreSQL, one after the other,
through a bare driver. An arrival makes three before its stage starts: the delivery, the incident, the stage's start.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import asyncpg

from benchmarks.report import Row, median_row, percentile, publish
from tools.live import Server, owner_of

WORKFLOW = """
import time
from pydantic import BaseModel
from stormbell import Arrival, Incident, Opening, stage, trigger, workflow

class Sent(BaseModel):
    sent_at: float

@workflow("bench")
class Bench:
    class State(BaseModel):
        seconds: float | None = None

    @trigger(source="bench")
    def arrives(self, arrival: Arrival) -> Opening:
        body = arrival.body
        return Opening(key=body["id"], name=body["id"], stage=self.begin, message=Sent(sent_at=body["sent_at"]))

    @stage
    async def begin(self, incident: Incident[State], message: Sent) -> None:
        incident.state.seconds = time.time() - message.sent_at
        incident.complete()
"""


def cpu_seconds(pid: int) -> float:
    """Return the CPU time a process has used so far, without its children."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def mib(pid: int, file: str, name: str) -> float:
    """Return a figure of /proc in MiB; 0 when the process has ended."""
    try:
        text = Path(f"/proc/{pid}/{file}").read_text()
    except OSError:
        return 0.0
    return int(next(line for line in text.splitlines() if line.startswith(name)).split()[1]) / 1024


def with_children(pid: int) -> list[int]:
    """Return a process and its children."""
    return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]


async def arrivals(server: Server, count: int) -> list[float]:
    """Push ``count`` arrivals, 20 a second, and return the seconds from sending to the stage's first line."""
    async with owner_of(server) as client:
        source = {
            "name": "bench",
            "driver": "push",
            "settings": {"key": "/id"},
        }
        source_id = (await client.post("/sources", json=source)).raise_for_status().json()["id"]
        # A bare socket, so that the time is the server's and not an HTTP client's.
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        for number in range(count + 20):
            body = json.dumps({"id": f"item-{number}", "sent_at": time.time()})
            writer.write(
                f"POST /api/v1/sources/{source_id}/deliveries HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
                f"Authorization: {client.headers['Authorization']}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
            )
            answer = await reader.readuntil(b"\r\n\r\n")
            if b" 202 " not in answer.split(b"\r\n", 1)[0]:
                raise SystemExit(answer.decode())
            length = int(answer.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            await asyncio.sleep(0.05)
        writer.close()
        seconds: dict[str, float] = {}
        deadline = time.monotonic() + 60
        while len(seconds) < count + 20:
            if time.monotonic() > deadline:
                raise SystemExit(f"only {len(seconds)} of {count + 20} incidents completed")
            cursor: str | None = None
            while True:
                page: dict[str, Any] = (
                    (await client.get("/incidents", params={"limit": 500, **({"cursor": cursor} if cursor else {})}))
                    .raise_for_status()
                    .json()
                )
                for item in page["items"]:
                    if item["state"] == "complete":
                        seconds[item["name"]] = item["state_data"]["seconds"]
                cursor = page["next_cursor"]
                if cursor is None:
                    break
        return [seconds[f"item-{n}"] for n in range(20, count + 20)]  # the first 20 warm caches and plans


async def commits(server: Server, count: int) -> list[float]:
    """Return the seconds of three dependent one-row commits through a bare driver."""
    connection = await asyncpg.connect(host=server.postgres_socket(), user="stormbell", database="stormbell")
    await connection.execute("CREATE TABLE IF NOT EXISTS bench_limit (id bigserial PRIMARY KEY, body text)")
    samples = []
    for _ in range(count):
        began = time.perf_counter()
        for _ in range(3):
            await connection.execute("INSERT INTO bench_limit (body) VALUES ('x')")
        samples.append(time.perf_counter() - began)
        await asyncio.sleep(0.005)
    await connection.execute("DROP TABLE bench_limit")
    await connection.close()
    return samples


def import_seconds(rounds: int, what: str) -> list[float]:
    code = f"import time; t = time.perf_counter(); import {what}; print(time.perf_counter() - t)"
    return [float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(rounds)]


async def measure(quick: bool) -> list[Row]:
    rounds, count, idle_seconds = (3, 100, 15) if quick else (7, 400, 60)
    rows = []
    with tempfile.TemporaryDirectory(prefix="stormbell-bench-") as directory:
        server = Server(Path(directory))
        await server.start()
        first = server.ready_seconds
        await server.stop()
        warm = []
        for _ in range(rounds):
            await server.start()
            warm.append(server.ready_seconds)
            await server.stop()
        rows.append(Row("ready, first start (initdb, migrations)", "s", round(first, 3), n=1))
        rows.append(median_row("ready, warm start", "s", warm, target=3.0))
        libraries = import_seconds(rounds, "fastapi, sqlalchemy.ext.asyncio, asyncpg, pydantic")
        rows.append(
            median_row(
                "import of app.main",
                "s",
                import_seconds(rounds, "app.main"),
                target=1.5,
                other=round(statistics.median(libraries), 4),
                other_name="its libraries alone",
            )
        )
        (server.data / "workflows").mkdir(exist_ok=True)
        (server.data / "workflows" / "bench.py").write_text(WORKFLOW)
        await server.start()
        before = cpu_seconds(server.pid)
        began = time.perf_counter()
        await asyncio.sleep(idle_seconds)
        share = (cpu_seconds(server.pid) - before) / (time.perf_counter() - began) * 100
        rows.append(Row(f"idle CPU over {idle_seconds} s", "% of a core", round(share, 3), target=1.0))
        rows.append(Row("idle resident memory", "MiB", round(mib(server.pid, "status", "VmRSS:"), 1), target=160))
        shared = sum(mib(pid, "smaps_rollup", "Pss:") for pid in with_children(server.postgres_pid()))
        rows.append(Row("idle memory of its PostgreSQL (proportional)", "MiB", round(shared, 1)))
        limit = await commits(server, count)
        seconds = await arrivals(server, count)
        limit += await commits(server, count)
        for name, share_, target in (("p50", 0.5, 20.0), ("p99", 0.99, 60.0)):
            rows.append(
                Row(
                    f"arrival to first stage started, {name}",
                    "ms",
                    round(percentile(seconds, share_) * 1000, 2),
                    target=target,
                    other=round(percentile(limit, share_) * 1000, 2),
                    other_name="three bare commits",
                    least=round(min(seconds) * 1000, 2),
                    most=round(max(seconds) * 1000, 2),
                    n=len(seconds),
                )
            )
        rows.append(Row("resident memory after it", "MiB", round(mib(server.pid, "status", "VmRSS:"), 1)))
        await server.stop()
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, under two minutes")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    arguments = parser.parse_args()
    return publish("server", asyncio.run(measure(arguments.quick)), as_json=arguments.json)


if __name__ == "__main__":
    sys.exit(main())
