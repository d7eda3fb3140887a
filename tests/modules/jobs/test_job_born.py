"""Jobs inserted as running where a slot is free: durable before they begin, and never before those that wait."""

import asyncio

from queue_probe import Count, ended, enqueue, eventually, loop_of, sql, view

from app.kernel.node import Node
from app.modules import jobs
from app.modules.jobs.working import worker_of


async def with_an_empty_queue(node: Node) -> None:
    """Wait until the node knows that nothing waits, and let it claim nothing any more."""

    async def known() -> bool:
        return worker_of(node)._empty and loop_of(node, "claim").health.state == "waiting"

    await eventually(known)
    await loop_of(node, "claim").stop()


async def test_submitted_job_begins_without_a_claim(make_node) -> None:
    seen: list[tuple[str, int]] = []

    @jobs.kind("test.count")
    async def count(attempt: jobs.Attempt, payload: Count) -> Count:
        [row] = await sql(attempt.node, "SELECT state, node FROM jobs WHERE id = :id", id=attempt.job_id)
        seen.append((row.state, payload.n))
        assert row.node == attempt.node.boot_id
        return payload

    node = await make_node()
    await with_an_empty_queue(node)
    ids = await asyncio.gather(*[jobs.submit(node, "test.count", Count(n=n)) for n in range(10)])
    for job_id in ids:
        job = await ended(node, job_id)
        assert (job.state, job.attempt) == ("succeeded", 1)
    assert sorted(seen) == [("running", n) for n in range(10)]


async def test_nothing_is_born_before_those_that_wait(make_node) -> None:
    @jobs.kind("test.count")
    async def count(attempt: jobs.Attempt, payload: Count) -> None: ...

    node = await make_node()
    await with_an_empty_queue(node)
    waiting = await enqueue(node, "test.count")
    late = await jobs.submit(node, "test.count", Count(n=1))
    assert [(await view(node, job_id)).state for job_id in (waiting, late)] == ["queued", "queued"]
    loop_of(node, "claim").start(node.bus, node.clock)
    assert (await ended(node, late)).state == "succeeded"
    assert (await view(node, waiting)).state == "succeeded"


async def test_slots_and_limits_hold_for_the_born_too(make_node) -> None:
    release = asyncio.Event()

    @jobs.kind("test.narrow", concurrency=1)
    async def narrow(attempt: jobs.Attempt, payload: Count) -> None:
        await release.wait()

    @jobs.kind("test.wide")
    async def wide(attempt: jobs.Attempt, payload: Count) -> None:
        await release.wait()

    node = await make_node(**{"jobs.slots": 3})
    await with_an_empty_queue(node)
    kinds = ("test.narrow", "test.narrow", "test.wide", "test.wide", "test.wide")
    rows = await asyncio.gather(*[jobs.submit(node, kind, Count(n=n)) for n, kind in enumerate(kinds)])
    states = [(await view(node, job_id)).state for job_id in rows]
    assert states == ["running", "queued", "running", "running", "queued"]
    loop_of(node, "claim").start(node.bus, node.clock)
    release.set()
    for job_id in rows:
        assert (await ended(node, job_id)).state == "succeeded"


async def test_what_comes_later_or_may_expire_is_not_born(make_node) -> None:
    @jobs.kind("test.count")
    async def count(attempt: jobs.Attempt, payload: Count) -> None: ...

    node = await make_node()
    await with_an_empty_queue(node)
    delayed = await jobs.submit(node, "test.count", Count(), delay_seconds=60)
    assert (await view(node, delayed)).state == "queued"
    hurried = await jobs.submit(node, "test.count", Count(), deadline_seconds=60)
    assert (await view(node, hurried)).state == "queued"
