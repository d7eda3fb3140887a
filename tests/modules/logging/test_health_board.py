"""The board: machines beside modules, and what it shows while the database does not answer."""

import asyncio

import httpx
import pytest
from sqlalchemy import text

from app.kernel.node import Node
from app.modules.logging.board import board


@pytest.mark.covers("V62")
async def test_machines_stand_beside_modules(running_node: Node, client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(20):
        while (health := (await client.get("/api/v1/health")).json())["machines"][0]["status"] == "unknown":
            pass
    (local,) = health["machines"]
    assert (local["name"], local["status"], local["text"]) == ("local", "ok", None)
    assert local["asked_at"] is not None
    assert {"audit", "jobs", "logging", "machines"} <= {module["name"] for module in health["modules"]}
    assert health["workflow_tests"] == []

    await running_node.switch_off(
        frozenset({loop.full_name for loop in running_node.loops if loop.module == "machines"})
    )
    async with running_node.database.transaction() as session:
        await session.execute(text("UPDATE machines SET state = 'unreachable', last_error = 'no route'"))
    health = (await client.get("/api/v1/health")).json()
    assert (health["status"], health["machines"][0]["text"]) == ("degraded", "no route")
    async with running_node.database.transaction() as session:
        await session.execute(text("UPDATE machines SET enabled = false"))
    health = (await client.get("/api/v1/health")).json()
    assert health["machines"][0]["status"] == "off"
    assert health["status"] == ("degraded" if any(m["status"] == "degraded" for m in health["modules"]) else "ok")


async def test_without_a_database_the_board_shows_this_node(running_node: Node) -> None:
    lost = Node(running_node.settings, running_node.modules, "postgresql+asyncpg://nobody@/none?host=/nowhere")
    async with lost.database.sessions() as session:
        view = await board(lost, session)
    await lost.http.close()
    assert (view.status, view.modules[0].name, view.modules[0].text) == ("degraded", "database", "does not answer")
    assert view.machines == []
