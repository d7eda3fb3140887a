"""The chain: which bytes of an event are hashed, where its end is, and whether it holds.

Position n's hash is SHA-256 over the hash of position n-1 (32 zero bytes before the first) and the event as JSON with
sorted keys and no spaces, in UTF-8. Who keeps a head elsewhere can tell later that nothing before it was touched.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar

import orjson
from sqlalchemy import Row, Select, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.audit import AuditEvent
from app.modules.audit.models import AuditSeal

FORGOTTEN = "audit.forgotten"
FaultKind = Literal["changed", "reordered", "deleted", "inserted", "start_unknown", "other_head"]

HASHED = (
    "number", "id", "transaction", "at", "action", "outcome", "object_kind", "object_id", "object_ids", "actor_id",
    "actor_name", "session_id", "token_id", "ip", "request_id", "changes", "data",
)  # fmt: skip
COLUMNS = tuple(getattr(AuditEvent, name) for name in HASHED)

Events = TypeVar("Events", bound=Select[*tuple[Any, ...]])

# One for whoever writes or shortens the chain.
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('audit.chain', 0))")


@dataclass(frozen=True)
class Place:
    """A position of the chain and its hash."""

    position: int
    sha256: bytes

    def __str__(self) -> str:
        return f"{self.position}:{self.sha256.hex()}"


START = Place(0, bytes(32))


@dataclass(frozen=True)
class Fault:
    """The first thing that is wrong with the chain."""

    kind: FaultKind
    text: str
    position: int | None = None
    event_id: str | None = None


@dataclass(frozen=True)
class Part:
    """What was checked of the chain: all is well up to ``place``, and then ``fault`` or, with ``ended``, the end."""

    place: Place
    checked_count: int
    ended: bool
    fault: Fault | None = None


def place_of(written: str) -> Place:
    """Read a place as :meth:`Place.__str__` writes it. Raises ValueError."""
    position, _, sha256 = written.partition(":")
    place = Place(int(position), bytes.fromhex(sha256))
    if place.position < 0 or len(place.sha256) != 32:
        raise ValueError(f"{written!r} is not POSITION:SHA256")
    return place


def link(before: bytes, fields: Mapping[Any, Any]) -> bytes:
    """Return the hash of an event that comes after the hash ``before``; ``fields`` are those in ``HASHED``."""
    at: datetime = fields["at"]
    hashed = {name: fields[name] for name in HASHED}
    hashed["at"] = at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return hashlib.sha256(before + orjson.dumps(hashed, option=orjson.OPT_SORT_KEYS)).digest()


async def newest_seal(session: AsyncSession) -> AuditSeal | None:
    """Return the end of the chain."""
    return (await session.scalars(select(AuditSeal).order_by(AuditSeal.position.desc()).limit(1))).first()


def unsealed(head: AuditSeal | None, query: Events) -> Events:
    """Narrow a query of events to those that come after ``head``, in the order they will be sealed."""
    if head is not None:
        after = tuple_(AuditEvent.transaction, AuditEvent.number) > (head.event_transaction, head.event_number)
        query = query.where(AuditEvent.number > head.after_number, after)
    return query.order_by(AuditEvent.transaction, AuditEvent.number)


async def backlog_count(session: AsyncSession) -> int:
    """Return how many events are not sealed yet."""
    waiting = unsealed(await newest_seal(session), select(AuditEvent.number)).order_by(None)
    return (await session.execute(select(func.count()).select_from(waiting.subquery()))).scalar_one()


async def beginning(session: AsyncSession) -> Place | Fault:
    """Return where the chain begins: at its start, or where an audit.forgotten says that the rest was let go."""
    first: int | None = await session.scalar(select(func.min(AuditSeal.position)))
    if first is None or first == 1:
        return START
    query = select(AuditEvent).where(
        AuditEvent.action == FORGOTTEN, AuditEvent.data["position"].as_integer() == first - 1
    )
    said = (await session.scalars(query.order_by(AuditEvent.number.desc()).limit(1))).first()
    if said is None:
        why = f"positions 1 to {first - 1} are gone, and no {FORGOTTEN} says that they were let go"
        return Fault("start_unknown", why, position=first - 1)
    return Place(first - 1, bytes.fromhex(said.data["sha256"]))


async def check_part(session: AsyncSession, after: Place, limit: int) -> Part:
    """Check at most ``limit`` positions after ``after``."""
    query = (
        select(AuditSeal.position, AuditSeal.event_id, AuditSeal.sha256, *COLUMNS)
        .add_columns(AuditSeal.event_transaction, AuditSeal.event_number)
        .outerjoin(AuditEvent, AuditEvent.id == AuditSeal.event_id)
        .where(AuditSeal.position > after.position)
        .order_by(AuditSeal.position)
        .limit(limit)
    )
    rows = (await session.execute(query)).all()
    place = after
    for count, row in enumerate(rows):
        fault = _fault_of(row, place, rows)
        if fault is not None:
            return Part(place, count, False, fault)
        place = Place(row.position, row.sha256)
    return Part(place, len(rows), len(rows) < limit)


async def check_on(session: AsyncSession, after: Place, limit: int) -> Part:
    """As :func:`check_part`, going on behind what was let go since ``after`` was reached."""
    part = await check_part(session, after, limit)
    if part.fault is None or part.fault.kind != "deleted" or part.checked_count:
        return part
    begun = await beginning(session)
    return (
        part if isinstance(begun, Fault) or begun.position <= after.position else await check_on(session, begun, limit)
    )


async def check_rest(session: AsyncSession) -> tuple[int, Fault | None]:
    """Return how many events wait for their seal, and whether one was slipped in where none is sealed any more."""
    head = await newest_seal(session)
    loose = select(AuditEvent.id, AuditEvent.number).where(
        ~select(AuditSeal.event_id).where(AuditSeal.event_id == AuditEvent.id).exists()
    )
    waiting = unsealed(head, loose).order_by(None).subquery()
    waiting_count = (await session.execute(select(func.count()).select_from(waiting))).scalar_one()
    if head is None:
        return waiting_count, None
    late = loose.where(AuditEvent.number.not_in(select(waiting.c.number))).order_by(AuditEvent.number).limit(1)
    slipped = (await session.execute(late)).first()
    if slipped is None:
        return waiting_count, None
    why = f"event {slipped.id} was inserted among events that were sealed without it"
    return waiting_count, Fault("inserted", why, event_id=slipped.id)


async def check_seen(session: AsyncSession, seen: Place) -> Fault | None:
    """Say whether a place somebody kept elsewhere is still in the chain."""
    sha256 = await session.scalar(select(AuditSeal.sha256).where(AuditSeal.position == seen.position))
    if sha256 == seen.sha256:
        return None
    begun = await beginning(session)
    if isinstance(begun, Place) and begun == seen:
        return None
    if sha256 is not None:
        why = f"position {seen.position} has another hash than the head you kept: the chain was written anew"
    elif isinstance(begun, Place) and seen.position < begun.position:
        why = f"position {seen.position} was let go by age; keep a newer head"
    else:
        why = f"the chain ends before position {seen.position}: its end was cut off"
    return Fault("other_head", why, position=seen.position)


def _fault_of(row: Row[Any], place: Place, rows: Sequence[Row[Any]]) -> Fault | None:
    if row.position != place.position + 1:
        gone = f"{row.position - place.position - 1} seals from position {place.position + 1} on are missing"
        return Fault("deleted", gone, position=place.position + 1)
    if row.id is None:
        why = f"event {row.event_id} at position {row.position} was deleted"
        return Fault("deleted", why, position=row.position, event_id=row.event_id)
    moved = (row.event_transaction, row.event_number) != (row.transaction, row.number)
    if not moved and link(place.sha256, row._mapping) == row.sha256:
        return None
    for other in rows:
        if other.id not in (None, row.id) and link(place.sha256, other._mapping) == row.sha256:
            why = f"events were reordered: position {row.position} was sealed for {other.id} and names {row.event_id}"
            return Fault("reordered", why, position=row.position, event_id=row.event_id)
    why = f"event {row.event_id} at position {row.position} is not what was sealed"
    return Fault("changed", why, position=row.position, event_id=row.event_id)
