"""What observing costs: drains of no-op jobs with nobody watching and with five live observers, interleaved.

Run: python -m benchmarks.observer [jobs] [rounds]. One node with every module and its HTTP server in a process of its
own; the observers are processes of their own, since a browser is elsewhere. CPU seconds count, not the clock: of the
node, and of PostgreSQL with all its backends.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import asyncpg
import httpx

from tools.live import Server, owner_of

OBSERVERS = 5
TICK = os.sysconf("SC_CLK_TCK")
WATCH = """
import sys, urllib.request
request = urllib.request.Request(sys.argv[1], headers={"Authorization": f"Bearer {sys.argv[2]}"})
with urllib.request.urlopen(request) as stream:
    for line in stream:
        if line.startswith(b"event: snapshot"):
            print(1, flush=True)
"""
FILL = """
INSERT INTO jobs (id, kind, queue, max_attempts, payload)
SELECT 'job_bench' || :round || '_' || g, 'wait', 'default', 3, '{"milliseconds": 0}'
FROM generate_series(1, :jobs) AS g
"""


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process, of its children and of those that have ended."""
    total = 0.0
    stat = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    total += sum(map(int, stat[11:15])) / TICK
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        try:
            total += cpu_seconds(int(child))
        except FileNotFoundError:
            continue  # it has ended just now, and is counted with its parent the next time
    return total


async def drain(database: asyncpg.Connection, server: Server, jobs: int, number: int) -> tuple[float, float, float]:
    """Return (seconds, CPU seconds of the node, CPU seconds of PostgreSQL) of one drain. All jobs succeed."""
    await database.execute(FILL.replace(":round", f"'{number}'").replace(":jobs", str(jobs)))
    await database.execute("VACUUM ANALYZE jobs")
    postgres = server.postgres_pid()
    before = cpu_seconds(server.pid) - cpu_seconds(postgres), cpu_seconds(postgres)
    began_at = time.perf_counter()
    await database.execute("SELECT pg_notify('stormbell_topics', 'bench jobs')")
    while await database.fetchval("SELECT EXISTS (SELECT FROM jobs WHERE kind = 'wait')"):
        await asyncio.sleep(0.1)
    seconds = time.perf_counter() - began_at
    await asyncio.sleep(0.5)
    after = cpu_seconds(server.pid) - cpu_seconds(postgres), cpu_seconds(postgres)
    done = await database.fetchval(
        "SELECT count(*) FROM finished_jobs WHERE id LIKE $1 AND state = 'succeeded'", f"job_bench{number}\\_%"
    )
    assert done == jobs, f"{done} of {jobs} jobs succeeded"
    return seconds, after[0] - before[0], after[1] - before[1]


async def observed(client: httpx.AsyncClient, server: Server) -> list[asyncio.subprocess.Process]:
    """Start the observers; return them once each has seen something."""
    token = client.headers["Authorization"].removeprefix("Bearer ")
    watchers = []
    for _ in range(OBSERVERS):
        made = (await client.post("/observations", json={"mode": "live"})).raise_for_status().json()
        url = f"{server.url}/api/v1/observations/{made['id']}/stream"
        watchers.append(
            await asyncio.create_subprocess_exec(
                sys.executable, "-c", WATCH, url, token, stdout=asyncio.subprocess.PIPE, limit=2**22
            )
        )
    for watcher in watchers:
        assert watcher.stdout is not None
        assert await watcher.stdout.readline(), "an observer saw nothing"
    return watchers


async def main(jobs: int, rounds: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as directory:
        server = Server(Path(directory) / "data")
        await server.start()
        try:
            async with owner_of(server) as client:
                database = await asyncpg.connect(
                    host=server.postgres_socket(), user="stormbell", database="stormbell", command_timeout=600
                )
                figures: dict[bool, list[tuple[float, float, float]]] = {False: [], True: []}
                seen = 0
                await drain(database, server, jobs, 0)
                for number in range(1, 2 * rounds + 1):
                    watched = number % 2 == 0
                    watchers = await observed(client, server) if watched else []
                    figures[watched].append(await drain(database, server, jobs, number))
                    for watcher in watchers:
                        assert watcher.returncode is None, "an observer's stream ended"
                        watcher.kill()
                        out, _ = await watcher.communicate()
                        seen += sum(map(int, out.split()))
                    for one in (await client.get("/observations")).json()["items"]:
                        await client.delete(f"/observations/{one['id']}")
                    print(
                        number,
                        "observed" if watched else "alone   ",
                        *(f"{x:.2f}" for x in figures[watched][-1]),
                        flush=True,
                    )
                await database.close()
                for place, name in enumerate(("seconds", "node CPU s", "PostgreSQL CPU s", "CPU s in all")):
                    alone, five = (
                        statistics.median((*row, row[1] + row[2])[place] for row in figures[watched])
                        for watched in (False, True)
                    )
                    print(f"{name:17} alone {alone:6.2f}  {OBSERVERS} observers {five:6.2f}  {five / alone - 1:+.1%}")
                print(f"snapshots seen by the observers: {seen}")
        finally:
            await server.stop()


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:]]
    asyncio.run(main(*(numbers + [50_000, 5][len(numbers) :])))
