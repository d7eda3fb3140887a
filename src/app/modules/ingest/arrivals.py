"""An arrival: delivery rows without duplicates, their jobs and their facts, in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import compress
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.bus import publish
from app.kernel.ids import new_id
from app.modules import jobs
from app.modules.ingest import queries
from app.modules.ingest.events import DeliveryAccepted, DeliveryQuarantined
from app.modules.ingest.items import Found, Item
from app.modules.ingest.schemas import DELIVERY_ARRIVED, DeliveryArrived

QUARANTINED_BYTES = 1024**2  # of something unreadable, this much is kept
# Below this size asking first which items are new costs more than sending them.
_ASK_FIRST = 16
# An event each up to this many in a transaction; a batch is one event (the rows are their own record).
_EVENTS_EACH = 10
# More at once than this is a backlog (a feed's first page, a gateway that was offline): single arrivals overtake it.
_BACKLOG = 100
_BACKLOG_PRIORITY = -10


class Origin(NamedTuple):
    """The source something came from."""

    id: str
    name: str


@dataclass(kw_only=True)
class Outcome:
    """What became of a batch. ``ignored`` arrived later than something newer."""

    accepted_ids: list[str] = field(default_factory=list)
    ignored_ids: list[str] = field(default_factory=list)
    quarantined_ids: list[str] = field(default_factory=list)
    duplicates: int = 0


async def accept(session: AsyncSession, source: Origin, found: Sequence[Found]) -> Outcome:
    """Record what came, once: a known item with known contents is a duplicate and leaves no trace.

    Each accepted item gets a ``delivery.arrived`` job. Announces delivery.accepted and delivery.quarantined.
    """
    fresh = _once(found)
    if len(fresh) > _ASK_FIRST:
        fresh = await _unknown(session, source, fresh)
    rows = await _insert(session, source, fresh) if fresh else []
    outcome = Outcome(duplicates=len(found) - len(rows))
    ids = {"queued": outcome.accepted_ids, "ignored": outcome.ignored_ids, "quarantined": outcome.quarantined_ids}
    for row in rows:
        ids[row.state].append(row.id)
    await queue(session, outcome.accepted_ids)
    _announce(session, source, rows)
    return outcome


async def queue(session: AsyncSession, delivery_ids: Sequence[str], *, replay: bool = False) -> None:
    """Queue the job of each delivery and note it on the delivery."""
    if not delivery_ids:
        return
    payloads = [DeliveryArrived(delivery_id=delivery_id, replay=replay) for delivery_id in delivery_ids]
    priority = _BACKLOG_PRIORITY if len(payloads) > _BACKLOG else 0
    job_ids = await jobs.enqueue_many(session, DELIVERY_ARRIVED, payloads, priority=priority)
    await session.execute(queries.NOTE_JOBS, {"ids": list(delivery_ids), "job_ids": job_ids})


def _once(found: Sequence[Found]) -> list[Found]:
    unique: dict[tuple[str, bytes], Found] = {}
    for one in found:
        unique.setdefault((one.key, one.fingerprint), one)
    return list(unique.values())


async def _unknown(session: AsyncSession, source: Origin, found: list[Found]) -> list[Found]:
    positions = await session.scalars(
        queries.UNKNOWN,
        {
            "source_id": source.id,
            "item_keys": [one.key for one in found],
            "fingerprints": [one.fingerprint for one in found],
        },
    )
    return [found[position - 1] for position in positions]


async def _insert(session: AsyncSession, source: Origin, found: list[Found]) -> list[Any]:
    """Insert and return what was new, in the order found; revisions of one item in the order of their versions."""
    found = (
        sorted(found, key=lambda one: (one.version or 0) if isinstance(one, Item) else 0) if _repeats(found) else found
    )
    ids = sorted(new_id("dlv") for _ in found)  # within a millisecond they are random; sorted they list as found
    items = [one if isinstance(one, Item) else None for one in found]
    raws = [one.body if isinstance(one, Item) else one.raw for one in found]
    rows = await session.execute(
        queries.INSERT,
        {
            "source_id": source.id,
            "ids": ids,
            "item_keys": [one.key for one in found],
            "fingerprints": [one.fingerprint for one in found],
            "versions": [item.version if item else None for item in items],
            "titles": [item.title if item else None for item in items],
            "bodies": [raw if item else raw[:QUARANTINED_BYTES] for item, raw in zip(items, raws, strict=True)],
            "sizes": [len(raw) for raw in raws],
            "reasons": [None if isinstance(one, Item) else one.reason for one in found],
            "wholes": [not isinstance(one, Item) and one.whole for one in found],
        },
    )
    by_id = {row.id: row for row in rows}
    return [by_id[delivery_id] for delivery_id in compress(ids, [i in by_id for i in ids])]


def _repeats(found: list[Found]) -> bool:
    return len({one.key for one in found if isinstance(one, Item)}) < sum(isinstance(one, Item) for one in found)


def _announce(session: AsyncSession, source: Origin, rows: list[Any]) -> None:
    accepted = [row for row in rows if row.state != "quarantined"]
    quarantined = [row for row in rows if row.state == "quarantined"]
    fact = partial(DeliveryAccepted, source_id=source.id, source_name=source.name)
    if len(accepted) > _EVENTS_EACH:
        publish(session, fact(subject_id=source.id, count=len(accepted)))
    else:
        for row in accepted:
            publish(session, fact(subject_id=row.id, item_key=row.item_key, title=row.title, revision=row.revision))
    refusal = partial(DeliveryQuarantined, source_id=source.id, source_name=source.name)
    if len(quarantined) > _EVENTS_EACH:
        publish(session, refusal(subject_id=source.id, reason=quarantined[0].reason, count=len(quarantined)))
    else:
        for row in quarantined:
            publish(session, refusal(subject_id=row.id, reason=row.reason))
