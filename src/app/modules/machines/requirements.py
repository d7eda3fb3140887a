"""Software as runs and recipes ask for it: ``openfoam``, ``openfoam >= 11`` or ``openfoam == 11-foss-2023a``. Pure.

Versions on machines follow no one standard (``v2312``, ``12.2.0-gcc``, ``2023a``): they are compared number by number,
a letter counts less than nothing (``2.0rc1`` < ``2.0``), missing parts are 0, and what follows a ``-``, ``+`` or ``_``
is how it was built and is not compared.
"""

import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import Annotated

from pydantic import AfterValidator, Field

NAME = r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,99}"
VERSION = r"[A-Za-z0-9][A-Za-z0-9_.+~:-]{0,99}"
_REQUIREMENT = re.compile(rf"\s*({NAME})\s*(?:(>=|==)\s*({VERSION}))?\s*")
_PART = re.compile(r"\d+|[a-z]+")
_BUILD = re.compile(r"[-+_]")


@dataclass(frozen=True)
class Requirement:
    """A name, in small letters, and which versions of it will do."""

    name: str
    comparison: str | None = None
    version: str | None = None

    def __str__(self) -> str:
        return self.name if self.version is None else f"{self.name} {self.comparison} {self.version}"

    def is_met_by(self, version: str | None) -> bool:
        """Say whether a version will do; one that nobody knows does only where any will."""
        if self.version is None:
            return True
        if version is None:
            return False
        if self.comparison == ">=":
            return is_at_least(version, self.version)
        built = _BUILD.search(self.version) is not None
        return version == self.version or (not built and _compared(version, self.version) == 0)


def requirement_of(text: str) -> Requirement:
    """Read a requirement. Raises ValueError."""
    found = _REQUIREMENT.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} asks for no software: write 'name', 'name>=version' or 'name==version'")
    return Requirement(found[1].lower(), found[2], found[3])


def is_at_least(version: str, least: str) -> bool:
    """Compare two versions."""
    return _compared(version, least) >= 0


def order_of(version: str | None) -> tuple[tuple[int, int, str], ...]:
    """Return what versions are sorted by, the newest last; one that nobody knows comes first."""
    return () if version is None else (*_parts(version), _NOTHING)


def _compared(one: str, other: str) -> int:
    for left, right in zip_longest(_parts(one), _parts(other), fillvalue=_NOTHING):
        if left != right:
            return 1 if left > right else -1
    return 0


_NOTHING = (1, 0, "")


def _parts(version: str) -> list[tuple[int, int, str]]:
    compared = _BUILD.split(version.lower().removeprefix("v"), maxsplit=1)[0]
    return [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in _PART.findall(compared)]


RequirementText = Annotated[
    str,
    Field(max_length=250, examples=["openfoam>=11"]),
    AfterValidator(lambda text: str(requirement_of(text))),
]
