"""Queues: paused, resumed, drained, worked off in strict order."""

import asyncio
import itertools
import time

import pytest
from gate_probe import Running, all_ended, enqueue_many, states
from queue_probe import Count, ended, enqueue, eventually, in_state, sql
from sqlalchemy import text

from app.kernel.node import Node
from app.modules import jobs
from app.modules.jobs import limits, policies, queues, schedules
from app.modules.jobs.adoption import Adoption
from app.modules.jobs.queue_schemas import LimitSet
from app.modules.jobs.releasing import Releasing
from app.modules.jobs.schedule_views import ScheduleDraft


async def pause(node: Node, name: str, reason: str | None = None) -> None:
    async with node.database.transaction() as session:
        await queues.pause_queue(session, name, by="usr_ada", reason=reason)


async def resume(node: Node, name: str) -> None:
    async with node.database.transaction() as session:
        await queues.resume_queue(session, name, by="usr_ada")


async def order(node: Node, name: str, *, fifo: bool) -> None:
    async with node.database.transaction() as session:
        await queues.order_queue(session, name, fifo=fifo, by="usr_ada")


async def view(node: Node, name: str):
    async with node.database.transaction() as session:
        return await queues.get_queue(session, name)


async def test_paused_queue_begins_nothing_and_resumes(make_node) -> None:
    running = Running("test.work", queue="flood")
    node = await make_node(**{"jobs.slots": 2})
    await enqueue_many(node, "test.work", 6)
    await eventually(lambda: _is(running.now == 2))
    await pause(node, "flood", "the river is rising")

    async def held() -> bool:
        return (await states(node)) == {"running": 2, "held": 4}

    await eventually(held)
    await enqueue(node, "test.work", 6)  # taken in, not begun
    other = await enqueue(node, "test.work", 7, queue="other")
    running.may_end.set()
    await ended(node, other)
    seen = await view(node, "flood")
    assert (seen.state, seen.reason, seen.changed_by) == ("paused", "the river is rising", "usr_ada")
    assert (seen.depth, seen.held, seen.running) == (0, 5, 0)
    assert seen.oldest_seconds is not None
    await resume(node, "flood")
    await all_ended(node)
    assert len(running.ran) == 8
    events = await sql(node, "SELECT text FROM events WHERE type = 'queue.changed' ORDER BY number")
    assert [row.text for row in events] == ["Queue flood is paused: the river is rising", "Queue flood is open"]


async def test_draining_queue_refuses_new_jobs_and_works_off_the_others(make_node) -> None:
    running = Running("test.work", queue="flood")
    node = await make_node(**{"jobs.slots": 2})
    await enqueue_many(node, "test.work", 6)
    async with node.database.transaction() as session:
        await queues.drain_queue(session, "flood", by="usr_ada")
    with pytest.raises(jobs.QueueDraining, match="Queue flood is being drained by usr_ada"):
        await enqueue(node, "test.work")
    running.may_end.set()
    await all_ended(node)
    assert len(running.ran) == 6


async def test_a_queue_that_is_not_there_is_neither_paused_nor_resumed_nor_drained(make_node, monkeypatch) -> None:
    node = await make_node(start=False)
    await enqueue(node, "test.none", queue="deep")
    for verb in (queues.pause_queue, queues.resume_queue, queues.drain_queue):
        with pytest.raises(jobs.QueueNotFound, match="no queue 'dep'; did you mean 'deep'"):
            async with node.database.transaction() as session:
                await verb(session, "dep", by="usr_ada")
    assert await sql(node, "SELECT 1 FROM job_queues") == []
    await pause(node, "deep")  # it has a job
    await pause(node, "default")  # kinds name it
    await order(node, "line", fifo=False)
    await pause(node, "line")  # it has settings
    async with node.database.transaction() as session:
        await limits.set_limit(session, "queue", "dike", LimitSet(concurrency=2), by="usr_ada")
    await pause(node, "dike")  # and it a limit
    async with node.database.transaction() as session:
        wait = {"kind": "wait", "payload": {"milliseconds": 0}}
        draft = ScheduleDraft(name="nightly", queue="night", cron="@daily", **wait)
        await schedules.create_schedule(session, draft, "usr_ada")
    await pause(node, "night")  # a schedule names it, between its runs
    monkeypatch.setattr(queues, "COUNTED", 1)
    await enqueue(node, "test.none", queue="beyond")  # what is counted
    await pause(node, "beyond")


