"""From the call that queues a job to its handler's first line, and jobs that are due at a time."""

from typing import Any

from benchmarks.jobs_sizes import Sizes
from benchmarks.jobs_stage import TEMPLATE, Stage
from benchmarks.report import Row, percentile

RATE = 100.0


async def rows(stage: Stage, sizes: Sizes) -> list[Row]:
    """Measure at 100 jobs a second, then with all timers at once."""
    own = await _same_node(stage, sizes, "transaction")
    submitted = await _same_node(stage, sizes, "submit")
    away = await _other_node(stage, sizes)
    found = [
        *_percentiles("same node, submitted", submitted, 1.2, 5.0),
        *_percentiles("same node, in a transaction of the caller's", own, None, None),
        *_percentiles("from another node, submitted", away, 2.5, 6.0),
    ]
    late = await _timers(stage, sizes)
    if min(late) < 0:
        raise AssertionError(f"a timer went off {-min(late):.1f} ms early")
    metric = f"{sizes.timers:,} timers due within one second: latest start"
    found.append(_row(metric, "ms", max(late), late, 1000.0))
    found.append(_row("the same, p50", "ms", percentile(late, 0.5), late, None))
    return found


async def _same_node(stage: Stage, sizes: Sizes, way: str) -> list[float]:
    async with stage.database("ours", template=TEMPLATE) as database, stage.participant("benchmarks.jobs_ours") as ours:
        await ours.ask("open", url=stage.engine_url(database), directory=str(stage.directory))
        await ours.ask("expect", count=50)
        await ours.ask("offer", count=50, per_second=RATE, way=way)  # warms plans and caches
        await ours.ask("ended")
        await ours.ask("expect", count=sizes.pickups)
        await ours.ask("offer", count=sizes.pickups, per_second=RATE, way=way)
        late: list[float] = await ours.ask("ended")
    return late


async def _other_node(stage: Stage, sizes: Sizes) -> list[float]:
    async with (
        stage.database("ours", template=TEMPLATE) as database,
        stage.participant("benchmarks.jobs_ours") as there,
        stage.participant("benchmarks.jobs_ours") as here,
    ):
        opened: dict[str, Any] = {"url": stage.engine_url(database), "directory": str(stage.directory)}
        await there.ask("open", name="there", **opened)
        await here.ask("open", name="here", works=False, **opened)
        await there.ask("start")
        late: list[float] = []
        for count in (50, sizes.pickups):
            await there.ask("expect", count=count)
            await here.ask("offer", count=count, per_second=RATE, way="submit")
            late = await there.ask("ended")
    return late


async def _timers(stage: Stage, sizes: Sizes) -> list[float]:
    async with stage.database("ours", template=TEMPLATE) as database, stage.participant("benchmarks.jobs_ours") as ours:
        await ours.ask("open", url=stage.engine_url(database), directory=str(stage.directory), slots=1000)
        await ours.ask("start")
        await ours.ask("expect", count=sizes.timers)
        await ours.ask("timers", count=sizes.timers, in_seconds=4.0, within=1.0)
        late: list[float] = await ours.ask("ended")
    return late


def _percentiles(where: str, late: list[float], p50: float | None, p99: float | None) -> list[Row]:
    metric = f"pickup at {RATE:.0f}/s, {where}"
    return [
        _row(f"{metric}, p50", "ms", percentile(late, 0.5), late, p50),
        _row(f"{metric}, p99", "ms", percentile(late, 0.99), late, p99),
    ]


def _row(metric: str, unit: str, value: float, samples: list[float], target: float | None) -> Row:
    least, most = round(min(samples), 3), round(max(samples), 3)
    return Row(metric, unit, round(value, 3), target=target, least=least, most=most, n=len(samples))
