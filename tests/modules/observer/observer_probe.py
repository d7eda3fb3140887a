"""Clients of an observation's stream on real sockets, and rows as nodes and workers write them."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

OWNER = {"X-Test-Caller": "owner"}

ADD_NODE = """
INSERT INTO nodes (id, name, state, roles, host, process_id, version, slots, heartbeat_seconds)
VALUES (:id, :name, :state, '{worker}', 'host', 1, '1', 8, 1.0)
"""
CHANGE_NODE = """
WITH before AS (SELECT state FROM nodes WHERE id = :id), now AS (UPDATE nodes SET state = :state WHERE id = :id)
INSERT INTO node_transitions (node_id, old_state, new_state, reason, at)
SELECT :id, state, :state, :reason, clock_timestamp() FROM before
"""
ADD_JOBS = """
INSERT INTO jobs (id, kind, queue, max_attempts, payload, run_at, state)
SELECT 'job_' || :queue || g, 'observer.nobody', :queue, 3, '{}',
    now() + CAST(:delay AS float8) * interval '1 second', :state
FROM generate_series(1, :count) AS g
"""
ADD_ENDED = """
INSERT INTO finished_jobs (id, number, kind, queue, priority, state, run_at, created_at, started_at, finished_at,
    attempt, failed_count, lost_count, max_attempts, node, payload)
SELECT 'job_ended' || gen_random_uuid(), g, 'observer.nobody', 'default', 0,
    CASE WHEN g % 10 = 0 THEN 'failed' ELSE 'succeeded' END, made, made, made + (g % 100) * interval '1 ms',
    made + interval '0.1 s', 1, 0, 0, 3, 'boot_x', '{}'
FROM (SELECT g, now() - interval '0.1 s' - (:count - g) * CAST(:every AS float8) * interval '1 second' AS made
      FROM generate_series(1, :count) AS g) AS rows
"""


@dataclass(frozen=True)
class Message:
    """One server-sent event."""

    id: str
    event: str
    data: dict[str, Any]


@asynccontextmanager
async def listening(app: FastAPI) -> AsyncIterator[str]:
    """Serve ``app`` on a loopback port; yield its address."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listener.close()


@asynccontextmanager
async def watching(
    url: str, observation_id: str, after: str | None = None, headers: dict[str, str] = OWNER
) -> AsyncIterator[AsyncIterator[Message]]:
    """Open the stream of an observation; yield its messages as they come. Heartbeats are skipped."""
    resumed = {"Last-Event-ID": after} if after else {}
    async with (
        httpx.AsyncClient(timeout=60, verify=False) as client,
        client.stream(
            "GET", f"{url}/api/v1/observations/{observation_id}/stream", headers=headers | resumed
        ) as response,
    ):
        assert response.status_code == 200, (await response.aread()).decode()
        assert response.headers["Content-Type"].startswith("text/event-stream")
        yield _messages(response.aiter_bytes())


async def _messages(chunks: AsyncIterator[bytes]) -> AsyncIterator[Message]:
    rest = b""
    async for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n\n")
        for frame in whole:
            fields = dict(line.split(": ", 1) for line in frame.decode().splitlines() if not line.startswith(":"))
            if "event" in fields:
                yield Message(fields["id"], fields["event"], json.loads(fields["data"]))


async def next_of(stream: AsyncIterator[Message], *events: str) -> Message:
    """Return the next message, or the next of these kinds, within a deadline."""
    async with asyncio.timeout(20):
        while True:
            message = await anext(stream)
            if not events or message.event in events:
                return message
