"""Cancelling, repeating and deleting: one job, or all that fit a filter."""

import pytest
from queue_probe import Count, cancel, ended, enqueue, eventually, sql, view
from sqlalchemy.exc import IntegrityError

from app.kernel.errors import Invalid
from app.modules import jobs
from app.modules.jobs import bulk
from app.modules.jobs.errors import JobFilterEmpty, JobNotFinished


def of(dry_run: bool = False, limit: int = 10_000, cursor: str | None = None, **filters) -> bulk.JobBulk:
    return bulk.JobBulk(filter=bulk.BulkFilter(**filters), dry_run=dry_run, limit=limit, cursor=cursor)


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(bulk, "BATCH", 7)


async def count(node, table: str, where: str = "true") -> int:
    [row] = await sql(node, f"SELECT count(*) AS n FROM {table} WHERE {where}")
    return row.n


async def many(node, kind: str, number: int, **options) -> list[str]:
    async with node.database.transaction() as session:
        return await jobs.enqueue_many(session, kind, [Count(n=n) for n in range(number)], **options)


async def test_cancel_by_filter_in_batches_after_a_rehearsal(make_node, small_batches) -> None:
    node = await make_node(start=False)
    wanted, others = await many(node, "test.a", 50), await many(node, "test.b", 5)
    tried = await bulk.cancel_many(node, of(dry_run=True, kind="test.a"))
    assert (tried.matched, tried.done, len(tried.sample)) == (50, 0, 7)
    assert await count(node, "jobs") == 55
    done = await bulk.cancel_many(node, of(kind="test.a"))
    assert (done.matched, done.done, done.next_cursor) == (50, 50, None)
    assert done.sample == wanted[::-1][:10]
    assert {row.id for row in await sql(node, "SELECT id FROM jobs")} == set(others)
    assert await count(node, "finished_jobs", "state = 'cancelled'") == 50
    assert (await bulk.cancel_many(node, of(kind="test.a"))).done == 0


async def test_a_bulk_goes_on_where_the_request_before_ended(make_node, small_batches) -> None:
    node = await make_node(start=False)
    await many(node, "test.a", 50)
    done, cursor, requests = 0, None, 0
    while requests == 0 or cursor is not None:
        answer = await bulk.cancel_many(node, of(kind="test.a", limit=20, cursor=cursor))
        assert answer.matched == 50 - done
        done, cursor, requests = done + answer.done, answer.next_cursor, requests + 1
    assert (done, requests) == (50, 3)


async def test_running_jobs_are_told_and_parts_of_something_are_left(make_node) -> None:
    import asyncio

    @jobs.kind("test.long")
    async def long(attempt: jobs.Attempt, payload: Count) -> None:
        await asyncio.Event().wait()

    @jobs.kind("test.part", cancelled_with="the whole")
    async def part(attempt: jobs.Attempt, payload: Count) -> None: ...

    node = await make_node()
    running = await enqueue(node, "test.long")

    async def begun() -> bool:
        return (await view(node, running)).state == "running"

    await eventually(begun)
    later = await enqueue(node, "test.part", delay_seconds=60)
    answer = await bulk.cancel_many(node, of(all=True))
    assert (answer.matched, answer.done) == (2, 1)
    assert (await ended(node, running)).state == "cancelled"
    assert (await view(node, later)).state == "queued"


@pytest.mark.parametrize("filters", [{}, {"all": True, "kind": "a"}])
async def test_nobody_means_everything_by_saying_nothing(make_node, filters) -> None:
    node = await make_node(start=False)
    await many(node, "test.a", 3)
    for act in (bulk.cancel_many, bulk.retry_many, bulk.delete_many):
        with pytest.raises(JobFilterEmpty):
            await act(node, of(**filters))
    assert await count(node, "jobs") == 3


async def test_what_cannot_be_is_said(make_node) -> None:
    node = await make_node(start=False)
    with pytest.raises(JobFilterEmpty, match="queued, running"):
        await bulk.cancel_many(node, of(state=["failed"]))
    with pytest.raises(JobFilterEmpty, match="succeeded"):
        await bulk.delete_many(node, of(state=["running"]))


