"""Days of history: there before they are needed, dropped whole, and never in anybody's way for long."""

import asyncio
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from queue_probe import Count, ended, enqueue, sql
from sqlalchemy import make_url, text

from app.kernel.ids import new_id
from app.modules import jobs
from app.modules.jobs import retention

COLUMNS = "id, number, kind, queue, priority, state, run_at, created_at, finished_at, attempt, failed_count, lost_count"


@pytest.fixture(autouse=True)
async def without_days(server, database_url) -> None:
    """Take away the days that the databases of tests are copied with."""
    await server.execute(
        """
        DO $$ DECLARE day regclass; BEGIN
            FOR day IN SELECT inhrelid FROM pg_inherits JOIN pg_class ON oid = inhrelid
                WHERE relkind = 'r' AND relname ~ '_[0-9]{8}$' LOOP
                EXECUTE 'DROP TABLE ' || day;
            END LOOP;
        END $$
        """,
        database=make_url(database_url).database,
    )


async def days(node, table: str = "finished_jobs") -> set[str]:
    rows = await sql(
        node,
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = to_regclass(:t)",
        t=table,
    )
    return {row.relname.removeprefix(f"{table}_") for row in rows} - {"default"}


async def finish(node, finished_at: datetime, count: int = 1) -> list[str]:
    """Put jobs into history that ended at another time."""
    ids = [new_id("job") for _ in range(count)]
    for number, job_id in enumerate(ids):
        await sql(
            node,
            f"INSERT INTO finished_jobs ({COLUMNS}, max_attempts, payload) VALUES (:id, :n, 'test.none', 'default', 0,"
            " 'succeeded', :at, :at, :at, 1, 0, 0, 5, '{}')",
            id=job_id,
            n=number,
            at=finished_at,
        )
        await sql(
            node,
            "INSERT INTO job_attempts (job_id, attempt, node, outcome, started_at, ended_at)"
            " VALUES (:id, 1, 'b', 'lost', :at, :at)",
            id=job_id,
            at=finished_at,
        )
    return ids


async def in_default(node) -> int:
    [row] = await sql(
        node,
        "SELECT (SELECT count(*) FROM finished_jobs_default) + (SELECT count(*) FROM job_attempts_default) AS n",
    )
    return row.n


def name(day: date) -> str:
    return f"{day:%Y%m%d}"


async def test_days_ahead_are_there_when_a_node_has_started(make_node) -> None:
    @jobs.kind("test.fine")
    async def fine(attempt: jobs.Attempt, payload: Count) -> None: ...

    node = await make_node()
    today = datetime.now(UTC).date()
    wanted = {name(today + timedelta(days=n)) for n in range(retention.DAYS_AHEAD + 1)}
    assert await days(node) == await days(node, "job_attempts") == wanted
    await ended(node, await enqueue(node, "test.fine"))
    assert await in_default(node) == 0


async def test_nodes_that_start_at_once_make_each_day_once(make_node) -> None:
    nodes = [await make_node(start=False) for _ in range(5)]
    assert all(await asyncio.gather(*[retention.make_days(node) for node in nodes]))
    assert len(await days(nodes[0])) == retention.DAYS_AHEAD + 1


async def test_old_days_go_whole_and_strays_find_their_day(make_node) -> None:
    node = await make_node(start=False)
    now = datetime.now(UTC)
    [old], [kept] = await finish(node, now - timedelta(days=8)), await finish(node, now - timedelta(days=6))
    assert await in_default(node) == 4
    assert await retention.sweep(node, 7)
    assert await in_default(node) == 0
    assert await days(node) == await days(node, "job_attempts") == {name((now - timedelta(days=6)).date())}
    assert [row.id for row in await sql(node, "SELECT id FROM finished_jobs")] == [kept]

    assert await retention.drop_days(node, 7)
    assert len(await days(node)) == 1
    assert await retention.drop_days(node, 5)
    assert await days(node) == await days(node, "job_attempts") == set()
    assert await sql(node, "SELECT relname FROM pg_class WHERE relname ~ '_jobs_[0-9]+$'") == []
    assert old != kept


async def test_a_day_detached_by_somebody_who_died_is_dropped(make_node) -> None:
    node = await make_node(start=False)
    day = datetime.now(UTC) - timedelta(days=40)
    await finish(node, day)
    await retention.sweep(node, 100)
    await sql(node, f"ALTER TABLE finished_jobs DETACH PARTITION finished_jobs_{name(day.date())}")
    assert await retention.drop_days(node, 30)
    assert await sql(node, "SELECT relname FROM pg_class WHERE relname ~ '^(finished_jobs|job_attempts)_[0-9]+$'") == []


async def test_a_reader_in_the_way_costs_the_queue_a_moment(make_node) -> None:
    """Somebody's long transaction holds the history open: days cannot change, and outcomes are still recorded."""

    @jobs.kind("test.fine")
    async def fine(attempt: jobs.Attempt, payload: Count) -> None: ...

    node = await make_node()
    day = datetime.now(UTC) - timedelta(days=40)
    await finish(node, day)
    assert await retention.sweep(node, 100)
    async with node.database.engine.connect() as reader:
        await reader.execute(text("SELECT count(*) FROM finished_jobs"))
        dropping = asyncio.create_task(retention.drop_days(node, 30))
        longest = 0.0
        while not dropping.done():
            began = time.monotonic()
            await ended(node, await enqueue(node, "test.fine"))
            longest = max(longest, time.monotonic() - began)
        assert await dropping is False
        assert longest < 8.0  # who waits for a lock waits for 10 s
        assert name(day.date()) in await days(node)
        await reader.rollback()
    assert await retention.drop_days(node, 30)
    assert name(day.date()) not in await days(node)


async def test_progress_runs_and_batches_are_forgotten_when_old(make_node) -> None:
    node = await make_node(start=False)
    live = await enqueue(node, "test.none")
    for job_id in (live, "job_ended"):
        await sql(
            node,
            "INSERT INTO job_progress (job_id, attempt, updated_at) VALUES (:id, 1, now() - interval '31 days')",
            id=job_id,
        )
    for target in (33, 32, 1):
        await sql(
            node,
            "INSERT INTO schedule_runs (schedule_id, target_at, made_at)"
            " SELECT s, now() - CAST(:d AS int) * interval '1 day', now() - CAST(:d AS int) * interval '1 day'"
            " FROM unnest(ARRAY['sch_a', 'sch_' || CAST(:d AS int)]) AS s",
            d=target,
        )
    for age, finished in ((40, 40), (40, 2), (40, None)):
        await sql(
            node,
            "INSERT INTO job_batches (id, name, created_at, finished_at) VALUES (:id, 'b',"
            " now() - :age * interval '1 day', now() - CAST(:finished AS int) * interval '1 day')",
            id=f"bat_{finished}",
            age=age,
            finished=finished,
        )
    await retention.forget(node, 30)
    assert [row.job_id for row in await sql(node, "SELECT job_id FROM job_progress")] == [live]
    runs = await sql(node, "SELECT schedule_id FROM schedule_runs ORDER BY schedule_id")
    assert [row.schedule_id for row in runs] == ["sch_1", "sch_32", "sch_33", "sch_a"]  # the newest run of each stays
    assert {row.id for row in await sql(node, "SELECT id FROM job_batches")} == {"bat_2", "bat_None"}
