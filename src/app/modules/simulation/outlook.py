"""How long simulations under way may still take: equally likely seconds, by what runs like them took before.

A run that has taken longer than each before it, or that none is known like, has no outlook, and says why.
"""

import asyncio
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Row, Select, Text, cast, column, false, func, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.modules.simulation.models import TERMINAL, Simulation
from app.modules.simulation.run_time import RunTime, scaled

_RUNS = 200
_RUNS_IN_ALL = 10_000
# Of runs that are alike those that began first, which are the first to take longer than any before, and those that
# began last, which are the last to end.
_ALIKE = 50
_MOST = 500
_DRAWS = 100  # of the sum of a wait and a run
# Between the quantiles that are known, by straight lines; outside nothing is known but them.
_LEVELS = tuple(n / 20 for n in range(1, 20, 2))


@dataclass(frozen=True)
class Outlook:
    """Until when a simulation runs: ``draws`` are seconds from now, each as likely; or why nobody can say."""

    id: str
    name: str
    state: str
    stage: str | None
    draws: tuple[float, ...] = ()
    reason: str | None = None


async def outlooks(session: AsyncSession, incident_id: str) -> list[Outlook]:
    """Return the outlooks of simulations of an incident that have not ended, oldest first.

    Of many that are alike (what is run, its stage, machine and state) those that began neither first nor last are left
    out; at most 500 are looked at.
    """
    rows = (await session.execute(_under_way(incident_id))).all()
    if not rows:
        return []
    now: datetime = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    before = await _run_times(session, sorted({row.history_key for row in rows if row.history_key}))

    def drawn() -> list[Outlook]:
        return [_outlook(row, before.get(row.history_key or "", []), now) for row in rows]

    return await asyncio.to_thread(drawn)  # tens of thousands of draws


async def last_ends(
    session: AsyncSession, incident_ids: Iterable[str], stages: Iterable[str | None]
) -> dict[str, datetime]:
    """Return when the last simulation of these stages ended, by incident that had any."""
    names = set(stages)
    query = (
        select(Simulation.incident_id, func.max(Simulation.finished_at))
        .where(
            Simulation.incident_id.in_(set(incident_ids)),
            or_(Simulation.stage.in_(names - {None}), Simulation.stage.is_(None) if None in names else false()),
        )
        .group_by(Simulation.incident_id)
    )
    return {str(incident): at for incident, at in await session.execute(query) if at is not None}


def _under_way(incident_id: str) -> Select[Any]:
    began = func.coalesce(Simulation.started_at, Simulation.queued_at, Simulation.created_at)
    alike = (Simulation.history_key, Simulation.stage, Simulation.machine_id, Simulation.state)
    ranked = (
        select(
            Simulation.id,
            func.row_number().over(partition_by=alike, order_by=(began, Simulation.id)).label("first"),
            func.row_number().over(partition_by=alike, order_by=(began.desc(), Simulation.id.desc())).label("last"),
        )
        .where(Simulation.incident_id == incident_id, Simulation.state.not_in(TERMINAL))
        .subquery()
    )
    kept = (
        select(ranked.c.id)
        .where(func.least(ranked.c.first, ranked.c.last) <= _ALIKE)
        .order_by(func.least(ranked.c.first, ranked.c.last), ranked.c.id)
        .limit(_MOST)
    )
    candidate = (
        func.jsonb_array_elements(Simulation.placement["candidates"])
        .table_valued(column("told", JSONB))
        .render_derived()
    )
    told = (
        select(candidate.c.told["estimate"]["wait"])
        .where(candidate.c.told["machine"].astext == Simulation.machine)
        .limit(1)
        .scalar_subquery()
    )
    columns: list[Any] = [
        *(Simulation.id, Simulation.name, Simulation.state, Simulation.stage, Simulation.history_key),
        *(Simulation.machine_id, Simulation.machine, Simulation.cancel_requested_at),
        *(Simulation.queued_at, Simulation.started_at, Simulation.state_at),
        Simulation.spec["resources"].label("resources"),
        told.label("wait"),
        Simulation.placement["rung"]["wait_seconds"].as_float().label("climbed_seconds"),
    ]
    return select(*columns).where(Simulation.id.in_(kept)).order_by(Simulation.created_at, Simulation.id)


