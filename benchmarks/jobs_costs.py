"""What single things cost the database: the constants of tools/fleet_model.py, measured here and not judged."""

import asyncio
import time
from contextlib import AsyncExitStack

import asyncpg

from app.kernel.wakeups import CHANNEL
from app.modules.jobs.enqueueing import READY_TOPIC
from benchmarks.jobs_cost import Cost
from benchmarks.jobs_history import DEAD, NO_VACUUM
from benchmarks.jobs_sizes import Sizes
from benchmarks.jobs_stage import TEMPLATE, Stage
from benchmarks.report import Row

LISTENERS = 50
_PASSING = """
SELECT ctid FROM jobs
WHERE state = 'queued' AND run_at <= now() AND kind = 'bench.noop' AND (number % 512)::smallint = ANY($1::smallint[])
ORDER BY priority DESC, run_at, number LIMIT 20
"""
_BYTES = """
SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits WHERE inhparent = 'finished_jobs'::regclass
"""


async def rows(stage: Stage, sizes: Sizes) -> list[Row]:
    """Measure each thing alone."""
    return [
        *await _hints(stage, sizes),
        *await _alone(stage, sizes),
        *await _sections(stage, sizes),
        *await _dead_rows(stage, sizes),
    ]


async def _hints(stage: Stage, sizes: Sizes) -> list[Row]:
    """A hint as nodes send it: with nobody, fifty, and one whole node listening; then as many as fit into a second."""
    count = sizes.hints
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(stage.database("ours", template=TEMPLATE))
        sender = await stage.connect(database)
        unheard = await _cost_of_hints(stage, sender, count)
        listeners = [await stage.connect(database) for _ in range(LISTENERS)]
        for listener in listeners:
            await listener.add_listener(CHANNEL, lambda *_: None)
        heard = await _cost_of_hints(stage, sender, count)
        for listener in listeners:
            await listener.close()
        senders = [await stage.connect(database) for _ in range(8)]
        began = time.perf_counter()
        await asyncio.gather(*[_hint(one, count) for one in senders])
        most = 8 * count / (time.perf_counter() - began)
        for one in senders:
            await one.close()
        ours = await stack.enter_async_context(stage.participant("benchmarks.jobs_ours"))
        await ours.ask("open", url=stage.engine_url(database), directory=str(stage.directory))
        await ours.ask("start")
        await asyncio.sleep(sizes.settle_seconds)
        woken = await _cost_of_hints(stage, sender, count, pause=0.005)
        await sender.close()
    delivered = (heard - unheard) / LISTENERS
    return [
        Row("CPU of PostgreSQL a hint (NOTIFY and its commit)", "us", round(unheard, 1), n=count),
        Row("CPU of PostgreSQL a hint and listener", "us", round(delivered, 2), n=count * LISTENERS),
        Row("hints a second, 8 senders (their commits wait for one lock)", "/s", round(most), n=8 * count),
        Row("CPU of PostgreSQL a claim that finds nothing", "us", round(woken - unheard - delivered, 1), n=count),
    ]


async def _cost_of_hints(stage: Stage, sender: asyncpg.Connection, count: int, pause: float = 0.001) -> float:
    before = await Cost.so_far(stage)
    await _hint(sender, count, pause)
    return (await Cost.so_far(stage) - before).each(count).database_us


async def _hint(sender: asyncpg.Connection, count: int, pause: float = 0.0) -> None:
    for _ in range(count):
        await sender.execute("SELECT pg_notify($1, $2)", CHANNEL, f"boot_another {READY_TOPIC}")
        if pause:
            await asyncio.sleep(pause)


async def _alone(stage: Stage, sizes: Sizes) -> list[Row]:
    """Jobs so far apart that nothing is shared: each pays for its own commits."""
    async with stage.database("ours", template=TEMPLATE) as database, stage.participant("benchmarks.jobs_ours") as ours:
        await ours.ask("open", url=stage.engine_url(database), directory=str(stage.directory))
        for count in (50, sizes.pickups):
            await ours.ask("expect", count=count)
            before = await Cost.so_far(stage)
            await ours.ask("offer", count=count, per_second=100.0, way="submit")
            await ours.ask("ended")
            cost = (await Cost.so_far(stage) - before).each(count)
        await ours.ask("expect", count=sizes.drain)
        await ours.ask("bulk", count=sizes.drain)
        await ours.ask("ended")
        connection = await stage.connect(database)
        kept = await connection.fetchval(_BYTES) / (sizes.drain + sizes.pickups + 50)
        await connection.close()
    return [
        Row("CPU of PostgreSQL a job alone (100/s)", "us", round(cost.database_us, 1), n=sizes.pickups),
        Row("write-ahead log a job alone (100/s)", "bytes", round(cost.wal_bytes), n=sizes.pickups),
        Row("a finished job on disk, indexes included", "bytes", round(kept), n=sizes.drain),
    ]


async def _sections(stage: Stage, sizes: Sizes) -> list[Row]:
    """A backlog read as a claim does, by who owns none of its sections."""
    async with stage.database("ours", template=TEMPLATE) as database, stage.participant("benchmarks.jobs_ours") as ours:
        await ours.ask("open", url=stage.engine_url(database), directory=str(stage.directory), works=False)
        await ours.ask("bulk", count=sizes.drain)
        connection = await stage.connect(database)
        await connection.execute("VACUUM (ANALYZE) jobs")
        await connection.execute("SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off")
        before = await Cost.so_far(stage)
        for _ in range(20):
            found = await connection.fetch(_PASSING, [-1])
            if found:
                raise AssertionError(f"{len(found)} jobs are in section -1")
        passed = (await Cost.so_far(stage) - before).each(20 * sizes.drain).database_us
        await connection.close()
    shown = "CPU of PostgreSQL an entry of another node's section that a claim passes"
    return [Row(shown, "us", round(passed, 3), n=20 * sizes.drain)]


async def _dead_rows(stage: Stage, sizes: Sizes) -> list[Row]:
    async with stage.database("ours", template=TEMPLATE) as database:
        connection = await stage.connect(database)
        await connection.execute(NO_VACUUM)
        await connection.execute(DEAD, sizes.dead)
        await connection.execute("DELETE FROM jobs")
        began = time.perf_counter()
        await connection.execute("VACUUM jobs")
        seconds = time.perf_counter() - began
        await connection.close()
    return [Row("dead rows of the queue vacuumed a second", "rows/s", round(sizes.dead / seconds), n=sizes.dead)]
