"""How a machine was over time: one sample a minute, thinned with age, and read as points of equal width."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import Double, Integer, Numeric, delete, extract, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.node import Node
from app.modules.machines.batch import Load
from app.modules.machines.history_models import MachineSample
from app.modules.machines.rows import get

_COUNTERS = "machines.counters"
_MINUTE = timedelta(minutes=1)
# Every minute of a day, every tenth of two weeks, every sixtieth of a year are some 12,000 rows a machine. Of two weeks
# every silence is kept.
_FINE, _COARSE, _KEPT = timedelta(days=1), timedelta(days=14), timedelta(days=365)

_MEANS = ("cores_used", "nodes_used", "queued_count", "running_count", "own_queued_count", "own_running_count")

# Returns how many runs of ours wait and run on a machine.
CountRuns = Callable[[AsyncSession, str], Awaitable[tuple[int, int]]]


def register_counter(node: Node, count: CountRuns) -> None:
    """Have ``count`` asked with each sample."""
    node.registry.setdefault(_COUNTERS, []).append(count)


async def keep_answer(session: AsyncSession, node: Node, machine_id: str, load: Load, latency_seconds: float) -> None:
    """Keep that a machine answered, unless this minute has a sample."""
    figures = {
        "latency_seconds": round(latency_seconds, 4),
        "cores": load.cores,
        "cores_used": load.cores_used,
        "node_count": load.node_count,
        "nodes_used": load.nodes_used,
        "queued_count": load.queued_count,
        "running_count": load.running_count,
    }
    sample = insert(MachineSample).values(machine_id=machine_id, at=_minute(), answered=True, **figures)
    at = await session.scalar(sample.on_conflict_do_nothing().returning(MachineSample.at))
    for count in node.registry.get(_COUNTERS, ()) if at is not None else ():
        queued, running = await count(session, machine_id)
        mine = update(MachineSample).where(MachineSample.machine_id == machine_id, MachineSample.at == at)
        await session.execute(mine.values(own_queued_count=queued, own_running_count=running))


async def keep_silence(session: AsyncSession, machine_id: str) -> None:
    """Keep that a machine did not answer, whatever else it did in this minute."""
    sample = insert(MachineSample).values(machine_id=machine_id, at=_minute(), answered=False)
    changed = sample.on_conflict_do_update(index_elements=["machine_id", "at"], set_={"answered": False})
    await session.execute(changed)


async def thin(session: AsyncSession) -> None:
    """Remove the samples that are too old to be kept so closely."""
    at, now = MachineSample.at, func.now()
    minute = extract("minute", at)
    aged = or_(
        at < now - _KEPT,
        (at < now - _COARSE) & (minute != 0),
        (at < now - _FINE) & (minute % 10 != 0) & MachineSample.answered,
    )
    await session.execute(delete(MachineSample).where(aged))


class MachineHistoryPoint(BaseModel):
    """How a machine was in the time from ``at`` on; null: it told nothing of that."""

    at: datetime
    answered: float = Field(description="Share of the samples of that time in which it answered")
    latency_seconds: float | None
    cores: int | None
    cores_used: float | None = Field(description="On average")
    node_count: int | None
    nodes_used: float | None
    queued_count: float | None = Field(description="Jobs that waited, everybody's as far as they are shown to us")
    running_count: float | None
    own_queued_count: float | None = Field(description="Runs of ours that waited")
    own_running_count: float | None


class MachineHistory(BaseModel):
    """How a machine was over time, the oldest first; times without a sample are left out."""

    since: datetime
    until: datetime
    step_seconds: int = Field(description="The time each point stands for")
    points: list[MachineHistoryPoint]


async def read(session: AsyncSession, machine_id: str, span: timedelta, most: int) -> MachineHistory:
    """Return the last ``span`` in ``most`` points at most, each of whole minutes. Raises MachineNotFound (404)."""
    await get(session, machine_id)
    step = max(_MINUTE, timedelta(minutes=-(-span // _MINUTE // most)))
    until: datetime = (await session.execute(select(_minute() + _MINUTE))).scalar_one()
    since = until - step * min(most, -(-span // step))
    bucket = func.date_bin(step, MachineSample.at, since).label("at")

    def mean(column: Any) -> Any:
        return func.round(func.avg(column).cast(Numeric), 2).cast(Double).label(column.key)

    query = (
        select(
            bucket,
            func.round(func.avg(MachineSample.answered.cast(Integer)), 4).cast(Double).label("answered"),
            func.max(MachineSample.latency_seconds).label("latency_seconds"),
            func.max(MachineSample.cores).label("cores"),
            func.max(MachineSample.node_count).label("node_count"),
            *[mean(getattr(MachineSample, name)) for name in _MEANS],
        )
        .where(MachineSample.machine_id == machine_id, MachineSample.at >= since)
        .group_by(bucket)
        .order_by(bucket)
    )
    points = [MachineHistoryPoint.model_validate(row._asdict()) for row in await session.execute(query)]
    return MachineHistory(since=since, until=until, step_seconds=int(step.total_seconds()), points=points)


def _minute() -> Any:
    return func.date_trunc("minute", func.now())