async def _run_times(session: AsyncSession, keys: Sequence[str]) -> dict[str, list[RunTime]]:
    if not keys:
        return {}
    asked = func.unnest(cast(keys, ARRAY(Text))).table_valued("key").render_derived("asked")
    # Of many kinds of runs fewer each: what is read has a bound.
    some = (
        select(
            Simulation.machine_id,
            Simulation.run_seconds,
            Simulation.spec["resources"]["cores"].as_integer().label("cores"),
        )
        .where(
            Simulation.history_key == asked.c.key,
            Simulation.state == "succeeded",
            Simulation.run_seconds.is_not(None),
        )
        .order_by(Simulation.finished_at.desc())
        .limit(max(20, min(_RUNS, _RUNS_IN_ALL // len(keys))))
        .lateral()
    )
    query = select(asked.c.key, some.c.machine_id, some.c.run_seconds, some.c.cores).join(some, true())
    found: dict[str, list[RunTime]] = {}
    for key, *ran in (await session.execute(query)).all():
        found.setdefault(key, []).append(RunTime(*ran))
    return found


def _outlook(row: Row[Any], before: Sequence[RunTime], now: datetime) -> Outlook:
    draws: Sequence[float] = ()
    reason = None
    if row.state == "completing" or row.cancel_requested_at is not None:
        draws = (0.0,)
    elif row.state == "prepared":
        reason = "waits for somebody to submit it"
    elif row.state == "unknown":
        reason = f"is in doubt: {row.machine} does not say what became of it"
    elif row.machine_id is None:
        reason = "has no machine yet"
    else:
        wants = row.resources
        runs = scaled(before, row.machine_id, int(wants["cores"]), float(wants["walltime_seconds"]))
        if not runs:
            reason = "nothing like it has ended before"
        elif row.state == "running" and row.started_at is not None:
            draws, reason = _still(
                runs, (now - row.started_at).total_seconds(), "it has run longer than each before it"
            )
        else:
            waits, reason = _waits(row, now)
            draws = _sums(waits, runs, row.id) if waits else ()
    return Outlook(row.id, row.name, row.state, row.stage, tuple(draws), reason)


def _waits(row: Row[Any], now: datetime) -> tuple[Sequence[float], str | None]:
    """Return how long it may wait yet, by what was predicted when its machine was chosen."""
    wait: Mapping[str, Any] | None = row.wait
    if row.climbed_seconds is not None:
        wait = dict.fromkeys(("p10", "p50", "p90"), row.climbed_seconds)
    if wait is None or (wait.get("basis", "similar") == "guess" and wait["p90"] > 0):
        return (), f"nothing is known of how long jobs wait on {row.machine}"
    waited = max(0.0, (now - (row.queued_at or row.state_at)).total_seconds())
    drawn = [_at(wait, level) for level in _LEVELS]
    if max(drawn) <= 1.0 and waited < 60.0:
        return (0.0,), None  # its machine was free; that it begins takes a moment
    return _still(drawn, waited, "it has waited longer than was predicted")


def _at(wait: Mapping[str, Any], level: float) -> float:
    known = ((0.1, float(wait["p10"])), (0.5, float(wait["p50"])), (0.9, float(wait["p90"])))
    if level <= known[0][0]:
        return known[0][1]
    for (low, below), (high, above) in pairwise(known):
        if level <= high:
            return below + (above - below) * (level - low) / (high - low)
    return known[-1][1]


def _still(drawn: Sequence[float], so_far: float, otherwise: str) -> tuple[Sequence[float], str | None]:
    """Return what is left of those that are not over yet."""
    left = [seconds - so_far for seconds in drawn if seconds > so_far]
    return left, None if left else otherwise


def _sums(waits: Sequence[float], runs: Sequence[float], seed: str) -> list[float]:
    rng = random.Random(seed)  # noqa: S311 (no secret: asking again says the same)
    return [rng.choice(waits) + rng.choice(runs) for _ in range(_DRAWS)]