async def test_ten_thousand_held_jobs_resume_fast(make_node) -> None:
    node = await make_node()
    await order(node, "flood", fifo=False)  # no kind names it, and no job is in it yet
    await pause(node, "flood")
    async with node.database.transaction() as session:
        await jobs.enqueue_many(session, "test.none", [Count(n=n) for n in range(10_000)], queue="flood")
    assert await states(node) == {"held": 10_000}
    began = time.perf_counter()
    await resume(node, "flood")

    async def released() -> bool:
        return (await states(node)) == {"queued": 10_000}

    await eventually(released)
    seconds = time.perf_counter() - began
    print(f"10,000 jobs released in {seconds:.2f} s")
    assert seconds < 10


async def test_a_pass_does_not_count_what_was_let_go_where_nothing_is_limited(make_node) -> None:
    running = Running("test.work", queue="flood")
    node = await make_node(start=False)
    await pause(node, "flood")
    async with node.database.transaction() as session:
        await limits.set_limit(session, "queue", "dike", LimitSet(concurrency=2), by="usr_ada")
    await enqueue_many(node, "test.work", 3000)
    await enqueue_many(node, "test.work", 5, queue="dike")
    await resume(node, "flood")
    releasing = Releasing()

    async def one_pass() -> tuple[int, int]:
        """Return how many jobs changed and how many entries of the index of admitted jobs were read."""
        async with node.database.transaction() as session:
            connection = await session.connection()
            read = "SELECT pg_stat_get_xact_tuples_returned('ix_jobs_admitted'::regclass)"
            await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            changed = await releasing.run(session, await policies.read(connection))
            return changed, (await connection.exec_driver_sql(read)).scalar_one()

    passes = [await one_pass() for _ in range(8)]
    assert [changed for changed, _ in passes] == [*[500] * 6, 2, 0]
    assert max(read for _, read in passes) < 20
    assert await states(node) == {"queued": 3002, "held": 3}
    running.may_end.set()
    await node.start()
    await all_ended(node)
    assert len(running.ran) == 3005


async def test_a_look_that_began_before_a_decision_does_not_undo_it(make_node) -> None:
    """What one loop read before a queue was drained comes in after that was told."""
    node = await make_node(start=False)
    cache = policies.cache_of(node)
    async with node.database.engine.connect() as looking, node.database.engine.connect() as in_the_way:
        await looking.execution_options(isolation_level="REPEATABLE READ")
        await looking.exec_driver_sql("SELECT 1 FROM job_queues")  # from here on it sees what there is now
        await in_the_way.exec_driver_sql("LOCK TABLE job_limits IN ACCESS EXCLUSIVE MODE")
        late = asyncio.create_task(cache.read(looking))
        waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'job_limits'::regclass"
        async with asyncio.timeout(60):
            while not (await in_the_way.exec_driver_sql(waits)).scalar_one():
                await asyncio.sleep(0.01)
        async with node.database.transaction() as session:
            await session.execute(text("INSERT INTO job_queues (name, state) VALUES ('flood', 'draining')"))
        cache.forget()
        await in_the_way.rollback()
        assert (await late).queues == {}
    assert (await policies.policies_now(node)).queues["flood"].state == "draining"


