"""Whole servers with roles: one that only serves the API, one that only works."""

import asyncio
from pathlib import Path

import httpx
import pytest

from tests.conftest import TestServer
from tests.modules.nodes.conftest import Database
from tools.live import Server, owner_of


@pytest.mark.covers("W10")
async def test_an_api_node_claims_nothing_and_a_worker_serves_nothing_else(
    database_url: str, database: Database, server: TestServer, tmp_path: Path
) -> None:
    environment = {"STORMBELL_DATABASE_URL": database_url.replace("+asyncpg", "")}
    front = Server(
        tmp_path / "front", "--roles", "api,leader", "--set", "server.node_name=front", environment=environment
    )
    back = Server(tmp_path / "back", "--roles", "worker", "--set", "server.node_name=back", environment=environment)
    try:
        await front.start()
        await back.start()
        async with httpx.AsyncClient(trust_env=False) as anybody, owner_of(front) as owner:
            for path, status in (("/livez", 200), ("/readyz", 200), ("/metrics", 403), ("/api/v1/ping", 401)):
                assert (await anybody.get(back.url + path)).status_code == status
            for path in ("/", "/api/v1/nodes", "/api/v1/health", "/docs/problems"):
                refused = await anybody.get(back.url + path)
                assert refused.status_code == 503
                assert refused.json()["code"] == "role_stopped"
            seen = {node["name"]: node for node in (await owner.get("/nodes")).json()["items"]}
            assert (seen["front"]["state"], seen["front"]["reason"]) == ("paused", "no_worker")
            assert seen["front"]["leads"][-1:] == ["watch"]
            assert seen["front"]["roles"] == ["api", "leader"]
            assert seen["back"]["sections_count"] == 512
            assert seen["back"]["leads"] == []
            deep = (await owner.get("/deep-ping")).json()
            assert deep["status"] == "ok", deep
            # What a worker's loops do is told to the others.
            loops = (await owner.get("/nodes/back/loops")).json()
            assert {"jobs.claim", "nodes.heartbeat", "ingest.polls"} <= {loop["name"] for loop in loops["items"]}
            mine = {loop["name"]: loop for loop in (await owner.get("/nodes/front/loops")).json()["items"]}
            assert mine["ingest.polls"]["state"] == "stopped"
            await owner.post("/nodes/back/loops/ingest.polls/stop")
            async with asyncio.timeout(30):
                while True:
                    loops = (await owner.get("/nodes/back/loops")).json()
                    (polls,) = [loop for loop in loops["items"] if loop["name"] == "ingest.polls"]
                    if polls["state"] == "stopped":
                        break
                    await asyncio.sleep(0.05)
        assert "setup" not in back.stderr()
        assert await back.stop() == 0
        assert await database.value("SELECT reason FROM nodes WHERE name = 'back'") == "terminated"
    finally:
        for one in (front, back):
            if one.process is not None:
                await one.kill()
