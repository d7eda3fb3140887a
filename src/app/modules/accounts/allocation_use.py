"""What is used of allocations: reserved, charged and given back, by the service, whoever's request it is."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.belongings import as_service
from app.kernel.principal import HOUSE
from app.modules.accounts.allocation_models import Allocation, AllocationEntry
from app.modules.accounts.allocation_refusals import exhausted, none_runs
from app.modules.accounts.allocations import Resource, amount_of, locked_allocation
from app.modules.accounts.group_models import GroupMember

_HELD = ("bytes", "leases")


async def reserve(session: AsyncSession, user_id: str | None, resource: Resource, wanted: Mapping[str, float]) -> None:
    """Reserve an amount for each reference, all or none; a reference that has one already is left as it is.

    All are taken from one allocation: the user's own before their groups', the one that ends first before others.
    Raises AllocationExhausted (409), saying why and whom to ask, when there are or were allocations and none that runs
    now has enough left.
    """
    if user_id is not None and user_id != HOUSE and wanted:
        async with as_service(session):
            await _reserve(session, user_id, resource, wanted)


async def change_reservation(
    session: AsyncSession, reference_id: str, resource: Resource, amount: float, *, user_id: str | None
) -> None:
    """Make what a reference has reserved this much, in the allocation it is of; without a reservation, make one.

    What was charged already, finally, stays. Raises AllocationExhausted (409) when more is wanted than there is.
    """
    if user_id is not None and user_id != HOUSE:
        async with as_service(session):
            await _change(session, user_id, resource, reference_id, amount)


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
    async with as_service(session):
        await _charge(session, reference_id, resource, amount, user_id, final=final)


async def release(session: AsyncSession, reference_id: str, resource: Resource) -> None:
    """Give back what a reference reserved and, of what is held (bytes, leases), what it was charged."""
    async with as_service(session):
        entry = await _entry(session, reference_id, resource)
        if entry is None or entry.state == "released" or (entry.state == "charged" and resource not in _HELD):
            return
        held = entry.used if resource in _HELD else Decimal(0)
        await _move(session, entry, reserved=-entry.reserved, used=-held)
        entry.state, entry.ended_at = "released", await session.scalar(select(func.now()))
        await session.flush()


async def _reserve(session: AsyncSession, user_id: str, resource: Resource, wanted: Mapping[str, float]) -> None:
    given = await _given(session, user_id, resource)
    if not given:
        return
    rows = await _running(session, given)
    known = set(
        await session.scalars(
            select(AllocationEntry.reference_id).where(
                AllocationEntry.resource == resource, AllocationEntry.reference_id.in_(wanted)
            )
        )
    )
    amounts = {reference: amount_of(amount) for reference, amount in wanted.items() if reference not in known}
    total = sum(amounts.values(), Decimal(0))
    chosen = next((row for row in rows if row.remaining >= total), None)
    if chosen is None and amounts:
        raise await (exhausted(session, rows, total) if rows else none_runs(session, given, resource, total))
    if chosen is not None and amounts:
        await _enter(session, chosen, user_id, "reserved", amounts)
        chosen.reserved += total
        await session.flush()


async def _change(session: AsyncSession, user_id: str, resource: Resource, reference_id: str, amount: float) -> None:
    entry = await _entry(session, reference_id, resource)
    if entry is None:
        await _reserve(session, user_id, resource, {reference_id: amount})
        return
    if entry.state != "reserved":
        return
    more = amount_of(amount) - entry.reserved
    if more > 0:
        rows = await _running(session, [entry.allocation_id])
        if not rows:
            raise await none_runs(session, [entry.allocation_id], resource, more)
        if rows[0].remaining < more:
            raise await exhausted(session, rows, more)
    await _move(session, entry, reserved=more, used=Decimal(0))
    await session.flush()


async def _charge(
    session: AsyncSession, reference_id: str, resource: Resource, amount: float, user_id: str | None, *, final: bool
) -> None:
    entry = await _entry(session, reference_id, resource)
    if entry is None:
        if user_id is None or user_id == HOUSE:
            return
        rows = await _running(session, await _given(session, user_id, resource))
        if not rows:
            return
        await _enter(session, max(rows, key=lambda row: row.remaining), user_id, "reserved", {reference_id: Decimal(0)})
        entry = await _entry(session, reference_id, resource)
    if entry is None or entry.state != "reserved":
        return
    used = amount_of(amount)
    await _move(session, entry, reserved=-entry.reserved if final else Decimal(0), used=used)
    if final:
        entry.state, entry.ended_at = "charged", await session.scalar(select(func.now()))
    await session.flush()


async def _given(session: AsyncSession, user_id: str, resource: Resource) -> Sequence[str]:
    """Return the allocations a user or their groups were ever given, ended and revoked ones too."""
    groups = select(GroupMember.group_id).where(GroupMember.user_id == user_id)
    query = select(Allocation.id).where(
        Allocation.resource == resource,
        or_(Allocation.subject_id == user_id, Allocation.subject_id.in_(groups)),
    )
    return (await session.scalars(query)).all()


async def _running(session: AsyncSession, given: Sequence[str]) -> Sequence[Allocation]:
    """Return those that can be drawn on now, locked, in the order they are drawn on."""
    if not given:
        return []
    # Locked in one order, so that two who draw on the same two cannot wait for each other. Whether one runs is looked
    # at again once it is locked: it may have been revoked while this waited.
    locking = select(Allocation).where(Allocation.id.in_(given), _runs()).order_by(Allocation.id).with_for_update()
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
    await locked_allocation(session, allocation_id)
    return await session.scalar(select(AllocationEntry).where(*key).execution_options(populate_existing=True))


async def _move(session: AsyncSession, entry: AllocationEntry, *, reserved: Decimal, used: Decimal) -> None:
    row = await session.get_one(Allocation, entry.allocation_id)
    entry.reserved += reserved
    entry.used += used
    row.reserved += reserved
    row.used += used