async def test_the_chosen_jobs_and_no_others(make_node) -> None:
    @jobs.kind("test.part", cancelled_with="the whole")
    async def part(attempt: jobs.Attempt, payload: Count) -> None: ...

    @jobs.kind("test.reserved")
    async def reserved(attempt: jobs.Attempt, payload: Count) -> None: ...

    node = await make_node(start=False)
    ids = await many(node, "test.reserved", 6)
    [piece] = await many(node, "test.part", 1)
    chosen = [*ids[:4], piece, "job_none"]
    tried = await bulk.cancel_many(node, of(dry_run=True, ids=chosen))
    assert (tried.matched, tried.done, tried.sample) == (4, 0, ids[3::-1])
    assert await count(node, "finished_jobs") == 0
    done = await bulk.cancel_many(node, of(ids=chosen))
    assert (done.matched, done.done, done.next_cursor) == (4, 4, None)
    assert {row.id for row in await sql(node, "SELECT id FROM jobs")} == {*ids[4:], piece}
    assert (await bulk.cancel_many(node, of(ids=chosen))).matched == 0

    again = await bulk.retry_many(node, of(ids=[*ids, piece]))
    assert (again.matched, again.done) == (4, 4)  # of a kind people do not submit, and named one by one
    gone = await bulk.delete_many(node, of(dry_run=True, ids=ids))
    assert (gone.matched, gone.done) == (4, 0)
    assert (await bulk.delete_many(node, of(ids=ids[1:]))).done == 3
    assert [row.id for row in await sql(node, "SELECT id FROM finished_jobs")] == ids[:1]
    for more in ({"kind": "test.reserved"}, {"all": True}, {"state": ["failed"]}):
        with pytest.raises((JobFilterEmpty, jobs.JobOptionInvalid)):
            await bulk.delete_many(node, of(ids=ids, **more))
    with pytest.raises(Invalid):
        await bulk.delete_many(node, of(ids=["\x00"]))
    assert await count(node, "finished_jobs") == 1


async def test_retry_is_a_new_job_that_names_the_old_one(make_node) -> None:
    node = await make_node(start=False)
    old = await enqueue(
        node,
        "test.a",
        5,
        priority=7,
        urgency="high",
        queue="side",
        incident_id="inc_1",
        max_attempts=2,
        limit_key="heron",
    )
    async with node.database.transaction() as session:
        with pytest.raises(JobNotFinished):
            await bulk.retry(session, old)
        with pytest.raises(jobs.JobNotFound):
            await bulk.retry(session, "job_none")
    await cancel(node, old)
    ids = []
    for _ in range(2):
        async with node.database.transaction() as session:
            ids.append(await bulk.retry(session, old))
    assert ids[0] == ids[1] != old
    async with node.database.transaction() as session:
        new = await jobs.detail(session, ids[0])
    assert (new.origin, new.kind, new.queue, new.priority, new.urgency) == (old, "test.a", "side", 7, "high")
    assert (new.state, new.incident_id, new.max_attempts, new.payload) == ("queued", "inc_1", 2, {"n": 5})
    assert new.limit_key == "heron"
    [row] = await sql(node, "SELECT gates FROM jobs")
    assert row.gates == ["key:heron"]
    assert (await view(node, old)).state == "cancelled"


async def test_retrying_everything_leaves_out_what_stormbell_makes_itself(make_node) -> None:
    @jobs.kind("test.reserved")
    async def reserved(attempt: jobs.Attempt, payload: Count) -> None: ...

    @jobs.kind("test.open", submittable=True)
    async def open_to_people(attempt: jobs.Attempt, payload: Count) -> None: ...

    node = await make_node(start=False)
    for job_id in (*await many(node, "test.reserved", 2), *await many(node, "test.open", 3)):
        await cancel(node, job_id)
    answer = await bulk.retry_many(node, of(all=True))
    assert (answer.matched, answer.done) == (5, 3)
    answer = await bulk.retry_many(node, of(kind="test.reserved"))
    assert (answer.matched, answer.done) == (2, 2)


