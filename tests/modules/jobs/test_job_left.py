"""A handler that leaves the end of its job to a commit of somebody else's: held until that is made, or gone on with."""

from queue_probe import Count, attempts, ended, enqueue, eventually, sql

from app.modules import jobs, nodes
from app.modules.jobs.working import worker_of


async def test_a_job_that_was_left_gives_its_slot_back_and_stays_in_hand(make_node) -> None:
    left: list[jobs.Attempt] = []

    @jobs.kind("test.leave", concurrency=1)
    async def leave(attempt: jobs.Attempt, payload: Count) -> None:
        assert attempt.may_leave
        attempt.leave()
        left.append(attempt)

    node = await make_node(**{"jobs.slots": 1})
    ids = [await enqueue(node, "test.leave", n) for n in range(3)]
    worker = worker_of(node)

    async def three() -> bool:
        return len(left) == 3

    await eventually(three)  # in one slot, one at a time
    assert worker._runners.busy == 0
    assert {running.job_id for running in worker._in_hand} == set(ids)
    assert [a.job_id for a in left] == ids

    async def go_on(attempt: jobs.Attempt, payload: Count) -> None:
        assert not attempt.may_leave

    for attempt in left[:2]:  # their commits were not made
        jobs.run_again(attempt, go_on)
    for job_id in ids[:2]:
        assert (await ended(node, job_id)).attempt == 1
    jobs.settle(node, left[2:])
    assert not worker._in_hand


async def test_one_that_has_waited_cannot_be_left(make_node) -> None:
    might: list[bool] = []

    @jobs.kind("test.waited")
    async def waited(attempt: jobs.Attempt, payload: Count) -> None:
        might.append(attempt.may_leave)
        await attempt.node.clock.wait(attempt.node.draining, 0.001)
        might.append(attempt.may_leave)

    node = await make_node()
    await ended(node, await enqueue(node, "test.waited"))
    assert might == [True, False]


async def test_one_that_cannot_go_on_here_has_begun_all_the_same(make_node) -> None:
    left: list[jobs.Attempt] = []

    @jobs.kind("test.leave", concurrency=1)
    async def leave(attempt: jobs.Attempt, payload: Count) -> None:
        attempt.leave()
        left.append(attempt)

    node = await make_node()
    job_id = await enqueue(node, "test.leave")

    async def ran() -> bool:
        return bool(left)

    async def go_on(attempt: jobs.Attempt, payload: Count) -> None: ...

    await eventually(ran)
    nodes.presence_of(node).open = False  # paused, while the commit was under way
    jobs.run_again(left[0], go_on)
    assert await eventually(lambda: attempts(node, job_id)) == [(1, "released")]
    assert (await sql(node, "SELECT begun FROM jobs"))[0].begun
