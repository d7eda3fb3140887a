"""Limits over all nodes: never more at once, never more in a period, nobody starves."""

import asyncio

import pytest
from gate_probe import Running, all_ended, enqueue_many, states
from queue_probe import Count, ended, enqueue, eventually, in_state, sql

from app.kernel.node import Node
from app.modules import jobs
from app.modules.jobs import limits, queues
from app.modules.jobs.queue_schemas import LimitSet


async def set_limit(node: Node, scope, name: str, **limit) -> None:
    async with node.database.transaction() as session:
        await limits.set_limit(session, scope, name, LimitSet(**limit), by="usr_ada")


@pytest.mark.covers("J3")
async def test_three_nodes_never_run_more_than_a_kind_allows(make_node) -> None:
    running = Running("test.narrow", limit=jobs.Limit(concurrency=3))
    nodes = [await make_node() for _ in range(3)]
    job_ids = await enqueue_many(nodes[0], "test.narrow", 30)
    await eventually(lambda: _is(running.now == 3))
    # The limit holds in the table as well, whatever each node believes.
    assert (await states(nodes[0]))["running"] == 3
    running.may_end.set()
    for job_id in job_ids:
        assert (await ended(nodes[0], job_id)).state == "succeeded"
    assert running.most == 3
    assert sorted(running.ran) == list(range(30))


async def test_limits_of_kind_queue_and_key_hold_together(make_node) -> None:
    running = Running("test.many")
    node = await make_node()
    await set_limit(node, "queue", "transfers", concurrency=4)
    await set_limit(node, "key", "machine:*", concurrency=2)
    await set_limit(node, "key", "machine:heron", concurrency=1)
    for machine in ("heron", "egret", "stork"):
        await enqueue_many(node, "test.many", 5, queue="transfers", limit_key=f"machine:{machine}")
    await enqueue_many(node, "test.many", 3)  # of another queue and without a key: free
    await eventually(lambda: _is(running.now == 7))
    rows = await sql(node, "SELECT gates FROM jobs WHERE state = 'running' AND gates IS NOT NULL")
    keys = [gate for row in rows for gate in row.gates if gate.startswith("key:")]
    assert len(rows) == 4
    assert keys.count("key:machine:heron") <= 1
    assert max(keys.count(key) for key in keys) == 2
    running.may_end.set()
    await all_ended(node)
    assert len(running.ran) == 18


async def test_a_key_with_a_thousand_jobs_does_not_starve_one_with_a_single_job(make_node) -> None:
    running = Running("test.keys", key_limit=jobs.Limit(concurrency=2))
    node = await make_node()
    await enqueue_many(node, "test.keys", 1000, limit_key="crowd", urgency="high")
    alone = await enqueue(node, "test.keys", 5000, limit_key="alone", urgency="low")
    await in_state(node, alone, "running")
    assert running.ran.count(5000) == 1
    running.may_end.set()
    await ended(node, alone)


async def test_limit_set_and_lowered_under_load_takes_hold_of_what_is_queued(make_node) -> None:
    running = Running("test.late")
    node = await make_node(**{"jobs.slots": 5})
    await enqueue_many(node, "test.late", 200)
    await eventually(lambda: _is(running.now == 5))
    await set_limit(node, "kind", "test.late", concurrency=3)

    async def adopted() -> bool:
        return (await states(node)).get("queued", 0) == 0

    await eventually(adopted)
    assert (await states(node)) == {"running": 5, "held": 195}
    running.may_end.set()
    running.may_end.clear()
    running.most = 0
    await eventually(lambda: _is(running.now == 3))
    await set_limit(node, "kind", "test.late", concurrency=1)
    running.may_end.set()
    await all_ended(node)
    assert len(running.ran) == 200
    assert running.most <= 3


async def test_limit_of_none_stops_and_its_removal_frees(make_node) -> None:
    running = Running("test.stopped")
    running.may_end.set()
    node = await make_node()
    await set_limit(node, "kind", "test.stopped", concurrency=0)
    job_id = await enqueue(node, "test.stopped")
    assert await sql(node, "SELECT state FROM jobs") == [("held",)]
    async with node.database.transaction() as session:
        await limits.remove_limit(session, "kind", "test.stopped")
    assert (await ended(node, job_id)).state == "succeeded"


