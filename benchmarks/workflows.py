"""Durable workflows of three stages beside DBOS's of three steps and Prefect's of three tasks, on one PostgreSQL.

Ours carry typed messages and a typed state, and each stage commits both with its job, its facts and the next stage.
Every figure is of workflows that were counted as complete in the database, with the state their stages left. Peers
are installed by ``python -m benchmarks.peers``.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.jobs_cost import server_cpu_seconds
from benchmarks.jobs_stage import TEMPLATE, Participant, Stage, stage
from benchmarks.peers import DBOS_WORKFLOWS, INSTALL, PREFECT_WORKFLOWS, Peer
from benchmarks.report import Row, median_row, percentile, publish


class Sizes(NamedTuple):
    """How much of it."""

    rounds: int
    workflows: int
    peers: dict[str, int]
    paced: int
    neighbours_seconds: float
    history: int


FULL = Sizes(
    rounds=3,
    workflows=10_000,
    peers={"dbos_workflows": 300, "prefect_workflows": 60},
    paced=1000,
    neighbours_seconds=30.0,
    history=1_000_000,
)
QUICK = Sizes(
    rounds=2,
    workflows=1000,
    peers={"dbos_workflows": 60, "prefect_workflows": 15},
    paced=200,
    neighbours_seconds=8.0,
    history=20_000,
)
# How many of theirs are in flight: more makes either slower, so each is shown at its best.
IN_FLIGHT = {DBOS_WORKFLOWS: 50, PREFECT_WORKFLOWS: 10}
# How many times as many ours are to be.
TARGETS = {DBOS_WORKFLOWS: 40.0, PREFECT_WORKFLOWS: 500.0}


async def measure(sizes: Sizes) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="stormbell-bench-") as directory:
        async with (
            stage(Path(directory)) as made,
            made.database("ours", template=TEMPLATE) as database,
            made.participant("benchmarks.workflows_ours") as ours,
        ):
            await ours.ask("open", url=made.engine_url(database), directory=directory)
            await ours.ask("drive", count=500, in_flight=50)
            rows = await _saturated(made, ours, sizes)
            rows += await _paced(ours, sizes)
            rows += await _beside_poison(ours, sizes)
            return rows + await _with_history(made, database, ours, sizes)


async def _saturated(made: Stage, ours: Participant, sizes: Sizes) -> list[Row]:
    """Rounds of ours and of the peer in turns, so that both meet the machine in the same moods."""
    rates: dict[int, list[float]] = {50: [], 200: []}
    app: list[float] = []
    database: list[float] = []
    present = [peer for peer in TARGETS if peer.version()]
    theirs: dict[Peer, list[float]] = {peer: [] for peer in present}
    their_app: dict[Peer, list[float]] = {peer: [] for peer in present}
    for _ in range(sizes.rounds):
        for in_flight, found in rates.items():
            before = server_cpu_seconds(made.postgres_pid)
            said = await ours.ask("drive", count=sizes.workflows, in_flight=in_flight)
            found.append(said["rate"])
            if in_flight == 200:
                app.append(said["app_us"] / 1000)
                database.append((server_cpu_seconds(made.postgres_pid) - before) / sizes.workflows * 1e3)
        for one in present:
            async with made.peer(one) as peer:
                await peer.ask("drive", count=10, in_flight=10)
                said = await peer.ask("drive", count=sizes.peers[one.name], in_flight=IN_FLIGHT[one])
                theirs[one].append(said["rate"])
                their_app[one].append(said["app_us"] / 1000)
    rows = []
    for in_flight, found in rates.items():
        rows.append(median_row(f"workflows, {in_flight} in flight", "per s", found, better="higher"))
        rows += [
            median_row(
                f"workflows, {in_flight} in flight, beside {one.shown}",
                "per s",
                found,
                better="higher",
                target=TARGETS[one],
                target_is_ratio=True,
                other=round(statistics.median(theirs[one]), 2),
                other_name=f"{one.shown}, {IN_FLIGHT[one]} in flight",
            )
            for one in present
        ]
    rows.append(
        median_row(
            "CPU of the app, saturated",
            "ms each",
            app,
            target=0.15,
            other=round(statistics.median(their_app[present[0]]), 3) if present else None,
            other_name=present[0].shown if present else None,
        )
    )
    rows.append(median_row("CPU of the database, saturated", "ms each", database))
    return rows


async def _paced(ours: Participant, sizes: Sizes) -> list[Row]:
    said = await ours.ask("paced", count=sizes.paced, rate=100)
    late = [seconds * 1000 for seconds in said["late"]]
    assert len(late) == sizes.paced
    return [
        Row("arrival to stage start at 100/s, p50", "ms", round(percentile(late, 0.5), 2), target=2.5, n=len(late)),
        Row("arrival to stage start at 100/s, p99", "ms", round(percentile(late, 0.99), 2), target=10.0, n=len(late)),
        Row("CPU of the app at 100/s", "ms each", round(said["app_us"] / 1000, 3), target=2.0),
    ]


async def _beside_poison(ours: Participant, sizes: Sizes) -> list[Row]:
    """Rounds in turns without and with a stage that kills its process whenever it runs, which is three times."""
    rates: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(sizes.rounds):
        for poison, found in rates.items():
            said = await ours.ask("neighbours", seconds=sizes.neighbours_seconds, in_flight=200, poison=poison)
            found.append(said["rate"])
    return [
        median_row(
            f"workflows in {sizes.neighbours_seconds:g} s or more, in which a stage kills its process 3 times",
            "per s",
            rates[True],
            better="higher",
            target=0.9,
            target_is_ratio=True,
            other=round(statistics.median(rates[False]), 2),
            other_name="without it",
        )
    ]


async def _with_history(made: Stage, database: str, ours: Participant, sizes: Sizes) -> list[Row]:
    """The same work with few finished incidents about and with very many."""
    await _at_rest(made, database)
    before = [await _cost(made, ours, sizes) for _ in range(sizes.rounds)]
    await ours.ask("history", count=sizes.history)
    await _at_rest(made, database)
    after = [await _cost(made, ours, sizes) for _ in range(sizes.rounds)]
    return [
        median_row(
            f"CPU of app and database with {sizes.history:,} finished incidents",
            "ms each",
            after,
            target=1.1,
            target_is_ratio=True,
            other=round(statistics.median(before), 4),
            other_name="without them",
        )
    ]


async def _at_rest(made: Stage, database: str) -> None:
    """Have what was written before vacuumed and on disk: else that is done, and counted, beside what comes next.

    A million rows of each table cost autovacuum and the checkpointer 60 to 140 us of each of the next 80,000 workflows.
    """
    await made.sql("VACUUM (ANALYZE)", "CHECKPOINT", database=database, superuser=True)


async def _cost(made: Stage, ours: Participant, sizes: Sizes) -> float:
    before = server_cpu_seconds(made.postgres_pid)
    said = await ours.ask("drive", count=sizes.workflows, in_flight=200)
    return float(said["app_us"]) / 1000 + (server_cpu_seconds(made.postgres_pid) - before) / sizes.workflows * 1000


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer workflows, a shorter history")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    given = parser.parse_args(arguments)
    for peer in TARGETS:
        if not peer.version():
            print(f"{peer.shown} is not installed: {INSTALL}", file=sys.stderr)
    return publish("workflows", asyncio.run(measure(QUICK if given.quick else FULL)), as_json=given.json)


if __name__ == "__main__":
    sys.exit(main())
