"""What somebody stopped on a node is seen for as long as it is stopped."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.kernel.node import Node
from app.kernel.settings import Settings
from app.modules.nodes import switches
from tests.conftest import settings_for
from tests.modules.nodes.conftest import Database, MakeNode

API = "/api/v1"
PLACE = f"{API}/nodes/heron/loops"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A whole house."""
    return settings_for(tmp_path / "data", **{"server.node_name": "heron"})


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await holds():
            await asyncio.sleep(0.01)


@pytest.mark.covers("W10")
async def test_a_node_that_begins_no_jobs_any_more_says_so_everywhere(
    running_node: Node, client: httpx.AsyncClient
) -> None:
    async def read(path: str) -> Any:
        return (await client.get(API + path)).json()

    async def alarms() -> list[tuple[str, str]]:
        items = (await read("/alarms?state=open"))["items"]
        found = [(item["priority"], item["title"]) for item in items if item["cleared_at"] is None]
        return [alarm for alarm in found if "is stopped on" in alarm[1]]

    async def health_of_jobs() -> tuple[str, str]:
        [about] = [module for module in (await read("/health"))["modules"] if module["name"] == "jobs"]
        return about["status"], about["text"] or ""

    async def ping_of_jobs() -> tuple[str, str]:
        [about] = [check for check in (await read("/deep-ping"))["checks"] if check["name"] == "jobs"]
        return about["status"], about["text"]

    assert "claim" not in (await health_of_jobs())[1]
    assert (await client.post(f"{PLACE}/jobs.claim/stop")).status_code == 202
    [claim] = [loop for loop in running_node.loops if loop.full_name == "jobs.claim"]

    async def stopped() -> bool:
        return claim.health.state == "stopped"

    await eventually(stopped)
    assert await alarms() == [("high", "jobs.claim is stopped on heron")]
    said = "claim: is stopped, and no job begins on its node"
    assert (await read("/health"))["status"] == "degraded"
    assert await health_of_jobs() == ("degraded", said)
    assert (await read("/deep-ping"))["status"] == "partial"
    assert await ping_of_jobs() == ("error", said)
    # It would be begun by the node that takes it in, without being claimed.
    job = (await client.post(f"{API}/jobs", json={"kind": "wait", "payload": {"milliseconds": 1}})).json()
    why = "Due, but no node takes work: heron has jobs.claim stopped"
    assert (await read(f"/jobs/{job['id']}"))["waiting_on"]["text"] == why
    assert [item["waiting_on"]["text"] for item in (await read("/jobs?state=queued&kind=wait"))["items"]] == [why]

    assert (await client.post(f"{PLACE}/jobs.claim/start")).status_code == 202

    async def done() -> bool:
        return str((await read(f"/jobs/{job['id']}"))["state"]) == "succeeded"

    await eventually(done)
    assert await alarms() == []
    assert "claim" not in (await health_of_jobs())[1]
    assert (await ping_of_jobs())[0] == "ok"


async def test_what_was_stopped_on_a_node_nobody_remembers_is_forgotten(
    running_node: Node, client: httpx.AsyncClient, make_node: MakeNode, database: Database
) -> None:
    await (await make_node("stork")).stop()
    for name, loop in (("stork", "role:worker"), ("heron", "jobs.keeper")):
        assert (await client.post(f"{API}/nodes/{name}/loops/{loop}/stop")).status_code == 202
    titles = "SELECT title FROM alarms WHERE cleared_at IS NULL AND key LIKE 'nodes.stopped.%' ORDER BY title"
    assert await database.column(titles) == ["jobs.keeper is stopped on heron", "role:worker is stopped on stork"]
    await database.connection.execute("DELETE FROM nodes WHERE name = 'stork'")
    async with running_node.database.transaction() as session:
        await switches.forget_gone(session)
    assert await database.column(titles) == ["jobs.keeper is stopped on heron"]
    assert await database.column("SELECT loop FROM loop_switches") == ["jobs.keeper"]