async def test_retry_many_takes_trouble_only_and_quarantined_too(make_node, small_batches) -> None:
    node = await make_node(start=False)
    ids = await many(node, "test.a", 40)
    for state, part in (("succeeded", ids[:10]), ("failed", ids[10:20]), ("quarantined", ids[20:25])):
        await sql(
            node,
            "WITH d AS (DELETE FROM jobs WHERE id = ANY(:ids) RETURNING *) INSERT INTO finished_jobs (id, number, kind,"
            " queue, priority, state, run_at, created_at, attempt, failed_count, lost_count, max_attempts, payload)"
            " SELECT id, number, kind, queue, priority, :state, run_at, created_at, 1, 0, 0, max_attempts, payload"
            " FROM d",
            ids=part,
            state=state,
        )
    answer = await bulk.retry_many(node, of(kind="test.a"))
    assert (answer.matched, answer.done) == (15, 15)
    origins = [
        row.origin for row in await sql(node, "SELECT origin FROM jobs WHERE origin IS NOT NULL ORDER BY number")
    ]
    assert sorted(origins) == sorted(ids[10:25])
    await bulk.retry_many(node, of(kind="test.a"))
    assert await count(node, "jobs", "origin IS NOT NULL") == 15  # once more changes nothing
    await bulk.retry_many(node, of(kind="test.a", state=["succeeded"]))
    assert await count(node, "jobs", "origin IS NOT NULL") == 25


@pytest.mark.covers("J3")
async def test_delete_one_and_many_and_nothing_else_can(make_node, small_batches) -> None:
    @jobs.kind("test.twice", retry_seconds=0.01, max_attempts=2)
    async def twice(attempt: jobs.Attempt, payload: Count) -> None:
        raise OSError("no luck")

    node = await make_node()
    one = (await ended(node, await enqueue(node, "test.twice"))).id
    live = await enqueue(node, "test.twice", delay_seconds=60)
    with pytest.raises(JobNotFinished):
        async with node.database.transaction() as session:
            await bulk.delete(session, live)
    assert await count(node, "job_attempts") == 1
    async with node.database.transaction() as session:
        await bulk.delete(session, one)
    assert await count(node, "finished_jobs") == await count(node, "job_attempts") == 0

    async with node.database.transaction() as session:
        ids = await jobs.enqueue_many(session, "test.none", [Count(n=n) for n in range(30)])
        for job_id in ids:
            await jobs.cancel(session, job_id)
    answer = await bulk.delete_many(node, of(kind="test.none", state=["cancelled"]))
    assert (answer.matched, answer.done) == (30, 30)
    assert await count(node, "finished_jobs") == 0
    assert (await view(node, live)).state == "queued"
    other = await enqueue(node, "test.none")
    await cancel(node, other)
    with pytest.raises(IntegrityError, match="never changes"):
        await sql(node, "DELETE FROM finished_jobs")


async def test_bulk_over_http(client, anonymous, node) -> None:
    ids = await many(node, "test.none", 3, incident_id="inc_1")
    await many(node, "test.none", 2)
    body = {"filter": {"incident_id": "inc_1"}, "dry_run": True}
    assert (await anonymous.post("/api/v1/jobs/cancellations", json=body)).status_code == 401
    tried = await client.post("/api/v1/jobs/cancellations", json=body)
    assert tried.json() == {"matched": 3, "done": 0, "sample": ids[::-1], "next_cursor": None}
    done = await client.post("/api/v1/jobs/cancellations", json={"filter": {"incident_id": "inc_1"}})
    assert done.json()["done"] == 3
    empty = await client.post("/api/v1/jobs/deletions", json={"filter": {}})
    assert (empty.status_code, empty.json()["code"]) == (422, "job_filter_empty")
    assert (await client.post("/api/v1/jobs/retries", json={"filter": {"knid": "x"}})).status_code == 422

    again = await client.post(f"/api/v1/jobs/{ids[0]}/retry")
    assert again.status_code == 202
    new = again.json()
    assert (new["origin"], new["state"]) == (ids[0], "queued")
    assert again.headers["Location"] == f"/api/v1/jobs/{new['id']}"
    assert (await client.post(f"/api/v1/jobs/{new['id']}/retry")).json()["code"] == "job_not_finished"
    assert (await client.delete(f"/api/v1/jobs/{new['id']}")).status_code == 409
    assert (await client.delete(f"/api/v1/jobs/{ids[0]}")).status_code == 204
    assert (await client.get(f"/api/v1/jobs/{ids[0]}")).status_code == 404
    listed = (await client.get(f"/api/v1/jobs?origin={ids[0]}")).json()["items"]
    assert [item["id"] for item in listed] == [new["id"]]
    assert (await client.get(f"/api/v1/jobs/{ids[1]}/attempts")).json()["items"] == []
