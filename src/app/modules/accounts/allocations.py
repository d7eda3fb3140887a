"""What people and groups may use: granted, reserved, used, and counted once for each reference.

Nobody to whom (and to none of whose groups) any amount of a resource was granted is limited in it. Core-hours are
spent; bytes and leases are held, and come back when they are released.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.errors import Invalid, ProblemItem
from app.kernel.ids import new_id
from app.kernel.paging import page_of
from app.kernel.principal import HOUSE, Principal, Role
from app.modules.accounts.allocation_models import Allocation, AllocationEntry
from app.modules.accounts.errors import AllocationExhausted, AllocationInUse, AllocationNotFound, UserNotFound
from app.modules.accounts.group_models import Group, GroupMember
from app.modules.accounts.models import User

Resource = Literal["core_hours", "bytes", "leases"]
SubjectKind = Literal["user", "group"]
UNITS: Mapping[str, str] = {"core_hours": "core-hours", "bytes": "bytes", "leases": "leases"}
_HELD = ("bytes", "leases")
_PLACES = Decimal("0.000001")


@dataclass(frozen=True)
class Grant:
    """An allocation to make; times are aware, ``starts_at`` of ``None`` is now."""

    subject_kind: SubjectKind
    subject_id: str
    resource: Resource
    granted: float
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    note: str | None = None


async def grant(session: AsyncSession, actor: Principal, wanted: Grant) -> Allocation:
    """Grant an amount to a user or group, beside what they have. Raises UserNotFound (404), Invalid (422)."""
    kind: type[User] | type[Group] = User if wanted.subject_kind == "user" else Group
    if await session.get(kind, wanted.subject_id) is None:
        raise UserNotFound(f"There is no {wanted.subject_kind} {wanted.subject_id}")
    starts_at = wanted.starts_at or await session.scalar(select(func.now()))
    assert starts_at is not None
    _require_period(starts_at, wanted.ends_at)
    row = Allocation(
        id=new_id("alc"),
        subject_kind=wanted.subject_kind,
        subject_id=wanted.subject_id,
        resource=wanted.resource,
        granted=_amount(wanted.granted),
        starts_at=starts_at,
        ends_at=wanted.ends_at,
        note=wanted.note,
        granted_by=actor.user_id,
    )
    session.add(row)
    await session.flush()
    await session.refresh(row)
    return row


async def change_allocation(session: AsyncSession, allocation_id: str, wanted: Mapping[str, object]) -> Allocation:
    """Change ``granted``, ``ends_at`` or ``note``. What is used already stays used.

    Raises AllocationNotFound (404), Invalid (422).
    """
    row = await _locked(session, allocation_id)
    if (granted := wanted.get("granted")) is not None:
        row.granted = _amount(float(str(granted)))
    if "ends_at" in wanted:
        ends_at = wanted["ends_at"]
        assert ends_at is None or isinstance(ends_at, datetime)
        _require_period(row.starts_at, ends_at)
        row.ends_at = ends_at
    if "note" in wanted:
        row.note = None if wanted["note"] is None else str(wanted["note"])
    await session.flush()
    return row


async def revoke_allocation(session: AsyncSession, allocation_id: str) -> None:
    """Take an allocation back; its record stays. Raises AllocationNotFound (404), AllocationInUse (409)."""
    row = await _locked(session, allocation_id)
    if row.reserved:
        raise AllocationInUse(f"{_said(row.reserved, row.resource)} are reserved; set its amount or its end instead")
    row.revoked_at = await session.scalar(select(func.now()))


async def get_allocation(session: AsyncSession, actor: Principal, allocation_id: str) -> Allocation:
    """Return an allocation the caller may see: one's own, one's groups', all for administrators. Raises 404."""
    row = await session.get(Allocation, allocation_id)
    if row is None or not (actor.role >= Role.ADMIN or row.subject_id in {actor.user_id, *actor.group_ids}):
        raise AllocationNotFound(allocation_id)
    return row


