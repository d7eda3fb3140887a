"""What somebody was told stays true: cancelled is cancelled, a key is one job, a batch counts all of its jobs."""

from typing import Any

import pytest
from queue_probe import Count, cancel, ended, enqueue, loop_of, sql

from app.kernel.node import Node
from app.kernel.principal import Principal, Role
from app.modules import jobs
from app.modules.jobs import batches, bulk, schedule_firing, schedules, submissions
from app.modules.jobs.schedule_views import ScheduleDraft
from app.modules.jobs.working import worker_of

ANNA = Principal(user_id="usr_anna", name="Anna", role=Role.RUNNER)


async def test_what_is_cancelled_while_an_unanswered_claim_has_it_does_not_run(make_node: Any) -> None:
    ran: list[str] = []

    @jobs.kind("test.plain")
    async def plain(attempt: jobs.Attempt, payload: Count) -> None:
        ran.append(attempt.job_id)

    node: Node = await make_node()
    await loop_of(node, "claim").stop()
    job_id = await enqueue(node, "test.plain")
    await sql(
        node,
        "UPDATE jobs SET state = 'running', attempt = 1, node = :boot, lease_until = now() + interval '1 hour',"
        " started_at = now()",
        boot=node.boot_id,
    )
    await cancel(node, job_id)
    worker_of(node)._claims.in_doubt = True
    loop_of(node, "claim").start(node.bus, node.clock)
    assert (await ended(node, job_id)).state == "cancelled"
    assert ran == []


async def test_the_same_request_for_a_job_that_waited_and_was_cancelled_is_answered_each_time(make_node: Any) -> None:
    node: Node = await make_node(start=False)
    parent = await enqueue(node, "test.x")
    job_id = await enqueue(node, "test.x", after=[parent], idempotency_key="once")
    await cancel(node, job_id)
    for _ in range(3):
        assert await enqueue(node, "test.x", after=[parent], idempotency_key="once") == job_id
    assert await sql(node, "SELECT 1 FROM job_dependencies") == []


async def test_the_same_request_is_answered_although_its_batch_is_sealed_and_its_parent_forgotten(
    make_node: Any,
) -> None:
    node: Node = await make_node(start=False)
    async with node.database.transaction() as session:
        batch_id = await batches.open_batch(session, "nightly")
    parent = await enqueue(node, "test.x")
    job_id = await enqueue(node, "test.x", after=[parent], batch_id=batch_id, idempotency_key="once")
    async with node.database.transaction() as session:
        await batches.seal(session, batch_id)
        await jobs.cancel(session, parent)
    async with node.database.transaction() as session:
        await bulk.delete(session, parent)
    assert await enqueue(node, "test.x", after=[parent], batch_id=batch_id, idempotency_key="once") == job_id


async def test_who_seals_a_batch_counts_the_jobs_others_added(make_node: Any) -> None:
    node: Node = await make_node(start=False)
    async with node.database.transaction(ANNA) as session:
        batch_id = await batches.open_batch(session, "ours", owner_id=ANNA.user_id)
        await jobs.enqueue(session, "test.x", Count(), batch_id=batch_id, owner_id=ANNA.user_id)
    await enqueue(node, "test.x", batch_id=batch_id, owner_id="usr_keeper")
    async with node.database.transaction(ANNA) as session:
        await batches.seal(session, batch_id)
    async with node.database.transaction() as session:
        assert (await batches.get_batch(session, batch_id)).total == 2


async def test_a_schedule_whose_times_cannot_be_read_keeps_no_other_waiting(make_node: Any) -> None:
    node: Node = await make_node(start=False)

    @jobs.kind("test.tick", submittable=True)
    async def tick(attempt: jobs.Attempt, payload: Count) -> None: ...

    made = []
    for name in ("bad", "good"):
        async with node.database.transaction() as session:
            draft = ScheduleDraft(name=name, kind="test.tick", cron="0 * * * *")
            made.append(await schedules.create_schedule(session, draft, None))
    await sql(node, "UPDATE schedules SET next_at = date_trunc('hour', now()) - interval '1 hour'")
    await sql(
        node, "UPDATE schedules SET time_zone = 'Mars/Olympus', next_at = next_at - interval '1 day' WHERE name = 'bad'"
    )
    firing = schedule_firing.Firing(node)
    await firing.run()
    assert await sql(node, "SELECT 1 FROM schedule_runs WHERE schedule_id = :id AND job_id IS NOT NULL", id=made[1].id)
    [raised] = await sql(node, "SELECT consequence, action FROM alarms WHERE cleared_at IS NULL")
    assert "Mars/Olympus" in raised.consequence


async def test_a_job_is_not_replaced_by_one_that_waits_or_counts_elsewhere(make_node: Any) -> None:
    node: Node = await make_node(start=False)
    parent = await enqueue(node, "test.x")
    for options in ({"after": [parent]}, {"batch_id": "bat_1"}):
        with pytest.raises(jobs.JobOptionInvalid, match=f"leave out {next(iter(options))}"):
            await enqueue(node, "test.y", unique_key="k", on_conflict="replace", **options)


async def test_who_posts_work_that_is_there_is_told_where_it_is(make_node: Any) -> None:
    node: Node = await make_node(start=False)
    first = submissions.JobSubmit(kind="wait", payload={"milliseconds": 1}, queue="slow", unique_key="k")
    made = await submissions.submit(node, "usr_anna", first)
    again = await submissions.submit(node, "usr_anna", first.model_copy(update={"queue": "fast"}))
    assert (again.id, again.queue) == (made.id, "slow")
    assert (made.existed, again.existed) == (False, True)
    async with node.database.transaction() as session:
        once_more = await submissions.submit_in(session, "usr_anna", first.model_copy(update={"queue": "fast"}))
    assert once_more == again
