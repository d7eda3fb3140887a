"""Enqueueing is part of the caller's transaction; what cannot run is refused at the door."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import BaseModel
from queue_probe import Count, ended, enqueue, sql, view

from app.kernel.bus import publish
from app.kernel.node import Node
from app.modules import jobs


async def test_rolled_back_enqueue_leaves_no_job_and_wakes_nobody(make_node) -> None:
    node = await make_node(start=False)
    woken = []
    node.bus.on("jobs", lambda: woken.append(1))

    async def change_mind() -> None:
        async with node.database.transaction() as session:
            await jobs.enqueue(session, "test.count", Count())
            raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError, match="changed my mind"):
        await change_mind()
    assert (await jobs.status(node)).queued == 0
    assert woken == []

    await enqueue(node, "test.count")
    assert (await jobs.status(node)).queued == 1
    assert woken == [1]


async def test_job_is_invisible_until_its_transaction_commits(make_node) -> None:
    started = asyncio.Event()

    @jobs.kind("test.count")
    async def count(attempt: jobs.Attempt, payload: Count) -> None:
        started.set()

    node = await make_node()
    async with node.database.transaction() as session:
        job_id = await jobs.enqueue(session, "test.count", Count())
        node.bus.wake("jobs")
        await enqueue(node, "test.count")
        await asyncio.wait_for(started.wait(), 10)
        assert await sql(node, "SELECT 1 FROM jobs WHERE id = :id", id=job_id) == []
    assert (await ended(node, job_id)).state == "succeeded"


async def test_enqueue_many_keeps_order(make_node) -> None:
    ran: list[int] = []

    @jobs.kind("test.count", concurrency=1)
    async def count(attempt: jobs.Attempt, payload: Count) -> None:
        ran.append(payload.n)

    node = await make_node(start=False)
    async with node.database.transaction() as session:
        job_ids = await jobs.enqueue_many(session, "test.count", [Count(n=n) for n in range(20)])
    await node.start()
    for job_id in job_ids:
        await ended(node, job_id)
    assert ran == list(range(20))


async def test_unique_key_holds_while_the_job_lives(make_node) -> None:
    node = await make_node(start=False)
    first = await enqueue(node, "test.count", unique_key="poll heron")
    assert await enqueue(node, "test.count", unique_key="poll heron") == first
    assert await enqueue(node, "test.count", unique_key="poll egret") != first
    assert await enqueue(node, "test.count") != first

    async with node.database.transaction() as session:
        await jobs.cancel(session, first)
    assert await enqueue(node, "test.count", unique_key="poll heron") != first


@pytest.mark.security("S28")
async def test_concurrent_enqueues_with_one_key_make_one_job(make_node) -> None:
    node = await make_node(start=False)
    ids = await asyncio.gather(*[enqueue(node, "test.count", unique_key="one") for _ in range(10)])
    assert len(set(ids)) == 1
    assert (await jobs.status(node)).queued == 1


class Strict(BaseModel):
    name: str
    parts: list[float]


@pytest.mark.covers("J3")
@pytest.mark.parametrize(
    ("payload", "says"),
    [
        ({"name": "a"}, "/parts: is missing"),
        ({"name": "a", "parts": [float("nan")]}, "/parts/0"),
        (Count(n=1), "/name: is missing"),
        ({"name": "a\x00b", "parts": []}, "U+0000"),
    ],
)
async def test_payload_the_kind_does_not_take_is_refused(make_node, payload, says) -> None:
    @jobs.kind("test.strict")
    async def strict(attempt: jobs.Attempt, payload: Strict) -> None: ...

    node = await make_node(start=False)
    with pytest.raises(jobs.JobPayloadInvalid) as caught:
        async with node.database.transaction() as session:
            await jobs.enqueue(session, "test.strict", payload)
    assert caught.value.status == 422
    assert says in str(caught.value)
    assert (await jobs.status(node)).queued == 0


async def test_delayed_jobs_say_when(make_node) -> None:
    node = await make_node(start=False)
    at = datetime.now(UTC) + timedelta(hours=1)
    waiting = (await view(node, await enqueue(node, "test.count", run_at=at))).waiting_on
    assert waiting is not None
    assert (waiting.kind, waiting.next_check_at) == ("time", at)
    await enqueue(node, "test.count", delay_seconds=60)
    status = await jobs.status(node)
    assert (status.queued, status.delayed, status.oldest_seconds) == (0, 2, None)


async def test_kind_is_registered_once_and_needs_a_model() -> None:
    @jobs.kind("test.count")
    async def count(attempt: jobs.Attempt, payload: Count) -> None: ...

    with pytest.raises(ValueError, match="registered already"):
        jobs.kind("test.count")(count)
    with pytest.raises(TypeError, match="annotate payload"):

        @jobs.kind("test.loose")
        async def loose(attempt: jobs.Attempt, payload) -> None: ...


async def test_job_and_fact_are_one_commit(make_node) -> None:
    node: Node = await make_node(start=False)
    async with node.database.transaction() as session:
        job_id = await jobs.enqueue(session, "test.count", Count(), incident_id="inc_1")
        publish(session, jobs.JobQuarantined(subject_id=job_id, kind="test.count", lost_count=3))
    [row] = await sql(
        node,
        "SELECT j.xmin::text = (e.transaction % 4294967296)::text AS same"
        " FROM jobs j JOIN events e ON e.subject_id = j.id",
    )
    assert row.same
