"""A source that ought to have delivered and did not."""

from typing import Any

import httpx
import pytest
from polls import rows
from sqlalchemy import text

from app.kernel.node import Node
from app.modules.ingest import ensure_source
from app.modules.ingest.silence import Listener

SILENT = "Source gauges is silent"


async def open_alarms(node: Node) -> list[Any]:
    return await rows(node, "SELECT title FROM alarms WHERE cleared_at IS NULL")


async def ago(node: Node, seconds: float) -> None:
    """Let what came, and what was expected, lie so long in the past."""
    async with node.database.transaction() as session:
        for sql in (
            "UPDATE deliveries SET received_at = now() - make_interval(secs => :s)",
            "UPDATE source_checks SET since = now() - make_interval(secs => :s)",
        ):
            await session.execute(text(sql), {"s": seconds})


@pytest.mark.covers("V60")
async def test_silence_raises_an_alarm_and_the_next_arrival_ends_it(node: Node, client: httpx.AsyncClient) -> None:
    async with node.database.transaction() as session:
        source_id = (await ensure_source(session, "gauges", "push", {})).id
    path = f"/api/v1/sources/{source_id}/check"
    assert (await client.get(path)).json()["every_seconds"] is None
    assert (await client.put(path, json={"every_seconds": 600})).status_code == 200
    listener = Listener(node)
    assert 590 < (await listener.run() or 0) <= 600 or await listener.run() == 60
    assert await open_alarms(node) == []
    await ago(node, 601)
    assert await listener.run() == 1
    await listener.run()
    assert await open_alarms(node) == [SILENT]
    assert (await client.get(path)).json()["silent_since"]
    pushed = await client.post(f"/api/v1/sources/{source_id}/deliveries", json={"level": 3})
    assert pushed.status_code == 202
    await listener.run()
    assert await open_alarms(node) == []
    said = await rows(node, "SELECT data ->> 'change' FROM events WHERE type = 'source.changed' ORDER BY number")
    assert said[-1] == "delivers again"
    assert said[-2].startswith("is silent since ")
    assert await rows(node, "SELECT count FROM alarms") == [1]


async def test_nothing_is_expected_of_what_is_paused_removed_or_excused(node: Node, client: httpx.AsyncClient) -> None:
    async with node.database.transaction() as session:
        source_id = (await ensure_source(session, "gauges", "push", {})).id
    path = f"/api/v1/sources/{source_id}"
    listener = Listener(node)
    await client.put(f"{path}/check", json={"every_seconds": 600})
    await ago(node, 601)
    await listener.run()
    assert await open_alarms(node) == [SILENT]
    await client.patch(path, json={"enabled": False})
    await listener.run()
    assert await open_alarms(node) == []
    await client.patch(path, json={"enabled": True})
    await listener.run()
    assert await open_alarms(node) == []  # its time begins anew
    await ago(node, 601)
    await listener.run()
    assert (await client.delete(f"{path}/check")).status_code == 204
    await listener.run()
    assert await open_alarms(node) == []
    assert (await client.put("/api/v1/sources/src_none/check", json={"every_seconds": 5})).status_code == 404
    assert (await client.put(f"{path}/check", json={"every_seconds": 0})).status_code == 422
