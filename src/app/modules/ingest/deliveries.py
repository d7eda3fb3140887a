"""The verbs on deliveries: read, record what became of one, take one in again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, undefer

from app.kernel.bus import publish
from app.kernel.paging import Page, page_of
from app.modules.ingest import arrivals, formats, queries
from app.modules.ingest.errors import DeliveryCut, DeliveryForgotten, DeliveryNotFound, NotJson, Unreadable
from app.modules.ingest.events import DeliveryQuarantined
from app.modules.ingest.items import Quarantined, parsed, written
from app.modules.ingest.media import is_json
from app.modules.ingest.models import DeliveryRow
from app.modules.ingest.schemas import DeliveryDetail, DeliveryState, DeliveryView
from app.modules.ingest.sources import open_driver
from app.modules.jobs import Waiting


async def get_delivery(session: AsyncSession, delivery_id: str) -> DeliveryRow:
    """Return a delivery with its source and body. Raises DeliveryNotFound (404)."""
    row = await session.scalar(
        select(DeliveryRow)
        .where(DeliveryRow.id == delivery_id)
        .options(joinedload(DeliveryRow.source), undefer(DeliveryRow.body))
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise DeliveryNotFound(f"There is no delivery {delivery_id}")
    return row


async def list_deliveries(
    session: AsyncSession,
    *,
    states: Sequence[DeliveryState] = (),
    source_id: str | None = None,
    incident_id: str | None = None,
    item_key: str | None = None,
    media_type: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[DeliveryView]:
    """Return one page of deliveries without bodies, newest first. Raises BadRequest (400) for a foreign cursor."""
    query = select(DeliveryRow).options(joinedload(DeliveryRow.source))
    if states:
        query = query.where(DeliveryRow.state.in_(states))
    for column, wanted in (
        (DeliveryRow.source_id, source_id),
        (DeliveryRow.incident_id, incident_id),
        (DeliveryRow.item_key, item_key),
        (DeliveryRow.media_type, media_type),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    if since is not None:
        query = query.where(DeliveryRow.received_at >= since)
    if until is not None:
        query = query.where(DeliveryRow.received_at < until)
    rows: list[DeliveryRow]
    rows, next_cursor = await page_of(session, query, [DeliveryRow.id], cursor=cursor, limit=limit)
    return Page(items=[view(row) for row in rows], next_cursor=next_cursor)


async def list_deliveries_of(session: AsyncSession, incident_id: str) -> Sequence[DeliveryRow]:
    """Return the deliveries that went to an incident, oldest first, without bodies."""
    rows = await session.scalars(
        select(DeliveryRow)
        .where(DeliveryRow.incident_id == incident_id)
        .options(joinedload(DeliveryRow.source))
        .order_by(DeliveryRow.id)
    )
    return rows.all()


async def is_overtaken(session: AsyncSession, delivery_id: str) -> bool:
    """Say whether a later arrival of the same item has been delivered: deliveries of one item may run out of order."""
    row = await session.execute(queries.OVERTAKEN, {"id": delivery_id})
    return bool(row.scalar_one())


async def record_outcome(
    session: AsyncSession,
    delivery_id: str,
    state: DeliveryState,
    *,
    incident_id: str | None = None,
    reason: str | None = None,
) -> None:
    """Note what became of a delivery. Announces delivery.quarantined. Raises DeliveryNotFound (404)."""
    values = {"id": delivery_id, "state": state, "reason": reason, "incident_id": incident_id}
    row = (await session.execute(queries.OUTCOME, values)).first()
    if row is None:
        raise DeliveryNotFound(f"There is no delivery {delivery_id}")
    change = (state == "quarantined") - (row.was == "quarantined")
    if change:
        await session.execute(queries.TALLY_QUARANTINED, {"source_id": row.source_id, "change": change})
    if change > 0:
        publish(
            session,
            DeliveryQuarantined(
                subject_id=delivery_id,
                incident_id=row.incident_id,
                source_id=row.source_id,
                source_name=row.source_name,
                reason=reason or "no reason was given",
            ),
        )


async def replay(session: AsyncSession, delivery_id: str) -> None:
    """Take a delivery in again: a readable one goes to the workflows once more, an unreadable one is read anew.

    What an unreadable one now holds becomes deliveries of its own. Raises DeliveryNotFound (404), DeliveryCut,
    DeliveryForgotten (409), or the problem that still stands in the way (400, 422).
    """
    row = await get_delivery(session, delivery_id)
    if not row.kept:
        raise DeliveryForgotten("Its body was let go; have the source send it again, changed in something")
    if row.state != "quarantined" or row.revision > 0:
        await record_outcome(session, delivery_id, "queued")
        await arrivals.queue(session, [delivery_id], replay=True)
        return
    if len(row.body) < row.bytes or not row.body:
        raise DeliveryCut(f"Only {len(row.body)} of {row.bytes} bytes were kept; have the source send it again")
    opened = open_driver(row.source.driver, row.source.settings)
    found = formats.read_again(opened.source, opened.settings, row.body, row.media_type, whole=row.whole)
    if found and all(isinstance(one, Quarantined) for one in found):
        raise next(one.problem for one in found if isinstance(one, Quarantined))
    outcome = await arrivals.accept(session, arrivals.Origin(row.source_id, row.source_name), found)
    taken = len(outcome.accepted_ids)
    reason = f"read again: {taken} taken in, {len(found) - taken} known already or unreadable"
    await record_outcome(session, delivery_id, "ignored", reason=reason)


def view(row: DeliveryRow) -> DeliveryView:
    """Return a delivery as lists show it."""
    return DeliveryView(**_shared(row))


def detail(row: DeliveryRow) -> DeliveryDetail:
    """Return a delivery with its body."""
    shown = DeliveryDetail(**_shared(row), attributes=row.attributes, cut=row.kept and len(row.body) < row.bytes)
    if not row.kept:
        return shown
    try:
        if not is_json(row.media_type):
            raise NotJson()
        body = parsed(row.body)
        written(body)  # what is too deep to be written is shown as text
        shown.body = body
    except Unreadable:
        shown.body_text = row.body.decode(errors="replace")
    return shown


def raw(row: DeliveryRow) -> bytes:
    """Return what came, byte for byte. Raises DeliveryForgotten (409) when it was let go."""
    if not row.kept:
        raise DeliveryForgotten("Its body was let go after its time")
    return row.body


def _shared(row: DeliveryRow) -> dict[str, object]:
    shared = {name: getattr(row, name) for name in DeliveryView.model_fields if name != "waiting_on"}
    if row.state == "queued":
        text = "Waits for the workflows to look at it"
        shared["waiting_on"] = Waiting(kind="job", since=row.received_at, text=text)
    return shared