async def list_allocations(
    session: AsyncSession,
    actor: Principal,
    *,
    subject_id: str | None = None,
    resource: Resource | None = None,
    cursor: str | None,
    limit: int,
) -> tuple[Sequence[Allocation], str | None]:
    """Return a page of allocations that are not revoked and that the caller may see, newest first."""
    query = select(Allocation).where(Allocation.revoked_at.is_(None))
    if actor.role < Role.ADMIN:
        query = query.where(Allocation.subject_id.in_([actor.user_id, *actor.group_ids]))
    if subject_id is not None:
        query = query.where(Allocation.subject_id == subject_id)
    if resource is not None:
        query = query.where(Allocation.resource == resource)
    return await page_of(session, query, [Allocation.id], cursor=cursor, limit=limit)


async def list_entries(
    session: AsyncSession, allocation_id: str, *, cursor: str | None, limit: int
) -> tuple[Sequence[AllocationEntry], str | None]:
    """Return a page of what used an allocation, newest first."""
    query = select(AllocationEntry).where(AllocationEntry.allocation_id == allocation_id)
    keys = [AllocationEntry.created_at, AllocationEntry.reference_id]
    return await page_of(session, query, keys, cursor=cursor, limit=limit)


async def reserve(session: AsyncSession, user_id: str | None, resource: Resource, wanted: Mapping[str, float]) -> None:
    """Reserve an amount for each reference, all or none; a reference that has one already is left as it is.

    All are taken from one allocation: the user's own before their groups', the one that ends first before others.
    Raises AllocationExhausted (409), naming whom to ask, when there are allocations and none has enough left.
    """
    if user_id is None or user_id == HOUSE or not wanted:
        return
    rows = await _applicable(session, user_id, resource)
    if not rows:
        return
    known = set(
        await session.scalars(
            select(AllocationEntry.reference_id).where(
                AllocationEntry.resource == resource, AllocationEntry.reference_id.in_(wanted)
            )
        )
    )
    amounts = {reference: _amount(amount) for reference, amount in wanted.items() if reference not in known}
    total = sum(amounts.values(), Decimal(0))
    chosen = next((row for row in rows if row.remaining >= total), None)
    if chosen is None:
        raise await _exhausted(session, rows, total)
    if amounts:
        await _enter(session, chosen, user_id, "reserved", amounts)
        chosen.reserved += total
        await session.flush()


async def charge(
    session: AsyncSession,
    reference_id: str,
    resource: Resource,
    amount: float,
    *,
    user_id: str | None = None,
    final: bool = True,
) -> None:
    """Count what a reference has really used; ``final`` ends its reservation, else more is to come (another attempt).

    Once charged finally, another charge of the reference counts nothing. Without a reservation it is counted on an
    allocation of ``user_id``, whatever is left of it: what has been used is used.
    """
    entry = await _entry(session, reference_id, resource)
    if entry is None:
        if user_id is None or user_id == HOUSE:
            return
        rows = await _applicable(session, user_id, resource)
        if not rows:
            return
        await _enter(session, max(rows, key=lambda row: row.remaining), user_id, "reserved", {reference_id: Decimal(0)})
        entry = await _entry(session, reference_id, resource)
    if entry is None or entry.state != "reserved":
        return
    used = _amount(amount)
    await _move(session, entry, reserved=-entry.reserved if final else Decimal(0), used=used)
    if final:
        entry.state, entry.ended_at = "charged", await session.scalar(select(func.now()))
    await session.flush()


async def release(session: AsyncSession, reference_id: str, resource: Resource) -> None:
    """Give back what a reference reserved and, of what is held (bytes, leases), what it was charged."""
    entry = await _entry(session, reference_id, resource)
    if entry is None or entry.state == "released" or (entry.state == "charged" and resource not in _HELD):
        return
    held = entry.used if resource in _HELD else Decimal(0)
    await _move(session, entry, reserved=-entry.reserved, used=-held)
    entry.state, entry.ended_at = "released", await session.scalar(select(func.now()))
    await session.flush()