@pytest.mark.covers("J3")
async def test_rate_is_exceeded_in_no_window(make_node) -> None:
    running = Running("test.rated", limit=jobs.Limit(rate=10, period_seconds=0.5))
    running.may_end.set()
    nodes = [await make_node() for _ in range(2)]
    await enqueue_many(nodes[0], "test.rated", 45)
    await all_ended(nodes[0])
    rows = await sql(nodes[0], "SELECT extract(epoch FROM started_at)::float8 AS at FROM finished_jobs ORDER BY 1")
    starts = [row.at for row in rows]
    assert len(starts) == 45
    worst = max(sum(1 for other in starts if at <= other < at + 0.5) for at in starts)
    assert worst == 10  # the whole rate, at once, and not one more
    assert starts[-1] - starts[0] < 12  # four periods are 2 s; the keeper's floor alone would make 20


async def test_retry_of_a_limited_job_gives_its_place_back_while_it_waits(make_node) -> None:
    ran = []

    @jobs.kind("test.flaky", limit=jobs.Limit(concurrency=1), retry_seconds=60)
    async def flaky(attempt: jobs.Attempt, payload: Count) -> None:
        ran.append(payload.n)
        if payload.n == 0:
            raise RuntimeError("not today")

    node = await make_node()
    async with node.database.transaction() as session:
        first, second = await jobs.enqueue_many(session, "test.flaky", [Count(n=0), Count(n=1)])
    assert (await ended(node, second)).state == "succeeded"
    [row] = await sql(node, "SELECT id, state, run_at > now() AS later FROM jobs")
    assert (row.id, row.state, row.later) == (first, "held", True)
    assert ran == [0, 1]


async def test_declared_limit_gives_way_to_a_persons_and_comes_back(make_node) -> None:
    Running("test.declared", limit=jobs.Limit(concurrency=7), key_limit=jobs.Limit(rate=5, period_seconds=60))
    node = await make_node()

    async def view(scope="kind", name="test.declared"):
        async with node.database.transaction() as session:
            return await limits.get_limit(session, scope, name)

    assert (await view()).concurrency == 7
    assert (await view()).declared
    assert (await view("key", "test.declared:*")).rate == 5
    await set_limit(node, "kind", "test.declared", concurrency=2)
    await make_node()  # declares its kinds anew
    assert ((await view()).concurrency, (await view()).declared, (await view()).changed_by) == (2, False, "usr_ada")
    async with node.database.transaction() as session:
        await limits.remove_limit(session, "kind", "test.declared")
    assert ((await view()).concurrency, (await view()).declared) == (7, True)


async def test_limit_is_declared_once_however_many_nodes_start_together(make_node) -> None:
    Running("test.together", limit=jobs.Limit(concurrency=7))
    nodes = [await make_node(start=False) for _ in range(4)]
    await asyncio.gather(*[limits.declare(node) for node in nodes])
    assert await sql(nodes[0], "SELECT count(*) FROM job_limits WHERE name = 'test.together'") == [(1,)]


async def test_idle_keeper_asks_one_small_question_in_five_seconds(make_node) -> None:
    node = await make_node()
    await queues_seen(node)
    # Limits that kinds declare are new in this database: for 15 s they are news to a keeper.
    await eventually(lambda: sql(node, "SELECT 1 WHERE NOT EXISTS (SELECT FROM job_limits WHERE adopted_at IS NULL)"))
    await sql(node, "UPDATE job_limits SET changed_at = changed_at - interval '1 minute'")
    before = -1
    async with asyncio.timeout(20):
        while (asked := await keeper_queries(node)) != before:  # it looks about when it starts
            before = asked
            await asyncio.sleep(0.5)
        while (await keeper_queries(node)) == before:
            await asyncio.sleep(0.2)
    assert (await keeper_queries(node)) - before == 1


async def queues_seen(node: Node) -> None:
    async with node.database.transaction() as session:
        await queues.list_queues(session)


async def keeper_queries(node: Node) -> int:
    [row] = await sql(
        node,
        "SELECT coalesce(sum(calls), 0)::int AS calls FROM pg_stat_statements"
        " WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND query LIKE '%job_allowances%' AND query NOT LIKE '%pg_stat_statements%'",
    )
    return int(row.calls)


async def _is(value: bool) -> bool:
    return value
