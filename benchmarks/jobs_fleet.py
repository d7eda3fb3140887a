"""Four nodes in four processes against one, and what a node costs while nothing happens."""

import asyncio
import base64
import re
import time
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median

from benchmarks.jobs_cost import process_cpu_seconds
from benchmarks.jobs_drains import SLOTS
from benchmarks.jobs_sizes import Sizes
from benchmarks.jobs_stage import TEMPLATE, Participant, Stage
from benchmarks.report import Row, median_row

NODES = 4
GIVE_UP_SECONDS = 300.0
IDLE_AFTER_SECONDS = 6.0  # what a start looks up is over by then


async def rows(stage: Stage, sizes: Sizes) -> list[Row]:
    """Measure one node and four in turn, then an idle one."""
    one, four = [], []
    for _ in range(sizes.rounds):
        one.append(await _drain(stage, sizes, 1))
        four.append(await _drain(stage, sizes, NODES))
    fleet = median_row(
        f"{NODES} nodes in as many processes drain {sizes.fleet:,} jobs, none twice",
        "jobs/s",
        [round(rate) for rate in four],
        better="higher",
        target=1.2,
        target_is_ratio=True,
        other=round(median(one)),
        other_name="one node",
    )
    # Beside one another: neither works, each is asked about its own processes and its own database.
    alone, house = await asyncio.gather(_idle(stage, sizes, house=False), _idle(stage, sizes, house=True))
    return [fleet, *alone, *house]


async def _drain(stage: Stage, sizes: Sizes, count: int) -> float:
    """Return the rate from the first handler's first line to the last record, with all nodes there before."""
    board = stage.directory / "board"
    board.write_bytes(bytes(8 * count))
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(stage.database("ours", template=TEMPLATE))
        opened = {"url": stage.engine_url(database), "directory": str(stage.directory)}
        producer = await stack.enter_async_context(stage.participant("benchmarks.jobs_ours"))
        await producer.ask("open", name="producer", works=False, **opened)
        nodes = [await stack.enter_async_context(stage.participant("benchmarks.jobs_ours")) for _ in range(count)]

        async def start(place: int, node: Participant) -> None:
            await node.ask("open", name=f"node{place}", slots=SLOTS, **opened)
            await node.ask("expect", count=sizes.fleet, board=str(board), place=place)
            await node.ask("start")

        await asyncio.gather(*[start(place, node) for place, node in enumerate(nodes)])
        await asyncio.sleep(sizes.settle_seconds)  # until they know one another and share the ring
        queueing = asyncio.create_task(producer.ask("bulk", count=sizes.fleet, at_once=True))
        began = await _until(board, 1)
        await queueing
        await producer.ask("start")  # its hint reaches whoever slept
        await _until(board, sizes.fleet)
        connection = await stage.connect(database)
        while (there := await connection.fetchval(_SUCCEEDED)) < sizes.fleet:
            if time.perf_counter() - began > GIVE_UP_SECONDS:
                raise AssertionError(f"{there} of {sizes.fleet} jobs are recorded as succeeded")
            await asyncio.sleep(0.005)
        seconds = time.perf_counter() - began
        await connection.close()
        seen = [await node.ask("ran") for node in nodes]
    runs = sum(sum(base64.b64decode(one["seen"])) + one["twice"] for one in seen)
    if runs != sizes.fleet or there != sizes.fleet:
        raise AssertionError(f"{sizes.fleet} jobs ran {runs} times and are recorded {there} times")
    return sizes.fleet / seconds


_SUCCEEDED = "SELECT count(*) FROM finished_jobs WHERE state = 'succeeded'"


async def _until(board: Path, runs: int) -> float:
    """Wait until that many handlers ran in all nodes together; return when that was."""
    give_up_at = time.perf_counter() + GIVE_UP_SECONDS
    while True:
        shown = board.read_bytes()
        ran = sum(int.from_bytes(shown[at : at + 8], "little") for at in range(0, len(shown), 8))
        if ran >= runs:
            return time.perf_counter()
        if time.perf_counter() > give_up_at:
            raise AssertionError(f"{ran} of {runs} jobs ran")
        await asyncio.sleep(0.001)


async def _idle(stage: Stage, sizes: Sizes, *, house: bool) -> list[Row]:
    what = "whole house" if house else "jobs and nodes"
    async with stage.database("ours", template=TEMPLATE) as database, stage.participant("benchmarks.jobs_ours") as ours:
        directory = str(stage.directory)
        await stage.sql(f"ALTER DATABASE {database} SET log_statement = 'all'", superuser=True)
        await ours.ask("open", name=what, url=stage.engine_url(database), directory=directory, house=house)
        await ours.ask("bulk", count=100)
        await ours.ask("drain", count=100)
        await asyncio.sleep(IDLE_AFTER_SECONDS)
        connection = await stage.connect("stormbell", superuser=True)
        logged = stage.log.stat().st_size
        backends = [row["pid"] for row in await connection.fetch(_BACKENDS, database)]
        used = process_cpu_seconds(ours.pid)
        served = {pid: process_cpu_seconds(pid) for pid in backends}
        began = time.perf_counter()
        await asyncio.sleep(sizes.idle_seconds)
        seconds = time.perf_counter() - began
        share = (process_cpu_seconds(ours.pid) - used) / seconds * 100
        # Of one that was closed meanwhile nothing is known any more.
        server_share = sum(max(0.0, process_cpu_seconds(pid) - was) for pid, was in served.items()) / seconds * 100
        said = stage.log.read_bytes()[logged:].decode(errors="replace")
        # Those of connections that were opened meanwhile count as well.
        backends = [row["pid"] for row in await connection.fetch(_BACKENDS, database)]
        mine = "|".join(map(str, backends))
        queries = len(re.findall(rf"\[(?:{mine})\] LOG:  (?:execute|statement)", said)) / seconds
        await connection.close()
    name = f"idle node ({what}) over {sizes.idle_seconds:.0f} s"
    return [
        Row(f"{name}: CPU", "% of a core", round(share, 3), target=0.5),
        Row(f"{name}: CPU of its connections' processes", "% of a core", round(server_share, 3)),
        Row(f"{name}: statements by log_statement = all", "/s", round(queries, 3), target=2.0),
        Row(f"{name}: connections", "", float(len(backends))),
    ]


_BACKENDS = "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'"
