"""Batches: exact counts, one callback, sealed against all comers, cancelled whole."""

import asyncio

import pytest
from gate_probe import Running, all_ended
from pydantic import BaseModel
from queue_probe import Count, ended, enqueue, eventually, sql

from app.kernel.node import Node
from app.modules import jobs
from app.modules.jobs import batches


class Whole(BaseModel):
    """What a batch's callback is given."""

    label: str
    batch_id: str
    total: int
    counts: dict[str, int]


@pytest.fixture
def told() -> list[Whole]:
    heard: list[Whole] = []

    @jobs.kind("test.whole")
    async def whole(attempt: jobs.Attempt, payload: Whole) -> None:
        heard.append(payload)

    @jobs.kind("test.odd", max_attempts=1)
    async def odd(attempt: jobs.Attempt, payload: Count) -> None:
        if payload.n % 2:
            raise jobs.Discard("odd")

    return heard


async def opened(node: Node, **options) -> str:
    async with node.database.transaction() as session:
        return await batches.open_batch(session, "nightly", **options)


async def seal(node: Node, batch_id: str) -> None:
    async with node.database.transaction() as session:
        await batches.seal(session, batch_id)


async def seen(node: Node, batch_id: str) -> batches.BatchView:
    async with node.database.transaction() as session:
        return await batches.get_batch(session, batch_id)


async def finished(node: Node, batch_id: str) -> batches.BatchView:
    async def reached() -> batches.BatchView | None:
        view = await seen(node, batch_id)
        return view if view.state == "finished" else None

    return await eventually(reached)


@pytest.mark.covers("J3")
async def test_last_end_completes_the_batch_and_queues_its_callback_once(make_node, told) -> None:
    nodes = [await make_node() for _ in range(2)]
    batch_id = await opened(nodes[0], callback_kind="test.whole", callback_payload={"label": "x"})
    async with nodes[0].database.transaction() as session:
        await jobs.enqueue_many(session, "test.odd", [Count(n=n) for n in range(301)], batch_id=batch_id)
    await all_ended(nodes[0])
    assert (await seen(nodes[0], batch_id)).state == "open"
    await seal(nodes[0], batch_id)
    view = await finished(nodes[0], batch_id)
    assert (view.total, view.ended, view.counts) == (301, 301, {"succeeded": 151, "failed": 150})
    assert view.callback_job_id is not None
    await ended(nodes[0], view.callback_job_id)
    assert told == [Whole(label="x", batch_id=batch_id, total=301, counts={"succeeded": 151, "failed": 150})]
    [event] = await sql(nodes[0], "SELECT text FROM events WHERE type = 'job_batch.finished'")
    assert event.text == "Batch nightly has finished, 301 jobs: 150 failed, 151 succeeded"
    assert await sql(nodes[0], "SELECT 1 FROM job_endings") == []


async def test_sealing_waits_for_who_is_adding_and_refuses_who_comes_later(make_node, told) -> None:
    node = await make_node()
    batch_id = await opened(node)
    async with node.database.transaction() as session:
        await jobs.enqueue(session, "test.odd", Count(n=0), batch_id=batch_id)
        sealing = asyncio.create_task(seal(node, batch_id))
        await enqueue(node, "test.odd", 2)  # time for the task to get there
        assert not sealing.done()
    await sealing
    with pytest.raises(jobs.BatchSealed, match=f"{batch_id} is sealed"):
        await enqueue(node, "test.odd", 4, batch_id=batch_id)
    with pytest.raises(jobs.BatchNotFound):
        await enqueue(node, "test.odd", 4, batch_id="bat_none")
    assert (await finished(node, batch_id)).total == 1


async def test_empty_batch_finishes_when_it_is_sealed(make_node, told) -> None:
    node = await make_node()
    batch_id = await opened(node, callback_kind="test.whole", callback_payload={"label": "none"})
    await seal(node, batch_id)
    await seal(node, batch_id)
    view = await finished(node, batch_id)
    assert (view.total, view.ended, view.fraction) == (0, 0, None)
    await ended(node, str(view.callback_job_id))
    assert [whole.total for whole in told] == [0]


async def test_progress_and_cancellation_of_a_batch(make_node, told) -> None:
    running = Running("test.slow")
    node = await make_node(**{"jobs.slots": 2})
    batch_id = await opened(node)
    async with node.database.transaction() as session:
        await jobs.enqueue_many(session, "test.slow", [Count(n=n) for n in range(10)], batch_id=batch_id)
    await eventually(lambda: _is(running.now == 2))
    view = await seen(node, batch_id)
    assert (view.state, view.total, view.ended, view.running, view.fraction) == ("open", 10, 0, 2, 0)
    async with node.database.transaction() as session:
        assert await batches.cancel_batch(session, batch_id) == 10
    view = await finished(node, batch_id)
    assert (view.total, view.counts) == (10, {"cancelled": 10})


async def test_callback_nobody_can_be_given_is_refused_at_the_door(make_node, told) -> None:
    node = await make_node(start=False)
    with pytest.raises(jobs.JobPayloadInvalid, match="/label: is missing"):
        await opened(node, callback_kind="test.whole")


async def test_list_of_batches_pages(make_node, told) -> None:
    node = await make_node(start=False)
    ids = [await opened(node) for _ in range(3)]
    async with node.database.transaction() as session:
        page = await batches.list_batches(session, limit=2)
        rest = await batches.list_batches(session, limit=2, cursor=page.next_cursor)
    assert [view.id for view in page.items + rest.items] == ids[::-1]
    assert rest.next_cursor is None


async def _is(value: bool) -> bool:
    return value