async def _applicable(session: AsyncSession, user_id: str, resource: Resource) -> Sequence[Allocation]:
    """Return the allocations a user may draw on now, locked, in the order they are drawn on."""
    groups = select(GroupMember.group_id).where(GroupMember.user_id == user_id)
    query = select(Allocation.id).where(
        Allocation.resource == resource,
        _runs(),
        or_(Allocation.subject_id == user_id, Allocation.subject_id.in_(groups)),
    )
    if not (ids := (await session.scalars(query)).all()):
        return []
    # Locked in one order, so that two who draw on the same two cannot wait for each other.
    locking = select(Allocation).where(Allocation.id.in_(ids)).order_by(Allocation.id).with_for_update()
    rows = (await session.scalars(locking.execution_options(populate_existing=True))).all()
    return sorted(rows, key=lambda r: (r.subject_kind != "user", r.ends_at is None, r.ends_at or r.starts_at, r.id))


def _runs() -> ColumnElement[bool]:
    return and_(
        Allocation.revoked_at.is_(None),
        Allocation.starts_at <= func.now(),
        or_(Allocation.ends_at.is_(None), Allocation.ends_at > func.now()),
    )


async def _enter(
    session: AsyncSession, row: Allocation, user_id: str, state: str, amounts: Mapping[str, Decimal]
) -> None:
    values = [
        {
            "reference_id": reference,
            "resource": row.resource,
            "allocation_id": row.id,
            "user_id": user_id,
            "state": state,
            "reserved": amount,
        }
        for reference, amount in amounts.items()
    ]
    await session.execute(insert(AllocationEntry), values)


async def _entry(session: AsyncSession, reference_id: str, resource: Resource) -> AllocationEntry | None:
    key = (AllocationEntry.reference_id == reference_id, AllocationEntry.resource == resource)
    # The allocation first, as a reservation does; then what this reference has of it.
    query = select(AllocationEntry.allocation_id).where(*key)
    if (allocation_id := await session.scalar(query)) is None:
        return None
    await _locked(session, allocation_id)
    return await session.scalar(select(AllocationEntry).where(*key).execution_options(populate_existing=True))


async def _move(session: AsyncSession, entry: AllocationEntry, *, reserved: Decimal, used: Decimal) -> None:
    row = await session.get_one(Allocation, entry.allocation_id)
    entry.reserved += reserved
    entry.used += used
    row.reserved += reserved
    row.used += used


async def _locked(session: AsyncSession, allocation_id: str) -> Allocation:
    row = await session.get(Allocation, allocation_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise AllocationNotFound(allocation_id)
    return row


async def _exhausted(session: AsyncSession, rows: Sequence[Allocation], total: Decimal) -> AllocationExhausted:
    most = max(rows, key=lambda row: row.remaining)
    asked = (await session.get(User, most.granted_by)) if most.granted_by is not None else None
    who = asked.name if asked is not None and asked.disabled_at is None else "an administrator"
    left = _said(most.remaining, most.resource)
    return AllocationExhausted(f"{_said(total, most.resource)} are needed and {left} are left; ask {who} for more")


def _amount(amount: float) -> Decimal:
    return Decimal(repr(amount)).quantize(_PLACES)


def _said(amount: Decimal, resource: str) -> str:
    return f"{float(amount):g} {UNITS[resource]}" if resource == "core_hours" else f"{int(amount):,} {UNITS[resource]}"


def _require_period(starts_at: datetime, ends_at: datetime | None) -> None:
    if ends_at is not None and ends_at <= starts_at:
        why = f"It has to end after it starts, at {starts_at.isoformat()}"
        raise Invalid(why, errors=[ProblemItem(pointer="/body/ends_at", message=why)])
