"""Drivers by name: the file name is the settings value is the table value; outsiders use entry points.

A driver of kind ``machines.batch`` named ``local`` is ``app.modules.machines.batch.local``, or an entry point ``local``
in the group ``stormbell.machines.batch``. The module holds ``Settings`` (a pydantic model), one class named by the
kind's seam and ``probe``. It is imported when first asked for; one that fails to import is reported, not raised, by
:func:`available`, so a broken driver never takes the server with it.
"""

import importlib
import importlib.metadata
import pkgutil
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

from pydantic import BaseModel

from app.kernel.errors import Problem

SEAM_VERSION = 1


class DriverUnavailable(Problem):
    """This driver cannot be used here.

    `stormbell drivers list` shows every driver, the broken ones with what is wrong. Install what it misses, or choose
    another.
    """

    status = 422
    code = "driver_unavailable"


@dataclass(frozen=True)
class DriverInfo:
    """One driver of a kind, as ``GET /api/v1/drivers`` shows it."""

    kind: str
    name: str
    title: str
    error: str | None
    settings_schema: dict[str, Any] | None


def load(kind: str, name: str) -> ModuleType:
    """Import the driver ``name`` of ``kind``. Raises DriverUnavailable (422) saying why it cannot be used."""
    places = _places(kind)
    if name not in places:
        known = ", ".join(sorted(places)) or "none"
        raise DriverUnavailable(f"there is no {kind} driver named {name!r}; there are: {known}")
    try:
        module = importlib.import_module(places[name])
    except Exception as error:  # whatever an outsider's file raises on import becomes a named problem
        raise DriverUnavailable(f"{kind} driver {name!r} does not import: {type(error).__name__}: {error}") from error
    settings = getattr(module, "Settings", None)
    if not (isinstance(settings, type) and issubclass(settings, BaseModel)):
        raise DriverUnavailable(f"{kind} driver {name!r} has no Settings model")
    if getattr(module, "SEAM_VERSION", SEAM_VERSION) != SEAM_VERSION:
        raise DriverUnavailable(
            f"{kind} driver {name!r} was written for seam version {module.SEAM_VERSION}, this is {SEAM_VERSION}"
        )
    return module


def available(kind: str) -> list[DriverInfo]:
    """Return every driver of ``kind``, the broken ones with their error."""
    infos = []
    for name in sorted(_places(kind)):
        try:
            module = load(kind, name)
        except DriverUnavailable as problem:
            infos.append(DriverInfo(kind, name, name, problem.detail, None))
        else:
            title = (module.__doc__ or name).strip().splitlines()[0].rstrip(".")
            infos.append(DriverInfo(kind, name, title, None, module.Settings.model_json_schema()))
    return infos


@cache
def _places(kind: str) -> dict[str, str]:
    package = importlib.import_module(f"app.modules.{kind}")
    places = {
        info.name: f"{package.__name__}.{info.name}"
        for info in pkgutil.iter_modules(package.__path__)
        if not info.name.startswith("_")
    }
    for point in importlib.metadata.entry_points(group=f"stormbell.{kind}"):
        places[point.name] = point.value
    return places
