"""What a job may be enqueued with: order, times, keys, and what is refused."""

import asyncio
import itertools
from datetime import UTC, datetime, timedelta, timezone

import pytest
from gate_probe import Running, states
from pydantic import BaseModel
from queue_probe import Count, ended, enqueue, eventually, in_state, sql, view

from app.modules import jobs
from app.modules.jobs import working


class Parcel(BaseModel):
    text: str


async def test_ten_megabytes_are_refused(make_node) -> None:
    node = await make_node(start=False)
    with pytest.raises(jobs.JobPayloadTooLarge, match="10,000,011 bytes and may have 1,000,000") as caught:
        async with node.database.transaction() as session:
            await jobs.enqueue(session, "test.parcel", Parcel(text="x" * 10_000_000))
    assert caught.value.status == 413
    with pytest.raises(jobs.JobPayloadTooLarge):
        async with node.database.transaction() as session:
            await jobs.enqueue_many(session, "test.parcel", [Parcel(text="x")] * 2000 + [Parcel(text="x" * 1_000_000)])
    assert await states(node) == {}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"priority": 500}, "priority lies between -499 and 499"),
        ({"urgency": "urgent"}, "urgency is one of low, normal, high, critical"),
        ({"delay_seconds": -1}, "delay_seconds lies between 0 and 100 years"),
        ({"delay_seconds": float("nan")}, "delay_seconds"),
        ({"expires_seconds": float("inf")}, "expires_seconds"),
        ({"run_at": datetime(2026, 1, 1)}, "run_at needs a time zone"),  # noqa: DTZ001 (the point)
        ({"deadline_at": datetime.now(UTC), "deadline_seconds": 1}, "deadline_at or deadline_seconds, not both"),
        ({"unique_key": "a", "idempotency_key": "b"}, "exclude one another"),
        ({"unique_key": ""}, "unique_key has 1 to 200"),
        ({"limit_key": "a\x1fb"}, "limit_key has 1 to 200 printable"),
        ({"queue": "q" * 201}, "queue has 1 to 200"),
        ({"max_attempts": 0}, "max_attempts lies between 1 and 1000"),
        ({"on_conflict": "merge"}, "on_conflict is drop, replace or wait"),
        ({"on_failure": "ignore"}, "on_failure is cancel or run"),
    ],
)
async def test_option_that_cannot_be_is_refused(make_node, options, says) -> None:
    node = await make_node(start=False)
    with pytest.raises(jobs.JobOptionInvalid, match=says):
        await enqueue(node, "test.count", **options)
    assert await states(node) == {}


async def test_urgency_goes_before_priority_before_age(make_node) -> None:
    ran: list[int] = []

    @jobs.kind("test.count", concurrency=1)
    async def count(attempt: jobs.Attempt, payload: Count) -> None:
        ran.append(payload.n)

    node = await make_node(start=False)
    given = [("low", 499), ("normal", -499), ("normal", 0), ("critical", -499), ("high", 499), ("normal", 0)]
    ids = [await enqueue(node, "test.count", n, urgency=u, priority=p) for n, (u, p) in enumerate(given)]
    await node.start()
    for job_id in ids:
        await ended(node, job_id)
    assert ran == [3, 4, 2, 5, 1, 0]


async def test_idempotency_key_means_one_job_for_ever(make_node) -> None:
    ran: list[int] = []

    @jobs.kind("test.count")
    async def count(attempt: jobs.Attempt, payload: Count) -> None:
        ran.append(payload.n)

    node = await make_node(start=False)
    ids = await asyncio.gather(*[enqueue(node, "test.count", 7, idempotency_key="order 7") for _ in range(10)])
    assert len(set(ids)) == 1
    with pytest.raises(jobs.JobKeyReused, match="with another payload"):
        await enqueue(node, "test.count", 8, idempotency_key="order 7")
    with pytest.raises(jobs.JobKeyReused, match="with another kind"):
        await enqueue(node, "test.other", 7, idempotency_key="order 7")
    await node.start()
    await ended(node, ids[0])
    assert await enqueue(node, "test.count", 7, idempotency_key="order 7") == ids[0]
    with pytest.raises(jobs.JobKeyReused):
        await enqueue(node, "test.count", 8, idempotency_key="order 7")
    assert await states(node) == {}
    assert ran == [7]


