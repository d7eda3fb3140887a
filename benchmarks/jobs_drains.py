"""Drain, enqueue and bulk: ours, the bare limit and the peers, one after the other in each round."""

from collections import defaultdict
from statistics import median
from typing import Any

from benchmarks.jobs_cost import Cost
from benchmarks.jobs_sizes import Sizes
from benchmarks.jobs_stage import TEMPLATE, Participant, Stage, present
from benchmarks.report import Row, median_row

SLOTS = 1000
CALLERS = 50
LIMIT = "bare asyncpg"
# Ours over theirs, for the drain. arq and DBOS are shown without one.
DRAIN_TARGETS = {"pgqueuer": 2.0, "procrastinate": 60.0, "celery": 10.0, "taskiq": 10.0}

Figures = dict[str, dict[str, list[float]]]


async def rows(stage: Stage, sizes: Sizes) -> list[Row]:
    """Measure every round and return the rows."""
    rates: Figures = defaultdict(lambda: defaultdict(list))
    costs: list[Cost] = []
    for _ in range(sizes.rounds):
        await _ours(stage, sizes, rates["ours"], costs)
        async with stage.database("bare") as database, stage.participant("benchmarks.ceiling") as limit:
            await limit.ask("open", url=stage.url(database))
            await _visit(limit, sizes.drain, sizes.coalesced, rates[LIMIT], stage)
        for peer in present():
            async with stage.peer(peer) as participant:
                await _visit(participant, sizes.peers[peer.name], sizes.one_by_one, rates[peer.name])
    inserts = await _transactional(stage, sizes)
    return [*_drains(sizes, rates), *_enqueues(sizes, rates), *inserts, *_costs(costs, rates[LIMIT]["database"])]


async def _ours(stage: Stage, sizes: Sizes, into: dict[str, list[float]], costs: list[Cost]) -> None:
    async with stage.database("ours", template=TEMPLATE) as database:
        opened = {"url": stage.engine_url(database), "directory": str(stage.directory), "slots": SLOTS}
        async with stage.participant("benchmarks.jobs_ours") as ours:
            await ours.ask("open", **opened)
            before = await Cost.so_far(stage)
            into["bulk"].append(await ours.ask("bulk", count=sizes.drain))
            between = await Cost.so_far(stage)
            figures = await ours.ask("drain", count=sizes.drain)
            after = await Cost.so_far(stage)
            into["drain"].append(figures["rate"])
            costs.append((between - before).each(sizes.drain))
            costs.append((after - between).each(sizes.drain, app_seconds=figures["cpu"]))
        async with stage.participant("benchmarks.jobs_ours") as ours:
            await ours.ask("open", works=False, **opened)
            into["one by one"].append(await ours.ask("enqueue", count=sizes.coalesced, callers=CALLERS))


async def _visit(
    participant: Participant, drain: int, one_by_one: int, into: dict[str, list[float]], stage: Stage | None = None
) -> None:
    into["bulk"].append(await participant.ask("bulk", count=drain))
    before = await Cost.so_far(stage) if stage else None
    figures: dict[str, Any] = await participant.ask("drain", count=drain)
    into["drain"].append(figures["rate"])
    if stage and before:
        into["database"].append((await Cost.so_far(stage) - before).each(drain).database_us)
    into["one by one"].append(await participant.ask("enqueue", count=one_by_one, callers=CALLERS))


async def _transactional(stage: Stage, sizes: Sizes) -> list[Row]:
    async with stage.database("ours", template=TEMPLATE) as database, stage.participant("benchmarks.jobs_ours") as ours:
        url = stage.engine_url(database)
        await ours.ask("open", url=url, directory=str(stage.directory), works=False)
        said = await ours.ask("transactional", turns=sizes.turns)
    metric = "enqueue in the caller's transaction, 20 a commit"
    beside = (("insert", "the INSERT it sends, alone", 1.2), ("plain", "a plain INSERT of the same row", None))
    return [
        median_row(
            metric,
            "us a job",
            said["enqueue"],
            target=target,
            target_is_ratio=True,
            other=round(median(said[name]), 2),
            other_name=shown,
        )
        for name, shown, target in beside
    ]


def _drains(sizes: Sizes, rates: Figures) -> list[Row]:
    metric = f"drain of {sizes.drain:,} jobs, one node with {SLOTS} slots"
    drained = rates["ours"]["drain"]
    found = [_beside(metric, drained, LIMIT, rates[LIMIT]["drain"], 0.6)]
    for peer in present():
        name = f"{peer.shown} {peer.version()} ({sizes.peers[peer.name]:,} jobs)"
        found.append(_beside(metric, drained, name, rates[peer.name]["drain"], DRAIN_TARGETS.get(peer.name)))
    return found


def _enqueues(sizes: Sizes, rates: Figures) -> list[Row]:
    metric = f"enqueue from {CALLERS} clients, coalesced"
    found = [_beside(metric, rates["ours"]["one by one"], f"{LIMIT}, coalesced", rates[LIMIT]["one by one"], None)]
    for peer in present():
        how = "one after the other" if peer.name == "celery" else "one by one"
        target = 18.0 if peer.name == "pgqueuer" else None
        name = f"{peer.shown}, {how}"
        found.append(_beside(metric, rates["ours"]["one by one"], name, rates[peer.name]["one by one"], target))
    bulk = rates["ours"]["bulk"]
    found.append(_beside("bulk enqueue, 1000 a call", bulk, LIMIT, rates[LIMIT]["bulk"], None))
    for peer in present():
        if peer.name in ("pgqueuer", "procrastinate"):  # the others have no bulk
            target = 2.0 if peer.name == "pgqueuer" else None
            found.append(_beside("bulk enqueue, 1000 a call", bulk, peer.shown, rates[peer.name]["bulk"], target))
    return found


def _costs(costs: list[Cost], limit: list[float]) -> list[Row]:
    bulks, drains = costs[::2], costs[1::2]
    wal = [bulk.wal_bytes + drain.wal_bytes for bulk, drain in zip(bulks, drains, strict=True)]
    return [
        median_row("CPU of the node a drained job", "us", [cost.app_us for cost in drains]),
        median_row(
            "CPU of PostgreSQL a drained job",
            "us",
            [cost.database_us for cost in drains],
            other=round(median(limit), 2),
            other_name=LIMIT,
        ),
        median_row("CPU of PostgreSQL a job queued in bulk", "us", [cost.database_us for cost in bulks]),
        median_row("write-ahead log a job, queued in bulk to finished", "bytes", wal),
    ]


def _beside(metric: str, ours: list[float], name: str, others: list[float], target: float | None) -> Row:
    return median_row(
        metric,
        "jobs/s",
        [round(rate) for rate in ours],
        target=target,
        better="higher",
        target_is_ratio=True,
        other=round(median(others)),
        other_name=name,
    )
