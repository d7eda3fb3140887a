"""The snapshot: who is there, what waits, how fast it goes; at a price that does not grow with the backlog."""

from typing import Any

import httpx
import pytest
from observer_probe import ADD_ENDED, ADD_JOBS, ADD_NODE, CHANGE_NODE

from app.kernel.node import Node
from app.modules import jobs
from app.modules.observer.schemas import SnapshotView

MILLION = 1_000_000
BLOCKS_READ = """
SELECT coalesce(sum(shared_blks_hit + shared_blks_read), 0)::int FROM pg_stat_statements
WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND query ~ 'jobs|job_'
    AND query !~ 'pg_stat_statements'
"""


async def snapshot(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.get("/api/v1/observer/snapshot")
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    SnapshotView.model_validate(document, strict=False)
    assert set(document) == set(SnapshotView.model_fields)
    return document


@pytest.mark.covers("J9", "J10")
async def test_nodes_their_sections_and_current_jobs(client: httpx.AsyncClient, sql: Any) -> None:
    for number in (1, 2):
        await sql(ADD_NODE, id=f"boot_{number}", name=f"heron{number}", state="working")
    await sql("DELETE FROM node_sections")
    await sql(
        "INSERT INTO node_sections (section, node_id)"
        " SELECT g, CASE WHEN g < 300 OR g = 511 THEN 'boot_1' ELSE 'boot_2' END FROM generate_series(0, 511) AS g"
    )
    await sql(ADD_JOBS, queue="mail", count=60, delay=0, state="queued")
    await sql(
        "UPDATE jobs SET state = 'running', node = 'boot_1', started_at = now(), lease_until = now() + interval '9 min'"
    )
    await sql(
        "INSERT INTO job_progress (job_id, attempt, fraction) SELECT id, 0, 0.5 FROM jobs ORDER BY number LIMIT 1"
    )
    await sql(CHANGE_NODE, id="boot_2", state="dead", reason="lost")
    seen = await snapshot(client)
    first, second = (next(n for n in seen["nodes"] if n["id"] == f"boot_{i}") for i in (1, 2))
    assert (first["name"], first["state"], first["slots"], first["busy"]) == ("heron1", "working", 8, 60)
    assert first["sections"] == {"count": 301, "ranges": [[0, 299], [511, 511]]}
    assert second["sections"] == {"count": 211, "ranges": [[300, 510]]}
    assert 0 <= first["heartbeat_age_seconds"] < 60
    assert len(first["jobs"]) == 50
    assert first["jobs"][0]["progress"] == 0.5
    assert second["state"] == "dead"
    assert seen["deaths"] == 1
    assert seen["changes"][-1]["new_state"] == "dead"
    assert seen["changes"][-1]["old_state"] == "working"
    assert next(q for q in seen["queues"] if q["name"] == "mail")["running"] == 60


@pytest.mark.covers("J9", "J10")
async def test_queues_by_what_they_wait_for(client: httpx.AsyncClient, sql: Any) -> None:
    await sql(ADD_JOBS, queue="mail", count=7, delay=-30, state="queued")
    await sql(ADD_JOBS, queue="slow", count=3, delay=3600, state="queued")
    await sql(ADD_JOBS, queue="kept", count=2, delay=0, state="held")
    await sql(ADD_JOBS, queue="later", count=1, delay=3600, state="held")
    await sql("INSERT INTO job_queues (name, state) VALUES ('kept', 'paused'), ('empty', 'paused')")
    await sql(ADD_ENDED, count=500, every=0.1)
    seen = await snapshot(client)
    assert not seen["estimated"]
    queues = {queue["name"]: queue for queue in seen["queues"]}
    assert (queues["mail"]["depth"], queues["slow"]["delayed"], queues["kept"]["held"]) == (7, 3, 2)
    assert (queues["later"]["delayed"], queues["later"]["held"]) == (1, 0)
    assert queues["mail"]["oldest_seconds"] == pytest.approx(30, abs=20)
    assert queues["slow"]["oldest_seconds"] is None
    assert (queues["kept"]["state"], queues["empty"]["state"], queues["mail"]["state"]) == (
        "paused",
        "paused",
        "active",
    )
    ten, minute = seen["throughput"]
    assert (ten["seconds"], minute["seconds"]) == (10, 60)
    assert ten["per_second"] == pytest.approx(10, abs=2)
    assert minute["by_state"]["failed"] == pytest.approx(50 / 60, abs=0.2)
    assert queues["default"]["start_p50_seconds"] == pytest.approx(0.05, abs=0.01)
    assert seen["start_p95_seconds"] == pytest.approx(0.095, abs=0.01)


@pytest.mark.covers("J9")
async def test_a_million_waiting_jobs_are_estimated_cheaply(node: Node, sql: Any) -> None:
    await sql(ADD_JOBS, queue="long", count=MILLION, delay=0, state="queued")
    await sql(ADD_JOBS, queue="small", count=5, delay=-60, state="queued")
    await sql(ADD_ENDED, count=120_000, every=0.0005)
    gauge = jobs.Gauge(node)
    try:
        seen = await gauge.read()
        ended = (await sql("SELECT count(*) FROM finished_jobs WHERE finished_at > now() - interval '60 seconds'"))[0][
            0
        ]
        before = (await sql(BLOCKS_READ))[0][0]
        for _ in range(5):
            await gauge.read()
        blocks = ((await sql(BLOCKS_READ))[0][0] - before) / 5
    finally:
        await gauge.close()
    queues = {queue.name: queue for queue in seen.queues}
    assert seen.estimated
    assert queues["long"].depth == pytest.approx(MILLION, rel=0.1)
    assert queues["small"].depth == 5
    assert sum(seen.finished[60].values()) == pytest.approx(ended / 60, rel=0.1)
    # Of 20,000 blocks and more that the two tables have: a price that other work on the machine cannot change.
    assert 0 < blocks < 1000, blocks
