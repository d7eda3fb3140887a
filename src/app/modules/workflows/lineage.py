"""What data sets go back to: which stage sent which, of what incident; and which of them are still needed here."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncSession

from app.modules import data
from app.modules.workflows.models import IncidentRow, Publication, StageRow


async def tell(session: AsyncSession, ids: Collection[str]) -> data.Told:
    """Return the stages and incidents among ``ids``, and what each stage was sent by: a stage, a delivery, a person."""
    stages = [one for one in ids if one.startswith("stg_")]
    incidents = [one for one in ids if one.startswith("inc_")]
    things: list[data.Thing] = []
    steps: list[data.Step] = []
    if stages:
        for row in await session.scalars(select(StageRow).where(StageRow.id.in_(stages))):
            things.append(data.Thing(row.id, "stage", f"stage {row.name}"))
            steps.append(data.Step(row.id, "wasInformedBy", row.incident_id))
            if row.originator.startswith("stg_"):
                steps.append(data.Step(row.id, "wasInformedBy", row.originator))
            elif row.originator.startswith("dlv_"):
                steps.append(data.Step(row.id, "used", row.originator))
    if incidents:
        for incident in await session.scalars(select(IncidentRow).where(IncidentRow.id.in_(incidents))):
            things.append(data.Thing(incident.id, "incident", incident.name))
            if incident.rerun_of is not None:
                steps.append(data.Step(incident.id, "wasInformedBy", incident.rerun_of))
            if incident.parent_id is not None:
                steps.append(data.Step(incident.id, "wasInformedBy", incident.parent_id))
    return data.Told(things, steps)


async def needed(session: AsyncSession, ids: Collection[str]) -> Collection[str]:
    """Return those of some data sets that are published, or belong to an incident that goes on."""
    if not ids:
        return ()
    published = await session.scalars(
        select(Publication.dataset_ids).where(
            Publication.revoked_at.is_(None), Publication.dataset_ids.has_any(array(list(ids)))
        )
    )
    found = {one for some in published for one in some}
    owners = {row.id: row.incident_id for row in await data.find_many(session, ids) if row.incident_id is not None}
    over = ("complete", "cancelled", "error", "archived")
    going = select(IncidentRow.id).where(IncidentRow.id.in_(owners.values()), IncidentRow.state.not_in(over))
    live = set(await session.scalars(going))
    return found | {id_ for id_, incident_id in owners.items() if incident_id in live}
