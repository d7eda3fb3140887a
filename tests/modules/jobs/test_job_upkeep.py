"""Jobs nobody can run are kept and reported; an idle node is quiet; the hot statements use their indexes."""

import asyncio
import json

import asyncpg
import pytest
from queue_probe import Count, ended, enqueue, eventually, loop_of, sql, view

from app.kernel.ids import new_id
from app.modules import jobs
from app.modules.jobs import queries
from app.modules.jobs.upkeep import Upkeep


async def test_unknown_kind_waits_with_an_alarm_until_somebody_can_run_it(make_node) -> None:
    node = await make_node()
    job_id = await enqueue(node, "test.unheard")
    upkeep = loop_of(node, "upkeep")

    async def alarms(condition: str) -> list:
        upkeep.wake()
        key = "jobs.no_handler.test.unheard"
        return await sql(node, f"SELECT title FROM alarms WHERE key = :key AND cleared_at {condition}", key=key)

    [alarm] = await eventually(lambda: alarms("IS NULL"))
    assert alarm.title == "No handler for kind test.unheard"
    job = await view(node, job_id)
    assert (job.state, job.attempt) == ("queued", 0)
    assert job.waiting_on is not None
    assert job.waiting_on.kind == "handler_missing"
    assert job.waiting_on.text == "No handler for kind test.unheard on this node"

    @jobs.kind("test.unheard")
    async def heard(attempt: jobs.Attempt, payload: Count) -> None: ...

    node.bus.wake("jobs")
    assert (await ended(node, job_id)).state == "succeeded"
    await eventually(lambda: alarms("IS NOT NULL"))


async def test_the_look_for_unknown_kinds_goes_through_a_long_queue_in_parts(make_node) -> None:
    node = await make_node(start=False)
    async with node.database.transaction() as session:
        for urgency in ("high", "normal", "low"):
            await jobs.enqueue_many(session, "wait", [{"milliseconds": 1}] * 40, urgency=urgency)
            await jobs.enqueue(session, f"test.unheard.{urgency}", Count(), urgency=urgency)
    upkeep = Upkeep(node)

    async def alarms() -> list[str]:
        rows = await sql(node, "SELECT key FROM alarms WHERE cleared_at IS NULL ORDER BY key")
        return [row.key.removeprefix("jobs.no_handler.test.unheard.") for row in rows]

    for _round in range(7):  # 123 jobs in parts of 20: the first walk, which only remembers
        await upkeep.run(look_for_unknown_kinds=True, at_once=20)
    assert await alarms() == []
    for _round in range(7):
        await upkeep.run(look_for_unknown_kinds=True, at_once=20)
    assert await alarms() == ["high", "low", "normal"]
    await sql(node, "DELETE FROM jobs WHERE kind = 'test.unheard.high'")
    for _round in range(7):
        await upkeep.run(look_for_unknown_kinds=True, at_once=20)
    assert await alarms() == ["low", "normal"]


async def test_idle_node_hardly_asks_the_database(make_node, server) -> None:
    node = await make_node(**{"jobs.lease_seconds": 15})

    claim, keeper = loop_of(node, "claim"), loop_of(node, "keeper")
    for loop in node.loops:
        if loop.leisurely:  # the housekeeping of once an hour
            await loop.stop()

    # Jobs older than a limit are looked for again in its first seconds.
    await sql(node, "UPDATE job_limits SET changed_at = now() - interval '1 minute', adopted_at = now()")

    async def settled() -> bool:
        return claim.health.state == keeper.health.state == "waiting"

    await eventually(settled)
    [database] = [row.name for row in await sql(node, "SELECT current_database() AS name")]
    before = await statements(server, database)
    seconds = 5.5  # longer than every loop's floor
    await node.clock.wait(asyncio.Event(), seconds)
    asked = await statements(server, database) - before
    assert asked <= 16, f"{asked} statements in {seconds} s"


