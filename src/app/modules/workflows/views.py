"""Incidents as people see them: the row with what belongs to it, and the timeline."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.paging import Page, page_of
from app.modules import data, ingest, simulation
from app.modules.workflows import incidents
from app.modules.workflows.models import ENDED_STATES, IncidentRow, StageRow
from app.modules.workflows.schemas import (
    AttemptMark,
    DatasetMark,
    DeliveryMark,
    IncidentView,
    SimulationBar,
    StageBar,
    Timeline,
    WaitView,
)
from app.modules.workflows.waits import waits


class IncidentFilter(NamedTuple):
    """Which incidents a list shows; ``None`` and nothing mean all."""

    states: Sequence[str]
    workflow: str | None
    name: str | None
    owned: bool | None
    exercise: bool | None
    urgency: str | None
    opened_after: datetime | None


async def list_incidents(
    session: AsyncSession, wanted: IncidentFilter, *, user_id: str, cursor: str | None, limit: int
) -> Page[IncidentView]:
    """Return a page of the incidents the caller may see, newest first."""
    query: Select[Any] = select(IncidentRow)
    if wanted.states:
        query = query.where(IncidentRow.state.in_(wanted.states))
    if wanted.name:
        query = query.where(IncidentRow.name.icontains(wanted.name, autoescape=True))
    if wanted.owned is not None:
        query = query.where((IncidentRow.owner_id == user_id) == wanted.owned)
    if wanted.opened_after is not None:
        query = query.where(IncidentRow.opened_at > wanted.opened_after)
    for column, value in (
        (IncidentRow.workflow, wanted.workflow),
        (IncidentRow.exercise, wanted.exercise),
        (IncidentRow.urgency, wanted.urgency),
    ):
        if value is not None:
            query = query.where(column == value)
    rows: list[IncidentRow]
    rows, next_cursor = await page_of(
        session, query, [IncidentRow.opened_at, IncidentRow.id], cursor=cursor, limit=limit
    )
    return Page(items=await _views(session, rows), next_cursor=next_cursor)


async def view(session: AsyncSession, incident_id: str) -> IncidentView:
    """Return one incident. Raises IncidentNotFound (404)."""
    return (await _views(session, [await incidents.get(session, incident_id)]))[0]


async def _views(session: AsyncSession, rows: Sequence[IncidentRow]) -> list[IncidentView]:
    ids = [row.id for row in rows]
    now: datetime = (await session.execute(select(func.now()))).scalar_one()
    stages: dict[str, list[StageRow]] = {i: [] for i in ids}
    for stage in await session.scalars(select(StageRow).where(StageRow.incident_id.in_(ids)).order_by(StageRow.id)):
        stages[stage.incident_id].append(stage)
    runs = await simulation.count_by_state(session, ids)
    files = await data.totals_of_incidents(session, ids)
    views = []
    for row in rows:
        mine, counts, total = stages[row.id], runs.get(row.id, {}), files.get(row.id)
        found = [WaitView.model_validate(w) for w in await waits(session, row, mine, now)]
        under_way = [s for s in mine if s.state == "running"] or [s for s in mine if s.state == "queued"] or mine[-1:]
        views.append(
            IncidentView.model_validate(
                {
                    **{name: getattr(row, name) for name in _PLAIN},
                    "outcome": row.outcome or (row.state if row.state in ENDED_STATES else None),
                    "stage": under_way[-1].name if under_way else None,
                    "stage_count": len(mine),
                    "stages_done": sum(s.state == "succeeded" for s in mine),
                    "simulation_count": sum(counts.values()),
                    "simulations_done": counts.get("succeeded", 0),
                    "simulations_failed": sum(counts.get(s, 0) for s in ("failed", "timed_out", "lost")),
                    "simulations_running": counts.get("running", 0) + counts.get("completing", 0),
                    "dataset_count": total.count if total else 0,
                    "dataset_bytes": total.bytes if total else 0,
                    "first_result_seconds": _seconds(row.opened_at, total.first_at) if total else None,
                    "waiting_on": found[0] if found else None,
                    "waits": found,
                }
            )
        )
    return views


def _seconds(begin: datetime, end: datetime | None) -> float | None:
    return None if end is None else (end - begin).total_seconds()


_PLAIN = (
    "id",
    "name",
    "workflow",
    "workflow_version",
    "state",
    "exercise",
    "urgency",
    "owner_id",
    "key",
    "rerun_of",
    "opened_at",
    "activated_at",
    "finished_at",
    "deadline_at",
    "archived_at",
    "duration_seconds",
    "parameters",
    "comment",
    "source_item",
    "area",
    "headline",
    "state_data",
)


async def timeline(session: AsyncSession, incident_id: str) -> Timeline:
    """Return everything that happened in an incident, oldest first. Raises IncidentNotFound (404)."""
    row = await incidents.get(session, incident_id)
    now: datetime = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    stages = (
        await session.scalars(select(StageRow).where(StageRow.incident_id == incident_id).order_by(StageRow.id))
    ).all()
    deliveries = await ingest.list_deliveries_of(session, incident_id)
    begin = min([row.opened_at, *[d.received_at for d in deliveries]])
    return Timeline(
        server_time=now,
        from_at=begin,
        to_at=row.finished_at or now,
        deliveries=[
            DeliveryMark(id=d.id, at=d.received_at, label=d.title, state=d.state, revision=d.revision)
            for d in deliveries
        ],
        stages=[
            StageBar(
                id=s.id,
                name=s.name,
                state=s.state,
                queued_at=s.queued_at,
                started_at=s.started_at,
                finished_at=s.finished_at,
                attempts=s.attempt,
                label=s.label,
                error=s.error,
                attempts_log=[AttemptMark.model_validate(a) for a in s.attempts_log],
            )
            for s in stages
        ],
        simulations=[
            SimulationBar.model_validate(run, from_attributes=True)
            for run in await simulation.list_of_incident(session, incident_id)
        ],
        datasets=[
            DatasetMark(
                id=d.id,
                name=d.name,
                media_type=d.media_type,
                bytes=d.bytes,
                sha256=d.sha256,
                at=d.created_at,
                simulation_id=d.simulation_id,
                stage=d.stage,
                role=d.role,
            )
            for d in await data.list_of_incident(session, incident_id)
        ],
    )
