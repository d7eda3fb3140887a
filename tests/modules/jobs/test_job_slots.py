"""Another number of slots while handlers run: more begin at once, fewer take effect as handlers end."""

from gate_probe import Running, all_ended
from queue_probe import Count, eventually

from app.modules import jobs
from app.modules.jobs import working
from app.modules.jobs.schemas import JobSettings


async def test_slots_grow_and_shrink_under_running_handlers(make_node) -> None:
    running = Running("test.count")
    node = await make_node(**{"jobs.slots": 2})
    worker, settings = working.worker_of(node), node.settings.of(JobSettings)

    async def at_once(count: int) -> None:
        async def reached() -> bool:
            return running.now == count

        await eventually(reached)

    async with node.database.transaction() as session:
        await jobs.enqueue_many(session, "test.count", [Count(n=n) for n in range(12)])
    await at_once(2)
    settings.slots = 6
    worker.resize()
    await at_once(6)
    settings.slots = 3
    worker.resize()
    running.most = 0
    running.may_end.set()
    await all_ended(node)
    assert sorted(running.ran) == list(range(12))
    assert running.most <= 3

    running.may_end.clear()
    async with node.database.transaction() as session:
        await jobs.enqueue_many(session, "test.count", [Count(n=n) for n in range(12)])
    await at_once(3)
    assert worker._runners.busy == 3
    running.may_end.set()
    await all_ended(node)