async def statements(server, database: str) -> int:
    connection = await asyncpg.connect(server.url_of(database).replace("+asyncpg", ""))
    try:
        return await connection.fetchval(
            "SELECT coalesce(sum(calls), 0)::bigint FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid"
            " WHERE d.datname = current_database() AND s.query NOT LIKE '%pg_stat_statements%'"
        )
    finally:
        await connection.close()


@pytest.fixture
async def crowded(make_node):
    """A node's database whose statistics say the tables are empty, which they are not."""
    node = await make_node(start=False)
    await sql(node, "ANALYZE jobs")
    async with node.database.transaction() as session:
        ids = await jobs.enqueue_many(session, "test.count", [Count(n=n) for n in range(5000)])
    connection = await asyncpg.connect(node.database.engine.url.render_as_string(False).replace("+asyncpg", ""))
    await connection.execute("SET enable_seqscan = off")
    yield connection, ids
    await connection.close()


async def plan(connection: asyncpg.Connection, statement: str, *arguments: object) -> set[tuple[str, str]]:
    """Return (node type, relation or index) of every scan of the statement's plan."""
    found: set[tuple[str, str]] = set()

    def walk(step: dict) -> None:
        if "Scan" in step["Node Type"]:
            found.add((step["Node Type"], step.get("Index Name") or step.get("Relation Name") or ""))
        for inner in step.get("Plans", ()):
            walk(inner)

    async with connection.transaction():
        [document] = await connection.fetch(f"EXPLAIN (FORMAT JSON) {statement}", *arguments)
    walk(json.loads(document[0])[0]["Plan"])
    return found


async def test_hot_statements_never_scan_the_table(crowded) -> None:
    connection, ids = crowded
    some, ones, none = ids[:100], [1] * 100, [None] * 100
    claim = await plan(
        connection, queries.CLAIMS[False, False, True], ["test.count"], 100, "boot", 15.0, ["test.count"], [5]
    )
    assert ("Index Scan", "ix_jobs_ready") in claim
    assert ("Tid Scan", "jobs") in claim
    own = await plan(connection, queries.CLAIMS[True, False, False], ["test.count"], 100, "boot", 15.0, [1, 2, 3])
    used = {
        "next due": await plan(connection, queries.NEXT_DUE),
        "finish": await plan(connection, queries.FINISH, some, ones, ["succeeded"] * 100, none, "running", none),
        "finish many": await plan(connection, queries.FINISH_MANY, some, ["1"] * 100, [], [], []),
        "own": own,
        "but": await plan(
            connection, queries.CLAIMS[False, True, False], ["test.count"], 100, "boot", 15.0, ["paused"]
        ),
        "requeue": await plan(connection, queries.REQUEUE, some, ones, ["failed"] * 100, [1.0] * 100, none, "boot"),
        "renew": await plan(connection, queries.RENEW, some, ones, "boot", 15.0),
        "rescue": await plan(connection, queries.RESCUE, 3, "lost"),
        "claim": claim,
    }
    for name, scans in used.items():
        assert not [s for s in scans if s[0] == "Seq Scan" and s[1] == "jobs"], name
    assert any(index == "ix_jobs_delayed" for _, index in used["next due"])
    for claims in ("own", "but"):
        assert ("Index Scan", "ix_jobs_ready") in used[claims], used[claims]
    for by_id in ("finish", "finish many", "requeue", "renew"):
        assert any(index == "pk_jobs" for _, index in used[by_id]), used[by_id]
    assert any(index == "ix_jobs_leases" for _, index in used["rescue"])


async def test_claim_skips_a_full_kind_in_the_index(crowded) -> None:
    connection, _ = crowded
    other = new_id("job")
    await connection.execute(
        "INSERT INTO jobs (id, kind, queue, max_attempts, payload) VALUES ($1, 'test.other', 'default', 5, '{}')", other
    )
    [row] = await connection.fetch(queries.CLAIMS[False, False, False], ["test.other"], 100, "boot", 15.0)
    assert row["id"] == other