async def test_older_jobs_are_held_in_one_way_through_the_queue_and_none_is_left_out(make_node) -> None:
    node = await make_node(start=False)
    async with node.database.transaction() as session:
        await jobs.enqueue_many(session, "test.none", [Count(n=n) for n in range(1200)], queue="flood")
    await pause(node, "flood")
    adoption = Adoption()

    async def found() -> int:
        async with node.database.transaction() as session:
            return await adoption.run(session, await policies.read(await session.connection()))

    async with node.database.transaction() as other:
        await other.execute(text("SELECT FROM jobs ORDER BY number LIMIT 1 FOR UPDATE"))
        assert await found() == 500
    assert [await found() for _ in range(4)] == [500, 199, 1, 0]
    assert await states(node) == {"held": 1200}


@pytest.mark.covers("J3")
async def test_strict_order_one_job_of_a_section_at_a_time_by_number(make_node) -> None:
    node = await make_node()
    await order(node, "line", fifo=True)
    await pause(node, "line")
    running = Running("test.line", queue="line")
    running.may_end.set()
    # Numbers a ring apart are of one section; the ones between keep the other sections busy.
    async with node.database.transaction() as session:
        ids = await jobs.enqueue_many(session, "test.line", [Count(n=n) for n in range(1200)])
    section = await sql(
        node,
        "SELECT id FROM jobs WHERE number % 512 = (SELECT number % 512 FROM jobs WHERE id = :id) ORDER BY number",
        id=ids[0],
    )
    assert len(section) == 3
    # Priority does not let the last of them pass the others.
    await sql(node, "UPDATE jobs SET priority = 400 WHERE id = :id", id=section[2].id)
    await resume(node, "line")
    await all_ended(node, 60)
    finished = await sql(
        node,
        "SELECT number % 512 AS section, number, started_at, finished_at FROM finished_jobs ORDER BY 1, 2",
    )
    assert len(finished) == 1200
    for before, after in itertools.pairwise(finished):
        if before.section == after.section:
            assert after.started_at >= before.finished_at


async def test_in_strict_order_a_failed_job_keeps_its_place(make_node) -> None:
    tries: list[int] = []

    @jobs.kind("test.stuck", queue="line", retry_seconds=0.4)
    async def stuck(attempt: jobs.Attempt, payload: Count) -> None:
        tries.append(payload.n)
        if len(tries) == 1:
            raise RuntimeError("at first")

    node = await make_node()
    await order(node, "line", fifo=True)
    async with node.database.transaction() as session:
        ids = await jobs.enqueue_many(session, "test.stuck", [Count(n=n) for n in range(513)], delay_seconds=3600)
    first, last = ids[0], ids[-1]  # 512 apart
    await sql(node, "DELETE FROM jobs WHERE id <> ALL(:ids)", ids=[first, last])
    await sql(node, "UPDATE jobs SET run_at = now()")
    node.bus.wake("jobs.gates")
    await ended(node, last)
    assert tries == [0, 0, 512]


async def test_order_set_under_load_holds_all_but_the_first(make_node) -> None:
    running = Running("test.line", queue="line")
    node = await make_node(**{"jobs.slots": 1})
    first = await enqueue(node, "test.line", 0, urgency="critical")
    await in_state(node, first, "running")
    await enqueue_many(node, "test.line", 1023)
    await order(node, "line", fifo=True)

    async def in_order() -> bool:
        found = await states(node)
        return (found.get("queued", 0), found.get("held", 0)) == (511, 512)

    await eventually(in_order)
    running.may_end.set()
    await all_ended(node, 60)


async def test_depths_are_bounded_counts(make_node, monkeypatch) -> None:
    node = await make_node()
    await enqueue_many(node, "test.none", 30, queue="deep")
    await enqueue_many(node, "test.none", 5, queue="deep", delay_seconds=60)
    seen = await view(node, "deep")
    assert (seen.depth, seen.delayed, seen.at_least) == (30, 5, False)
    monkeypatch.setattr(queues, "COUNTED", 20)
    seen = await view(node, "deep")
    assert seen.at_least
    assert seen.depth + seen.delayed == 20


async def _is(value: bool) -> bool:
    return value