OPTIONS = [
    {"queue": "side"},
    {"urgency": "high"},
    {"priority": 3},
    {"run_at": datetime(2100, 1, 1, tzinfo=UTC)},
    {"delay_seconds": 60},
    {"expires_seconds": 60},
    {"deadline_seconds": 60},
    {"limit_key": "heron"},
    {"max_attempts": 2},
    {"incident_id": "inc_1"},
]


async def test_the_same_key_with_other_options_is_refused(make_node) -> None:
    node = await make_node(start=False)
    for place, options in enumerate(OPTIONS):
        key = f"order {place}"
        first = await enqueue(node, "test.count", idempotency_key=key, **options)
        assert await enqueue(node, "test.count", idempotency_key=key, **options) == first
        for other in ({}, OPTIONS[place - 1]):
            with pytest.raises(jobs.JobKeyReused, match="with other options") as caught:
                await enqueue(node, "test.count", idempotency_key=key, **other)
            assert caught.value.status == 422
    plain = await enqueue(node, "test.count", idempotency_key="plain")
    said = {"urgency": "normal", "priority": 0, "after": [], "on_failure": "cancel"}  # what they are anyway
    assert await enqueue(node, "test.count", idempotency_key="plain", **said) == plain
    run_at = datetime(2100, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))
    at = await enqueue(node, "test.count", idempotency_key="order 3", run_at=run_at)  # the same moment
    assert at == (await sql(node, "SELECT id FROM jobs WHERE run_at > '2099-01-01'"))[0].id
    assert sum((await states(node)).values()) == len(OPTIONS) + 1
    async with node.database.transaction() as session:
        await jobs.cancel(session, plain)
    assert await enqueue(node, "test.count", idempotency_key="plain") == plain
    with pytest.raises(jobs.JobKeyReused, match="with other options"):
        await enqueue(node, "test.count", idempotency_key="plain", priority=1)


async def test_idempotent_job_that_ends_while_it_is_enqueued_again_stays_one(make_node) -> None:
    """The INSERT waits for the commit that ends the first one; it must not become a second one then."""
    node = await make_node(start=False)
    first = await enqueue(node, "test.count", 1, idempotency_key="once")
    for _ in range(20):
        async with node.database.transaction() as session:
            await jobs.cancel(session, first) if (await states(node)) else None
            again = asyncio.create_task(enqueue(node, "test.count", 1, idempotency_key="once"))
            await asyncio.sleep(0.01)
        assert await again == first
    assert await states(node) == {}
    assert await sql(node, "SELECT count(*) FROM finished_jobs") == [(1,)]


async def test_unique_key_replaces_what_has_not_begun(make_node) -> None:
    node = await make_node(start=False)
    first = await enqueue(node, "test.count", 1, unique_key="render", delay_seconds=3600)
    assert await enqueue(node, "test.count", 2, unique_key="render", on_conflict="replace", priority=5) == first
    [row] = await sql(node, "SELECT payload, priority, run_at <= now() AS due FROM jobs")
    assert (row.payload, row.priority, row.due) == ({"n": 2}, 5, True)
    with pytest.raises(jobs.UniqueKeyTaken, match=r"a test\.count job, holds"):
        await enqueue(node, "test.other", 2, unique_key="render", on_conflict="replace")


async def test_unique_key_replaced_behind_a_running_one_keeps_only_the_newest(make_node) -> None:
    running = Running("test.count")
    node = await make_node()
    first = await enqueue(node, "test.count", 1, unique_key="render")
    await in_state(node, first, "running")
    second = await enqueue(node, "test.count", 2, unique_key="render", on_conflict="replace")
    third = await enqueue(node, "test.count", 3, unique_key="render", on_conflict="replace")
    assert first != second == third
    running.may_end.set()
    await ended(node, third)
    assert running.ran == [1, 3]


async def test_unique_key_cannot_replace_what_waits_for_it_with_another_kind(make_node) -> None:
    Running("test.count")
    Running("test.other")
    node = await make_node()
    first = await enqueue(node, "test.count", 1, unique_key="render")
    await in_state(node, first, "running")
    second = await enqueue(node, "test.other", 2, unique_key="render", on_conflict="wait")
    async with asyncio.timeout(30):
        with pytest.raises(jobs.UniqueKeyTaken, match=rf"{second}, a test\.other job, waits for"):
            await enqueue(node, "test.count", 3, unique_key="render", on_conflict="replace")


