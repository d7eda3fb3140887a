"""Processes that share the embedded server, and what remains when one of them is killed."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from embedded import gone, node, postmaster_pid, query, server_pids

from app.kernel.postgres import Cluster

# All of it takes 0.1 to 0.7 s; a crowded machine takes longer.
PATIENCE_SECONDS = 15


@pytest.mark.parametrize("death_signal", [True, False])
async def test_a_killed_supervisor_takes_its_server_with_it(data: Path, started: Any, death_signal: bool) -> None:
    if death_signal and sys.platform != "linux":
        pytest.skip("death signals are Linux's")
    async with node(data, death_signal=death_signal) as supervisor:
        await supervisor.hear()
        pids = server_pids(data)
        cluster = Cluster(f"postgresql+asyncpg://stormbell@/stormbell?host={data}/socket", data, data, False)
        await query(cluster, f"CREATE TABLE kept_{death_signal} AS SELECT 42 AS n")
        await supervisor.kill()
        print(f"server gone {await gone(pids, 2):.3f} s after its supervisor, death signal {death_signal}")
    _, cluster = await started(data)
    assert await query(cluster, f"SELECT n FROM kept_{death_signal}") == 42


@pytest.mark.parametrize("how", ["killed", "stopped"])
async def test_an_attached_process_takes_over(data: Path, started: Any, how: str) -> None:
    async with node(data) as supervisor:
        await supervisor.hear()
        back: asyncio.Queue[Cluster] = asyncio.Queue()
        postgres, attached = await started(data, on_restart=back.put_nowait)
        assert (attached.owned, postgres.state) == (False, "attached")
        began = time.perf_counter()
        await (supervisor.kill() if how == "killed" else supervisor.end())
        cluster = await asyncio.wait_for(back.get(), PATIENCE_SECONDS)
        print(f"taken over {time.perf_counter() - began:.3f} s after the supervisor was {how}")
    assert (cluster.owned, cluster.url, postgres.state, postgres.restarts) == (True, attached.url, "running", 1)
    assert await query(cluster, "SELECT 1") == 1


async def test_a_supervisor_on_uvloop_brings_its_server_back(data: Path) -> None:
    async with node(data) as supervisor:
        first = await supervisor.hear()
        for _ in range(2):
            os.kill(postmaster_pid(data), signal.SIGKILL)
            said = await supervisor.hear()
            assert (said["event"], said["owned"], said["url"]) == ("restarted", True, first["url"])
            assert said["pid"] == postmaster_pid(data) != first["pid"]
        assert (await supervisor.end())["state"] == "stopped"
    assert server_pids(data) == []


async def test_a_busy_backend_of_a_killed_server_does_not_keep_the_next_from_starting(data: Path, started: Any) -> None:
    back: asyncio.Queue[Cluster] = asyncio.Queue()
    postgres, cluster = await started(data, on_restart=back.put_nowait)
    connection = await asyncpg.connect(cluster.url.replace("+asyncpg", ""))
    busy = connection.get_server_pid()
    asking = asyncio.ensure_future(connection.execute("DO $$ BEGIN LOOP END LOOP; END $$"))
    asking.add_done_callback(lambda done: done.exception())
    async with asyncio.timeout(5):
        while b"DO" not in Path(f"/proc/{busy}/cmdline").read_bytes():
            await asyncio.sleep(0.005)
    os.kill(postmaster_pid(data), signal.SIGKILL)
    await asyncio.wait_for(back.get(), PATIENCE_SECONDS)
    assert await query(cluster, "SELECT 1") == 1
    assert busy not in server_pids(data)
    assert (postgres.restarts, postgres.state) == (1, "running")
    assert "status -9" in (postgres.last_error or "")
    connection.terminate()
    await asyncio.wait([asking])


async def test_a_killed_watcher_leaves_no_orphan_beside_the_next_server(data: Path, started: Any) -> None:
    back: asyncio.Queue[Cluster] = asyncio.Queue()
    postgres, cluster = await started(data, on_restart=back.put_nowait, death_signal=False)
    orphan = postmaster_pid(data)
    assert postgres.server_pid != orphan
    os.kill(postgres.server_pid, signal.SIGKILL)
    await asyncio.wait_for(back.get(), PATIENCE_SECONDS)
    assert orphan not in server_pids(data)
    assert await query(cluster, "SELECT 1") == 1


async def test_two_processes_racing_for_a_fresh_directory_share_one_server(tmp_path: Path) -> None:
    async with node(tmp_path / "data") as one, node(tmp_path / "data") as two:
        said = [await one.hear(), await two.hear()]
        assert sorted(each.get("owned", each) for each in said) == [False, True]


async def test_a_second_process_attaches_and_leaves_the_server_alone(data: Path, started: Any) -> None:
    _, cluster = await started(data)
    async with node(data) as other:
        said = await other.hear()
        assert (said["event"], said["owned"], said["url"]) == ("started", False, cluster.url)
        await other.end()
    assert await query(cluster, "SELECT 1") == 1
