"""Data that is sent to a source: read the body up to the cap, make items of it, accept them."""

from fastapi import Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.node import Node
from app.kernel.scoping import require_act_on
from app.modules.ingest.arrivals import Origin, accept
from app.modules.ingest.errors import (
    PushTooLarge,
    SourceNotFound,
    SourceNotPushed,
    SourcePaused,
    TooManyItems,
)
from app.modules.ingest.items import Quarantined, checked_key
from app.modules.ingest.models import SourceRow
from app.modules.ingest.schemas import PushReceipt
from app.modules.ingest.settings import IngestSettings
from app.modules.ingest.source import PollingSource
from app.modules.ingest.sources import open_driver

_LINES = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"})


async def push(session: AsyncSession, node: Node, source_id: str, request: Request, *, key: str | None) -> PushReceipt:
    """Take in one POST. Lines that cannot be read go to quarantine; when nothing can be read, nothing is kept.

    Raises SourceNotFound (404), NotYours (403), SourceNotPushed, SourcePaused (409), PushTooLarge (413), TooManyItems
    (422), or the reason nothing could be read (400, 422).
    """
    settings = node.settings.of(IngestSettings)
    # The columns and no entity: an arrival is a few constant statements.
    row = (
        await session.execute(
            select(SourceRow.name, SourceRow.driver, SourceRow.settings, SourceRow.enabled, SourceRow.owner_id).where(
                SourceRow.id == source_id, SourceRow.removed_at.is_(None)
            )
        )
    ).first()
    if row is None:
        raise SourceNotFound(f"There is no source {source_id}")
    await require_act_on(session, row.owner_id, [source_id])
    source = open_driver(row.driver, row.settings).source
    if isinstance(source, PollingSource):
        raise SourceNotPushed(f"{row.name} polls its feed with {row.driver}; register a push source for this data")
    if not row.enabled:
        raise SourcePaused(f"{row.name} takes nothing until somebody resumes it")
    body = await _read(request, settings.push_max_bytes)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() in _LINES:
        found = source.items_of(body)
        if len(found) > settings.push_max_items:
            raise TooManyItems(f"{len(found)} lines are more than {settings.push_max_items}; send them in parts")
    else:
        found = [source.item_of(body, None if key is None else checked_key(key))]
    bad = [one for one in found if isinstance(one, Quarantined)]
    if bad and len(bad) == len(found):
        raise bad[0].problem
    outcome = await accept(session, Origin(source_id, row.name), found)
    return PushReceipt(
        accepted=len(outcome.accepted_ids) + len(outcome.ignored_ids),
        duplicates=outcome.duplicates,
        quarantined=len(outcome.quarantined_ids),
        delivery_ids=[*outcome.accepted_ids, *outcome.ignored_ids, *outcome.quarantined_ids],
    )


async def _read(request: Request, most: int) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most:
        raise PushTooLarge(f"{declared} bytes are more than the {most} one delivery may have")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise PushTooLarge(f"more than the {most} bytes one delivery may have")
    return bytes(body)
