"""Settings that are changed while a node runs: taken within a heartbeat, kept over a restart, taken back."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.kernel.node import Node
from app.kernel.settings import Settings
from app.modules import jobs, nodes
from tests.conftest import settings_for
from tests.modules.nodes.conftest import Database, MakeNode

API = "/api/v1"
SLOTS = "jobs.slots"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A whole house under a name."""
    return settings_for(tmp_path / "data", **{"server.node_name": "heron", "nodes.heartbeat_seconds": 2})


async def settings_of(client: httpx.AsyncClient, node: str = "heron") -> dict[str, dict[str, Any]]:
    answer = await client.get(f"{API}/nodes/{node}/settings")
    assert answer.status_code == 200, answer.text
    return {item["name"]: item for item in answer.json()["items"]}


@pytest.mark.covers("J4")
async def test_a_running_node_takes_another_number_of_slots_and_gives_it_back(
    running_node: Node, client: httpx.AsyncClient
) -> None:
    before = (await settings_of(client))[SLOTS]
    assert before["value"] == before["started_with"] == running_node.settings.of(jobs.JobSettings).slots
    assert before["chosen"] is before["changed_by"] is None

    answer = await client.put(f"{API}/nodes/heron/settings/{SLOTS}", json={"value": 1})
    assert answer.status_code == 202, answer.text
    async with asyncio.timeout(20):
        while nodes.presence_of(running_node).slots != 1:
            await asyncio.sleep(0.01)
    changed = (await settings_of(client))[SLOTS]
    assert (changed["value"], changed["chosen"], changed["started_with"]) == (1, 1, before["started_with"])
    assert changed["changed_by"].startswith("usr_")
    [told] = (await client.get(f"{API}/events", params={"type": "node.setting_changed"})).json()["items"]
    assert "jobs.slots on heron is 1" in told["text"]

    assert (await client.delete(f"{API}/nodes/heron/settings/{SLOTS}")).status_code == 202
    async with asyncio.timeout(20):
        while nodes.presence_of(running_node).slots == 1:
            await asyncio.sleep(0.01)
    assert (await settings_of(client))[SLOTS]["chosen"] is None
    assert (await settings_of(client))[SLOTS]["value"] == before["value"]


async def test_what_cannot_be_changed_or_cannot_be_is_said(running_node: Node, client: httpx.AsyncClient) -> None:
    for name, value, status, code in (
        (SLOTS, 0, 422, "node_setting_invalid"),
        (SLOTS, "many", 422, "node_setting_invalid"),
        (SLOTS, True, 422, "node_setting_invalid"),
        (SLOTS, 1.5, 422, "node_setting_invalid"),
        (SLOTS, None, 422, "request_invalid"),
        ("jobs.lease_seconds", 1, 404, "node_setting_fixed"),
        ("no.such", 1, 404, "node_setting_fixed"),
    ):
        answer = await client.put(f"{API}/nodes/heron/settings/{name}", json={"value": value})
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert (await client.delete(f"{API}/nodes/heron/settings/no.such")).status_code == 404
    assert (await client.put(f"{API}/nodes/nobody/settings/{SLOTS}", json={"value": 1})).status_code == 404
    assert {item["chosen"] for item in (await settings_of(client)).values()} == {None}


async def test_a_chosen_setting_is_taken_at_the_next_start_unless_it_cannot_be(
    make_node: MakeNode, database: Database
) -> None:
    choose = "INSERT INTO node_settings (node_name, name, value) VALUES ('heron', $1, $2::text::jsonb)"
    await database.connection.execute(choose, "nodes.keep_dead_days", "7")
    await database.connection.execute(choose, "nodes.misses", '"a lot"')  # of another release
    node = await make_node("heron")
    heard: list[int] = []
    section = node.settings.of(nodes.NodeSettings)
    nodes.let_change(node, "nodes.keep_dead_days", lambda: heard.append(section.keep_dead_days))
    nodes.let_change(node, "nodes.misses")
    assert (section.keep_dead_days, section.misses, heard) == (7, 3, [7])
    await database.connection.execute("DELETE FROM node_settings")
    async with asyncio.timeout(20):
        while len(heard) < 2:
            await asyncio.sleep(0.01)
    assert heard == [7, 30]
