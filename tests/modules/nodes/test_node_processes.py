"""Real processes: stopped and continued, started in the same instant, killed, with clocks that are wrong."""

import asyncio
import shutil
import signal
import time
from pathlib import Path

import pytest

from tests.modules.nodes.conftest import Database
from tests.modules.nodes.processes import fleet, spawn


@pytest.mark.covers("J6")
async def test_one_that_was_stopped_past_its_death_comes_back_as_another(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    async with fleet(database_url, tmp_path, "heron", "stork", period=0.75) as (heron, stork):
        await stork.until(may_claim=True, sections=256)
        stork.signal(signal.SIGSTOP)
        stopped_at = time.monotonic()
        await database.until("SELECT state = 'dead' FROM nodes WHERE id = $1", stork.boot_id)
        # Not before (misses + 1) periods after its last heartbeat, and not long after.
        assert 2.2 < time.monotonic() - stopped_at < 12
        await heron.until(sections=None)
        stork.signal(signal.SIGCONT)
        after = await stork.until(may_claim=True, fenced=1, sections=256)
        assert after["boot_id"] != stork.boot_id
        # From the moment it went on it claimed nothing as the boot that is dead.
        woken = [said for said in stork.said if said["fenced"] or not said["may_claim"]]
        assert not [said for said in woken if said["may_claim"] and said["boot_id"] == stork.boot_id]
        assert await database.value("SELECT state FROM nodes WHERE id = $1", stork.boot_id) == "dead"
        joined = "SELECT data ->> 'reborn_of' FROM events WHERE type = 'node.joined' AND subject_id = $1"
        assert await database.value(joined, after["boot_id"]) == stork.boot_id


async def test_a_killed_watcher_is_followed_and_given_up(database_url: str, database: Database, tmp_path: Path) -> None:
    heron = await spawn(database_url, tmp_path, "heron", period=0.5)
    async with fleet(database_url, tmp_path, "ibis", "stork", period=0.5) as (ibis, stork):
        assert await database.value("SELECT node_id FROM leaders WHERE role = 'watch'") == heron.boot_id
        heron.signal(signal.SIGKILL)
        await heron.process.wait()
        await database.until("SELECT state = 'dead' FROM nodes WHERE id = $1", heron.boot_id)
        await asyncio.gather(ibis.until(sections=256), stork.until(sections=256))
        assert await database.value("SELECT generation FROM leaders") >= 2


async def test_nodes_that_start_in_the_same_instant_share_the_ring(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    names = [f"node{number}" for number in range(4)]
    async with fleet(database_url, tmp_path, *names, period=3.0) as processes:
        await asyncio.gather(*[process.until(sections=128) for process in processes])
        assert sorted((await database.owned()).values()) == [128] * 4
        assert await database.value("SELECT count(*) FROM leaders WHERE role = 'watch' AND node_id IS NOT NULL") == 1
        processes[0].signal(signal.SIGTERM)
        began = time.monotonic()
        async with asyncio.timeout(30):
            while sorted((await database.owned()).values()) != [170, 171, 171]:
                await asyncio.sleep(0.01)
        assert time.monotonic() - began < 8  # handed back: the others would wait for 9 s and more
        assert await processes[0].process.wait() == 0
        ended = await database.connection.fetchrow(
            "SELECT state, reason FROM nodes WHERE id = $1", processes[0].boot_id
        )
        assert tuple(ended) == ("dead", "terminated")


@pytest.mark.skipif(shutil.which("faketime") is None, reason="faketime is not installed")
async def test_clocks_ten_minutes_off_take_nothing_from_anybody(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    library = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    wrong = [
        {"LD_PRELOAD": str(library), "FAKETIME": offset, "DONT_FAKE_MONOTONIC": "1"} for offset in ("+10m", "-10m")
    ]
    async with fleet(database_url, tmp_path, "heron", period=0.5) as (heron,):
        early = await spawn(database_url, tmp_path, "early", period=0.5, environment=wrong[0])
        late = await spawn(database_url, tmp_path, "late", period=0.5, environment=wrong[1])
        try:
            await late.until(sections=170)
            heron.signal(signal.SIGTERM)  # one whose clock is wrong watches now
            await heron.process.wait()
            await asyncio.gather(early.until(sections=256), late.until(sections=256))
            beats = "SELECT min(heartbeat_at) > $1 FROM nodes WHERE state <> 'dead'"
            now = await database.value("SELECT clock_timestamp() + interval '2 seconds'")
            await database.until(beats, now)
            assert await database.column("SELECT state FROM nodes ORDER BY number") == ["dead", "waiting", "waiting"]
            assert not await database.column(
                "SELECT 1 FROM events WHERE type IN ('node.unresponsive', 'node.recovered')"
            )
            assert {said["fenced"] for said in (*early.said, *late.said)} == {0}
        finally:
            for one in (early, late):
                one.process.kill()
                await one.process.wait()
