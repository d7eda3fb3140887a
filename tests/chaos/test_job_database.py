"""The database restarts, forgets its listeners, or its answer to COMMIT never comes: jobs take effect once."""

import asyncio
import contextlib
import os
import random
import signal
import statistics
import time
from pathlib import Path

import pytest
from chaos_node import MODULES, Work, load
from cutting_proxy import CuttingProxy
from fleet import GONE, LONG, SEED, Fleet, size
from history import read
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.kernel.db import DatabaseGone
from app.kernel.errors import Unavailable
from app.kernel.migrate import migrate
from app.kernel.node import Node
from app.kernel.postgres import Cluster, EmbeddedPostgres
from app.modules import jobs
from app.modules.jobs.submitting import stop, submit

RESTARTS = size(3, 16)
CUT_JOBS = size(300, 5_000)
LISTENS = size(5, 50)

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(size(600, 1800))]


async def feed(fleet: Fleet, seconds_each: float) -> None:
    """Enqueue jobs for ever; one whose commit was not answered may or may not be there."""
    while True:
        with contextlib.suppress(*GONE, SQLAlchemyError):
            await fleet.enqueue("chaos.effect", [Work(seconds=seconds_each)] * 5)
        await asyncio.sleep(0.05)


async def test_jobs_survive_a_database_that_restarts_at_any_moment(tmp_path: Path, say) -> None:
    dice = random.Random(SEED)
    back: asyncio.Queue[Cluster] = asyncio.Queue()
    postgres = EmbeddedPostgres(tmp_path / "postgres", settings={"fsync": "off"}, on_restart=back.put_nowait)
    cluster = await postgres.start()
    engine = create_async_engine(cluster.url, poolclass=NullPool)
    await migrate(engine)
    await engine.dispose()
    fleet = Fleet(cluster.url, tmp_path, {})
    resumed: list[float] = []
    try:
        await fleet.open()
        for home in ("shared", "apart"):
            await (await fleet.start(home=home)).ready()
        feeding = asyncio.create_task(feed(fleet, 0.05))
        for restart in range(RESTARTS):
            await asyncio.sleep(dice.uniform(5, 40) if LONG else dice.uniform(1, 3))
            assert postgres.server_pid is not None
            os.kill(postgres.server_pid, signal.SIGQUIT)  # pg_ctl restart -m immediate
            killed_at = time.monotonic()
            await asyncio.wait_for(back.get(), 30)
            back_at = time.monotonic()
            async with asyncio.timeout(60):
                while True:
                    with contextlib.suppress(*GONE):
                        async with fleet.sql() as connection:
                            if await connection.fetchval("SELECT max(at) > $1 FROM chaos_effects", back_at):
                                break
                    await asyncio.sleep(0.02)
            resumed.append(time.monotonic() - back_at)
            say(
                f"restart {restart + 1} of {RESTARTS}: server back after {back_at - killed_at:.2f} s, work"
                f" {resumed[-1]:.2f} s later"
            )
        feeding.cancel()
        await asyncio.gather(feeding, return_exceptions=True)
        drained = await fleet.drained(120)
        found = await fleet.verdict()
        say(f"{found}; drained {drained:.1f} s after the last; resumed after {max(resumed):.2f} s at most")
        found.hold()
        assert set(found.ended) <= {"succeeded", "quarantined"}
        assert max(resumed) <= (5 if LONG else 15)
    finally:
        await fleet.close()
        await postgres.stop()


async def test_next_job_starts_soon_although_every_listener_was_killed(fleet: Fleet, tmp_path: Path, say) -> None:
    await (await fleet.start()).ready()
    # A node of this process puts jobs in and cannot take them: the other one has to hear of them.
    ours = Node(load({"data_directory": str(tmp_path / "ours"), "nodes.start_paused": "true"}), MODULES, fleet.url)
    await ours.start()
    waits: list[float] = []
    try:
        for loop in ours.loops:
            if (loop.module, loop.name) == ("jobs", "claim"):
                await loop.stop()
        for turn in range(LISTENS):
            async with fleet.sql() as connection:
                killed = await connection.fetchval(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND (query LIKE 'LISTEN%' OR query LIKE '%pg_notify%') AND pid <> pg_backend_pid()"
                )
            assert killed == 2 or turn, killed
            began = time.monotonic()
            async with ours.database.transaction() as session:
                job_id = await jobs.enqueue(session, "chaos.plain", Work())
            async with asyncio.timeout(30):
                while not (starts := [e.at for e in read(fleet.history) if (e.what, e.job_id) == ("started", job_id)]):
                    await asyncio.sleep(0.005)
            waits.append(starts[0] - began)
            await fleet.drained(30)
        async with asyncio.timeout(10):
            while ours.trouble():  # and the node does not call itself ill for ever after
                await asyncio.sleep(0.01)
    finally:
        await ours.stop()
    say(f"{LISTENS} times: next job after p50 {statistics.median(waits):.3f} s, max {max(waits):.3f} s")
    assert max(waits) <= (1 if LONG else 4)  # the floor, without any hint, is 5 s


