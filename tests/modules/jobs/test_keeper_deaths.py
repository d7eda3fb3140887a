"""A keeper that dies anywhere loses nothing; many keepers and impatient people do not stand in each other's way."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest
from gate_probe import Running, all_ended, final_states, states
from queue_probe import Count, eventually, sql

from app.kernel.node import Node
from app.modules import jobs
from app.modules.jobs import batches

PROGRAM = Path(__file__).with_name("keeper_process.py")
# With its step done and not committed, and between two steps.
DEATHS = ("follow", "resolve", "count", "complete", "complete.done", "adopt", "release", "release.done")


async def start(database_url: str, tmp_path: Path, failpoints: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(PROGRAM),
        database_url,
        str(tmp_path / "data"),
        env={**os.environ, "STORMBELL_FAILPOINTS": failpoints},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )


async def enqueue_all(node: Node) -> str:
    """One of everything a job can wait for: 6 parents, 6 dependents of even and odd ones, limits, a rate, a batch."""
    async with node.database.transaction() as session:
        batch_id = await batches.open_batch(session, "nightly", callback_kind="test.whole")
        for n in range(6):
            parent = await jobs.enqueue(session, "test.odd", Count(n=n), batch_id=batch_id)
            await jobs.enqueue(session, "test.odd", Count(n=2 * n), after=[parent], batch_id=batch_id)
        await jobs.enqueue_many(session, "test.limited", [Count(n=n) for n in range(20)], batch_id=batch_id)
        await jobs.enqueue_many(session, "test.rated", [Count(n=n) for n in range(10)])
        await jobs.enqueue(session, "test.limited", Count(), unique_key=batch_id)
        await jobs.enqueue(session, "test.limited", Count(), unique_key=batch_id, on_conflict="wait")
    async with node.database.transaction() as session:
        await batches.seal(session, batch_id)
    return batch_id


async def test_keeper_killed_in_every_step_leaves_everything_to_the_next(make_node, database_url, tmp_path) -> None:
    node = await make_node(start=False)
    batch_ids = []
    deaths = 0
    for death in DEATHS:
        await sql(node, "UPDATE job_limits SET adopted_at = NULL")  # something to adopt, each time
        batch_ids.append(await enqueue_all(node))
        process = await start(database_url, tmp_path, f"jobs.keeper.{death}=kill")
        async with asyncio.timeout(30):
            deaths += await process.wait() == -signal.SIGKILL
    assert deaths == len(DEATHS)
    process = await start(database_url, tmp_path, "")
    try:

        async def told() -> bool:
            return not await sql(
                node,
                "SELECT 1 FROM job_endings UNION ALL SELECT 1 FROM job_dependencies"
                " UNION ALL SELECT 1 FROM job_batches WHERE finished_at IS NULL",
            )

        await eventually(told, 60)
        await all_ended(node)  # the callbacks too
    finally:
        process.send_signal(signal.SIGTERM)
        await process.communicate()
    count = len(batch_ids)
    rows = await sql(node, "SELECT kind, state, count(*) FROM finished_jobs GROUP BY 1, 2")
    found = {(row.kind, row.state): row.count for row in rows}
    assert found == {
        ("test.odd", "succeeded"): count * 6,  # three even parents and what waited for them
        ("test.odd", "failed"): count * 3,
        ("test.odd", "cancelled"): count * 3,
        ("test.limited", "succeeded"): count * 22,
        ("test.rated", "succeeded"): count * 10,
        ("test.whole", "succeeded"): count,  # one callback each, however often its keeper died
    }
    async with node.database.transaction() as session:
        for batch_id in batch_ids:
            view = await batches.get_batch(session, batch_id)
            assert (view.state, view.total, view.ended) == ("finished", 32, 32)
            assert view.counts == {"succeeded": 26, "failed": 3, "cancelled": 3}


@pytest.mark.covers("J3")
async def test_three_keepers_cancellations_and_batches_never_deadlock(make_node) -> None:
    running = Running("test.busy", limit=jobs.Limit(concurrency=20))
    running.may_end.set()
    nodes = [await make_node() for _ in range(3)]

    async def flood(node: Node, name: str) -> None:
        for round_ in range(5):
            async with node.database.transaction() as session:
                batch_id = await batches.open_batch(session, name)
                ids = await jobs.enqueue_many(
                    session, "test.busy", [Count(n=n) for n in range(60)], batch_id=batch_id, incident_id=name
                )
                await jobs.enqueue_many(session, "test.busy", [Count()] * 20, after=ids[-2:], incident_id=name)
            async with node.database.transaction() as session:
                await batches.seal(session, batch_id)
            if round_ % 2:
                async with node.database.transaction() as session:
                    await jobs.cancel_where(session, incident_id=name)

    await asyncio.gather(*[flood(node, f"inc_{n}") for n, node in enumerate(nodes)])
    await all_ended(nodes[0], 60)
    assert sum((await final_states(nodes[0])).values()) == 3 * 5 * 80
    assert running.most <= 20

    async def finished() -> bool:
        return not await sql(nodes[0], "SELECT 1 FROM job_batches WHERE finished_at IS NULL")

    await eventually(finished)
    rows = await sql(nodes[0], "SELECT counts FROM job_batches")
    assert [sum(row.counts.values()) for row in rows] == [60] * 15
    assert await sql(nodes[0], "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == [(0,)]
    assert await states(nodes[0]) == {}
