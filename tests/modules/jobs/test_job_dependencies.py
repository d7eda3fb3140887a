"""Jobs that wait for others: in every order of commits, through failure, cancellation and fan-out."""

import pytest
from gate_probe import Running, all_ended, states
from queue_probe import Count, cancel, ended, enqueue, eventually, in_state, sql, view

from app.modules import jobs
from app.modules.jobs.new_jobs import job_id_of


@pytest.fixture
def finish() -> None:
    @jobs.kind("test.fine")
    async def fine(attempt: jobs.Attempt, payload: Count) -> None: ...

    @jobs.kind("test.broken", max_attempts=1)
    async def broken(attempt: jobs.Attempt, payload: Count) -> None:
        raise RuntimeError("the pump is broken")


async def test_job_runs_after_all_it_waits_for(make_node, finish) -> None:
    running = Running("test.first")
    node = await make_node()
    async with node.database.transaction() as session:
        first = await jobs.enqueue(session, "test.first", Count())
        second = await jobs.enqueue(session, "test.first", Count())
        last = await jobs.enqueue(session, "test.fine", Count(), after=[first, second])
        after_last = await jobs.enqueue(session, "test.fine", Count(), after=[last])
    await eventually(lambda: _is(running.now == 2))
    assert (await view(node, last)).state == "queued"
    running.may_end.set()
    assert (await ended(node, after_last)).state == "succeeded"
    rows = await sql(node, "SELECT id FROM finished_jobs ORDER BY finished_at, number")
    assert [row.id for row in rows][2:] == [last, after_last]
    assert await sql(node, "SELECT 1 FROM job_dependencies") == []
    # The keeper lets jobs go in one commit and forgets the ends in the next: a job may run and end between the two.
    await eventually(lambda: _none(node, "job_endings"))


async def test_what_waits_for_a_failure_is_cancelled_with_its_reason_or_runs(make_node, finish) -> None:
    node = await make_node(start=False)
    async with node.database.transaction() as session:
        broken = await jobs.enqueue(session, "test.broken", Count())
        cancelled = await jobs.enqueue(session, "test.fine", Count(), after=[broken])
        also = await jobs.enqueue(session, "test.fine", Count(), after=[cancelled])
        runs = await jobs.enqueue(session, "test.fine", Count(), after=[broken], on_failure="run")
    await node.start()
    seen = await ended(node, cancelled)
    assert (seen.state, seen.attempt) == ("cancelled", 0)
    assert seen.error == f"it was to run after {broken}, which has failed: RuntimeError: the pump is broken"
    assert (await ended(node, also)).error == (f"it was to run after {cancelled}, which was cancelled: {seen.error}")
    assert (await ended(node, runs)).state == "succeeded"


async def test_what_has_ended_is_not_waited_for(make_node, finish) -> None:
    node = await make_node()
    fine, broken = await enqueue(node, "test.fine"), await enqueue(node, "test.broken")
    await ended(node, fine)
    await ended(node, broken)
    assert (await ended(node, await enqueue(node, "test.fine", after=[fine]))).state == "succeeded"
    assert (await ended(node, await enqueue(node, "test.fine", after=[fine, broken]))).state == "cancelled"
    late = await enqueue(node, "test.fine", after=[broken], on_failure="run")
    assert (await ended(node, late)).state == "succeeded"


async def test_parent_that_ends_while_its_dependent_is_being_enqueued(make_node, finish) -> None:
    node = await make_node()
    running = Running("test.first")
    parent = await enqueue(node, "test.first")
    await in_state(node, parent, "running")
    async with node.database.transaction() as session:
        job_id = await jobs.enqueue(session, "test.fine", Count(), after=[parent])
        running.may_end.set()
        await ended(node, parent)  # nobody is kept waiting by the open transaction
    assert (await ended(node, job_id)).state == "succeeded"


async def test_after_must_exist_so_there_are_no_cycles(make_node, finish) -> None:
    node = await make_node(start=False)
    with pytest.raises(jobs.JobAfterUnknown, match="job_nobody, which does not exist"):
        await enqueue(node, "test.fine", after=["job_nobody"])
    # Not even a job whose id can be told beforehand waits for itself.
    own = job_id_of("ring")
    with pytest.raises(jobs.JobAfterUnknown, match=own):
        await enqueue(node, "test.fine", idempotency_key="ring", after=[own])
    assert await states(node) == {}


async def test_cancelled_dependent_waits_for_nothing_more(make_node, finish) -> None:
    node = await make_node()
    running = Running("test.first")
    parent = await enqueue(node, "test.first")
    child = await enqueue(node, "test.fine", after=[parent])
    await cancel(node, child)
    assert (await ended(node, child)).state == "cancelled"
    assert await sql(node, "SELECT 1 FROM job_dependencies") == []
    running.may_end.set()
    await ended(node, parent)


async def test_fan_out_of_two_thousand_runs(make_node, finish) -> None:
    node = await make_node()
    running = Running("test.first")
    parent = await enqueue(node, "test.first")
    async with node.database.transaction() as session:
        await jobs.enqueue_many(session, "test.fine", [Count(n=n) for n in range(2000)], after=[parent])
    running.may_end.set()
    await all_ended(node, 60)
    assert (await sql(node, "SELECT count(*) FROM finished_jobs WHERE state = 'succeeded'")) == [(2001,)]
    assert await sql(node, "SELECT 1 FROM job_dependencies") == []


async def test_dependent_behind_a_limit_waits_for_both(make_node, finish) -> None:
    running = Running("test.first", limit=jobs.Limit(concurrency=1))
    node = await make_node()
    parent = await enqueue(node, "test.first", 0)
    other = await enqueue(node, "test.first", 1)
    child = await enqueue(node, "test.first", 2, after=[parent])
    await in_state(node, parent, "running")
    running.may_end.set()
    for job_id in (parent, other, child):
        assert (await ended(node, job_id)).state == "succeeded"
    assert running.most == 1


async def _is(value: bool) -> bool:
    return value


async def _none(node, table: str) -> bool:
    return await sql(node, f"SELECT 1 FROM {table}") == []
