"""By when an incident is likely to be complete: its simulations under way, then what followed such in earlier ones.

Without simulations: how long earlier incidents of its workflow took from the stage it is in. What has taken longer than
each of them, waits for a person or has no earlier one to go by gets no forecast, and is told why.
"""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.modules import simulation
from app.modules.workflows import incidents
from app.modules.workflows.forecast_schemas import Basis, ForecastView, SimulationForecast
from app.modules.workflows.models import OPEN_STATES, IncidentRow, Question, StageRow

LEAST_INCIDENTS = 3  # fewer say nothing about one in ten
_INCIDENTS = 50
_DRAWS = 400
# The last of an ensemble to end is one of those that are likely to take longest.
_SIMULATIONS = 100
_SHOWN = 200
_LEVELS = (0.1, 0.5, 0.9)


async def forecast(session: AsyncSession, incident_id: str) -> ForecastView:
    """Say by when an incident is likely to be complete. Raises IncidentNotFound (404)."""
    row = await incidents.get(session, incident_id)
    now: datetime = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    found = await simulation.outlooks(session, row.id)
    shown = [_of_simulation(one, now) for one in found[:_SHOWN]]
    if (why := await _against(session, row)) is not None:
        return _unknown(row, now, why, shown)
    before = await _earlier(session, row)
    if len(before) < LEAST_INCIDENTS:
        least = f"{len(before)} earlier incident{'s' if len(before) != 1 else ''} of {row.workflow} completed"
        return _unknown(row, now, f"{least}; {LEAST_INCIDENTS} are needed to go by", shown)
    blind = next((one for one in found if one.reason is not None), None)
    after: list[float] = []
    if found and blind is None:
        after = await _after_simulations(session, before, {one.stage for one in found})
    basis: Basis = "stages"
    if len(after) >= LEAST_INCIDENTS:
        basis, count, draws = "simulations", len(after), _sums(found, after, row.id)
    else:
        stage, so_far, spans = await _from_stage(session, row, before, now)
        draws, count = [span - so_far for span in spans if span > so_far], len(spans)
        if not draws:
            text = f"since {stage} began it has taken longer than each of {count} before it"
            text = f"{blind.name}: {blind.reason}; {text}" if blind else text
            return _unknown(row, now, text, shown)
    draws.sort()
    p10, p50, p90 = (now + timedelta(seconds=draws[min(len(draws) - 1, int(q * len(draws)))]) for q in _LEVELS)
    in_time = None
    if row.deadline_at is not None:
        left = (row.deadline_at - now).total_seconds()
        in_time = round(sum(seconds <= left for seconds in draws) / len(draws), 3)
    return ForecastView(
        incident_id=row.id, made_at=now, p10_at=p10, p50_at=p50, p90_at=p90, in_time=in_time, basis=basis, count=count,
        simulations=shown,
    )  # fmt: skip


def _unknown(row: IncidentRow, now: datetime, reason: str, shown: list[SimulationForecast]) -> ForecastView:
    return ForecastView(incident_id=row.id, made_at=now, reason=reason, simulations=shown)


def _of_simulation(one: simulation.Outlook, now: datetime) -> SimulationForecast:
    draws = sorted(one.draws)
    at = [now + timedelta(seconds=draws[min(len(draws) - 1, int(q * len(draws)))]) for q in _LEVELS] if draws else None
    p10, p50, p90 = at or (None, None, None)
    return SimulationForecast(
        simulation_id=one.id, name=one.name, state=one.state, p10_at=p10, p50_at=p50, p90_at=p90, reason=one.reason
    )


async def _against(session: AsyncSession, row: IncidentRow) -> str | None:
    """Say why there can be no forecast, whatever happened before."""
    if row.state == "pending":
        return "it is not activated"
    if row.state not in OPEN_STATES:
        return "it has ended"
    asked = select(Question.question).where(Question.incident_id == row.id, Question.state == "asked").limit(1)
    if (question := await session.scalar(asked)) is not None:
        return f"it waits for an answer: {question}"
    return None


async def _earlier(session: AsyncSession, row: IncidentRow) -> Sequence[IncidentRow]:
    """Return earlier incidents of the same workflow that were completed, the last first."""
    query = (
        select(IncidentRow)
        .where(
            IncidentRow.workflow == row.workflow,
            IncidentRow.exercise == row.exercise,
            IncidentRow.finished_at.is_not(None),
            or_(IncidentRow.state == "complete", IncidentRow.outcome == "complete"),
        )
        .order_by(IncidentRow.opened_at.desc(), IncidentRow.id.desc())
        .limit(_INCIDENTS)
    )
    return (await session.scalars(query)).all()


async def _after_simulations(
    session: AsyncSession, before: Sequence[IncidentRow], stages: set[str | None]
) -> list[float]:
    """Return the seconds between the end of the last simulation of these stages and the end of the incident."""
    ended = await simulation.last_ends(session, [one.id for one in before], stages)
    return [
        max(0.0, (one.finished_at - ended[one.id]).total_seconds())
        for one in before
        if one.id in ended and one.finished_at is not None
    ]


async def _from_stage(
    session: AsyncSession, row: IncidentRow, before: Sequence[IncidentRow], now: datetime
) -> tuple[str, float, list[float]]:
    """Return the stage an incident is in, since when, and how long earlier ones took from there to their end."""
    ids = [row.id, *(one.id for one in before)]
    query = (
        select(StageRow.incident_id, StageRow.name, func.min(StageRow.queued_at))
        .where(StageRow.incident_id.in_(ids), StageRow.role == "stage")
        .group_by(StageRow.incident_id, StageRow.name)
    )
    began: dict[str, dict[str, datetime]] = {}
    for incident_id, name, at in (await session.execute(query)).all():
        began.setdefault(incident_id, {})[name] = at
    mine = sorted(began.get(row.id, {}).items(), key=lambda one: one[1], reverse=True)
    for name, at in mine:
        spans = [
            (one.finished_at - began[one.id][name]).total_seconds()
            for one in before
            if one.finished_at is not None and name in began.get(one.id, {})
        ]
        if len(spans) >= LEAST_INCIDENTS:
            return name, (now - at).total_seconds(), spans
    at = row.activated_at or row.opened_at
    spans = [
        (one.finished_at - (one.activated_at or one.opened_at)).total_seconds() for one in before if one.finished_at
    ]
    return "it", (now - at).total_seconds(), spans


def _sums(found: Sequence[simulation.Outlook], after: Sequence[float], seed: str) -> list[float]:
    """Return draws of when the last simulation ends and what follows has been done."""
    rng = random.Random(seed)  # noqa: S311 (no secret: asking again says the same)
    last = sorted(found, key=lambda one: max(one.draws), reverse=True)[:_SIMULATIONS]
    return [max(rng.choice(one.draws) for one in last) + rng.choice(after) for _ in range(_DRAWS)]