async def test_unique_key_waits_its_turn(make_node) -> None:
    running = Running("test.count")
    nodes = [await make_node() for _ in range(2)]
    ids = [await enqueue(nodes[0], "test.count", n, unique_key="slip", on_conflict="wait") for n in range(5)]
    other = await enqueue(nodes[0], "test.count", 9, unique_key="quay", on_conflict="wait")
    await in_state(nodes[0], other, "running")
    assert running.now == 2
    assert (await view(nodes[0], ids[1])).state == "queued"
    assert await enqueue(nodes[0], "test.count", 6, unique_key="slip") == ids[0]
    running.may_end.set()
    for job_id in ids:
        assert (await ended(nodes[0], job_id)).state == "succeeded"
    assert [n for n in running.ran if n != 9] == list(range(5))
    rows = await sql(
        nodes[0],
        "SELECT started_at, finished_at FROM finished_jobs WHERE unique_key = 'slip' ORDER BY started_at",
    )
    assert len(rows) == 5
    for before, after in itertools.pairwise(rows):
        assert after.started_at >= before.finished_at


async def test_waiting_for_a_key_somebody_holds_in_an_open_transaction_keeps_nobody_else(make_node) -> None:
    running = Running("test.count")
    node = await make_node()
    first = await enqueue(node, "test.count", 0, unique_key="slip")
    await in_state(node, first, "running")
    waiting = await enqueue(node, "test.count", 1, unique_key="slip", on_conflict="wait")
    other = await enqueue(node, "test.count", 2, unique_key="quay")
    behind = await enqueue(node, "test.count", 3, unique_key="quay", on_conflict="wait")
    running.may_end.set()
    await ended(node, first)
    async with node.database.transaction() as session:
        # In the way of whoever is next, if this came before the keeper.
        await jobs.enqueue(session, "test.count", Count(n=5), unique_key="slip")
        await ended(node, behind)
    await ended(node, other)
    await ended(node, waiting)


async def test_job_expires_unless_it_begins_in_time(make_node) -> None:
    running = Running("test.narrow", limit=jobs.Limit(concurrency=1))
    ran: list[str] = []

    @jobs.kind("test.owned")
    async def owned(attempt: jobs.Attempt, payload: Count) -> None: ...

    async def exhausted(session, job) -> None:
        ran.append(job.id)

    jobs.on_exhausted("test.owned", exhausted)
    node = await make_node()
    first = await enqueue(node, "test.narrow", 0, expires_seconds=60)
    await in_state(node, first, "running")
    late = await enqueue(node, "test.narrow", 1, expires_seconds=0.3)
    past = await enqueue(node, "test.narrow", 2, deadline_at=datetime.now(UTC) + timedelta(seconds=0.3))
    owned_id = await enqueue(node, "test.owned", 3, delay_seconds=3600, expires_seconds=0.1)
    child = await enqueue(node, "test.narrow", 4, after=[late])
    seen = await ended(node, late)
    assert (seen.state, seen.error, seen.attempt) == ("timed_out", "it expired before it started", 0)
    seen = await ended(node, past)
    assert (seen.state, seen.error) == ("timed_out", "its deadline passed while it waited")
    await ended(node, owned_id)
    assert ran == [owned_id]
    assert "has timed out: it expired before it started" in str((await ended(node, child)).error)
    running.may_end.set()
    assert (await ended(node, first)).state == "succeeded"
    assert running.ran == [0]


