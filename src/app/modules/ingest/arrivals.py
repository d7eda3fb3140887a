"""An arrival: delivery rows without duplicates, their jobs and their facts, in the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from app.kernel.bus import EVENTS_TOPIC, hint
from app.modules import jobs
from app.modules.ingest import queries
from app.modules.ingest.items import Found, Item
from app.modules.ingest.landing import BACKLOG, BACKLOG_PRIORITY, Row, landing_in, row_of
from app.modules.ingest.schemas import DELIVERY_ARRIVED, DeliveryArrived

# Below this size asking first which items are new costs more than sending them.
_ASK_FIRST = 16


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
    fresh = once(found)
    if len(fresh) > _ASK_FIRST:
        fresh = await _unknown(session, source, fresh)
    rows = [row_of(source.id, one) for one in in_order(fresh)]
    if not rows:
        return Outcome(duplicates=len(found))
    landing = await landing_in(session, rows)
    states = await landing.run(partial(_fetch, session))
    for topic in (landing.riders.topic, EVENTS_TOPIC):
        hint(session, topic)
    return outcome_of(rows, states, len(found))


def outcome_of(rows: Sequence[Row], states: Mapping[str, str], count: int) -> Outcome:
    """Return what became of ``count`` found items, of which these were rows; ``states`` may know of others' too."""
    if count == 1 and len(rows) == 1 and states.get(rows[0].id) == "queued":  # as nearly always
        return Outcome(accepted_ids=[rows[0].id])
    outcome = Outcome()
    ids = {"queued": outcome.accepted_ids, "ignored": outcome.ignored_ids, "quarantined": outcome.quarantined_ids}
    for row in rows:
        if row.id in states:
            ids[states[row.id]].append(row.id)
    outcome.duplicates = count - sum(map(len, ids.values()))
    return outcome


async def queue(session: AsyncSession, delivery_ids: Sequence[str], *, replay: bool = False) -> None:
    """Queue the job of each delivery and note it on the delivery."""
    if not delivery_ids:
        return
    payloads = [DeliveryArrived(delivery_id=delivery_id, replay=replay) for delivery_id in delivery_ids]
    priority = BACKLOG_PRIORITY if len(payloads) > BACKLOG else 0
    job_ids = await jobs.enqueue_many(session, DELIVERY_ARRIVED, payloads, priority=priority)
    await session.execute(queries.NOTE_JOBS, {"ids": list(delivery_ids), "job_ids": job_ids})


def once(found: Sequence[Found]) -> Sequence[Found]:
    """Return what came without what came twice in it."""
    if len(found) == 1:
        return found
    unique: dict[tuple[str, bytes], Found] = {}
    for one in found:
        unique.setdefault((one.key, one.fingerprint), one)
    return list(unique.values())


def in_order(found: Sequence[Found]) -> Sequence[Found]:
    """Return what came so that revisions of one item are in the order of their versions."""
    if len(found) > 1 and _repeats(found):
        return sorted(found, key=lambda one: (one.version or 0) if isinstance(one, Item) else 0)
    return found


async def _fetch(session: AsyncSession, sql: str, *arguments: Any) -> Sequence[Any]:
    def run(session: Session) -> Sequence[Any]:
        return session.connection().exec_driver_sql(sql, arguments).all()

    return await session.run_sync(run)


async def _unknown(session: AsyncSession, source: Origin, found: Sequence[Found]) -> list[Found]:
    positions = await session.scalars(
        queries.UNKNOWN,
        {
            "source_id": source.id,
            "item_keys": [one.key for one in found],
            "fingerprints": [one.fingerprint for one in found],
        },
    )
    return [found[position - 1] for position in positions]


def _repeats(found: Sequence[Found]) -> bool:
    if len({one.key for one in found}) == len(found):
        return False
    return len({one.key for one in found if isinstance(one, Item)}) < sum(isinstance(one, Item) for one in found)