async def test_enqueue_whose_commit_was_not_answered_is_one_job_under_its_key(fleet: Fleet, tmp_path: Path) -> None:
    dice = random.Random(SEED)
    count = size(100, 2_000)
    async with CuttingProxy(
        fleet.url, tmp_path / "proxy", lambda sql: sql.startswith("COMMIT") and dice.random() < 0.3
    ) as proxy:
        client = Node(load({"data_directory": str(tmp_path / "c")}), MODULES, proxy.url)
        job_ids = []
        tries = 0
        for number in range(count):
            while True:
                tries += 1
                try:
                    async with client.database.transaction() as session:
                        job_id = await jobs.enqueue(
                            session, "chaos.plain", Work(text=str(number)), idempotency_key=f"order {number}"
                        )
                except (SQLAlchemyError, *GONE):
                    continue
                job_ids.append(job_id)
                break
        await client.stop()
    print(f"{len(proxy.cuts)} commits cut, {tries} tries for {count} jobs")
    assert len(proxy.cuts) > count / 10
    async with fleet.sql() as connection:
        rows = await connection.fetch("SELECT id, payload FROM jobs ORDER BY number")
    assert [row["id"] for row in rows] == job_ids  # one row per key, and the id that was answered is that row's
    assert len({row["payload"] for row in rows}) == count


async def test_submission_that_was_not_answered_is_one_job_under_its_key(fleet: Fleet, tmp_path: Path) -> None:
    """The same for jobs that share a commit with others, as those of ``POST /jobs`` do."""
    dice = random.Random(SEED)
    count = size(100, 2_000)

    def cut(sql: str) -> bool:
        return ("INSERT INTO jobs" in sql or sql.startswith("COMMIT")) and dice.random() < 0.3

    async with CuttingProxy(fleet.url, tmp_path / "proxy", cut) as proxy:
        client = Node(load({"data_directory": str(tmp_path / "c")}), MODULES, proxy.url)

        async def order(number: int) -> str:
            while True:
                with contextlib.suppress(Unavailable, DatabaseGone):
                    work = Work(text=str(number))
                    return await submit(client, "chaos.plain", work, idempotency_key=f"order {number}")

        try:
            answered: dict[int, str] = {}
            for first in range(0, count, 20):
                numbers = range(first, first + 20)
                answered |= zip(numbers, await asyncio.gather(*map(order, numbers)), strict=True)
        finally:
            await stop(client)
            await client.stop()
    print(f"{len(proxy.cuts)} answers cut for {count} jobs")
    assert len(proxy.cuts) > count / 100
    async with fleet.sql() as connection:
        rows = await connection.fetch("SELECT id, (payload ->> 'text')::int AS number FROM jobs")
    assert len(rows) == count
    assert {row["number"]: row["id"] for row in rows} == answered


async def test_worker_whose_statements_are_not_answered_doubles_nothing(fleet: Fleet, tmp_path: Path, say) -> None:
    dice = random.Random(SEED)

    def cut(sql: str) -> bool:
        writes = sql.startswith("COMMIT") or "FOR UPDATE SKIP LOCKED" in sql or "DELETE FROM jobs" in sql
        return writes and len(proxy.cuts) < CUT_JOBS / 5 and dice.random() < 0.25

    async with CuttingProxy(fleet.url, tmp_path / "proxy", cut) as proxy:
        await (await fleet.start(url=proxy.url)).ready()
        await (await fleet.start(home="apart")).ready()
        for _ in range(CUT_JOBS // 10):
            for kind in ("chaos.effect", "chaos.plain"):
                await fleet.enqueue(kind, [Work(seconds=0.02)] * 5)
            await asyncio.sleep(0.1)
        drained = await fleet.drained(size(120, 900))
        found = await fleet.verdict()
        kinds = {word: sum(word in sql for sql in proxy.cuts) for word in ("COMMIT", "due AS", "ended AS", "UPDATE")}
        say(f"{len(proxy.cuts)} answers cut {kinds}; {found}; drained in {drained:.1f} s")
        for member in fleet.members:
            await member.kill()
    found.hold()
    assert found.ended == {"succeeded": found.enqueued}
    assert len(proxy.cuts) >= 5
