"""What has ended never changes, except that it is forgotten when it is old."""

import pytest
from queue_probe import Count, ended, enqueue, eventually, loop_of, sql, view
from sqlalchemy.exc import IntegrityError

from app.modules import jobs


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE finished_jobs SET state = 'failed'",
        "UPDATE finished_jobs SET finished_at = now()",
        "DELETE FROM finished_jobs",
        "TRUNCATE finished_jobs",
    ],
)
async def test_finished_jobs_are_final(make_node, statement: str) -> None:
    @jobs.kind("test.fine")
    async def fine(attempt: jobs.Attempt, payload: Count) -> None: ...

    node = await make_node()
    job = await ended(node, await enqueue(node, "test.fine"))
    with pytest.raises(IntegrityError, match="never changes"):
        await sql(node, statement)
    assert await view(node, job.id) == job


async def test_only_old_history_is_forgotten(make_node) -> None:
    node = await make_node(start=False, **{"jobs.keep_finished_days": 7})
    old, new = await enqueue(node, "test.none"), await enqueue(node, "test.none")
    columns = "id, number, kind, queue, priority, run_at, created_at, attempt, failed_count, lost_count, max_attempts"
    columns += ", payload"
    await sql(
        node,
        f"WITH d AS (DELETE FROM jobs RETURNING *) INSERT INTO finished_jobs ({columns}, state, finished_at)"
        f" SELECT {columns}, 'succeeded', now() - CASE WHEN id = :old THEN interval '8 days' ELSE interval '6 days' END"
        " FROM d",
        old=old,
    )
    for job_id, days in ((old, 8), (new, 6)):
        await sql(
            node,
            "INSERT INTO job_attempts (job_id, attempt, node, outcome, started_at, ended_at)"
            " SELECT :id, 1, 'b', 'lost', at, at FROM (SELECT now() - :days * interval '1 day' AS at) AS long_ago",
            id=job_id,
            days=days,
        )
    await node.start()
    retention = loop_of(node, "retention")

    async def kept() -> bool:
        return retention.health.runs > 0 and retention.health.state == "waiting"

    await eventually(kept)
    assert [row.id for row in await sql(node, "SELECT id FROM finished_jobs")] == [new]
    assert [row.job_id for row in await sql(node, "SELECT job_id FROM job_attempts")] == [new]


async def test_list_shows_live_and_ended_jobs_in_stable_pages(make_node) -> None:
    node = await make_node(start=False)
    ids = [await enqueue(node, "test.none", n, incident_id=f"inc_{n % 2}") for n in range(9)]
    async with node.database.transaction() as session:
        for job_id in ids[::3]:
            await jobs.cancel(session, job_id)

    async def pages(**narrow) -> list[str]:
        found: list[str] = []
        cursor = None
        while True:
            page = await jobs.list_jobs(node, jobs.JobFilter(**narrow), cursor=cursor, limit=2)
            assert len(page.items) <= 2
            found += [item.id for item in page.items]
            cursor = page.next_cursor
            if cursor is None:
                return found
            await enqueue(node, "test.other", incident_id="inc_9")  # newer ones do not disturb the pages after

    newest_first = ids[::-1]
    assert await pages(kind="test.none") == newest_first
    assert await pages(state=["cancelled"]) == ids[::3][::-1]
    assert await pages(state=["queued"], kind="test.none") == [i for i in newest_first if i not in ids[::3]]
    assert await pages(incident_id="inc_1") == ids[1::2][::-1]
    assert await pages(state=["succeeded"]) == []
