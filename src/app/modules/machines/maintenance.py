"""When machines are not to be used: planned, and called off."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.modules.machines.models import MaintenanceWindow
from app.modules.machines.rows import announce, get
from app.modules.machines.schemas import MaintenancePlan


class MaintenanceNotFound(NotFound):
    """There is no such maintenance."""

    code = "maintenance_not_found"


async def list_maintenance(session: AsyncSession, machine_id: str) -> Sequence[MaintenanceWindow]:
    """Return what is planned or going on, the soonest first. Raises MachineNotFound (404)."""
    await get(session, machine_id)
    query = select(MaintenanceWindow).where(
        MaintenanceWindow.machine_id == machine_id, MaintenanceWindow.ends_at > func.now()
    )
    return (await session.scalars(query.order_by(MaintenanceWindow.starts_at))).all()


async def plan(session: AsyncSession, machine_id: str, wanted: MaintenancePlan, *, actor: str) -> MaintenanceWindow:
    """Plan a maintenance: nothing new is sent there meanwhile. Announces machine.changed.

    Raises MachineNotFound (404), Invalid (422) when it would end before it starts, or has ended.
    """
    machine = await get(session, machine_id)
    now = (await session.execute(select(func.now()))).scalar_one()
    starts_at = wanted.starts_at or now
    if wanted.ends_at <= max(starts_at, now):
        raise Invalid("ends_at lies after starts_at, and in the future")
    window = MaintenanceWindow(
        id=new_id("mnt"),
        machine_id=machine_id,
        starts_at=starts_at,
        ends_at=wanted.ends_at,
        reason=wanted.reason,
        created_by=actor,
    )
    session.add(window)
    until = f"{wanted.ends_at:%Y-%m-%d %H:%M %Z}"
    announce(session, machine, f"is maintained from {starts_at:%Y-%m-%d %H:%M} until {until}: {wanted.reason}", actor)
    await session.flush()
    await session.refresh(window)
    return window


async def call_off(session: AsyncSession, machine_id: str, maintenance_id: str, *, actor: str) -> None:
    """Take a maintenance back, or end the one that goes on. Announces machine.changed.

    Raises MachineNotFound, MaintenanceNotFound (404).
    """
    machine = await get(session, machine_id)
    window = await session.get(MaintenanceWindow, maintenance_id)
    if window is None or window.machine_id != machine_id:
        raise MaintenanceNotFound(f"{machine.name} has no maintenance {maintenance_id}")
    await session.delete(window)
    announce(session, machine, f"is not maintained: {window.reason}", actor)
    await session.flush()
