"""What is asked of a list of data sets, as SQL: what its rows are walked by, what they must fit, what indexes find."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.kernel.principal import Principal
from app.kernel.scoping import seen_sql
from app.modules.data.describing import unwrapped

SUBJECTS = "CAST(:subjects AS text[])"  # where a statement has the parameters ``user`` and ``subjects``
_WORDS = 20
_PROBES = 8
_EQUAL = ("role", "machine", "sha256", "incident_id", "simulation_id", "series_id", "owner_id", "pinned")
_SPAN = "tstzrange(d.valid_from, d.valid_until, '[]')"
_BOX = "box(point(d.west, d.south), point(d.east, d.north))"
# Of ASCII only: whatever the database's locale, these are lower case in the column of words as they are here.
_PIECE = re.compile(r"[a-z0-9]{3,}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What data sets have to be; what is ``None`` or empty leaves them as they are.

    ``name`` and ``path`` may hold ``*``, ``media_type`` may end in ``/*``; ``q`` are words, all of which occur.
    """

    q: str | None = None
    name: str | None = None
    media_type: str | None = None
    role: str | None = None
    tags: Sequence[str] = ()
    machine: str | None = None
    storage_id: str | None = None
    path: str | None = None
    sha256: str | None = None
    area: list[float] | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    created_from: datetime | None = None
    created_until: datetime | None = None
    incident_id: str | None = None
    simulation_id: str | None = None
    made_from: str | None = None
    series_id: str | None = None
    collection_id: str | None = None
    owner_id: str | None = None
    pinned: bool | None = None
    deleted: bool = False


@dataclass
class Filter:
    """A :class:`Wanted` as SQL about ``d``, a data set; the values of its parameters are in ``values``.

    What is ``plain`` compares columns, and an ordered index is walked with it. ``fitting`` is the rest. Each of the
    ``probes`` is true of all that fits, and may be of more; it is written twice, to be asked of a row and to be found
    by an index of its own. ``collection`` says that ``d`` lies in the one that is asked for.
    """

    plain: list[str] = field(default_factory=list)
    fitting: list[str] = field(default_factory=list)
    probes: list[tuple[str, str]] = field(default_factory=list)
    collection: str | None = None
    values: dict[str, Any] = field(default_factory=dict)

    def value(self, value: Any) -> str:
        """Return the parameter for a value."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f":{name}"


def filter_of(wanted: Wanted, caller: Principal) -> Filter:
    """Return what is asked for as SQL."""
    found = Filter()
    found.plain.append(f"d.deleted_at IS {'NOT ' if wanted.deleted else ''}NULL")
    for name in _EQUAL:
        if (value := getattr(wanted, name)) is not None:
            found.plain.append(f"d.{name} = {found.value(value)}")
    if wanted.created_from is not None:
        found.plain.append(f"d.created_at >= {found.value(wanted.created_from)}")
    if wanted.created_until is not None:
        found.plain.append(f"d.created_at < {found.value(wanted.created_until)}")
    if wanted.media_type is not None:
        found.plain.append(_like(found, "d.media_type", wanted.media_type))
    _relations(found, wanted, caller)
    if wanted.tags:
        _indexed(found, f"d.tags @> CAST({found.value(list(wanted.tags))} AS text[])")
    if wanted.area is not None:
        _indexed(found, _meets(found, wanted.area))
    if wanted.valid_from is not None or wanted.valid_until is not None:
        span = (found.value(wanted.valid_from), found.value(wanted.valid_until))
        given = "tstzrange(CAST({} AS timestamptz), CAST({} AS timestamptz), '[]')".format(*span)
        _indexed(found, f"(d.valid_from IS NOT NULL OR d.valid_until IS NOT NULL) AND {_SPAN} && {given}")
    _words(found, wanted)
    return found


def _indexed(found: Filter, condition: str) -> None:
    found.fitting.append(condition)
    found.probes.append((condition, condition))


def _relations(found: Filter, wanted: Wanted, caller: Principal) -> None:
    if wanted.storage_id is not None or wanted.path is not None:
        place = [f"r.storage_id = {found.value(wanted.storage_id)}"] if wanted.storage_id is not None else []
        if wanted.path is not None:
            place.append(_like(found, "r.path", wanted.path))
        where = " AND ".join(place)
        _related(found, "replicas", where)
    if wanted.made_from is not None:
        where = f"r.input_id = {found.value(wanted.made_from)}"
        _related(found, "dataset_inputs", where)
    if wanted.collection_id is not None:
        found.values["collection"] = wanted.collection_id
        seen = "TRUE" if caller.sees_all else seen_sql("c.owner_id", ["c.id"], user=":user", subjects=SUBJECTS)
        found.plain.append(f"EXISTS (SELECT FROM collections AS c WHERE c.id = :collection AND {seen})")
        found.collection = (
            "EXISTS (SELECT FROM collection_members AS m WHERE m.dataset_id = d.id AND m.collection_id = :collection)"
        )


def _related(found: Filter, table: str, where: str) -> None:
    asked = f"EXISTS (SELECT FROM {table} AS r WHERE r.dataset_id = d.id AND {where})"
    found.fitting.append(asked)
    found.probes.append((asked, f"d.id IN (SELECT r.dataset_id FROM {table} AS r WHERE {where})"))  # noqa: S608 (a name of ours, values are parameters)


def _words(found: Filter, wanted: Wanted) -> None:
    """Words and patterns of names. An index of trigrams finds a short piece several times faster than a long one."""
    pieces: dict[str, None] = {}
    for word in (wanted.q or "").lower().split()[:_WORDS]:
        found.fitting.append(f"d.search LIKE {found.value(f'%{_escaped(word)}%')}")
        pieces |= dict.fromkeys(_PIECE.findall(word) or [word])
    if wanted.name is not None:
        condition = _like(found, "d.name", wanted.name)
        inside = _PIECE.findall(wanted.name.lower()) if "*" in wanted.name else []
        pieces |= dict.fromkeys(inside)
        (found.fitting if inside else found.plain).append(condition)
    for piece in sorted(pieces, key=len, reverse=True)[:_PROBES]:
        condition = f"d.search LIKE {found.value(f'%{_escaped(piece)}%')}"
        found.probes.append((condition, condition))


def _meets(found: Filter, area: list[float]) -> str:
    west, south, east, north = unwrapped(area) or area
    # A box that crosses the date line lies in [-180, 540]: the same place once more around the globe is the same place.
    boxes = [
        "box(point({}, {}), point({}, {}))".format(
            *(f"CAST({found.value(value)} AS float8)" for value in (west + turn, south, east + turn, north))
        )
        for turn in (-360.0, 0.0, 360.0)
    ]
    return f"d.west IS NOT NULL AND ({' OR '.join(f'{_BOX} && {box}' for box in boxes)})"


def _like(found: Filter, column: str, text: str) -> str:
    if "*" not in text:
        return f"{column} = {found.value(text)}"
    return f"{column} LIKE {found.value(_escaped(text).replace('*', '%'))}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
