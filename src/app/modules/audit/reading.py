"""What people ask the audit: which deeds, where the chain ends, whether it holds."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.audit import AuditEvent, Outcome
from app.kernel.paging import Page, page_of
from app.modules.audit.chain import (
    START,
    Fault,
    Place,
    backlog_count,
    beginning,
    check_on,
    check_rest,
    check_seen,
    newest_seal,
    place_of,
)
from app.modules.audit.errors import PlaceInvalid
from app.modules.audit.models import AuditSeal
from app.modules.audit.schemas import AuditFault, AuditHead, AuditVerification, AuditView


async def list_events(
    session: AsyncSession,
    *,
    actor: str | None,
    object_: str | None,
    action: str | None,
    outcome: Outcome | None,
    request_id: str | None,
    since: datetime | None,
    until: datetime | None,
    oldest_first: bool,
    cursor: str | None,
    limit: int,
) -> Page[AuditView]:
    """Return deeds, newest first unless told. ``actor`` is an id or a name; ``action`` may end in ``*``."""
    query = select(AuditEvent)
    if actor is not None:
        query = query.where(or_(AuditEvent.actor_id == actor, AuditEvent.actor_name == actor))
    if object_ is not None:
        query = query.where(AuditEvent.object_ids.contains([object_]))
    if action is not None:
        prefix = action.removesuffix("*")
        matches = AuditEvent.action.startswith(prefix, autoescape=True)
        query = query.where(matches if prefix != action else AuditEvent.action == action)
    if outcome is not None:
        query = query.where(AuditEvent.outcome == outcome)
    if request_id is not None:
        query = query.where(AuditEvent.request_id == request_id)
    if since is not None:
        query = query.where(AuditEvent.at >= since)
    if until is not None:
        query = query.where(AuditEvent.at < until)
    rows: list[AuditEvent]
    rows, following = await page_of(
        session, query, [AuditEvent.number], cursor=cursor, limit=limit, descending=not oldest_first
    )
    seals = {
        seal.event_id: seal
        for seal in await session.scalars(select(AuditSeal).where(AuditSeal.event_id.in_([row.id for row in rows])))
    }
    return Page(items=[_view(row, seals.get(row.id)) for row in rows], next_cursor=following)


async def head(session: AsyncSession) -> AuditHead:
    """Return the end of the chain."""
    newest = await newest_seal(session)
    return AuditHead(
        position=newest.position if newest else START.position,
        sha256=(newest.sha256 if newest else START.sha256).hex(),
        sealed_at=newest.sealed_at if newest else None,
        waiting_count=await backlog_count(session),
    )


async def verify(session: AsyncSession, *, after: str | None, seen: str | None, limit: int) -> AuditVerification:
    """Check at most ``limit`` positions after ``after``, and at the end that ``seen``, a head kept elsewhere, is there.

    Raises PlaceInvalid (422).
    """
    begun = await beginning(session) if after is None else _place(after)
    kept = _place(seen) if seen is not None else None
    newest = await newest_seal(session)
    head_position = newest.position if newest else 0
    if isinstance(begun, Fault):
        return _verification(START, 0, head_position, begun)
    part = await check_on(session, begun, limit)
    if part.fault is not None or not part.ended:
        return _verification(part.place, part.checked_count, head_position, part.fault)
    waiting_count, fault = await check_rest(session)
    if fault is None and kept is not None:
        fault = await check_seen(session, kept)
    done = _verification(part.place, part.checked_count, head_position, fault)
    return done.model_copy(update={"complete": True, "waiting_count": waiting_count})


def _verification(place: Place, checked_count: int, head_position: int, fault: Fault | None) -> AuditVerification:
    return AuditVerification(
        ok=fault is None,
        complete=fault is not None,
        position=place.position,
        sha256=place.sha256.hex(),
        head_position=head_position,
        checked_count=checked_count,
        fault=AuditFault.model_validate(fault) if fault is not None else None,
    )


def _place(written: str) -> Place:
    try:
        return place_of(written)
    except ValueError as error:
        raise PlaceInvalid(f"{written[:100]!r} is not POSITION:SHA256") from error


def _view(row: AuditEvent, seal: AuditSeal | None) -> AuditView:
    view = AuditView.model_validate(row)
    return view if seal is None else view.model_copy(update={"position": seal.position, "sha256": seal.sha256.hex()})
