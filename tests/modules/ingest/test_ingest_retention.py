"""How long what came is kept, and that a copy is known for longer than that."""

import httpx
import pytest
from polls import rows

from app.kernel.node import Node
from app.modules import ingest
from app.modules.ingest.retention import forget_signatures, let_go


async def sweep(node: Node) -> int:
    settings = node.settings.of(ingest.IngestSettings)
    async with node.database.transaction() as session:
        count = await let_go(session, settings)
        await forget_signatures(session, settings)
    return count


@pytest.mark.covers("V60")
async def test_bodies_go_by_age_and_size_and_copies_are_still_known(client: httpx.AsyncClient, node: Node) -> None:
    made = await client.post("/api/v1/sources", json={"name": "gauges", "driver": "push", "keep_seconds": 3600})
    source = f"/api/v1/sources/{made.json()['id']}"
    bodies = [b'{"level": %d, "note": "%s"}' % (n, b"x" * 100) for n in range(4)]
    ids = []
    for body in bodies:
        answer = await client.post(f"{source}/deliveries", content=body, headers={"Content-Type": "application/json"})
        ids += answer.json()["delivery_ids"]
    async with node.database.transaction() as session:
        for delivery_id in ids[:3]:
            await ingest.record_outcome(session, delivery_id, "ignored")
    await rows(node, f"UPDATE deliveries SET received_at = now() - interval '2 h' WHERE id = '{ids[0]}' RETURNING 1")
    assert await sweep(node) == 1
    gone = await client.get(f"/api/v1/deliveries/{ids[0]}/raw")
    assert (gone.status_code, gone.json()["code"]) == (409, "delivery_forgotten")
    shown = (await client.get(f"/api/v1/deliveries/{ids[0]}")).json()
    assert (shown["kept"], shown["bytes"], shown.get("body")) == (False, len(bodies[0]), None)
    assert (await client.post(f"/api/v1/deliveries/{ids[0]}/replay")).json()["code"] == "delivery_forgotten"
    again = await client.post(f"{source}/deliveries", content=bodies[0], headers={"Content-Type": "application/json"})
    assert again.json()["duplicates"] == 1
    assert await sweep(node) == 0

    changed = await client.patch(source, json={"keep_bytes": 250})  # the newest two, of which one still waits
    assert changed.json()["keep_bytes"] == 250
    assert await sweep(node) == 1
    assert [(await client.get(f"/api/v1/deliveries/{i}")).json()["kept"] for i in ids] == [False, False, True, True]
    await client.patch(source, json={"keep_bytes": 0})
    assert await sweep(node) == 1
    assert (await client.get(f"/api/v1/deliveries/{ids[3]}")).json()["kept"] is True  # it waits for the workflows


async def test_a_time_no_date_can_hold_is_refused_and_one_that_is_there_stops_nobodys_retention(
    client: httpx.AsyncClient, node: Node
) -> None:
    paths = []
    for name in ("forever", "gauges"):
        made = await client.post("/api/v1/sources", json={"name": name, "driver": "push", "keep_seconds": 3600})
        paths.append(f"/api/v1/sources/{made.json()['id']}")
        pushed = await client.post(f"{paths[-1]}/deliveries", json={"level": 1})
        async with node.database.transaction() as session:
            await ingest.record_outcome(session, pushed.json()["delivery_ids"][0], "ignored")
    for wrong in (
        {"keep_seconds": 1e300},
        {"keep_bytes": 10**30},
        {"settings": {"max_bytes": 10**30}},
        {"settings": {"requests_per_second": 1e-300}},
    ):
        assert (await client.patch(paths[0], json=wrong)).status_code == 422, wrong
    await rows(node, "UPDATE sources SET keep_seconds = 1e300 WHERE name = 'forever' RETURNING 1")
    await rows(node, "UPDATE deliveries SET received_at = now() - interval '2 h' RETURNING 1")
    assert await sweep(node) == 1
    kept = await rows(node, "SELECT s.name FROM deliveries d JOIN sources s ON s.id = d.source_id WHERE d.kept")
    assert kept == ["forever"]
