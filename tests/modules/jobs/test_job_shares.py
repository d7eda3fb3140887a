"""A node takes its own part of the queue first, others' when its hands are free, and lets go when it is given up."""

import asyncio

import pytest
from queue_probe import Count, attempts, ended, enqueue, in_state, sql

from app.modules import jobs, nodes
from app.modules.jobs.claiming import Claims


async def test_own_sections_come_first_and_the_rest_fills_the_slots(make_node) -> None:
    @jobs.kind("test.count")
    async def count(attempt: jobs.Attempt, payload: Count) -> None: ...

    node = await make_node(start=False)
    ids = [await enqueue(node, "test.count", n) for n in range(6)]
    sections = {row.id: row.section for row in await sql(node, "SELECT id, number % 512 AS section FROM jobs")}
    claims = Claims(node, 15.0, 5.0)
    own = [sections[ids[3]], sections[ids[5]]]
    assert [row["id"] for row in await claims.take(1, {}, own)] == [ids[3]]
    # One of its own is left; two more are taken from the others, oldest first, and all begin in the queue's order.
    assert [row["id"] for row in await claims.take(3, {}, own)] == [ids[0], ids[1], ids[5]]
    assert [row["id"] for row in await claims.take(10, {}, own)] == [ids[2], ids[4]]
    await claims.close()


async def test_a_backlog_is_taken_from_where_the_last_claim_ended_and_nobody_is_left_behind(make_node) -> None:
    @jobs.kind("test.count")
    async def count(attempt: jobs.Attempt, payload: Count) -> None: ...

    node = await make_node(start=False)
    ids = [await enqueue(node, "test.count", n) for n in range(40)]
    claims = Claims(node, 15.0, 5.0)
    assert [row["id"] for row in await claims.take(5, {}, None)] == ids[:5]
    urgent = await enqueue(node, "test.count", urgency="high")
    minor = await enqueue(node, "test.count", urgency="low")
    await sql(node, "UPDATE jobs SET state = 'queued', node = NULL, lease_until = NULL WHERE id = :id", id=ids[2])
    # From further on, what is more urgent first; what went back to its place behind is found before long.
    taken = [row["id"] for row in await claims.take(4, {}, None)]
    assert taken[0] == urgent
    async with asyncio.timeout(20):
        while ids[2] not in taken:
            taken += [row["id"] for row in await claims.take(1, {}, None)]
    # The end of a backlog is found in the same claim as what is less urgent.
    taken += [row["id"] for row in await claims.take(50, {}, None)]
    assert sorted(taken) == sorted([*ids[5:], ids[2], urgent, minor])
    assert taken[-1] == minor
    await claims.close()


@pytest.mark.parametrize("backlog", [False, True])
async def test_room_of_a_limited_kind_is_shared_by_own_and_others_sections(make_node, backlog: bool) -> None:
    @jobs.kind("test.narrow", concurrency=2)
    async def narrow(attempt: jobs.Attempt, payload: Count) -> None: ...

    @jobs.kind("test.wide")
    async def wide(attempt: jobs.Attempt, payload: Count) -> None: ...

    node = await make_node(start=False)
    ids = [await enqueue(node, "test.narrow", n) for n in range(4)]
    others = [await enqueue(node, "test.wide", n) for n in range(3)]
    sections = {row.id: row.section for row in await sql(node, "SELECT id, number % 512 AS section FROM jobs")}
    claims = Claims(node, 15.0, 5.0)
    own, room = [sections[ids[3]]], {"test.narrow": 2}
    taken = await claims.take(10, room, own, backlog=backlog)
    assert [row["id"] for row in taken] == [ids[0], ids[3], *others]
    assert await claims.take(10, {"test.narrow": 0}, own, backlog=backlog) == []
    await claims.close()


async def test_a_node_that_is_given_up_lets_go_of_what_it_has(make_node) -> None:
    stopped = asyncio.Event()

    @jobs.kind("test.wait")
    async def wait(attempt: jobs.Attempt, payload: Count) -> None:
        if attempt.attempt == 1:
            try:
                await asyncio.Event().wait()
            finally:
                assert attempt.cancelled
                stopped.set()

    node = await make_node()
    job_id = await enqueue(node, "test.wait")
    await in_state(node, job_id, "running")
    for let_go in nodes.presence_of(node).on_fenced:
        let_go()
    await asyncio.wait_for(stopped.wait(), 10)
    job = await ended(node, job_id)
    assert (job.state, job.attempt, job.lost_count) == ("succeeded", 2, 0)
    assert await attempts(node, job_id) == [(1, "released")]
