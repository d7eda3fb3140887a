"""What people and groups may use: granted, reserved, used, and counted once for each reference.

Who was ever granted an amount of a resource, or is in a group that was, is limited in it: what ended, was revoked or
begins later leaves nothing, until a new one runs. Whom nobody granted any is not limited. Core-hours are spent; bytes
and leases are held, and come back when they are released. A caller reads their own; what changes them is the service.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.belongings import become_service
from app.kernel.errors import Invalid, ProblemItem
from app.kernel.ids import new_id
from app.kernel.paging import page_of
from app.kernel.principal import Principal, Role
from app.modules.accounts.allocation_models import Allocation, AllocationEntry
from app.modules.accounts.allocation_refusals import said
from app.modules.accounts.errors import AllocationInUse, AllocationNotFound, UserNotFound
from app.modules.accounts.group_models import Group
from app.modules.accounts.models import User

Resource = Literal["core_hours", "bytes", "leases"]
SubjectKind = Literal["user", "group"]
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
    # Locked: what is granted to who goes in this moment would be nobody's.
    if await session.get(kind, wanted.subject_id, with_for_update={"read": True}) is None:
        raise UserNotFound(f"There is no {wanted.subject_kind} {wanted.subject_id}")
    starts_at = wanted.starts_at or await session.scalar(select(func.now()))
    assert starts_at is not None
    _require_period(starts_at, wanted.ends_at)
    await become_service(session)
    row = Allocation(
        id=new_id("alc"),
        subject_kind=wanted.subject_kind,
        subject_id=wanted.subject_id,
        resource=wanted.resource,
        granted=amount_of(wanted.granted),
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
    await become_service(session)
    row = await locked_allocation(session, allocation_id)
    if (granted := wanted.get("granted")) is not None:
        row.granted = amount_of(float(str(granted)))
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
    await become_service(session)
    row = await locked_allocation(session, allocation_id)
    if row.reserved:
        raise AllocationInUse(f"{said(row.reserved, row.resource)} are reserved; set its amount or its end instead")
    row.revoked_at = await session.scalar(select(func.now()))


async def get_allocation(session: AsyncSession, actor: Principal, allocation_id: str) -> Allocation:
    """Return an allocation the caller may see: one's own, one's groups', all for administrators. Raises 404."""
    if actor.role >= Role.ADMIN:
        await become_service(session)
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
    if actor.role >= Role.ADMIN:
        await become_service(session)
    else:
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


async def locked_allocation(session: AsyncSession, allocation_id: str) -> Allocation:
    row = await session.get(Allocation, allocation_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise AllocationNotFound(allocation_id)
    return row


def amount_of(amount: float) -> Decimal:
    return Decimal(repr(amount)).quantize(_PLACES)


def _require_period(starts_at: datetime, ends_at: datetime | None) -> None:
    if ends_at is not None and ends_at <= starts_at:
        why = f"It has to end after it starts, at {starts_at.isoformat()}"
        raise Invalid(why, errors=[ProblemItem(pointer="/body/ends_at", message=why)])
