"""Ensembles as native arrays: runs that differ in their files alone are one submission where a machine has arrays.

A member's marker is its array's and its number, ``<array>.<number>``. The array's ends with how many members it has, so
whichever job submits it, and however often, submits the same.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.modules import machines
from app.modules.machines import Machine
from app.modules.simulation.models import TERMINAL, Simulation

LEAST_COUNT = 4  # fewer are submitted as quickly one by one
_OWN = ("files", "max_attempts", "deadline_at", "after")  # what each member has for itself


def alike(row: Simulation) -> str | None:
    """Return what runs of one array have in common; ``None`` for one that is submitted by itself."""
    spec: dict[str, Any] = row.spec
    # A template's files are copied, so that each run may change its own.
    if row.group_id is not None or row.hold or spec.get("template_directory"):
        return None
    common = {name: value for name, value in spec.items() if name not in _OWN}
    return json.dumps([row.owner_id, row.incident_id, common], sort_keys=True)


def give_markers(placed: Sequence[Simulation], known: Iterable[Machine]) -> None:
    """Give runs that were just given a machine their markers: those of one kind on a machine that of an array."""
    counts = {machine.id: machines.array_count(machine) for machine in known}
    kinds: dict[tuple[str, str], list[Simulation]] = {}
    for row in placed:
        row.marker = f"{row.id}-{row.attempt}"
        if counts.get(str(row.machine_id), 0) >= LEAST_COUNT and (kind := alike(row)) is not None:
            kinds.setdefault((str(row.machine_id), kind), []).append(row)
    for (machine_id, _), rows in kinds.items():
        for first in range(0, len(rows), counts[machine_id]):
            some = rows[first : first + counts[machine_id]]
            if len(some) < LEAST_COUNT:
                continue
            array = f"{some[0].id}-{some[0].attempt}-{len(some)}"
            for number, row in enumerate(some):
                row.marker = f"{array}.{number}"


def kinds(rows: Iterable[Simulation]) -> list[tuple[str, list[Simulation]]]:
    """Return the runs that could be of one array together, each kind with a name that is the same the next time."""
    found: dict[str, list[Simulation]] = {}
    for row in rows:
        found.setdefault(alike(row) or row.id, []).append(row)
    return [(hashlib.sha256(kind.encode()).hexdigest()[:32], some) for kind, some in found.items()]


def array_of(marker: str | None) -> str | None:
    """Return the marker of the array a run is a member of; ``None`` for a run of its own."""
    array, _, number = (marker or "").rpartition(".")
    return array if array and number.isdigit() else None


def number_of(marker: str) -> int:
    """Return a member's number in its array."""
    return int(marker.rpartition(".")[2])


def count_of(array: str) -> int:
    """Return how many members an array has."""
    return int(array.rpartition("-")[2])


def units(rows: Sequence[Simulation]) -> list[tuple[str, list[Simulation]]]:
    """Return what is submitted at once, each with its marker: runs by themselves, and arrays; in the order given."""
    found: dict[str, list[Simulation]] = {}
    for row in rows:
        found.setdefault(array_of(row.marker) or str(row.marker), []).append(row)
    return list(found.items())


async def siblings(session: AsyncSession, simulation_ids: Sequence[str]) -> list[tuple[str, int]]:
    """Return, with their attempts, those still to be submitted in the same arrays as these, whatever job they had."""
    query = select(Simulation.marker).where(
        Simulation.id.in_(simulation_ids),
        Simulation.state == "created",
        Simulation.submission == "intent",
        Simulation.marker.contains("."),
    )
    arrays = {array for marker in await session.scalars(query) if (array := array_of(marker)) is not None}
    if not arrays:
        return []
    others = select(Simulation.id, Simulation.attempt).where(
        Simulation.machine_id.is_not(None),
        Simulation.state == "created",
        func.split_part(Simulation.marker, ".", 1).in_(arrays),
        Simulation.id.not_in(simulation_ids),
    )
    return [(one, attempt) for one, attempt in await session.execute(others)]


async def is_wanted(session: AsyncSession, machine_id: str, array: str, *, even_cancelled: bool) -> bool:
    """Say whether a member of an array has not ended; without ``even_cancelled``, one nobody asked to cancel."""
    query = select(Simulation.id).where(
        Simulation.machine_id == machine_id,
        Simulation.state.not_in(TERMINAL),
        func.split_part(Simulation.marker, ".", 1) == array,
    )
    if not even_cancelled:
        query = query.where(Simulation.cancel_requested_at.is_(None))
    return await session.scalar(query.limit(1)) is not None


def together(rows: Sequence[Simulation], most: int, otherwise: int) -> list[list[Simulation]]:
    """Return the runs in the portions in which jobs submit them: ``most`` of a kind, ``otherwise`` of what is left."""
    portions: list[list[Simulation]] = []
    left: list[Simulation] = []
    for kind, of_kind in groupby(rows, key=alike):
        some = list(of_kind)
        if kind is None or len(some) <= otherwise:
            left += some
            continue
        portions += [some[first : first + most] for first in range(0, len(some), most)]
    return portions + [left[first : first + otherwise] for first in range(0, len(left), otherwise)]