async def test_a_retrying_job_that_may_not_expire_any_more_leaves_the_keeper_alone(make_node) -> None:
    @jobs.kind("test.slow", max_attempts=2, retry_seconds=600)
    async def slow(attempt: jobs.Attempt, payload: Count) -> None:
        raise ValueError("not yet")

    node = await make_node()
    keeper = next(loop for loop in node.loops if loop.name == "keeper")
    first = await enqueue(node, "test.slow", expires_seconds=600)
    await eventually(lambda: sql(node, "SELECT 1 FROM jobs WHERE attempt = 1 AND state = 'queued'"))
    assert (await view(node, first)).expires_at is not None
    await sql(node, "UPDATE jobs SET expires_at = now() - interval '1 s'")
    keeper.wake()

    async def rested() -> bool:
        health = keeper.health
        if health.state != "waiting" or health.next_run_at is None or health.last_run_at is None:
            return False
        # It was every half second, for as long as the job waited.
        return (health.next_run_at - health.last_run_at).total_seconds() > 4

    await eventually(rested)
    # The deadline of such a job still ends it, and what has never begun still expires.
    await sql(node, "UPDATE jobs SET deadline_at = now() - interval '1 s' WHERE id = :id", id=first)
    late = await enqueue(node, "test.slow", delay_seconds=3600, expires_seconds=0)
    keeper.wake()
    assert (await ended(node, first)).error == "its deadline passed while it waited"
    assert (await ended(node, late)).error == "it expired before it started"


async def test_a_job_claimed_ahead_of_a_slot_expires_in_line_and_keeps_its_expiry_when_handed_back(make_node) -> None:
    """Only what has begun does not expire any more: to be claimed is not to begin."""
    running = Running("test.count")
    node = await make_node(**{"jobs.slots": 1, "jobs.lease_seconds": 600})
    first = await enqueue(node, "test.count", 0)
    await in_state(node, first, "running")
    worker = working.worker_of(node)
    ids = [
        await enqueue(node, "test.count", 1, expires_seconds=0.2),
        await enqueue(node, "test.count", 2, deadline_seconds=0.2),
        await enqueue(node, "test.count", 3, expires_seconds=600),
    ]
    rows = await worker._claims.take(3, {}, None)
    claimed = [worker._take_in_hand(row, node.clock.monotonic()) for row in rows]
    assert [one.job_id for one in claimed] == ids
    worker._begin(claimed)
    await eventually(lambda: sql(node, "SELECT 1 FROM jobs WHERE deadline_at < now() - interval '10 ms'"))
    assert {(await view(node, job_id)).state for job_id in ids} == {"running"}
    third = claimed.pop()
    worker._hand_back(worker._take_back([third]))
    await in_state(node, third.job_id, "queued")
    seen = await view(node, third.job_id)
    assert (seen.attempt, seen.failed_count) == (1, 0)
    await sql(node, "UPDATE jobs SET expires_at = now() WHERE id = :id", id=third.job_id)
    next(loop for loop in node.loops if loop.name == "keeper").wake()
    assert (await ended(node, third.job_id)).error == "it expired before it started"
    running.may_end.set()
    assert (await ended(node, ids[0])).error == "it expired before it started"
    assert (await ended(node, ids[1])).error == "its deadline passed before it started"
    assert (await ended(node, first)).state == "succeeded"
    assert running.ran == [0]


async def test_what_nodes_gave_back_is_no_attempt_of_those_a_job_may_fail(make_node) -> None:
    begun: asyncio.Queue[bool] = asyncio.Queue()

    @jobs.kind("test.tries", max_attempts=1)
    async def tries(attempt: jobs.Attempt, payload: Count) -> None:
        begun.put_nowait(attempt.last)
        if attempt.attempt < 4:
            await asyncio.Event().wait()

    job_id = None
    for _ in range(3):
        node = await make_node()
        job_id = job_id or await enqueue(node, "test.tries")
        assert await begun.get()
        await node.stop()
    seen = await ended(await make_node(), job_id)
    assert (seen.state, seen.attempt, seen.failed_count) == ("succeeded", 4, 0)


async def test_bulk_keeps_order_and_options_over_many_statements(make_node) -> None:
    node = await make_node(start=False)
    async with node.database.transaction() as session:
        ids = await jobs.enqueue_many(
            session, "test.none", [Count(n=n) for n in range(10_000)], queue="bulk", urgency="low", origin="usr_ada"
        )
    rows = await sql(node, "SELECT id, payload, queue, priority, origin FROM jobs ORDER BY number")
    assert [row.id for row in rows] == ids
    assert [row.payload["n"] for row in rows] == list(range(10_000))
    assert {(row.queue, row.priority, row.origin) for row in rows} == {("bulk", -1000, "usr_ada")}
