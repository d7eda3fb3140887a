"""What somebody is told when an allocation has not enough: why, and whom to ask."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.modules.accounts.allocation_models import Allocation
from app.modules.accounts.errors import AllocationExhausted
from app.modules.accounts.models import User

UNITS: Mapping[str, str] = {"core_hours": "core-hours", "bytes": "bytes", "leases": "leases"}


async def exhausted(session: AsyncSession, rows: Sequence[Allocation], total: Decimal) -> AllocationExhausted:
    """Say how much is left of those that run, and whom to ask for more."""
    most = max(rows, key=lambda row: row.remaining)
    who, left = await _whom_to_ask(session, most), said(most.remaining, most.resource)
    return AllocationExhausted(f"{said(total, most.resource)} are needed and {left} are left; ask {who} for more")


async def none_runs(session: AsyncSession, given: Sequence[str], resource: str, total: Decimal) -> AllocationExhausted:
    """Say why nothing is left: the next one has not begun, or the last one is over."""
    rows = (await session.scalars(select(Allocation).where(Allocation.id.in_(given)))).all()
    now = await session.scalar(select(func.now()))
    assert now is not None
    coming = [row for row in rows if row.revoked_at is None and row.starts_at > now]
    if coming:
        told = min(coming, key=lambda row: row.starts_at)
        why = f"the allocation begins at {_at(told.starts_at)}"
    else:
        ends = {row.id: min(filter(None, (row.revoked_at, row.ends_at)), default=now) for row in rows}
        told = max(rows, key=lambda row: ends[row.id])
        why = f"the allocation {'was revoked' if told.revoked_at == ends[told.id] else 'ended'} at {_at(ends[told.id])}"
    who = await _whom_to_ask(session, told)
    return AllocationExhausted(f"{said(total, resource)} are needed and {why}; ask {who} for a new one")


def said(amount: Decimal, resource: str) -> str:
    """Return an amount with its unit, as people read it."""
    return f"{float(amount):g} {UNITS[resource]}" if resource == "core_hours" else f"{int(amount):,} {UNITS[resource]}"


async def _whom_to_ask(session: AsyncSession, row: Allocation) -> str:
    asked = (await session.get(User, row.granted_by)) if row.granted_by is not None else None
    return asked.name if asked is not None and asked.disabled_at is None else "an administrator"


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
