"""Installing by a recipe: asked for, listed, read along, cancelled."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from app.kernel.ids import new_id
from app.kernel.node import Node
from app.kernel.paging import page_of
from app.modules import jobs
from app.modules.machines.acting import require_commands
from app.modules.machines.errors import (
    InstallEnded,
    InstallNotFound,
    SoftwareBusy,
    SoftwareInstalled,
    SoftwareMissing,
)
from app.modules.machines.install_job import INSTALL_JOB, InstallPayload, end
from app.modules.machines.models import Machine
from app.modules.machines.recipe_schemas import InstallAsk, InstallLog
from app.modules.machines.recipes import choose_recipe, definition_of
from app.modules.machines.requirements import requirement_of
from app.modules.machines.rows import announce, get
from app.modules.machines.software import find, inventory_of, title_of
from app.modules.machines.software_models import Install, Recipe, Software


async def request_install(
    session: AsyncSession, node: Node, machine_id: str, wanted: InstallAsk, *, actor: str
) -> Install:
    """Have a recipe installed on a machine, by a job that outlives this node. Announces machine.changed.

    Raises MachineNotFound, RecipeNotFound (404), SoftwareBusy, SoftwareInstalled, SoftwareMissing (409), and as
    :func:`require_commands`.
    """
    machine = await get(session, machine_id, lock=True)
    require_commands(node, machine)
    recipe = await choose_recipe(session, wanted.name, wanted.version)
    active = await session.scalar(
        select(Install).where(
            Install.machine_id == machine_id, Install.name == recipe.name, Install.finished_at.is_(None)
        )
    )
    if active is not None:
        raise SoftwareBusy(f"{active.name} {active.version} is being installed on {machine.name}: {active.id}")
    row = await find(session, machine_id, recipe.name, recipe.version)
    if row is not None and row.state == "installed" and row.recipe_id == recipe.id and not wanted.again:
        raise SoftwareInstalled(f"{title_of(row)} is on {machine.name}, by revision {recipe.revision} of its recipe")
    modules = await _modules_of_needs(session, machine, recipe)
    if row is None:
        row = Software(id=new_id("sft"), machine_id=machine_id, name=recipe.name, version=recipe.version)
        row.environment = {}
        session.add(row)
    row.found_by, row.state, row.recipe_id, row.text = "recipe", "installing", recipe.id, None
    await session.flush()
    install = Install(
        id=new_id("ins"),
        machine_id=machine_id,
        software_id=row.id,
        recipe_id=recipe.id,
        name=recipe.name,
        version=recipe.version,
        modules=modules,
        requested_by=actor,
    )
    session.add(install)
    announce(session, machine, f"is getting {title_of(row)}", actor)
    await session.flush()
    await jobs.enqueue(session, INSTALL_JOB, InstallPayload(install_id=install.id))
    await session.refresh(install)
    return install


async def list_installs(
    session: AsyncSession, machine_id: str, *, cursor: str | None, limit: int
) -> tuple[list[Install], str | None]:
    """Return a page of what was installed on a machine, newest first. Raises MachineNotFound (404)."""
    await get(session, machine_id)
    rows: list[Install]
    query = select(Install).where(Install.machine_id == machine_id)
    rows, following = await page_of(session, query, [Install.id], cursor=cursor, limit=limit)
    return rows, following


async def get_install(session: AsyncSession, machine_id: str, install_id: str, *, lock: bool = False) -> Install:
    """Return one. Raises MachineNotFound, InstallNotFound (404)."""
    machine = await get(session, machine_id)
    query = select(Install).where(Install.id == install_id, Install.machine_id == machine_id)
    row: Install | None = await session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise InstallNotFound(f"Nothing was installed on {machine.name} as {install_id}")
    return row


async def read_log(session: AsyncSession, machine_id: str, install_id: str, *, start: int) -> InstallLog:
    """Return what an install wrote from a character on, as far as it is kept. Raises InstallNotFound (404)."""
    await get_install(session, machine_id, install_id)
    query = select(Install).where(Install.id == install_id).options(undefer(Install.log))
    row = (await session.scalars(query.execution_options(populate_existing=True))).one()
    first = row.log_characters - len(row.log)
    begin = min(max(start, first), row.log_characters)
    return InstallLog(
        text=row.log[begin - first :],
        start=begin,
        next_start=row.log_characters,
        ended=row.finished_at is not None,
    )


async def cancel_install(session: AsyncSession, machine_id: str, install_id: str, *, actor: str) -> Install:
    """End an install: at once what was not begun, else as soon as its machine was told. Announces machine.changed.

    Raises MachineNotFound, InstallNotFound (404), InstallEnded (409).
    """
    machine = await get(session, machine_id, lock=True)
    row = await get_install(session, machine_id, install_id, lock=True)
    if row.finished_at is not None:
        raise InstallEnded(f"{row.name} {row.version} on {machine.name} {row.state} at {row.finished_at:%H:%M:%S} UTC")
    if row.cancel_requested_at is None:
        row.cancel_requested_at = func.now()
        if row.begun_at is None:
            await end(session, machine, row, "cancelled", error="it was cancelled before it began")
        else:
            announce(session, machine, f"is told to stop installing {row.name} {row.version}", actor)
    await session.flush()
    await session.refresh(row)
    return row


async def count_active(session: AsyncSession, machine_id: str) -> int:
    """Return how many installs have not ended on a machine."""
    query = select(func.count()).where(Install.machine_id == machine_id, Install.finished_at.is_(None))
    return int(await session.scalar(query) or 0)


async def _modules_of_needs(session: AsyncSession, machine: Machine, recipe: Recipe) -> list[str]:
    """Return the modules of what a recipe needs. Raises SoftwareMissing (409)."""
    needs = definition_of(recipe).needs
    inventory = await inventory_of(session, needs)
    for one in needs:
        if inventory.best(machine.id, requirement_of(one)) is None:
            never, not_now = inventory.against(machine, [one])
            raise SoftwareMissing(f"{recipe.name} {recipe.version} needs {one}: {machine.name} {never or not_now}")
    return [module for one in inventory.chosen(machine.id, needs) for module in one.modules]
