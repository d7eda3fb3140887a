"""Which deliveries, from which source, data sets go back to."""

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.modules import data
from app.modules.ingest.models import DeliveryRow

_MOST = 500


async def tell(session: AsyncSession, ids: Collection[str]) -> data.Told:
    """Return the deliveries among ``ids`` and those that went to the incidents among them, each with its source."""
    incidents = [one for one in ids if one.startswith("inc_")]
    own = [one for one in ids if one.startswith("dlv_")]
    if not incidents and not own:
        return data.Told()
    query = (
        select(DeliveryRow)
        .where(or_(DeliveryRow.id.in_(own), DeliveryRow.incident_id.in_(incidents)))
        .options(joinedload(DeliveryRow.source))
        .order_by(DeliveryRow.id)
        .limit(_MOST)
    )
    rows = (await session.scalars(query)).all()
    things = [
        *(data.Thing(row.source_id, "source", row.source.name) for row in rows),
        *(data.Thing(row.id, "delivery", row.title or f"{row.item_key}, revision {row.revision}") for row in rows),
    ]
    steps = [data.Step(row.id, "wasAttributedTo", row.source_id) for row in rows]
    steps += [data.Step(row.incident_id, "used", row.id) for row in rows if row.incident_id in incidents]
    return data.Told(things, steps)
