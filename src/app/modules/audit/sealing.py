"""Puts events into the chain in the order they were committed. No business transaction waits for it.

One node leads, and a lock makes a second one that still thinks so harmless. An event is sealed once no transaction that
could come before it is running (as in ``kernel.events``); a killed sealer leaves whole batches or nothing.
"""

import time

import structlog
from sqlalchemy import func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import failpoints
from app.kernel.audit import AuditEvent
from app.kernel.db import Database
from app.modules.audit.chain import COLUMNS, LOCK, START, Place, link, newest_seal, unsealed
from app.modules.audit.models import AuditSeal

log = structlog.get_logger(__name__)

BATCH_EVENTS = 1000
# The log is another store than the database: a head in it can be held against a chain that was written anew.
TOLD_SECONDS = 600.0

_ENDED = text("transaction < (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint")
_NEXT_TRANSACTION = text("SELECT (pg_snapshot_xmax(pg_current_snapshot())::text)::bigint")


class Sealer:
    """The loop's work on one node."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._told_at = float("-inf")

    async def run(self) -> float | None:
        """Seal what there is."""
        while True:
            head, count = await seal(self._database)
            if count and time.monotonic() - self._told_at >= TOLD_SECONDS:
                self._told_at = time.monotonic()
                log.info("audit sealed", position=head.position, sha256=head.sha256.hex())
            if count < BATCH_EVENTS:
                return None


async def seal(database: Database, limit: int = BATCH_EVENTS) -> tuple[Place, int]:
    """Seal at most ``limit`` events; return the new head and how many were sealed."""
    async with database.transaction() as session:
        await session.execute(LOCK)
        head = await newest_seal(session)
        after_number = head.after_number if head else 0
        if head is not None and await _is_another_life(session, head):
            after_number = (await session.execute(select(func.max(AuditSeal.event_number)))).scalar_one()
            query = select(*COLUMNS).where(AuditEvent.number > after_number)
            query = query.order_by(AuditEvent.transaction, AuditEvent.number)
        else:
            query = unsealed(head, select(*COLUMNS))
        place = Place(head.position, head.sha256) if head else START
        seals = []
        for row in await session.execute(query.where(_ENDED).limit(limit)):
            place = Place(place.position + 1, link(place.sha256, row._mapping))
            seals.append(
                {
                    "position": place.position,
                    "event_id": row.id,
                    "event_transaction": row.transaction,
                    "event_number": row.number,
                    "after_number": after_number,
                    "sha256": place.sha256,
                }
            )
        if seals:
            await session.execute(insert(AuditSeal), seals)
        failpoints.reach("audit.sealing")
    failpoints.reach("audit.sealed")
    return place, len(seals)


async def _is_another_life(session: AsyncSession, head: AuditSeal) -> bool:
    """Say whether the database was restored into a server that counts its transactions from the beginning."""
    upcoming: int = (await session.execute(_NEXT_TRANSACTION)).scalar_one()
    return upcoming <= head.event_transaction
