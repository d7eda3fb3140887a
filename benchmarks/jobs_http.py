"""``POST /jobs`` and ``GET /jobs`` of a real ``stormbell serve`` in the role of an API, asked from another process."""

import asyncio
import sys
import time
from contextlib import AsyncExitStack
from typing import Any

import httpx

from benchmarks.jobs_cost import process_cpu_seconds
from benchmarks.jobs_history import remember
from benchmarks.jobs_sizes import Sizes
from benchmarks.jobs_stage import TEMPLATE, Participant, Stage
from benchmarks.report import Row, median_row, percentile
from tools.live import Server, owner_of

CONNECTIONS = 32
PAGES_PER_SECOND = 300.0
BODY = '{"kind":"wait","payload":{"milliseconds":0},"urgency":"low","max_attempts":3}'
COUNT = """
SELECT (SELECT count(*) FROM jobs WHERE kind = 'wait') + (SELECT count(*) FROM finished_jobs WHERE kind = 'wait')
"""


async def rows(stage: Stage, sizes: Sizes) -> list[Row]:
    """Ask a server on a database with a long past: first for jobs to be done, then for pages of jobs."""
    finished = sizes.long_history or sizes.history
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(stage.database("api", template=TEMPLATE))
        await remember(stage, database, finished)
        server = Server(
            stage.directory / "api",
            *("--set", "server.roles=api", "--set", f"database.url={stage.engine_url(database)}"),
            *("--set", "limits.user_requests_per_second=1e6"),  # one account asks, more than it may by default
        )
        await server.start()
        stack.push_async_callback(server.stop)
        load = await stack.enter_async_context(stage.participant("benchmarks.jobs_load"))
        try:
            client = await stack.enter_async_context(owner_of(server))
            token = client.headers["Authorization"].removeprefix("Bearer ")
            await load.ask("open", port=server.port, token=token, connections=CONNECTIONS)
            posted = await _posts(stage, sizes, server, load, database, client)
            pages = await _pages(sizes, load, client, finished)
        except (AssertionError, httpx.HTTPError):
            print(server.stderr()[-3000:], file=sys.stderr)
            raise
    return [*posted, *pages]


async def _posts(
    stage: Stage, sizes: Sizes, server: Server, load: Participant, database: str, client: httpx.AsyncClient
) -> list[Row]:
    rates, each_core, late = [], [], []
    expected = 0
    connection = await stage.connect(database)
    for number in range(-1, max(sizes.rounds, 2)):  # the first one warms up
        count = sizes.posts if number >= 0 else 500
        used = process_cpu_seconds(server.pid)
        said: dict[str, Any] = await load.ask("post", path="/api/v1/jobs", body=BODY, count=count, key=f"r{number}")
        used = process_cpu_seconds(server.pid) - used
        expected += count
        there = await connection.fetchval(COUNT)
        if said["statuses"] != {"202": count} or there != expected:
            raise AssertionError(
                f"{count} POSTs were answered {said['statuses']}; {there} of {expected} jobs are there"
            )
        if number >= 0:
            rates.append(round(count / said["seconds"]))
            each_core.append(round(count / used))
            late += said["late"]
    again = await client.post(
        "/jobs", content=BODY, headers={"Idempotency-Key": "r0-1", "Content-Type": "application/json"}
    )
    if again.status_code != 202 or await connection.fetchval(COUNT) != expected:
        raise AssertionError(f"the same key again was answered {again.status_code} {again.text}")
    await connection.close()
    name = f"POST /jobs with token, permission, Idempotency-Key, {CONNECTIONS} connections"
    return [
        median_row(f"{name}, one process", "requests/s", rates, better="higher", target=5000.0),
        median_row("the same, for a second of the process's CPU", "requests", each_core, better="higher"),
        Row("the same, p99", "ms", round(percentile(late, 0.99), 2), n=len(late)),
    ]


async def _pages(sizes: Sizes, load: Participant, client: httpx.AsyncClient, finished: int) -> list[Row]:
    paths = ["/api/v1/jobs?limit=50", "/api/v1/jobs?limit=50&state=failed", "/api/v1/jobs?limit=50&kind=bench.noop"]
    for query in ("limit=500", "limit=500&state=succeeded"):
        cursor = ""
        for _ in range(5):  # as deep as somebody scrolls
            page = (await client.get(f"/jobs?{query}{cursor}")).raise_for_status().json()
            cursor = f"&cursor={page['next_cursor']}"
            paths.append(f"/api/v1/jobs?{query.replace('500', '50')}{cursor}")
    await load.ask("get", paths=paths, count=100, per_second=PAGES_PER_SECOND / 3)
    await asyncio.sleep(0.5)
    began = time.perf_counter()
    said = await load.ask("get", paths=paths, count=sizes.gets, per_second=PAGES_PER_SECOND)
    rate = sizes.gets / (time.perf_counter() - began)
    if said["statuses"] != {"200": sizes.gets}:
        raise AssertionError(f"{sizes.gets} pages were asked for: {said['statuses']}")
    late = said["late"]
    name = f"GET /jobs, a page of 50 of {finished:,} at {PAGES_PER_SECOND:.0f}/s"
    spread: dict[str, Any] = {"least": round(min(late), 2), "most": round(max(late), 2), "n": len(late)}
    return [
        Row(f"{name}, p95", "ms", round(percentile(late, 0.95), 2), target=10.0, **spread),
        Row(f"{name}, p50", "ms", round(percentile(late, 0.5), 2), **spread),
        Row(f"{name}, reached", "requests/s", round(rate, 1), better="higher", target=0.95 * PAGES_PER_SECOND),
    ]
