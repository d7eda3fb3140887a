"""The inventory of a machine: what is declared, found and forgotten, and what of it a run needs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.ids import new_id
from app.kernel.paging import page_of
from app.modules.machines.errors import SoftwareBusy, SoftwareNotFound
from app.modules.machines.models import Machine
from app.modules.machines.requirements import Requirement, order_of, requirement_of
from app.modules.machines.rows import announce, get
from app.modules.machines.software_models import Recipe, Software
from app.modules.machines.software_schemas import Provided, SoftwareDeclare


async def list_software(
    session: AsyncSession, machine_id: str, *, name: str | None, state: Sequence[str], cursor: str | None, limit: int
) -> tuple[list[Software], str | None]:
    """Return a page of what is on a machine, by name. Raises MachineNotFound (404)."""
    await get(session, machine_id)
    query = select(Software).where(Software.machine_id == machine_id)
    if name is not None:
        query = query.where(Software.name == name.lower())
    if state:
        query = query.where(Software.state.in_(state))
    rows: list[Software]
    rows, following = await page_of(
        session, query, [Software.name, Software.id], cursor=cursor, limit=limit, descending=False
    )
    return rows, following


async def get_software(session: AsyncSession, machine_id: str, software_id: str, *, lock: bool = False) -> Software:
    """Return one. Raises MachineNotFound, SoftwareNotFound (404)."""
    machine = await get(session, machine_id)
    row = await session.get(Software, software_id, with_for_update=lock or None, populate_existing=lock)
    if row is None or row.machine_id != machine_id:
        raise SoftwareNotFound(f"{machine.name} has no software {software_id}")
    return row


async def declare(session: AsyncSession, machine_id: str, wanted: SoftwareDeclare, *, actor: str) -> Software:
    """Say that something is on a machine, in place of what was known of the same version. Announces machine.changed.

    Raises MachineNotFound (404), SoftwareBusy (409) while a recipe is installing it.
    """
    machine = await get(session, machine_id, lock=True)
    row = await find(session, machine_id, wanted.name, wanted.version)
    if row is None:
        row = Software(id=new_id("sft"), machine_id=machine_id, name=wanted.name, version=wanted.version)
        session.add(row)
    else:
        require_idle(machine, row)
    row.modules, row.path, row.image = list(wanted.modules), wanted.path, wanted.image
    row.environment, row.check_command = dict(wanted.environment), wanted.check_command
    row.found_by, row.state, row.text, row.checked_at, row.recipe_id = "declared", "installed", None, None, None
    announce(session, machine, f"has {title_of(row)}, as declared", actor)
    await session.flush()
    await session.refresh(row)
    return row


async def remove(session: AsyncSession, machine_id: str, software_id: str, *, actor: str) -> None:
    """Forget software; nothing is done on the machine. Announces machine.changed.

    Raises MachineNotFound, SoftwareNotFound (404), SoftwareBusy (409) while a recipe is installing it.
    """
    machine = await get(session, machine_id, lock=True)
    row = await get_software(session, machine_id, software_id, lock=True)
    require_idle(machine, row)
    await session.delete(row)
    announce(session, machine, f"is not known to have {title_of(row)} any more", actor)
    await session.flush()


async def find(session: AsyncSession, machine_id: str, name: str, version: str | None) -> Software | None:
    """Return one version of something, locked."""
    query = select(Software).where(
        Software.machine_id == machine_id,
        Software.name == name,
        Software.version.is_not_distinct_from(version),
    )
    row: Software | None = await session.scalar(query.with_for_update())
    return row


def require_idle(machine: Machine, row: Software) -> None:
    """Raise SoftwareBusy for what is being installed."""
    if row.state == "installing":
        raise SoftwareBusy(f"{title_of(row)} is being installed on {machine.name}")


def title_of(row: Software | Provided) -> str:
    """Return a name with its version."""
    return row.name if row.version is None else f"{row.name} {row.version}"


def provided(row: Software) -> Provided:
    """Return software as a run is given it."""
    return Provided.model_validate(row)


@dataclass(frozen=True)
class Inventory:
    """What machines have of some software, and of which there are recipes; nothing for runs that need none."""

    by_machine: Mapping[str, Sequence[Software]] = field(default_factory=dict)
    recipes: Sequence[tuple[str, str]] = ()

    def best(self, machine_id: str, wanted: Requirement) -> Software | None:
        """Return the newest that is there and will do."""
        fitting = [row for row in self._of(machine_id, wanted) if row.state == "installed"]
        return max(fitting, key=lambda row: (order_of(row.version), row.id), default=None)

    def chosen(self, machine_id: str, wanted: Iterable[str]) -> list[Provided]:
        """Return what a run is given on a machine that nothing speaks against."""
        found = [self.best(machine_id, requirement_of(one)) for one in wanted]
        return [provided(row) for row in found if row is not None]

    def against(self, machine: Machine, wanted: Iterable[str]) -> tuple[str | None, str | None]:
        """Return why a machine can never run what needs this software, and why it cannot now.

        What is being installed, or was there and is gone, may come; the rest has to be brought there by somebody.
        """
        not_now = None
        for text in wanted:
            requirement = requirement_of(text)
            if self.best(machine.id, requirement) is not None:
                continue
            rows = self._of(machine.id, requirement)
            if any(row.state == "installing" for row in rows):
                not_now = not_now or f"is getting {requirement}"
            elif gone := next((row for row in rows if row.state == "gone"), None):
                look = f"look again with `stormbell software check {machine.name} {gone.name}`"
                not_now = not_now or f"{title_of(gone)} is gone there; {look}"
            else:
                return self._missing(machine, requirement), None
        return None, not_now

    def _of(self, machine_id: str, wanted: Requirement) -> list[Software]:
        rows = self.by_machine.get(machine_id, ())
        return [row for row in rows if row.name == wanted.name and wanted.is_met_by(row.version)]

    def _missing(self, machine: Machine, wanted: Requirement) -> str:
        others = [
            title_of(row)
            for row in self.by_machine.get(machine.id, ())
            if row.name == wanted.name and row.state == "installed"
        ]
        known = any(name == wanted.name and wanted.is_met_by(version) for name, version in self.recipes)
        verb = "install it" if known else "if it is there, declare it"
        command = f"stormbell software {'install' if known else 'declare'} {machine.name} {wanted.name}"
        there = f", only {', '.join(sorted(others))}" if others else ""
        return f"has no {wanted}{there}; {verb} with `{command}`"


async def inventory_of(session: AsyncSession, wanted: Iterable[str]) -> Inventory:
    """Return what every machine has of the software that is asked for."""
    names = {requirement_of(one).name for one in wanted}
    if not names:
        return Inventory()
    by_machine: dict[str, list[Software]] = {}
    for row in await session.scalars(select(Software).where(Software.name.in_(names)).order_by(Software.id)):
        by_machine.setdefault(row.machine_id, []).append(row)
    known = select(Recipe.name, Recipe.version).where(Recipe.name.in_(names), Recipe.removed_at.is_(None))
    return Inventory(by_machine, [(name, version) for name, version in await session.execute(known)])


async def record_look(
    session: AsyncSession, machine: Machine, row: Software, *, is_there: bool, text: str | None
) -> None:
    """Remember whether software was there. Announces machine.changed when that is new."""
    state = "installed" if is_there else "gone"
    if row.state != state:
        announce(session, machine, f"{'has' if is_there else 'has lost'} {title_of(row)}", None)
    row.state, row.text, row.checked_at = state, text, func.now()
