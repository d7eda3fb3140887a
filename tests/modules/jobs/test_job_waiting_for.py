"""A held job says what it waits for: the cause and its figure."""

import pytest
from gate_probe import Running, enqueue_many
from queue_probe import Count, enqueue, eventually, in_state, sql, view

from app.kernel.node import Node
from app.modules import jobs, nodes
from app.modules.jobs import limits, queues
from app.modules.jobs.queue_schemas import LimitSet


async def reason(node: Node, job_id: str) -> str:
    waiting = (await view(node, job_id)).waiting_on
    assert waiting is not None
    return waiting.text


async def test_each_cause_is_named_with_its_figure(make_node) -> None:
    running = Running("test.work", queue="transfers")
    node = await make_node()
    async with node.database.transaction() as session:
        await limits.set_limit(session, "queue", "transfers", LimitSet(concurrency=2), by="ada")
        await limits.set_limit(session, "key", "machine:*", LimitSet(rate=1, period_seconds=3600), by="ada")
    await enqueue_many(node, "test.work", 2)
    await eventually(lambda: _is(running.now == 2))
    third = await enqueue(node, "test.work", 3)
    assert await reason(node, third) == "Limit 2 of queue transfers: 2 run"

    holder = await enqueue(node, "test.work", 4, queue="other", unique_key="slip", limit_key="machine:heron")
    await in_state(node, holder, "running")
    behind = await enqueue(node, "test.work", 5, queue="other", unique_key="slip", on_conflict="wait")
    assert await reason(node, behind) == f"Waits for {holder} (running), which holds the unique key slip"
    rated = await enqueue(node, "test.work", 6, queue="other", limit_key="machine:heron")
    assert await reason(node, rated) == "Rate 1 per 3600 s of key machine:heron"
    after = await enqueue(node, "test.work", 7, queue="other", after=[holder, third])
    assert await reason(node, after) == f"Waits for {holder} (running) and 1 more"

    async with node.database.transaction() as session:
        await queues.order_queue(session, "flood", fifo=False, by="ada")
        await queues.pause_queue(session, "flood", by="ada", reason="the river is rising")
    async with node.database.transaction() as session:
        await queues.pause_queue(session, "flood", by="ada")  # once more, without a word
    paused = await enqueue(node, "test.work", 8, queue="flood")
    assert await reason(node, paused) == "Queue flood is paused by ada: the river is rising"
    page = await jobs.list_jobs(node, limit=3)
    assert [item.waiting_on.text for item in page.items if item.waiting_on] == [
        "Queue flood is paused by ada: the river is rising",
        f"Waits for {holder} (running) and 1 more",
        "Rate 1 per 3600 s of key machine:heron",
    ]
    assert [item.state for item in page.items] == ["queued"] * 3
    async with node.database.transaction() as session:
        await limits.set_limit(session, "kind", "test.work", LimitSet(concurrency=0), by="ada")
    both = "SELECT 1 FROM jobs WHERE id = :id AND gates @> ARRAY['kind:test.work', 'queue:flood']"
    await eventually(lambda: sql(node, both, id=paused))
    assert await reason(node, paused) == "Queue flood is paused by ada: the river is rising"


async def test_job_in_strict_order_says_so(make_node) -> None:
    running = Running("test.line", queue="line")
    node = await make_node()
    async with node.database.transaction() as session:
        await queues.order_queue(session, "line", fifo=True, by="ada")
    async with node.database.transaction() as session:
        ids = await jobs.enqueue_many(session, "test.line", [Count(n=n) for n in range(513)])
    await eventually(lambda: _is(running.now == 100))
    assert (await reason(node, ids[-1])).startswith("Comes in turn: queue line is in strict order, ")


async def _is(value: bool) -> bool:
    return value


@pytest.mark.covers("J7")
async def test_a_due_job_says_that_no_node_takes_work_and_why(make_node) -> None:
    running = Running("test.work")
    node = await make_node()
    async with node.database.transaction() as session:
        await nodes.pause(session, node.boot_id)

    async def rests() -> bool:
        return nodes.presence_of(node).state == "paused"

    await eventually(rests)
    job_id = await enqueue(node, "test.work", 1)
    assert await reason(node, job_id) == f"Due, but no node takes work: {node.name} is paused (asked)"
    [listed] = (await jobs.list_jobs(node)).items
    assert listed.waiting_on is not None
    assert listed.waiting_on.kind == "node"
    async with node.database.transaction() as session:
        await nodes.resume(session, node.boot_id)
    await in_state(node, job_id, "running")
    running.may_end.set()
